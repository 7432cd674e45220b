"""Three invented counties from their real servers through the presets into the ledger: what they planted comes out."""

import os
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests import prepared
from tests.factories.vendors import InventedCase, Planted, change, fill, mapping_of
from tests.integration import small_city
from yichuang.cases.models import Facts
from yichuang.cases.queries import get_case, list_source_numbers, verify_cases
from yichuang.cases.values import CaseFile, decode_result, encode_result
from yichuang.exchange.commands import connect_once
from yichuang.exchange.queries import count_quarantine, list_quarantine, reconcile
from yichuang.kernel.actor import Actor

if TYPE_CHECKING:
    from pytest_django.plugin import DjangoDbBlocker

BY = Actor(id="integrator-1", name="对接员")
SINCE = date(2015, 3, 2)
FIRST = datetime(2015, 6, 1, 1, 0, tzinfo=UTC)
SECOND = datetime(2015, 6, 2, 1, 0, tzinfo=UTC)
CASES = 60
SERVERS = {"a": "mariadb", "b": "postgres", "c": "mariadb"}

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("places_and_items")]


@pytest.fixture(scope="module")
def places_and_items(django_db_setup: None, django_db_blocker: "DjangoDbBlocker") -> Iterator[None]:
    """The packaged city, for a module: the copy that other modules begin with too."""
    with django_db_blocker.unblock(), prepared.holding(*small_city.CITY):
        yield


@pytest.fixture(params=["a", "b", "c"])
def county(request: pytest.FixtureRequest, new_database: Callable[[str], str], tmp_path: Path) -> tuple[Planted, Path]:
    """One vendor's filled database, and the mapping that connects it."""
    vendor = request.param
    url = new_database(SERVERS[vendor])
    planted = fill(url, vendor=vendor, cases=CASES, seed=7, since=SINCE)
    mapping = tmp_path / "county.yaml"
    text = mapping_of(vendor, url=url, charset=planted.charset, source=source_of(planted))
    mapping.write_text(text, encoding="utf-8")
    return planted, mapping


def test_what_a_county_planted_is_what_the_ledger_says_on_the_first_day_and_on_the_second(
    county: tuple[Planted, Path],
) -> None:
    planted, mapping = county
    first = connect_once(mapping=mapping, by=BY, at=FIRST)
    assert (first.landed, first.filed, first.refused, first.waiting) == (planted.rows.total(), CASES, 0, 0), waiting()
    assert told(planted) == truth(planted)
    # A special procedure is one row of theirs, written when it has ended: its beginning is told late.
    assert told_late(planted) == {case.number for case in planted.cases if case.backfilled or case.special}

    again = connect_once(mapping=mapping, by=BY, at=FIRST + timedelta(minutes=5))
    assert (again.landed, again.changed, again.deleted, again.new_events, again.corrected) == (0, 0, 0, 0, 0)

    later = change(planted.url, planted, at=SECOND - timedelta(hours=2))
    second = connect_once(mapping=mapping, by=BY, at=SECOND)
    assert (second.refused, sum(count_quarantine().values())) == (0, 0), waiting()
    assert second.deleted > 0
    assert second.corrected > 0
    assert told(later) == truth(later)
    assert all(not faults for _number, faults in verify_cases(list_source_numbers(source_of(planted)).values()))

    days = reconcile(source_of(planted), since=FIRST.date(), until=SECOND.date() + timedelta(days=1))
    assert all(day.adds_up for day in days)
    assert sum(day.sent for day in days) >= planted.rows.total()


def source_of(planted: Planted) -> str:
    # One pass over a source at a time holds for the whole machine: another run of the tests has its own.
    return f"vendor-{planted.vendor}-{os.getpid()}"


def waiting() -> list[str]:
    return [fault.explain() for row in list_quarantine()[:5] for fault in row.faults]


def truth(planted: Planted) -> dict[str, tuple[object, ...]]:
    """Return what was planted, as the ledger should say it."""
    return {case.number: _truth(case, planted) for case in planted.cases}


def _truth(case: InventedCase, planted: Planted) -> tuple[object, ...]:
    result, closed = "", None
    if case.ending is not None:
        coded = decode_result(encode_result(case.ending.result, variant=planted.variant), variant=planted.variant)
        # The older tables say of a refused acceptance where it was refused, whatever their result codes lack.
        result = (case.ending.result if planted.vendor == "c" and case.accepted_at is None else coded).value
        closed = case.ending.at
    if case.deleted:
        result = "deleted"
    steps = Counter(step_name(step.name, planted) for step in case.steps)
    return (case.offer.item, case.offer.organisation, case.received_at, case.accepted_at, result,
            None if case.deleted else closed, case.late and not case.deleted, case.applicant, steps)  # fmt: skip


def step_name(name: str, planted: Planted) -> str:
    return {"现场踏勘": "承办", "审查": "审核", "决定": "批准"}[name] if planted.vendor == "c" else name


def told(planted: Planted) -> dict[str, tuple[object, ...]]:
    """Return what the ledger says of the planted cases."""
    return {key: _told(get_case(number, personal=True, with_acts=True)) for key, number in
            list_source_numbers(source_of(planted)).items()}  # fmt: skip


def _told(file: CaseFile) -> tuple[object, ...]:
    row, deleted = file.row, file.row.result == "deleted"
    assert file.applicant is not None
    steps = Counter(line.event.step for line in file.acts if type(line.event).__name__ == "StepFinished")
    return (row.item, row.organisation, row.received_at, row.accepted_at, row.result,
            None if deleted else row.closed_at, bool(row.late_promised) and not deleted,
            file.applicant.name, steps)  # fmt: skip


def told_late(planted: Planted) -> set[str]:
    """Return the cases of which the ledger says that something was entered a working day or more after it happened."""
    late = Facts.objects.filter(case__source=source_of(planted), entry_lag_days__gte=1)
    return set(late.values_list("case__source_key", flat=True))
