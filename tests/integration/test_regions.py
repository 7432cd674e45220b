"""The regions context on the database: loading without loss, and the bulletin's counts by date."""

import csv
import shutil
from collections.abc import Callable
from datetime import UTC, date, datetime
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from yichuang.kernel.actor import SYSTEM
from yichuang.kernel.identifiers import division_code
from yichuang.kernel.identifiers.refusals import DivisionReplaced
from yichuang.regions.commands import BUNDLED, RegionDataFaulty, load_regions
from yichuang.regions.models import Division, Load, Organisation, StaffMember, Window
from yichuang.regions.queries import (
    count_centres,
    find_organisation,
    get_division,
    get_division_register,
    get_organisation_in_force,
    get_organisation_names,
    get_successors,
    get_tree,
    list_centres,
    list_organisations,
    list_posts,
    list_windows,
)
from yichuang.regions.values import CentreStateKind, DivisionNotKnown, Level, LoadReport, OrganisationNotKnown

pytestmark = pytest.mark.django_db

AT = datetime(2026, 3, 1, 2, 0, tzinfo=UTC)
DAY = date(2015, 6, 30)
Change = Callable[[list[dict[str, str]]], list[dict[str, str]] | None]


def load(folder: Path = BUNDLED, at: datetime = AT) -> LoadReport:
    return load_regions(folder=folder, by=SYSTEM, at=at)


@pytest.fixture
def loaded() -> LoadReport:
    return load()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(BUNDLED, tmp_path / "ankang"))


def change(folder: Path, file: str, how: Change) -> None:
    """Rewrite one data file."""
    path = folder / f"{file}.csv"
    with path.open(newline="") as source:
        rows = list(csv.DictReader(source))
    head = list(rows[0])
    rows = how(rows) or rows
    with path.open("w", newline="") as target:
        writer = csv.DictWriter(target, head)
        writer.writeheader()
        writer.writerows(rows)


def changes(report: LoadReport) -> dict[str, tuple[int, int, int]]:
    return {
        table.file: (table.added, table.changed, table.closed)
        for table in report.tables
        if table.added or table.changed or table.closed
    }


# --- what the bulletin says ---


def test_the_bulletin_counts_one_city_nine_county_and_150_town_centres(loaded: LoadReport) -> None:
    assert count_centres(DAY) == {"city": 1, "county": 9, "zone": 1, "town": 150}


def test_the_zone_opened_at_the_end_of_june_and_pingli_by_the_end_of_2016(loaded: LoadReport) -> None:
    assert count_centres(date(2015, 6, 28))["zone"] == 0
    assert count_centres(date(2016, 12, 31)) == {"city": 1, "county": 10, "zone": 1, "town": 139}
    assert count_centres(date(2024, 1, 1)) == {"city": 1, "county": 10, "zone": 1, "town": 139}


def test_each_centre_says_how_far_it_had_come_on_a_day(loaded: LoadReport) -> None:
    then = {row.code: row for row in list_centres(on=DAY, level=Level.COUNTY)}
    assert len(then) == 10
    assert then["610926-centre"].state is CentreStateKind.PLANNED
    assert then["610922-centre"].state_since == date(2015, 6, 1)
    assert {row.state for code, row in then.items() if code != "610926-centre"} == {CentreStateKind.RUNNING}
    assert then["610924-centre"].opened_on == min(row.opened_on for row in then.values() if row.opened_on)
    (city,) = list_centres(on=date(2014, 12, 1), level=Level.CITY)
    assert city.state is CentreStateKind.TRIAL
    (hall,) = list_centres(on=DAY, division="610924100")
    assert (hall.code, hall.supervision) == ("610924100-hall", None)


def test_five_counties_have_no_supervision_system_and_no_other_is_compatible(loaded: LoadReport) -> None:
    tree = get_tree(on=DAY)
    counties = list_centres(on=DAY, level=Level.COUNTY)
    without = {tree.get(row.division).short_name for row in counties if row.supervision is False}
    assert without == {"石泉", "宁陕", "旬阳", "白河", "平利"}
    assert [row.code for row in counties if row.compatible] == []


# --- questions by day ---


def test_xunyang_changes_its_code_and_keeps_its_towns(loaded: LoadReport) -> None:
    then, now = get_tree(on=DAY), get_tree(on=date(2024, 1, 1))
    assert then.name_of("610928") == "旬阳县"
    assert now.name_of("610981") == "旬阳市"
    assert "610981" not in then
    assert "610928" not in now
    assert [then.name_of(code) for code in then.children("610928")] == [
        now.name_of(code) for code in now.children("610981")
    ]
    assert get_division(code="610928", on=DAY).successor == "610981"
    with pytest.raises(DivisionNotKnown, match="610928"):
        get_division(code="610928", on=date(2024, 1, 1))
    with pytest.raises(DivisionReplaced):
        division_code.check_in_force("610928", on=date(2024, 1, 1), registry=get_division_register())


