"""Lateness: how the late cases of a half-year spread over departments and places, right in the sum."""

from collections.abc import Sequence

from yichuang.scenario.domain.story import Story
from yichuang.scenario.values import Offer


def late_shares(story: Story, offers: Sequence[Offer]) -> list[float]:
    """Return for each offer the chance of being late, uneven over departments and places, right in the sum."""
    factors, weights = [], []
    sums = [0.0] * len(story.counties)
    for offer in offers:
        sums[offer.county] += offer.weight
    for offer in offers:
        county = story.counties[offer.county]
        department = offer.organisation.partition("-")[2]
        factors.append(0.0 if offer.on_the_spot else story.departments.get(department, 1.0) * county.late)
        weights.append(county.cases * offer.weight / (sums[offer.county] or 1.0))
    expected = sum(factor * weight for factor, weight in zip(factors, weights, strict=True)) / sum(weights)
    if not expected:
        return factors
    return [min(factor * story.late / expected, 0.5) for factor in factors]
