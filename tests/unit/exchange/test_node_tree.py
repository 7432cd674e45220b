"""The tree of nodes: one root, levels that fall, one way between any two, and the circle of a case."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yichuang.exchange.domain.topology import NodeUnknown, Place, Tree, TreeBroken

PLACES = [
    Place("ankang", "city"),
    Place("ziyang", "county", "ankang"),
    Place("hanyin", "county", "ankang"),
    Place("chengguan", "town", "ziyang"),
    Place("haoping", "town", "ziyang"),
    Place("pingliang", "town", "hanyin"),
]
TREE = Tree(PLACES)
NAMES = st.sampled_from([place.name for place in PLACES])


def test_neighbours_are_the_parent_and_the_children() -> None:
    assert TREE.neighbours("ziyang") == ("ankang", "chengguan", "haoping")
    assert TREE.neighbours("ankang") == ("hanyin", "ziyang")
    assert TREE.below("ankang") == ("chengguan", "hanyin", "haoping", "pingliang", "ziyang")


@given(NAMES, NAMES)
def test_the_next_hop_leads_there_over_neighbours_only(start: str, end: str) -> None:
    way = [start]
    while way[-1] != end:
        way.append(TREE.next_hop(way[-1], end))
        assert len(way) <= 5
    assert all(after in TREE.neighbours(before) for before, after in pairwise(way))
    assert len(set(way)) == len(way)


@given(st.lists(NAMES, min_size=1))
def test_a_circle_is_its_holders_and_all_above_them(holders: list[str]) -> None:
    circle = TREE.circle(holders)
    assert set(holders) <= circle
    assert all(above in circle for name in circle for above in TREE.ancestors(name))
    assert circle == {one for holder in holders for one in (holder, *TREE.ancestors(holder))}


def test_a_town_next_door_is_not_told() -> None:
    assert TREE.circle(["chengguan"]) == {"chengguan", "ziyang", "ankang"}
    assert TREE.circle(["chengguan", "retired-long-ago"]) == {"chengguan", "ziyang", "ankang"}


@pytest.mark.parametrize(
    "places",
    [
        [Place("a", "city"), Place("b", "city")],
        [Place("a", "county", "nobody")],
        [Place("a", "town"), Place("b", "county", "a")],
        [Place("a", "county", "b"), Place("b", "county", "a")],
        [Place("a", "village")],
    ],
)
def test_what_is_no_tree_is_refused(places: list[Place]) -> None:
    with pytest.raises(TreeBroken):
        Tree(places)


def test_there_is_no_way_to_a_node_that_nobody_knows() -> None:
    with pytest.raises(NodeUnknown):
        TREE.next_hop("ankang", "mars")
    with pytest.raises(NodeUnknown):
        TREE.next_hop("ziyang", "ziyang")
