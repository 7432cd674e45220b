"""Translation: records into histories, or all of their faults at once."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yichuang.cases.values import Limit, Result, Unit, acts
from yichuang.exchange.domain.mapping_file import MappingFile
from yichuang.exchange.domain.records import Record, Row, record_from_json
from yichuang.exchange.domain.translate import NOBODY, Translated, Translator

NOW = datetime(2015, 7, 1, tzinfo=UTC)

CASES = """\
source: county-a
shape: row-per-case
times: [iso, "%Y-%m-%d %H:%M"]
results: older
codes:
  items: {map: {JZ-01: "10001", JZ-02: "10002"}}
  channels: {map: {窗口: window, 网上: web}, otherwise: other}
case:
  source_key: {column: 编号}
  item: {column: 事项, codes: items}
  organisation: 610924-zhujian
  division: {column: 区划}
  channel: {column: 渠道, codes: channels}
  received_at: {column: 收件}
applicant:
  name: {column: 姓名}
  id_number: {column: 证件}
acts:
  - act: accept
    at: {column: 受理}
    fields: {due_at: {column: 到期}, promised: {column: 承诺}}
  - act: grant
    at: {column: 决定}
    when: [{column: 结果, in: ["0"]}]
  - act: close
    at: {column: 办结}
    fields: {result: {column: 结果}, explanation: {column: 理由}}
"""
ROW = {
    "编号": "A-1",
    "事项": "JZ-01",
    "区划": "610924",
    "渠道": "网上",
    "收件": "2015-01-05 09:30",
    "姓名": "张三丰",
    "证件": "610924198001010011",
    "受理": "2015-01-05 10:00",
    "到期": "2015-01-20",
    "承诺": "10工作日",
    "决定": "2015-01-12 16:00",
    "办结": "2015-01-12 17:00",
    "结果": "0",
    "理由": "",
}

EVENTS = """\
source: county-b
shape: row-per-event
case:
  source_key: {column: 流水号}
  item: {column: 事项}
  organisation: 610925-zhujian
  division: "610925"
  received_at: {first_of: [{column: 时间, of_event: [{column: 环节, equals: 收件}]}]}
events:
  - when: [{column: 环节, equals: 收件}]
    ignore: true
  - when: [{column: 环节, equals: 受理}]
    acts: [{act: accept, at: {column: 时间}}]
  - when: [{column: 环节, regex: "^(初审|复审)$"}]
    acts:
      - {act: finish-step, at: {column: 时间}, fields: {step: {column: 环节}, officer: {column: 经办}}}
  - when: [{column: 环节, equals: 办结}]
    acts: [{act: close, at: {column: 时间}, fields: {result: granted}}]
