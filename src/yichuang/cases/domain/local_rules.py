"""Local rules: tolerance, commitment, supplements, bulk agreement and to-do lists, as they stood on a day.

Beside the statutes stands what a State Council document or a place has laid down, and what is only a default until
somebody checks it. Each is a dated file in `law/`; a day before the first rule has none, and then the act it would
allow is refused.
"""

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Generic, Literal, TypeVar

import msgspec

from yichuang.calendar.values import LawFile
from yichuang.kernel.words import N_

_PACKAGED = Path(__file__).parent.parent / "law"
_Mark = Literal["V", "K"]


class _Marked(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    mark: _Mark
    citation: str


class Amount(_Marked, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A number with its source; mark V was read in one, K is a default that awaits a check."""

    value: int


class Switch(_Marked, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A yes or no with its source."""

    value: bool


class Rule(_Marked, frozen=True, forbid_unknown_fields=True, kw_only=True, rename={"from_on": "from"}):
    """What one document says, from its day on."""

    from_on: date


class Tolerance(Rule, frozen=True, forbid_unknown_fields=True, kw_only=True, rename={"from_on": "from"}):
    """容缺受理: how long secondary materials may be missing, in working days, and what happens if they stay away."""

    longest_days: Amount
    margin_days: Amount
    return_automatically: Switch


class Commitment(Rule, frozen=True, forbid_unknown_fields=True, kw_only=True, rename={"from_on": "from"}):
    """告知承诺: a written promise in place of a proof."""


class Supplement(Rule, frozen=True, forbid_unknown_fields=True, kw_only=True, rename={"from_on": "from"}):
    """补正期限: the working days for bringing what is missing, unless the notice says otherwise."""

    days: Amount
    return_automatically: Switch


class Bulk(Rule, frozen=True, forbid_unknown_fields=True, kw_only=True, rename={"from_on": "from"}):
    """批量同意: which cases may be agreed to together, and how many at once."""

    kinds: tuple[str, ...]
    item_types: tuple[str, ...]
    most: Amount
    reviewed: Switch


class Todo(Rule, frozen=True, forbid_unknown_fields=True, kw_only=True, rename={"from_on": "from"}):
    """待办: from how many working days before its deadline a case counts as due soon."""

    soon_days: Amount


class LocalRules(msgspec.Struct, frozen=True, kw_only=True):
    """The local rules of one day; None where there was none yet."""

    tolerance: Tolerance | None = None
    commitment: Commitment | None = None
    supplement: Supplement | None = None
    bulk: Bulk | None = None
    todo: Todo | None = None


_Kind = TypeVar("_Kind", bound=Rule)


class _Content(msgspec.Struct, Generic[_Kind], frozen=True, forbid_unknown_fields=True, kw_only=True):
    name: str
    title: str
    rules: tuple[_Kind, ...]


@lru_cache(maxsize=64)
def _read(folder: Path, name: str, kind: type[_Kind]) -> tuple[_Kind, ...]:
    """Read one file; raises FaultyLaw at an unknown key, a missing citation or a date out of order."""
    file = LawFile(folder / f"{name}.yaml")
    content: _Content[_Kind] = file.read(_Content[kind])  # type: ignore[valid-type]
    for place, rule in enumerate(content.rules):
        if not rule.citation:
            raise file.fault(["rules", place, "citation"], N_("没有写依据"))
        if place and rule.from_on <= content.rules[place - 1].from_on:
            raise file.fault(["rules", place, "from"], N_("各段须按施行日期先后排列"))
    return content.rules


def _last(rules: Sequence[_Kind], on: date) -> _Kind | None:
    return next((rule for rule in reversed(rules) if rule.from_on <= on), None)


@lru_cache(maxsize=512)
def rules_in_force(on: date, folder: Path = _PACKAGED) -> LocalRules:
    """Return the local rules of a day, from a folder of such files or those shipped; cached; raises FaultyLaw."""
    return LocalRules(
        tolerance=_last(_read(folder, "tolerance", Tolerance), on),
        commitment=_last(_read(folder, "commitment", Commitment), on),
        supplement=_last(_read(folder, "supplement", Supplement), on),
        bulk=_last(_read(folder, "bulk", Bulk), on),
        todo=_last(_read(folder, "todo", Todo), on),
    )
