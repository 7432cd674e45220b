"""The catalogue over its tables: loading, versions and approvals, entries, gaps, terms and search."""

import shutil
from dataclasses import fields, replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from tests.unit.catalogue.samples import CITY, GONGSHANG, content, exercisers
from yichuang.catalogue import commands, queries, store
from yichuang.catalogue.domain.content import Basis, Fee, HandlingItem, ItemContent, Material, Step
from yichuang.catalogue.domain.fields import FIELDS, render_page
from yichuang.catalogue.domain.lengths import LENGTHS
from yichuang.catalogue.models import (
    CatalogueAct,
    CatalogueItem,
    CentreEntry,
    ImplementationItem,
    PowerListEntry,
    ResponsibilityListEntry,
)
from yichuang.catalogue.values import (
    Action,
    AlreadyApproved,
    AlreadyEntered,
    Approver,
    DatesOutOfOrder,
    ItemGuide,
    ItemUnknown,
    LeavesBeforeEntering,
    LoadReport,
    NotApproved,
    NotEntered,
    Part,
    PromiseExceedsStatutory,
    SameApprover,
    SourceFaulty,
    State,
    WrongState,
)
from yichuang.kernel.actor import Actor
from yichuang.regions.commands import BUNDLED as REGIONS
from yichuang.regions.commands import load_regions

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).resolve().parents[2]
NOW = datetime(2015, 7, 1, 9, 0, tzinfo=UTC)
CLERK, STAFFING, LEGAL = Actor(id="c", name="经办"), Actor(id="b", name="编办甲"), Actor(id="f", name="法制乙")
CODE = f"{GONGSHANG}4610101001000"
HALF_YEAR = date(2015, 6, 30)


def load(folder: Path = CITY) -> LoadReport:
    """Load the small city."""
    return commands.load_catalogue(folder=folder, by=CLERK, at=NOW, exercisers=exercisers())


def propose(**changes: object) -> int:
    """Draft a version of the standing item with some fields changed."""
    standing = store.read_one(ImplementationItem.objects.get(implementation_code=CODE, state=State.PUBLISHED))
    changed = replace(standing, **changes)  # type: ignore[arg-type]
    return commands.propose_item(content=changed, action=Action.CHANGE, by=CLERK, at=NOW, reason="提速")


def approve_both(version: int, code: str = CODE) -> None:
    """Send a version and let both departments approve it."""
    commands.send_item(code=code, version=version, by=CLERK, at=NOW)
    commands.approve_item(code=code, version=version, role=Approver.STAFFING, by=STAFFING, at=NOW)
    commands.approve_item(code=code, version=version, role=Approver.LEGAL, by=LEGAL, at=NOW)


# --- loading ----------------------------------------------------------------------------------------------------------


def test_loading_writes_every_list_for_every_organisation_that_exercises_an_item() -> None:
    report = load()
    # 公司设立 at 3, 食品流通 at 2, 驾驶证 at 3, 公交卡 at the city and the town.
    assert (report.catalogue_items, report.implementation_items) == (4, 10)
    assert set(ImplementationItem.objects.filter(item_code="33001").values_list("organisation_code", flat=True)) == {
        "610900-gongjiao",
        "610924100-zhen",
    }
    # A public service is no power.
    assert not PowerListEntry.objects.filter(name="公交IC卡办理").exists()
    assert PowerListEntry.objects.count() == ResponsibilityListEntry.objects.count() == 8
    duty = ResponsibilityListEntry.objects.filter(name="公司设立登记").first()
    assert duty is not None
    assert duty.duties == ["受理责任", "审查责任", "决定责任", "送达责任", "事后监管责任"]


def test_loading_twice_changes_nothing_and_leaves_one_audit_row() -> None:
    load()
    again = load()
    assert (again.catalogue_items, again.implementation_items, again.centre_entries) == (0, 0, 0)
    assert again.unchanged == 10
    assert CatalogueAct.objects.count() == 1


def test_what_was_loaded_is_read_back_whole() -> None:
    load()
    row = ImplementationItem.objects.get(implementation_code=CODE)
    read = store.read_one(row)
    assert read.digest == row.digest
    assert [m.name for m in read.materials] == ["公司登记（备案）申请书", "住所使用证明"]
    assert read.conditions == ("有符合规定的名称", "有公司住所")


