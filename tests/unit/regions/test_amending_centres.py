"""Amendments of centres without a database: what holds when files and amendments meet, and what is not recorded."""

from datetime import date
from itertools import pairwise
from typing import Any

import pytest

from yichuang.kernel.refusal import Refusal
from yichuang.regions.domain.amendments import Amended, AmendmentKind, Reason
from yichuang.regions.domain.deciding import Facts, decide
from yichuang.regions.domain.merging import AMENDABLE, Merged, Rows, end_of, merge, no_rows, start_of
from yichuang.regions.domain.tables import Row
from yichuang.regions.values import (
    Act,
    CentreStateKind,
    ChangeState,
    ChangeSystem,
    CloseWindow,
    OpenWindow,
    RegisterCentre,
    RenameWindow,
    ReseatWindow,
    WindowKind,
    WithdrawAmendment,
)

CENTRE = "610924-centre"
TODAY = date(2026, 11, 26)
LATER, LAST = date(2026, 12, 1), date(2027, 3, 1)
TABLES = {table.file: table for table in AMENDABLE}


def row(file: str, **cells: str) -> Row:
    """Return one line of a data file."""
    return {column.name: column.value(cells.get(column.name, "")) for column in TABLES[file].columns}


def files(*extra: tuple[str, Row]) -> Rows:
    """Return a centre that runs, with window 01 at which somebody sits, and what a test adds or says otherwise."""
    lines: list[tuple[str, Row]] = [
        (
            "centres",
            row(
                "centres",
                code=CENTRE,
                name="紫阳县政务服务中心",
                division="610924",
                level="county",
                organisation="610924-zhengwu",
                valid_from="2009-03-01",
            ),
        ),
        ("centre_states", state("s1", "running", "2009-03-01")),
        ("windows", window("w01")),
        (
            "posts",
            row(
                "posts",
                code="P1",
                staff="S1",
                organisation="610924-gongan",
                window=f"{CENTRE}-w01",
                role="window",
                rank="A",
                valid_from="2015-01-01",
            ),
        ),
        *extra,
    ]
    rows = no_rows()
    for file, line in lines:
        rows[file][str(line["code"])] = line
    return rows


def state(code: str, word: str, start: str, until: str = "") -> Row:
    return row("centre_states", code=f"{CENTRE}-{code}", centre=CENTRE, state=word, valid_from=start, valid_until=until)


def window(code: str, number: str = "01", start: str = "2015-01-01", until: str = "", name: str = "公安窗口") -> Row:
    return row(
        "windows",
        code=f"{CENTRE}-{code}",
        centre=CENTRE,
        number=number,
        name=name,
        kind="special",
        organisation="610924-gongan",
        valid_from=start,
        valid_until=until,
    )


def record(rows: Rows, *acts: tuple[Act, date]) -> list[Amended]:
    """Return the amendments of acts, decided one after the other."""
    kept: list[Amended] = []
    for number, (act, on) in enumerate(acts, 1):
        decided = decide(Facts(CENTRE, rows, tuple(kept), level="county"), act, on=on, today=TODAY)
        kept.append(Amended(number, CENTRE, decided.kind, on, decided.details))
    return kept


def states(book: Merged) -> list[tuple[Any, Any, Any]]:
    found = [(one["state"], one["valid_from"], one["valid_until"]) for one in book.rows["centre_states"].values()]
    return sorted(found, key=lambda one: one[1])


def reasons(book: Merged) -> list[Reason]:
    return [one.reason for one in book.contradictions]


CLOSE = ChangeState(CentreStateKind.CLOSED, with_windows=True)
OPEN = OpenWindow(number="02", name="社保窗口", kind=WindowKind.SPECIAL, organisation="610924-renshe")


def test_a_state_holds_from_its_day_until_the_next_one() -> None:
    rows = files()
    kept = record(rows, (ChangeState(CentreStateKind.TRIAL), LAST), (ChangeState(CentreStateKind.PLANNED), LATER))
    book = merge(rows, kept)
    assert states(book) == [
        ("running", date(2009, 3, 1), LATER),
        ("planned", LATER, LAST),
        ("trial", LAST, None),
    ]
    assert book.contradictions == []
    assert rows["centre_states"][f"{CENTRE}-s1"]["valid_until"] is None


def test_closing_a_centre_ends_its_windows_and_posts_only_where_the_act_says_so() -> None:
    rows = files()
    with pytest.raises(Refusal, match="1个窗口、1人任职"):
        record(rows, (ChangeState(CentreStateKind.CLOSED), LATER))
    book = merge(rows, record(rows, (CLOSE, LATER)))
    assert book.rows["windows"][f"{CENTRE}-w01"]["valid_until"] == LATER
    assert book.rows["posts"]["P1"]["valid_until"] == LATER


