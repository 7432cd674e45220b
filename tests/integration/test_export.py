"""Exports: logs that mining tools open, broken off and gone on with; exchange tables that read back to the same."""

import json
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa
from django.core.management import call_command

from tests import prepared
from tests.factories.exported import file, rows_in, told, url_of
from tests.factories.people import CONNECTOR
from tests.integration import small_city
from yichuang.accounts.values import Area
from yichuang.cases.queries import count_cases, list_source_numbers, page_cases
from yichuang.cases.values import ApplicantDetails, CaseFilter, CaseRow, CodeVariant
from yichuang.exchange.commands import connect_once, fill_exchange_tables, write_log
from yichuang.exchange.export import files
from yichuang.exchange.reading.xes import XesSource
from yichuang.exchange.values import TargetRefused

if TYPE_CHECKING:
    from pytest_django.plugin import DjangoDbBlocker

pytestmark = pytest.mark.django_db
NOW = datetime(2015, 8, 1, 1, 0, tzinfo=UTC)
COUNTY = "610924"
PERSON = ApplicantDetails("欧阳测试", "111", "610924198503070012", "13892501234")


@pytest.fixture(scope="module", autouse=True)
def city(django_db_setup: None, django_db_blocker: "DjangoDbBlocker") -> Iterator[None]:
    """A small city with cases, for the module."""
    with django_db_blocker.unblock(), prepared.holding(*small_city.CITY, small_city.file_cases, file_stories):
        yield


def file_stories() -> None:
    """File three cases through everything that the exchange tables know."""
    file(*[told(f"T-{place}") for place in range(3)])


# --- logs -------------------------------------------------------------------------------------------------------------


def test_our_own_reader_of_xes_reads_every_case_and_event_back(tmp_path: Path) -> None:
    report = write_log(form="xes", file=tmp_path / "cases.xes")
    source = XesSource(tmp_path / "cases.xes")
    records = list(source.records())
    assert len(records) == report.cases == count_cases(CaseFilter())
    whole = next(record for record in records if record.case.get("yichuang:result") == "other")
    assert [row.values["concept:name"] for row in whole.events][:2] == ["application-received", "application-accepted"]
    times = [row.values["time:timestamp"] for row in whole.events]
    assert times == sorted(times)


def test_an_ocel_log_has_the_structure_of_its_standard(tmp_path: Path) -> None:
    write_log(form="ocel", file=tmp_path / "cases.json", division=COUNTY)
    log = json.loads((tmp_path / "cases.json").read_text())
    assert set(log) == {"objectTypes", "eventTypes", "objects", "events"}
    types = {kind["name"]: {one["name"]: one["type"] for one in kind["attributes"]} for kind in log["objectTypes"]}
    happenings = {kind["name"]: {one["name"]: one["type"] for one in kind["attributes"]} for kind in log["eventTypes"]}
    ids = [one["id"] for one in log["objects"]]
    assert len(ids) == len(set(ids))
    for one in log["objects"]:
        assert {part["name"] for part in one["attributes"]} <= set(types[one["type"]])
        assert all(datetime.fromisoformat(part["time"]).tzinfo for part in one["attributes"])
        assert {part["objectId"] for part in one["relationships"]} <= set(ids)
    assert len({one["id"] for one in log["events"]}) == len(log["events"])
    for one in log["events"]:
        assert datetime.fromisoformat(one["time"]).tzinfo
        assert {part["name"] for part in one["attributes"]} <= set(happenings[one["type"]])
        assert {part["objectId"] for part in one["relationships"]} <= set(ids)
    assert Counter(one["type"] for one in log["objects"])["case"] == count_cases(CaseFilter(county=COUNTY))


