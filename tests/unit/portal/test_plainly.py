"""Plainly: every event of the ledger and every status has words for the applicant, and the clock counts his days."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from yichuang.calendar.values import CHINA
from yichuang.cases import lines
from yichuang.cases.values import CaseFile, CaseRow, EventLine, Status, events
from yichuang.portal import plainly
from yichuang.ui import clock

AT = datetime(2026, 3, 2, 2, tzinfo=UTC)
# What happens between officers, or after the end: it does not concern the applicant.
INTERNAL = {"case-handed-over", "case-archived"}


class Names:
    """Names that are their codes."""

    def organisation(self, code: str) -> str:
        return code


NAMES: Any = Names()


def line(name: str, status: Status = Status.ACCEPTED, **details: str) -> EventLine:
    told = tuple((label, text, "") for label, text in details.items())
    return EventLine(1, f"cases.{name}.v1", name, told, AT, AT, AT, "经办人姓名", "", status)


def file(*lines: EventLine, **row: Any) -> CaseFile:
    told: dict[str, Any] = {
        "case_id": 1,
        "number": "6109242026030200001X",
        "item": "11003",
        "organisation": "紫阳县国土资源局",
        "county": "610924",
        "town": "",
        "channel": "web",
        "kind": "promised",
        "status": Status.ACCEPTED,
        "result": "",
        "received_at": AT,
        "accepted_at": AT,
        "closed_at": None,
        "promised_due_at": datetime(2026, 3, 16, 15, 59, 59, tzinfo=UTC),
        "used_days": None,
        "promised_amount": 10,
        "limit_unit": "working-days",
        "late_promised": None,
    }
    return CaseFile(
        row=CaseRow(**{**told, **row}),
        uuid="",
        version=1,
        head="",
        handling_item="",
        implementation_code="",
        source="yichuang",
        applicant=None,
        statutory_due_at=None,
        paused_days=0,
        extension_days=0,
        current_step="",
        current_organisation="",
        provisional=False,
        joint=False,
        events=lines,
    )


def kebab(name: str) -> str:
    return "".join(f"-{sign.lower()}" if sign.isupper() else sign for sign in name).lstrip("-")


def test_every_event_has_a_sentence_or_is_known_not_to_concern_the_applicant() -> None:
    kinds = {kebab(kind.__name__) for kind in events.EVENT_TYPES}
    assert kinds - set(plainly._SENTENCES) == INTERNAL


def test_what_is_told_of_an_event_is_what_events_have() -> None:
    assert set(lines._FIELDS.values()) >= plainly._TOLD


@pytest.mark.parametrize("status", [status for status in Status if status is not Status.NEW])
def test_every_status_says_what_it_means_who_has_the_case_and_what_to_do(status: Status) -> None:
    told = plainly.standing(file(status=status), names=NAMES)
    assert told.now and told.expected and told.holder == "紫阳县国土资源局"


def test_the_newest_comes_first_and_no_officer_is_named() -> None:
    told = plainly.happenings((line("application-received"), line("application-accepted")), names=NAMES)
    assert [one.title for one in told] == ["已受理，办理时限开始计算", "收到您的申请，正在核对材料"]
    assert not any("经办人姓名" in (one.who + one.body + one.title) for one in told)


def test_what_is_missing_and_why_it_was_refused_is_told() -> None:
    (asked,) = plainly.happenings((line("supplement-requested", 需补正="户口簿"),), names=NAMES)
    (refused,) = plainly.happenings(
        (line("application-refused", 理由="超出规定面积。", 救济途径="六十日内复议"),), names=NAMES
    )
    assert asked.body == "需补正：户口簿"
    assert refused.body == "理由：超出规定面积；救济途径：六十日内复议"


def test_a_closed_case_still_says_that_it_was_refused_or_withdrawn() -> None:
    refused = file(
        line("application-refused", Status.REFUSED), line("case-closed", Status.CLOSED), status=Status.CLOSED
    )
    withdrawn = file(line("application-withdrawn", Status.WITHDRAWN), status=Status.CLOSED)
    assert plainly.standing(refused, names=NAMES).now == "未获批准"
    assert plainly.standing(withdrawn, names=NAMES).now == "已撤回"


def test_days_are_counted_in_the_working_calendar() -> None:
    days = clock.count(file(), now=datetime(2026, 3, 9, 10, tzinfo=CHINA))
    assert (days.promised, days.used, days.left, days.due) == (10, 5, 5, date(2026, 3, 16))


def test_a_broken_promise_is_counted_in_days_over() -> None:
    days = clock.count(file(), now=datetime(2026, 3, 18, 10, tzinfo=CHINA))
    assert (days.left, days.left_shown) == (-2, 2)


def test_before_acceptance_and_in_a_special_procedure_nothing_runs() -> None:
    now = datetime(2026, 3, 9, 10, tzinfo=CHINA)
    assert clock.count(file(accepted_at=None), now=now) == clock.Days()
    assert clock.count(file(status=Status.SUSPENDED), now=now).left is None


def test_time_that_did_not_count_is_taken_out_of_the_days_used() -> None:
    paused = replace(file(), paused_days=3)
    assert clock.count(paused, now=datetime(2026, 3, 9, 10, tzinfo=CHINA)).used == 2


def test_a_finished_case_shows_what_it_took() -> None:
    days = clock.count(file(closed_at=AT, used_days=4), now=datetime(2026, 5, 1, tzinfo=CHINA))
    assert (days.used, days.left) == (4, None)