def test_a_row_of_the_file_with_a_later_day_holds_from_then_on_and_is_reported() -> None:
    kept = record(files(), (CLOSE, LATER))
    newer = files(
        ("centre_states", state("s1", "running", "2009-03-01", "2027-03-01")),
        ("centre_states", state("s2", "running", "2027-03-01")),
    )
    book = merge(newer, kept)
    assert states(book)[1:] == [("closed", LATER, LAST), ("running", LAST, None)]
    assert Reason.FILE_LATER in reasons(book)


def test_an_earlier_row_of_the_file_gives_way_and_one_of_the_same_day_is_reported() -> None:
    kept = record(files(), (ChangeState(CentreStateKind.TRIAL), LATER))
    early = files(
        ("centre_states", state("s1", "running", "2009-03-01", "2026-11-01")),
        ("centre_states", state("s9", "building", "2026-11-01")),
    )
    assert states(merge(early, kept))[-2:] == [("building", date(2026, 11, 1), LATER), ("trial", LATER, None)]
    same = files(
        ("centre_states", state("s1", "running", "2009-03-01", "2026-12-01")),
        ("centre_states", state("s9", "building", "2026-12-01")),
    )
    book = merge(same, kept)
    assert states(book)[-1] == ("trial", LATER, None)
    assert reasons(book) == [Reason.SAME_DAY]


def test_a_file_that_says_the_same_takes_the_amendment_in() -> None:
    kept = record(files(), (ChangeState(CentreStateKind.TRIAL), LATER), (OPEN, LATER))
    folded = files(
        ("centre_states", state("s1", "running", "2009-03-01", "2026-12-01")),
        ("centre_states", state("s2", "trial", "2026-12-01")),
        ("windows", merge(files(), kept).rows["windows"][f"{CENTRE}-w02"]),
    )
    book = merge(folded, kept)
    assert (book.rows, book.contradictions, book.folded) == (folded, [], {1, 2})


def test_a_window_is_renamed_by_going_on_under_its_number_and_its_people_go_along() -> None:
    rows = files()
    kept = record(rows, (RenameWindow(f"{CENTRE}-w01", "公安综合窗口"), LATER))
    book = merge(rows, kept)
    old, new = book.rows["windows"][f"{CENTRE}-w01"], book.rows["windows"][f"{CENTRE}-w01-20261201"]
    assert (old["name"], old["valid_until"]) == ("公安窗口", LATER)
    assert (new["name"], new["number"], new["valid_from"], new["valid_until"]) == ("公安综合窗口", "01", LATER, None)
    posts = sorted(book.rows["posts"].values(), key=start_of)
    assert [(post["window"], end_of(post)) for post in posts] == [
        (f"{CENTRE}-w01", LATER),
        (f"{CENTRE}-w01-20261201", date.max),
    ]


def test_another_department_at_a_window_and_its_closing_ask_for_the_people_there() -> None:
    rows = files()
    change = ReseatWindow(f"{CENTRE}-w01", "社保窗口", "610924-renshe")
    for act in (change, CloseWindow(f"{CENTRE}-w01")):
        with pytest.raises(Refusal, match="1人在这个窗口任职"):
            record(rows, (act, LATER))
    agreed = ReseatWindow(f"{CENTRE}-w01", "社保窗口", "610924-renshe", end_posts=True)
    book = merge(rows, record(rows, (agreed, LATER)))
    assert book.rows["windows"][f"{CENTRE}-w01-20261201"]["organisation"] == "610924-renshe"
    assert [end_of(post) for post in book.rows["posts"].values()] == [LATER]


def test_a_closed_window_frees_its_number_and_another_window_may_take_it() -> None:
    rows = files()
    again = OpenWindow(number="01", name="税务窗口", kind=WindowKind.SPECIAL, organisation="610924-shuiwu")
    with pytest.raises(Refusal, match="窗口号01"):
        record(rows, (again, LATER))
    book = merge(rows, record(rows, (CloseWindow(f"{CENTRE}-w01", end_posts=True), LATER), (again, LATER)))
    assert book.rows["windows"][f"{CENTRE}-w01-20261201"]["name"] == "税务窗口"