@pytest.mark.parametrize("form", ["xes", "ocel"])
@pytest.mark.parametrize("broken_after", [0, 9, 41])
def test_a_log_that_was_broken_off_is_gone_on_with_to_the_same_bytes(
    form: str, broken_after: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "_NOTED", 10)
    write_log(form=form, file=tmp_path / "whole", division=COUNTY)

    class Broken(Exception):
        pass

    seen = 0

    def stop(_done: int) -> None:
        nonlocal seen
        seen += 1
        if seen > 1 + broken_after // 10:
            raise Broken

    with pytest.raises(Broken):
        write_log(form=form, file=tmp_path / "part", division=COUNTY, progress=stop)
    assert not (tmp_path / "part").exists()
    report = write_log(form=form, file=tmp_path / "part", division=COUNTY)
    assert report.resumed
    assert (tmp_path / "part").read_bytes() == (tmp_path / "whole").read_bytes()
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith("part")] == ["part"]


def test_a_broken_log_of_other_wishes_is_not_gone_on_with(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "_NOTED", 1)

    def stop(done: int) -> None:
        if done == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_log(form="xes", file=tmp_path / "log", progress=stop)
    assert not write_log(form="xes", file=tmp_path / "log", division=COUNTY).resumed


# --- exchange tables --------------------------------------------------------------------------------------------------


def facts_of(row: CaseRow) -> tuple[Any, ...]:
    """Return what the tables can say of a case: of its end they have the decision's moment, not the closing's."""
    ended = row.result if row.closed_at else ""
    return (row.item, row.organisation, row.county, row.channel, row.received_at, row.accepted_at, ended,
            row.used_days if row.closed_at else None)  # fmt: skip


def test_exchange_tables_read_back_to_the_same_facts(tmp_path: Path) -> None:
    url = url_of(tmp_path)
    # The newer list of results has no 其他办结; in the older one every ending of these cases has a code of its own.
    filled = fill_exchange_tables(into=url, at=NOW, area=Area(division=COUNTY), variant=CodeVariant.OLDER)
    rows = {row.number: row for row in page_cases(CaseFilter(county=COUNTY), limit=500).rows}
    mapping = tmp_path / "back.yaml"
    mapping.write_text(
        f'preset: up-pro\nsource: back\nresults: older\nconnection: {{url: "{url}"}}\ncase: {{division: "{COUNTY}"}}\n'
    )
    report = connect_once(mapping=mapping, by=CONNECTOR, at=NOW + timedelta(days=1))
    assert (report.filed, report.refused) == (filled.cases, 0)
    assert filled.cases == len(rows_in(url, "up_pro_accept")) == len(rows)
    back = {row.number: row for row in page_cases(CaseFilter(source="back"), limit=500).rows}
    differing = {
        key: (facts_of(rows[key]), facts_of(back[number]))
        for key, number in list_source_numbers("back").items()
        if facts_of(rows[key]) != facts_of(back[number])
    }
    assert next(iter(differing.items()), None) is None


def test_the_older_list_of_results_is_spoken_where_it_is_asked_for(tmp_path: Path) -> None:
    fill_exchange_tables(into=url_of(tmp_path), at=NOW, variant=CodeVariant.OLDER)
    assert {row["result_type"] for row in rows_in(url_of(tmp_path), "up_pro_result")} <= set("0123456")


def test_a_target_that_is_not_what_it_should_be_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(TargetRefused):
        fill_exchange_tables(into="postgresql+psycopg://nobody:secret@127.0.0.1:1/none", at=NOW)
    with pytest.raises(TargetRefused):
        fill_exchange_tables(into="nosuch://x", at=NOW)
    engine = sa.create_engine(url_of(tmp_path))
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE up_pro_accept (project_no TEXT)"))
    engine.dispose()
    with pytest.raises(TargetRefused) as refused:
        fill_exchange_tables(into=url_of(tmp_path), at=NOW)
    assert "row_guid" in str(refused.value)


def test_the_command_exports_and_says_how_much(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("export", "xes", str(tmp_path / "log.xes"), "--division", COUNTY, "--from", "2015-02-01")
    assert "已导出" in capsys.readouterr().out
    call_command("export", "up-pro", "--into", url_of(tmp_path), "--division", COUNTY)
    assert "新增" in capsys.readouterr().out
