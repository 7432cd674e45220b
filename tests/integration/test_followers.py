"""Followers: nothing that commits late is ever skipped, nothing comes twice, and the order of a case holds."""

import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.db import connection, transaction

from tests.factories.catalogue import handmade_catalogue
from tests.factories.filings import decided, file, filing
from tests.factories.people import CLERK
from tests.factories.running import accept, receive
from tests.factories.stories import china
from yichuang.cases import changed_days, commands, queries
from yichuang.cases.domain import acts as a
from yichuang.cases.ledger import START, ChangedMeanwhile, Cursor, Entry, read
from yichuang.cases.models import Event
from yichuang.kernel.identifiers.case_number import parse_number
from yichuang.reporting import commands as reporting

__all__ = ["handmade_catalogue"]
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("handmade_catalogue")]
several_writers = pytest.mark.skipif(
    connection.vendor != "postgresql",
    reason="SQLite lets one writer in at a time: there is no late commit; tests/faults writes from processes",
)
PATIENCE_SECONDS = 10
STRESS_SECONDS = 4.0


def read_to_the_end(cursor: Cursor, *, limit: int = 10_000) -> tuple[list[Entry], Cursor]:
    """Read on from a cursor until nothing more can be trusted."""
    everything: list[Entry] = []
    while True:
        entries, cursor = read(after=cursor, limit=limit)
        if not entries:
            return everything, cursor
        everything += entries


def in_thread(work: Callable[[], None]) -> threading.Thread:
    """Run work on a connection of its own."""

    def run() -> None:
        try:
            work()
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


@contextmanager
def held_open(work: Callable[[], None]) -> Iterator[Callable[[], None]]:
    """Do work in a transaction of another connection and hold it open until the yielded function is called."""
    done, release = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            work()
            done.set()
            release.wait(PATIENCE_SECONDS)

    thread = in_thread(hold)
    assert done.wait(PATIENCE_SECONDS)

    def commit() -> None:
        release.set()
        thread.join(PATIENCE_SECONDS)

    try:
        yield commit
    finally:
        commit()


# --- on either engine -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("limit", [1, 7, 10_000])
def test_a_follower_reads_everything_once_however_much_it_takes_at_a_time(limit: int) -> None:
    file(filing(f"F-{serial}", decided()) for serial in range(5))
    entries, cursor = read_to_the_end(START, limit=limit)
    assert [entry.position for entry in entries] == sorted(Event.objects.values_list("position", flat=True))
    assert read(after=cursor) == ([], cursor)


def test_a_follower_goes_on_where_it_stopped() -> None:
    accept()
    _, cursor = read_to_the_end(START)
    number = accept("2015-02-15")
    entries, _ = read_to_the_end(cursor)
    assert [entry.seq for entry in entries] == [1, 2]
    assert {entry.case_id for entry in entries} == {queries.get_case(number).row.case_id}


def test_the_end_of_the_ledger_moves_only_with_news() -> None:
    accept()
    end = queries.end_of_ledger(START)
    assert queries.end_of_ledger(end) == end
    assert read_to_the_end(START)[1] == end
    accept()
    assert queries.end_of_ledger(end) > end


def test_only_the_days_that_changed_are_told() -> None:
    file([filing("F-1", decided(on="2015-02-13", decided_on="2015-02-26", closed_on="2015-03-02"))])
    days, cursor = queries.list_changed_days(START)
    assert [day.isoformat() for day in days] == ["2015-02-13", "2015-03-02"]
    assert queries.list_changed_days(cursor) == ([], cursor)
    receive("2015-04-01")
    assert [day.isoformat() for day in queries.list_changed_days(cursor)[0]] == ["2015-04-01"]
    assert [day.isoformat() for day in queries.list_days()] == ["2015-02-13", "2015-03-02", "2015-04-01"]


# --- several writers --------------------------------------------------------------------------------------------------


@several_writers
def test_an_event_that_took_an_earlier_place_and_commits_later_is_still_delivered() -> None:
    with held_open(lambda: accept("2015-02-13") and None) as commit:
        quick = accept("2015-02-15")
        early, cursor = read_to_the_end(START)
        slow_is_lower = Event.objects.count() == 2 and Event.objects.earliest("position").position > 2
        commit()
    late, _ = read_to_the_end(cursor)

    delivered = [entry.position for entry in (*early, *late)]
    assert slow_is_lower, "the slow writer took the lower positions, and was not visible yet"
    assert sorted(delivered) == sorted(set(delivered)) == sorted(Event.objects.values_list("position", flat=True))
    assert len(delivered) == 4
    assert queries.get_case(quick).version == 2


