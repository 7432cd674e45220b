"""Departments' registers from file to verdict: imported once, linked to cases, reviewed, and what follows from it."""

import csv
from collections import Counter
from datetime import UTC, date, datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from openpyxl import Workbook

from tests.factories.filings import file, filing
from yichuang.accounts.values import Area, Scope
from yichuang.cases.domain import acts as a
from yichuang.cases.queries import list_linkable
from yichuang.cases.values import ApplicantDetails
from yichuang.exchange.values import FileMissing
from yichuang.kernel.actor import SYSTEM
from yichuang.scenario.commands import build_scenario
from yichuang.scenario.registers import TRUTH, Written, write_registers
from yichuang.supervision import commands, queries, relations
from yichuang.supervision.models import EntryChange, RegisterEntry
from yichuang.supervision.values import (
    CallbackDone,
    CallbackFilter,
    CallbackState,
    CaseNotLinkable,
    HeadingsUnknown,
    LeadFilter,
    LeadOutcome,
    LeadReasonNeeded,
    LeadRow,
    LeadUnknown,
    LinkReport,
    NothingDrawable,
    RegisterUnknown,
    Verdict,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("ankang")]

NOW = datetime(2015, 7, 1, 2, 0, tzinfo=UTC)
AS_OF = date(2015, 6, 30)
EVERYWHERE = Scope(action="supervision.review", areas=(Area(),))
ALL = LeadFilter(outcomes=tuple(LeadOutcome))
ORGANISATION, ITEM, COUNTY = "610924-shiyaojian", "15002", "610924"
PERSON = "610924198503070012"
HEAD = ("登记序号", "许可证编号", "持证人", "证件号码", "事项编码", "发证日期")
MAPPING = f"title: 紫阳县食药监局许可证登记簿\nkind: licences\norganisation: {ORGANISATION}\n"


def china(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}T10:00:00+08:00")


def make_case(key: str, name: str, number: str, *, on: str = "2015-03-16", certificate: str = "") -> None:
    """File one granted case of the item; a person where the number has 18 characters."""
    kind = "natural" if len(number) == 18 else "enterprise"
    receipt = a.Receive(
        item=ITEM,
        organisation=ORGANISATION,
        division=COUNTY,
        receiving_division=COUNTY,
        centre="610924-centre",
        handling_item="01",
        channel="window",
        applicant_type=kind,
    )
    told: list[tuple[a.Act, str]] = [
        (receipt, f"{on} 09:00"),
        (a.Accept(), f"{on} 09:10"),
        (a.Grant(decider="局长"), f"{on} 09:20"),
        (a.IssueCertificate(name="许可证", certificate_number=certificate or f"JY{key:0>6}"), f"{on} 09:30"),
        (a.Close(), f"{on} 09:40"),
    ]
    details = ApplicantDetails(name, "111" if kind == "natural" else "099", number, "")
    (outcome,) = file([filing(key, told, applicant=details)])
    assert outcome.refusal is None, str(outcome.refusal)


def write(folder: Path, rows: list[tuple[str, ...]], *, name: str = "licences.csv") -> tuple[Path, Path]:
    """Write a list and its mapping."""
    path, mapping = folder / name, folder / "mapping.yaml"
    if path.suffix == ".xlsx":
        book = Workbook()
        sheet = book.active
        assert sheet is not None
        for row in [("紫阳县食药监局",), HEAD, *rows]:
            sheet.append(list(row))
        book.save(path)
    else:
        with path.open("w", encoding="gb18030", newline="") as text:
            csv.writer(text).writerows([HEAD, *rows])
    mapping.write_text(MAPPING, "utf-8")
    return path, mapping


def take(folder: Path, rows: list[tuple[str, ...]], **options: Any) -> Any:
    path, mapping = write(folder, rows, **options)
    return commands.import_register(file=path, register="zy-licences", mapping=mapping, by=SYSTEM, at=NOW)


def link() -> LinkReport:
    return commands.link_registers(as_of=AS_OF, by=SYSTEM, at=NOW)


def leads(**changes: Any) -> list[LeadRow]:
    chosen = LeadFilter(**({"outcomes": tuple(LeadOutcome)} | changes))
    return list(queries.page_leads(chosen=chosen, scope=EVERYWHERE).rows)


