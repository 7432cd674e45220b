"""`yichuang connect` and the doors beside a pass: locks, watched folders, declared volumes, what is told and how."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection

from tests.factories.exchange_tables import AT, County, catalogue_of_the_county
from yichuang.exchange.commands import connect_for_good, connect_once
from yichuang.exchange.connecting.locking import locked, number_of
from yichuang.exchange.connecting.rounds import Rounds
from yichuang.exchange.domain.refusals import FolderNeeded, PassRunning, SourceUnknown
from yichuang.exchange.queries import list_connections, list_sources, reconcile
from yichuang.exchange.values import MappingFaulty
from yichuang.kernel.actor import Actor
from yichuang.supervision.relations import feeds

BY = Actor(id="connect:test", name="对接测试")

__all__ = ["catalogue_of_the_county"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def county(tmp_path: Path) -> County:
    """An empty county system with its mapping."""
    return County(tmp_path)


def said(*arguments: str, code: int = 0) -> str:
    out = StringIO()
    if code:
        with pytest.raises(SystemExit) as ended:
            call_command("connect", *arguments, stdout=out, stderr=out)
        assert ended.value.code == code
    else:
        call_command("connect", *arguments, stdout=out, stderr=out)
    return out.getvalue()


def test_a_pass_its_status_and_its_balance_are_told(county: County) -> None:
    county.file_case("ZY-1")
    county.file_case("ZY-2", local_catalog_code="XX-1")
    told = said("run", str(county.mapping), code=3)
    assert "新行8" in told and "入账1件" in told and "进入隔离区1件" in told
    assert "共8行" in said("status") and "隔离区1件" in said("status")
    balance = said("reconcile", "county-a", "--since", "2015-01-01")
    assert "收到8 = 入账4 + 待处理4（隔离区4）+ 拒绝0" in balance
    with pytest.raises(SourceUnknown):
        reconcile("county-z", since=date(2015, 1, 1), until=date(2015, 2, 1))


def test_a_refused_source_ends_with_two_and_is_told_in_the_status(county: County) -> None:
    county.mapping.write_text(county.mapping.read_text("utf-8").replace(str(county.file), "/nowhere/at.all"), "utf-8")
    assert "county-a.yaml" in said("run", str(county.mapping), code=2)
    assert "已连续1次" in said("status")


@contextmanager
def held_by_another(source: str) -> Iterator[None]:
    """Hold the lock of a source beside us: by another opening of its file, or on PostgreSQL in another session."""
    if connection.vendor == "postgresql":
        other = connection.copy()
        try:
            with other.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_lock(%s)", [number_of(source)])
            yield
        finally:
            other.close()
        return
    # The system's lock is held by whoever opened the file: another opening of it is another holder.
    with locked(source):
        yield


def test_two_passes_over_one_source_never_run_at_once(county: County) -> None:
    with held_by_another("county-a"):
        with pytest.raises(PassRunning):
            connect_once(mapping=county.mapping, by=BY, at=AT)
        with locked("county-b"):
            pass
    assert connect_once(mapping=county.mapping, by=BY, at=AT).landed == 0


def test_files_dropped_into_a_watched_folder_are_imported_once_and_put_away(tmp_path: Path) -> None:
    drop, done = tmp_path / "drop", tmp_path / "done"
    drop.mkdir()
    text = f"connection: {{folder: {drop}, done: {done}, pattern: '*.csv', settle_seconds: 0}}\n"
    bundled = Path("src/yichuang/exchange/mappings/county-cases.yaml").read_text("utf-8")
    mapping = tmp_path / "dropped.yaml"
    mapping.write_text(bundled, "utf-8")
    with pytest.raises(FolderNeeded):
        connect_once(mapping=mapping, by=BY, at=AT)
    mapping.write_text(bundled + text, "utf-8")
    head = bundled  # the columns that the mapping names decide which the file must have
    columns = sorted({part.split("}")[0].split(",")[0] for part in head.split("column: ")[1:]})
    given = {
        "办件编号": "A-1",
        "事项编码": "JZ-01",
        "收件时间": "2015-03-02 09:00",
        "受理部门": "住建局",
        "申请人": "测试甲",
    }
    row = ",".join(given.get(column, "") for column in columns)
    for name in ("one.csv", "same.csv"):
        (drop / name).write_text(",".join(columns) + "\n" + row + "\n", "utf-8")
    (drop / "growing.csv.tmp").write_text("x", "utf-8")
    time.sleep(0.02)
    report = connect_once(mapping=mapping, by=BY, at=AT)
    assert (report.landed, report.filed, report.refused) == (1, 1, 0)
    assert sorted(path.name for path in done.iterdir()) == ["one.csv", "same.csv"]
    assert connect_once(mapping=mapping, by=BY, at=AT + timedelta(days=1)).landed == 0


def test_what_a_source_declares_stands_beside_what_came(tmp_path: Path) -> None:
    county = County(tmp_path, more="declared: {table: up_pro_reconcile, day: day, rows: rows}\n")
    county.file_case("ZY-1")
    with sqlite3.connect(county.file) as database:
        database.execute("CREATE TABLE up_pro_reconcile (day TEXT PRIMARY KEY, rows TEXT)")
        database.execute("INSERT INTO up_pro_reconcile VALUES ('2015-03-02', '8')")
    connect_once(mapping=county.mapping, by=BY, at=AT)
    (row,) = list_connections(now=AT)
    assert (row.declared, row.complete_permille, row.county) == (8, 500, "610924")
    assert [one.source for one in list_sources()] == ["county-a"]


def test_a_connection_that_fails_is_tried_later_and_later_and_holds_up_no_other() -> None:
    rounds, good, bad = Rounds(), Path("good.yaml"), Path("bad.yaml")
    now, waits = AT, []
    for _ in range(6):
        rounds.failed(bad, every_seconds=60, now=now)
        waits.append(next(m for m in range(1, 100) if rounds.due([bad], now=now + timedelta(minutes=m))))
    assert waits == [1, 2, 4, 8, 15, 15]
    assert rounds.due([good, bad], now=now) == [good]
    rounds.done(bad, every_seconds=60, now=now)
    assert rounds.due([bad], now=now + timedelta(seconds=59)) == []


def test_a_pass_that_dies_of_a_fault_of_ours_is_counted_and_told_in_words(
    county: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    county.file_case("ZY-1")
    monkeypatch.setattr("yichuang.exchange.connecting.running.open_tables", lambda *_, **_more: {}["gone"])
    for _ in range(2):
        with pytest.raises(KeyError):
            connect_once(mapping=county.mapping, by=BY, at=AT)
    (row,) = list_connections(now=AT)
    assert row.failures == 2 and row.error.startswith("读取中途出错（KeyError），没有读完")
    (feed,) = [one for one in feeds.look_again(on=AT.date(), at=AT) if one["source"] == row.source]
    assert feed["failures"] == 2
    # On the command line too, and the next connection has its turn.
    assert said("run", str(county.mapping), str(county.mapping), code=2).count("没有读完") == 2
    text = county.mapping.read_text("utf-8")
    county.mapping.write_text("source: [", "utf-8")
    with pytest.raises(MappingFaulty):
        connect_once(mapping=county.mapping, by=BY, at=AT)
    assert list_connections(now=AT)[0].failures == 5
    county.mapping.write_text(text, "utf-8")
    monkeypatch.undo()
    connect_once(mapping=county.mapping, by=BY, at=AT)
    assert (list_connections(now=AT)[0].failures, list_connections(now=AT)[0].error) == (0, "")


def test_the_continuous_connector_ends_when_told_and_a_faulty_mapping_is_only_said(tmp_path: Path) -> None:
    (tmp_path / "faulty.yaml").write_text("source: x\n", "utf-8")
    asked = iter([False, True])
    connect_for_good(mappings=(), folder=tmp_path, clock=lambda: AT, stopped=lambda: next(asked))
    with pytest.raises(MappingFaulty):
        connect_once(mapping=tmp_path / "faulty.yaml", by=BY, at=AT)
