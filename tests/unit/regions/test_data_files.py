"""The data files of Ankang: what they say, and what is said about files that are wrong."""

import hashlib
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

import yichuang.regions
from yichuang.kernel.identifiers import organisation_code, uscc
from yichuang.regions.domain.reading import Sheet, read_folder
from yichuang.regions.domain.tables import TABLES

FOLDER = Path(yichuang.regions.__file__).parent / "data" / "ankang"
BULLETIN_DAY = date(2015, 6, 30)


def bundled() -> dict[str, bytes]:
    return {table.file: (FOLDER / f"{table.file}.csv").read_bytes() for table in TABLES}


@pytest.fixture(scope="module")
def sheets() -> dict[str, Sheet]:
    found, faults = read_folder(bundled())
    assert [fault.explain() for fault in faults] == []
    return found


def true_on(sheet: Sheet, day: date) -> list[dict[str, object]]:
    return [
        dict(row)
        for row in sheet.rows.values()
        if row["valid_from"] <= day and (row["valid_until"] is None or row["valid_until"] > day)  # type: ignore[operator]
    ]


def faults_of(**changed: str | bytes) -> list[tuple[str, int, str, str]]:
    """Return (file, line, column, reason) of all faults when some files read differently."""
    files = bundled() | {name: text.encode() if isinstance(text, str) else text for name, text in changed.items()}
    return [(fault.file, fault.row, fault.column, fault.refusal.code) for fault in read_folder(files)[1]]


def with_cell(file: str, line: int, column: str, cell: str) -> str:
    """Return the bundled file with one cell replaced; its cells hold no quotes."""
    lines = (FOLDER / f"{file}.csv").read_text().splitlines()
    cells = lines[line - 1].split(",")
    cells[lines[0].split(",").index(column)] = cell
    lines[line - 1] = ",".join(cells)
    return "\n".join(lines) + "\n"


# --- what the files say ---


def test_every_place_of_2015_and_of_today_is_there(sheets: dict[str, Sheet]) -> None:
    then = Counter(row["level"] for row in true_on(sheets["divisions"], BULLETIN_DAY))
    now = Counter(row["level"] for row in true_on(sheets["divisions"], date(2024, 1, 1)))
    assert then == {"city": 1, "county": 10, "zone": 1, "town": 150}
    assert now == {"city": 1, "county": 10, "zone": 1, "town": 139}


def test_every_town_of_xunyang_is_followed_by_the_same_town_under_the_new_code(sheets: dict[str, Sheet]) -> None:
    divisions = sheets["divisions"].rows
    old = [row for code, row in divisions.items() if code.startswith("610928")]
    assert len(old) == 1 + 21
    for row in old:
        successor = divisions[str(row["successor"])]
        assert str(row["successor"]) == "610981" + str(row["code"])[6:]
        assert row["valid_until"] == successor["valid_from"]
        assert row["name"] == successor["name"] or row["code"] == "610928"


def test_only_places_without_a_national_code_are_not_statutory(sheets: dict[str, Sheet]) -> None:
    local = [str(row["code"]) for row in sheets["divisions"].rows.values() if not row["statutory"]]
    assert len(local) == 1 + 10
    assert all(code == "610971" or code[6] == "9" for code in local)
    assert all("[K]" in str(sheets["divisions"].rows[code]["source"]) for code in local)


def test_the_city_has_the_38_departments_of_2015_each_with_its_number(sheets: dict[str, Sheet]) -> None:
    city = [row for row in true_on(sheets["organisations"], BULLETIN_DAY) if row["division"] == "610900"]
    numbers = [str(row["number"]) for row in city if row["number"]]
    assert sorted(numbers) == [f"{number:02}" for number in range(1, 39)]


def test_three_departments_become_the_market_regulator(sheets: dict[str, Sheet]) -> None:
    organisations = sheets["organisations"].rows
    merged = [row["department_key"] for row in organisations.values() if row["successor"] == "610924-shichangjianguan"]
    assert sorted(map(str, merged)) == ["gongshang", "shiyaojian", "zhijian"]
    assert organisations["610928-guoshui"]["successor"] == "610928-shuiwu"
    assert organisations["610928-shuiwu"]["successor"] == "610981-shuiwu"


def test_every_organisation_that_ends_for_a_successor_hands_over_without_a_gap(sheets: dict[str, Sheet]) -> None:
    organisations = sheets["organisations"].rows
    for row in organisations.values():
        if row["successor"]:
            successor = organisations[str(row["successor"])]
            assert successor["valid_from"] <= row["valid_until"], row["code"]  # type: ignore[operator]


def test_the_codes_of_organisations_are_synthetic_and_follow_from_their_names(sheets: dict[str, Sheet]) -> None:
    prefixes = {"agency": "11", "institution": "12", "mass-organisation": "13", "enterprise": "91"}
    for code, row in sheets["organisations"].rows.items():
        # A second digest stands in where two names give the same six digits.
        bodies = [f"YC{int(hashlib.sha256(name.encode()).hexdigest(), 16) % 10**6:06}" for name in (code, f"{code}#1")]
        assert str(row["organisation_code"]) in [organisation_code.generate(body=body) for body in bodies], code
        assert str(row["uscc"])[:2] == prefixes[str(row["kind"])], code
        assert uscc.parse(str(row["uscc"])).organisation == row["organisation_code"]


