"""Three invented county systems, each with its own quirks, in the ledger by the presets: as it was planted, twice."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from tests import prepared
from tests.integration import small_city
from yichuang.cases.models import Case, Facts
from yichuang.exchange.commands import connect_once
from yichuang.exchange.invented.cases import OFFERS, InventedCase
from yichuang.exchange.invented.filling import change, fill
from yichuang.exchange.invented.mapping import mapping_of
from yichuang.exchange.queries import list_quarantine
from yichuang.kernel.actor import Actor

BY = Actor(id="connect:test", name="对接测试")
AT = datetime(2015, 12, 1, 2, 0, tzinfo=UTC)
CASES = 40
# The older list of results knows neither 不予许可 nor 不予受理; the pinyin set tells the latter where it is told.
NOT_TOLD = {
    "a": {},
    "b": {"not-granted": "returned", "not-accepted": "returned"},
    "c": {"not-granted": "returned"},
}

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def city(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[None]:
    """Begin with the packaged city, whose items the counties offer."""
    with django_db_blocker.unblock(), prepared.holding(*small_city.CITY):  # type: ignore[attr-defined]
        yield


def as_planted(vendor: str, cases: Iterable[InventedCase]) -> dict[str, str]:
    """Return how each case must end in the ledger, by its number at the source, as far as the vendor can tell."""
    ends = {case.number: case.ending.result.value if case.ending else "" for case in cases}
    told = {number: NOT_TOLD[vendor].get(result, result) for number, result in ends.items()}
    return told | {case.number: "deleted" for case in cases if case.deleted}


def as_filed(source: str) -> dict[str, str]:
    """Return the result of every case by its number at the source."""
    keys = dict(Case.objects.filter(source=source).values_list("pk", "source_key"))
    return {keys[pk]: result for pk, result in Facts.objects.filter(case_id__in=list(keys)).values_list("pk", "result")}


@pytest.mark.parametrize("vendor", ["a", "b", "c"])
def test_every_case_of_a_county_is_filed_as_it_was_planted_and_follows_its_second_day(
    vendor: str, tmp_path: Path
) -> None:
    url, source = f"sqlite:///{tmp_path / 'county.sqlite3'}", f"county-{vendor}"
    planted = fill(url, vendor=vendor, cases=CASES, seed=1, since=date(2015, 3, 2))
    mapping = tmp_path / "county.yaml"
    text = mapping_of(vendor, url=url, charset=planted.charset, source=source, division="610924", offers=OFFERS)
    mapping.write_text(text, encoding="utf-8")
    first = connect_once(mapping=mapping, by=BY, at=AT)
    assert (first.filed, first.landed, first.waiting) == (CASES, sum(planted.rows.values()), 0)
    assert as_filed(source) == as_planted(vendor, planted.cases)
    second_day = change(url, planted, at=datetime(2015, 8, 1, 2, tzinfo=UTC))
    second = connect_once(mapping=mapping, by=BY, at=AT + timedelta(days=1))
    assert second.deleted and second.changed and second.corrected
    assert as_filed(source) == as_planted(vendor, second_day.cases)
    assert Counter(fault.code for row in list_quarantine() for fault in row.faults) == {}