@several_writers
def test_figures_wait_for_the_late_committer_and_then_count_him() -> None:
    with held_open(lambda: accept("2015-02-13") and None) as commit:
        accept("2015-02-15")
        reporting.follow_ledger()
        commit()
    reporting.follow_ledger()
    days = {day for _, day in _counted()}
    assert days == {"2015-02-13", "2015-02-15"}


def _counted() -> list[tuple[str, str]]:
    from yichuang.reporting.models import Cell

    return [
        (cell.county, cell.day.isoformat()) for cell in Cell.objects.filter(grain="d", dimension="channel", accepted=1)
    ]


@several_writers
def test_a_follower_that_reads_beside_several_writers_misses_nothing_and_sees_nothing_twice() -> None:
    stop = time.monotonic() + STRESS_SECONDS
    failures: list[BaseException] = []

    def write(seed: int) -> None:
        chance = random.Random(seed)
        serial = 0
        try:
            while time.monotonic() < stop:
                serial += 1
                with transaction.atomic():
                    number = accept(f"2015-02-{chance.choice((13, 15, 25, 26))}")
                    time.sleep(chance.random() * 0.02)
                    if chance.random() < 0.3:
                        commands.perform(number=number, act=a.Grant(), by=CLERK, at=china("2015-03-02"))
                    if chance.random() < 0.2:
                        transaction.set_rollback(True)
                if chance.random() < 0.3:
                    file(filing(f"W-{seed}-{serial}-{one}", decided()) for one in range(chance.randrange(1, 30)))
        except BaseException as failure:  # noqa: BLE001 - told to the test by its own list
            failures.append(failure)

    writers = [in_thread(lambda seed=seed: write(seed)) for seed in range(4)]  # type: ignore[misc]
    seen: list[Entry] = []
    cursor = START
    while any(writer.is_alive() for writer in writers):
        entries, cursor = read(after=cursor, limit=50)
        seen += entries
        time.sleep(0.001)
    for writer in writers:
        writer.join(PATIENCE_SECONDS)
    seen += read_to_the_end(cursor)[0]

    assert not failures
    positions = [entry.position for entry in seen]
    assert len(positions) == len(set(positions))
    assert set(positions) == set(Event.objects.values_list("position", flat=True))
    assert len(positions) > 100
    reached: dict[int, int] = {}
    for entry in seen:
        assert entry.seq == reached.get(entry.case_id, 0) + 1, "the events of one case come in their order"
        reached[entry.case_id] = entry.seq


@several_writers
def test_of_two_writers_on_one_case_one_waits_and_both_stand_or_one_is_told() -> None:
    number = accept("2015-02-13")
    outcomes: list[object] = []
    barrier = threading.Barrier(2)

    def act() -> None:
        barrier.wait(PATIENCE_SECONDS)
        try:
            outcomes.append(
                commands.perform(
                    number=number, act=a.StartStep(step="审核"), by=CLERK, at=china("2015-02-25"), expected_version=2
                )
            )
        except ChangedMeanwhile as refusal:
            outcomes.append(refusal)

    for thread in [in_thread(act), in_thread(act)]:
        thread.join(PATIENCE_SECONDS)
    assert sorted(type(one).__name__ for one in outcomes) == ["ChangedMeanwhile", "int"]
    assert queries.get_case(number).version == 3


@several_writers
def test_numbers_given_out_at_the_same_time_are_all_different_and_without_gaps() -> None:
    numbers: list[str] = []
    threads = [in_thread(lambda: numbers.extend(receive("2015-02-13") for _ in range(5))) for _ in range(4)]
    threads.append(
        in_thread(lambda: numbers.extend(one.number for one in file(filing(f"F-{s}", decided()) for s in range(10))))
    )
    for thread in threads:
        thread.join(PATIENCE_SECONDS)
    assert sorted(parse_number(number).serial for number in numbers) == list(range(1, 31))


@several_writers
def test_the_same_history_filed_by_two_at_once_stands_once() -> None:
    outcomes: list[int] = []
    barrier = threading.Barrier(2)

    def run() -> None:
        barrier.wait(PATIENCE_SECONDS)
        outcomes.extend(one.new_events for one in file(filing(f"F-{serial}", decided()) for serial in range(40)))

    for thread in [in_thread(run), in_thread(run)]:
        thread.join(PATIENCE_SECONDS)
    assert sorted(outcomes) == [0] * 40 + [6] * 40
    assert Event.objects.count() == 240


@pytest.mark.django_db(transaction=True)
def test_after_most_of_the_ledger_at_once_the_changed_days_are_all_days(monkeypatch: pytest.MonkeyPatch) -> None:
    file([filing(str(place), decided(on=day)) for place, day in enumerate(("2015-02-13", "2015-03-02"))])
    exactly, end = queries.list_changed_days(queries.START)
    monkeypatch.setattr(changed_days, "_MANY_EVENTS", 1)
    assert queries.list_changed_days(queries.START) == (exactly, end)
