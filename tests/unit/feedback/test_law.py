"""Dated figures and options of feedback: shipped ones hold, faulty ones are refused where they stand."""

from datetime import date
from pathlib import Path

import pytest

from yichuang.calendar.values import FaultyLaw, NoAmountsYet
from yichuang.feedback.domain import refusals as r
from yichuang.feedback.domain.handling import (
    UNITS,
    check_category,
    check_tags,
    load_amounts,
    load_categories,
    load_tags,
)
from yichuang.feedback.domain.ratings import Level

ON = date(2026, 1, 5)


def test_the_shipped_figures_are_all_there_and_say_where_they_come_from() -> None:
    amounts = load_amounts().in_force(ON)
    assert set(amounts.values) == set(UNITS)
    assert all(source.citation for source in amounts.sources.values())
    assert amounts.sources["complaint_acceptance_days"].mark == "V"
    assert {key: amounts[key] for key in ("contact_days", "simple_days", "complex_days")} == {
        "contact_days": 1,
        "simple_days": 5,
        "complex_days": 15,
    }


def test_before_the_first_figure_there_is_none() -> None:
    with pytest.raises(NoAmountsYet):
        load_amounts().in_force(date(2004, 6, 30))
    assert load_tags().in_force(date(2004, 6, 30)) == ()


@pytest.mark.parametrize("level", Level)
def test_every_level_has_options_of_its_own_mood(level: Level) -> None:
    keys = {tag.key for tag in load_tags().in_force(ON) if level in tag.levels}
    assert keys
    assert ("attitude-bad" in keys) is level.is_bad
    assert ("attitude-good" in keys) is not level.is_bad


def test_options_are_kept_once_and_in_the_files_order() -> None:
    known = load_tags().in_force(ON)
    assert check_tags(("slow", "attitude-bad", "slow"), level=Level(5), known=known) == ("attitude-bad", "slow")
    with pytest.raises(r.TagNotKnown) as refusal:
        check_tags(("fast",), level=Level(5), known=known)
    assert refusal.value.details == {"tag": "办得快"}


def test_an_option_that_is_gone_can_still_be_read(tmp_path: Path) -> None:
    (tmp_path / "tags.yaml").write_text(
        "name: t\ntitle: t\nversions:\n"
        "  - {from: 2015-01-01, mark: K, citation: c, tags: [{key: old, title: 旧, levels: [1]}]}\n"
        "  - {from: 2020-01-01, mark: K, citation: c, tags: [{key: new, title: 新, levels: [1]}]}\n"
    )
    tags = load_tags(tmp_path)
    assert [tag.key for tag in tags.in_force(date(2019, 12, 31))] == ["old"]
    assert [tag.key for tag in tags.in_force(date(2020, 1, 1))] == ["new"]
    assert [tags.title_of(key) for key in ("old", "new", "gone")] == ["旧", "新", "gone"]


def test_complaints_have_categories_with_a_usual_way() -> None:
    assert all(category.route for category in load_categories())
    assert check_category("fees") == "fees"
    with pytest.raises(r.CategoryNotKnown):
        check_category("x")


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("tags: [{key: a, title: a, levels: [6]}]", "versions.0.tags.0.levels"),
        ("tags: [{key: a, title: a, levels: []}]", "versions.0.tags.0.levels"),
        ("tags: [{key: a, title: a, levels: [1]}, {key: a, title: b, levels: [1]}]", "versions.0.tags.1.key"),
        ("tags: [{key: a, title: a, levels: [1], colour: red}]", "versions.0.tags.0"),
    ],
)
def test_faulty_options_are_refused_where_they_stand(tmp_path: Path, text: str, key: str) -> None:
    (tmp_path / "tags.yaml").write_text(
        f"name: t\ntitle: t\nversions:\n  - from: 2015-01-01\n    mark: K\n    citation: c\n    {text}\n"
    )
    with pytest.raises(FaultyLaw) as refusal:
        load_tags(tmp_path)
    assert refusal.value.details["key"] == key
