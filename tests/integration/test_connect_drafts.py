"""Three invented vendors and one of his own kind: drafted, checked without a trace, and run as drafted."""

import json
import os
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime
from io import StringIO
from pathlib import Path

import pytest
import sqlalchemy as sa
from django.core.management import call_command

from tests import prepared
from tests.factories.schemas import cases, steps
from tests.factories.vendors import OFFERS, Planted, fill
from tests.integration import small_city
from yichuang.cases.queries import count_cases, count_events, page_cases
from yichuang.cases.values import CaseFilter, Result, decode_result, encode_result
from yichuang.catalogue import terms
from yichuang.exchange.commands import connect_once
from yichuang.exchange.domain.conformance.report import Conformance, Verdict
from yichuang.exchange.domain.drafting.draft import Draft
from yichuang.exchange.domain.drafting.names import plain
from yichuang.exchange.domain.drafting.vocabulary import field_spellings
from yichuang.exchange.drafting.checking import check_source
from yichuang.exchange.drafting.drafting import draft_source
from yichuang.exchange.management.connecting.check import as_json
from yichuang.exchange.models import ConnectionState, ExchangeBatch, LandedRow, QuarantinedRecord
from yichuang.kernel.actor import Actor

BY = Actor(id="connect:test", name="对接测试")
AT = datetime(2015, 7, 1, 1, 0, tzinfo=UTC)
CASES = 60
FIELDS = field_spellings()
# Left to SQLite: what is read of a source and said of it; one is run as drafted on every database.
ONCE = pytest.mark.once


