"""Areas and scopes: what covers a thing, what contains another area."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yichuang.accounts.values import Area, Scope

CODES = st.sampled_from(["", "610000", "610900", "610924", "610924101", "610922"])
PARTS = st.sampled_from(["", "a", "b"])
AREAS = st.builds(Area, CODES, PARTS, PARTS, PARTS)


@pytest.mark.parametrize(
    ("outer", "inner", "expected"),
    [
        (Area("610924"), Area("610924", "610924-guotu", "610924-centre", "w01"), True),
        (Area("610924"), Area("610924101"), True),
        (Area("610924"), Area("610900"), False),
        (Area("610924"), Area(), False),
        (Area(), Area("610924"), True),
        (Area("610924", "", "610924-centre"), Area("610924"), False),
        (Area("610924", "", "", "w01"), Area("610924", "", "", "w02"), False),
    ],
)
def test_who_holds_an_area_may_give_what_lies_within_it(outer: Area, inner: Area, expected: bool) -> None:
    assert outer.contains(inner) is expected


@given(AREAS, AREAS, AREAS)
def test_containing_is_an_order(first: Area, second: Area, third: Area) -> None:
    assert first.contains(first)
    if first.contains(second) and second.contains(third):
        assert first.contains(third)


@given(AREAS, AREAS, st.tuples(CODES, PARTS, PARTS, PARTS))
def test_what_the_inner_area_covers_the_outer_covers(
    outer: Area, inner: Area, place: tuple[str, str, str, str]
) -> None:
    stated = dict(zip(("division", "organisation", "centre", "window"), place, strict=True))
    if outer.contains(inner) and inner.covers(**stated):
        assert outer.covers(**stated)


def test_a_scope_names_centres_and_windows_only_when_every_area_does() -> None:
    scope = Scope(action="x", areas=(Area("610924", "", "c1", "w1"), Area("610924", "", "c2", "")))
    assert scope.centres == ("c1", "c2")
    assert scope.windows == ()
