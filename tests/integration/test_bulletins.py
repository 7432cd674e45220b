"""Bulletins: what the notice prints is in the annex, what the annex says can be counted again, and lies are found."""

import hashlib
import json
import re
import shutil
import subprocess
from datetime import date
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from tests.integration import small_city
from yichuang.cases import queries as cases
from yichuang.cases.commands import record_histories
from yichuang.cases.values import CaseFilter
from yichuang.config import cli
from yichuang.documents import OfficialNotice, Paragraph, Table, figures_of
from yichuang.documents.notice import Text
from yichuang.kernel.actor import SYSTEM
from yichuang.kernel.periods import Period, PeriodImpossible, PeriodNotUnderstood
from yichuang.regions.models import CentreState, CentreSystem, Division, Organisation
from yichuang.regions.values import DivisionNotKnown
from yichuang.reporting import queries
from yichuang.reporting.bulletins.queries import CasesQuery, RatioQuery
from yichuang.reporting.bulletins.refusals import (
    AnnexNotFound,
    AnnexNotNamed,
    AnnexUnreadable,
    FigureNotInAnnex,
    NoBulletinOfTown,
    OutputRefused,
)
from yichuang.reporting.commands import draft_bulletin, encode_annex, verify_annex
from yichuang.reporting.management.commands import bulletin as command
from yichuang.reporting.models import Bulletin
from yichuang.reporting.values import DEFINITIONS, Scope, render_docx, render_html, render_pdf

if TYPE_CHECKING:
    pass

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("ankang_with_cases")]
# Left to SQLite: what is said and how it is written; what is counted is asked on every database.
ONCE = pytest.mark.once
DATED = date(2015, 7, 23)
HOSTILE = "<script>alert(1)</script>&甲"


@pytest.fixture(autouse=True)
def connection_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """A command run from the shell ends by closing its connection, which here is the module's."""
    monkeypatch.setattr("django.db.connections.close_all", lambda: None)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def drafted(period: str = "2015H1", division: str = "610900") -> Any:
    return draft_bulletin(period=Period.parse(period), division=division, by=SYSTEM, at=small_city.NOW, dated_on=DATED)


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("bulletin", *arguments, stdout=out)
    return out.getvalue()


def words(notice: OfficialNotice, *, figures: bool) -> str:
    """Return the words of the body, with the figures' text or with a hole in place of each."""

    def shown(piece: Any) -> str:
        return piece if isinstance(piece, str) else piece.text if isinstance(piece, Text) else (
            piece.display if figures else "□"
        )  # fmt: skip

    lines = []
    for block in notice.body:
        if isinstance(block, Paragraph):
            lines.append("".join(map(shown, block.runs)))
        elif isinstance(block, Table):
            lines += [block.caption, *block.header, *(" ".join(map(shown, row)) for row in block.rows)]
    return "\n".join(lines)


def complete_one_more(county: str = "610924") -> None:
    """File one more case, received and completed in June."""
    filing = small_city.filing(
        100_001, county=county, department="gongshang", item=_an_item(f"{county}-gongshang"), day=date(2015, 6, 2)
    )
    ((filed,),) = record_histories([filing], by=SYSTEM, now=small_city.NOW)
    assert filed.new_events


def _an_item(organisation: str) -> str:
    return next(item for code, item in sorted(small_city.get_terms(on=small_city.ON)) if code == organisation)


# --- the notice -------------------------------------------------------------------------------------------------------


def test_the_half_year_reads_as_the_bulletin_of_2015_about_centres_and_items() -> None:
    told = words(drafted().notice, figures=True)
    assert "全市已建成1个市级政务服务中心、9个县（区）级政务服务中心（平利县尚未建成）、150个镇级便民服务中心" in told
    assert "紫阳县统一受理事项达到418项" in told
    assert "石泉县政务服务中心进驻事项6月份由原来的98项增加至259项" in told
    assert "石泉、宁陕、平利、旬阳、白河5个县行政审批电子监察系统尚未建成" in told


