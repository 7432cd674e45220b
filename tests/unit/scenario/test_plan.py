"""The plan: totals that are exact at any scale, days that are open, and one order for ever."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.scenario import samples
from yichuang.scenario.domain.plan import Fate, pack, unpack
from yichuang.scenario.domain.story import apportion

COUNTED = {Fate.NORMAL, Fate.UNDER_WAY, Fate.STUCK}


@pytest.mark.parametrize("scale", [0.0005, 0.01, 0.037, 0.1])
def test_accepted_and_unfinished_are_exact_at_any_scale(scale: float) -> None:
    fates = Counter(slot.fate for slot in samples.plan(scale=scale))
    assert sum(fates[fate] for fate in COUNTED) == round(326_300 * scale)
    assert fates[Fate.UNDER_WAY] + fates[Fate.STUCK] == round(326_300 * scale) - round(325_500 * scale)
    assert fates[Fate.VOID] == round(38 * scale)


def test_every_place_gets_its_share_of_the_accepted() -> None:
    told, found = samples.story(), samples.offers(samples.story())
    shares = Counter(found[slot.offer].county for slot in samples.plan(scale=0.1) if slot.fate in COUNTED)
    for place, county in enumerate(told.counties):
        assert abs(shares[place] - county.cases / 10) < 1, county.division


def test_a_plan_is_in_order_of_receipt() -> None:
    received = [slot.received for slot in samples.plan(scale=0.01)]
    assert received == sorted(received)


def test_the_same_seed_gives_the_same_plan_and_another_seed_another() -> None:
    assert list(samples.plan(scale=0.01)) == list(samples.plan(scale=0.01))
    assert list(samples.plan(scale=0.01)) != list(samples.plan(scale=0.01, seed=2016))


def test_nothing_but_the_web_is_received_on_a_day_off() -> None:
    days = samples.days()
    working = set(days.working)
    off = [slot for slot in samples.plan(scale=0.05) if slot.received // 86_400 not in working]
    assert off
    assert all(slot.web for slot in off)


def test_the_zone_receives_nothing_before_its_centre_opens() -> None:
    told, days = samples.story(), samples.days()
    found = samples.offers(told)
    zone = next(place for place, county in enumerate(told.counties) if county.division == "610971")
    first = min(slot.received for slot in samples.plan(scale=0.2) if found[slot.offer].county == zone)
    assert days.all[first // 86_400].isoformat() >= "2015-06-29"


@given(st.integers(0, 2**24), st.integers(0, 2**14 - 1), st.integers(0, 6), st.booleans(), st.booleans())
def test_a_slot_survives_being_packed(received: int, offer: int, fate: int, web: bool, town: bool) -> None:
    assert unpack(pack(received, offer, fate, web=web, town=town)) == (received, offer, fate, web, town)


@settings(deadline=None)
@given(st.integers(0, 10_000), st.lists(st.floats(0.01, 1000), min_size=1, max_size=30))
def test_shares_by_largest_remainder_sum_up_and_differ_by_less_than_one(total: int, weights: list[float]) -> None:
    shares = apportion(total, weights)
    assert sum(shares) == total
    assert all(
        abs(share - total * weight / sum(weights)) < 1 + 1e-6 for share, weight in zip(shares, weights, strict=True)
    )