def test_duties_pass_to_the_successor_of_the_day(loaded: LoadReport) -> None:
    assert get_organisation_in_force(code="610924-gongshang", on=DAY).code == "610924-gongshang"
    assert get_organisation_in_force(code="610924-gongshang", on=date(2020, 1, 1)).name == "紫阳县市场监督管理局"
    assert get_organisation_in_force(code="610928-dishui", on=date(2024, 1, 1)).name == "旬阳市税务局"
    assert find_organisation(code="610924-gongshang", on=date(2020, 1, 1)) is None
    with pytest.raises(OrganisationNotKnown):
        get_organisation_in_force(code="610924-none", on=DAY)


def test_organisations_are_listed_by_place_and_day(loaded: LoadReport) -> None:
    assert len(list_organisations(division="610900", on=DAY, departments_only=True)) == 38
    keys = {row.department_key for row in list_organisations(division="610900", on=date(2024, 1, 1))}
    assert {"shichangjianguan", "shuiwu", "ziranziyuan"} <= keys
    assert not {"gongshang", "zhijian", "guoshui", "dishui", "guotu"} & keys
    everywhere = list_organisations(on=DAY, departments_only=True)
    assert {row.division for row in everywhere} == {
        *get_tree(on=DAY).levels[Level.CITY],
        *get_tree(on=DAY).levels[Level.COUNTY],
        "610971",
    }


def test_windows_follow_the_removal_and_the_merger(loaded: LoadReport) -> None:
    assert len(list_windows(centre="610900-centre", on=DAY)) == 62
    assert len(list_windows(centre="610922-centre", on=date(2015, 5, 31))) == 12
    assert len(list_windows(centre="610922-centre", on=date(2015, 6, 1))) > 30
    organisations = {row.organisation for row in list_windows(centre="610900-centre", on=date(2024, 1, 1))}
    assert "610900-shichangjianguan" in organisations
    assert "610900-gongshang" not in organisations


def test_a_department_has_somebody_at_the_window_in_the_section_and_at_its_head(loaded: LoadReport) -> None:
    roles = {post.role.value for post in list_posts(organisation="610924-gongshang", on=DAY)}
    assert roles == {"window", "section", "leader", "chief-representative"}
    first, second = list_posts(centre="610924100-hall", on=DAY)
    assert {first.rank.value, second.rank.value} == {"A", "B"}
    assert first.centre == "610924100-hall"


def test_a_kept_tree_costs_one_query_and_a_load_renews_it(
    loaded: LoadReport, folder: Path, django_assert_num_queries: Callable[[int], object]
) -> None:
    first = get_tree(on=DAY)
    with django_assert_num_queries(1):  # type: ignore[attr-defined]
        assert get_tree(on=DAY) is first
    with django_assert_num_queries(1):  # type: ignore[attr-defined]
        get_organisation_names()
    with django_assert_num_queries(3):  # type: ignore[attr-defined]
        list_centres(on=DAY)

    def rename(rows: list[dict[str, str]]) -> None:
        rows[0]["name"] = "新安康市"

    change(folder, "divisions", rename)
    load(folder)
    assert get_tree(on=DAY).name_of("610900") == "新安康市"


# --- loading without loss ---


def test_a_second_load_changes_nothing_and_leaves_no_record(loaded: LoadReport) -> None:
    assert loaded.is_changed
    again = load(at=datetime(2027, 1, 1, tzinfo=UTC))
    assert changes(again) == {}
    assert again.version == loaded.version
    assert Load.objects.count() == 1


def test_a_changed_row_is_updated_in_place(loaded: LoadReport, folder: Path) -> None:
    before = Organisation.objects.get(code="610900-renshe").pk

    def rename(rows: list[dict[str, str]]) -> None:
        next(row for row in rows if row["code"] == "610900-renshe")["name"] = "安康市人社局"

    change(folder, "organisations", rename)
    assert changes(load(folder)) == {"organisations": (0, 1, 0)}
    assert Organisation.objects.get(pk=before).name == "安康市人社局"


def test_a_row_absent_from_the_file_is_closed_that_day_and_comes_back_when_it_returns(
    loaded: LoadReport, folder: Path
) -> None:
    gone = "610900-centre-w01-2019"
    change(folder, "windows", lambda rows: [row for row in rows if row["code"] != gone])
    assert changes(load(folder)) == {"windows": (0, 0, 1)}
    assert Window.objects.get(code=gone).valid_until == date(2026, 3, 1)
    assert changes(load(folder)) == {}
    assert changes(load(folder, at=datetime(2026, 5, 1, tzinfo=UTC))) == {}
    assert changes(load()) == {"windows": (0, 1, 0)}
    assert Window.objects.get(code=gone).valid_until is None