def test_new_data_becomes_a_new_version_and_the_operators_own_version_survives_old_data(tmp_path: Path) -> None:
    load()
    folder = shutil.copytree(CITY, tmp_path / "city")
    file = folder / "items" / "gongshang.yaml"
    file.write_text(file.read_text().replace("promised: {amount: 5,", "promised: {amount: 6,"))
    assert load(folder).implementation_items == 3
    assert ImplementationItem.objects.get(implementation_code=CODE, state=State.PUBLISHED).version == 2
    # The first data again: known, so nothing goes back.
    assert load().implementation_items == 0
    assert ImplementationItem.objects.get(implementation_code=CODE, state=State.PUBLISHED).promised_amount == 6


def test_a_cancelled_item_stays_cancelled_when_its_data_is_loaded_again() -> None:
    load()
    commands.cancel_item(code=CODE, on=HALF_YEAR, reason="取消审批", by=CLERK, at=NOW)
    assert load().implementation_items == 0
    assert queries.find_item(code=CODE) is None


def test_faulty_data_loads_nothing_and_names_the_fault(tmp_path: Path) -> None:
    folder = shutil.copytree(CITY, tmp_path / "city")
    file = folder / "items" / "gongshang.yaml"
    text = file.read_text().replace("promised: {amount: 5,", "promised: {amount: 25,")
    file.write_text(text.replace("levels: [county]", "levels: county"))
    with pytest.raises(SourceFaulty) as refused:
        load(folder)
    assert refused.value.details["count"] == 2
    assert not CatalogueItem.objects.exists()


@pytest.mark.parametrize("text", ["department: [", "department: other\nitems: []", "- 1", ""])
def test_a_file_that_is_no_department_is_refused(tmp_path: Path, text: str) -> None:
    folder = shutil.copytree(CITY, tmp_path / "city")
    (folder / "items" / "gongshang.yaml").write_text(text)
    with pytest.raises(SourceFaulty):
        load(folder)


def test_the_same_item_code_in_two_files_is_refused(tmp_path: Path) -> None:
    folder = shutil.copytree(CITY, tmp_path / "city")
    file = folder / "items" / "gongjiao.yaml"
    file.write_text(file.read_text().replace("33001", "01001"))
    with pytest.raises(SourceFaulty, match=r"gongjiao\.yaml|gongshang\.yaml"):
        load(folder)


def test_a_folder_without_a_head_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceFaulty):
        load(tmp_path)


# --- versions and approvals -------------------------------------------------------------------------------------------


def test_a_version_is_published_only_after_both_approvals() -> None:
    load()
    version = propose(promised_amount=6)
    with pytest.raises(WrongState):
        commands.publish_item(code=CODE, version=version, effective_on=HALF_YEAR, by=CLERK, at=NOW)
    commands.send_item(code=CODE, version=version, by=CLERK, at=NOW)
    with pytest.raises(NotApproved, match="编制、法制"):
        commands.publish_item(code=CODE, version=version, effective_on=HALF_YEAR, by=CLERK, at=NOW)
    commands.approve_item(code=CODE, version=version, role=Approver.STAFFING, by=STAFFING, at=NOW)
    with pytest.raises(NotApproved, match="尚缺法制部门"):
        commands.publish_item(code=CODE, version=version, effective_on=HALF_YEAR, by=CLERK, at=NOW)
    commands.approve_item(code=CODE, version=version, role=Approver.LEGAL, by=LEGAL, at=NOW)
    commands.publish_item(code=CODE, version=version, effective_on=HALF_YEAR, by=CLERK, at=NOW)
    row = ImplementationItem.objects.get(implementation_code=CODE, version=version)
    assert (row.staffing_approved_by, row.staffing_approved_at) == ("编办甲（b）", NOW)
    assert (row.legal_approved_by, row.legal_approved_at) == ("法制乙（f）", NOW)


def test_the_new_version_ends_the_old_one_on_its_first_day() -> None:
    load()
    version = propose(promised_amount=6)
    approve_both(version)
    commands.publish_item(code=CODE, version=version, effective_on=date(2015, 5, 1), by=CLERK, at=NOW)
    terms = {
        day: queries.get_terms(on=day)["610924-gongshang", "01001"].promised_amount
        for day in (date(2015, 4, 30), date(2015, 5, 1))
    }
    assert terms == {date(2015, 4, 30): 5, date(2015, 5, 1): 6}