@ONCE
@pytest.mark.parametrize("division", ["610900", "610924", "610926", "610971"])
@pytest.mark.parametrize("period", ["2015H1", "2015Q2", "2015-06", "2015", "2015W23", "2010H1"])
def test_every_number_that_comes_from_data_is_a_figure(period: str, division: str) -> None:
    left = words(drafted(period, division).notice, figures=False)
    assert re.findall(r"[^\n]*\d[^\n]*", re.sub(r"\d{4}年度?|\d{1,2}月(\d{1,2}日)?|第\d+周", "", left)) == []


def test_the_annex_holds_exactly_the_figures_that_are_printed_in_reading_order() -> None:
    made = drafted()
    printed = list(dict.fromkeys((figure.id, figure.display) for figure in figures_of(made.notice)))
    assert [(record.id, record.display) for record in made.annex.figures] == printed


def test_completion_and_on_time_are_told_apart() -> None:
    shown = {record.id: record for record in drafted().annex.figures}
    assert shown["completion_rate"].query != shown["on_time_rate"].query
    assert shown["completion_rate"].count == int(shown["accepted"].value)
    assert shown["on_time_rate"].count == int(shown["completed"].value)
    late = int(shown["late"].value) / int(shown["completed"].value)
    assert float(shown["on_time_rate"].value) + late == pytest.approx(1)


def test_the_lines_of_the_counties_add_up_to_the_city() -> None:
    made = drafted()
    for key in ("accepted", "completed"):
        lines = [int(one.value) for one in made.annex.figures if re.fullmatch(rf"county\.\d+\.{key}", one.id)]
        assert len(lines) == 4
        assert sum(lines) == int(next(one.value for one in made.annex.figures if one.id == key))


def test_a_county_that_completed_but_accepted_nothing_keeps_its_line() -> None:
    made = drafted("2015-07")
    table = next(block for block in made.notice.body if isinstance(block, Table))
    assert [row[1].display for row in table.rows if not isinstance(row[1], str)] == ["0"] * len(table.rows)
    assert {row[3] for row in table.rows} == {"—"}


def test_cases_of_guests_outside_the_city_are_not_the_citys() -> None:
    before = {record.id: record.value for record in drafted().annex.figures}
    with connection.cursor() as cursor:
        # As an import of another municipality's log leaves them.
        cursor.execute("UPDATE cases_facts SET county = '619971' WHERE county = '610922'")
    after = {record.id: record.value for record in drafted().annex.figures}
    assert int(after["accepted"]) == int(before["accepted"]) - int(before["county.610922.accepted"])


def test_a_county_bulletin_speaks_of_the_county_alone() -> None:
    made = drafted(division="610924")
    told = words(made.notice, figures=True)
    assert made.notice.title.endswith("2015年上半年全县政务服务工作情况的通报")
    assert made.notice.issuing_authority == "紫阳县人民政府办公室"
    assert made.notice.addressees.startswith("各镇人民政府，县政府")
    assert "紫阳县统一受理事项达到418项" in told
    for other in ("平利", "石泉", "全市", "市级"):
        assert other not in told
    queries_told = [record.query for record in made.annex.figures if isinstance(record.query, CasesQuery)]
    assert {query.county for query in queries_told} == {"610924"}


def test_a_zone_is_not_called_a_county() -> None:
    made = drafted(division="610971")
    assert made.notice.issuing_authority == "安康高新技术产业开发区管理委员会办公室"
    assert "全区政务服务" in made.notice.title


def test_a_period_without_any_case_says_so_and_divides_by_nothing() -> None:
    made = drafted("2008H1")
    told = words(made.notice, figures=True)
    assert "共受理事项0件，已办结0件。本期没有办件记录" in told
    assert "办结率" not in told
    assert "初步形成" not in told
    assert not [one for one in made.annex.figures if one.display == "—" or not one.value]
    assert all(one.agrees for one in verify_annex(encode_annex(made.annex))[1])


def test_a_year_in_which_a_county_changes_its_code_has_both_lines() -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE cases_facts SET county = '610928', accepted_on = '2021-01-05' WHERE county = '610922'")
        cursor.execute("UPDATE cases_facts SET county = '610981', accepted_on = '2021-03-05' WHERE county = '610924'")
    table = next(block for block in drafted("2021").notice.body if isinstance(block, Table))
    assert [row[0] for row in table.rows] == ["旬阳县", "旬阳市"]