def test_the_day_of_closing_is_the_local_day(loaded: LoadReport, folder: Path) -> None:
    gone = "610900-centre-w01-2019"
    change(folder, "windows", lambda rows: [row for row in rows if row["code"] != gone])
    load(folder, at=datetime(2026, 3, 1, 17, 0, tzinfo=UTC))
    assert Window.objects.get(code=gone).valid_until == date(2026, 3, 2)


def test_two_windows_may_exchange_their_numbers_and_two_bodies_their_codes(loaded: LoadReport, folder: Path) -> None:
    def swap(*columns: str) -> Change:
        def swapped(rows: list[dict[str, str]]) -> None:
            one, other = rows[0], rows[2]
            for column in columns:
                one[column], other[column] = other[column], one[column]

        return swapped

    change(folder, "windows", swap("number"))
    change(folder, "organisations", swap("organisation_code", "uscc"))
    assert changes(load(folder)) == {"organisations": (0, 2, 0), "windows": (0, 2, 0)}
    assert changes(load(folder)) == {}


def test_a_faulty_file_loads_nothing_at_all(folder: Path) -> None:
    def spoil(rows: list[dict[str, str]]) -> None:
        rows[1]["uscc"] = "X"

    change(folder, "organisations", spoil)
    with pytest.raises(RegionDataFaulty) as refused:
        load(folder)
    assert [(fault.file, fault.row, fault.column) for fault in refused.value.faults] == [
        ("organisations.csv", 3, "uscc")
    ]
    assert "organisations.csv 第3行 uscc列" in refused.value.explain()
    assert (Division.objects.count(), StaffMember.objects.count(), Load.objects.count()) == (0, 0, 0)


def test_a_code_kept_from_an_earlier_load_cannot_be_taken_by_another_row(loaded: LoadReport, folder: Path) -> None:
    def replace(rows: list[dict[str, str]]) -> None:
        row = next(row for row in rows if row["code"] == "610971-fagai")
        row["code"], row["department_key"] = "610971-jingfa", "jingfa"

    def drop(rows: list[dict[str, str]]) -> list[dict[str, str]]:
        return [row for row in rows if "610971-fagai" not in row.values()]

    change(folder, "organisations", replace)
    for file in ("windows", "staff", "posts"):
        change(folder, file, drop)
    people = {row["number"] for row in csv.DictReader((folder / "staff.csv").open())}
    change(folder, "posts", lambda rows: [row for row in rows if row["staff"] in people])
    with pytest.raises(RegionDataFaulty) as refused:
        load(folder)
    assert {fault.refusal.code for fault in refused.value.faults} == {"KeyTaken"}
    assert Load.objects.count() == 1


def test_a_removed_state_that_would_overlap_its_neighbour_asks_for_the_true_end(
    loaded: LoadReport, folder: Path
) -> None:
    def remove_and_stretch(rows: list[dict[str, str]]) -> list[dict[str, str]]:
        rows[1]["valid_until"] = ""
        return [row for row in rows if row["code"] != "610900-centre-s3"]

    change(folder, "centre_states", remove_and_stretch)
    with pytest.raises(RegionDataFaulty) as refused:
        load(folder)
    assert [fault.refusal.code for fault in refused.value.faults] == ["PeriodsOverlap"]
    assert count_centres(DAY)["city"] == 1


def test_the_command_prints_what_changed_and_every_fault(folder: Path) -> None:
    out = StringIO()
    call_command("load_regions", stdout=out)
    assert "divisions.csv：新增184" in out.getvalue()
    (folder / "posts.csv").unlink()
    with pytest.raises(CommandError, match=r"posts\.csv"):
        call_command("load_regions", str(folder))


# --- what the database itself refuses ---


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE regions_division SET valid_until = valid_from WHERE code = '610900'",
        "UPDATE regions_division SET code = '610902' WHERE code = '610971'",
        "UPDATE regions_organisation SET uscc = (SELECT uscc FROM regions_organisation WHERE code = '610900-zhijian')"
        " WHERE code = '610900-gongshang'",
        "UPDATE regions_centresystem SET compatible = true WHERE code = '610922-centre-e1'",
    ],
)
def test_the_database_refuses_what_contradicts_the_rules(loaded: LoadReport, statement: str) -> None:
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
        connection.check_constraints()


def test_successors_name_who_does_today_what_a_body_that_has_ended_did(loaded: LoadReport) -> None:
    today = get_successors(on=date(2026, 11, 26))
    assert today["610924-guotu"] == "610924-ziranziyuan"
    assert "610924-ziranziyuan" not in today
    assert get_successors(on=date(2015, 3, 2)) == {}
    for code, successor in today.items():
        assert get_organisation_in_force(code=code, on=date(2026, 11, 26)).code == successor
