"""The next filling of exchange tables says only what has changed: new, different, taken back; and nothing twice."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.factories import catalogue
from tests.factories.catalogue import handmade_catalogue
from tests.factories.exported import COUNTY, NOW, PERSON, file, rows_in, url_of
from tests.factories.exported import told as told_of
from yichuang.accounts.values import Area
from yichuang.cases.values import Filing
from yichuang.exchange.commands import fill_exchange_tables
from yichuang.exchange.export.targets import open_target
from yichuang.exchange.models import ExportRun

__all__ = ["handmade_catalogue"]
# The ledger's order is trusted only once a transaction is over.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("handmade_catalogue")]


def told(key: str, **more: Any) -> Filing:
    """Return a case of the handmade catalogue."""
    item = catalogue.LICENCE
    return told_of(key, item=item, organisation=catalogue.organisation_of(item), **more)


def test_the_next_filling_says_only_what_has_changed(tmp_path: Path) -> None:
    url = url_of(tmp_path)
    [number] = file(told("T-1"))
    first = fill_exchange_tables(into=url, at=NOW)
    assert (first.updated, first.deleted) == (0, 0)
    assert fill_exchange_tables(into=url, at=NOW + timedelta(hours=1)).inserted == 0
    file(told("T-1", decided="2015-07-10"), told("T-2"), corrections=True)
    second = fill_exchange_tables(into=url, at=NOW + timedelta(days=1))
    assert (second.cases, second.updated, second.deleted) == (2, 1, 0)
    [result] = [row for row in rows_in(url, "up_pro_result") if row["project_no"] == number]
    assert (result["cd_operation"], str(result["result_date"])[:10]) == ("U", "2015-07-10")
    assert len({row["cd_batch"] for row in rows_in(url, "up_pro_accept")}) == 2


def test_what_its_source_takes_back_is_withdrawn(tmp_path: Path) -> None:
    url = url_of(tmp_path)
    whole = told("T-1")
    [number] = file(whole)
    fill_exchange_tables(into=url, at=NOW)
    file(Filing(whole.source, whole.source_key, PERSON, whole.history[:-3]), corrections=True)
    report = fill_exchange_tables(into=url, at=NOW + timedelta(days=1))
    assert report.deleted == 1
    [result] = [row for row in rows_in(url, "up_pro_result") if row["project_no"] == number]
    assert result["cd_operation"] == "D"
    file(whole, corrections=True)
    assert fill_exchange_tables(into=url, at=NOW + timedelta(days=2)).updated == 1
    [result] = [row for row in rows_in(url, "up_pro_result") if row["project_no"] == number]
    assert result["cd_operation"] == "U"


def test_a_filling_that_was_broken_off_after_writing_says_nothing_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = url_of(tmp_path)
    file(told("T-1"))

    def broken(_self: ExportRun, **_more: Any) -> None:
        raise ConnectionAbortedError

    fill_exchange_tables(into=url, at=NOW, area=Area(division="610902"))
    ExportRun.objects.all().delete()
    with monkeypatch.context() as patch:
        patch.setattr(ExportRun, "save", broken)
        ExportRun.objects.bulk_create([ExportRun(target=_name_of(url))])
        with pytest.raises(ConnectionAbortedError):
            fill_exchange_tables(into=url, at=NOW)
    written = len(rows_in(url, "up_pro_accept"))
    assert fill_exchange_tables(into=url, at=NOW).inserted == 0
    assert len(rows_in(url, "up_pro_accept")) == written


def _name_of(url: str) -> str:
    target = open_target(url)
    target.close()
    return target.name


def test_a_folder_gets_one_file_a_table_and_batch_with_what_changed(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    file(told("T-1"))
    fill_exchange_tables(into=str(folder), at=NOW, area=Area(division=COUNTY))
    fill_exchange_tables(into=str(folder), at=NOW, area=Area(division=COUNTY))
    assert len(list(folder.glob("up_pro_accept.*.csv"))) == 1
    file(told("T-1", decided="2015-07-10"), corrections=True)
    fill_exchange_tables(into=str(folder), at=NOW + timedelta(days=1), area=Area(division=COUNTY))
    [_first, second] = sorted(folder.glob("up_pro_result.*.csv"))
    head, line = second.read_text(encoding="utf-8-sig").splitlines()
    assert head.startswith("project_no,result_type,result_date")
    assert ",U," in line
    assert not list(folder.glob(".*.part"))
