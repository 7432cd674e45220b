"""Faults: one thing wrong with a record or a mapping, at its place, in words that can be kept and translated later."""

import re
from collections.abc import Callable, Iterable
from difflib import get_close_matches

import msgspec

from yichuang.kernel.refusal import Refusal
from yichuang.kernel.words import N_

SHOWN = 60
_HALF = re.compile(r"[\ud800-\udfff]")


def _same(text: str) -> str:
    return text


class Fault(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is wrong (a refusal's message ids and details), in which row or line, in which field, with which value."""

    row: int
    field: str
    value: str
    code: str
    sentence: str
    remedy: str = ""
    citation: str = ""
    details: dict[str, str] = {}

    def explain(self, translate: Callable[[str], str] = _same) -> str:
        """Return place, field, value, reason and remedy as one line in the language of `translate`."""
        place = translate(N_("第{row}行")).format(row=self.row) if self.row else ""
        shown = f"{self.field}=“{self.value}”" if self.value else self.field
        details = {name: translate(value) if value else value for name, value in self.details.items()}
        parts = [translate(self.sentence).format_map(details)]
        if self.remedy:
            parts.append(translate(self.remedy).format_map(details))
        text = "。".join(part.rstrip("。") for part in parts) + "。"
        if self.citation:
            text += f"（{translate(self.citation)}）"
        return "：".join(part for part in (" ".join(filter(None, (place, shown))), text) if part)


def fault_of(refusal: Refusal, *, row: int = 0, field: str = "", value: str = "") -> Fault:
    """Return a refusal as a fault at its place."""
    return Fault(
        row=row,
        field=field,
        value=shorten(value, longest=SHOWN),
        code=refusal.code,
        sentence=refusal.sentence,
        remedy=refusal.remedy,
        # An identifier's refusal has its standard with the kind of identifier.
        citation=refusal.citation or getattr(refusal.details.get("kind"), "citation", ""),
        details={name: shorten(str(detail)) for name, detail in refusal.details.items()},
    )


def shorten(text: str, *, longest: int = 20 * SHOWN) -> str:
    """Return a text fit for a message, without half characters that a terminal could not print."""
    clean = _HALF.sub("\N{REPLACEMENT CHARACTER}", text)
    return clean if len(clean) <= longest else f"{clean[:longest]}…"


def nearest(word: str, words: Iterable[str]) -> str:
    """Return the word of a list that looks most like the given one; the empty word where none does."""
    known = [one for one in words if one]
    exact = next((one for one in known if one.strip().casefold() == word.strip().casefold()), "")
    return exact or next(iter(get_close_matches(word, known, n=1, cutoff=0.3)), "")