def test_a_version_cannot_begin_before_the_one_it_follows() -> None:
    load()
    version = propose(promised_amount=6)
    approve_both(version)
    with pytest.raises(DatesOutOfOrder):
        commands.publish_item(code=CODE, version=version, effective_on=date(2014, 1, 1), by=CLERK, at=NOW)


def test_one_person_cannot_give_both_approvals_and_nobody_gives_one_twice() -> None:
    load()
    version = propose(promised_amount=6)
    commands.send_item(code=CODE, version=version, by=CLERK, at=NOW)
    commands.approve_item(code=CODE, version=version, role=Approver.STAFFING, by=STAFFING, at=NOW)
    with pytest.raises(SameApprover):
        commands.approve_item(code=CODE, version=version, role=Approver.LEGAL, by=STAFFING, at=NOW)
    with pytest.raises(AlreadyApproved):
        commands.approve_item(code=CODE, version=version, role=Approver.STAFFING, by=LEGAL, at=NOW)


def test_a_promise_beyond_the_law_is_refused_with_the_article() -> None:
    load()
    with pytest.raises(PromiseExceedsStatutory) as refused:
        propose(promised_amount=21)
    assert "行政许可法第四十二条" in refused.value.explain()
    assert not ImplementationItem.objects.filter(version=2).exists()


def test_only_one_version_is_open_at_a_time() -> None:
    load()
    propose(promised_amount=6)
    with pytest.raises(WrongState):
        propose(promised_amount=7)


def test_a_catalogue_code_passes_through_the_same_life_and_is_needed_by_its_implementation() -> None:
    load()
    fresh = content(catalogue_code="610101003000", implementation_code=f"{GONGSHANG}4610101003000", name="公司变更登记")
    with pytest.raises(ItemUnknown):
        commands.propose_item(content=fresh, action=Action.ADD, by=CLERK, at=NOW)
    commands.propose_catalogue_item(
        code="610101003000",
        name="公司变更登记",
        department="gongshang",
        levels=["city", "county"],
        action=Action.SPLIT,
        predecessors=["610101001000"],
        by=CLERK,
        at=NOW,
    )
    approve_both(1, code="610101003000")
    commands.publish_item(code="610101003000", effective_on=HALF_YEAR, by=CLERK, at=NOW)
    assert commands.propose_item(content=fresh, action=Action.ADD, by=CLERK, at=NOW) == 1


def test_a_suspended_item_has_no_terms_until_it_is_resumed() -> None:
    load()
    key = ("610924-gongshang", "01001")
    commands.suspend_item(code=CODE, on=date(2015, 6, 1), reason="调整", by=CLERK, at=NOW)
    assert key in queries.get_terms(on=date(2015, 5, 31))
    assert key not in queries.get_terms(on=date(2015, 6, 1))
    with pytest.raises(WrongState):
        commands.suspend_item(code=CODE, on=date(2015, 6, 1), reason="调整", by=CLERK, at=NOW)
    commands.resume_item(code=CODE, on=date(2015, 6, 2), by=CLERK, at=NOW)
    assert key in queries.get_terms(on=date(2015, 6, 1))


def test_an_item_exercised_under_a_cancelled_code_is_told() -> None:
    load()
    commands.cancel_item(code="610101001000", on=date(2015, 6, 1), reason="国务院取消", by=CLERK, at=NOW)
    assert queries.list_cancelled_but_active(on=date(2015, 5, 31)) == ()
    assert {row[0] for row in queries.list_cancelled_but_active(on=date(2015, 6, 1))} == {
        "610900-gongshang",
        "610922-gongshang",
        "610924-gongshang",
    }


def test_every_act_leaves_an_audit_row_with_who_when_and_what() -> None:
    load()
    version = propose(promised_amount=6)
    approve_both(version)
    commands.publish_item(code=CODE, version=version, effective_on=HALF_YEAR, by=CLERK, at=NOW)
    acts = list(CatalogueAct.objects.filter(subject=CODE).values_list("act", "by_name", "version"))
    assert acts == [
        ("propose", "经办", 2),
        ("send", "经办", 2),
        ("approve-staffing", "编办甲", 2),
        ("approve-legal", "法制乙", 2),
        ("publish", "经办", 2),
    ]


