"""Thresholds: what reviewers' verdicts teach about the weight from which a pair is one matter.

A curve is laid through the verdicts: the chance that a pair of so many bits is one matter (a logistic in the weight).
It starts from a curve that says what the terms say, worth a handful of verdicts, so that the first verdict does not
overturn anything. The thresholds are where the curve reaches the precision that is aimed at, and where it falls below
its opposite. Nothing is drawn by lot: the same verdicts give the same thresholds.
"""

from collections.abc import Iterable
from math import exp, log
from typing import NamedTuple

from yichuang.supervision.domain.linkage.outcomes import Thresholds

_GRID_BITS = 1.0
_GRID_REACH = 8
# So many verdicts is each point of the starting curve worth.
_GRID_WORTH = 1.5
_STEPS = 40
# Verdicts that contradict each other make the curve flatter; not flatter than this share of the one it started from.
_LEAST_SLOPE = 0.6


class Label(NamedTuple):
    """One judged pair: its weight in hundredths of a bit, and whether it is one matter."""

    weight: int
    same: bool


def learn(labels: Iterable[Label], *, start: Thresholds, precision: float, furthest: int) -> Thresholds:
    """Return the thresholds after some verdicts; `start` are those of the terms, `furthest` how far they may move.

    `furthest` is in hundredths of a bit. Without verdicts the start is returned as it stands.
    """
    told = sorted(labels)
    if not told:
        return start
    odds = log(precision / (1 - precision))
    middle = (start.link_from + start.doubt_from) / 200
    half = max((start.link_from - start.doubt_from) / 200, 0.5)
    slope = odds / half
    points = [
        (middle + step * _GRID_BITS, _GRID_WORTH * share, _GRID_WORTH)
        for step in range(-_GRID_REACH, _GRID_REACH + 1)
        for share in (_chance(slope * step * _GRID_BITS),)
    ]
    points += [(label.weight / 100, float(label.same), 1.0) for label in told]
    slope, middle = _fit(points, slope=slope, middle=middle, least=_LEAST_SLOPE * slope)
    link, doubt = round(100 * (middle + odds / slope)), round(100 * (middle - odds / slope))
    return Thresholds(_within(link, start.link_from, furthest), min(_within(doubt, start.doubt_from, furthest), link))


def _chance(odds: float) -> float:
    return 1 / (1 + exp(-max(min(odds, 40.0), -40.0)))


def _within(value: int, start: int, furthest: int) -> int:
    return max(min(value, start + furthest), start - furthest)


def _fit(points: list[tuple[float, float, float]], *, slope: float, middle: float, least: float) -> tuple[float, float]:
    """Return slope and middle of the likeliest curve through (weight, share that is one matter, worth), by Newton."""
    constant = -slope * middle
    for _ in range(_STEPS):
        gradient_0 = gradient_1 = curve_00 = curve_01 = curve_11 = 0.0
        for weight, same, worth in points:
            chance = _chance(constant + slope * weight)
            rest, spread = same - worth * chance, worth * chance * (1 - chance)
            gradient_0 += rest
            gradient_1 += rest * weight
            curve_00 += spread
            curve_01 += spread * weight
            curve_11 += spread * weight * weight
        # A breath of ridge keeps a curve that all verdicts agree with from becoming a step.
        curve_00, curve_11 = curve_00 + 1e-6, curve_11 + 1e-6
        whole = curve_00 * curve_11 - curve_01 * curve_01
        move_0 = (curve_11 * gradient_0 - curve_01 * gradient_1) / whole
        move_1 = (curve_00 * gradient_1 - curve_01 * gradient_0) / whole
        step = min(1.0, 2.0 / max(abs(move_0), abs(move_1), 1e-12))
        constant, slope = constant + step * move_0, max(slope + step * move_1, least)
        if max(abs(move_0), abs(move_1)) < 1e-9:
            break
    return slope, -constant / slope
