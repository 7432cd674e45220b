"""A mapping file: what is wrong with it is said all at once, by key path and line."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yichuang.exchange.domain.mapping import ACTS, CASE_FIELDS, RULE_ACTS
from yichuang.exchange.domain.mapping_file import MappingFaulty, MappingFile

GOOD = """\
source: county-a
format: csv
shape: row-per-case
case:
  source_key: {column: 办件编号}
  item: {column: 事项}
  organisation: 610924-zhujian
  division: "610924"
  received_at: {column: 收件时间}
acts:
  - act: accept
    at: {column: 受理时间}
  - act: close
    at: {column: 办结时间}
"""


def faults_of(text: str) -> list[tuple[int, str, str]]:
    """Return (line, key path, code) of every fault."""
    with pytest.raises(MappingFaulty) as caught:
        MappingFile(name="county.yaml", text=text)
    return [(fault.row, fault.field, fault.code) for fault in caught.value.faults]


def test_a_good_mapping_is_read_and_its_codes_keep_their_leading_zeros() -> None:
    told = MappingFile(name="county.yaml", text=GOOD.replace("610924-zhujian", "012"))
    assert told.mapping.case["organisation"] == "012"
    assert told.line_of(("acts", 1, "at")) == 14


def test_every_fault_is_named_by_key_path_and_line_in_one_go() -> None:
    text = (
        GOOD.replace("shape: row-per-case", "shape: row-per-cas")
        .replace("  - act: accept", "  - act: acept")
        .replace("column: 办结时间", "colum: 办结时间")
        .replace("format: csv", "format: csv\ntimes: ['%Q']")
    )
    assert faults_of(text) == [
        (3, "times[1]", "BadPattern"),
        (4, "shape", "WrongShape"),
        (12, "acts[1].act", "NotAChoice"),
        (15, "acts[2].at.colum", "UnknownKey"),
    ]


def test_an_unknown_act_names_the_nearest_one_and_all_that_there_are() -> None:
    with pytest.raises(MappingFaulty) as caught:
        MappingFile(name="county.yaml", text=GOOD.replace("act: close", "act: closed"))
    (fault,) = caught.value.faults
    assert "最接近的是“close”" in fault.explain()
    assert all(act in fault.explain() for act in ("grant", "finish-step", "start-special-procedure"))


def test_an_unknown_field_of_an_act_is_refused_at_its_line() -> None:
    text = GOOD + "    fields: {resullt: '0'}\n"
    assert faults_of(text) == [(15, "acts[2].fields.resullt", "UnknownKey")]


def test_a_required_field_of_an_act_must_be_given() -> None:
    text = GOOD + "  - act: forward\n    at: {column: 转报时间}\n"
    assert [(path, code) for _, path, code in faults_of(text)] == [
        ("acts[3].fields.to_organisation", "KeyMissing"),
        ("acts[3].fields.reason", "KeyMissing"),
    ]


def test_a_missing_case_field_is_named() -> None:
    assert faults_of(GOOD.replace('  division: "610924"\n', "")) == [(4, "case.division", "KeyMissing")]


def test_the_same_key_twice_is_refused_because_yaml_would_keep_only_the_last() -> None:
    assert ("zone", "RepeatedKey") in [(p, c) for _, p, c in faults_of("zone: UTC\nzone: Asia/Shanghai\n" + GOOD)]


@pytest.mark.parametrize(
    ("broken", "code"),
    [
        ("source: [", "NotYaml"),
        ("- a\n- b\n", "WrongShape"),
        ("", "WrongShape"),
        ("a: &x {b: *x}", "NotYaml"),
    ],
)
def test_what_is_no_mapping_at_all_is_refused_with_its_reason(broken: str, code: str) -> None:
    try:
        faults = faults_of(broken)
    except ValueError:
        pytest.fail("not refused but broken")
    assert code in {found for _, _, found in faults} or faults


def test_text_fields_take_no_time_keys_and_code_lists_must_exist() -> None:
    text = GOOD.replace("item: {column: 事项}", "item: {column: 事项, codes: items, formats: [iso]}")
    assert [(path, code) for _, path, code in faults_of(text)] == [
        ("case.item.formats", "Contradiction"),
        ("case.item.codes", "NotAChoice"),
    ]


def test_a_constant_is_judged_once_in_the_mapping() -> None:
    text = GOOD.replace('division: "610924"', 'division: "6109"') + "  \n"
    assert [(path, code) for _, path, code in faults_of(text)] == [("case.division", "WrongLength")]


def test_every_act_of_the_ledger_can_be_named_except_the_receipt_which_the_case_makes() -> None:
    assert set(RULE_ACTS) == set(ACTS) - {"receive"}
    assert {"source_key", "received_at", "item", "division"} <= set(CASE_FIELDS)


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_a_mapping_changed_anywhere_is_read_or_refused_and_never_breaks(data: st.DataObject) -> None:
    lines = GOOD.splitlines()
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, len(lines) - 1))
        change = data.draw(st.sampled_from(["drop", "repeat", "indent", "text", "letters"]))
        if change == "drop" and len(lines) > 1:
            del lines[place]
        elif change == "repeat":
            lines.insert(place, lines[place])
        elif change == "indent":
            lines[place] = "  " + lines[place]
        elif change == "text":
            lines[place] = data.draw(st.text(max_size=20))
        else:
            cut = data.draw(st.integers(0, len(lines[place])))
            lines[place] = lines[place][:cut] + data.draw(st.sampled_from(":{}[]-&*!|>'\"%@`#,?")) + lines[place][cut:]
    try:
        MappingFile(name="m.yaml", text="\n".join(lines))
    except MappingFaulty as refusal:
        assert refusal.faults and refusal.explain().count("\n") == len(refusal.faults)


def test_a_mapping_that_refers_to_itself_is_refused() -> None:
    with pytest.raises(MappingFaulty):
        MappingFile(name="m.yaml", text="source: aa\ncase: &a\n  item: *a\n")
