"""What ratings add up to: two rates apart, nothing by default, nothing over nothing."""

from fractions import Fraction

import pytest

from yichuang.feedback.domain.ratings import Channel, FollowUpSummary, Level, RatingSummary, Service


def summary(*counts: int, excluded: int = 0, services: int | None = None) -> RatingSummary:
    levels = dict(zip(Level, counts, strict=True))
    return RatingSummary(organisation="", levels=levels, excluded=excluded, services=services)


def test_only_the_last_two_levels_are_bad_and_stars_run_the_other_way() -> None:
    assert [level.is_bad for level in Level] == [False, False, False, True, True]
    assert [level.stars for level in Level] == [5, 4, 3, 2, 1]


def test_every_word_has_a_label() -> None:
    assert all(word.label for words in (Level, Service, Channel) for word in words)


@pytest.mark.parametrize(
    ("total", "satisfaction", "response"),
    [
        (summary(1, 1, 1, 1, 0, services=8), Fraction(3, 4), Fraction(1, 2)),
        (summary(0, 0, 0, 0, 0, excluded=2, services=4), None, Fraction(1, 2)),
        (summary(0, 0, 0, 0, 3), Fraction(0), None),
        (summary(2, 0, 0, 0, 0, services=0), Fraction(1), None),
    ],
)
def test_the_two_rates_are_never_mixed(
    total: RatingSummary, satisfaction: Fraction | None, response: Fraction | None
) -> None:
    assert (total.satisfaction_rate, total.rating_rate) == (satisfaction, response)


def test_without_bad_ratings_there_is_no_call_back_rate() -> None:
    assert FollowUpSummary(0, 0, 0, 0, 0, 0).contact_rate is None
