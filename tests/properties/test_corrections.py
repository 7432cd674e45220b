"""Properties of corrections: which events count is total, and the last word of a source is the one that counts."""

from hypothesis import given
from hypothesis import strategies as st

from yichuang.cases.domain.corrections import effective, withdrawn

ORDERS = st.lists(st.integers(-3, 25), max_size=12).map(tuple)
CORRECTIONS = st.dictionaries(st.integers(1, 20), ORDERS, max_size=4)


@given(st.integers(0, 20), CORRECTIONS)
def test_whatever_an_order_names_only_what_is_there_counts_and_once(
    length: int, corrections: dict[int, tuple[int, ...]]
) -> None:
    there = {place: order for place, order in corrections.items() if place <= length}
    counting = effective(length, there)
    assert len(set(counting)) == len(counting)
    assert set(counting) <= set(range(1, length + 1)) - set(there)


@given(st.integers(0, 20))
def test_without_a_correction_everything_counts_as_it_came(length: int) -> None:
    assert effective(length, {}) == tuple(range(1, length + 1))
    assert withdrawn(length, {}) == {}


@given(st.integers(1, 20), CORRECTIONS)
def test_what_comes_after_the_last_correction_counts_behind_it(
    length: int, corrections: dict[int, tuple[int, ...]]
) -> None:
    there = {place: order for place, order in corrections.items() if place <= length}
    foretold = bool(there) and length + 1 in there[max(there)]
    if not foretold:
        assert effective(length + 1, there) == (*effective(length, there), length + 1)


@given(st.integers(1, 20), CORRECTIONS)
def test_every_event_counts_or_says_who_took_it_back(length: int, corrections: dict[int, tuple[int, ...]]) -> None:
    there = {place: order for place, order in corrections.items() if place <= length}
    counting, taken = set(effective(length, there)), withdrawn(length, there)
    assert not counting & set(taken)
    assert all(place in there and seq not in there[place] for seq, place in taken.items())