GOOD = ("1", "JY000001", "紫阳鑫源餐饮店", "610924600012345", ITEM, "2015-03-16")
OUTSIDE = ("2", "JY000900", "紫阳宏达药店", "610924600099999", "15003", "2015年4月2日")
SHADOW = ("3", "JY000901", "紫阳恒通百货店", "610924600088888", ITEM, "2015.04.02")
EARLY = ("4", "JY000002", "紫阳秦巴餐饮店", "610924600077777", ITEM, "20150301")


@pytest.fixture
def register(tmp_path: Path) -> Path:
    """Two cases, and a list with them and two matters that never were cases."""
    make_case("1", "紫阳鑫源餐饮店", "610924600012345")
    make_case("2", "紫阳秦巴餐饮店", "610924600077777", on="2015-03-20")
    take(tmp_path, [GOOD, OUTSIDE, SHADOW, EARLY])
    return tmp_path


# --- import -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["licences.csv", "licences.xlsx"])
def test_the_same_file_twice_changes_nothing(tmp_path: Path, name: str) -> None:
    first = take(tmp_path, [GOOD, OUTSIDE], name=name)
    second = take(tmp_path, [GOOD, OUTSIDE], name=name)
    assert (first.read, first.added, second.unchanged) == (2, 2, 2)
    assert first.adds_up
    assert second.adds_up
    assert RegisterEntry.objects.count() == 2


def test_every_fault_is_told_with_its_row_and_nothing_is_lost(tmp_path: Path) -> None:
    bad = ("5", "", "", "", ITEM, "2015-02-30")
    report = take(tmp_path, [GOOD, bad])
    assert [(fault.row, fault.column) for fault in report.faults] == [(3, "发证日期"), (3, "持证人")]
    assert (report.added, report.faulty, report.adds_up) == (1, 1, True)
    (kept,) = RegisterEntry.objects.filter(state="faulty")
    assert "2015-02-30" in kept.content
    assert "发证日期" in kept.faults.encode().decode("unicode_escape")


def test_a_row_that_a_later_file_changes_is_changed_and_what_it_said_is_kept(tmp_path: Path) -> None:
    take(tmp_path, [GOOD])
    report = take(tmp_path, [(*GOOD[:5], "2015-03-17")])
    assert (report.changed, RegisterEntry.objects.count()) == (1, 1)
    assert RegisterEntry.objects.get().decided_on == date(2015, 3, 17)
    assert "2015-03-16" in EntryChange.objects.get().content


def test_the_mapping_is_remembered_and_a_register_that_has_none_is_refused(tmp_path: Path) -> None:
    path, mapping = write(tmp_path, [GOOD])
    with pytest.raises(RegisterUnknown):
        commands.import_register(file=path, register="zy-licences", by=SYSTEM, at=NOW)
    commands.import_register(file=path, register="zy-licences", mapping=mapping, by=SYSTEM, at=NOW)
    again = commands.import_register(file=path, register="zy-licences", by=SYSTEM, at=NOW)
    assert again.unchanged == 1


def test_a_file_that_cannot_be_read_leaves_nothing_behind(tmp_path: Path) -> None:
    _, mapping = write(tmp_path, [GOOD])
    other = tmp_path / "other.csv"
    other.write_text("甲,乙\n1,2\n", "utf-8")
    with pytest.raises(HeadingsUnknown):
        commands.import_register(file=other, register="zy-licences", mapping=mapping, by=SYSTEM, at=NOW)
    with pytest.raises(FileMissing):
        commands.import_register(file=tmp_path / "no.csv", register="x", mapping=mapping, by=SYSTEM, at=NOW)
    assert queries.list_registers(scope=EVERYWHERE) == ()


# --- linking ----------------------------------------------------------------------------------------------------------


def test_each_entry_gets_its_outcome(register: Path) -> None:
    report = link()
    found = {row.document_number: (row.outcome, row.ground.value) for row in leads()}
    assert found == {
        "JY000001": (LeadOutcome.INSIDE, "linked"),
        "JY000900": (LeadOutcome.OUTSIDE, "no-case-no-volume"),
        "JY000901": (LeadOutcome.DOUBLE, "no-case"),
        "JY000002": (LeadOutcome.DOUBLE, "times-conflict"),
    }
    assert report.outcomes[LeadOutcome.DOUBLE] == 2
    assert report.exact == 2


