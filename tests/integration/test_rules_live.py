"""The rules over the live database: only what is asked for, in place, and from rows of a fold."""

from datetime import datetime
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from django.db import connection

from tests.factories.rule_rows import comparable
from yichuang.calendar.queries import get_calendar
from yichuang.calendar.values import CHINA
from yichuang.cases.queries import COURSE_COLUMNS, course_select
from yichuang.supervision.domain.moment import moment_of
from yichuang.supervision.domain.relations import RELATIONS
from yichuang.supervision.engines import database, duck
from yichuang.supervision.engines.parquet import facts_path, read_findings, write_facts
from yichuang.supervision.rulebook import PACKAGED, load_rules

pytestmark = [pytest.mark.usefixtures("ankang_with_cases"), pytest.mark.django_db]

RULES = load_rules(PACKAGED)
MOMENT = moment_of(datetime(2015, 3, 18, 12, tzinfo=CHINA), get_calendar())
MEMORY = "1GB"


def test_the_facts_of_cases_have_exactly_the_columns_that_rules_ask_about() -> None:
    told = {name: column.type.value for name, column in RELATIONS["cases"].columns.items()}
    assert dict(COURSE_COLUMNS) == told


def test_only_the_cases_that_are_asked_for_are_judged() -> None:
    rules = RULES.of("cases")
    everything = list(database.judge(rules, relation="cases", moment=MOMENT))
    some = sorted({hit.case_id for hit in everything})[:5]
    assert comparable(database.judge(rules, relation="cases", moment=MOMENT, keys=some)) == comparable(
        hit for hit in everything if hit.case_id in some
    )
    assert list(database.judge(rules, relation="cases", moment=MOMENT, keys=[])) == []
    still = comparable(database.judge(rules, relation="cases", moment=MOMENT, open_only=True))
    assert still == comparable(hit for hit in everything if hit.open)


def test_facts_are_read_in_place_from_the_live_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if connection.vendor == "sqlite":
        # The tests' database is in memory, where no other program can read it: look at a copy of its file instead.
        (tmp_path / "live.sqlite3").write_bytes(connection.connection.serialize())
        monkeypatch.setitem(connection.settings_dict, "NAME", str(tmp_path / "live.sqlite3"))
    assert duck.export(["cases"], into=tmp_path, memory=MEMORY, threads=2)["cases"] == 252
    rules = RULES.of("cases")
    duck.judge_files(rules, folder=tmp_path, moment=MOMENT, into=tmp_path / "found", memory=MEMORY, threads=2)
    live = comparable(database.judge(rules, relation="cases", moment=MOMENT))
    assert live
    assert comparable(read_findings(tmp_path / "found")) == live


def test_rows_of_a_fold_are_written_as_facts(tmp_path: Path) -> None:
    with connection.cursor() as cursor:
        cursor.execute(course_select(dialect=connection.vendor))
        rows = cursor.fetchall()
    names = [name for name, _ in COURSE_COLUMNS]
    truths = {name for name, kind in COURSE_COLUMNS if kind == "bool"}
    told = [
        [bool(value) if name in truths and value is not None else value for name, value in zip(names, row, strict=True)]
        for row in rows
    ]
    assert write_facts("cases", told, folder=tmp_path, columns=names) == len(rows)
    assert pq.read_metadata(facts_path(tmp_path, "cases")).num_rows == len(rows)
    rules = RULES.of("cases")
    duck.judge_files(rules, folder=tmp_path, moment=MOMENT, into=tmp_path / "found", memory=MEMORY, threads=2)
    live = comparable(database.judge(rules, relation="cases", moment=MOMENT))
    assert comparable(read_findings(tmp_path / "found")) == live
