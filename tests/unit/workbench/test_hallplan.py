"""The plan of a hall: by area, what is late first; cases of a body that has ended stand at its successor's window."""

from datetime import date

from yichuang.cases.values import StateCount, Status
from yichuang.regions.values import PostRank, PostRole, PostRow, WindowKind, WindowRow
from yichuang.workbench.hallplan import AreaPlan, areas_of


def window(number: str, organisation: str, area: str = "") -> WindowRow:
    return WindowRow(
        code=f"c-w{number}",
        centre="c",
        number=number,
        name=f"{organisation}窗口",
        kind=WindowKind.SPECIAL,
        area=area,
        organisation=organisation,
        valid_from=date(2015, 1, 1),
    )


def standing(organisation: str, *, overdue: int = 0, due_soon: int = 0, status: Status = Status.ACCEPTED) -> StateCount:
    return StateCount(status=status, organisation=organisation, count=overdue + due_soon + 1, due_soon=due_soon,
                      overdue=overdue)  # fmt: skip


def plan(*windows: WindowRow, counts: tuple[StateCount, ...] = (), posts: tuple[PostRow, ...] = (),
         successors: dict[str, str] | None = None) -> tuple[AreaPlan, ...]:  # fmt: skip
    return areas_of(windows, posts=posts, counts=counts, successors=successors or {})


def test_what_is_late_comes_first_among_areas_and_among_windows() -> None:
    areas = plan(
        window("01", "police", "民生"),
        window("02", "land", "城建"),
        window("03", "housing", "城建"),
        window("04", "tax", "纳税"),
        counts=(standing("housing", overdue=2), standing("police", overdue=1, due_soon=4), standing("tax", due_soon=1)),
    )
    assert [(one.name, one.overdue, one.due_soon) for one in areas] == [("城建", 2, 0), ("民生", 1, 4), ("纳税", 0, 1)]
    assert [one.number for one in areas[0].windows] == ["03", "02"]


def test_a_department_with_several_windows_counts_once_for_its_area() -> None:
    (area,) = plan(window("01", "tax"), window("02", "tax"), window("03", "land"), counts=(standing("tax", overdue=3),))
    assert area.overdue == 3
    assert [one.overdue for one in area.windows] == [3, 3, 0]


def test_states_of_a_department_add_up() -> None:
    (area,) = plan(
        window("01", "tax"),
        counts=(standing("tax", overdue=1), standing("tax", overdue=2, due_soon=1, status=Status.RECEIVED)),
    )
    assert (area.overdue, area.due_soon) == (3, 1)


def test_cases_of_a_body_that_has_ended_stand_at_the_window_of_its_successor() -> None:
    (area,) = plan(window("01", "resources"), counts=(standing("land", overdue=1),), successors={"land": "resources"})
    assert area.windows[0].overdue == 1


def test_the_people_of_a_window_stand_a_before_b() -> None:
    posts = tuple(
        PostRow(f"p{rank}", f"n{rank}", f"{rank}君", "tax", "c-w01", "c", PostRole.WINDOW, rank, date(2015, 1, 1))
        for rank in (PostRank.B, PostRank.A)
    )
    (area,) = plan(window("01", "tax"), window("02", "land"), posts=posts)
    assert area.windows[0].people == ("A君 A岗", "B君 B岗")
    assert area.windows[1].people == ()


def test_a_hall_without_windows_has_no_areas() -> None:
    assert plan() == ()
