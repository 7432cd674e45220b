"""The real log of permit applications: what the rules find late is what the log's own deadlines say, on any day."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.db import connection

from tests import prepared
from tests.contracts.test_mappings import MAPPINGS, receipt_log, translated
from yichuang.calendar.queries import get_calendar
from yichuang.calendar.values import CHINA
from yichuang.cases.queries import COURSE_COLUMNS, course_as_of
from yichuang.cases.values import acts
from yichuang.catalogue import terms
from yichuang.exchange.commands import import_file
from yichuang.kernel.actor import Actor, ActorKind
from yichuang.supervision.domain.moment import moment_of
from yichuang.supervision.engines import database, duck
from yichuang.supervision.engines.parquet import read_findings, write_facts
from yichuang.supervision.rulebook import PACKAGED, load_rules

if TYPE_CHECKING:
    from pytest_django.plugin import DjangoDbBlocker

# Left to SQLite: the rules' SQL is held against SQLite's in test_rules_engines.
pytestmark = [pytest.mark.once, pytest.mark.django_db, pytest.mark.slow]

BY = Actor(id="import:receipt", name="测试导入", kind=ActorKind.CONNECTOR)
AT = datetime(2026, 1, 5, 2, 0, tzinfo=UTC)
SOURCE = "receipt-log"
OVERDUE = "promised-overdue"
# The log runs from October 2010 to January 2012; a morning, evenings, a weekend, and long after its end.
DAYS = (
    datetime(2010, 11, 30, 23, 59, tzinfo=CHINA),
    datetime(2011, 2, 5, 12, 0, tzinfo=CHINA),
    datetime(2011, 5, 13, 8, 30, tzinfo=CHINA),
    datetime(2011, 8, 31, 23, 59, tzinfo=CHINA),
    datetime(2011, 12, 24, 15, 0, tzinfo=CHINA),
    datetime(2012, 6, 30, 23, 59, tzinfo=CHINA),
)
UNACCEPTED = "automatic-acceptance-missed"
Deadlines = dict[str, tuple[datetime, datetime, datetime | None]]


@pytest.fixture(scope="module", autouse=True)
def log(django_db_setup: None, django_db_blocker: "DjangoDbBlocker") -> Iterator[Path]:
    """The log in the ledger."""
    file = receipt_log()
    with pytest.MonkeyPatch.context() as patch, django_db_blocker.unblock():
        # This database starts its audit anew, so that its terms must not be another's.
        patch.setattr(terms, "_kept", None)
        with prepared.holding(receive):
            yield file


def receive() -> None:
    """Import the log by the mapping that comes with the house."""
    assert import_file(file=receipt_log(), mapping=MAPPINGS / "receipt.yaml", by=BY, at=AT).filed == 1_434


def deadlines(file: Path) -> Deadlines:
    """Return of each case when it was accepted, its own deadline, and when it was closed, from the file alone."""
    found: Deadlines = {}
    for one in translated("receipt", file):
        accepted = due = closed = None
        for dated in one.history:
            if isinstance(dated.act, acts.Accept):
                accepted, due = dated.at, dated.act.due_at
            elif isinstance(dated.act, acts.Close):
                closed = dated.at
        assert accepted is not None and due is not None
        found[one.key] = accepted, due, closed
    return found


def late_at(told: Deadlines, at: datetime) -> set[str]:
    """Return the accepted cases that had broken their deadline at an instant: ended after it, or open beyond it."""
    return {
        key
        for key, (accepted, due, closed) in told.items()
        if accepted <= at and (closed > due if closed and closed <= at else due < at)
    }


def unaccepted_at(told: Deadlines, at: datetime) -> set[str]:
    """Return the cases whose deadline had passed before anybody confirmed that they had come."""
    return {key for key, (accepted, due, _) in told.items() if due < at < accepted}


def keys_of_numbers() -> dict[str, str]:
    """Return the log's own name of each case by its number."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT number, source_key FROM cases_case WHERE source = %s", [SOURCE])
        return dict(cursor.fetchall())


def test_377_of_1329_closed_cases_are_found_late_and_every_open_one_beyond_its_deadline(log: Path) -> None:
    told, keys = deadlines(log), keys_of_numbers()
    rules, calendar = load_rules(PACKAGED).of("cases"), get_calendar()
    hits = [
        hit for hit in database.judge(rules, relation="cases", moment=moment_of(AT, calendar)) if hit.source == SOURCE
    ]
    found = {keys[hit.key] for hit in hits if hit.rule_id == OVERDUE}
    closed = {key for key, (_, _, ended) in told.items() if ended is not None}
    assert len(closed) == 1_329
    assert len(found & closed) == 377
    assert found == late_at(told, AT)
    assert found - closed == set(told) - closed
    # One delay, one card: the deadline of the case itself prevails over the item's period.
    assert "statutory-overdue" not in {hit.rule_id for hit in hits}


def test_on_any_day_the_findings_are_those_that_the_log_would_have_given_then(log: Path, tmp_path: Path) -> None:
    told, keys, calendar = deadlines(log), keys_of_numbers(), get_calendar()
    rules = [rule for rule in load_rules(PACKAGED).rules if rule.id in {OVERDUE, UNACCEPTED}]
    sizes, unaccepted = [], 0
    for number, at in enumerate(DAYS):
        folder = tmp_path / str(number)
        write_facts("cases", course_as_of(at=at), folder=folder, columns=[name for name, _ in COURSE_COLUMNS])
        duck.judge_files(rules, folder=folder, moment=moment_of(at, calendar), into=folder / "found")
        hits = [hit for hit in read_findings(folder / "found") if hit.source == SOURCE]
        found = {keys[hit.key] for hit in hits if hit.rule_id == OVERDUE}
        assert found == late_at(told, at), at
        # The clock runs from acceptance; who was left waiting for it beyond the deadline is found all the same.
        waiting = unaccepted_at(told, at)
        assert waiting <= {keys[hit.key] for hit in hits if hit.rule_id == UNACCEPTED}
        unaccepted += len(waiting)
        sizes.append(len(found))
    assert sizes == sorted(sizes)
    assert sizes[0] < sizes[2] < sizes[-1]
    assert unaccepted > 0
