"""The list of tasks as a table: each with its own address, form, template, permission, and the power of its act."""

from pathlib import Path

import pytest

from yichuang import workbench
from yichuang.accounts.matrix import find_action
from yichuang.accounts.values import Area, Power, Scope
from yichuang.cases.values import ACT_LABELS, POWERS, acts
from yichuang.workbench.reach import area_name, arguments, choose, county_of, covers
from yichuang.workbench.tasks.registry import BY_SLUG, INVITES, TASKS
from yichuang.workbench.tasks.task import Task

TEMPLATES = Path(workbench.__file__).parent / "templates"
# Done by the clock, by the applicant himself, or by the receipt of an application.
NOT_AN_OFFICERS = {acts.Receive}


def test_one_task_is_one_slug() -> None:
    assert len(BY_SLUG) == len(TASKS)
    assert set(BY_SLUG) >= INVITES


@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.slug)
def test_one_task_is_one_form_and_one_template(task: Task) -> None:
    assert (TEMPLATES / task.template).is_file()
    assert sum(other.form is task.form for other in TASKS) == 1
    assert find_action(task.permission) is not None
    assert task.act in ACT_LABELS


def test_no_template_of_a_task_is_left_over() -> None:
    written = {path.stem for path in (TEMPLATES / "workbench" / "tasks").glob("*.html")}
    assert written == set(BY_SLUG)


def test_every_act_of_an_officer_has_its_task() -> None:
    assert set(ACT_LABELS) - {task.act for task in TASKS} == NOT_AN_OFFICERS


@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.slug)
def test_the_power_of_a_task_is_that_of_its_act(task: Task) -> None:
    if task.slug == "finish":
        assert task.power is Power.DECIDE
    else:
        assert (task.power.value if task.power else None) == POWERS.get(task.act)


@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.slug)
def test_what_decides_asks_who_decides(task: Task) -> None:
    if task.act in (acts.Grant, acts.Refuse, acts.Extend, acts.StartSpecialProcedure, acts.Void):
        assert task.confirms


# -- reach -----------------------------------------------------------------------------------------------


def scope(*areas: Area) -> Scope:
    return Scope(action="cases.view", areas=areas)


def test_an_area_is_asked_for_by_the_narrowest_thing_that_it_names() -> None:
    assert arguments(None) == {"counties": ("-",)}
    assert arguments(Area("610924", "610924-guotu")) == {"organisations": ("610924-guotu",)}
    assert arguments(Area("610924", "", "610924-centre")) == {"centres": ("610924-centre",)}
    assert arguments(Area("610924101")) == {"towns": ("610924101",)}
    assert arguments(Area()) == {}


def test_a_town_that_receives_for_the_county_sees_what_it_received() -> None:
    area = Area("610924101", "610924-guotu")
    assert arguments(area) == {"organisations": ("610924-guotu",), "towns": ("610924101",)}


def test_areas_are_listed_one_at_a_time_the_widest_first() -> None:
    narrow, wide = Area("610924", "610924-guotu"), Area("610922")
    chosen = choose(scope(narrow, wide, narrow), "")
    assert chosen.areas == (wide, narrow)
    assert choose(scope(narrow, wide), "1").area == narrow
    for nonsense in ("9", "-1", "x", "²"):
        assert choose(scope(narrow, wide), nonsense).area == wide
    assert choose(scope(), "").area is None


def test_one_case_is_covered_by_its_town_or_its_county() -> None:
    town = scope(Area("610924101"))
    assert covers(town, county="610924", town="610924101")
    assert not covers(town, county="610924")
    assert covers(scope(Area("610924")), county="610924", town="610924101", organisation="610924-guotu")


def test_a_county_is_known_unless_the_area_is_wider() -> None:
    assert county_of(Area("610924101")) == "610924"
    assert county_of(Area()) == "" and county_of(None) == ""


class Told:
    """Names that only say what they were asked."""

    city = "610900"

    def organisation(self, code: str) -> str:
        return f"organisation {code}"

    def division(self, code: str) -> str:
        return f"division {code}"


def test_an_area_has_a_name() -> None:
    names = Told()
    assert area_name(Area("610924", "610924-guotu"), names) == "organisation 610924-guotu"  # type: ignore[arg-type]
    assert area_name(Area("610924"), names) == "division 610924"  # type: ignore[arg-type]
    assert area_name(Area(), names) == "division 610900"  # type: ignore[arg-type]
