"""Amounts of dated law: how many days, tries or places a rule gave on a day, and on what it rests.

It stands between a YAML file of named figures beside a context and the rules that use them. Every figure has
its dates, its citation and its mark (V = read in a source, K = a default that awaits a check); old figures
stay, so that an old matter can be judged again by the law of its day.
"""

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

import msgspec

from yichuang.calendar.lawfile import LawFile
from yichuang.kernel.refusal import Refusal
from yichuang.kernel.words import N_


class NoAmountsYet(Refusal):
    """The day lies before the first dated figure."""

    sentence = N_("{day}还没有可以适用的规定（{title}自{first}起）")
    remedy = N_("请核对日期")


@dataclass(frozen=True, slots=True)
class AmountSource:
    """Where a figure comes from."""

    citation: str
    mark: str


@dataclass(frozen=True, slots=True)
class Amounts:
    """The figures in force from `from_on` on, by key."""

    from_on: date
    values: Mapping[str, int]
    sources: Mapping[str, AmountSource]

    def __getitem__(self, key: str) -> int:
        """Return a figure; raises KeyError for a key that the file does not know."""
        return self.values[key]

    def citation(self, key: str) -> str:
        """Return what a figure rests on; raises KeyError."""
        return self.sources[key].citation


@dataclass(frozen=True, slots=True)
class DatedAmounts:
    """All figures of a file, oldest first."""

    title: str
    versions: tuple[Amounts, ...]

    def in_force(self, on: date) -> Amounts:
        """Return the figures in force on a day; raises NoAmountsYet before the first of them."""
        index = bisect_right(self.versions, on, key=lambda version: version.from_on)
        if index == 0:
            raise NoAmountsYet(day=on, title=self.title, first=self.versions[0].from_on)
        return self.versions[index - 1]


class _Value(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, rename={"from_on": "from"}):
    from_on: date
    until: date | None = None
    amount: int
    mark: Literal["V", "K"]
    citation: str


class _Amount(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    key: str
    title: str
    unit: str
    values: tuple[_Value, ...]
    note: str = ""


class _AmountFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    name: str
    title: str
    amounts: tuple[_Amount, ...]


def read_amounts(path: Path, *, units: Mapping[str, str]) -> DatedAmounts:
    """Return the figures of a file that must hold exactly the keys of `units`, each in its unit, without gaps.

    Raises FaultyLaw with file, line, key and reason.
    """
    file = LawFile(path)
    content = file.read(_AmountFile)
    for key, reason in _faults(content, units):
        raise file.fault(key, reason)
    starts = sorted({value.from_on for amount in content.amounts for value in amount.values})
    return DatedAmounts(title=content.title, versions=tuple(_version(content, start) for start in starts))


def _faults(content: _AmountFile, units: Mapping[str, str]) -> Iterator[tuple[list[str | int], str]]:
    keys = [amount.key for amount in content.amounts]
    for missing in sorted(units.keys() - set(keys)):
        yield ["amounts", missing], N_("缺少这一项")
    firsts = [amount.values[0].from_on for amount in content.amounts if amount.values]
    for index, amount in enumerate(content.amounts):
        here: list[str | int] = ["amounts", index]
        if amount.key not in units or amount.key in keys[:index]:
            yield [*here, "key"], N_("没有这一项，或写了两次")
        elif amount.unit != units[amount.key]:
            yield [*here, "unit"], N_("单位不符")
        if not amount.values or amount.values[0].from_on != min(firsts):
            yield [*here, "values"], N_("各项须自同一天开始")
        for position, value in enumerate(amount.values):
            following = amount.values[position + 1].from_on if position + 1 < len(amount.values) else None
            if value.until != following or (following is not None and following <= value.from_on):
                yield [*here, "values", position], N_("各段须首尾相接，最后一段不写终止日")
            if value.amount < 1:
                yield [*here, "values", position, "amount"], N_("应为正整数")
            if not value.citation:
                yield [*here, "values", position, "citation"], N_("没有写依据")


def _version(content: _AmountFile, on: date) -> Amounts:
    values: dict[str, int] = {}
    sources: dict[str, AmountSource] = {}
    for amount in content.amounts:
        value = [entry for entry in amount.values if entry.from_on <= on][-1]
        values[amount.key] = value.amount
        sources[amount.key] = AmountSource(citation=value.citation, mark=value.mark)
    return Amounts(from_on=on, values=values, sources=sources)