def test_linking_again_gives_the_same_result_and_new_rows_are_added(register: Path) -> None:
    first = link()
    assert link().result_digest == first.result_digest
    take(
        register,
        [GOOD, OUTSIDE, SHADOW, EARLY, ("6", "JY000903", "紫阳天成药店", "610924600066666", ITEM, "2015-05-05")],
    )
    assert link().entries == first.entries + 1


def test_a_typing_error_in_name_and_number_still_finds_the_case(tmp_path: Path) -> None:
    make_case("7", "张晓明", PERSON, certificate="JY00007")
    # Enough of the same item beside it that one has to choose.
    for place in range(12):
        number = f"61092419{60 + place}0101{place:03d}"
        make_case(f"x{place}", f"李{'甲乙丙丁戊己庚辛壬癸子丑'[place]}海", number + "X", certificate=f"JY1000{place}")
    take(tmp_path, [("1", "JY00017", "张小明", "", ITEM, "2015-03-17")])
    link()
    (row,) = leads()
    assert (row.outcome, row.kind.value) == (LeadOutcome.INSIDE, "probable")
    assert row.holder == "张**"
    told = queries.get_lead(row.id)
    assert [side.key for side in told.sides if side.weight is not None][:1] == ["name"]
    assert any("读音" in side.agreement for side in told.sides)
    assert PERSON not in repr(told)
    assert "张晓明" not in repr(told)
    assert told.thresholds is not None


def test_the_reader_sees_what_lies_in_his_scope_only(register: Path) -> None:
    link()
    elsewhere = Scope(action="supervision.review", areas=(Area(division="610921"),))
    own = Scope(action="supervision.review", areas=(Area(division=COUNTY, organisation=ORGANISATION),))
    assert queries.page_leads(chosen=ALL, scope=elsewhere).rows == ()
    assert len(queries.page_leads(chosen=ALL, scope=own).rows) == 4
    assert queries.list_registers(scope=elsewhere) == ()


def test_pages_follow_each_other_and_counts_add_up(register: Path) -> None:
    link()
    seen, after = [], ""
    while True:
        page = queries.page_leads(chosen=ALL, scope=EVERYWHERE, after=after, limit=1)
        seen += [row.id for row in page.rows]
        after = page.next_after
        if not after:
            break
    assert len(seen) == len(set(seen)) == 4
    assert queries.count_leads(chosen=LeadFilter(), scope=EVERYWHERE) == {"double": 2, "outside": 1}
    assert queries.count_leads(chosen=ALL, scope=EVERYWHERE, by="department") == {"shiyaojian": 4}
    (told,) = queries.list_registers(scope=EVERYWHERE)
    assert (told.entries, told.outcomes[LeadOutcome.INSIDE], told.unlinked) == (4, 1, 0)


# --- review -----------------------------------------------------------------------------------------------------------


def lead_of(document: str) -> LeadRow:
    return next(row for row in leads() if row.document_number == document)


def judge(lead: int, verdict: Verdict, reason: str = "已到窗口核实档案", number: str = "") -> None:
    commands.review_lead(lead=lead, verdict=verdict, reason=reason, case_number=number, by=SYSTEM, at=NOW)


def test_a_verdict_needs_a_reason_a_lead_and_a_case_that_is(register: Path) -> None:
    link()
    lead = lead_of("JY000901").id
    with pytest.raises(LeadReasonNeeded):
        judge(lead, Verdict.CONFIRMED, "  ")
    with pytest.raises(LeadUnknown):
        judge(0, Verdict.CONFIRMED)
    with pytest.raises(CaseNotLinkable):
        judge(lead, Verdict.REJECTED, number="61092420150399999999")


def test_a_rejection_that_names_the_case_links_the_two_in_the_next_run(register: Path) -> None:
    make_case("9", "紫阳县恒通超市", "610924600011111", on="2015-04-03")
    link()
    number = next(one.number for one in list_linkable(counties=[COUNTY], received_until=AS_OF) if "恒通" in one.name)
    judge(lead_of("JY000901").id, Verdict.REJECTED, number=number)
    report = link()
    row = lead_of("JY000901")
    assert (row.outcome, row.kind.value, row.case_number) == (LeadOutcome.INSIDE, "reviewed", number)
    assert (row.verdict, row.reason) == (Verdict.REJECTED, "已到窗口核实档案")
    assert report.outcomes[LeadOutcome.DOUBLE] == 1


