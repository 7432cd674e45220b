"""To-do lists: what stands open, in the order in which it falls due, along an index of open cases only."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import catalogue
from tests.factories.catalogue import handmade_catalogue, organisation_of
from tests.factories.filings import Told, decided, file, filing
from tests.factories.people import CLERK, HEAD
from tests.factories.running import accept, perform_all, receive
from tests.factories.stories import china, receipt
from yichuang.cases import commands, queries
from yichuang.cases.domain import acts as a
from yichuang.cases.values import OPINION_KINDS, OpinionUnfit, PageUnknown, Status

__all__ = ["handmade_catalogue"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("handmade_catalogue")]

DAY = "2026-03-02"
ORGANISATION = organisation_of(catalogue.LICENCE)


def suspended() -> str:
    number = accept(DAY)
    commands.start_special_procedure(
        number=number, procedure="hearing", reason="依申请", expected_days=3, by=CLERK, at=china(DAY)
    )
    return number


def numbers(**asked: Any) -> list[str]:
    """Return the numbers of all pages, three a page."""
    found: list[str] = []
    page = queries.page_todo(limit=3, **asked)
    found += [row.number for row in page]
    while page.next_after:
        page = queries.page_todo(limit=3, after=page.next_after, **asked)
        found += [row.number for row in page]
    return found


def test_what_falls_due_first_stands_first_and_what_waits_for_others_last() -> None:
    resting = suspended()
    later, sooner = accept("2026-03-05"), accept(DAY)
    fresh = receive(DAY)
    waiting = receive(DAY)
    commands.request_supplement(number=waiting, missing=("章程",), by=CLERK, at=china(DAY))
    closed = accept(DAY)
    commands.withdraw_application(number=closed, reason="", by=CLERK, at=china(DAY))

    page = queries.page_todo(organisations=(ORGANISATION,))

    assert [row.number for row in page] == [fresh, sooner, later, resting, waiting]
    assert [row.next_due_at for row in page][:2] == [china("2026-03-09T17:00"), china("2026-03-16T17:00")]
    assert page.rows[-1].supplement_until == date(2026, 3, 23)


def test_pages_join_without_gap_or_overlap_over_dated_and_undated_alike() -> None:
    made = {accept(DAY) for _ in range(4)} | {suspended() for _ in range(4)} | {receive(DAY) for _ in range(3)}
    found = numbers(counties=("610924",))
    assert (len(found), set(found)) == (11, made)
    assert found == [row.number for row in queries.page_todo(counties=("610924",))]
    assert numbers(counties=("610924",), statuses=("suspended",)) == [row for row in found if row in found[-4:]]


@pytest.mark.parametrize("after", ["x", "~", "-~x", "2026-13-01~1", "~5"])
def test_a_cursor_that_no_page_gave_is_refused(after: str) -> None:
    with pytest.raises(PageUnknown):
        queries.page_todo(after=after)


def test_every_question_narrows() -> None:
    mine = accept(DAY)
    commands.perform(
        number=mine, act=a.HandOver(to_id=HEAD.id, to_name=HEAD.name, reason="外出"), by=CLERK, at=china(DAY)
    )
    escorted = accept(DAY, county="610902")
    commands.perform(number=escorted, act=a.AssignAgent(agent_id="agent-1", agent_name="代办"), by=CLERK, at=china(DAY))
    in_town = perform_all([(receipt(town="610924101000"), DAY)])
    asked = accept(DAY)
    commands.start_step(number=asked, step="会签", organisation="610924-zhujian", officer="", by=CLERK, at=china(DAY))
    for question, expected in (
        ({"handler": HEAD.id}, {mine}),
        ({"agent": "agent-1"}, {escorted}),
        ({"towns": ("610924101",)}, {in_town}),
        ({"asked": "610924-zhujian"}, {asked}),
        ({"asked": "zhujian"}, set()),
        ({"counties": ("610902",)}, {escorted}),
        ({"centres": ("610902-centre",)}, {escorted}),
        ({"organisations": (ORGANISATION, "610902-gongshang")}, {mine, escorted, in_town, asked}),
        ({"statuses": ("received",)}, {in_town}),
        ({"counties": ("610924",), "statuses": ("accepted",)}, {mine, asked}),
        ({}, {mine, escorted, in_town, asked}),
    ):
        assert {row.number for row in queries.page_todo(**question)} == expected, question  # type: ignore[arg-type]


def test_states_are_counted_with_what_is_late_and_what_soon_will_be() -> None:
    for day in (DAY, DAY, "2026-03-05"):
        accept(day)
    receive("2026-03-10")
    suspended()
    perform_all(decided(item=catalogue.LICENCE, on=DAY, decided_on="2026-03-03"))

    def counted(on: date) -> dict[Status, tuple[int, int, int]]:
        rows = queries.count_states(on=on, counties=("610924",))
        assert {row.organisation for row in rows} == {ORGANISATION}
        return {row.status: (row.count, row.due_soon, row.overdue) for row in rows}

    # Accepted on 2 and 5 March: due on 16 and 19 March; the receipt of 10 March on 17 March.
    assert counted(date(2026, 3, 11)) == {
        Status.ACCEPTED: (3, 0, 0), Status.RECEIVED: (1, 0, 0), Status.SUSPENDED: (1, 0, 0),
    }  # fmt: skip
    assert counted(date(2026, 3, 12))[Status.ACCEPTED] == (3, 2, 0)
    assert counted(date(2026, 3, 16))[Status.ACCEPTED] == (3, 2, 0)
    assert counted(date(2026, 3, 17)) == {
        Status.ACCEPTED: (3, 1, 2), Status.RECEIVED: (1, 1, 0), Status.SUSPENDED: (1, 0, 0),
    }  # fmt: skip
    assert queries.count_states(on=date(2026, 3, 17), organisations=("610902-gongshang",)) == ()
    assert queries.count_states(on=date(2026, 3, 17), towns=("610924101",)) == ()


def test_cases_of_other_systems_stand_in_the_same_lists() -> None:
    told: Told = [(receipt(), "2015-02-13"), (a.Accept(), "2015-02-13")]
    (filed,) = file([filing("F-1", told)])
    (row,) = queries.page_todo(organisations=(ORGANISATION,))
    assert (row.number, row.source) == (filed.number, "county-system")


# --- cost -------------------------------------------------------------------------------------------------------------


@contextmanager
def without_whole_scans() -> Iterator[None]:
    """Let PostgreSQL plan as it would for a large table; a small one it reads and sorts whole, whatever the index."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("SET LOCAL enable_sort = off")
    yield


