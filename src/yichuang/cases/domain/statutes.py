"""The statutes: which time limits the law gave on which day, and by which article.

It stands between `law/time-limits.yaml` and everybody who sets or judges a period. Law is data with a date
and a citation; a case of 2015 is judged by the law of 2015 for ever.
"""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Literal

import msgspec

from yichuang.calendar.values import LawFile
from yichuang.kernel.refusal import Refusal
from yichuang.kernel.words import N_

LICENSING_LAW_FROM = date(2004, 7, 1)
FILE_NAME = "time-limits.yaml"
_PACKAGED = Path(__file__).parent.parent / "law"

_UNITS = {
    "decision_days": "working-days",
    "extension_days": "working-days",
    "joint_days": "working-days",
    "joint_extension_days": "working-days",
    "preliminary_review_days": "working-days",
    "delivery_days": "working-days",
    "supplement_notice_days": "working-days",
    "consultation_days": "working-days",
    "on_the_spot_hours": "opening-hours",
}
_Mark = Literal["V", "K"]


class NoLawYet(Refusal):
    """The day lies before the licensing law."""

    sentence = N_("{day}行政许可法尚未施行，没有可以适用的期限")
    remedy = N_("请核对日期；行政许可法自 2004-07-01 起施行")
    citation = N_("行政许可法第八十三条")


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where a figure comes from; `mark` V = read in a source, K = a default that awaits a check."""

    name: str
    citation: str
    mark: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Law:
    """The limits in force from `from_on` on (until the next Law); days are working days (art. 82)."""

    from_on: date
    decision_days: int
    extension_days: int
    joint_days: int
    joint_extension_days: int
    preliminary_review_days: int
    delivery_days: int
    supplement_notice_days: int
    consultation_days: int
    on_the_spot_hours: int
    excluded_procedures: frozenset[str]
    procedure_titles: tuple[tuple[str, str], ...]
    sources: tuple[Source, ...]

    def source(self, name: str) -> Source:
        """Return the source of a limit, of a duty or of `excluded_procedures`; raises KeyError for another name."""
        for source in self.sources:
            if source.name == name:
                return source
        raise KeyError(name)

    def citation(self, name: str) -> str:
        """Return the article behind a limit, a duty or `excluded_procedures`; raises KeyError for another name."""
        return self.source(name).citation


@dataclass(frozen=True, slots=True, kw_only=True)
class Statutes:
    """All law known, oldest first."""

    laws: tuple[Law, ...]

    def in_force(self, on: date) -> Law:
        """Return the law in force on a day; raises NoLawYet before 2004-07-01."""
        index = bisect_right(self.laws, on, key=lambda law: law.from_on)
        if index == 0:
            raise NoLawYet(day=on)
        return self.laws[index - 1]


class _Dated(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, rename={"from_on": "from"}):
    from_on: date
    until: date | None = None
    mark: _Mark
    citation: str


class _Value(_Dated, frozen=True, forbid_unknown_fields=True, kw_only=True, rename={"from_on": "from"}):
    amount: int


class _Limit(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    key: str
    title: str
    unit: str
    values: tuple[_Value, ...]
    note: str = ""


class _Excluded(_Dated, frozen=True, forbid_unknown_fields=True, kw_only=True, rename={"from_on": "from"}):
    procedures: dict[str, str]


class _Duty(_Dated, frozen=True, forbid_unknown_fields=True, kw_only=True, rename={"from_on": "from"}):
    key: str
    title: str


class _TimeLimits(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    name: str
    title: str
    limits: tuple[_Limit, ...]
    excluded_procedures: tuple[_Excluded, ...]
    duties: tuple[_Duty, ...] = ()


@lru_cache(maxsize=8)
def load_statutes(folder: Path | None = None) -> Statutes:
    """Return the statutes of a folder that holds time-limits.yaml, or those shipped; cached; raises FaultyLaw."""
    file = LawFile((folder or _PACKAGED) / FILE_NAME)
    content = file.read(_TimeLimits)
    for key, reason in _faults(content):
        raise file.fault(key, reason)
    starts = {
        entry.from_on
        for entries in (*(limit.values for limit in content.limits), content.excluded_procedures, content.duties)
        for entry in entries
        if entry.from_on > LICENSING_LAW_FROM
    }
    return Statutes(laws=tuple(_law(content, start) for start in sorted({LICENSING_LAW_FROM} | starts)))


def _faults(content: _TimeLimits) -> Iterator[tuple[list[str | int], str]]:
    keys = [limit.key for limit in content.limits]
    for missing in sorted(_UNITS.keys() - set(keys)):
        yield ["limits", missing], N_("缺少这个期限")
    for index, limit in enumerate(content.limits):
        here: list[str | int] = ["limits", index]
        if limit.key not in _UNITS or limit.key in keys[:index]:
            yield [*here, "key"], N_("没有这个期限，或写了两次")
        elif limit.unit != _UNITS[limit.key]:
            yield [*here, "unit"], N_("单位不符：天数用 working-days，小时用 opening-hours")
        for position, value in enumerate(limit.values):
            if value.amount < 1:
                yield [*here, "values", position, "amount"], N_("期限应为正整数")
        yield from _gaps(limit.values, [*here, "values"])
    yield from _gaps(content.excluded_procedures, ["excluded_procedures"])


def _gaps(entries: tuple[_Dated, ...], key: list[str | int]) -> Iterator[tuple[list[str | int], str]]:
    if not entries or entries[0].from_on > LICENSING_LAW_FROM:
        yield key, N_("第一段应自 2004-07-01 或更早开始")
    for index, entry in enumerate(entries):
        following = entries[index + 1].from_on if index + 1 < len(entries) else None
        if entry.until != following:
            yield [*key, index, "until" if entry.until else "from"], N_("各段须首尾相接，最后一段不写终止日")
        if not entry.citation:
            yield [*key, index, "citation"], N_("没有写依据")


def _law(content: _TimeLimits, on: date) -> Law:
    amounts: dict[str, int] = {}
    sources: list[Source] = []
    for limit in content.limits:
        value = [entry for entry in limit.values if entry.from_on <= on][-1]
        amounts[limit.key] = value.amount
        sources.append(Source(name=limit.key, citation=value.citation, mark=value.mark))
    excluded = [entry for entry in content.excluded_procedures if entry.from_on <= on][-1]
    sources.append(Source(name="excluded_procedures", citation=excluded.citation, mark=excluded.mark))
    for duty in content.duties:
        if duty.from_on <= on and (duty.until is None or on < duty.until):
            sources.append(Source(name=duty.key, citation=duty.citation, mark=duty.mark))
    return Law(
        from_on=on,
        excluded_procedures=frozenset(excluded.procedures),
        procedure_titles=tuple(excluded.procedures.items()),
        sources=tuple(sources),
        **amounts,
    )
