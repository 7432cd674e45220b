"""A condition in words, with the numbers of one row filled in."""

from datetime import datetime

import pytest

from tests.factories.rules import made_rule
from yichuang.calendar.queries import get_calendar
from yichuang.calendar.values import CHINA
from yichuang.supervision.domain.moment import moment_of
from yichuang.supervision.domain.relations import RELATIONS
from yichuang.supervision.domain.wording import Wording
from yichuang.supervision.rulebook import PACKAGED, load_rules

MOMENT = moment_of(datetime(2015, 3, 18, 12, tzinfo=CHINA), get_calendar())
NEAR = """\
parameters:
  near:
    unit: working-days
    values:
      - {from: 2004-07-01, value: 1, citation: 甲, mark: V}
      - {from: 2015-03-02, value: 2, citation: 乙, mark: V}
"""


def wording(
    condition: str, *, filled: bool = True, language: str = "zh", parameters: str = "", **changes: object
) -> Wording:
    rule = made_rule(
        condition=condition, parameters=parameters, evidence="promised_due_wd, ended_wd, counted, received_s"
    )
    row = {**RELATIONS["cases"].blameless(get_calendar()), **changes}
    return Wording(rule, get_calendar(), MOMENT if filled else None, row if filled else None, language)  # type: ignore[arg-type]


def test_ordinals_are_shown_as_dates() -> None:
    said = wording("ended_wd IS NULL AND promised_due_wd < :today_wd").condition()
    assert said == "办结日［（空）］为空 且 承诺到期日［2015-03-16］ < 今天［2015-03-18］"


def test_english_names_the_columns_in_english() -> None:
    assert wording("promised_due_wd < 5", language="en").condition() == "promised period ends on［2015-03-16］ < 5"


def test_without_a_row_only_the_names_stand() -> None:
    assert wording("promised_due_wd < :today_wd", filled=False).condition() == "承诺到期日 < 今天"


def test_a_parameter_shows_the_value_of_the_law_that_counts() -> None:
    condition = "promised_due_wd - :near < :today_wd"
    assert "− 2 <" in wording(condition, parameters=NEAR).condition()
    before = get_calendar().ordinal(datetime(2015, 2, 27).date())
    assert "− 1 <" in wording(condition, parameters=NEAR, received_wd=before).condition()


def test_the_members_of_the_outermost_and_are_told_apart() -> None:
    parts = wording("counted AND (joint OR automatic) AND (used_days > 1 AND paused_days = 0)").parts()
    assert parts == [
        "计入时限考核［是］",
        "联办件［否］ 或 逾期未告知视为受理［否］",
        "已用天数［（空）］ > 1",
        "扣除天数［0］ = 0",
    ]


def test_evidence_is_shown_as_people_write_it() -> None:
    assert wording("counted").evidence() == [
        ("承诺到期日", "2015-03-16"),
        ("办结日", "（空）"),
        ("计入时限考核", "是"),
        ("收件时间", "2015-03-02 09:30"),
    ]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_shipped_rule_can_be_said(language: str) -> None:
    for rule in load_rules(PACKAGED).rules:
        row = rule.relation.blameless(get_calendar())
        for said in (
            Wording(rule, get_calendar(), language=language).condition(),
            Wording(rule, get_calendar(), MOMENT, row, language).condition(),
        ):
            assert said
            assert "None" not in said
            assert ":" not in said.replace("09:30", "").replace("17:30", "").replace("10:00", "").replace("12:00", "")
