"""Templates: the words of messages in both languages, checked when they are loaded."""

import string
from collections.abc import Mapping
from typing import Any

import msgspec

from yichuang.notices.domain.telling import TOLD
from yichuang.notices.values import TemplatesFaulty

LANGUAGES = ("zh-hans", "en")
_FOR_ALL = frozenset({"number", "item", "link"})
_OWN: dict[str, frozenset[str]] = {
    "supplement": frozenset({"due", "count"}),
    "special-procedure": frozenset({"days"}),
    "extended": frozenset({"days"}),
    "fee": frozenset({"amount"}),
}


class Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One kind of message in one language."""

    title: str
    text: str
    sms: str

    def fill(self, details: Mapping[str, str]) -> "Words":
        """Return the words with their placeholders filled."""
        return Words(*(getattr(self, name).format_map(details) for name in self.__struct_fields__))


Templates = Mapping[str, Mapping[str, Words]]


def check(data: object, *, file: str) -> Templates:
    """Return the templates of a file's data; raises TemplatesFaulty for the first that cannot serve every message."""
    try:
        found = msgspec.convert(data, dict[str, dict[str, Words]])
    except msgspec.ValidationError as fault:
        raise TemplatesFaulty(file=file, key="$", reason=str(fault)) from fault
    for key in {key for key, _ in TOLD.values()}:
        for language in LANGUAGES:
            words = found.get(key, {}).get(language)
            if words is None:
                raise TemplatesFaulty(file=file, key=f"{key}.{language}", reason="missing")
            _check_places(words, key=key, file=f"{file}", language=language)
    return found


def _check_places(words: Words, *, key: str, file: str, language: str) -> None:
    known = _FOR_ALL | _OWN.get(key, frozenset())
    for name in words.__struct_fields__:
        unknown = {place for _, place, _, _ in _parse(getattr(words, name)) if place is not None} - known
        if unknown:
            reason = "{" + sorted(unknown)[0] + "}"
            raise TemplatesFaulty(file=file, key=f"{key}.{language}.{name}", reason=reason)


def _parse(text: str) -> list[tuple[Any, ...]]:
    return list(string.Formatter().parse(text))