def plan_of(sql: str) -> str:
    explain = "EXPLAIN" if connection.vendor == "postgresql" else "EXPLAIN QUERY PLAN"
    with without_whole_scans(), connection.cursor() as cursor:
        cursor.execute(f"{explain} {sql}")
        return "\n".join(str(row[-1]) for row in cursor.fetchall())


@pytest.mark.parametrize("node", ["", "ziyang", "elsewhere"])
@pytest.mark.parametrize(
    ("question", "index"),
    [
        ({"organisations": (ORGANISATION,)}, "cases_todo_organisation"),
        ({"counties": ("610924",)}, "cases_todo_county"),
        ({"centres": ("610924-centre",)}, "cases_todo_centre"),
        ({"towns": ("610924101",)}, "cases_todo_town"),
        ({"handler": "x"}, "cases_todo_handler"),
        ({"agent": "x"}, "cases_todo_agent"),
        ({"asked": "610924-zhujian"}, "cases_todo_involved"),
        ({"counties": ("610924", "610902")}, "cases_todo_county"),
        ({}, "cases_todo_all"),
    ],
)
def test_each_list_runs_along_its_own_index_of_open_cases_without_sorting(
    question: dict[str, Any], index: str, node: str, settings: Any
) -> None:
    settings.NODE = node
    with CaptureQueriesContext(
        connection,
    ) as captured:
        queries.page_todo(**question, elsewhere=node == "elsewhere")
    assert len(captured) == 2
    dated = captured[0]["sql"]
    plan = plan_of(dated)
    assert index in plan
    assert "TEMP B-TREE" not in plan or len(question.get("counties", ())) > 1
    # What lies with other departments is little: PostgreSQL reads it all and sorts it. Of several places only the
    # heads of each are merged.
    assert "Sort" not in plan or "asked" in question or "counties" in question


