"""Files of calendar law: a notice added without a release, and faults refused where they stand."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from yichuang.calendar.queries import forget_calendars, get_calendar, list_years
from yichuang.calendar.values import FaultyLaw

NOTICE_2027 = """
years:
  - year: 2027
    published: true
    notices: [{number: 国办发明电〔2026〕0号, mark: K}]
    days_off: [2027-01-01, 2027-10-01]
    days_worked: [2027-10-09]
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    (tmp_path / "calendar" / "centres").mkdir(parents=True)
    monkeypatch.setenv("YICHUANG_LAW_DIR", str(tmp_path))
    forget_calendars()
    yield tmp_path / "calendar"
    forget_calendars()


def _fault(folder: Path, text: str, *, name: str = "2027.yaml") -> dict[str, object]:
    (folder / name).write_text(text, encoding="utf-8")
    with pytest.raises(FaultyLaw) as refusal:
        get_calendar(centre="610900")
    assert refusal.value.details["file"] == str(folder / name)
    return refusal.value.details


def test_next_years_notice_in_the_citys_folder_ends_the_provisional_year(folder: Path) -> None:
    before = get_calendar()
    (folder / "2027.yaml").write_text(NOTICE_2027, encoding="utf-8")
    forget_calendars()
    after = get_calendar()

    assert before.is_provisional(date(2027, 10, 1))
    assert not after.is_provisional(date(2027, 10, 1))
    assert before.is_working_day(date(2027, 10, 1))
    assert not after.is_working_day(date(2027, 10, 1))
    assert after.is_working_day(date(2027, 10, 9))
    assert before.version != after.version
    assert list_years()[-1].year == 2027


def test_a_year_that_is_announced_but_not_published_stays_provisional(folder: Path) -> None:
    (folder / "2027.yaml").write_text("years: [{year: 2027, published: false}]", encoding="utf-8")

    assert get_calendar().is_provisional(date(2027, 10, 1))


@pytest.mark.parametrize(
    ("wrong", "line", "key", "reason"),
    [
        (("2027-10-01", "2026-10-01"), 6, "years.0.days_off.1", "日期不在这一年"),
        (("2027-10-01", "2027-10-02"), 6, "years.0.days_off.1", "放假日应是星期一至五，周末无须列出"),
        (("2027-10-09", "2027-10-08"), 7, "years.0.days_worked.0", "调休上班日应是星期六或星期日"),
        (("2027-10-01", "2027-01-01"), 6, "years.0.days_off.1", "同一天写了两次"),
        (("2027-10-01", "2027-02-30"), 6, "-", "day is out of range for month"),
        (("2027-10-01", "十月一日"), 6, "years.0.days_off.1", "Expected `date`, got `str`"),
        (("published: true", "published: ja"), 4, "years.0.published", "Expected `bool`, got `str`"),
        (("days_worked", "days_of"), 3, "years.0", "Object contains unknown field `days_of`"),
        (("days_worked", "days_off"), 7, "days_off", "同一键写了两次"),
        (("year: 2027", "year: 2060"), 3, "years.0.year", "年份不在 2004 至 2049 之间"),
        (
            ("    notices: [{number: 国办发明电〔2026〕0号, mark: K}]\n", ""),
            4,
            "years.0.published",
            "已公布的年份必须写明通知",
        ),
        (("mark: K}", "mark: K"), 5, "-", "did not find expected ',' or '}'"),
    ],
)
def test_a_fault_in_a_notice_names_file_line_key_and_reason(
    folder: Path, wrong: tuple[str, str], line: int, key: str, reason: str
) -> None:
    details = _fault(folder, NOTICE_2027.replace(*wrong))

    assert (details["line"], details["key"], details["reason"]) == (line, key, reason)


def test_a_year_written_twice_in_one_file_is_refused(folder: Path) -> None:
    details = _fault(folder, NOTICE_2027 + "  - {year: 2027, published: false}\n")

    assert (details["line"], details["key"]) == (8, "years.1.year")


def test_a_file_in_gb18030_is_refused_with_the_line_of_the_first_wrong_byte(folder: Path) -> None:
    (folder / "2027.yaml").write_bytes(NOTICE_2027.encode("gb18030"))

    with pytest.raises(FaultyLaw) as refusal:
        get_calendar()
    assert (refusal.value.details["line"], refusal.value.details["reason"]) == (5, "不是 UTF-8 编码")


@pytest.mark.parametrize(
    ("text", "line", "key", "reason"),
    [
        ('centre: "1"\nopening_hours: [{from: 2015-01-01, hours: ["9-12"]}]', 2, "hours", "办公时间应写作 09:00-12:00"),
        (
            'centre: "1"\nopening_hours: [{from: 2015-01-01, hours: ["13:00-17:00", "09:00-12:00"]}]',
            2,
            "hours",
            "办公时间须先开后关、先后排列、互不重叠",
        ),
        ('centre: "1"\nopening_hours: [{from: 2015-01-01}]', 2, "hours", "没有写办公时间"),
        (
            'centre: "1"\nopening_hours: [{from: 2015-01-01, until: 2014-01-01, hours: ["09:00-12:00"]}]',
            2,
            "until",
            "终止日应晚于起始日",
        ),
        (
            'centre: "1"\nopening_hours: [{from: 2015-01-01, season: ["5-1", "9-30"], hours: ["09:00-12:00"]}]',
            2,
            "season",
            "季节应写作 [05-01, 09-30]",
        ),
        ('centre: "1"\nalso_open:\n  - {weekdays: [8]}', 3, "weekdays", "星期应为 1（星期一）至 7（星期日）"),
        ('centre: "1"\nalso_open:\n  - {hours: ["09:00-12:00"]}', 3, "0", "没有写哪几天开放"),
        (
            'centre: "1"\nclosed: [2015-03-07]\nalso_open:\n  - {days: [2015-03-07]}',
            4,
            "0",
            "同一天既开放又关闭",
        ),
    ],
)
def test_a_fault_in_a_centres_file_names_its_line_and_key(
    folder: Path, text: str, line: int, key: str, reason: str
) -> None:
    details = _fault(folder, text, name="centres/one.yaml")

    assert (details["line"], str(details["key"]).rpartition(".")[2], details["reason"]) == (line, key, reason)


def test_two_files_for_one_centre_are_refused(folder: Path) -> None:
    (folder / "centres/a.yaml").write_text('centre: "610900"', encoding="utf-8")

    assert _fault(folder, 'centre: "610900"', name="centres/b.yaml")["key"] == "centre"
