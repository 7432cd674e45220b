"""Ratings: given once and for good, every bad one followed up, every sum what was said and no more."""

from collections import Counter
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from tests.factories.at_once import asked, at_once, on_disk
from tests.factories.feedback import (
    CASE,
    CHIEF,
    COUNTY,
    DEPUTY,
    GUOTU,
    MANAGER,
    NOW,
    ask,
    bad,
    complain,
    later,
    on,
    rate,
    row,
    step,
)
from yichuang.accounts.values import Area, Scope
from yichuang.feedback import commands, queries
from yichuang.feedback import values as v
from yichuang.feedback.models import Matter, MatterStep, Rating
from yichuang.feedback.values import Kind, Level, Service, State, Step

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("few_places")]


# --- ratings ----------------------------------------------------------------------------------------------------------


def test_a_case_is_rated_once_for_each_stretch_of_service() -> None:
    rate(service=Service.ACCEPTANCE)
    rate(Level.VERY_SATISFIED, tags=("once", "fast", "once"), text=" 很好 ")
    with pytest.raises(v.AlreadyRated):
        rate(Level.VERY_DISSATISFIED)
    kept = queries.ratings_of(CASE)
    assert [(one.service, one.level) for one in kept] == [
        (Service.ACCEPTANCE, Level.SATISFIED),
        (Service.COMPLETION, Level.VERY_SATISFIED),
    ]
    assert (kept[1].tags, kept[1].text, kept[1].order) == (("fast", "once"), "很好", "")
    assert not Matter.objects.exists()


