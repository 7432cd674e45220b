"""A rule's file: read whole, or refused with every fault at its line and column."""

from datetime import date
from pathlib import Path

import pytest

from tests.factories.rules import made_rule, rule_text
from yichuang.supervision.domain.faults import RulesFaulty
from yichuang.supervision.domain.parameters import ParameterUnit
from yichuang.supervision.domain.rule import Mark, Rule, RuleClass
from yichuang.supervision.domain.rulefile import read_rule
from yichuang.supervision.domain.words import Colour, Level, Scheme

GOOD = rule_text()


def faults(text: str, file: str = "made-rule.yaml") -> list[tuple[int, int, str]]:
    """Return line, column and reason of all faults of a file."""
    with pytest.raises(RulesFaulty) as refused:
        read_rule(text, file=file)
    return [(fault.line, fault.column, fault.why()) for fault in refused.value.faults]


def test_a_file_says_all_of_a_rule() -> None:
    rule = made_rule(
        parameters="parameters: {near: {unit: working-days, values: "
        "[{from: 2004-07-01, value: 1, citation: 甲, mark: K}]}}\n",
        condition="counted AND promised_due_wd - :near < :today_wd",
    )
    assert rule.id == "made-rule"
    assert (rule.title.zh, rule.title.of("en")) == ("超过承诺时限未办结", "Promised period exceeded")
    assert (rule.rule_class, rule.level, rule.mark) == (RuleClass.TIMELINESS, Level.DEPARTMENT, Mark.VERIFIED)
    assert (rule.colour(Scheme.A), rule.colour(Scheme.B)) == (Colour.RED, Colour.YELLOW)
    assert (rule.from_on, rule.until) == (date(2004, 7, 1), None)
    assert rule.parameters[0].unit is ParameterUnit.WORKING_DAYS
    assert rule.parameters_on(date(2015, 1, 1))["near"].value == 1
    assert rule.columns == {"counted", "promised_due_wd", "received_wd"}
    assert [example.found for example in rule.examples] == [True, False]
    assert len(rule.digest) == 64


def test_a_scheme_that_is_left_out_finds_without_a_card_and_none_does_not_apply() -> None:
    rule = read_rule(GOOD.replace("{A: red, B: yellow}", "{B: none}"), file="made-rule.yaml")
    assert (rule.applies(Scheme.A), rule.colour(Scheme.A)) == (True, None)
    assert (rule.applies(Scheme.B), rule.colour(Scheme.B)) == (False, None)


def test_the_digest_names_the_text() -> None:
    assert made_rule().digest == made_rule().digest
    assert made_rule().digest != made_rule(condition="counted").digest


# What is written, what in its place, from where the fault counts, and words of it.
FAULTS = [
    ("id: made-rule", "id: other-rule", "other-rule", "须与文件名相同"),
    ("id: made-rule", "id: Made_Rule", "Made_Rule", "只用小写字母"),
    ("en: Promised period exceeded", "fr: Délai", "fr:", "不认识的键 fr"),
    ("en: Promised period exceeded", "fr: Délai", "{zh: 超过承诺", "缺少 en"),
    ("class: timeliness", "class: speed", "speed", "没有“speed”"),
    ("relation: cases", "relation: case", "case", "没有“case”"),
    ("{A: red, B: yellow}", "{A: green}", "green", "没有“green”"),
    ("{A: red, B: yellow}", "{C: red}", "C: red", "不认识的键 C"),
    ("level: department", "level: boss", "boss", "没有“boss”"),
    ("citation: 行政许可法第四十二条", "citation: ''", "''", "不能为空"),
    ("mark: V", "mark: X", "X", "没有“X”"),
    ("from: 2004-07-01", "from: 2004-07-32", "2004-07-32", "这里应是日期"),
    ("from: 2004-07-01", "from: 1999-01-01", "1999-01-01", "日期须在2004-01-01至"),
    ("until: null", "until: 2004-07-01", "2004-07-01}", "失效日须晚于施行日"),
    ("anchor: received_wd", "anchor: received_s", "received_s", "没有“received_s”"),
    ("counted AND", "counted AND\n  recieved_wd = 1 AND", "recieved_wd", "没有列 recieved_wd"),
    ("occurred: promised_due_wd + 1", "occurred: counted", "counted\nevidence", "这里应得出数字"),
    ("evidence: [promised_due_wd]", "evidence: [promised_due]", "promised_due]", "没有“promised_due”"),
    ("evidence: [promised_due_wd]", "evidence: []", "[]", "至少要列出一列证据"),
    ("evidence: [promised_due_wd]", "evidence: [counted, counted]", "counted]", "写了两次"),
    ("on: 2015-03-17", "on: the day after", "the day after", "这里应是日期"),
    ("on: 2015-03-17", "on: 2003-03-17", "2003-03-17", "日期须在2004-01-01至"),
    ("row: {}, found: true", "row: {nothing: 1}, found: true", "1}, found", "没有列 nothing"),
    ("row: {}, found: true", "row: {counted: 1}, found: true", "1}, found", "true 或 false"),
    ("row: {}, found: true", "row: {received_wd: null}, found: true", "null}, found", "不会为空"),
    ("row: {}, found: true", 'row: {received_wd: "@2015-02-30"}, found: true', '"@2015-02-30"', "@2015-03-18"),
    ("row: {}, found: true", 'row: {used_days: "@2015-03-02"}, found: true', '"@2015-03-02"', "不是日期或时间"),
    ("row: {}, found: true", "row: {used_days: many}, found: true", "many", "这里应是整数"),
    ("found: true", "found: perhaps", "perhaps", "true 或 false"),
    ("found: true", "found: false", "- {name: {zh: 超过一日", "至少要有一个命中的例子"),
    ("row: {}, found: true", "start: middle, row: {}, found: true", "middle", "没有“middle”"),
]


