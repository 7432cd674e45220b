"""The lists that a demonstration invents: errors as people make them, repeatable, with what was planted told apart."""

from datetime import date
from random import Random

import pytest
import yaml

from yichuang.scenario.domain import misspelling as m
from yichuang.scenario.domain.people import Crowd
from yichuang.scenario.domain.registers import CONFLICT, INSIDE, OUTSIDE, SHADOW, List, Matter, Registrar, Words
from yichuang.scenario.registers import load_registers
from yichuang.scenario.setting import load_story
from yichuang.scenario.values import StoryFaulty
from yichuang.supervision.domain.linkage.normalise import sound_key

START, UNTIL = date(2015, 1, 1), date(2015, 7, 1)
ORGANISATION, ITEM, EMPTY = "610924-shiyaojian", "15002", "15009"


def registrar(seed: int = 7) -> Registrar:
    story = load_story(name="ankang-2015h1")
    names = {(ORGANISATION, item): f"食品经营许可{item}" for item in (ITEM, EMPTY)}
    return Registrar(
        load_registers("ankang-registers"),
        Words(
            organisations={ORGANISATION: "紫阳县食品药品监督管理局"},
            counties={"610924": "紫阳"},
            towns={},
            items=names,
            results=names,
        ),
        Crowd(story.people, ["610924"]),
        offers=[(ORGANISATION, ITEM, True), (ORGANISATION, EMPTY, True)],
        brought=[(ORGANISATION, ITEM)],
        seed=seed,
        start_on=START,
        until=UNTIL,
    )


def matters(count: int = 2_000) -> list[Matter]:
    return [
        Matter(
            place, ORGANISATION, ITEM, "610924", "", "张晓明", f"61092419850307{place:04d}", True,
            date(2015, 3, 9), date(2015, 3, 16), f"610924{ITEM}2015{place:06d}",
        )
        for place in range(count)
    ]  # fmt: skip


def lists(seed: int = 7) -> list[List]:
    return registrar(seed).make(matters())


def test_two_in_a_hundred_are_outside_and_one_is_double_track() -> None:
    (one,) = lists()
    truths = [line.truth for line in one.lines]
    assert truths.count(OUTSIDE) == 40
    assert truths.count(SHADOW) + truths.count(CONFLICT) == 20
    assert 1_950 < truths.count(INSIDE) + truths.count(CONFLICT) < 2_000


def test_what_is_outside_is_of_an_item_that_never_came_to_the_centre_and_has_no_case() -> None:
    (one,) = lists()
    column = list(one.shape.columns.values()).index("result")
    outside = [line for line in one.lines if line.truth == OUTSIDE]
    assert all(EMPTY in str(line.cells[column]) for line in outside)
    assert all(line.place == -1 for line in one.lines if line.truth in {OUTSIDE, SHADOW})
    assert all(line.place >= 0 for line in one.lines if line.truth in {INSIDE, CONFLICT})


def test_a_contradiction_is_a_week_or_more_before_the_receipt() -> None:
    (one,) = lists()
    column = list(one.shape.columns.values()).index("day")
    days = [line.cells[column] for line in one.lines if line.truth == CONFLICT]
    assert all(isinstance(day, date) and (date(2015, 3, 9) - day).days >= 4 for day in days)


def test_the_same_seed_makes_the_same_lists_and_another_does_not() -> None:
    assert lists() == lists()
    assert lists() != lists(seed=8)


def test_a_row_does_not_depend_on_what_else_is_in_the_list() -> None:
    (whole,), (half,) = registrar().make(matters()), registrar().make(matters(1_000))
    by_place = {line.place: line.cells[1:] for line in whole.lines if line.truth == INSIDE}
    same = [line for line in half.lines if line.truth == INSIDE and line.place in by_place]
    assert len(same) > 900
    assert all(by_place[line.place] == line.cells[1:] for line in same)


def test_a_homophone_sounds_the_same_and_is_another_character() -> None:
    typed = m.Misspeller([], {"sound": 1}).name("王晓明", Random(1))
    assert typed != "王晓明"
    assert sound_key(typed) == sound_key("王晓明")


@pytest.mark.parametrize(
    ("kind", "length"), [("sound", 4), ("shape", 4), ("dropped", 3), ("swapped", 4), ("doubled", 5)]
)
def test_each_error_changes_one_place(kind: str, length: int) -> None:
    typed = m.Misspeller(["未末", "土士"], {kind: 1}).name("未来土木", Random(3))
    assert typed != "未来土木"
    assert len(typed) == length


def test_firms_are_called_by_short_names_and_numbers_are_hidden() -> None:
    short = {m.shortened("紫阳鑫源商贸有限公司", "紫阳", Random(seed)) for seed in range(30)}
    assert short == {"鑫源商贸有限公司", "紫阳鑫源商贸", "鑫源商贸公司", "鑫源商贸"}
    assert m.other_form("鑫源商贸有限公司") == "鑫源商贸有限责任公司"
    assert m.masked("610924198503070012") == "6109**********0012"


def test_a_slip_keeps_the_day_and_only_where_there_is_one() -> None:
    assert m.slipped(date(2015, 1, 15)) == date(2014, 12, 15)
    assert m.slipped(date(2015, 3, 31)) == date(2015, 3, 31)


def test_a_data_file_with_an_unknown_key_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    real = yaml.load
    monkeypatch.setattr(yaml, "load", lambda text, Loader: real(text, Loader=Loader) | {"speed": 1})
    with pytest.raises(StoryFaulty):
        load_registers("ankang-registers")
