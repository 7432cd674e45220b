"""Conformance: what the cases of a source are worth, told before any of them is filed."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from yichuang.cases.values import acts
from yichuang.exchange.domain.conformance import clock, order
from yichuang.exchange.domain.conformance.assess import Checked, assess
from yichuang.exchange.domain.conformance.coverage import cover
from yichuang.exchange.domain.conformance.order import OrderCount
from yichuang.exchange.domain.conformance.report import Conformance, Verdict
from yichuang.exchange.domain.conformance.standard import load_standard
from yichuang.exchange.domain.mapping_file import MappingFile
from yichuang.exchange.domain.ordering import Dated
from yichuang.exchange.domain.records import Record, Row
from yichuang.exchange.domain.translate import Translator

STANDARD = load_standard()
NOW = datetime(2015, 7, 1, tzinfo=UTC)
MAPPING = """\
source: county-x
codes:
  items: {map: {A: "10001"}}
case:
  source_key: {column: no}
  item: {column: item, codes: items}
  organisation: 610924-zhujian
  division: "610924"
  received_at: {column: received}
applicant: {name: {column: who}}
acts:
  - {act: accept, at: {column: accepted}}
  - act: close
    at: {column: closed}
    fields: {result: {column: result}}
"""


def row(number: int, **changes: str) -> dict[str, str]:
    """Return one sound case."""
    sound = {
        "no": f"N{number}", "item": "A", "who": "王试某", "received": f"2015-03-02 09:{number % 60:02d}",
        "accepted": f"2015-03-02 10:{number % 60:02d}", "closed": f"2015-03-09 16:{number % 60:02d}", "result": "0",
    }  # fmt: skip
    return {**sound, **changes}


def judge(rows: list[dict[str, str]], *, repeated: tuple[str, ...] = (), text: str = MAPPING) -> Conformance:
    """Return the report on some rows, translation being the only judge."""
    mapping = MappingFile(name="x.yaml", text=text).mapping
    translator = Translator(mapping)
    found = [translator.translate(Record(place, one), received_at=NOW) for place, one in enumerate(rows, start=2)]
    return assess(
        [Checked(one, one.faults) for one in found],
        mapping=mapping, name="x.yaml", now=NOW, rows={"x": len(rows)}, sampled=False, repeated=repeated,
    )  # fmt: skip


def test_sound_cases_are_ready() -> None:
    found = judge([row(n) for n in range(100)])
    assert (found.verdict, found.fit, found.broken, found.reasons) == (Verdict.READY, 100, 0, ())


@pytest.mark.parametrize(
    ("rows", "repeated", "verdict", "word"),
    [
        ([], (), Verdict.NOT_YET, "没有读到"),
        ([row(n, received="?") for n in range(9)] + [row(10)], (), Verdict.NOT_YET, "不能入账"),
        (
            [row(n) for n in range(90)] + [row(n, accepted="2015-02-30 09:00") for n in range(9)],
            (),
            Verdict.FIX_FIRST,
            "隔离区",
        ),
        ([row(n) for n in range(300)] + [row(300, closed="2015-02-30 09:00")], (), Verdict.READY, "逐件更正"),
        ([row(n) for n in range(300)] + [row(300, item="B")], (), Verdict.FIX_FIRST, "没有对应"),
        ([row(n) for n in range(60)], ("N1",), Verdict.FIX_FIRST, "重复"),
    ],
)
def test_the_verdict_follows_from_what_is_broken(
    rows: list[dict[str, str]], repeated: tuple[str, ...], verdict: Verdict, word: str
) -> None:
    found = judge(rows, repeated=repeated)
    assert found.verdict is verdict
    assert any(word in reason.sentence for reason in found.reasons)


def test_faults_are_counted_by_reason_with_a_masked_example_and_codes_with_their_nearest() -> None:
    found = judge([row(1), row(2, item="AA"), row(3, item="AA"), row(4, who="张三\x07丰")])
    (code,) = found.unknown_codes
    assert (code.codes, code.column, code.value, code.count, code.nearest) == ("items", "item", "AA", 2, "A")
    groups = {one.column: (one.code, one.cases, one.example_key) for one in found.faults}
    assert groups == {"item": ("CodeUnknown", 2, "N2"), "who": ("ControlCharacter", 1, "N4")}
    assert "张三" not in str(found)


def test_coverage_says_what_is_mapped_and_what_is_filled() -> None:
    found = {one.field: one for one in judge([row(1), row(2, who="", closed="")]).coverage}
    assert (found["办事申请/申请者名称"].filled, found["办事申请/申请者名称"].total) == (1, 2)
    assert found["办事申请/行政区划"].permille == 1000
    assert not found["事项办结/结果证照编号"].mapped
    assert found["事项办结/办结时间"].needed
    assert found["事项办结/办结时间"].columns == ("closed",)


def test_a_field_of_a_table_counts_by_the_rows_of_that_table() -> None:
    text = MAPPING.replace("acts:", "format: database\nconnection: {url: 'sqlite:///x.db'}\nacts:") + (
        "tables:\n"
        "  main: {name: a, main: true, key: [no], case: no, cursor: [no]}\n"
        "  step: {name: b, key: [id], case: no, cursor: [id]}\n"
        "events:\n"
        "  - when: [{column: '@table', equals: step}]\n"
        "    acts: [{act: finish-step, at: {column: done}, fields: {step: {column: name}, officer: {column: by}}}]\n"
    )
    mapping = MappingFile(name="x.yaml", text=text).mapping
    events = tuple(
        Row(n, {"@table": "step", "name": "审核", "done": "2015-03-03 10:00", "by": by})
        for n, by in enumerate(("王", "", "李"))
    )
    found = {one.field: one for one in cover(mapping, [Record(1, row(1), events)], STANDARD.fields)}
    assert (found["事项办理/处理人"].filled, found["事项办理/处理人"].total) == (2, 3)
    assert (found["办事申请/办件编号"].filled, found["办事申请/办件编号"].total) == (1, 1)


def at_hours(*hours: int, minute: int = 7) -> list[Dated]:
    """Return acts at these hours of China, forty days of them."""
    start = datetime(2015, 3, 2, tzinfo=clock.OFFICE)
    return [
        Dated(acts.Deliver(), start + timedelta(days=day, hours=hour, minutes=minute), 1, "t", "")
        for day in range(40)
        for hour in hours
    ]


@pytest.mark.parametrize(
    ("hours", "minute", "doubt", "shift"),
    [
        ((9, 10, 11, 14, 15, 16), 7, "", 0),
        ((1, 2, 3, 6, 7, 8), 7, clock.AS_UTC, 8),
        ((17, 18, 19, 22, 23, 0), 7, clock.AS_AHEAD, -8),
        ((9, 10, 11, 2, 3, 4), 7, clock.TWELVE_HOURS, 0),
        ((9, 10, 23, 1), 7, clock.AT_NIGHT, 0),
        ((0, 0, 10), 0, clock.ONLY_DAYS, 0),
    ],
)
def test_a_clock_that_is_not_the_offices_own_is_doubted(
    hours: tuple[int, ...], minute: int, doubt: str, shift: int
) -> None:
    found = clock.doubt_clock(at_hours(*hours, minute=minute), STANDARD)
    assert (found.doubt, found.shift_hours) == (doubt, shift)


def test_times_of_day_that_the_mapping_itself_puts_are_no_evidence() -> None:
    assert clock.doubt_clock(at_hours(3, minute=0), STANDARD, date_only=("03:00",)).instants == 0
    assert clock.doubt_clock(at_hours(3)[:5], STANDARD).doubt == ""


def test_delay_is_measured_where_the_source_says_when_a_row_came() -> None:
    base = datetime(2015, 3, 2, 9, tzinfo=clock.OFFICE)
    late = [
        Dated(acts.Deliver(), base, 1, "t", "", base + timedelta(minutes=minutes))
        for minutes in (-5, 1, 2, 3, 4, 5, 6, 7, 8, 60 * 24 * 3)
    ]
    found = clock.measure_delay([*late, Dated(acts.Deliver(), base, 1, "t", "")], STANDARD)
    assert (found.measured, found.ahead, found.back_filled, found.p50) == (10, 1, 1, 300)
    assert found.back_filled_permille == 100


def test_times_that_cannot_both_be_right_are_counted_by_kind() -> None:
    base = datetime(2015, 3, 2, 9, tzinfo=clock.OFFICE)

    def dated(act: Any, hours: int) -> Dated:
        return Dated(act, base + timedelta(hours=hours), 1, "t", "")

    count = OrderCount(now=base + timedelta(days=1))
    receipt = acts.Receive(item="10001", organisation="o", division="610924")
    count.look_at("A", [dated(receipt, 0), dated(acts.Accept(), -1), dated(acts.Close(), -2)])
    count.look_at("B", [dated(receipt, 0), dated(acts.Accept(due_at=base), 1), dated(acts.Grant(), 30)])
    count.look_at("C", [dated(acts.StartStep(step="s"), 3), dated(acts.FinishStep(step="s"), 2)])
    found = {one.kind: (one.cases, one.example_key) for one in count.faults()}
    assert found == {
        order.ACCEPTED_BEFORE_RECEIVED: (1, "A"),
        order.CLOSED_BEFORE_ACCEPTED: (1, "A"),
        order.PROMISED_BEFORE_ACCEPTED: (1, "B"),
        order.IN_THE_FUTURE: (1, "B"),
        order.STEP_ENDS_BEFORE_START: (1, "C"),
    }


def test_the_standard_is_dated_and_every_limit_has_its_source() -> None:
    assert STANDARD.standard.citation.startswith("GB/T 39046")
    assert all(limit.citation and limit.mark for limit in STANDARD.limits)
    with pytest.raises(KeyError):
        STANDARD.permille("none")
