"""Bulk agreement: what makes a case one that must be decided by itself."""

import pytest
from msgspec.structs import replace

from tests.factories.stories import Story, accepted, china, received, terms, working_days
from yichuang.calendar.values import local_day
from yichuang.cases.domain import acts as a
from yichuang.cases.domain import events as e
from yichuang.cases.domain import refusals as r
from yichuang.cases.domain.bulk import find_hindrance
from yichuang.cases.domain.local_rules import rules_in_force

DAY = "2026-03-02"
TOGETHER = a.Grant(opinion="同意", in_bulk=True)
RULE = rules_in_force(local_day(china(DAY))).bulk


def reviewed(story: Story | None = None) -> Story:
    story = story or accepted(DAY)
    story.then(a.FinishStep(step="审核", action="pass", opinion="符合"), DAY)
    return story


def test_an_examined_ordinary_case_may_be_agreed_to_with_others_and_says_so() -> None:
    story = reviewed()
    assert find_hindrance(story.state, RULE) == ""
    assert story.then(TOGETHER, DAY) == (e.ApplicationGranted(opinion="同意", in_bulk=True),)


def _returned() -> Story:
    story = accepted(DAY)
    story.then(a.FinishStep(step="审核", action="return"), DAY)
    return story


def _consulted() -> Story:
    story = reviewed()
    story.then(a.Consult(organisation="610924-huanbao"), DAY)
    return story


def _paused() -> Story:
    story = reviewed()
    story.then(a.StartSpecialProcedure(procedure="hearing", reason="依申请"), DAY)
    story.then(a.EndSpecialProcedure(), "2026-03-05")
    return story


def _of_kind(kind: str) -> Story:
    story = received(DAY, story=Story(terms=terms(kind=kind)))
    story.then(a.Accept(), DAY)
    return reviewed(story)


def _of_type(code: str) -> Story:
    ordinary = terms()
    changed = ordinary.implementation_code[:21] + code + ordinary.implementation_code[23:]
    story = received(DAY, story=Story(terms=replace(ordinary, implementation_code=changed)))
    story.then(a.Accept(), DAY)
    return reviewed(story)


@pytest.mark.parametrize(
    ("tell", "reason"),
    [
        (lambda: accepted(DAY), "还没有通过的审查环节"),
        (_returned, "还没有通过的审查环节"),
        (_consulted, "征求意见尚未答复"),
        (_paused, "经过特别程序"),
        (lambda: reviewed(accepted(DAY, joint=True)), "联合办理"),
        (lambda: _of_kind("other"), "办件类型"),
        (lambda: _of_type("02"), "事项类型"),
        (lambda: _of_type("03"), "事项类型"),
    ],
)
def test_a_case_that_differs_is_kept_out_with_its_reason_and_may_be_decided_by_itself(tell, reason: str) -> None:  # type: ignore[no-untyped-def]
    story = tell()
    with pytest.raises(r.NotInBulk, match=reason):
        story.then(TOGETHER, "2026-03-06")
    assert reason in find_hindrance(story.state, RULE)
    story.then(a.Grant(), "2026-03-06")


def test_what_is_still_missing_is_named_before_anything_else() -> None:
    story = received(DAY)
    story.then(a.Accept(tolerated=("照片",), tolerated_until=local_day(china("2026-03-09"))), DAY)
    with pytest.raises(r.ToleratedOutstanding):
        reviewed(story).then(TOGETHER, "2026-03-06")


def test_before_there_was_a_rule_nothing_was_agreed_to_in_bulk() -> None:
    story = accepted("2025-03-03", promised=working_days(10))
    story.then(a.FinishStep(step="审核"), "2025-03-03")
    with pytest.raises(r.NotInBulk, match="没有批量同意的规定"):
        story.then(TOGETHER, "2025-03-04")