def test_a_confirmed_lead_stays_confirmed_and_every_verdict_is_kept(register: Path) -> None:
    link()
    judge(lead_of("JY000900").id, Verdict.REJECTED, "部门称已移交")
    judge(lead_of("JY000900").id, Verdict.CONFIRMED)
    link()
    row = lead_of("JY000900")
    assert (row.outcome, row.verdict) == (LeadOutcome.OUTSIDE, Verdict.CONFIRMED)
    assert [one.verdict for one in queries.get_lead(row.id).verdicts] == [Verdict.REJECTED, Verdict.CONFIRMED]
    assert [one.id for one in leads(reviewed=True)] == [row.id]


def test_a_row_that_changes_after_its_verdict_is_open_again(register: Path) -> None:
    link()
    judge(lead_of("JY000900").id, Verdict.CONFIRMED)
    path, mapping = write(register, [(*OUTSIDE[:5], "2015-04-09")])
    later = datetime(2015, 7, 2, 2, 0, tzinfo=UTC)
    commands.import_register(file=path, register="zy-licences", mapping=mapping, by=SYSTEM, at=later)
    link()
    assert lead_of("JY000900").verdict is Verdict.NONE


def test_verdicts_move_the_thresholds_and_the_run_says_from_where_to_where(register: Path) -> None:
    for place in range(6):
        make_case(
            f"n{place}", f"紫阳{'金木水火土山'[place]}源餐饮店", f"61092460005{place}000", certificate=f"Q{place}"
        )
    take(register, [GOOD, OUTSIDE, SHADOW, EARLY, ("8", "", "紫阳林源餐饮店", "", ITEM, "2015-03-18")])
    before = link().thresholds
    assert before is not None
    assert before.link_before == before.link_from
    weighed = lead_of("")
    assert weighed.weight is not None
    numbers = [one.number for one in list_linkable(counties=[COUNTY], received_until=AS_OF)]
    other = next(number for number in numbers if number != weighed.case_number)
    # Whatever was computed, the reviewer says the opposite.
    judge(weighed.id, Verdict.REJECTED, number=other if weighed.matched else weighed.case_number)
    after = link().thresholds
    assert after is not None
    assert (after.verdicts, after.link_before) == (1, before.link_from)
    assert (after.link_from, after.doubt_from) != (before.link_from, before.doubt_from)
    assert link().thresholds == after.__class__(
        after.link_from, after.link_from, after.doubt_from, after.doubt_from, after.verdicts, after.same
    )


def test_a_dropped_entry_is_linked_no_more(register: Path) -> None:
    link()
    commands.drop_entry(
        entry=RegisterEntry.objects.get(document_number="JY000900").pk, reason="测试行", by=SYSTEM, at=NOW
    )
    assert link().entries == 3
    take(register, [GOOD, OUTSIDE, SHADOW, EARLY])
    assert link().entries == 3


# --- relations --------------------------------------------------------------------------------------------------------


def test_relations_say_what_rules_ask(register: Path) -> None:
    link()
    rows = {row["document_number"]: row for row in relations.registers.gather(on=AS_OF, at=NOW)}
    assert (rows["JY000001"]["matched"], rows["JY000001"]["outcome"], rows["JY000001"]["decided_apart_days"]) == (
        True,
        "inside",
        0,
    )
    assert (rows["JY000900"]["matched"], rows["JY000900"]["centre_volume"]) == (False, 0)
    assert rows["JY000901"]["centre_volume"] == 2
    volumes = {(row["item"], row["month"]): row for row in relations.volumes.gather(on=AS_OF, at=NOW)}
    assert volumes["15003", 201504]["ratio_permille"] == 0
    assert volumes[ITEM, 201503]["ratio_permille"] == 1000
    results = {row["certificate_number"]: row["in_register"] for row in relations.results.gather(on=AS_OF, at=NOW)}
    assert results == {"JY000001": True, "JY000002": True}
    counted = relations.refresh(on=AS_OF, at=NOW, names=["registers", "series", "volumes", "results", "callbacks"])
    assert counted == {"registers": 4, "series": 0, "volumes": 3, "results": 2, "callbacks": 0}


