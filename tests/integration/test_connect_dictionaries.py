"""A county that keeps its codes in tables of its own: filed by them, waiting for a code until the county lists it."""

import sqlite3
from pathlib import Path

import pytest

from tests.factories.exchange_tables import AT, County, catalogue_of_the_county
from yichuang.cases.queries import page_cases
from yichuang.cases.values import CaseFilter
from yichuang.exchange.commands import connect_once, replay_records
from yichuang.exchange.drafting.checking import check_source
from yichuang.exchange.queries import list_quarantine
from yichuang.exchange.reading.tables.refusals import TableMissing
from yichuang.exchange.values import PassReport
from yichuang.kernel.actor import Actor

BY = Actor(id="connect:test", name="对接测试")
MAPPING = """\
preset: up-pro
source: county-a
connection: {{url: "sqlite:///{file}"}}
codes:
  items:
    lookup: {{table: dict_item, code: code, meaning: name, when: [{{column: type, equals: SXLX}}]}}
    map: {{规划许可: "10001", 预售许可: "10002"}}
case:
  division: "610924"
  item: {{column: local_catalog_code, codes: items}}
  organisation:
    column: org_name
    lookup: {{table: sys_org, code: id, meaning: code}}
"""

__all__ = ["catalogue_of_the_county"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def county(tmp_path: Path) -> County:
    """A county whose cases bear numbers of items and offices, which two tables explain."""
    one = County(tmp_path)
    one.mapping.write_text(MAPPING.format(file=one.file), encoding="utf-8")
    tell(
        one,
        "CREATE TABLE dict_item (code TEXT, name TEXT, type TEXT)",
        "CREATE TABLE sys_org (id INTEGER, code TEXT, parent INTEGER)",
        "INSERT INTO dict_item VALUES ('1', '规划许可', 'SXLX'), ('2', '出证', 'BJJG')",
        "INSERT INTO sys_org VALUES (31, '610924-zhujian', 1)",
    )
    one.file_case("ZY-1", local_catalog_code="1", org_name="31")
    one.file_case("ZY-2", local_catalog_code="2", org_name="31")
    return one


def tell(county: County, *statements: str) -> None:
    with sqlite3.connect(county.file) as database:
        for statement in statements:
            database.execute(statement)


def connect(county: County) -> PassReport:
    return connect_once(mapping=county.mapping, by=BY, at=AT)


def filed() -> list[tuple[str, str]]:
    return sorted((row.item, row.organisation) for row in page_cases(CaseFilter(source="county-a"), limit=10).rows)


def test_a_code_that_is_not_listed_waits_and_is_filed_by_itself_once_the_county_lists_it(county: County) -> None:
    report = connect(county)
    assert (report.filed, report.refused) == (1, 1)
    assert filed() == [("10001", "610924-zhujian")]
    (waiting,) = list_quarantine(source="county-a")
    (fault,) = waiting.faults
    assert (fault.code, fault.value) == ("CodeNotListed", "2")
    assert all(word in fault.explain() for word in ("dict_item", "code", "2"))
    assert connect(county).filed == 0
    tell(county, "INSERT INTO dict_item VALUES ('2', '预售许可', 'SXLX')")
    assert connect(county).filed == 1
    assert filed() == [("10001", "610924-zhujian"), ("10002", "610924-zhujian")]
    assert list_quarantine(source="county-a") == ()


def test_a_replay_reads_the_dictionary_as_it_stands_now(county: County) -> None:
    connect(county)
    tell(county, "UPDATE dict_item SET name = '预售许可', type = 'SXLX' WHERE code = '2'")
    assert replay_records(by=BY, at=AT).filed == 1


def test_a_dictionary_that_cannot_be_read_is_refused_before_anything_is_read_and_nothing_is_lost(
    county: County,
) -> None:
    connect(county)
    tell(county, "ALTER TABLE sys_org RENAME TO sys_organ")
    county.file_case("ZY-3", local_catalog_code="1", org_name="31")
    for refused in (lambda: connect(county), lambda: replay_records(by=BY, at=AT)):
        with pytest.raises(TableMissing, match="sys_organ"):
            refused()
    tell(county, "ALTER TABLE sys_organ RENAME TO sys_org")
    assert connect(county).filed == 1


def test_the_check_lists_the_codes_that_the_dictionary_lacks_and_the_nearest_it_has(county: County) -> None:
    tell(county, "INSERT INTO dict_item VALUES ('21', '预售许可', 'SXLX')")
    found = check_source(mapping=county.mapping, by=BY, at=AT)
    (unknown,) = found.unknown_codes
    assert (unknown.codes, unknown.column, unknown.value) == ("dict_item.code", "local_catalog_code", "2")
    assert (unknown.count, unknown.nearest) == (1, "21")
    assert found.fit == 1
