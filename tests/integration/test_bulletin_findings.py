"""Bulletins that speak of findings: every number is in the annex, leads to its findings, and counts again the same."""

import hashlib
import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.core.management import call_command
from django.db import transaction
from django.test import Client

from tests import prepared
from tests.factories.findings import FOUND_AT, card, end, finding
from tests.integration import small_city
from tests.integration.test_bulletins import words
from yichuang.accounts.queries import DEMONSTRATION_PASSWORD
from yichuang.kernel.actor import SYSTEM
from yichuang.kernel.periods import Period
from yichuang.reporting.bulletins.queries import FindingsQuery
from yichuang.reporting.bulletins.refusals import OnePeriodOnly
from yichuang.reporting.commands import Recount, draft_bulletin, encode_annex, list_annex_lines, verify_annex
from yichuang.reporting.values import render_docx, render_html, render_pdf
from yichuang.supervision.models import Card, Finding

if TYPE_CHECKING:
    from pytest_django.plugin import DjangoDbBlocker

pytestmark = pytest.mark.django_db
# Left to SQLite: what is said and how it is written; what is counted is asked on every database.
ONCE = pytest.mark.once
AT = FOUND_AT + timedelta(hours=1)
LATER = AT + timedelta(days=3)
HALF = {"occurred_on__gte": date(2015, 1, 1), "occurred_on__lt": date(2015, 7, 1)}
LEADS = ("outside-lead", "double-track-lead")


@pytest.fixture(autouse=True)
def _django_db_marker() -> None:
    """Let the mark ask for the database and no more: its own teardown would close the module's connection."""


def plant() -> None:
    """Put findings into four counties: cards of all colours, leads, confirmed ones, gaps of authority."""
    serial = 0
    for county, many in (("610924", 6), ("610902", 4), ("610922", 2), ("610900", 1)):
        for rule, rule_class, colour in (
            ("promised-overdue", "timeliness", "red"),
            ("supplement-asked-twice", "procedure", "yellow"),
            ("promised-near-due", "timeliness", "reminder"),
            ("decider-outside-authority", "authority", "red"),
            ("sent-between-offices", "authority", ""),
            ("outside-lead", "off-system", ""),
            ("double-track-lead", "off-system", ""),
            ("outside-confirmed", "off-system", "red"),
        ):
            for number in range(many):
                serial += 1
                finding(
                    serial,
                    rule=rule,
                    rule_class=rule_class,
                    county=county,
                    department=("guotu", "gongshang", "gongan")[number % 3],
                    colour=colour,
                    on=date(2015, 6, 1) + timedelta(days=serial % 29) if number % 2 else date(2015, 2, 2),
                    number=f"{county}-{serial}",
                )


@pytest.fixture(scope="module")
def city(django_db_setup: None, django_db_blocker: "DjangoDbBlocker") -> Iterator[None]:
    with django_db_blocker.unblock(), prepared.holding(*small_city.CITY, small_city.file_cases):
        plant()
        yield


@pytest.fixture(autouse=True)
def undone(city: None, django_db_blocker: "DjangoDbBlocker") -> Iterator[None]:
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


def drafted(period: str = "2015H1", division: str = "610900", at: datetime = AT) -> Any:
    return draft_bulletin(period=Period.parse(period), division=division, by=SYSTEM, at=at, dated_on=date(2015, 7, 23))


def differing(content: bytes) -> list[Recount]:
    return [one for one in verify_annex(content)[1] if not one.agrees]


# --- what is said -----------------------------------------------------------------------------------------------------


def test_the_section_on_problems_speaks_as_the_bulletin_of_2015_with_numbers_behind_every_word() -> None:
    told = words(drafted().notice, figures=True)
    assert "纳入中心办理的行政审批事项，“体外循环”和“双轨运行”现象依然存在。与部门台账比对，" in told
    assert "“体外循环”经核实13件、待核实疑点13条，其中国土系统6条、工商系统4条、公安系统3条；" in told
    assert "“双轨运行”待核实疑点13条，其中国土系统6条" in told
    assert "部门向窗口授权不够充分，群众办事仍要“两头跑”：由授权名单以外的人员作出决定的13件" in told
    assert "办理环节在单位之间来回流转的13件" in told
    total = Finding.objects.filter(**HALF).exclude(rule__in=LEADS).count()
    assert f"电子监察共发现问题{total}项，其中达到红牌标准的39项、黄牌标准的13项、预警标准的13项" in told
    assert "紫阳县红牌18项、黄牌6项；汉滨区红牌12项、黄牌4项；石泉县红牌6项、黄牌2项，数量居前" in told
    assert "石泉、宁陕、平利、旬阳、白河5个县行政审批电子监察系统尚未建成" in told
    assert "各县区电子监察情况" in told