def test_a_department_is_called_by_its_name_even_where_only_the_county_has_it() -> None:
    elsewhere = Organisation.objects.filter(department_key="gongshang").exclude(division="610924")
    elsewhere.update(valid_from=date(2018, 1, 1))
    told = words(drafted(division="610924").notice, figures=True)
    assert "工商系统" in told
    assert "gongshang" not in told


# --- verifying --------------------------------------------------------------------------------------------------------


def test_a_draft_verifies_and_two_drafts_have_the_same_figures(folder: Path) -> None:
    run("2015H1", "-o", "one.html")
    run("2015H1", "-o", "two.html")
    assert "全部" in run("verify", "one.annex.json")
    one, two = (json.loads(Path(f"{name}.annex.json").read_text()) for name in ("one", "two"))
    assert one["figures"] == two["figures"]
    for figure in one["figures"]:
        assert list(figure) == ["id", "label", "definition", "way", "display", "value", "count", "digest", "query"]
        assert figure["label"]
        assert figure["definition"]


def test_one_more_completed_case_is_found_and_its_figures_are_named(folder: Path) -> None:
    run("2015H1", "-o", "a.html")
    complete_one_more()
    out = StringIO()
    with pytest.raises(CommandError, match="与记录不一致") as failed:
        call_command("bulletin", "verify", "a.annex.json", stdout=out)
    assert failed.value.returncode == 1
    for label in ("安康市受理量", "安康市办结量", "紫阳县办结量"):
        assert f"不一致  {label}" in out.getvalue()
    assert "汉滨区" not in out.getvalue()


@ONCE
@pytest.mark.parametrize(
    ("field", "lie"),
    [("display", "32.63万"), ("value", "326300"), ("count", 7), ("digest", "0" * 64)],
)
def test_a_figure_changed_in_the_file_is_found(folder: Path, field: str, lie: object) -> None:
    run("2015H1", "-o", "a.html")
    path = Path("a.annex.json")
    told = json.loads(path.read_text())
    told["figures"][3][field] = lie
    path.write_text(json.dumps(told, ensure_ascii=False))
    _annex, recounts = verify_annex(path.read_bytes())
    assert [one.record.id for one in recounts if not one.agrees] == [told["figures"][3]["id"]]
    with pytest.raises(CommandError, match="1 个数据"):
        run("verify", "a.annex.json")


def test_a_changed_query_no_longer_gives_the_figure() -> None:
    made = drafted()
    record = next(one for one in made.annex.figures if one.id == "completed")
    other = msgspec.structs.replace(record, query=msgspec.structs.replace(record.query, counties=("610924",)))
    changed = msgspec.structs.replace(made.annex, figures=(other,))
    assert not verify_annex(encode_annex(changed))[1][0].agrees


def test_a_centre_that_changes_its_state_afterwards_is_found() -> None:
    content = encode_annex(drafted().annex)
    CentreState.objects.filter(centre="610923-centre").update(state="closed")
    CentreSystem.objects.filter(centre="610929-centre").update(supervision=True)
    differing = {one.record.id for one in verify_annex(content)[1] if not one.agrees}
    assert differing == {"centres.county", "without_supervision"}


def test_a_case_that_vanishes_leaves_a_ratio_undefined_and_found() -> None:
    content = encode_annex(drafted().annex)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE cases_facts SET counted = FALSE")
    wrong = {one.record.id: one.display for one in verify_annex(content)[1] if not one.agrees}
    assert wrong["on_time_rate"] == wrong["mean_days"] == "—"
    assert wrong["accepted"] == "0"


@ONCE
def test_a_measure_that_nobody_knows_is_refused() -> None:
    made = drafted()
    content = encode_annex(made.annex).replace(b'"measure": "late"', b'"measure": "lucky"')
    with pytest.raises(cases.selection.UnknownMeasure, match="lucky"):
        verify_annex(content)


# --- digests ----------------------------------------------------------------------------------------------------------


