"""Refusals: how every layer says no, in words that help the person at the keyboard.

A refusal is a type. It says what is refused and why (`sentence`), what to do next (`remedy`) and on
which article or standard it rests (`citation`). Pure code raises it; delivery translates it: the
sentence and the remedy are Chinese message ids with named placeholders, filled from `details` after
translation.
"""

from collections.abc import Callable
from typing import ClassVar

from yichuang.kernel.words import N_

# How sentences are joined is itself a matter of language.
_ONE = N_("{0}。")
_TWO = N_("{0}。{1}。")
_CITED = N_("{0}（{1}）")


def _same(text: str) -> str:
    return text


class Refusal(Exception):
    """Base of all refusals; `details` fill the placeholders of sentence and remedy."""

    sentence: ClassVar[str] = N_("不能这样做")
    remedy: ClassVar[str] = ""
    citation: ClassVar[str] = ""

    def __init__(self, **details: object) -> None:
        super().__init__(details)
        self.details = details

    def __reduce__(self) -> tuple[Callable[..., "Refusal"], tuple[type["Refusal"], dict[str, object]]]:
        """Let a refusal cross from one process to another; by itself an exception would lose its details."""
        return _again, (type(self), self.details)

    @property
    def code(self) -> str:
        """Name the reason for machines: the class name, stable across languages."""
        return type(self).__name__

    def explain(self, translate: Callable[[str], str] = _same) -> str:
        """Return sentence, remedy and citation as one text in the language of `translate`.

        A detail that is itself a marked text is translated too.
        """
        details = {k: translate(v) if isinstance(v, str) and v else v for k, v in self.details.items()}
        sentences = [translate(part).format_map(details).rstrip("。.") for part in (self.sentence, self.remedy) if part]
        form = _TWO if len(sentences) > 1 else _ONE
        text = translate(form).format(*sentences)
        return translate(_CITED).format(text, translate(self.citation)) if self.citation else text

    def __str__(self) -> str:
        return self.explain()


def _again(kind: type[Refusal], details: dict[str, object]) -> Refusal:
    return kind(**details)