@pytest.mark.parametrize("division", ["610900", "610924", "610926"])
@pytest.mark.parametrize("period", ["2015H1", "2015-06", "2015W23", "2015Q1", "2015"])
def test_every_number_is_a_figure_of_the_annex_and_counts_again_to_the_same(period: str, division: str) -> None:
    made = drafted(period, division)
    left = words(made.notice, figures=False)
    assert re.findall(r"[^\n]*\d[^\n]*", re.sub(r"\d{4}年度?|\d{1,2}月(\d{1,2}日)?|第\d+周", "", left)) == []
    assert differing(encode_annex(made.annex)) == []
    for render in (render_docx, render_pdf, render_html):
        assert render(made.notice)


def test_the_lines_of_the_counties_add_up_to_the_whole() -> None:
    figures = {one.id: int(one.value) for one in drafted().annex.figures if one.id.startswith("findings.")}
    for key, whole in (("", "all"), (".red", "red"), (".yellow", "yellow"), (".reminder", "reminder")):
        parts = [value for name, value in figures.items() if re.fullmatch(rf"findings\.county\.\d+{key}", name)]
        assert sum(parts) == figures[f"findings.{whole}"], key


def test_a_county_is_told_by_its_departments_and_of_nobody_else() -> None:
    made = drafted(division="610922")
    told = words(made.notice, figures=True)
    assert "各部门电子监察情况" in told
    for other in ("汉滨", "紫阳", "各县区"):
        assert other not in told
    queries = [one.query for one in made.annex.figures if isinstance(one.query, FindingsQuery)]
    assert {one.county for one in queries} == {"610922"}
    assert {one.counties for one in queries} == {()}


def test_where_nothing_was_found_nothing_is_said() -> None:
    told = words(drafted("2014H1").notice, figures=True)
    for word in ("监察共发现", "体外循环", "两头跑", "监察情况"):
        assert word not in told


def test_items_that_never_entered_are_told_only_while_that_is_news() -> None:
    on = date(2015, 6, 29)
    for serial, county in enumerate(("610923", "610923", "610929")):
        finding(9_000 + serial, rule="item-never-entered", rule_class="authority", county=county, colour="", on=on)
    told = words(drafted().notice, figures=True)
    assert "列入权责清单而尚未进驻中心的事项3项，其中宁陕县2项、白河县1项，进驻项目不彻底。" in told
    assert "进驻项目不彻底" not in words(drafted(at=AT + timedelta(days=400)).notice, figures=True)


def test_an_issued_card_counts_and_one_that_was_taken_back_does_not() -> None:
    rows = list(Finding.objects.filter(rule="promised-overdue", **HALF)[:3])
    for serial, row in enumerate(rows):
        card(row, number=f"JC6109002015{serial:06d}", issued_at=FOUND_AT)
    Card.objects.filter(finding=rows[2]).update(state="withdrawn", ended_at=FOUND_AT, reason="误发")
    made = drafted()
    assert "已发牌2张" in words(made.notice, figures=True)
    content = encode_annex(made.annex)
    Card.objects.filter(finding=rows[0]).update(state="withdrawn", ended_at=LATER, reason="申诉成立")
    assert differing(content) == []


# --- what is recounted ------------------------------------------------------------------------------------------------


def test_what_happens_to_findings_later_changes_no_figure_of_that_moment() -> None:
    content = encode_annex(drafted().annex)
    rows = list(Finding.objects.filter(**HALF).order_by("id")[:40])
    for place, row in enumerate(rows):
        end(row, reason=("passed", "corrected", "fell-away", "rule-withdrawn")[place % 4], at=LATER)
    finding(7_000, county="610924", on=date(2015, 6, 2), found_at=LATER)
    assert differing(content) == []
    after = {one.id: one.value for one in drafted(at=LATER + timedelta(hours=1)).annex.figures}
    before = {one.id: one.value for one in verify_annex(content)[0].figures}
    assert after["findings.all"] != before["findings.all"]


def test_a_finding_that_vanishes_and_one_whose_rule_is_another_are_found() -> None:
    content = encode_annex(drafted().annex)
    row = Finding.objects.filter(rule="promised-overdue", county="610924", **HALF).first()
    assert row is not None
    Finding.objects.filter(pk=row.pk).delete()
    wrong = {one.record.id for one in differing(content)}
    assert {"findings.all", "findings.red", "findings.county.610924", "findings.county.610924.red"} <= wrong
    assert not {one for one in wrong if "610902" in one}


