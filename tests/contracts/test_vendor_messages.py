"""The same county by messages in a drop folder and by a service over HTTP: the ledger says the same as by database."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pytest

from tests.contracts.test_vendors import BY, FIRST, SINCE, places_and_items, source_of, told, truth
from tests.factories.services import Answer, Asked, running_service
from tests.factories.vendors import InventedCase, Planted, invent
from yichuang.cases.values import CodeVariant
from yichuang.exchange.commands import connect_once
from yichuang.exchange.invented.vendors import UP_PRO, plain, up_pro_rows
from yichuang.exchange.queries import list_quarantine

__all__ = ["places_and_items"]

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("places_and_items")]
CASES = 24
HEAD = """\
preset: up-pro
source: {source}
title: 某县（演示）
case:
  division: "610924"
format: {format}
connection:
  {connection}
tables:
{tables}
"""


def text_of(value: Any) -> str:
    return value.isoformat(sep=" ") if isinstance(value, datetime) else str(value)


@pytest.fixture
def county() -> tuple[Planted, dict[str, list[dict[str, str]]]]:
    """Cases, and their rows by table as texts."""
    cases = tuple(invent(CASES, seed=5, since=SINCE, division="610924", prefix="MS"))
    rows: dict[str, list[dict[str, str]]] = defaultdict(list)
    for case in cases:
        for table, row in _rows(case):
            written = {**row, "cd_time": plain(row["cd_time"])}
            rows[table].append({name: text_of(value) for name, value in written.items() if value is not None})
    return Planted("a", "", "610924", "", cases, {name: len(given) for name, given in rows.items()}), rows


def _rows(case: InventedCase) -> Iterator[tuple[str, dict[str, Any]]]:
    return up_pro_rows(case, vendor="x", time=plain, variant=CodeVariant.NEWER)


def write(mapping: Path, planted: Planted, **parts: str) -> None:
    mapping.write_text(HEAD.format(source=source_of(planted), **parts), encoding="utf-8")


def columns(row: dict[str, str]) -> str:
    return "".join(f"<{name}>{escape(value)}</{name}>" for name, value in row.items())


def aliases(text: str) -> str:
    names = {"accept": "up_pro_accept", "process": "up_pro_process", "special": "up_pro_special_procedure",
             "result": "up_pro_result", "material": "up_pro_material"}  # fmt: skip
    return "\n".join(f"  {alias}: {text.format(name=name)}" for alias, name in names.items())


def test_messages_in_a_drop_folder_with_a_broken_one_among_them(
    county: tuple[Planted, dict[str, list[dict[str, str]]]], tmp_path: Path
) -> None:
    planted, rows = county
    drop = tmp_path / "drop"
    drop.mkdir()
    for place, (name, given) in enumerate(rows.items()):
        body = "".join(f"<{name}>{columns(row)}</{name}>" for row in given)
        text = f'<?xml version="1.0" encoding="UTF-8"?><Package><Head><B>1</B></Head><Body>{body}</Body></Package>'
        (drop / f"{9 - place}.xml").write_bytes(text.encode("gb18030"))
    (drop / "0.xml").write_text("<Package><Body><up_pro_accept><row_guid>x")
    mapping = tmp_path / "county.yaml"
    tables = aliases("{{name: {name}, cursor: [], overlap_seconds: 0}}")
    connection = f"folder: {drop}\n  settle_seconds: 0"
    write(mapping, planted, format="xml", connection=connection, tables=tables)
    first = connect_once(mapping=mapping, by=BY, at=FIRST)
    assert told(planted) == truth(planted)
    assert first.filed == CASES
    assert [row.faults[0].code for row in list_quarantine()] == ["FileBroken"]
    again = connect_once(mapping=mapping, by=BY, at=FIRST + timedelta(minutes=5))
    assert (again.landed, again.changed, again.new_events) == (0, 0, 0)


def test_a_service_that_pages_and_asks_for_a_token(
    county: tuple[Planted, dict[str, list[dict[str, str]]]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    planted, rows = county
    monkeypatch.setenv("COUNTY_TOKEN", "geheim")

    def answer(asked: Asked) -> Answer:
        if asked.headers.get("Authorization") != "Bearer geheim":
            return Answer("", 401)
        since = asked.parameters.get("since", "")
        listed = [row for row in rows[asked.path.rpartition("/")[2]] if row["cd_time"] >= since]
        start = (int(asked.parameters["page"]) - 1) * 40
        return Answer({"data": {"rows": listed[start : start + 40], "total": len(listed)}})

    with running_service(answer) as service:
        mapping = tmp_path / "county.yaml"
        token = "{kind: bearer, value: '${COUNTY_TOKEN}'}"
        connection = f"url: {service.url}\n  http: {{token: {token}, paging: {{kind: page}}}}"
        tables = aliases("{{name: {name}, records: data.rows, since: since}}")
        write(mapping, planted, format="http", connection=connection, tables=tables)
        first = connect_once(mapping=mapping, by=BY, at=FIRST)
        assert (first.filed, first.refused) == (CASES, 0)
        assert told(planted) == truth(planted)
        again = connect_once(mapping=mapping, by=BY, at=FIRST + timedelta(minutes=5))
    assert (again.landed, again.changed, again.new_events) == (0, 0, 0)
    assert set(rows) <= set(UP_PRO)