@pytest.mark.parametrize(("old", "new", "marker", "words"), FAULTS)
def test_a_fault_is_told_by_its_line_and_column(old: str, new: str, marker: str, words: str) -> None:
    assert old in GOOD
    text = GOOD.replace(old, new, 1)
    before = text[: text.index(marker)]
    place = (before.count("\n") + 1, len(before) - before.rfind("\n"))
    told = faults(text)
    assert any((line, column) == place and words in why for line, column, why in told), told


@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        (
            "parameters: {near: {unit: weeks, values: [{from: 2004-07-01, value: 1, citation: 某法, mark: K}]}}\n",
            "没有“weeks”",
        ),
        ("parameters: {near: {unit: days, values: []}}\n", "至少要有一段值"),
        ("parameters: {near: {unit: days, values: [{from: 2004-07-01, value: 1, mark: K}]}}\n", "缺少 citation"),
        ("parameters: {near: {unit: days, values: [{from: 2004-07-01, value: x, citation: 某法, mark: K}]}}\n", "整数"),
        (
            "parameters: {near: {unit: days, values: [{from: 2014-01-01, value: 1, citation: 甲, mark: K},"
            " {from: 2010-01-01, value: 2, citation: 乙, mark: K}]}}\n",
            "先后排列",
        ),
        (
            "parameters: {counted: {unit: days, values: [{from: 2004-07-01, value: 1, citation: 甲, mark: K}]}}\n",
            "不能叫 counted",
        ),
        (
            "parameters: {today_wd: {unit: days, values: [{from: 2004-07-01, value: 1, citation: 甲, mark: K}]}}\n",
            "不能叫 today_wd",
        ),
        (
            "parameters: {spare: {unit: days, values: [{from: 2004-07-01, value: 1, citation: 甲, mark: K}]}}\n",
            "spare 没有用到",
        ),
    ],
)
def test_a_parameter_must_have_unit_dates_and_sources(parameters: str, words: str) -> None:
    assert any(words in why for _, _, why in faults(rule_text(parameters=parameters)))


def test_all_faults_are_told_at_once() -> None:
    text = GOOD.replace("class: timeliness", "class: speed").replace("mark: V", "mark: X").replace("cases", "case")
    assert [line for line, _, _ in faults(text)] == [6, 7, 11]


@pytest.mark.parametrize("style", [">-", "|", ">", "|-"])
def test_the_column_of_a_fault_is_found_in_a_condition_over_several_lines(style: str) -> None:
    text = GOOD.replace(
        "condition: >-\n  counted AND ended_wd IS NULL AND promised_due_wd < :today_wd",
        f"condition: {style}\n  counted AND kind = '超期 件'\n    AND joint\n\n  AND wrong_column < 1",
    )
    told = [(line, column) for line, column, why in faults(text) if "wrong_column" in why]
    assert told == [(18, 7)]


@pytest.mark.parametrize("quote", ["'", '"'])
def test_the_column_of_a_fault_is_found_in_a_quoted_condition(quote: str) -> None:
    inner = "counted AND kind = ''promised'' AND wrong_column < 1" if quote == "'" else "counted AND wrong_column < 1"
    text = GOOD.replace(">-\n  counted AND ended_wd IS NULL AND promised_due_wd < :today_wd", f"{quote}{inner}{quote}")
    column = len("condition: ") + 1 + inner.index("wrong_column") + 1
    assert [(line, at) for line, at, why in faults(text) if "wrong_column" in why] == [(14, column)]


