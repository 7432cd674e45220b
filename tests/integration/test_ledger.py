"""The ledger in the database: nothing is changed or removed, every place is taken once, every tampering is found."""

from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from tests.factories.catalogue import handmade_catalogue
from tests.factories.filings import decided, file, filing
from tests.factories.people import CLERK
from tests.factories.running import accept, case_id_of
from tests.factories.stories import china
from yichuang.cases import commands, ledger, projections, queries
from yichuang.cases.domain import events as e
from yichuang.cases.models import Event

__all__ = ["handmade_catalogue"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("handmade_catalogue")]


def run(sql: str, *parameters: object) -> None:
    """Run one statement in a savepoint, so that a refusal costs only itself."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, parameters)


# --- append-only ------------------------------------------------------------------------------------------------------

ATTACKS = [
    "UPDATE cases_event SET payload = '{}'",
    "UPDATE cases_event SET seq = seq + 10",
    "DELETE FROM cases_event",
    "DELETE FROM cases_event WHERE seq = 2",
]
if connection.vendor == "postgresql":
    ATTACKS += [
        "TRUNCATE cases_event",
        "TRUNCATE cases_case CASCADE",
        "INSERT INTO cases_event (position, case_id, seq, name, payload, source_at, received_at, recorded_at, actor_id,"
        " actor_name, hash) SELECT position, case_id, seq, name, '{}', source_at, received_at, recorded_at, actor_id,"
        " actor_name, hash FROM cases_event ON CONFLICT (case_id, seq) DO UPDATE SET payload = excluded.payload",
    ]
else:
    ATTACKS += [
        "UPDATE OR REPLACE cases_event SET payload = '{}'",
        "INSERT OR REPLACE INTO cases_event SELECT position, case_id, seq, name, '{}', source_at, received_at,"
        " recorded_at, actor_id, actor_name, hash, transaction_id FROM cases_event",
        "REPLACE INTO cases_event (case_id, seq, name, payload, source_at, received_at, recorded_at, actor_id,"
        " actor_name, hash) SELECT case_id, seq, name, '{}', source_at, received_at, recorded_at, actor_id,"
        " actor_name, hash FROM cases_event",
    ]


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack[:40])
def test_the_database_itself_refuses_to_change_or_remove_an_event(attack: str) -> None:
    number = accept()
    before = ledger.read_case(case_id_of(number))

    with pytest.raises(DatabaseError):
        run(attack)

    assert ledger.read_case(case_id_of(number)) == before


def test_the_database_gives_a_place_in_a_case_to_one_event_only() -> None:
    case_id = case_id_of(accept())
    with pytest.raises(IntegrityError):
        run(
            "INSERT INTO cases_event (case_id, seq, name, payload, source_at, received_at, recorded_at, actor_id,"
            " actor_name, hash) SELECT case_id, seq, name, payload, source_at, received_at, recorded_at, actor_id,"
            " actor_name, hash FROM cases_event WHERE case_id = %s AND seq = 2",
            case_id,
        )


# --- one writer wins --------------------------------------------------------------------------------------------------


def _next_links(number: str, events: int = 1) -> list[ledger.Link]:
    case_id = case_id_of(number)
    folded, head = projections.load(case_id)
    chainer = ledger.Chainer(
        case_id=case_id,
        uuid="00" * 16,
        seq=folded.state.seq,
        head=head,
        actor=CLERK,
        recorded_at=china("2015-02-25"),
        native=ledger.is_native(),
    )
    at = china("2015-02-25")
    return [chainer.add(e.StepStarted(step="审核"), source_at=at, received_at=at) for _ in range(events)]


@pytest.mark.parametrize("events", [1, 150])
def test_of_two_writers_who_saw_the_same_version_the_second_is_told(events: int) -> None:
    number = accept()
    mine, theirs = _next_links(number, events), _next_links(number, events)
    ledger.append(theirs)

    with pytest.raises(ledger.ChangedMeanwhile, match=number), transaction.atomic():
        ledger.append(mine, number=number)

    assert len(ledger.read_case(case_id_of(number))) == 2 + events


def test_what_another_constraint_refuses_is_not_called_a_change_meanwhile() -> None:
    (link,) = _next_links(accept())
    with pytest.raises(IntegrityError), transaction.atomic():
        ledger.append([link._replace(payload=None)])  # type: ignore[arg-type]


# --- what is stored ---------------------------------------------------------------------------------------------------


def test_the_three_times_stand_in_three_columns() -> None:
    happened, heard = china("2015-02-13T09:30:15.123456"), china("2015-03-02T08:00")
    number = accept("2015-02-13T09:00")
    commands.perform(number=number, act=commands.a.StartStep(step="审核"), by=CLERK, at=happened, now=heard)
    entry = ledger.read_case(case_id_of(number))[-1]
    assert (entry.source_at, entry.received_at, entry.recorded_at) == (happened, heard, heard)


def test_an_entry_gives_back_the_event_that_was_written() -> None:
    entries = ledger.read_case(case_id_of(accept()))
    assert [type(entry.event()) for entry in entries] == [e.ApplicationReceived, e.ApplicationAccepted]
    assert [entry.seq for entry in entries] == [1, 2]


def test_the_ledger_holds_no_persons_details() -> None:
    accept()
    for payload, actor in Event.objects.values_list("payload", "actor_name"):
        assert "测试甲" not in payload + actor
        assert "610924199001010011" not in payload


# --- tampering --------------------------------------------------------------------------------------------------------

Past = Callable[[str], None]


@pytest.fixture
def past_the_triggers() -> Past:
    """Write to the event table as somebody who owns the database can."""

    def write(sql: str) -> None:
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute("SET LOCAL session_replication_role = replica")
                cursor.execute(sql)
                cursor.execute("SET LOCAL session_replication_role = origin")
                return
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            triggers = cursor.fetchall()
            for name, _ in triggers:
                cursor.execute(f"DROP TRIGGER {name}")
            cursor.execute(sql)
            for _, text in triggers:
                cursor.execute(text)

    return write


EARLIER = "'2015-02-12 02:00:00.000000+00'" if connection.vendor == "postgresql" else "'2015-02-12 02:00:00.000000'"
TAMPERINGS = {
    "a letter of the payload": "UPDATE cases_event SET payload = replace(payload, 'promised', 'Promised')\n"
    "WHERE seq = 2",
    "a payload that no longer decodes": "UPDATE cases_event SET payload = '{' WHERE seq = 2",
    "an event that the state cannot take": "UPDATE cases_event SET name = 'cases.case-closed.v1',"
    ' payload = \'{"result":"granted"}\' WHERE seq = 2',
    "an unknown event": "UPDATE cases_event SET name = 'cases.bribe-taken.v1' WHERE seq = 2",
    "when it happened": f"UPDATE cases_event SET source_at = {EARLIER} WHERE seq = 2",
    "when we heard of it": f"UPDATE cases_event SET received_at = {EARLIER} WHERE seq = 2",
    "when it was recorded": f"UPDATE cases_event SET recorded_at = {EARLIER} WHERE seq = 2",
    "who did it": "UPDATE cases_event SET actor_id = 'clerk-08' WHERE seq = 2",
    "the name of who did it": "UPDATE cases_event SET actor_name = '窗口八号' WHERE seq = 2",
    "the last event taken away": "DELETE FROM cases_event WHERE seq = 3",
    "an event in the middle taken away": "DELETE FROM cases_event WHERE seq = 2",
    "the order": "UPDATE cases_event SET seq = 5 - seq + 10 WHERE seq IN (2, 3)",
    "the hash": "UPDATE cases_event SET hash = (SELECT hash FROM cases_event v WHERE v.seq = 1 LIMIT 1) WHERE seq = 3",
}


@pytest.mark.parametrize("sql", TAMPERINGS.values(), ids=TAMPERINGS)
def test_verification_finds_the_case_that_was_tampered_with_and_goes_on(sql: str, past_the_triggers: Past) -> None:
    number = accept()
    commands.grant_application(number=number, opinion="同意", by=CLERK, at=china("2015-02-26"))
    past_the_triggers(sql)
    sound = accept("2015-03-02")

    found = dict(queries.verify_cases())

    assert found[number]
    assert not found[sound]


def test_verification_finds_facts_that_the_ledger_does_not_bear_out() -> None:
    number = accept()
    run("UPDATE cases_facts SET promised_amount = 99, late_promised = %s WHERE number = %s", False, number)
    assert dict(queries.verify_cases([number])) == {
        number: ("facts differ from the ledger in promised_amount, late_promised",)
    }


def test_verification_finds_details_that_are_not_those_of_the_application() -> None:
    number = accept()
    run("UPDATE cases_applicant SET name = %s", "测试乙")
    assert dict(queries.verify_cases([number]))[number] == ("applicant details do not match their digest",)


def test_a_persons_details_can_be_erased_and_the_chain_still_verifies() -> None:
    number = accept()
    run("DELETE FROM cases_applicant")
    assert dict(queries.verify_cases()) == {number: ()}
    assert queries.get_case(number, personal=True).applicant is None


def test_cases_of_other_systems_verify_too() -> None:
    filed = file(filing(f"F-{serial}", decided()) for serial in range(3))
    assert dict(queries.verify_cases()) == {one.number: () for one in filed}


def test_a_follower_reads_from_any_cursor_to_the_end_in_the_order_of_the_cases() -> None:
    before = timedelta(0)
    number = accept()
    rows: list[Any] = ledger.read_case(case_id_of(number))
    assert all(later.position > earlier.position for earlier, later in pairwise(rows))
    assert rows[0].recorded_at - rows[0].source_at == before
