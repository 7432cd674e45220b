"""The relation of cases: read live, by cursor and as of a day it tells the same, on either engine."""

import random
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from tests.factories import catalogue
from tests.factories.authorities import HandmadeAuthorities
from tests.factories.catalogue import handmade_catalogue, handmade_terms
from tests.factories.filings import NOW, Told, decided, file, filing
from tests.factories.people import CLERK
from tests.factories.running import accept, case_id_of, perform_all, receive
from tests.factories.stories import Story, china, receipt, terms
from tests.integration.test_followers import held_open, several_writers
from tests.integration.test_projections import HISTORIES
from tests.properties.test_cases import ORDINARY
from tests.properties.test_cases import START as FIRST_DAY
from yichuang.accounts.values import Power
from yichuang.calendar.queries import get_calendar
from yichuang.cases import commands, projections, queries
from yichuang.cases.domain import acts as a
from yichuang.cases.models import Event, Facts
from yichuang.cases.queries import COURSE_COLUMNS, START, course_as_of, course_select, list_changed_cases
from yichuang.kernel.actor import Actor
from yichuang.kernel.refusal import Refusal

__all__ = ["handmade_catalogue", "handmade_terms"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("handmade_catalogue")]

# What other systems report and the law has no room for.
BREACHES: dict[str, Told] = {
    "decided before accepted": [
        (receipt(), "2015-02-13"), (a.Grant(decider="局长"), "2015-02-15"), (a.Accept(), "2015-02-16"),
        (a.Close(), "2015-02-16"),
    ],
    "certificate and delivery before decision": [
        *decided()[:2], (a.IssueCertificate(name="证", certificate_number="9"), "2015-02-15"),
        (a.Deliver(), "2015-02-15"),
        (a.Refuse(reason="", remedies=""), "2015-02-21"), (a.Close(), "2015-02-25T20:10"),
    ],
    "supplements unasked and late": [
        (receipt(), "2015-02-13"), (a.TakeSupplement(), "2015-02-14"), (a.Accept(), "2015-02-15"),
        (a.RequestSupplement(missing=("章程",)), "2015-02-16"),
    ],
    "suspended without notice": [
        *decided()[:2], (a.StartSpecialProcedure(procedure="hearing", reason="", expected_days=3), "2015-02-16"),
    ],
    "step open, department asked": [
        *decided()[:2], (a.StartStep(step="审核", limit=None), "2015-02-15"),
        (a.Consult(organisation="610924-huanbao"), "2015-02-15"),
    ],
}  # fmt: skip
ALL = {**HISTORIES, **BREACHES}


def live_rows(condition: str = "TRUE") -> list[dict[str, Any]]:
    """Return the relation as the engine at hand gives it, truths as Python has them."""
    truths = {name for name, kind in COURSE_COLUMNS if kind == "bool"}
    dialect: Any = connection.vendor
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT * FROM ({course_select(dialect=dialect)}) AS r WHERE {condition} AND 1 = %s ORDER BY case_id", [1]
        )
        names = [column[0] for column in cursor.description]
        assert names == [name for name, _ in COURSE_COLUMNS]
        return [
            {
                name: bool(value) if name in truths and value is not None else value
                for name, value in zip(names, row, strict=True)
            }
            for row in cursor.fetchall()
        ]


def as_of(at: datetime, *, known: bool = False) -> list[dict[str, Any]]:
    """Return the relation as of an instant."""
    names = [name for name, _ in COURSE_COLUMNS]
    return [dict(zip(names, row, strict=True)) for row in course_as_of(at=at, known=known)]


def row_of(number: str) -> dict[str, Any]:
    """Return the live row of one case."""
    (row,) = live_rows(f"number = '{number}'")
    return row


# --- the relation -----------------------------------------------------------------------------------------------------


def test_every_column_has_its_type_on_this_engine() -> None:
    file(filing(key, told) for key, told in ALL.items())
    kinds: dict[str, tuple[type, ...]] = {"int": (int,), "text": (str,), "bool": (bool,)}
    seen = set()
    for row in live_rows():
        for name, kind in COURSE_COLUMNS:
            assert row[name] is None or type(row[name]) in kinds[kind], name
            if row[name] is not None:
                seen.add(name)
    # Those that nothing in these histories can show need lists or people of this system.
    assert {name for name, _ in COURSE_COLUMNS} - seen == {
        "decider_listed",
        "materials_required",
        "step_due_s",
        "step_due_wd",
    }


def test_the_order_of_truths_and_numbers_lets_conditions_be_written_plainly() -> None:
    file(filing(key, told) for key, told in ALL.items())
    found = live_rows("counted AND decided_unaccepted AND NOT joint AND supplements_unasked = 0")
    assert [row["result"] for row in found] == ["other"]
    late = [row["late_promised"] for row in live_rows("late_promised IS TRUE AND used_days - promised_amount > 0")]
    assert late == [True] * len(late) and late
    assert {row["decision"] for row in live_rows("certificate_early")} == {"refused"}


