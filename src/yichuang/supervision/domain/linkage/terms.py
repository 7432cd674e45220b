"""The terms of linkage as they stood on a day: dated data with citations, read strictly from `law/linkage.yaml`."""

from datetime import date
from functools import lru_cache
from pathlib import Path

import msgspec

from yichuang.calendar.values import LawFile
from yichuang.supervision.domain.linkage.outcomes import Thresholds
from yichuang.supervision.domain.terms import Stated

FILE = Path(__file__).parents[2] / "law" / "linkage.yaml"


class LinkTerms(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, rename={"from_on": "from"}):
    """What held from a day on; days are calendar days, weights bits."""

    from_on: date
    exact_days: Stated[int]
    conflict_days: Stated[int]
    link_from: Stated[float]
    doubt_from: Stated[float]
    precision: Stated[float]
    furthest: Stated[float]
    callback_days: Stated[int]
    callback_share: Stated[int]

    @property
    def thresholds(self) -> Thresholds:
        """Return the thresholds before any verdict moved them."""
        return Thresholds(round(100 * self.link_from.value), round(100 * self.doubt_from.value))


class _Title(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    zh: str
    en: str


class _Content(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    name: str
    title: _Title
    terms: tuple[LinkTerms, ...]


@lru_cache(maxsize=4)
def load_terms(file: Path = FILE) -> tuple[LinkTerms, ...]:
    """Return all terms, oldest first; cached; raises FaultyLaw."""
    return tuple(sorted(LawFile(file).read(_Content).terms, key=lambda one: one.from_on))


def terms_on(on: date, *, file: Path = FILE) -> LinkTerms:
    """Return the terms in force on a day; before the first the first."""
    found = [one for one in load_terms(file) if one.from_on <= on]
    return found[-1] if found else load_terms(file)[0]
