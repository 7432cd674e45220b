"""One window shared: two at one case, and tasks that the authority list does not give to whoever tries."""

import pytest

from tests.journeys.one_window import (
    AT_WINDOW,
    LAND,
    PERSON,
    People,
    decide,
    do,
    look,
    open_task,
    receive,
    text_of,
)

pytestmark = [pytest.mark.journey, pytest.mark.slow(30)]

LONG_OPINION = "经审查：宗地四至清楚，权属来源合法，面积与地籍调查表一致。" * 12


def accepted(people: People) -> str:
    """Take in and accept a registration of land at the window; return its number."""
    clerk = people.page("clerk")
    number = receive(clerk, "土地登记", LAND, **AT_WINDOW, **PERSON)
    do(clerk, number, "accept")
    return number


def test_the_second_of_two_officers_is_told_what_changed_by_whom_and_loses_nothing(people: People) -> None:
    number = accepted(people)
    approver, other = people.page("approver", phone=True), people.page("approver2")
    open_task(approver, number, "agree")
    approver.get_by_label("审查意见").fill(LONG_OPINION)

    do(other, number, "step", opinion="地籍调查已核对")

    decide(approver)
    told = approver.locator("#changes")
    told.wait_for()
    assert "王审批（演示）" in told.inner_text()
    assert "地籍调查已核对" in told.inner_text()
    assert approver.get_by_label("审查意见").input_value() == LONG_OPINION
    assert approver.evaluate("document.activeElement.id") == "changes"
    look(approver, "two-at-one-case")
    decide(approver)
    approver.get_by_text("准予：已办理").wait_for()
    shown = text_of(approver)
    assert LONG_OPINION.rstrip("。") in shown and "地籍调查已核对" in shown


def test_a_decision_of_another_makes_the_task_impossible_and_still_loses_nothing(people: People) -> None:
    number = accepted(people)
    approver, representative = people.page("approver"), people.page("representative")
    open_task(approver, number, "refuse")
    approver.get_by_label("不予许可的理由").fill(LONG_OPINION)
    do(representative, number, "agree")
    decide(approver)
    told = approver.locator("#changes")
    told.wait_for()
    assert "郑首席（演示）" in told.inner_text()
    assert approver.get_by_label("不予许可的理由").input_value() == LONG_OPINION
    assert approver.locator("form.task-form .decision-bar button").is_disabled()
    look(approver, "overtaken")


def test_whoever_is_not_on_the_authority_list_is_told_who_may(people: People) -> None:
    number = accepted(people)
    other = people.page("approver2", phone=True)
    other.goto(f"/workbench/cases/{number}/")
    barred = other.locator(".task-barred").filter(has_text="准予")
    assert "未授权给您" in barred.inner_text()
    assert "钱审批（演示）" in barred.inner_text()
    look(other, "not-authorised")
    # The address by itself opens nothing either.
    other.goto(f"/workbench/cases/{number}/agree/")
    assert "钱审批（演示）" in text_of(other)
    assert other.locator("form.task-form .decision-bar button").is_disabled()
    # An applicant and another department do not even learn that the case is there.
    for who in ("chen", "consulted"):
        stranger = people.page(who)
        answer = stranger.goto(f"/workbench/cases/{number}/")
        assert answer is not None and answer.status in (403, 404)
        look(stranger, f"not-for-{who}")