@pytest.mark.parametrize(
    ("more", "refusal"),
    [
        ({"digest": ""}, v.RaterMissing),
        ({"tags": ("attitude-bad",)}, v.TagNotKnown),
        ({"tags": ("no-such",)}, v.TagNotKnown),
        ({"text": "长" * 501}, v.TextUnfit),
        ({"text": "甲\0"}, v.TextUnfit),
        ({"level": 0}, ValueError),
        ({"level": 6}, ValueError),
    ],
)
def test_what_is_no_rating_is_refused_and_leaves_nothing(more: dict[str, object], refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        rate(**more)  # type: ignore[arg-type]
    assert not Rating.objects.exists()


def test_a_service_is_rated_within_its_time() -> None:
    def rated(served_on: date) -> int:
        return commands.rate(
            case_number=f"{CASE}{served_on}",
            service=Service.COMPLETION,
            level=Level.SATISFIED,
            channel=v.Channel.PC,
            organisation="610924-guotu",
            division="610924",
            rater_digest="d",
            served_on=served_on,
            at=NOW,
        )

    rated(on(-30))
    with pytest.raises(v.RatingTooLate):
        rated(on(-31))


def test_the_same_person_has_one_digest_and_no_digest_says_who_he_is() -> None:
    one, other = (queries.get_rater_digest(id_type="111", id_number=n) for n in ("61092419900101001x", "6"))
    assert one == queries.get_rater_digest(id_type="111", id_number=" 61092419900101001X ")
    assert one != other
    assert len(one) == 64


@pytest.mark.parametrize("level", list(Level))
def test_exactly_the_two_bad_levels_open_a_work_order(level: Level) -> None:
    rate(level)
    (rating,) = queries.ratings_of(CASE)
    assert bool(rating.order) is (level in (Level.DISSATISFIED, Level.VERY_DISSATISFIED))
    assert Matter.objects.count() == (rating.order != "")


# --- following up a bad rating ----------------------------------------------------------------------------------------


def test_a_bad_rating_is_followed_up_from_the_call_to_the_closing() -> None:
    number = bad(text="等了两小时")
    assert (row(number).state, row(number).due_on, row(number).level) == (State.OPEN, on(1), Level.DISSATISFIED)
    assert step(number, Step.CONTACT, "电话联系本人，核对经过", days=1) == 2
    # 5 working days from the rating: the holiday of 25 to 27 September lies in between.
    assert row(number).due_on == date(2026, 9, 29)
    step(number, Step.FIND_REASONABLE, "当天窗口少开一个", days=2)
    step(number, Step.CORRECT, "高峰期加开窗口", days=3)
    step(number, Step.REPLY, "已加开窗口，向您致歉", days=3)
    assert row(number).state is State.REPLIED
    step(number, Step.CLOSE, "", by=MANAGER, days=4)
    file = queries.get_matter(number=number, on=on(4))
    assert (file.row.state, file.row.is_open, file.row.finding) == (State.CLOSED, False, "reasonable")
    assert [line.step for line in file.steps] == [
        *(Step.OPEN, Step.CONTACT, Step.FIND_REASONABLE, Step.CORRECT, Step.REPLY, Step.CLOSE)
    ]
    assert [line.late for line in file.steps] == [False] * 6
    assert file.rating is not None
    assert file.rating.text == "等了两小时"


def test_an_order_cannot_be_closed_without_call_finding_correction_and_reply() -> None:
    number = bad()
    for early in (Step.FIND_REASONABLE, Step.CORRECT, Step.REPLY, Step.CLOSE):
        with pytest.raises(v.NotPossibleNow):
            step(number, early)
    step(number, Step.CONTACT)
    step(number, Step.FIND_REASONABLE)
    with pytest.raises(v.NotPossibleNow):
        step(number, Step.REPLY)


def test_the_rater_is_given_up_only_after_three_tries() -> None:
    number = bad()
    for _try in range(2):
        step(number, Step.ATTEMPT, "无人接听")
    with pytest.raises(v.AttemptsMissing) as refusal:
        step(number, Step.GIVE_UP)
    assert refusal.value.details == {"attempts": 2, "needed": 3}
    step(number, Step.ATTEMPT, "无人接听")
    step(number, Step.GIVE_UP, "三次未通")
    assert row(number).state is State.CONTACTED


def test_a_complex_matter_gets_fifteen_days_once_and_the_call_is_due_all_the_same() -> None:
    number = bad()
    step(number, Step.EXTEND, "涉及三个部门")
    assert row(number).due_on == on(1)
    step(number, Step.CONTACT)
    # 15 working days: 25 September and 1 to 7 October are off, Saturday 10 October is worked.
    assert row(number).due_on == date(2026, 10, 19)
    with pytest.raises(v.AlreadyExtended):
        step(number, Step.EXTEND, "再延")


def test_a_deadline_that_is_over_is_not_extended() -> None:
    number = bad()
    step(number, Step.CONTACT)
    with pytest.raises(v.ExtensionTooLate):
        step(number, Step.EXTEND, "忘了", days=30)


def test_lateness_is_recorded_with_the_step_and_counted_in_the_list() -> None:
    number = bad()
    assert [row(number, days=days).days_left for days in (0, 1, 2)] == [1, 0, -1]
    assert row(number, days=2).is_late
    step(number, Step.CONTACT, days=2)
    line = queries.get_matter(number=number, on=on(2)).steps[-1]
    assert (line.late, line.met_due_on) == (True, on(1))


def test_who_replied_does_not_check_his_own_reply_and_the_department_never_does() -> None:
    number = bad()
    for doing in (Step.CONTACT, Step.FIND_UNREASONABLE):
        step(number, doing)
    step(number, Step.REPLY, "解释如下", by=DEPUTY)
    with pytest.raises(v.SameHand):
        step(number, Step.CLOSE, by=DEPUTY)
    with pytest.raises(v.OwnMatter):
        step(number, Step.CLOSE, by=CHIEF)
    step(number, Step.RETURN, "没有说清", by=MANAGER)
    assert (row(number).state, row(number).due_on) == (State.CONTACTED, date(2026, 9, 29))


@pytest.mark.parametrize("doing", [Step.CONTACT, Step.ATTEMPT])
def test_every_step_says_what_was_done(doing: Step) -> None:
    number = bad()
    for text in ("", "  ", "\u200b\u200f"):
        with pytest.raises(v.TextMissing):
            step(number, doing, text)


def test_a_page_that_is_out_of_date_is_told_what_changed_and_by_whom() -> None:
    number = bad()
    step(number, Step.CONTACT, by=DEPUTY, expected_version=1)
    with pytest.raises(v.ChangedMeanwhile) as refusal:
        step(number, Step.CONTACT, expected_version=1)
    assert refusal.value.details == {"by": "吴副主任", "at": "2026-09-21 09:00", "step": "联系评价人"}


def test_what_may_be_done_next_comes_with_what_a_form_must_ask() -> None:
    number = bad()
    possible = {one.step: one for one in queries.get_matter(number=number, on=on()).possible}
    assert set(possible) == {Step.ATTEMPT, Step.CONTACT, Step.GIVE_UP, Step.EXTEND, Step.APPEAL}
    assert (possible[Step.APPEAL].text_label, possible[Step.APPEAL].text_limit) == ("理由", 2000)
    complaint = complain()
    step(complaint, Step.ACCEPT, "", by=MANAGER)
    asked_for = {one.step: one for one in queries.get_matter(number=complaint, on=on()).possible}
    assert asked_for[Step.ASSIGN].needs_organisation
    assert asked_for[Step.REFER].needs_return_on
    assert asked_for[Step.ASSIGN].others_only


# --- review of a rating -----------------------------------------------------------------------------------------------


def test_a_rating_excluded_on_review_counts_no_more_and_stays_visible_with_the_reason() -> None:
    number = bad(text="骂人的话")
    step(number, Step.APPEAL, "评价人未办过此事")
    with pytest.raises(v.OwnMatter):
        step(number, Step.EXCLUDE, "自己剔除", by=CHIEF)
    (waiting,) = queries.page_appeals(scope=COUNTY, on=on())
    assert (waiting.order, waiting.due_on, waiting.excluded) == (number, date(2026, 9, 29), None)
    step(number, Step.EXCLUDE, "核实为恶意评价", by=MANAGER, days=1)

    assert not queries.page_appeals(scope=COUNTY, on=on(1)).rows
    total = queries.summary(division="610924", start_on=on(), until=on(1))
    assert (total.rated, total.excluded, total.satisfaction_rate) == (0, 1, None)
    (shown,) = queries.page_published_ratings(division="610924")
    assert (shown.excluded, shown.excluded_reason, shown.level) == (True, "核实为恶意评价", Level.DISSATISFIED)
    (rating,) = queries.ratings_of(CASE)
    assert not rating.counts
    # The person is called and answered all the same.
    assert row(number).state is State.OPEN
    assert row(number).is_open


def test_a_review_happens_once_and_only_in_time() -> None:
    number = bad()
    with pytest.raises(v.NothingToReview):
        step(number, Step.UPHOLD, "维持", by=MANAGER)
    step(number, Step.APPEAL, "不属实")
    step(number, Step.UPHOLD, "评价属实", by=MANAGER)
    with pytest.raises(v.NothingToReview):
        step(number, Step.EXCLUDE, "又改", by=MANAGER)
    with pytest.raises(v.AlreadyAppealed):
        step(number, Step.APPEAL, "再申诉")
    other = bad(case="2")
    with pytest.raises(v.AppealTooLate):
        step(other, Step.APPEAL, "晚了", days=9)
    assert queries.summary(start_on=on(), until=on(1)).rated == 2


# --- lists and sums ---------------------------------------------------------------------------------------------------


def test_lists_come_by_deadline_in_pages_within_the_scope() -> None:
    late, early = ask(at=later(1)), ask()
    soonest = bad(at=later(0))
    elsewhere = bad(case="2", organisation="610902-guotu", division="610902")
    first = queries.page_matters(scope=COUNTY, on=on(), limit=2)
    second = queries.page_matters(scope=COUNTY, on=on(), limit=2, after=first.next_after)
    assert [one.number for one in (*first, *second)] == [soonest, early, late]
    assert (len(first), second.next_after) == (2, "")
    assert elsewhere not in [one.number for one in queries.page_matters(scope=COUNTY, on=on())]
    assert [one.number for one in queries.page_work_orders(scope=GUOTU, on=on())] == [soonest]
    centre = Scope("opinions.handle", (Area("610924", centre="610924-centre"),))
    assert len(queries.page_matters(scope=centre, on=on())) == 3
    assert not queries.page_matters(scope=Scope("opinions.handle"), on=on()).rows
    assert queries.count_open(scope=COUNTY, on=on(2)) == {
        Kind.WORK_ORDER: (1, 1),
        Kind.CONSULTATION: (2, 0),
        Kind.COMPLAINT: (0, 0),
    }


def test_closed_matters_leave_the_list_of_open_ones() -> None:
    number = ask()
    step(number, Step.ANSWER, "答")
    assert not queries.page_matters(scope=COUNTY, on=on()).rows
    assert [one.number for one in queries.page_matters(scope=COUNTY, on=on(), is_open=False)] == [number]
    assert [one.number for one in queries.page_matters(scope=COUNTY, on=on(), is_open=None, state=State.ANSWERED)] == [
        number
    ]


@pytest.mark.parametrize("cursor", ["x", "2026-99-01_1", "2026-09-21_", "9" * 60])
def test_a_cursor_that_is_none_begins_anew(cursor: str) -> None:
    ask(may_publish=True)
    assert len(queries.page_matters(scope=COUNTY, on=on(), after=cursor)) == 1
    rate()
    assert len(queries.page_published_ratings(after=cursor)) == 1


def test_a_list_costs_one_query_however_long() -> None:
    for place in range(5):
        bad(case=str(place))
    for limit in (1, 5):
        with CaptureQueriesContext(connection) as seen:
            queries.page_matters(scope=COUNTY, on=on(), limit=limit)
        assert len(seen) == 1
        with CaptureQueriesContext(connection) as seen:
            queries.page_published_ratings(division="610924", limit=limit)
        assert len(seen) == 2


def test_satisfaction_and_response_are_two_rates_and_nobodys_silence_counts() -> None:
    levels = [1, 1, 2, 3, 4, 5, 5]
    for place, level in enumerate(levels):
        rate(Level(level), case=str(place))
    rate(Level.VERY_SATISFIED, case="x", organisation="610924-gongshang")
    rate(Level.VERY_SATISFIED, case="y", at=later(1))
    total = queries.summary(organisation="610924-guotu", start_on=on(), until=on(1), services=28)
    assert (total.rated, total.satisfied, total.bad) == (7, 4, 3)
    assert (total.satisfaction_rate, total.rating_rate) == (Fraction(4, 7), Fraction(1, 4))
    assert dict(total.levels) == {Level(1): 2, Level(2): 1, Level(3): 1, Level(4): 1, Level(5): 2}
    each = queries.list_summaries(division="610900", start_on=on(), until=on(1))
    assert [(one.organisation, one.rated) for one in each] == [("610924-gongshang", 1), ("610924-guotu", 7)]
    empty = queries.summary(organisation="610924-guotu", start_on=on(50), until=on(60))
    assert (empty.satisfaction_rate, empty.rating_rate) == (None, None)


def test_the_follow_up_is_counted_by_its_first_call_and_reply() -> None:
    prompt, tardy, _untouched = bad(), bad(case="2"), bad(case="3")
    for number, days in ((prompt, 1), (tardy, 2)):
        step(number, Step.CONTACT, days=days)
        step(number, Step.FIND_UNREASONABLE, days=days)
        step(number, Step.REPLY, days=days)
    step(prompt, Step.RETURN, by=MANAGER, days=40)
    step(prompt, Step.FIND_UNREASONABLE, days=60)
    step(prompt, Step.REPLY, days=60)
    step(prompt, Step.CLOSE, by=MANAGER, days=61)
    total = queries.follow_up(division="610924", start_on=on(), until=on(1))
    assert (total.orders, total.contacted, total.contacted_in_time) == (3, 2, 1)
    assert (total.replied, total.replied_in_time, total.closed) == (2, 2, 1)
    assert total.contact_rate == Fraction(2, 3)


# --- the database itself ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "attack",
    [
        "UPDATE feedback_matterstep SET text = 'x'",
        "DELETE FROM feedback_matterstep",
        "UPDATE feedback_rating SET level = 1",
        "UPDATE feedback_rating SET text = 'x'",
        "DELETE FROM feedback_rating",
    ],
)
def test_the_database_itself_keeps_ratings_and_history(attack: str) -> None:
    bad()
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(attack)