@pytest.mark.parametrize(
    "change",
    [
        {"promised_amount": 21},
        {"staffing_approved_at": None},
        {"legal_approved_at": None},
        {"effective_on": None},
        {"effective_until": date(2014, 1, 1)},
        {"version": 1, "implementation_code": f"{GONGSHANG}4610101002000"},
    ],
)
def test_the_database_itself_refuses_what_no_version_may_be(change: dict[str, object]) -> None:
    load()
    with pytest.raises(IntegrityError), transaction.atomic():
        ImplementationItem.objects.filter(implementation_code=CODE).update(**change)


def test_two_standing_versions_of_one_code_are_refused_by_the_database() -> None:
    load()
    row = ImplementationItem.objects.get(implementation_code=CODE)
    row.pk, row.version = None, 2
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)


# --- centres ----------------------------------------------------------------------------------------------------------


def test_a_centre_holds_what_entered_on_each_day() -> None:
    load()
    counts = [
        queries.count_entered(centre="610922-centre", on=day)
        for day in (date(2012, 5, 31), date(2015, 5, 31), date(2015, 6, 1))
    ]
    assert counts == [0, 2, 4]


def test_what_is_on_the_power_list_but_not_in_the_centre_is_told_by_name() -> None:
    load()
    gaps = queries.list_gaps(division="610922", on=HALF_YEAR)
    assert [(gap.organisation_code, gap.handling_name) for gap in gaps] == [("610922-cheguansuo", "驾驶证遗失补领")]
    rows = {
        row.organisation_code: (row.listed, row.entered, row.gap)
        for row in queries.coverage(division="610922", on=HALF_YEAR)
    }
    assert rows == {"610922-gongshang": (4, 4, 0), "610922-cheguansuo": (1, 0, 1)}


def test_entering_and_leaving_a_centre_count_from_their_days() -> None:
    load()
    (gap,) = queries.list_gaps(division="610922", on=HALF_YEAR)
    items = [gap.handling_code]
    commands.enter_centre(centre="610922-centre", handling_items=items, on=date(2015, 6, 10), by=CLERK, at=NOW)
    assert queries.list_gaps(division="610922", on=HALF_YEAR) == ()
    with pytest.raises(AlreadyEntered):
        commands.enter_centre(centre="610922-centre", handling_items=items, on=HALF_YEAR, by=CLERK, at=NOW)
    with pytest.raises(LeavesBeforeEntering):
        commands.leave_centre(centre="610922-centre", handling_items=items, on=date(2015, 6, 10), by=CLERK, at=NOW)
    commands.leave_centre(centre="610922-centre", handling_items=items, on=date(2015, 6, 20), by=CLERK, at=NOW)
    counts = [queries.count_entered(centre="610922-centre", on=date(2015, 6, day)) for day in (9, 10, 19, 20)]
    assert counts == [4, 5, 5, 4]
    with pytest.raises(NotEntered):
        commands.leave_centre(centre="610922-centre", handling_items=items, on=HALF_YEAR, by=CLERK, at=NOW)


def test_of_several_handling_items_all_enter_or_none() -> None:
    load()
    known = f"{CODE}01"
    before = CentreEntry.objects.count()
    with pytest.raises(ItemUnknown):
        commands.enter_centre(centre="x-centre", handling_items=[known, "0" * 33], on=HALF_YEAR, by=CLERK, at=NOW)
    assert CentreEntry.objects.count() == before


# --- reading ----------------------------------------------------------------------------------------------------------


def test_terms_are_read_once_and_then_memory_until_the_catalogue_changes() -> None:
    load()
    day = date(2015, 3, 3)
    with CaptureQueriesContext(connection) as first:
        terms = queries.get_terms(on=day)
    # The version of the data, the terms, their materials and fees, and what intakes let one promise.
    assert len(first) == 5
    with CaptureQueriesContext(connection) as second:
        assert queries.get_terms(on=day) is terms
    assert len(second) == 1
    commands.suspend_item(code=CODE, on=date(2015, 3, 1), reason="", by=CLERK, at=NOW)
    assert ("610924-gongshang", "01001") not in queries.get_terms(on=day)