def test_instants_are_whole_seconds_cut_off_and_not_rounded() -> None:
    number = receive("2015-02-13T10:00:00.900000")
    expected = int(datetime(2015, 2, 13, 2, 0, tzinfo=UTC).timestamp())
    assert row_of(number)["received_s"] == expected
    assert as_of(NOW)[0]["received_s"] == expected


@pytest.mark.parametrize("told", ALL.values(), ids=ALL)
def test_stored_rows_and_rows_folded_as_of_the_end_are_the_same(told: Told) -> None:
    file([filing("F-1", told)])
    (last, _) = told[-1][1], None
    assert as_of(china(last)) == live_rows()


def test_what_is_rebuilt_is_what_was_filed_breaches_and_all() -> None:
    file(filing(key, told) for key, told in ALL.items() if "suspended" not in key)
    before = live_rows()
    Facts.objects.update(decider="x", off_day_acts=9, decided_unaccepted=True, closed_by="y")
    list(projections.rebuild(calendar=get_calendar(), on=date(2015, 12, 31)))
    assert live_rows() == before
    assert all(not faults for _, faults in queries.verify_cases())


@pytest.mark.parametrize("seed", range(3))
def test_random_histories_of_other_systems_are_the_same_filed_rebuilt_and_as_of_the_end(seed: int) -> None:
    filed = file([filing(f"F-{place}", told) for place, told in enumerate(random_histories(seed))], now=NOW)
    assert all(one.refusal is None for one in filed)
    settled = "status <> 'suspended'"  # an open pause is counted to the day that is asked about
    live = live_rows(settled)
    assert [row for row in as_of(NOW) if row["status"] != "suspended"] == live
    list(projections.rebuild(calendar=get_calendar(), on=date(2026, 1, 5)))
    assert live_rows(settled) == live
    assert len(live) > 20
    assert all(not faults for _, faults in queries.verify_cases())


def random_histories(seed: int, *, count: int = 60) -> list[Told]:
    """Return histories that another system may report: any acts in any order that the life-cycle table has room for."""
    chance, histories = random.Random(seed), []
    for _ in range(count):
        story, day = Story(terms=terms(), observed=True), FIRST_DAY
        told: list[tuple[a.Act, str]] = []
        for act in (receipt(), *(chance.choice(ORDINARY[1:]) for _ in range(25))):
            day += timedelta(days=chance.choice((0, 0, 1, 3, 9)))
            at = f"{day}T{chance.randrange(24):02}:30" if chance.random() < 0.2 else f"{day}T10:00"
            try:
                story.then(act, at, now=NOW.isoformat()[:16])
            except Refusal:
                continue
            told.append((act, at))
        histories.append(told)
    return histories


def test_verifying_finds_a_course_that_was_tampered_with() -> None:
    (one,) = file([filing("F-1", decided())])
    Facts.objects.update(decided_unaccepted=True)
    assert dict(queries.verify_cases([one.number]))[one.number] == (
        "facts differ from the ledger in decided_unaccepted",
    )


def test_a_history_reported_in_two_parts_keeps_the_arrival_of_each() -> None:
    told = [
        (act, at, arrived)
        for (act, at), arrived in zip(decided()[:3], ("2015-02-13", "2015-02-13", "2015-03-02"), strict=True)
    ]
    file([filing_of("F-1", told[:2])], now=china("2015-02-14"))
    file([filing_of("F-1", [(act, at, "2015-03-09") for act, at, _ in told[:2]] + told[2:])], now=china("2015-03-09"))
    (row,) = live_rows()
    calendar = get_calendar()
    assert row["entry_lag_days"] == calendar.between(date(2015, 2, 26), date(2015, 3, 2))


def filing_of(key: str, told: list[tuple[a.Act, str, str]]) -> Any:
    """Return a filing whose acts reached us at a time of their own."""
    from yichuang.cases.values import AppliedAct

    made = filing(key, [(act, at) for act, at, _ in told])
    made.history[:] = [AppliedAct(act, china(at), china(arrived)) for act, at, arrived in told]
    return made


# --- lists ------------------------------------------------------------------------------------------------------------


