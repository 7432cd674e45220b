"""Centres amended beside their data files: loads that meet amendments, figures by day, the way back into files."""

import csv
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from tests.factories.at_once import asked, at_once, on_disk
from tests.factories.places import is_kept
from yichuang.halls.queries import list_days
from yichuang.halls.values import CentreNotKnown
from yichuang.kernel.actor import SYSTEM, Actor
from yichuang.kernel.refusal import Refusal
from yichuang.regions.commands import (
    BUNDLED,
    amend_centre,
    export_regions,
    load_regions,
    register_centre,
    withdraw_amendment,
)
from yichuang.regions.models import Amendment, CentreState, Load, Post, Window
from yichuang.regions.queries import (
    count_centres,
    get_centre,
    get_data_version,
    list_amendments,
    list_centres,
    list_contradictions,
    list_posts,
    list_upcoming,
    list_windows,
)
from yichuang.regions.values import (
    Act,
    CentreChanged,
    CentreStateKind,
    ChangeState,
    ChangeSystem,
    CloseWindow,
    LoadReport,
    OpenWindow,
    RegisterCentre,
    RenameWindow,
    WindowKind,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("places")]

CENTRE, HALL, TOWN = "610924-centre", "610924100-hall", "610924100"
AT = datetime(2026, 11, 26, 2, 0, tzinfo=UTC)
TODAY, LATER = date(2026, 11, 26), date(2026, 12, 1)
MANAGER = Actor(id="manager-01", name="测试管理员", division="610924")
Change = Callable[[list[dict[str, str]]], list[dict[str, str]] | None]


def amend(act: Act, *, on: date = LATER, centre: str = CENTRE, at: datetime = AT, version: int | None = None) -> int:
    return amend_centre(
        centre=centre, act=act, in_force_on=on, reason="测试理由", by=MANAGER, at=at, expected_version=version
    )