def test_the_halls_are_as_full_as_reported(sheets: dict[str, Sheet]) -> None:
    windows = {str(row["code"]): row for row in true_on(sheets["windows"], BULLETIN_DAY)}
    per_centre = Counter(str(row["centre"]) for row in windows.values())
    assert per_centre["610900-centre"] == 62
    assert "610926-centre" not in per_centre
    departments = {
        centre: {
            row["organisation"] for row in windows.values() if row["centre"] == centre and row["kind"] == "special"
        }
        for centre in per_centre
    }
    assert len(departments["610929-centre"]) == 9
    assert min(departments, key=lambda centre: len(departments[centre]) or 99) == "610929-centre"
    in_hall: dict[str, set[str]] = {}
    for post in true_on(sheets["posts"], BULLETIN_DAY):
        if post["role"] in {"window", "chief-representative", "agent"}:
            in_hall.setdefault(str(post["organisation"])[:6], set()).add(str(post["staff"]))
    town_staff = {str(row["number"]) for row in sheets["staff"].rows.values() if str(row["organisation"])[6] != "-"}
    assert len(in_hall["610900"]) == 120
    assert len(in_hall["610924"] - town_staff) == 113


def test_windows_and_posts_do_not_outlive_their_organisation(sheets: dict[str, Sheet]) -> None:
    organisations = sheets["organisations"].rows
    for file in ("windows", "staff", "posts"):
        for code, row in sheets[file].rows.items():
            body = organisations[str(row["organisation"])]
            assert row["valid_from"] >= body["valid_from"], code  # type: ignore[operator]
            assert (row["valid_until"] or date.max) <= (body["valid_until"] or date.max), code  # type: ignore[operator]


# --- what is said about wrong files ---


@pytest.mark.parametrize(
    ("file", "line", "column", "cell", "reason"),
    [
        ("divisions", 3, "code", "61090", "WrongLength"),
        ("divisions", 3, "level", "village", "NotAChoice"),
        ("divisions", 3, "parent", "", "LevelMisplaced"),
        ("divisions", 3, "parent", "610999", "ReferenceUnknown"),
        ("divisions", 3, "statutory", "ja", "NotAChoice"),
        ("divisions", 3, "name", "", "CellEmpty"),
        ("divisions", 3, "valid_from", "2015-02-30", "NotADate"),
        ("divisions", 3, "valid_until", "2001-01-01", "PeriodEmpty"),
        ("organisations", 2, "uscc", "11610900YC9373437X", "WrongCheckCharacter"),
        ("organisations", 2, "code", "610900-gongshan", "PartsDisagree"),
        ("centres", 2, "floor_area", "-3", "NotANumber"),
        ("centres", 2, "floor_area", "NaN", "NotANumber"),
        ("centre_states", 3, "valid_from", "2014-11-02", "PeriodsOverlap"),
        ("windows", 2, "name", "窗" * 65, "CellTooLong"),
        ("posts", 2, "window", "", "CellEmpty"),
        ("posts", 2, "staff", "6109009999", "ReferenceUnknown"),
    ],
)
def test_a_wrong_cell_is_named_by_file_line_column_and_reason(
    file: str, line: int, column: str, cell: str, reason: str
) -> None:
    faults = faults_of(**{file: with_cell(file, line, column, cell)})
    assert (f"{file}.csv", line, column, reason) in faults


def test_a_system_that_does_not_exist_cannot_be_compatible() -> None:
    assert faults_of(centre_systems=with_cell("centre_systems", 2, "supervision", "no")) == [
        ("centre_systems.csv", 2, "compatible", "PartsDisagree")
    ]


def test_a_wrong_code_causes_one_fault_and_those_of_the_rows_that_need_it() -> None:
    faults = faults_of(staff=with_cell("staff", 2, "organisation", "610900-unknown"))
    assert faults == [("staff.csv", 2, "organisation", "ReferenceUnknown")]


def test_a_repeated_key_names_the_line_of_the_first() -> None:
    text = (FOLDER / "staff.csv").read_text()
    again = text + text.splitlines()[1] + "\n"
    faults = read_folder(bundled() | {"staff": again.encode()})[1]
    assert [(fault.row, fault.column) for fault in faults] == [(len(again.splitlines()), "number")]
    assert "第2行" in faults[0].explain()


def test_all_faults_of_all_files_are_found_in_one_pass() -> None:
    faults = faults_of(divisions=with_cell("divisions", 3, "level", "x"), windows=with_cell("windows", 2, "kind", "y"))
    assert {fault[0] for fault in faults} == {"divisions.csv", "windows.csv"}


def test_a_missing_file_and_missing_unknown_and_ragged_columns_are_faults() -> None:
    files = bundled()
    del files["posts"]
    files["staff"] = b"number,name,organisation,valid_from,until\n"
    files["centre_systems"] += b"a,b\n"
    found = {(fault.file, fault.row, fault.column, fault.refusal.code) for fault in read_folder(files)[1]}
    assert ("posts.csv", 0, "", "FileMissing") in found
    assert ("staff.csv", 1, "valid_until", "ColumnMissing") in found
    assert ("staff.csv", 1, "until", "ColumnUnknown") in found
    assert ("centre_systems.csv", 13, "", "RowRagged") in found


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8-sig"])
def test_files_saved_by_office_software_read_the_same(encoding: str, sheets: dict[str, Sheet]) -> None:
    files = {name: content.decode().encode(encoding) for name, content in bundled().items()}
    found, faults = read_folder(files)
    assert faults == []
    assert {name: sheet.rows for name, sheet in found.items()} == {name: sheet.rows for name, sheet in sheets.items()}


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b'number,name\n"half', b""])
def test_bytes_that_are_no_table_are_a_fault_and_no_crash(content: bytes) -> None:
    assert any(fault[0] == "staff.csv" for fault in faults_of(staff=content))
