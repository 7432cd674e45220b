"""The tree of divisions: roll-up from town to county to city."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yichuang.regions.values import DivisionNotKnown, DivisionRow, DivisionTree, Level

DAY = date(2015, 6, 30)


def row(code: str, level: Level, parent: str = "") -> DivisionRow:
    return DivisionRow(
        code=code,
        name=f"名{code}",
        short_name=code,
        level=level,
        parent=parent,
        statutory=True,
        valid_from=date(2001, 1, 1),
    )


ROWS = [
    row("610922100", Level.TOWN, "610922"),
    row("610900", Level.CITY),
    row("610924100", Level.TOWN, "610924"),
    row("610971", Level.ZONE, "610900"),
    row("610922", Level.COUNTY, "610900"),
    row("610924", Level.COUNTY, "610900"),
    row("610922101", Level.TOWN, "610922"),
]


@pytest.fixture
def tree() -> DivisionTree:
    return DivisionTree(ROWS, on=DAY)


def test_a_town_counts_under_its_county_and_others_under_themselves(tree: DivisionTree) -> None:
    counted = {code: tree.county_of(code) for code in ("610922101", "610922", "610971", "610900")}
    assert counted == {"610922101": "610922", "610922": "610922", "610971": "610971", "610900": "610900"}


def test_the_path_leads_from_the_city_down(tree: DivisionTree) -> None:
    assert tree.path("610922100") == ("610900", "610922", "610922100")
    assert tree.path("610900") == ("610900",)


def test_children_and_levels_stand_in_order_of_code(tree: DivisionTree) -> None:
    assert tree.roots == ("610900",)
    assert tree.children("610900") == ("610922", "610924", "610971")
    assert tree.children("610922") == ("610922100", "610922101")
    assert tree.children("610971") == ()
    assert tree.levels[Level.TOWN] == ("610922100", "610922101", "610924100")
    assert tree.level_of("610971") is Level.ZONE


def test_an_unknown_code_is_refused_with_the_day(tree: DivisionTree) -> None:
    for ask in (tree.get, tree.name_of, tree.children, tree.path, tree.county_of, tree.within):
        with pytest.raises(DivisionNotKnown) as refused:
            ask("610981")
        assert "610981" in refused.value.explain()
        assert "2015-06-30" in refused.value.explain()


def test_a_division_whose_parent_has_ended_becomes_a_root() -> None:
    tree = DivisionTree([row("610928100", Level.TOWN, "610928")], on=DAY)
    assert tree.roots == ("610928100",)
    assert tree.county_of("610928100") == "610928100"


@given(st.permutations(ROWS))
def test_the_order_in_which_rows_come_does_not_matter(rows: list[DivisionRow]) -> None:
    tree = DivisionTree(rows, on=DAY)
    assert [known.code for known in tree] == sorted(known.code for known in ROWS)
    assert tree.within("610900") == (
        "610900",
        "610922",
        "610922100",
        "610922101",
        "610924",
        "610924100",
        "610971",
    )
    assert all(code in tree.within(tree.county_of(code)) for code in tree.within("610900"))