def test_windows_line_ends_change_no_line() -> None:
    text = GOOD.replace("mark: V", "mark: X").replace("\n", "\r\n")
    assert [line for line, _, _ in faults(text)] == [11]


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("", 1, "文件是空的"),
        ("id: [", 2, "不是 YAML"),
        ("id: made-rule\n\tclass: x", 2, "不是 YAML"),
        ("- a\n- b", 1, "键: 值"),
        ("just a text", 1, "键: 值"),
        ("a: &a [x]\nb: *a", 1, "别名"),
        (GOOD + "id: made-rule\n", 21, "写了两次"),
        (GOOD + "extra: 1\n", 21, "不认识的键 extra"),
        ("[" * 5000, 2, "不是 YAML"),
        ("x: " + "y" * 70_000, 1, "文件超过"),
    ],
)
def test_a_text_that_is_no_rule_is_refused(text: str, line: int, words: str) -> None:
    assert any(at == line and words in why for at, _, why in faults(text))


@pytest.mark.parametrize("key", ["id", "title", "explanation", "class", "relation", "cards", "level", "citation"])
def test_nothing_may_be_missing(key: str) -> None:
    kept = []
    dropped = False
    for line in GOOD.splitlines():
        dropped = line.startswith(f"{key}:") or (dropped and line.startswith(" "))
        if not dropped:
            kept.append(line)
    assert any(f"缺少 {key}" in why for _, _, why in faults("\n".join(kept)))


def test_a_code_that_looks_like_a_number_stays_a_text() -> None:
    rule = read_rule(
        GOOD.replace("row: {}, found: true", "row: {item: 01001, county: 610924}, found: true"), file="made-rule.yaml"
    )
    assert dict(rule.examples[0].row) == {"item": "01001", "county": "610924"}


def asks(condition: str, **changes: str) -> Rule:
    return made_rule(condition=condition, **changes)


def test_a_rule_knows_whether_time_alone_can_change_what_it_finds() -> None:
    assert not asks("counted AND late_promised").asks_time
    assert asks("promised_due_wd < :today_wd").asks_time
    assert asks("received_s < :now_s").asks_time
    assert not asks("counted", anchor="received_wd", from_on="2027-01-01").asks_time
    assert asks("counted", anchor="today_wd", from_on="2027-01-01").asks_time
    assert asks("counted", anchor="decided_wd", until="2027-01-01").asks_time
    assert not asks("counted", anchor="today_wd").asks_time


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("ended_wd IS NULL AND promised_due_wd < :today_wd", False),
        ("late_promised OR ended_wd IS NULL AND promised_due_wd < :today_wd", False),
        ("late_promised OR (closed_wd IS NULL AND (promised_due_wd < :today_wd OR step_due_s < :now_s))", False),
        ("promised_due_wd < COALESCE(ended_wd, :today_wd)", False),
        ("promised_due_wd < COALESCE(delivered_wd, closed_wd, :today_wd)", False),
        ("promised_due_wd < CASE WHEN ended_wd IS NULL THEN :today_wd ELSE ended_wd END", False),
        ("NOT (ended_wd IS NOT NULL OR promised_due_wd < :today_wd)", False),
        ("promised_due_wd < COALESCE(decided_wd, :today_wd)", True),
        ("decided_wd IS NULL AND promised_due_wd < :today_wd", True),
        ("ended_wd IS NOT NULL AND promised_due_wd < :today_wd", True),
        ("delivered_wd IS NULL AND ended_wd + 10 < :today_wd", True),
        ("promised_due_wd < CASE WHEN joint THEN :today_wd ELSE ended_wd END", True),
    ],
)
def test_a_rule_knows_whether_a_closed_case_can_still_change_with_time(condition: str, expected: bool) -> None:
    assert asks(condition, occurred="received_wd").asks_time_closed is expected


def test_a_rule_knows_whether_it_is_about_open_cases_only() -> None:
    assert asks("counted AND (ended_wd IS NULL) AND joint").only_open
    assert asks("closed_wd IS NULL").only_open
    assert not asks("ended_wd IS NOT NULL").only_open
    assert not asks("ended_wd IS NULL OR joint").only_open


def test_the_example_of_the_handbook_is_a_rule() -> None:
    text = (Path(__file__).parents[3] / "docs" / "rules.md").read_text()
    rule = read_rule(text.split("```yaml\n")[1].split("```")[0], file="promised-overdue.yaml")
    assert [example.found for example in rule.examples] == [True, False]
