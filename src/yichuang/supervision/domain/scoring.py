"""Scores (绩效量化测评): a hundred points a month in nine parts, taken off by cards and won by early work; pure.

Every point that is missing or added has a reason that can be read. Weights are dated data (`law/scoring.yaml`); a
half-year or a year is the mean of its months.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from pathlib import Path
from typing import Literal

import msgspec

from yichuang.calendar.values import LawFile
from yichuang.kernel.words import N_
from yichuang.supervision.domain.words import Colour

FILE = Path(__file__).parent.parent / "law" / "scoring.yaml"
_TENTH = Decimal("0.1")
_WHOLE = 100


class _Data(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    pass


class Title(_Data, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A title in both languages, as the data states it."""

    zh: str
    en: str


class Part(_Data, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One of the nine parts; cards of these classes of rules take points from it."""

    key: str
    title: Title
    points: int
    classes: tuple[str, ...]


class _Deductions(_Data, frozen=True, forbid_unknown_fields=True, kw_only=True):
    reminder_run: int
    reminder_points: int
    yellow_points: int
    red_points: int


class _Satisfaction(_Data, frozen=True, forbid_unknown_fields=True, kw_only=True):
    part: str
    full_permille: int
    per_percent: int


class _Attitude(_Data, frozen=True, forbid_unknown_fields=True, kw_only=True):
    part: str
    per_complaint: int
    per_bad_rating: int


class _Steps(_Data, frozen=True, forbid_unknown_fields=True, kw_only=True):
    from_percent: int
    points: int
    step_percent: int
    step_points: int

    def won(self, percent: int) -> int:
        if percent < self.from_percent:
            return 0
        return self.points + (percent - self.from_percent) // self.step_percent * self.step_points


class _Bonus(_Data, frozen=True, forbid_unknown_fields=True, kw_only=True):
    early: _Steps
    shortening: _Steps


class _Reporting(_Data, frozen=True, forbid_unknown_fields=True, kw_only=True):
    per_percent: int
    most: int


class Grade(_Data, frozen=True, forbid_unknown_fields=True, kw_only=True, rename={"from_points": "from"}):
    """One grade and the score from which it holds."""

    key: str
    title: Title
    from_points: int


class Scoring(_Data, frozen=True, forbid_unknown_fields=True, kw_only=True, rename={"from_on": "from"}):
    """The scheme of scores that held from a day on."""

    from_on: date
    citation: str
    mark: Literal["V", "C", "K"]
    parts: tuple[Part, ...]
    deductions: _Deductions
    satisfaction: _Satisfaction
    attitude: _Attitude
    discipline: dict[str, int]
    bonus: _Bonus
    reporting: _Reporting
    grades: tuple[Grade, ...]
    conversion: dict[str, int]


class _Content(_Data, frozen=True, forbid_unknown_fields=True, kw_only=True):
    name: str
    title: Title
    schemes: tuple[Scoring, ...]


@lru_cache(maxsize=4)
def load_scoring(file: Path = FILE) -> tuple[Scoring, ...]:
    """Return all schemes of scores, oldest first; cached; raises FaultyLaw."""
    law = LawFile(file)
    content = law.read(_Content)
    starts = [scheme.from_on for scheme in content.schemes]
    if not starts or starts != sorted(set(starts)):
        raise law.fault(["schemes"], N_("各段应按起始日先后排列，至少一段"))
    for place, scheme in enumerate(content.schemes):
        keys = [part.key for part in scheme.parts]
        if len(set(keys)) != len(keys) or sum(part.points for part in scheme.parts) != _WHOLE:
            raise law.fault(["schemes", place, "parts"], N_("各部分不得重名，分数合计应为一百"))
        for name in ("satisfaction", "attitude"):
            if getattr(scheme, name).part not in keys:
                raise law.fault(["schemes", place, name, "part"], N_("没有这个部分"))
        limits = [grade.from_points for grade in scheme.grades]
        if not limits or limits != sorted(set(limits), reverse=True) or limits[-1] != 0:
            raise law.fault(["schemes", place, "grades"], N_("等次应从高到低排列，最后一等从零分起"))
        if "default" not in scheme.conversion:
            raise law.fault(["schemes", place, "conversion"], N_("缺少默认折合系数"))
    return content.schemes


def scoring_on(on: date, *, file: Path = FILE) -> Scoring:
    """Return the scheme of scores in force on a day; before the first the first."""
    stated = load_scoring(file)
    begun = [scheme for scheme in stated if scheme.from_on <= on]
    return begun[-1] if begun else stated[0]


@dataclass(frozen=True, slots=True)
class CardFact:
    """One card that stands against a department in the month of its issue."""

    number: str
    rule_class: str
    colour: Colour
    issued_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthFacts:
    """What one department did in a month; counts of cases, ratings and proved complaints.

    `incomplete` are completed cases whose data came late or incomplete; `shortening_percent` is by how much *every*
    statutory period was shortened, None where an item has no statutory period to compare.
    """

    organisation: str
    county: str
    department: str
    cards: tuple[CardFact, ...] = ()
    completed: int = 0
    early: int = 0
    incomplete: int = 0
    rated: int = 0
    satisfied: int = 0
    bad_ratings: int = 0
    complaints: int = 0
    disciplines: tuple[str, ...] = ()
    shortening_percent: int | None = None


@dataclass(frozen=True, slots=True)
class ScoreReason:
    """Why points were taken (negative) or won; `text` is a message id with placeholders filled from `details`."""

    points: int
    text: str
    details: Mapping[str, object]
    cards: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PartScore:
    """One part: its points at the start, what is left (never below zero), and why."""

    key: str
    title: Title
    base: int
    points: int
    reasons: tuple[ScoreReason, ...]


@dataclass(frozen=True, slots=True)
class DepartmentScore:
    """The score of one department in one month, or over several; `score` has one decimal place."""

    organisation: str
    county: str
    department: str
    score: Decimal
    grade: Grade
    parts: tuple[PartScore, ...]
    bonus: tuple[ScoreReason, ...]
    conversion_permille: int
    reminders: int
    yellow: int
    red: int
    completed: int
    months: int = 1


_CARDS = {
    Colour.YELLOW: N_("黄牌{number}，扣{points}分"),
    Colour.RED: N_("红牌{number}，扣{points}分"),
}
_RUN = N_("连续{run}次预警，扣{points}分")
_UNSATISFIED = N_("满意率{rate}，低于{full}，扣{points}分")
_COMPLAINTS = N_("查实投诉{count}件，扣{points}分")
_BAD_RATINGS = N_("差评{count}件，扣{points}分")
_DISCIPLINE = N_("处分（{kind}），扣{points}分")
_INCOMPLETE = N_("报送不完整{count}件，占办结{percent}%，扣{points}分")
_EARLY = N_("提前办结占{percent}%，加{points}分")
_SHORTENED = N_("公开承诺压缩全部法定时限{percent}%，加{points}分")
DISCIPLINES = {
    "warning": N_("警告"),
    "demerit": N_("记过"),
    "major-demerit": N_("记大过"),
    "demotion": N_("降级"),
    "removal": N_("撤职"),
    "dismissal": N_("开除"),
}
# Discipline is about clean hands; data that was not reported is a matter of inspection.
_INTEGRITY, _INSPECTION = "integrity", "inspection"


def score(facts: MonthFacts, scheme: Scoring) -> DepartmentScore:
    """Return the month's score of a department."""
    parts = tuple(_part(part, facts, scheme) for part in scheme.parts)
    bonus = tuple(_bonus(facts, scheme))
    permille = scheme.conversion.get(facts.department, scheme.conversion["default"])
    total = sum(part.points for part in parts) + sum(reason.points for reason in bonus)
    shown = (Decimal(total) * permille / 1000).quantize(_TENTH, ROUND_HALF_UP)
    colours = [card.colour for card in facts.cards]
    return DepartmentScore(
        organisation=facts.organisation,
        county=facts.county,
        department=facts.department,
        score=shown,
        grade=grade_of(shown, scheme),
        parts=parts,
        bonus=bonus,
        conversion_permille=permille,
        reminders=colours.count(Colour.REMINDER),
        yellow=colours.count(Colour.YELLOW),
        red=colours.count(Colour.RED),
        completed=facts.completed,
    )


def grade_of(points: Decimal, scheme: Scoring) -> Grade:
    """Return the grade of a score."""
    return next((grade for grade in scheme.grades if points >= grade.from_points), scheme.grades[-1])


def _part(part: Part, facts: MonthFacts, scheme: Scoring) -> PartScore:
    reasons = [*_taken_by_cards(part, facts.cards, scheme), *_taken_otherwise(part.key, facts, scheme)]
    left = max(0, part.points + sum(reason.points for reason in reasons))
    return PartScore(key=part.key, title=part.title, base=part.points, points=left, reasons=tuple(reasons))


def _taken_by_cards(part: Part, cards: Iterable[CardFact], scheme: Scoring) -> Iterable[ScoreReason]:
    rates = scheme.deductions
    prices = {Colour.YELLOW: rates.yellow_points, Colour.RED: rates.red_points}
    run: list[str] = []
    for card in sorted(cards, key=lambda card: (card.issued_on, card.number)):
        if card.rule_class not in part.classes:
            continue
        if card.colour is Colour.REMINDER:
            run.append(card.number)
            if len(run) == rates.reminder_run:
                details = {"run": len(run), "points": rates.reminder_points}
                yield ScoreReason(-rates.reminder_points, _RUN, details, tuple(run))
                run = []
            continue
        run = []
        price = prices[card.colour]
        yield ScoreReason(-price, _CARDS[card.colour], {"number": card.number, "points": price}, (card.number,))


def _taken_otherwise(key: str, facts: MonthFacts, scheme: Scoring) -> Iterable[ScoreReason]:
    if key == scheme.satisfaction.part and facts.rated:
        rate = facts.satisfied * 1000 // facts.rated
        # Each whole percent below the full rate.
        below = max(0, scheme.satisfaction.full_permille - rate) // 10 * scheme.satisfaction.per_percent
        if below:
            full = f"{scheme.satisfaction.full_permille / 10:.1f}%"
            yield ScoreReason(-below, _UNSATISFIED, {"rate": f"{rate / 10:.1f}%", "full": full, "points": below})
    if key == scheme.attitude.part:
        for count, price, text in (
            (facts.complaints, scheme.attitude.per_complaint, _COMPLAINTS),
            (facts.bad_ratings, scheme.attitude.per_bad_rating, _BAD_RATINGS),
        ):
            if count:
                yield ScoreReason(-count * price, text, {"count": count, "points": count * price})
    if key == _INTEGRITY:
        for kind in facts.disciplines:
            points = scheme.discipline[kind]
            yield ScoreReason(-points, _DISCIPLINE, {"kind": DISCIPLINES[kind], "points": points})
    if key == _INSPECTION and facts.incomplete and facts.completed:
        percent = facts.incomplete * 100 // facts.completed
        points = min(scheme.reporting.most, percent * scheme.reporting.per_percent)
        if points:
            details = {"count": facts.incomplete, "percent": percent, "points": points}
            yield ScoreReason(-points, _INCOMPLETE, details)


def _bonus(facts: MonthFacts, scheme: Scoring) -> Iterable[ScoreReason]:
    if facts.completed:
        percent = facts.early * 100 // facts.completed
        if won := scheme.bonus.early.won(percent):
            yield ScoreReason(won, _EARLY, {"percent": percent, "points": won})
    if facts.shortening_percent is not None and (won := scheme.bonus.shortening.won(facts.shortening_percent)):
        yield ScoreReason(won, _SHORTENED, {"percent": facts.shortening_percent, "points": won})


def mean_of(months: Sequence[DepartmentScore], scheme: Scoring) -> DepartmentScore:
    """Return the mean of a department's months (half-year, year), with one decimal place; raises ValueError on none."""
    if not months:
        raise ValueError("a mean needs at least one month")
    shown = (sum((month.score for month in months), Decimal()) / len(months)).quantize(_TENTH, ROUND_HALF_UP)
    last = months[-1]
    return DepartmentScore(
        organisation=last.organisation,
        county=last.county,
        department=last.department,
        score=shown,
        grade=grade_of(shown, scheme),
        parts=(),
        bonus=(),
        conversion_permille=last.conversion_permille,
        reminders=sum(month.reminders for month in months),
        yellow=sum(month.yellow for month in months),
        red=sum(month.red for month in months),
        completed=sum(month.completed for month in months),
        months=len(months),
    )


def rank(scores: Iterable[DepartmentScore]) -> tuple[tuple[int, DepartmentScore], ...]:
    """Return scores with their places, best first; equal scores share a place and are listed by organisation."""
    ordered = sorted(scores, key=lambda each: (-each.score, each.organisation))
    places: list[tuple[int, DepartmentScore]] = []
    for index, each in enumerate(ordered, 1):
        place = places[-1][0] if places and places[-1][1].score == each.score else index
        places.append((place, each))
    return tuple(places)