def test_a_list_costs_at_most_two_queries_however_long_it_is(django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
    for _ in range(12):
        accept(DAY)
    for limit in (1, 5, 50):
        with django_assert_max_num_queries(2):
            queries.page_todo(counties=("610924",), limit=limit)
    with django_assert_max_num_queries(1):
        queries.count_states(on=date(2026, 3, 3), counties=("610924",))


@pytest.mark.parametrize("node", ["", "ziyang"])
def test_counting_states_reads_the_index_of_open_cases(node: str, settings: Any) -> None:
    settings.NODE = node
    with CaptureQueriesContext(connection) as captured:
        queries.count_states(on=date(2026, 3, 3), counties=("610924",))
    plan = plan_of(captured[0]["sql"])
    if connection.vendor == "sqlite":
        assert "cases_facts_states" in plan
    assert "Seq Scan" not in plan


# --- opinion templates ------------------------------------------------------------------------------------------------


def saved(title: str = "同意发证", *, by: Any = CLERK, **more: Any) -> int:
    given = {"organisation": ORGANISATION, "kind": "agree", "title": title, "text": "符合条件。", **more}
    return commands.save_opinion(by=by, at=china(DAY), **given)


def titles(*, owner: str = CLERK.id, kind: str = "agree") -> list[str]:
    return [row.title for row in queries.list_opinions(organisation=ORGANISATION, owner=owner, kind=kind) if row.id]


def test_ones_own_templates_stand_first_then_the_organisations_then_those_shipped() -> None:
    saved("全科室用", shared=True)
    saved("我的")
    rows = queries.list_opinions(organisation=ORGANISATION, owner=CLERK.id, kind="agree")
    assert [row.title for row in rows][:2] == ["我的", "全科室用"]
    assert [row.own for row in rows][:2] == [True, False]
    assert all(row.id == 0 for row in rows[2:])
    assert len(rows) > 2
    assert titles(owner=HEAD.id) == ["全科室用"]
    assert {row.kind for row in queries.list_opinions(organisation="x", owner="y")} <= set(OPINION_KINDS)


def test_a_template_is_changed_and_removed_by_its_owner_only() -> None:
    own = saved("我的")
    assert saved("改过的", opinion=own) == own
    assert titles() == ["改过的"]
    with pytest.raises(OpinionUnfit, match="不是您的"):
        saved("抢来的", by=HEAD, opinion=own)
    assert not commands.remove_opinion(opinion=own, by=HEAD, at=china(DAY))
    assert commands.remove_opinion(opinion=own, by=CLERK, at=china(DAY))
    assert titles() == []


def test_an_organisations_template_is_removed_by_its_people() -> None:
    shared = saved("公用", shared=True)
    assert commands.remove_opinion(opinion=shared, by=HEAD, at=china(DAY))


@pytest.mark.parametrize(
    "given",
    [{"kind": "praise"}, {"title": " "}, {"text": ""}, {"title": "长" * 61}, {"text": "长" * 2001}, {"text": "a\0b"}],
)
def test_an_unfit_template_is_refused(given: dict[str, str]) -> None:
    with pytest.raises(OpinionUnfit):
        saved(**given)


def test_a_title_is_taken_once_a_kind_and_owner() -> None:
    saved("我的")
    with pytest.raises(OpinionUnfit, match="同名"):
        saved("我的")
    saved("我的", kind="refuse")
    saved("我的", by=HEAD)