def test_the_printed_lines_name_each_finding_and_give_the_digest() -> None:
    made = drafted()
    content = encode_annex(made.annex)
    record = (
        next(one for one in made.annex.figures if one.id == "findings.off_system.leads")
        if False
        else next(one for one in made.annex.figures if one.id == "findings.authority")
    )
    lines = list(list_annex_lines(content, figure=record.id))
    assert len(lines) == record.count == 13
    assert hashlib.new("sm3", "".join(lines).encode()).hexdigest() == record.digest
    rule, key, number, day, digest = lines[0].rstrip("\n").split("\t")
    row = Finding.objects.get(rule=rule, key=key)
    assert (row.number, row.occurred_on.isoformat(), row.rule_version.digest) == (number, day, digest)


@ONCE
def test_a_moment_without_its_place_on_earth_is_no_annex() -> None:
    from yichuang.reporting.bulletins.refusals import AnnexUnreadable

    content = encode_annex(drafted().annex)
    broken = content.replace(b'"known_at": "2015-07-01T02:00:00Z"', b'"known_at": "2015-07-01T02:00:00"')
    assert broken != content
    with pytest.raises(AnnexUnreadable, match="timezone"):
        verify_annex(broken)


# --- the weekly notice and the monthly bulletin -----------------------------------------------------------------------


@ONCE
def test_a_week_is_a_notice_of_the_centre_and_a_month_has_the_rules() -> None:
    week = drafted("2015W23").notice
    assert week.issuing_authority == "安康市政务服务中心"
    assert week.title.endswith("2015年第23周全市办件和监察情况的公示")
    told = words(week, figures=True)
    assert "按照“日巡查、周公示、月通报”制度" in told
    assert "2015年第23周各县区电子监察情况" in told
    month = drafted("2015-06").notice
    assert month.title.endswith("2015年6月份全市政务服务工作情况的通报")
    told = words(month, figures=True)
    assert "2015年6月份监察规则触发情况" in told
    assert "超过承诺时限" in told
    assert "监察规则触发情况" not in words(drafted().notice, figures=True)


@ONCE
def test_a_week_without_findings_says_that_there_were_none() -> None:
    told = words(drafted("2015W04").notice, figures=True)
    assert "本周电子监察未发现需要公示的问题" in told
    assert "申诉" not in told


@ONCE
def test_the_command_drafts_last_week_and_last_month_by_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from yichuang.reporting.management.commands import bulletin as command

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(command.timezone, "now", lambda: datetime(2015, 7, 1, 4, 0, tzinfo=FOUND_AT.tzinfo))
    monkeypatch.setattr(command.timezone, "localdate", lambda *_given: date(2015, 7, 1))
    for flag, name, title in (("--weekly", "w", "2015年第26周"), ("--monthly", "m", "2015年6月份")):
        out = StringIO()
        call_command("bulletin", flag, "-o", f"{name}.docx", "-o", f"{name}.pdf", stdout=out)
        assert Path(f"{name}.docx").read_bytes()[:2] == b"PK"
        assert Path(f"{name}.pdf").read_bytes()[:5] == b"%PDF-"
        out = StringIO()
        call_command("bulletin", "verify", f"{name}.annex.json", stdout=out)
        assert title in out.getvalue()
        assert "与记录一致" in out.getvalue()
    for arguments in ([], ["2015H1", "--weekly"]):
        with pytest.raises(OnePeriodOnly):
            call_command("bulletin", *arguments)


# --- the pages --------------------------------------------------------------------------------------------------------


@ONCE
def test_an_editor_drafts_a_weekly_notice_on_the_page_and_opens_the_findings_behind_a_number() -> None:
    client = Client()
    assert client.login(username="editor", password=DEMONSTRATION_PASSWORD)
    answer = client.post(
        "/bulletins/draft/", {"period": "2015W23", "region": "610900", "number": "", "dated_on": "2015-06-08"}
    )
    assert answer.status_code == 302, answer.content.decode()[-1500:]
    assert "周" in client.get(answer["Location"]).content.decode()
    drafted()
    text = client.get("/bulletins/2015H1/610900/figures/findings.county.610924.red/").content.decode()
    assert "打开这些监察发现" in text
    assert re.search(
        r"/supervision/\?state=all&amp;colour=red&amp;county=610924&amp;from=2015-01-01&amp;until=2015-06-30", text
    )
    assert Client().get("/bulletins/2015H1/610900/").status_code == 200
    text = Client().get("/bulletins/2015H1/610900/figures/findings.all/").content.decode()
    assert "打开这些监察发现" not in text