def test_a_file_that_gives_the_number_to_another_window_is_not_overwritten_silently() -> None:
    kept = record(files(), (OPEN, LATER))
    later = files(("windows", window("w77", "02", "2027-03-01")))
    book = merge(later, kept)
    assert book.rows["windows"][f"{CENTRE}-w02"]["valid_until"] == LAST
    assert reasons(book) == [Reason.FILE_LATER]
    same = merge(files(("windows", window("w77", "02", "2026-12-01"))), kept)
    assert f"{CENTRE}-w02" not in same.rows["windows"]
    assert reasons(same) == [Reason.SAME_NUMBER]
    earlier = merge(files(("windows", window("w77", "02", "2026-06-01"))), kept)
    assert earlier.rows["windows"][f"{CENTRE}-w77"]["valid_until"] == LATER
    assert reasons(earlier) == [Reason.AMENDMENT_LATER]


def test_a_file_that_ended_a_window_before_is_reported_and_holds() -> None:
    kept = record(files(), (CloseWindow(f"{CENTRE}-w01", end_posts=True), LATER))
    rows = files(("windows", window("w01", until="2026-10-01")))
    book = merge(rows, kept)
    assert book.rows["windows"] == rows["windows"]
    assert reasons(book) == [Reason.ENDED_BEFORE]


def test_what_is_not_in_force_yet_may_be_withdrawn_unless_something_builds_upon_it() -> None:
    rows = files()
    kept = record(rows, (OPEN, LATER), (WithdrawAmendment(1), TODAY))
    assert merge(rows, kept).rows == rows
    with pytest.raises(Refusal, match="已经撤回"):
        record(rows, (OPEN, LATER), (WithdrawAmendment(1), TODAY), (WithdrawAmendment(1), TODAY))
    with pytest.raises(Refusal, match="已于2026-11-26生效"):
        record(rows, (OPEN, TODAY), (WithdrawAmendment(1), TODAY))
    with pytest.raises(Refusal, match="与已登记的内容不合"):
        record(rows, (OPEN, LATER), (CloseWindow(f"{CENTRE}-w02"), LAST), (WithdrawAmendment(1), TODAY))


@pytest.mark.parametrize(
    ("act", "words"),
    [
        (ChangeState(CentreStateKind.RUNNING), "已经如此"),
        (ChangeSystem(supervision=False, compatible=True), "没有电子监察系统"),
        (RenameWindow(f"{CENTRE}-w01", "公安窗口"), "已经如此"),
        (RenameWindow(f"{CENTRE}-w01", "公安\n窗口"), "不能这样填写"),
        (RenameWindow(f"{CENTRE}-w01", " "), "不能这样填写"),
        (CloseWindow(f"{CENTRE}-w99"), "没有窗口99"),
        (OpenWindow("012345678", "甲", WindowKind.SPECIAL, "610924-gongan"), "最长8个字"),
        (RegisterCentre("610924", "甲", "610924-zhengwu", CentreStateKind.PLANNED), "已经有中心"),
        (WithdrawAmendment(7), "没有编号为7的修订"),
    ],
)
def test_what_changes_nothing_or_cannot_be_is_refused(act: Act, words: str) -> None:
    with pytest.raises(Refusal, match=words):
        record(files(), (act, LATER))


def test_a_day_before_the_centre_or_a_slip_of_a_century_is_refused() -> None:
    with pytest.raises(Refusal, match="2009-03-01才登记"):
        record(files(), (ChangeState(CentreStateKind.TRIAL), date(2008, 1, 1)))
    with pytest.raises(Refusal, match="离今天太远"):
        record(files(), (ChangeState(CentreStateKind.TRIAL), date(2126, 12, 1)))


def test_a_centre_is_not_closed_before_a_window_that_is_to_open() -> None:
    with pytest.raises(Refusal, match="窗口02将于2027-03-01开设"):
        record(files(), (OPEN, LAST), (CLOSE, LATER))


def test_periods_of_one_centre_never_overlap_whatever_is_amended() -> None:
    rows = files()
    days = [date(2026, 12, 1), date(2026, 11, 1), date(2027, 1, 1), date(2026, 12, 15)]
    words = [CentreStateKind.TRIAL, CentreStateKind.PLANNED, CentreStateKind.RUNNING, CentreStateKind.BUILDING]
    book = merge(rows, record(rows, *((ChangeState(word), on) for word, on in zip(words, days, strict=True))))
    periods = sorted((start_of(one), end_of(one)) for one in book.rows["centre_states"].values())
    assert all(end <= start for (_, end), (start, _) in pairwise(periods))
    assert {AmendmentKind.STATE_CHANGED.label, CLOSE.state.label} == {"变更建设状态", "停用"}
