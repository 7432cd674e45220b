"""Assess: the cases of a source, as read and as the ledger would take them, into one report with a verdict.

Never raises for what the data are like. Whatever belongs to a person is masked before it gets here.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from yichuang.exchange.domain import mapping as m
from yichuang.exchange.domain.conformance.clock import doubt_clock, measure_delay
from yichuang.exchange.domain.conformance.coverage import cover
from yichuang.exchange.domain.conformance.order import OrderCount
from yichuang.exchange.domain.conformance.report import (
    ClockDoubt,
    Conformance,
    Delay,
    Duplicates,
    FaultGroup,
    FieldCoverage,
    OrderFault,
    Reason,
    UnknownCode,
    Verdict,
)
from yichuang.exchange.domain.conformance.standard import Standard, load_standard
from yichuang.exchange.domain.faults import Fault, nearest
from yichuang.exchange.domain.translate import Translated
from yichuang.kernel.words import N_

_MOST_CODES, _MOST_FAULTS, _MOST_EXAMPLES = 40, 30, 5
# Refusals that say that a value is in none of the lists.
_OF_CODES = {
    "CodeUnknown": "value",
    "CodeNotListed": "value",
    "CodeListedTwice": "value",
    "UnknownItem": "item",
    "UnknownProcedure": "procedure",
    "UnknownResultCode": "code",
    "UnknownResult": "result",
    "NotAChoice": "value",
}

NO_CASES = N_("没有读到任何办件")
HALF_BROKEN = N_("{broken}件不能入账，占{share}%")
SOME_BROKEN = N_("{broken}件（{share}%）会进入隔离区，多数原因相同：先改映射或来源")
FEW_BROKEN = N_("{broken}件（{share}%）会进入隔离区，可在接入后逐件更正")
NOT_MAPPED = N_("映射没有给出必需字段“{field}”")
NOT_FILLED = N_("必需字段“{field}”只有{share}%有值")
CODES_UNKNOWN = N_("{count}个代码值没有对应，共{rows}行")
REPEATED = N_("{count}个编号重复")
CLOCK = N_("时钟可疑：{doubt}")
BACK_FILLED = N_("{share}%的时刻晚于发生{hours}小时以上才上报，按事后补录计")
DISORDER = N_("{cases}件的时间先后有矛盾；入账后由监察判定")


class Checked(NamedTuple):
    """One case as translated, with the faults of mapping and ledger together; none: it could be filed."""

    translated: Translated
    faults: tuple[Fault, ...]


def assess(
    checked: Sequence[Checked],
    *,
    mapping: m.Mapping,
    name: str,
    now: datetime,
    rows: Mapping[str, int],
    sampled: bool,
    repeated: Sequence[str] = (),
    choices: Mapping[str, Sequence[str]] | None = None,
    standard: Standard | None = None,
    translate: Callable[[str], str] = str,
) -> Conformance:
    """Return the report. `repeated` are numbers that stand for more than one case; `choices` are our own codes by the
    name of a refusal (items for UnknownItem), for the nearest to be named; `now` judges what lies in the future.
    """
    standard = standard or load_standard()
    whole = [one for one in checked if one.translated.history]
    history = [dated for one in whole for dated in one.translated.history]
    order = OrderCount(now=now)
    for one in whole:
        order.look_at(one.translated.key, one.translated.history)
    coverage = cover(mapping, [one.translated.record for one in checked], standard.fields)
    unknown = _unknown_codes(checked, mapping, choices or {})
    duplicates = Duplicates(count=len(repeated), examples=tuple(repeated[:_MOST_EXAMPLES]))
    clock = doubt_clock(history, standard, date_only=_times_put(mapping))
    delay = measure_delay(history, standard)
    fit = sum(not one.faults for one in checked)
    verdict, reasons = _judge(
        cases=len(checked), broken=len(checked) - fit, coverage=coverage, unknown=unknown, duplicates=duplicates,
        order=order.faults(), clock=clock, delay=delay, standard=standard,
    )  # fmt: skip
    return Conformance(
        source=mapping.source,
        mapping=name,
        cases=len(checked),
        fit=fit,
        acts=len(history),
        rows=dict(rows),
        sampled=sampled,
        verdict=verdict,
        reasons=reasons,
        coverage=coverage,
        unknown_codes=unknown,
        faults=_groups(checked, translate),
        duplicates=duplicates,
        order=order.faults(),
        clock=clock,
        delay=delay,
    )


def _times_put(mapping: m.Mapping) -> tuple[str, ...]:
    found = {mapping.date_only_at}

    def look(value: m.Value | str | None) -> None:
        if isinstance(value, m.Value):
            found.add(value.date_only_at)
            for part in (*value.earliest, *value.first_of, value.not_after):
                look(part)

    for value in mapping.case.values():
        look(value)
    for rule in (*mapping.acts, *(act for event in mapping.events for act in event.acts)):
        look(rule.at)
    return tuple(sorted(found - {""}))


def _unknown_codes(
    checked: Iterable[Checked], mapping: m.Mapping, choices: Mapping[str, Sequence[str]]
) -> tuple[UnknownCode, ...]:
    counted: Counter[tuple[str, str, str]] = Counter()
    kinds: dict[tuple[str, str, str], str] = {}
    for one in checked:
        for fault in one.faults:
            detail = _OF_CODES.get(fault.code)
            if detail is None:
                continue
            value = fault.value or fault.details.get(detail, "")
            codes = fault.details.get("codes", "") or _LISTS.get(fault.code, "")
            if "table" in fault.details:
                codes = f"{fault.details['table']}.{fault.details['column']}"
            key = (codes, fault.field, value)
            counted[key] += 1
            kinds[key] = fault.code
    found = []
    for (codes, column, value), count in sorted(counted.items(), key=lambda one: (-one[1], one[0]))[:_MOST_CODES]:
        kind = kinds[codes, column, value]
        known = choices.get(kind) or (
            tuple(mapping.codes[codes].map) if codes in mapping.codes else choices.get(codes, ())
        )
        found.append(UnknownCode(codes=codes, column=column, value=value, count=count, nearest=nearest(value, known)))
    return tuple(found)


_LISTS = {
    "UnknownItem": "@items",
    "UnknownProcedure": "procedures",
    "UnknownResultCode": "results",
    "UnknownResult": "results",
}


def _groups(checked: Iterable[Checked], translate: Callable[[str], str]) -> tuple[FaultGroup, ...]:
    groups: dict[tuple[str, str], tuple[int, str, Fault]] = {}
    for one in checked:
        for key in dict.fromkeys((fault.code, fault.field) for fault in one.faults):
            fault = next(found for found in one.faults if (found.code, found.field) == key)
            count, example_key, example = groups.get(key, (0, one.translated.key, fault))
            groups[key] = (count + 1, example_key, example)
    ordered = sorted(groups.items(), key=lambda one: (-one[1][0], one[0]))[:_MOST_FAULTS]
    return tuple(
        FaultGroup(code=code, column=field, cases=count, example_key=key, example=fault.explain(translate))
        for (code, field), (count, key, fault) in ordered
    )


def _judge(
    *,
    cases: int,
    broken: int,
    coverage: Sequence[FieldCoverage],
    unknown: Sequence[UnknownCode],
    duplicates: Duplicates,
    order: Sequence[OrderFault],
    clock: ClockDoubt,
    delay: Delay,
    standard: Standard,
) -> tuple[Verdict, tuple[Reason, ...]]:
    if not cases:
        return Verdict.NOT_YET, (Reason(sentence=NO_CASES),)
    share = 1000 * broken // cases
    never: list[Reason] = []
    fix: list[Reason] = []
    note: list[Reason] = []
    if share >= standard.permille("broken_to_refuse"):
        never.append(_reason(HALF_BROKEN, broken=broken, share=_percent(share)))
    elif share >= standard.permille("broken_to_fix"):
        fix.append(_reason(SOME_BROKEN, broken=broken, share=_percent(share)))
    elif broken:
        note.append(_reason(FEW_BROKEN, broken=broken, share=_percent(share)))
    for one in coverage:
        if one.needed and not one.mapped:
            never.append(_reason(NOT_MAPPED, field=one.field))
        elif one.needed and one.total and one.permille < _needed(one, standard):
            fix.append(_reason(NOT_FILLED, field=one.field, share=_percent(one.permille)))
    if unknown:
        fix.append(_reason(CODES_UNKNOWN, count=len(unknown), rows=sum(one.count for one in unknown)))
    if duplicates.count:
        fix.append(_reason(REPEATED, count=duplicates.count))
    if clock.doubt:
        fix.append(_reason(CLOCK, doubt=clock.doubt))
    if delay.back_filled_permille >= standard.permille("back_filled"):
        hours = standard.back_filled_after_hours.hours
        note.append(_reason(BACK_FILLED, share=_percent(delay.back_filled_permille), hours=hours))
    if order:
        note.append(_reason(DISORDER, cases=sum(one.cases for one in order)))
    verdict = Verdict.NOT_YET if never else Verdict.FIX_FIRST if fix else Verdict.READY
    return verdict, (*never, *fix, *note)


def _needed(one: FieldCoverage, standard: Standard) -> int:
    """Open cases have no end yet: what stands only in closed ones need only be there at all."""
    return 1 if one.field.startswith(("事项办结/", "事项受理/受理时间")) else standard.permille("needed_filled")


def _percent(permille: int) -> str:
    return f"{permille / 10:.1f}".removesuffix(".0")


def _reason(sentence: str, **details: object) -> Reason:
    return Reason(sentence=sentence, details={name: str(value) for name, value in details.items()})