def load(folder: Path) -> LoadReport:
    return load_regions(folder=folder, by=SYSTEM, at=AT)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Write the data files of the city, two counties and two towns, with those who work there."""
    small = tmp_path / "ankang"
    small.mkdir()
    for source in sorted(BUNDLED.glob("*.csv")):
        with source.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
        kept = [row for row in rows if is_kept(row["organisation"] if "staff" in row else row.get("code", ""))]
        if source.stem == "staff":
            kept = [row for row in rows if is_kept(row["organisation"])]
        for row in kept:
            if "successor" in row and not is_kept(row["successor"]):
                row["successor"] = ""
        with (small / source.name).open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(kept)
    return small


@pytest.fixture
def places(folder: Path, db: None) -> None:
    load(folder)


def change(folder: Path, file: str, how: Change) -> None:
    path = folder / f"{file}.csv"
    with path.open(newline="") as source:
        rows = list(csv.DictReader(source))
    head = list(rows[0])
    rows = how(rows) or rows
    with path.open("w", newline="") as target:
        writer = csv.DictWriter(target, head)
        writer.writeheader()
        writer.writerows(rows)


CLOSED = ChangeState(CentreStateKind.CLOSED, with_windows=True)
OPENED = OpenWindow(number="99", name="测试窗口", kind=WindowKind.SPECIAL, organisation="610924-gongan", area="民生")


def test_a_hall_that_closes_on_a_day_is_counted_until_then_by_every_question() -> None:
    before = count_centres(TODAY)["town"]
    amend(CLOSED, centre=HALL)
    assert [count_centres(on)["town"] for on in (TODAY, LATER)] == [before, before - 1]
    (row,) = list_centres(on=LATER, division=TOWN)
    assert (row.state, row.state_since) == (CentreStateKind.CLOSED, LATER)
    assert row.state_source.startswith("修订") and "测试管理员" in row.state_source
    assert list_windows(on=TODAY, centre=HALL)
    assert list_windows(on=LATER, centre=HALL) == ()
    assert list_posts(on=LATER, centre=HALL) == ()


def test_nobody_can_book_a_day_on_which_the_hall_will_have_closed() -> None:
    open_days = [day.on for day in list_days(centre=HALL, at=AT)]
    assert open_days[-1] > LATER
    amend(CLOSED, centre=HALL)
    assert [day.on for day in list_days(centre=HALL, at=AT)] == [on for on in open_days if on < LATER]
    with pytest.raises(CentreNotKnown):
        list_days(centre=HALL, at=AT + timedelta(days=10))


def test_an_amendment_outlives_the_next_load_which_leaves_no_record(folder: Path) -> None:
    amend(OPENED)
    amend(CLOSED, centre=HALL)
    loads = Load.objects.count()
    report = load(folder)
    assert not report.is_changed
    assert (report.contradictions, report.unfolded, Load.objects.count()) == ((), 2, loads)
    assert [row.name for row in list_windows(on=LATER, centre=CENTRE) if row.number == "99"] == ["测试窗口"]
    assert list_windows(on=LATER, centre=HALL) == ()


def test_a_later_row_of_the_files_wins_from_its_day_and_the_load_says_so(folder: Path) -> None:
    number = amend(CLOSED, centre=HALL)

    def reopen(rows: list[dict[str, str]]) -> None:
        row = next(row for row in rows if row["centre"] == HALL)
        row["valid_until"] = "2027-03-01"
        rows.append({**row, "code": f"{HALL}-s8", "valid_from": "2027-03-01", "valid_until": ""})

    change(folder, "centre_states", reopen)
    report = load(folder)
    assert {(one.code, one.amendment, one.reason.value) for one in report.contradictions} == {
        (f"{HALL}-s1", number, "amendment-later"),
        (f"{HALL}-s8", number, "file-later"),
    }
    assert list_contradictions(centre=HALL) == report.contradictions
    found = CentreState.objects.filter(centre=HALL).order_by("valid_from").values_list("state", "valid_from")
    assert [state for state, _ in found] == ["running", "closed", "running"]
    out = StringIO()
    call_command("load_regions", str(folder), stdout=out)
    assert f"{HALL}-s8：数据文件的这一行生效更晚" in out.getvalue()


def test_a_row_that_leaves_its_file_is_closed_and_its_amendment_stays(folder: Path) -> None:
    window = next(row for row in list_windows(on=TODAY, centre=CENTRE))
    amend(RenameWindow(window.code, "改了名的窗口"))
    change(folder, "windows", lambda rows: [row for row in rows if row["code"] != window.code])
    change(folder, "posts", lambda rows: [row for row in rows if row["window"] != window.code])
    report = load(folder)
    assert {one.reason.value for one in report.contradictions} == {"ended-before"}
    assert Window.objects.get(code=window.code).valid_until == TODAY
    assert not Window.objects.filter(name="改了名的窗口").exists()
    assert Amendment.objects.count() == 1


def test_what_holds_goes_back_into_data_files_that_say_it_all(folder: Path, tmp_path: Path) -> None:
    window = list_windows(on=TODAY, centre=HALL)[0]
    people = Post.objects.filter(window=window.code, valid_until__isnull=True).count()
    amend(OPENED)
    amend(RenameWindow(window.code, "便民综合窗口"), centre=HALL)
    amend(ChangeSystem(supervision=True, compatible=True), on=date(2026, 6, 1))
    amend(ChangeState(CentreStateKind.TRIAL), on=date(2026, 10, 1))
    written = tmp_path / "written"
    amended = {one.file: one.amended for one in export_regions(folder=written)}
    assert amended["windows"] == 3 and amended["centre_states"] == 2
    assert amended["posts"] == 2 * people
    for name in ("divisions", "organisations", "staff"):
        assert (written / f"{name}.csv").read_bytes() == (folder / f"{name}.csv").read_bytes()
    held = {model: list(model.objects.order_by("code").values()) for model in (Window, CentreState, Post)}
    report = load(written)
    assert (report.contradictions, report.unfolded) == ((), 0)
    for model, rows in held.items():
        aside = {"filed", "amendment_id", "source"}
        now = model.objects.order_by("code").values()
        assert [{name: cell for name, cell in row.items() if name not in aside} for row in now] == [
            {name: cell for name, cell in row.items() if name not in aside} for row in rows
        ]
        assert not model.objects.filter(amendment__isnull=False).exists()
    out = StringIO()
    call_command("regions", "export", str(tmp_path / "again"), stdout=out)
    assert "windows.csv：" in out.getvalue()
    with pytest.raises(CommandError):
        call_command("regions", "export", str(BUNDLED))


def test_each_fact_says_where_it_comes_from_and_what_the_file_says_beside_it() -> None:
    amend(CLOSED, centre=HALL)
    record = get_centre(code=HALL, on=TODAY)
    running, closed = record.states
    (line,) = record.amendments
    assert (running.amendment, closed.amendment) == (line.id, line.id)
    assert running.filed is not None and running.filed["valid_until"] == ""
    assert closed.filed is None
    assert (line.by_name, line.reason, line.in_force_on, line.recorded_at) == ("测试管理员", "测试理由", LATER, AT)
    assert [one.id for one in list_upcoming(on=TODAY)[HALL]] == [line.id]
    assert list_upcoming(on=LATER) == {}


def test_who_was_overtaken_is_told_and_another_centre_overtakes_nobody(folder: Path) -> None:
    version = get_centre(code=CENTRE, on=TODAY).version
    amend(CLOSED, centre=HALL)
    amend(OPENED, version=version)
    with pytest.raises(CentreChanged):
        amend(ChangeState(CentreStateKind.TRIAL), version=version)
    version = get_centre(code=CENTRE, on=TODAY).version

    def rename(rows: list[dict[str, str]]) -> None:
        rows[0]["name"] = "改了名的窗口"

    change(folder, "windows", rename)
    load(folder)
    with pytest.raises(CentreChanged):
        amend(ChangeState(CentreStateKind.TRIAL), version=version)


def test_a_refused_amendment_leaves_nothing_and_a_kept_one_renews_what_is_kept_in_memory() -> None:
    before, loads = get_data_version(), Load.objects.count()
    with pytest.raises(Refusal, match="没有窗口98"):
        amend(CloseWindow("610924-centre-w98"))
    with pytest.raises(Refusal, match="没有代码为610924-none的部门"):
        amend(OpenWindow("98", "甲", WindowKind.SPECIAL, "610924-none"))
    assert (get_data_version(), Load.objects.count(), Amendment.objects.count()) == (before, loads, 0)
    amend(OPENED)
    assert get_data_version() != before


def test_a_new_hall_is_registered_where_none_is_and_withdrawn_without_a_row_left(folder: Path) -> None:
    act = RegisterCentre(TOWN, "新便民服务中心", f"{TOWN}-zhen", CentreStateKind.BUILDING)
    with pytest.raises(Refusal, match="已经有中心"):
        register_centre(act=act, in_force_on=LATER, reason="测试", by=MANAGER, at=AT)
    for file in ("centres", "centre_states", "windows", "posts"):
        change(folder, file, lambda rows: [row for row in rows if not any(HALL in cell for cell in row.values())])
    load(folder)
    code = register_centre(act=act, in_force_on=LATER, reason="测试", by=MANAGER, at=AT)
    assert [(row.code, row.state) for row in list_centres(on=LATER, division=TOWN)] == [
        (code, CentreStateKind.BUILDING)
    ]
    assert not load(folder).is_changed
    (line,) = list_amendments(centre=code)
    withdraw_amendment(centre=code, amendment=line.id, reason="不再建设", by=MANAGER, at=AT)
    assert list_centres(on=LATER, division=TOWN) == ()
    assert not CentreState.objects.filter(centre=code).exists()


def test_withdrawing_leaves_the_record_and_takes_back_what_was_to_come(folder: Path) -> None:
    number = amend(OPENED)
    withdraw_amendment(centre=CENTRE, amendment=number, reason="不再开设", by=MANAGER, at=AT)
    assert not Window.objects.filter(name="测试窗口").exists()
    newest, first = list_amendments(centre=CENTRE)
    assert (first.withdrawn_by, newest.withdraws) == (newest.id, first.id)
    assert load(folder).unfolded == 0


def test_the_database_keeps_no_amendment_without_a_reason() -> None:
    number = amend(OPENED)
    with pytest.raises(IntegrityError), transaction.atomic():
        Amendment.objects.filter(pk=number).update(reason="")


@pytest.mark.django_db(transaction=True)
def test_at_the_same_instant_one_is_told_of_the_other_and_a_load_overwrites_nobody(
    folder: Path, tmp_path: Path
) -> None:
    change(folder, "windows", lambda rows: [row | {"name": "新名称"} if row["centre"] == HALL else row for row in rows])
    version = get_centre(code=CENTRE, on=TODAY).version
    words = [CentreStateKind.TRIAL, CentreStateKind.PLANNED, CentreStateKind.BUILDING]
    with on_disk(tmp_path):
        same = at_once([lambda word=word: amend(ChangeState(word), version=version) for word in words])
        assert sorted(type(one).__name__ for one in same) == ["CentreChanged", "CentreChanged", "int"], same
        apart = at_once([lambda: amend(CLOSED, centre=HALL), lambda: amend(OPENED), lambda: load(folder)])
        assert not [one for one in apart if isinstance(one, Exception)], apart
        (hall,) = asked(lambda: list_windows(on=TODAY, centre=HALL))
        assert (hall.name, hall.valid_until) == ("新名称", LATER)
        assert "测试窗口" in [row.name for row in asked(lambda: list_windows(on=LATER, centre=CENTRE))]
        chain = asked(lambda: list(Load.objects.order_by("id").values_list("previous", "version")))
        assert [previous for previous, _ in chain[1:]] == [version for _, version in chain[:-1]]
