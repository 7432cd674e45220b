"""Conditions in plain words: every packaged rule can be said, and what is said of a case is what caught it."""

import re
from datetime import date
from typing import Any

import pytest
from django.utils import translation

from yichuang.calendar.queries import get_calendar
from yichuang.dashboards.supervision.plain import Speaker
from yichuang.dashboards.supervision.shown import shown
from yichuang.dashboards.supervision.truth import NotKnown, holds
from yichuang.supervision.queries import get_rules
from yichuang.supervision.values import Rule, Unit

RULES = get_rules().rules
SQL = re.compile(r"\b(AND|OR|NOT|NULL|COALESCE|CASE|WHEN|LEAST|GREATEST|ABS|MOD|DIV|TRUE|FALSE)\b|:[a-z_]+|<=|>=|<>")
COLUMN = re.compile(r"\b[a-z]+(_[a-z]+)+\b")


def values_of(rule: Rule, place: int) -> tuple[dict[str, Any], date]:
    """Return the row of one example with the moment's numbers, and the day whose parameters count."""
    calendar, example = get_calendar(), rule.examples[place]
    row = example.values(rule.relation, calendar)
    moment = example.moment(calendar)
    anchor = row.get(rule.anchor) if rule.anchor else None
    ordinal = anchor if isinstance(anchor, int) and rule.is_day(rule.anchor) else moment.today_wd
    return {**row, **moment.numbers()}, calendar.day_of(ordinal)


def speaker_of(rule: Rule, values: dict[str, Any] | None = None, on: date | None = None) -> Speaker:
    return Speaker(rule.relation, {one.name: one for one in rule.parameters}, values, on=on)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_reading_a_condition_agrees_with_every_worked_example(rule: Rule) -> None:
    for place, example in enumerate(rule.examples):
        values, day = values_of(rule, place)
        if day < rule.from_on or (rule.until and day >= rule.until):
            continue  # found by nobody: the rule was not in force
        parameters = {name: one.value for name, one in rule.parameters_on(day).items()}
        assert (holds(rule.condition.tree, {**values, **parameters}) is True) is example.found, example.name.en


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_every_rule_can_be_said_without_a_word_of_sql(rule: Rule, language: str) -> None:
    with translation.override(language):
        parts = speaker_of(rule).parts(rule.condition)
        place = next(at for at, one in enumerate(rule.examples) if one.found)
        values, day = values_of(rule, place)
        filled = speaker_of(rule, values, day).parts(rule.condition)
    assert parts and filled
    for part in [*parts, *filled]:
        assert not SQL.search(part), part
        assert not COLUMN.search(part), part


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_what_is_said_of_a_found_case_holds_sentence_by_sentence(rule: Rule) -> None:
    for place, example in enumerate(rule.examples):
        if not example.found:
            continue
        values, day = values_of(rule, place)
        speaker = speaker_of(rule, values, day)
        for whole in rule.condition.parts():
            for part in speaker._flat(whole):
                assert holds(part, speaker._known) is True


def test_of_several_ways_to_break_a_rule_only_the_one_that_it_was_is_said() -> None:
    rule = next(one for one in RULES if one.id == "promised-overdue")
    late = next(at for at, one in enumerate(rule.examples) if one.name.en == "decided too late")
    values, day = values_of(rule, late)
    sentences = speaker_of(rule, values, day).parts(rule.condition)
    assert any("超承诺时限" in one for one in sentences)
    assert not any("工作小时" in one for one in sentences)


def test_numbers_stand_in_the_sentence_as_people_read_them() -> None:
    rule = next(one for one in RULES if one.id == "promised-overdue")
    values, day = values_of(rule, 0)
    said = " ".join(speaker_of(rule, values, day).parts(rule.condition))
    assert "承诺到期日（2015年3月16日）" in said
    assert "今天（2015年3月17日）" in said


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [
        (None, Unit.DAY, "—"),
        ("", Unit.TEXT, "—"),
        (True, Unit.FLAG, "是"),
        (1, Unit.FLAG, "是"),
        (0, Unit.FLAG, "否"),
        (123456, Unit.FEN, "1,234.56 元"),
        (570, Unit.MINUTE, "09:30"),
        (405, Unit.PERMILLE, "40.5%"),
        (201503, Unit.MONTH, "2015-03"),
        (3, Unit.DAYS, "3 个工作日"),
        (12345, Unit.COUNT, "12,345"),
        (7, None, "7"),
    ],
)
def test_values_are_shown_in_their_unit(value: object, unit: Unit | None, words: str) -> None:
    assert shown(value, unit) == words


def test_a_name_without_a_value_is_not_taken_for_false() -> None:
    rule = next(one for one in RULES if one.id == "promised-overdue")
    with pytest.raises(NotKnown):
        holds(rule.condition.tree, {})
    # A page that lacks a value says all alternatives rather than none.
    assert speaker_of(rule, {"counted": True}).parts(rule.condition)