def test_the_register_knows_every_day_without_another_query() -> None:
    load()
    version = propose(promised_amount=6)
    approve_both(version)
    commands.publish_item(code=CODE, version=version, effective_on=date(2015, 5, 1), by=CLERK, at=NOW)
    register = queries.get_terms_register()
    with CaptureQueriesContext(connection) as captured:
        found = [
            register.find("610924-gongshang", "01001", day)
            for day in (date(2014, 12, 31), date(2015, 4, 30), date(2015, 5, 1))
        ]
    assert len(captured) == 0
    assert [terms and terms.promised_amount for terms in found] == [None, 5, 6]


def test_terms_say_all_that_a_case_is_judged_by() -> None:
    load()
    term = queries.get_terms(on=HALF_YEAR)["610924-gongshang", "01002"]
    assert term.steps == (("受理", 1), ("现场核查", 5), ("决定", 3))
    assert (term.promised_amount, term.promised_unit) == (10, "working-days")
    assert (term.statutory_amount, term.statutory_unit) == (20, "working-days")
    assert term.special_procedures == ("inspection",)
    assert (term.result_type, term.result_name) == ("certificate", "食品流通许可证")
    assert (term.charged, term.joint, term.type) == (True, False, "01")
    assert [fee.name for fee in term.fees] == [fee.name for fee in _guide_of("610924-gongshang", "01002").content.fees]
    assert len(term.fees) == 1
    assert queries.get_terms(on=HALF_YEAR)["610900-gongjiao", "33001"].statutory_amount is None


def _guide_of(organisation: str, item: str) -> ItemGuide:
    return queries.get_item_guide(code=item, organisation=organisation, on=HALF_YEAR)


def test_the_guide_says_everything_in_words() -> None:
    load()
    guide = queries.get_item_guide(code=f"{CODE}02")
    assert guide.handling is not None
    assert guide.handling.name == "股份有限公司设立登记"
    assert (guide.kind_name, guide.promised_unit_name, guide.level_name) == ("承诺件", "工作日", "县级")
    assert guide.object_names == ("自然人", "企业法人")
    assert guide.centres == ("610924-centre",)
    assert queries.get_item_guide(code="01001", organisation="610924-gongshang").content == guide.content


@pytest.mark.parametrize("code", ["", "x", "01001", "0" * 31, "0" * 33, f"{CODE}99"])
def test_a_guide_of_nothing_is_refused(code: str) -> None:
    load()
    with pytest.raises(ItemUnknown):
        queries.get_item_guide(code=code)


def test_search_finds_names_handling_items_and_departments_and_ranks_beginnings_first() -> None:
    load()
    names = [row.name for row in queries.page_items(search="机动车", division="610924")]
    assert names == ["机动车驾驶证补换领"]
    assert {row.name for row in queries.page_items(search="遗失补领")} == {"机动车驾驶证补换领"}
    assert {row.organisation_code for row in queries.page_items(search="紫阳县车辆")} == {"610924-cheguansuo"}
    ranked = [row.name for row in queries.page_items(search="公", division="610924")]
    assert ranked[0] == "公司设立登记"
    assert queries.page_items(search="100%_'\"").rows == ()


def test_pages_follow_each_other_without_gap_or_repetition() -> None:
    load()
    for search in ("", "登记", "可"):
        whole = [row.implementation_code for row in queries.page_items(search=search)]
        walked: list[str] = []
        after = ""
        while True:
            page = queries.page_items(search=search, limit=2, after=after, with_total=True)
            assert page.total == len(whole)
            walked += [row.implementation_code for row in page]
            after = page.next_after
            if not after:
                break
        assert walked == whole


@pytest.mark.parametrize("after", ["x", "1|2", "|||||", "a|01001|6|o|1", "0|01001|6|o|x"])
def test_a_made_up_cursor_begins_at_the_beginning(after: str) -> None:
    load()
    assert queries.page_items(after=after).rows == queries.page_items().rows