"""


def translate(text: str, record: Record) -> Translated:
    """Translate one record by the text of a mapping."""
    return Translator(MappingFile(name="m.yaml", text=text).mapping).translate(record, received_at=NOW)


def row(**changes: str) -> Record:
    """Make a good row of the first county, changed."""
    return Record(7, {**ROW, **changes})


def events(*lines: tuple[str, str], **more: str) -> Record:
    """Make a case of the second county of (step, time)."""
    return Record(
        2,
        {},
        tuple(
            Row(place, {"流水号": "B-1", "事项": "10001", "环节": step, "时间": at, "经办": "", **more})
            for place, (step, at) in enumerate(lines, start=2)
        ),
    )


def test_a_row_becomes_a_history_in_the_order_of_its_instants() -> None:
    found = translate(CASES, row())
    assert found.faults == ()
    assert found.filing is not None
    assert [type(one.act) for one in found.filing.history] == [acts.Receive, acts.Accept, acts.Grant, acts.Close]
    receive, accept, _, close = (one.act for one in found.filing.history)
    assert isinstance(receive, acts.Receive) and (receive.item, receive.channel) == ("10001", "web")
    assert isinstance(accept, acts.Accept) and accept.promised == Limit(10, Unit.WORKING_DAYS)
    assert accept.due_at == datetime(2015, 1, 20, 1, tzinfo=UTC)
    assert isinstance(close, acts.Close) and close.result == Result.GRANTED
    assert {one.received_at for one in found.filing.history} == {NOW}
    assert found.filing.applicant.name == "张三丰"


def test_an_empty_instant_means_that_the_act_has_not_happened() -> None:
    found = translate(CASES, row(决定="", 办结=""))
    assert found.filing is not None
    assert [type(one.act) for one in found.filing.history] == [acts.Receive, acts.Accept]


def test_without_an_applicant_the_source_is_said_not_to_have_given_one() -> None:
    found = translate(CASES, row(姓名=""))
    assert found.filing is not None and found.filing.applicant.name == NOBODY


def test_all_faults_of_a_record_are_found_at_once_each_with_row_field_and_value() -> None:
    found = translate(CASES, row(事项="JZ-99", 收件="2015-02-30", 承诺="很快", 结果="9", 编号=" "))
    assert found.filing is None
    assert {(fault.field, fault.value, fault.code) for fault in found.faults} == {
        ("编号", "", "ValueMissing"),
        ("事项", "JZ-99", "CodeUnknown"),
        ("收件", "2015-02-30", "ImpossibleTime"),
        ("承诺", "很快", "NotAValue"),
        ("结果", "9", "UnknownResultCode"),
    }
    assert {fault.row for fault in found.faults} == {7}


def test_a_code_list_may_send_unknown_codes_to_one_place() -> None:
    found = translate(CASES, row(渠道="传真"))
    assert found.filing is not None and found.filing.history[0].act.channel == "other"  # type: ignore[attr-defined]


@pytest.mark.parametrize(("variant", "result"), [("older", Result.OTHER), ("newer", Result.NOT_ACCEPTED)])
def test_the_same_result_code_means_what_its_source_says_it_means(variant: str, result: Result) -> None:
    found = translate(CASES.replace("older", variant), row(结果="6"))
    assert found.filing is not None and found.filing.history[-1].act.result == result  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("value", "code"),
    [("字" * 5_000, "ValueTooLong"), ("a\x00b", "ControlCharacter"), ("\udcb0\udca1", "Undecodable")],
)
def test_a_value_that_no_table_could_hold_is_a_fault_of_its_field(value: str, code: str) -> None:
    found = translate(CASES, row(理由=value))
    assert [(fault.field, fault.code) for fault in found.faults] == [("理由", code)]
    found.faults[0].explain().encode()


def test_a_wrong_division_is_refused_before_it_could_stop_a_whole_batch() -> None:
    found = translate(CASES, row(区划="999900"))
    assert [(fault.field, fault.code) for fault in found.faults] == [("区划", "WrongPart")]


def test_a_fault_never_shows_what_belongs_to_a_person() -> None:
    found = translate(CASES, row(证件="6" * 80))
    (fault,) = found.faults
    assert fault.field == "证件" and "666" not in fault.explain() and "*" in fault.value


def test_events_of_one_key_become_one_case_and_ignored_ones_are_counted() -> None:
    found = translate(
        EVENTS, events(("收件", "2015-01-05T09:00"), ("受理", "2015-01-05T10:00"), ("初审", "2015-01-06"))
    )
    assert found.filing is not None and found.key == "B-1" and found.ignored == 1
    assert [type(one.act) for one in found.filing.history] == [acts.Receive, acts.Accept, acts.FinishStep]
    assert found.history[2].row == 4


def test_an_event_that_no_rule_knows_is_a_fault_and_not_lost() -> None:
    found = translate(EVENTS, events(("收件", "2015-01-05"), ("踏勘", "2015-01-06")))
    assert [(fault.row, fault.field, fault.value, fault.code) for fault in found.faults] == [
        (3, "环节", "踏勘", "EventUnmapped")
    ]


def test_rows_of_one_case_must_agree_about_the_case() -> None:
    record = events(("收件", "2015-01-05"), ("受理", "2015-01-06"))
    record.events[1].values["事项"] = "10002"
    found = translate(EVENTS, record)
    assert [(fault.row, fault.field, fault.value, fault.code) for fault in found.faults] == [
        (3, "事项", "10002", "CaseColumnDiffers")
    ]


def test_a_decision_before_acceptance_keeps_its_place_in_time_for_the_ledger_to_refuse() -> None:
    found = translate(CASES, row(决定="2015-01-05 09:45"))
    assert [type(one.act) for one in found.history][:3] == [acts.Receive, acts.Grant, acts.Accept]


LATE = EVENTS + "after_closing: at-closing\n"


def test_steps_typed_in_after_the_closing_stand_at_it_and_keep_their_own_instant_in_words() -> None:
    record = events(
        ("收件", "2015-01-05"), ("受理", "2015-01-05"), ("办结", "2015-01-06T12:00"), ("初审", "2015-01-09T08:00")
    )
    plain, moved = translate(EVENTS, record), translate(LATE, record)
    assert [type(one.act) for one in plain.history][-2:] == [acts.Close, acts.FinishStep]
    assert [type(one.act) for one in moved.history][-2:] == [acts.FinishStep, acts.Close]
    step: Any = moved.history[-2]
    assert step.at == moved.history[-1].at and "2015-01-09T08:00:00+08:00" in step.act.opinion


def test_the_earliest_of_several_columns_and_the_first_that_is_not_too_late() -> None:
    text = CASES.replace(
        "received_at: {column: 收件}", "received_at: {earliest: [{column: 收件}, {column: 办结}]}"
    ).replace("at: {column: 受理}", "at: {first_of: [{column: 受理, not_after: {column: 办结}}, {field: received_at}]}")
    found = translate(text, row(受理="2015-01-13 09:00", 决定=""))
    assert found.history[1].at == found.history[0].at


@given(st.dictionaries(st.sampled_from(sorted(ROW)), st.text(max_size=30)))
def test_no_content_of_a_row_makes_translation_raise(changes: dict[str, str]) -> None:
    found = translate(CASES, Record(1, {**ROW, **changes}))
    assert (found.filing is None) == bool(found.faults)


@given(st.dictionaries(st.text(max_size=10), st.text(max_size=20)))
def test_a_record_is_kept_as_it_was_sent(case: dict[str, str]) -> None:
    record = Record(3, case, (Row(1, case),))
    kept = record.to_json()
    kept.encode("ascii")
    assert "\x00" not in kept
    assert record_from_json(kept) == record