def test_a_gap_in_a_registers_own_numbers_is_counted(tmp_path: Path) -> None:
    rows = [(str(n), f"紫食药〔2015〕{n}号", f"紫阳某店{n}", "", ITEM, "2015-03-16") for n in range(1, 11) if n != 4]
    take(tmp_path, [*rows, ("99", "610924150022015000777", "别店", "", ITEM, "2015-03-16")])
    (series,) = relations.series.gather(on=AS_OF, at=NOW)
    assert (series["first"], series["last"], series["present"], series["missing"]) == (1, 10, 9, 1)


# --- call-backs -------------------------------------------------------------------------------------------------------


def test_call_backs_are_drawn_once_recorded_once_and_told(register: Path) -> None:
    drawn = commands.draw_callbacks(on=date(2015, 3, 31), per_county=1, seed=3, by=SYSTEM, at=NOW)
    assert len(drawn) == 1
    assert commands.draw_callbacks(on=date(2015, 3, 31), per_county=1, seed=3, by=SYSTEM, at=NOW) == drawn
    (number,) = drawn
    commands.record_callback(number=number, state=CallbackState.UNREACHABLE, by=SYSTEM, at=NOW)
    commands.record_callback(
        number=number, state=CallbackState.DONE, place_agrees=True, date_agrees=False, by=SYSTEM, at=NOW
    )
    with pytest.raises(CallbackDone):
        commands.record_callback(number=number, state=CallbackState.DONE, by=SYSTEM, at=NOW)
    (row,) = queries.page_callbacks(chosen=CallbackFilter(disagrees=True), scope=EVERYWHERE).rows
    assert (row.place_agrees, row.date_agrees, row.fees_agree) == (True, False, None)
    (told,) = relations.callbacks.gather(on=AS_OF, at=NOW)
    assert (told["state"], told["date_agrees"]) == ("done", False)


def test_where_nothing_was_closed_nobody_is_called() -> None:
    with pytest.raises(NothingDrawable):
        commands.draw_callbacks(on=date(2015, 3, 31), per_county=1, seed=3, by=SYSTEM, at=NOW)


# --- the planted half-year --------------------------------------------------------------------------------------------


def import_all(written: list[Written]) -> None:
    for one in written:
        report = commands.import_register(file=one.file, register=one.register, mapping=one.mapping, by=SYSTEM, at=NOW)
        assert report.adds_up


@pytest.mark.once  # about how well DuckDB links; reading and writing for it are asked above, on every database
def test_what_is_planted_in_a_small_half_year_is_found(tmp_path: Path) -> None:
    build_scenario(name="ankang-2015h1", seed=3, scale=0.01, at=NOW)
    written = write_registers(name="ankang-2015h1", seed=3, scale=0.01, into=tmp_path)
    import_all(written)
    report = link()
    with (tmp_path / TRUTH).open(encoding="utf-8", newline="") as text:
        truth = {(row["register"], int(row["row"])): row["truth"] for row in csv.DictReader(text)}
    found, after = [], ""
    while True:
        page = queries.page_leads(chosen=ALL, scope=EVERYWHERE, after=after, limit=500)
        found += page.rows
        after = page.next_after
        if not after:
            break
    lead = {LeadOutcome.OUTSIDE, LeadOutcome.DOUBLE}
    counted = Counter((truth[row.register, row.row] != "inside", row.outcome in lead) for row in found)
    assert report.entries == len(found) > 700
    assert counted[True, True] / (counted[True, True] + counted[False, True]) >= 0.95
    assert counted[True, True] / (counted[True, True] + counted[True, False]) >= 0.9
    again = write_registers(name="ankang-2015h1", seed=3, scale=0.01, into=tmp_path / "again")
    assert [one.rows for one in again] == [one.rows for one in written]
    assert (tmp_path / TRUTH).read_bytes() == (tmp_path / "again" / TRUTH).read_bytes()


def test_the_command_imports_links_and_reports(tmp_path: Path) -> None:
    make_case("1", "紫阳鑫源餐饮店", "610924600012345")
    path, mapping = write(tmp_path, [GOOD, OUTSIDE, ("5", "", "", "", ITEM, "2015-02-30")])
    told = StringIO()
    with pytest.raises(SystemExit) as left:
        call_command("registers", "import", str(path), "--register", "zy", "--mapping", str(mapping), stdout=told)
    assert left.value.code == 3
    assert "第4行" in told.getvalue()
    call_command("registers", "link", "--as-of", "2015-06-30", stdout=told)
    call_command("registers", "report", stdout=told)
    assert "体外循环疑点 1" in told.getvalue()
