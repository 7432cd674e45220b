"""The story: a data file that must hold together."""

import msgspec
import pytest

from tests.unit.scenario import samples
from yichuang.scenario.domain.story import StoryFaulty, read_story
from yichuang.scenario.setting import source_of
from yichuang.scenario.values import ScenarioUnknown


def raw() -> dict[str, object]:
    """Return the shipped story as plain data."""
    return msgspec.to_builtins(samples.story())  # type: ignore[no-any-return]


def test_the_shipped_story_adds_up_to_the_bulletin() -> None:
    story = samples.story()
    assert (story.accepted.count, story.completed.count) == (326_300, 325_500)
    assert sum(county.cases for county in story.counties) == 326_300


def test_a_story_whose_counties_do_not_add_up_is_refused_with_both_sums() -> None:
    faulty = raw()
    faulty["accepted"] = {"count": 5, "mark": "K", "source": ""}
    with pytest.raises(StoryFaulty, match="326300 != accepted: 5"):
        read_story(faulty, file="faulty.yaml")


def test_a_story_with_an_unknown_field_is_refused_by_its_name() -> None:
    with pytest.raises(StoryFaulty, match="colour"):
        read_story(raw() | {"colour": "red"}, file="faulty.yaml")


def test_an_unknown_scenario_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(ScenarioUnknown, match="ankang-2015h1"):
        source_of(name="atlantis", seed=1, scale=1)
