"""On which articles the papers rest, and which remedies are open against a decision, on any day.

Stands between `law/papers.yaml` and the composers of papers.
"""

from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Literal, TypeVar

import msgspec

from yichuang.calendar.values import LawFile
from yichuang.kernel.words import N_

_FILE = Path(__file__).parent.parent / "law" / "papers.yaml"
_Mark = Literal["V", "K"]


class Remedies(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, rename={"from_on": "from"}):
    """Review and suit: within which time, by which article, and to whom."""

    from_on: date
    review_days: int
    review: str
    review_to: Literal["government-or-superior", "government"]
    suit_months: int
    suit: str
    mark: _Mark


class _Article(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    text: str
    mark: _Mark


class _Articles(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, rename={"from_on": "from"}):
    from_on: date
    kinds: dict[str, _Article]


class _Vertical(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    departments: tuple[str, ...]
    mark: _Mark
    citation: str


class _Cited(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    citation: str
    mark: _Mark


_Dated = TypeVar("_Dated", _Articles, Remedies)


class Rules(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The content of papers.yaml."""

    name: str
    title: str
    law: str
    articles: tuple[_Articles, ...]
    remedies: tuple[Remedies, ...]
    vertical: _Vertical
    commitment: _Cited
    tolerance: _Cited

    def article(self, kind: str, *, on: date) -> str:
        """Return the law with the article behind a kind of paper; raises KeyError for a kind without one."""
        return self.law + _in_force(self.articles, on).kinds[kind].text

    def remedies_on(self, on: date) -> Remedies:
        """Return the remedies of a day."""
        return _in_force(self.remedies, on)


def _in_force(parts: tuple[_Dated, ...], on: date) -> _Dated:
    begun = [part for part in parts if part.from_on <= on]
    return begun[-1] if begun else parts[0]


@lru_cache(maxsize=1)
def load_rules() -> Rules:
    """Return the rules; cached; raises FaultyLaw."""
    file = LawFile(_FILE)
    content = file.read(Rules)
    for key, starts in (
        ("articles", [part.from_on for part in content.articles]),
        ("remedies", [part.from_on for part in content.remedies]),
    ):
        if not starts or starts != sorted(set(starts)):
            raise file.fault([key], N_("各段应按起始日先后排列，至少一段"))
    return content