def test_what_the_lists_say_is_read_once_for_a_batch(
    handmade_catalogue: HandmadeAuthorities, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []
    listing = handmade_catalogue.list_authorities_ever

    def counting(*, organisations: Any = None) -> Any:
        asked.append(organisations)
        return listing(organisations=organisations)

    monkeypatch.setattr("yichuang.cases.lists.list_authorities_ever", counting)
    handmade_catalogue.grant(Actor(id="7", name="局长"), Power.DECIDE, organisation="610924-gongshang", item="01001")
    file(filing(f"F-{serial}", decided()) for serial in range(5))
    file([filing("F-9", [*decided()[:2], (a.Grant(decider="另一人"), "2015-02-15")])])
    file([filing("F-10", decided(item=catalogue.PERMIT))])
    listed = [row["decider_listed"] for row in live_rows()]
    assert listed == [True] * 5 + [False, None]
    assert asked == [None] * 3


def test_an_act_of_ours_asks_only_for_the_list_of_its_own_department(
    handmade_catalogue: HandmadeAuthorities, monkeypatch: pytest.MonkeyPatch
) -> None:
    handmade_catalogue.grant(CLERK, Power.DECIDE, organisation="610924-gongshang")
    number = accept()
    commands.grant_application(number=number, opinion="同意", by=CLERK, at=china("2015-02-25"))
    row = row_of(number)
    assert (row["decider"], row["decider_listed"], row["decision"]) == (CLERK.name, True, "granted")
    assert row["materials_required"] == 4


# --- changed cases ----------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_changed_cases_come_once_in_the_order_of_the_ledger_however_much_is_read_at_a_time() -> None:
    numbers = [one.number for one in file(filing(f"F-{serial}", decided()) for serial in range(4))]
    ids = [case_id_of(number) for number in numbers]
    whole, end = list_changed_cases(START)
    assert list(whole) == ids
    assert list_changed_cases(end) == ((), end)
    seen: list[int] = []
    cursor = START
    while True:
        part, further = list_changed_cases(cursor, limit=5)
        if further == cursor:
            break
        assert part
        seen += part
        cursor = further
    assert cursor == end
    assert list(dict.fromkeys(seen)) == ids
    assert len(seen) == 4 + 4  # four batches end in the middle of a case, which comes again with the rest of it


@pytest.mark.django_db(transaction=True)
def test_only_what_changed_after_the_cursor_is_told() -> None:
    first = accept()
    _, cursor = list_changed_cases(START)
    second = accept("2015-02-15")
    commands.perform(number=first, act=a.StartStep(step="审核"), by=CLERK, at=china("2015-02-25"))
    changed, _ = list_changed_cases(cursor)
    assert set(changed) == {case_id_of(first), case_id_of(second)}


@several_writers
@pytest.mark.django_db(transaction=True)
def test_a_case_that_commits_late_is_told_when_it_does_and_not_skipped() -> None:
    with held_open(lambda: accept("2015-02-13") and None) as commit:
        quick = accept("2015-02-15")
        early, cursor = list_changed_cases(START)
        commit()
    late, end = list_changed_cases(cursor)
    assert sorted((*early, *late)) == sorted({*Event.objects.values_list("case_id", flat=True)})
    assert case_id_of(quick) in (*early, *late)
    assert list_changed_cases(end) == ((), end)


# --- as of a day ------------------------------------------------------------------------------------------------------


def test_as_of_a_day_a_case_stands_where_it_stood_then() -> None:
    file([filing("F-1", ALL["paused and extended"]), filing("F-2", decided(on="2015-03-20", decided_on="2015-03-25"))])
    assert as_of(china("2015-02-12")) == []
    steps = {
        "2015-02-13": ("accepted", None),
        "2015-02-25": ("suspended", None),
        "2015-03-04": ("accepted", None),
        "2015-03-25": ("refused", "refused"),
    }
    for day, (status, decision) in steps.items():
        row = as_of(china(f"{day}T23:59"))[0]
        assert (row["status"], row["decision"] or None) == (status, decision)
    assert len(as_of(china("2015-03-20T10:00"))) == 2


def test_as_known_on_a_day_what_was_entered_later_is_not_there_yet() -> None:
    file([filing("F-1", decided())], now=china("2015-03-10"))
    at = china("2015-02-20")
    assert [row["status"] for row in as_of(at)] == ["accepted"]
    assert as_of(at, known=True) == []
    assert [row["status"] for row in as_of(china("2015-03-10"), known=True)] == ["closed"]


def test_an_open_pause_is_counted_to_the_day_that_is_asked_about() -> None:
    file([filing("F-1", ALL["suspended"])])
    assert [as_of(china(day))[0]["paused_days"] for day in ("2015-02-25", "2015-03-04")] == [0, 6]


def test_more_cases_than_a_batch_come_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    file(filing(f"F-{serial}", decided()) for serial in range(7))
    whole = as_of(NOW)
    batches = queries.course_as_of.__globals__["_histories"]
    monkeypatch.setitem(queries.course_as_of.__globals__, "_histories", lambda: batches(3))
    assert as_of(NOW) == whole == live_rows()
    assert len(whole) == 7


def test_own_cases_carry_who_decided_and_closed_them() -> None:
    number = perform_all([*decided(item=catalogue.LICENCE)])
    row = row_of(number)
    assert (row["source"], row["decider"], row["closed_by"]) == ("yichuang", "局长", CLERK.name)
