"""Schemes: which of the two families of cards a centre uses on a day (domain.md 2.1 knows both, by place).

(A) yellow when the deadline is near, red when it is exceeded; (B) a reminder, yellow when exceeded, red when not put
right within the supervision period. The choice is dated law beside the context: the most specific one wins, a centre
before its division, a county before the city above it, and the default where nobody has chosen.
"""

from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Literal

import msgspec

from yichuang.calendar.values import LawFile
from yichuang.kernel.words import N_
from yichuang.supervision.domain.rule import Rule
from yichuang.supervision.domain.words import Colour, Scheme

PACKAGED = Path(__file__).parent.parent / "law" / "schemes.yaml"
_COUNTY_DIGITS = 4


class _Strict(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    pass


class BothLanguages(_Strict, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A text in both languages."""

    zh: str
    en: str


class Preset(_Strict, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One scheme, and what its colours mean, as the file tells it."""

    key: Scheme
    title: BothLanguages
    explanation: BothLanguages
    colours: dict[Colour, str]
    citation: str
    mark: Literal["V", "C", "K"]


class Choice(_Strict, frozen=True, forbid_unknown_fields=True, kw_only=True, rename={"from_on": "from"}):
    """One place's choice, from a day on; `until` is exclusive."""

    scheme: Scheme
    from_on: date
    citation: str
    mark: Literal["V", "C", "K"]
    until: date | None = None
    centre: str = ""
    division: str = ""
    note: BothLanguages | None = None

    def holds(self, on: date) -> bool:
        """Return whether the choice is in force on a day."""
        return self.from_on <= on and (self.until is None or on < self.until)


class _Default(_Strict, frozen=True, forbid_unknown_fields=True, kw_only=True):
    scheme: Scheme
    citation: str
    mark: Literal["V", "C", "K"]


class Schemes(_Strict, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """All presets and choices of one file."""

    name: str
    title: BothLanguages
    schemes: tuple[Preset, ...]
    default: _Default
    chosen: tuple[Choice, ...]

    def of(self, *, county: str, centre: str, on: date) -> Scheme:
        """Return the scheme of a place on a day: the centre's own, the county's, the city's, or the default."""
        city = county[:_COUNTY_DIGITS].ljust(len(county), "0")
        standing = [choice for choice in self.chosen if choice.holds(on)]
        for division, own in (("", centre), (county, ""), (city, "")):
            if division or own:
                for choice in standing:
                    if (choice.division, choice.centre) == (division, own):
                        return choice.scheme
        return self.default.scheme


@lru_cache(maxsize=8)
def read_schemes(path: Path = PACKAGED) -> Schemes:
    """Return the schemes of a file; cached; raises FaultyLaw with file, line, key and reason."""
    file = LawFile(path)
    schemes = file.read(Schemes)
    if {preset.key for preset in schemes.schemes} != set(Scheme):
        raise file.fault(["schemes"], N_("两套方案都要写"))
    seen: dict[tuple[str, str], date | None] = {}
    for index, choice in enumerate(schemes.chosen):
        place = (choice.division, choice.centre)
        if bool(choice.division) == bool(choice.centre):
            raise file.fault(["chosen", index], N_("division 和 centre 须写且只写一个"))
        if choice.until is not None and choice.until <= choice.from_on:
            raise file.fault(["chosen", index, "until"], N_("失效日须晚于施行日"))
        before = seen.get(place, date.min)
        if before is None or choice.from_on < before:
            raise file.fault(["chosen", index, "from"], N_("同一地方的各段须先后相接，不能重叠"))
        if not choice.citation:
            raise file.fault(["chosen", index, "citation"], N_("没有写依据"))
        seen[place] = choice.until
    return schemes


@lru_cache(maxsize=16_384)
def _scheme_of(county: str, centre: str, on: date, path: Path) -> Scheme:
    return read_schemes(path).of(county=county, centre=centre, on=on)


def scheme_of(county: str, centre: str, on: date, path: Path = PACKAGED) -> Scheme:
    """Return the scheme of a county's centre on a day, by the shipped file or another; raises FaultyLaw."""
    return _scheme_of(county, centre, on, path)


def colour_of(rule: Rule, scheme: Scheme) -> Colour | None:
    """Return the card that a rule gives under a scheme; None: a finding without a card, or not applied at all."""
    return rule.colour(scheme)