def _by_hand(measure: str, event: str, **narrow: Any) -> tuple[int, str]:
    """Compute a digest as docs/bulletin.md tells an outsider to: number, tab, hash of the event, in order of number."""
    chosen = CaseFilter(measure=measure, start_on=date(2015, 1, 1), until=date(2015, 7, 1), **narrow)
    lines = []
    for row in cases.page_cases(chosen, limit=1_000):
        line = next(line for line in cases.get_case(row.number).events if line.name == event)
        lines.append(f"{row.number}\t{line.digest}\n")
    return len(lines), hashlib.new("sm3", "".join(sorted(lines)).encode()).hexdigest()


@pytest.mark.parametrize(
    ("measure", "event"),
    [
        ("received", "cases.application-received.v1"),
        ("accepted", "cases.application-accepted.v1"),
        ("late", "cases.case-closed.v1"),
    ],
)
def test_a_digest_is_what_anybody_computes_from_the_cases_time_lines(measure: str, event: str) -> None:
    assert queries.behind(period=Period.parse("2015H1"), measure=measure, scope=Scope(county="610924")) == _by_hand(
        measure, event, county="610924"
    )


@ONCE
def test_the_printed_lines_give_the_digest_with_openssl(folder: Path) -> None:
    run("2015H1", "-o", "a.html")
    openssl = shutil.which("openssl")
    for record in json.loads(Path("a.annex.json").read_text())["figures"]:
        lines = run("lines", "a.annex.json", "--figure", record["id"]).encode()
        assert hashlib.new("sm3", lines).hexdigest() == record["digest"], record["id"]
    if openssl:
        done = subprocess.run([openssl, "dgst", "-sm3"], input=lines, capture_output=True, check=True)
        assert record["digest"].encode() in done.stdout


def test_a_ratio_is_digested_over_the_digests_of_its_parts(folder: Path) -> None:
    run("2015H1", "-o", "a.html")
    parts = [
        hashlib.new(
            "sm3", run("lines", "a.annex.json", "--figure", "on_time_rate", "--part", part).encode()
        ).hexdigest()
        for part in ("numerator", "denominator")
    ]
    assert run("lines", "a.annex.json", "--figure", "on_time_rate") == "".join(f"{part}\n" for part in parts)
    with pytest.raises(FigureNotInAnnex, match="on_time_rate"):
        run("lines", "a.annex.json", "--figure", "luck")


# --- definitions and measures -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", [key for key, one in DEFINITIONS.items() if not one.less and key != "mean_days"])
@pytest.mark.parametrize("scope", [Scope(), Scope(county="610924"), Scope(department="gongshang")])
def test_a_definition_and_its_measure_speak_of_the_same_cases(key: str, scope: Scope) -> None:
    period = Period.parse("2015H1")
    made = queries.get_figures(period=period, scope=scope).figures[key]
    chosen = queries.case_filter(period=period, scope=scope, measure=DEFINITIONS[key].measure)
    assert made.numerator == cases.count_cases(chosen) == cases.digest_cases(chosen)[0]
    if DEFINITIONS[key].denominator:
        below = DEFINITIONS[DEFINITIONS[key].denominator].measure
        assert made.denominator == cases.count_cases(queries.case_filter(period=period, scope=scope, measure=below))


def test_figures_of_the_pages_and_of_the_bulletin_agree() -> None:
    shown = {record.id: record for record in drafted().annex.figures}
    for key, made in queries.get_figures(period=Period.parse("2015H1")).figures.items():
        if key in shown:
            assert shown[key].value == str(made.value), key


# --- refusals ---------------------------------------------------------------------------------------------------------