@pytest.fixture(autouse=True)
def city(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The packaged places and catalogue."""
    monkeypatch.setattr(terms, "_kept", None)
    with prepared.holding(small_city.load_places, small_city.load_items):
        yield


def drafted(url: str, folder: Path, **said: str) -> tuple[Path, Draft]:
    """Write the draft of a source."""
    draft = draft_source(url, on=AT.date(), environ=os.environ, source="county-x", **said)
    path = folder / "county-x.yaml"
    path.write_text(draft.mapping_text, encoding="utf-8")
    return path, draft


def checked(mapping: Path) -> Conformance:
    """Check, and find that nothing at all was written."""

    def written() -> tuple[int, ...]:
        kept = (LandedRow, ConnectionState, ExchangeBatch, QuarantinedRecord)
        return (count_events(), count_cases(CaseFilter()), *(kind.objects.count() for kind in kept))

    before = written()
    found = check_source(mapping=mapping, by=BY, at=AT)
    assert written() == before
    return found


@pytest.mark.parametrize(
    ("vendor", "preset"),
    [("a", "up-pro"), pytest.param("b", "up-pro", marks=ONCE), pytest.param("c", "pinyin", marks=ONCE)],
)
def test_a_preset_source_is_drafted_checked_and_run_without_an_edit(vendor: str, preset: str, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'county.db'}"
    planted = fill(url, vendor=vendor, cases=CASES, seed=3, since=date(2015, 3, 2))
    mapping, draft = drafted(url, tmp_path)
    assert (draft.preset, draft.to_fill, draft.missing) == (preset, (), ())
    sure = [one for one in draft.fields if one.confidence >= 0.8]
    right = [one for one in sure if plain(one.column) in FIELDS[one.field].names]
    print(f"{vendor}: {len(right)} of {len(sure)} sure proposals right, of {len(draft.fields)} columns")
    assert len(right) >= 0.9 * len(sure)
    assert len(sure) >= 0.85 * len(draft.fields)
    found = checked(mapping)
    assert (found.cases, found.fit, found.verdict) == (CASES, CASES, Verdict.READY)
    assert found.clock.doubt == ""
    report = connect_once(mapping=mapping, by=BY, at=AT)
    assert (report.filed, report.refused, report.waiting) == (CASES, 0, 0)
    rows = page_cases(CaseFilter(source="county-x"), limit=CASES).rows
    assert Counter(row.result or "" for row in rows) == results_of(planted)
    assert {row.organisation for row in rows} == {offer.organisation for offer in OFFERS}
    assert checked(mapping).fit == CASES


def results_of(planted: Planted) -> Counter[str]:
    """Return how the planted cases must stand in the ledger: the older codes do not tell every ending apart."""

    def as_told(result: Result) -> str:
        # The transaction set says in its own table that a case was not accepted.
        if planted.vendor == "c" and result is Result.NOT_ACCEPTED:
            return result
        return decode_result(encode_result(result, variant=planted.variant), variant=planted.variant)

    return Counter(as_told(one.ending.result) if one.ending else "" for one in planted.standing)


@ONCE
def test_back_filling_and_a_clock_on_utc_are_told_before_the_first_row_is_filed(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'b.db'}"
    planted = fill(url, vendor="b", cases=CASES, seed=3, since=date(2015, 3, 2))
    mapping, _draft = drafted(url, tmp_path)
    found = checked(mapping)
    assert any(one.backfilled for one in planted.cases) is (found.delay.back_filled > 0)
    assert any("事后补录" in reason.sentence for reason in found.reasons)
    url = f"sqlite:///{tmp_path / 'c.db'}"
    fill(url, vendor="c", cases=CASES, seed=3, since=date(2015, 3, 2))
    mapping, draft = drafted(url, tmp_path)
    assert "zone: UTC" in draft.mapping_text
    mapping.write_text(draft.mapping_text.replace("zone: UTC", "zone: Asia/Shanghai"), encoding="utf-8")
    found = checked(mapping)
    assert (found.verdict, found.clock.shift_hours) == (Verdict.FIX_FIRST, 8)


@ONCE
def test_what_is_broken_is_told_with_reason_and_example_and_nobody_is_named(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'county.db'}"
    planted = fill(url, vendor="a", cases=CASES, seed=3, since=date(2015, 3, 2))
    mapping, _draft = drafted(url, tmp_path)
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        first, second, third, fourth = (one.number for one in planted.cases[:4])
        for column, value, number in (
            ("accept_date", "2015-02-30 上午 09:00:00", first),
            ("local_task_code", "ZZ-9", second),
            ("applyer_name", "王\x00试", third),
            ("contact_mobile", "1391234567\x078", fourth),
        ):
            update = f"UPDATE up_pro_accept SET {column} = :value WHERE project_no = :number"
            connection.execute(sa.text(update), {"value": value, "number": number})
        blank = "task_code = '', catalog_code = '', local_catalog_code = ''"
        connection.execute(sa.text(f"UPDATE up_pro_accept SET {blank} WHERE local_task_code = 'ZZ-9'"))
    engine.dispose()
    found = checked(mapping)
    assert (found.verdict, found.broken) == (Verdict.FIX_FIRST, 4)
    assert [(one.value, one.count) for one in found.unknown_codes] == [("ZZ-9", 1)]
    by_column = {one.column: one for one in found.faults}
    assert by_column["accept_date"].code == "ImpossibleTime"
    assert by_column["accept_date"].example_key == planted.cases[0].number
    assert "2015-02-30" in by_column["accept_date"].example
    assert "ControlCharacter" in {by_column["applyer_name"].code, by_column["contact_mobile"].code}
    out = as_json(found)
    json.loads(out)
    shown = StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("connect", "check", str(mapping), stdout=shown)
    assert ended.value.code == 3
    for case in planted.cases:
        for personal in (case.applicant, case.id_number, case.phone):
            assert personal not in out
            assert personal not in shown.getvalue()
    assert "1391234567" not in out


@ONCE
def test_a_source_of_its_own_kind_is_drafted_by_its_names_and_runs_once_its_items_are_filled_in(
    tmp_path: Path,
) -> None:
    found = cases(40)
    names = {item: offer.name for item, offer in zip(("JZ-001", "JZ-002", "WJ-011", "LY-007"), OFFERS, strict=False)}
    offices = {offer.name: offer.organisation_name for offer in OFFERS}
    engine = sa.create_engine(f"sqlite:///{tmp_path / 'own.db'}")
    with engine.begin() as connection:
        connection.execute(
            sa.text(
                "CREATE TABLE applications (id INTEGER PRIMARY KEY, case_no TEXT, service_code TEXT, service_name TEXT,"
                " agency_name TEXT, channel TEXT, applicant_name TEXT, id_number TEXT, mobile TEXT, submitted_at TEXT,"
                " accepted_at TEXT, due_date TEXT, outcome TEXT, closed_at TEXT, reason TEXT, updated_at TEXT)"
            )
        )
        connection.execute(
            sa.text(
                "CREATE TABLE approval_steps (step_id INTEGER PRIMARY KEY, case_no TEXT, step_name TEXT,"
                " started_at TEXT, finished_at TEXT, handled_by TEXT, comments TEXT, updated_at TEXT)"
            )
        )
        for place, one in enumerate(found):
            name = names[one["item_code"]]
            values = (
                place, one["source_key"], one["item_code"], name, offices[name], one["channel"], one["applicant_name"],
                one["applicant_id_number"], one["applicant_phone"], one["received_at"], one["accepted_at"],
                one["promised_at"], one["result"], one["closed_at"], one["result_explanation"], one["changed_at"],
            )  # fmt: skip
            marks = ", ".join(f":p{n}" for n in range(len(values)))
            insert = sa.text(f"INSERT INTO applications VALUES ({marks})")
            connection.execute(insert, {f"p{n}": value for n, value in enumerate(values)})
        for place, one in enumerate(steps(found)):
            values = (
                place, one["source_key"], one["step"], one["step_started_at"], one["step_finished_at"],
                one["step_officer"], one["step_opinion"], one["changed_at"],
            )  # fmt: skip
            marks = ", ".join(f":p{n}" for n in range(len(values)))
            insert = sa.text(f"INSERT INTO approval_steps VALUES ({marks})")
            connection.execute(insert, {f"p{n}": value for n, value in enumerate(values)})
    engine.dispose()
    mapping, draft = drafted(f"sqlite:///{tmp_path / 'own.db'}", tmp_path, division="610924")
    assert (draft.preset, draft.to_fill, draft.missing) == ("", (), ())
    report = checked(mapping)
    assert report.fit == 40, report.faults
    passed = connect_once(mapping=mapping, by=BY, at=AT)
    assert (passed.filed, passed.refused) == (40, 0)
    rows = page_cases(CaseFilter(source="county-x"), limit=40).rows
    assert Counter(row.result for row in rows) == {
        "granted": sum(one["result_code"] == "0" for one in found),
        "returned": sum(one["result_code"] == "5" for one in found),
    }


@ONCE
def test_the_command_writes_a_file_once_and_says_what_comes_next(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'county.db'}"
    fill(url, vendor="a", cases=12, seed=3, since=date(2015, 3, 2))
    into, out = tmp_path / "new" / "county.yaml", StringIO()
    call_command("connect", "draft", url, "--into", str(into), "--name", "county-y", stdout=out)
    assert into.read_text().splitlines()[3] == "source: county-y"
    assert f"yichuang connect check {into}" in out.getvalue().replace("\n", "")
    assert "up-pro" in out.getvalue()
    from yichuang.exchange.domain.drafting.refusals import FileTaken

    with pytest.raises(FileTaken):
        call_command("connect", "draft", url, "--into", str(into))
    told = StringIO()
    call_command("connect", "draft", url, "--json", stdout=told)
    assert json.loads(told.getvalue())["preset"] == "up-pro"


@ONCE
def test_a_source_that_keeps_its_codes_in_tables_of_its_own_is_drafted_by_what_they_mean(tmp_path: Path) -> None:
    found = cases(40)
    offers = dict(zip(("JZ-001", "JZ-002", "WJ-011", "LY-007"), OFFERS, strict=False))
    offices = list(dict.fromkeys(offer.organisation_name for offer in OFFERS))
    endings = list(dict.fromkeys(one["result"] for one in found))
    items = list(offers)
    channels = ["窗口", "网上", "手机"]
    url = f"sqlite:///{tmp_path / 'own.db'}"
    engine = sa.create_engine(url)

    def fill_table(connection: sa.Connection, table: str, columns: str, rows: list[tuple[object, ...]]) -> None:
        connection.exec_driver_sql(f"CREATE TABLE {table} ({columns})")
        marks = ", ".join("?" * len(rows[0]))
        for row in rows:
            connection.exec_driver_sql(f"INSERT INTO {table} VALUES ({marks})", row)

    with engine.begin() as connection:
        fill_table(
            connection, "applications",
            "id INTEGER PRIMARY KEY, case_no TEXT, service_code INTEGER, agency_id INTEGER, channel TEXT,"
            " applicant_name TEXT, submitted_at TEXT, accepted_at TEXT, outcome TEXT, closed_at TEXT, updated_at TEXT",
            [
                (
                    place, one["source_key"], 7 + items.index(one["item_code"]),
                    101 + offices.index(offers[one["item_code"]].organisation_name),
                    str(1 + channels.index(one["channel"])), one["applicant_name"], one["received_at"],
                    one["accepted_at"], f"0{1 + endings.index(one['result'])}", one["closed_at"], one["changed_at"],
                )
                for place, one in enumerate(found, start=1)
            ],
        )  # fmt: skip
        fill_table(
            connection, "sys_dict_item", "id INTEGER PRIMARY KEY, dict_type TEXT, code TEXT, name TEXT",
            [
                (place, kind, code, name)
                for place, (kind, code, name) in enumerate([
                    *(("service_code", str(7 + n), offers[item].name) for n, item in enumerate(items)),
                    *(("outcome", f"0{n}", name) for n, name in enumerate(endings, start=1)),
                    *(("channel", str(n), name) for n, name in enumerate(channels, start=1)),
                    *(("colour", str(n), name) for n, name in enumerate(("红", "绿", "蓝", "黄"), start=1)),
                ])
            ],
        )  # fmt: skip
        fill_table(
            connection, "sys_agency", "id INTEGER PRIMARY KEY, name TEXT, parent INTEGER",
            [(101 + n, name, 100) for n, name in enumerate(offices)],
        )  # fmt: skip
    engine.dispose()
    mapping, draft = drafted(url, tmp_path, division="610924")
    told = {one.column: (one.dictionary, one.when) for one in draft.dictionaries if one.confidence >= 0.8}
    assert told == {
        "service_code": ("sys_dict_item", ("dict_type", "service_code")),
        "agency_id": ("sys_agency", None),
        "channel": ("sys_dict_item", ("dict_type", "channel")),
        "outcome": ("sys_dict_item", ("dict_type", "outcome")),
    }
    assert (draft.to_fill, draft.missing, draft.left_out) == ((), (), ()), draft.mapping_text
    report = checked(mapping)
    assert report.fit == 40, (report.faults, draft.mapping_text)
    passed = connect_once(mapping=mapping, by=BY, at=AT)
    assert (passed.filed, passed.refused) == (40, 0)
    rows = page_cases(CaseFilter(source="county-x"), limit=40).rows
    assert Counter((row.organisation, row.result) for row in rows) == Counter(
        (offers[one["item_code"]].organisation, "granted" if one["result_code"] == "0" else "returned") for one in found
    )