def test_an_excluded_rating_is_not_taken_back_in() -> None:
    number = bad()
    step(number, Step.APPEAL)
    step(number, Step.EXCLUDE, "恶意", by=MANAGER)
    with pytest.raises(DatabaseError), transaction.atomic():
        Rating.objects.update(excluded_at=None, excluded_reason="")


def test_the_database_itself_refuses_a_state_of_another_kind_and_an_end_without_an_instant() -> None:
    number = ask()
    for change in ({"state": "corrected"}, {"state": "withdrawn"}, {"state": "answered", "closed_at": NOW}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Matter.objects.filter(number=number).update(**change)


@pytest.mark.django_db(transaction=True)
def test_of_many_ratings_of_one_case_at_once_one_stands_with_one_work_order(tmp_path: Path) -> None:
    with on_disk(tmp_path):
        results = at_once([lambda level=level: rate(Level(level)) for level in (4, 5) * 4])
        assert Counter(type(result).__name__ for result in results) == {"int": 1, "AlreadyRated": 7}
        assert asked(lambda: (Rating.objects.count(), Matter.objects.count(), MatterStep.objects.count())) == (1, 1, 1)


@pytest.mark.django_db(transaction=True)
def test_numbers_given_out_at_once_are_all_different_and_without_a_gap(tmp_path: Path) -> None:
    with on_disk(tmp_path):
        numbers = at_once([ask for _ in range(8)])
        assert sorted(int(number[16:21]) for number in numbers) == list(range(1, 9))


@pytest.mark.django_db(transaction=True)
def test_of_two_who_answer_at_once_one_is_told_of_the_other(tmp_path: Path) -> None:
    with on_disk(tmp_path):
        number = asked(ask)
        results = at_once(
            [lambda by=by: step(number, Step.ANSWER, by=by, expected_version=1) for by in (CHIEF, MANAGER, DEPUTY)]
        )
        assert Counter(type(result).__name__ for result in results) == {"int": 1, "ChangedMeanwhile": 2}
        assert asked(MatterStep.objects.count) == 2


def test_the_demonstration_answers_some_questions_and_only_once() -> None:
    assert commands.ensure_demonstration(at=NOW) == 3
    assert commands.ensure_demonstration(at=later(30)) == 0
    shown = queries.page_published_matters(kind=Kind.CONSULTATION, division="610924")
    assert len(shown) == 3
    assert all(one.answer and one.name.endswith("*") for one in shown)