def test_items_are_filtered_by_department_division_type_and_theme() -> None:
    load()
    assert len(queries.page_items(department="cheguansuo")) == 3
    assert len(queries.page_items(department="610924-cheguansuo")) == 1
    assert {row.name for row in queries.page_items(type="20")} == {"公交IC卡办理"}
    assert {row.name for row in queries.page_items(theme="准营准办")} == {"食品流通许可"}
    assert len(queries.page_items(division="610900", theme="准营准办")) == 0
    assert queries.list_themes(division="610900")[0] in {"企业开办", "车辆驾驶", "交通出行"}
    assert {row.handling_count for row in queries.page_items(division="610924", department="gongshang")} == {2}
    assert [(d.organisation_code, d.items) for d in queries.list_departments(division="610924")] == [
        ("610924-cheguansuo", 1),
        ("610924-gongshang", 2),
    ]


# --- the standard -----------------------------------------------------------------------------------------------------


def test_all_64_fields_of_the_standard_have_a_home() -> None:
    assert [field.number for field in FIELDS] == list(range(1, 65))
    assert len({field.name for field in FIELDS}) == 64
    for field in FIELDS:
        model, column = field.home.split(".")
        assert apps.get_model("catalogue", model)._meta.get_field(column), field


def test_the_page_of_the_64_fields_says_what_the_code_says() -> None:
    assert (ROOT / "docs" / "catalogue-fields.md").read_text() == render_page()


def test_no_text_may_be_longer_than_its_column() -> None:
    homes: dict[str, tuple[str, type]] = {
        "item": ("ImplementationItem", ItemContent),
        "material": ("Material", Material),
        "step": ("Step", Step),
        "basis": ("LegalBasis", Basis),
        "handling": ("HandlingItem", HandlingItem),
        "fee": ("Fee", Fee),
    }
    for part, (name, value) in homes.items():
        columns = {field.name: field for field in apps.get_model("catalogue", name)._meta.get_fields()}
        bounded = {
            field.name: columns[field.name].max_length
            for field in fields(value)
            if getattr(columns.get(field.name), "max_length", None)
        }
        assert bounded == LENGTHS[Part(part)]


# --- Ankang -----------------------------------------------------------------------------------------------------------


@pytest.mark.once  # about the packaged files; what counts them is asked of a small city above, on every database
def test_the_catalogue_of_ankang_stands_as_the_bulletin_counts_it() -> None:
    load_regions(folder=REGIONS, by=CLERK, at=NOW)
    report = commands.load_catalogue(folder=commands.BUNDLED, by=CLERK, at=NOW)
    assert report.shortfalls == ()
    assert report.without_exerciser == ()
    assert report.catalogue_items >= 85

    def count(centre: str, *days: date) -> list[int]:
        return [queries.count_entered(centre=centre, on=day) for day in days]

    ziyang = count("610924-centre", date(2015, 1, 1), HALF_YEAR)
    assert ziyang == [408, 418]
    assert count("610922-centre", date(2015, 5, 31), date(2015, 6, 1), HALF_YEAR) == [98, 259, 259]
    assert count("610929-centre", HALF_YEAR) == [81]
    assert count("610926-centre", HALF_YEAR) == [0]
    assert count("610971-centre", date(2015, 6, 28)) == [0]
    assert count("610971-centre", date(2015, 6, 29)) != [0]
    # Between 紫阳, the furthest, and 白河, the least, stand all counties that have a centre.
    for county in ("610902", "610921", "610923", "610925", "610927", "610928"):
        assert 81 < count(f"{county}-centre", HALF_YEAR)[0] < 418, county
    entered = CentreEntry.objects.filter(centre="610900-centre", entered_on=date(2015, 3, 16))
    assert {code.split("-")[1] for code in entered.values_list("organisation_code", flat=True)} == {
        "gongjiao",
        "etc",
        "yanglao",
    }
    rows = queries.coverage(division="610926", on=HALF_YEAR)
    assert sum(row.gap for row in rows) == len(queries.list_gaps(division="610926", on=HALF_YEAR)) > 400
    assert len(queries.get_terms(on=HALF_YEAR)) == report.implementation_items
    assert commands.load_catalogue(folder=commands.BUNDLED, by=CLERK, at=NOW).implementation_items == 0
    whole = commands.import_workbook(file=queries.export_items(division="610924"), by=CLERK, at=NOW)
    assert (whole.faults, whole.drafts) == ((), ())