@ONCE
@pytest.mark.parametrize(
    ("arguments", "refusal", "words_told"),
    [
        (["2015H3"], PeriodImpossible, "半年只有H1和H2"),
        (["上半年"], PeriodNotUnderstood, "2015H1"),
        (["2015H1", "--region", "619999"], DivisionNotKnown, "619999"),
        (["2022H1", "--region", "610928"], DivisionNotKnown, "610928"),
        (["2015H1", "--region", "610924100"], NoBulletinOfTown, "610924"),
        (["2015H1", "-o", "nowhere/a.docx"], OutputRefused, "没有这个文件夹"),
        (["2015H1", "-o", "a.docx", "-o", "a.txt"], OutputRefused, "a.txt"),
        (["2015H1", "-o", "taken.docx"], OutputRefused, "它是一个文件夹"),
        (["verify"], AnnexNotNamed, "verify bulletin.annex.json"),
        (["verify", "gone.annex.json"], AnnexNotFound, "gone.annex.json"),
        (["verify", "package.json"], AnnexUnreadable, "form"),
        (["lines", "package.json", "--figure", "late"], AnnexUnreadable, "form"),
    ],
)
def test_what_cannot_be_done_is_refused_and_leaves_nothing(
    folder: Path, arguments: list[str], refusal: type[Exception], words_told: str
) -> None:
    (folder / "taken.docx").mkdir()
    (folder / "package.json").write_text('{"name": "other"}')
    with pytest.raises(refusal, match=words_told):
        run(*arguments)
    assert {path.name for path in folder.iterdir()} == {"taken.docx", "package.json"}
    assert Bulletin.objects.count() == 0


@ONCE
def test_a_refusal_ends_the_command_with_two_and_a_stray_name_too(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["bulletin", "2015H3"]) == 2
    assert "2015H3" in capsys.readouterr().err
    with pytest.raises(CommandError, match="-o") as failed:
        run("2015H1", "bulletin.docx")
    assert failed.value.returncode == 2


@ONCE
def test_refusals_speak_english_where_english_is_asked_for(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("YICHUANG_LANGUAGE", "en")
    for arguments in (["verify", "gone.json"], ["2015H1", "-o", "no/a.docx"], ["2015H1", "--region", "610924100"]):
        assert cli.main(["bulletin", *arguments]) == 2
        told = capsys.readouterr().err
        assert re.findall(r"[\u4e00-\u9fff]+", told.replace("城关镇", "")) == [], told


@ONCE
def test_a_bulletin_is_written_in_all_forms_or_in_none(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("a.docx").write_bytes(b"yesterday")

    def broken(_notice: OfficialNotice) -> bytes:
        raise RuntimeError("no fonts")

    monkeypatch.setitem(command.RENDERERS, ".pdf", broken)
    with pytest.raises(RuntimeError, match="no fonts"):
        run("2015H1", "-o", "a.docx", "-o", "a.pdf")
    assert [(path.name, path.read_bytes()) for path in folder.iterdir()] == [("a.docx", b"yesterday")]


@ONCE
def test_word_pdf_page_and_annex_are_written_together(folder: Path) -> None:
    out = run("2015H1", "-o", "通报.docx", "-o", "通报.PDF", "-o", "通报.html", "--number", "安政办函〔2015〕69号",
              "--date", "2015-07-23", "--final")  # fmt: skip
    assert {path.name for path in folder.iterdir()} == {"通报.docx", "通报.PDF", "通报.html", "通报.annex.json"}
    assert all(path.name in out for path in folder.iterdir())
    page = Path("通报.html").read_text()
    assert "安政办函〔2015〕69号" in page
    assert "草稿" not in page


# --- hostile names ----------------------------------------------------------------------------------------------------


@ONCE
def test_a_hostile_name_of_a_place_or_department_is_only_text() -> None:
    Division.objects.filter(code="610922").update(name=HOSTILE)
    # The tree is kept by version of the data, which only a load changes.
    from yichuang.regions.queries import _tree

    _tree.cache_clear()
    Organisation.objects.filter(department_key="guotu").update(short_name=HOSTILE)
    try:
        made = drafted()
        page = render_html(made.notice)
        assert "<script" not in page
        assert page.count("&lt;script&gt;") > 2
        assert render_docx(made.notice).startswith(b"PK")
        assert render_pdf(made.notice).startswith(b"%PDF")
        assert all(one.agrees for one in verify_annex(encode_annex(made.annex))[1])
        assert queries.get_bulletin(period="2015H1", division="610900").notice == made.notice
    finally:
        _tree.cache_clear()


def test_the_kept_bulletin_is_the_drafted_one() -> None:
    made = drafted()
    kept = queries.get_bulletin(period="2015H1", division="610900")
    assert (kept.notice, kept.annex) == (made.notice, made.annex)
    ratio = next(one.query for one in kept.annex.figures if one.id == "early_rate")
    assert isinstance(ratio, RatioQuery)
