"""Scores: where points come from and go, one reason at a time."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yichuang.calendar.values import FaultyLaw
from yichuang.supervision.domain.scoring import (
    FILE,
    CardFact,
    DepartmentScore,
    MonthFacts,
    PartScore,
    load_scoring,
    mean_of,
    rank,
    score,
    scoring_on,
)
from yichuang.supervision.domain.words import Colour

SCHEME = scoring_on(date(2015, 6, 1))
DAY = date(2015, 6, 1)


def facts(*cards: CardFact, **told: object) -> MonthFacts:
    """Return the month of a land bureau."""
    return MonthFacts(organisation="610924-guotu", county="610924", department="guotu", cards=cards, **told)  # type: ignore[arg-type]


def card(colour: Colour, rule_class: str = "timeliness", *, day: int = 1, number: int = 1) -> CardFact:
    """Return a card of a day of June."""
    return CardFact(f"JC610924201500{number:04d}", rule_class, colour, date(2015, 6, day))


def part(result: DepartmentScore, key: str) -> PartScore:
    """Return one part of a score."""
    return next(one for one in result.parts if one.key == key)


def test_who_has_done_nothing_wrong_has_a_hundred_points() -> None:
    result = score(facts(completed=10), SCHEME)
    assert result.score == Decimal("100.0")
    assert result.grade.key == "excellent"
    assert sum(one.points for one in result.parts) == 100


def test_a_yellow_card_takes_five_and_a_red_one_ten_from_the_part_of_its_class() -> None:
    result = score(facts(card(Colour.YELLOW), card(Colour.RED, "fee", number=2)), SCHEME)
    assert part(result, "timeliness").points == 14 - 5
    # Eight points were all there were.
    assert part(result, "fees").points == 0
    assert part(result, "procedure").points == 14
    assert result.score == Decimal("87.0")
    assert (result.yellow, result.red) == (1, 1)


def test_no_part_falls_below_nought() -> None:
    result = score(facts(*(card(Colour.RED, number=number) for number in range(5))), SCHEME)
    assert part(result, "timeliness").points == 0
    assert result.score == Decimal("86.0")


@pytest.mark.parametrize(
    ("colours", "lost"),
    [("rr", 0), ("rrr", 3), ("rrrrr", 3), ("rrrrrr", 6), ("rryrr", 5), ("rrryrrr", 11)],
)
def test_three_reminders_in_a_row_take_three_points_and_another_card_breaks_the_row(colours: str, lost: int) -> None:
    kinds = {"r": Colour.REMINDER, "y": Colour.YELLOW}
    cards = [card(kinds[one], day=place + 1, number=place) for place, one in enumerate(colours)]
    assert part(score(facts(*cards), SCHEME), "timeliness").points == 14 - lost


def test_every_lost_point_has_a_reason_that_names_the_card() -> None:
    result = score(facts(card(Colour.YELLOW, number=7)), SCHEME)
    (reason,) = part(result, "timeliness").reasons
    assert reason.points == -5
    assert reason.cards == ("JC6109242015000007",)
    assert "JC6109242015000007" in reason.text.format_map(reason.details)


@pytest.mark.parametrize(
    ("completed", "early", "won"), [(100, 9, 0), (100, 10, 1), (100, 29, 2), (100, 100, 10), (0, 0, 0)]
)
def test_early_completions_win_a_point_for_each_ten_per_cent(completed: int, early: int, won: int) -> None:
    assert score(facts(completed=completed, early=early), SCHEME).score == 100 + won


@pytest.mark.parametrize(("percent", "won"), [(29, 0), (30, 3), (39, 3), (45, 4), (100, 10), (None, 0)])
def test_shortening_all_statutory_periods_wins_from_thirty_per_cent(percent: int | None, won: int) -> None:
    assert score(facts(shortening_percent=percent), SCHEME).score == 100 + won


def test_satisfaction_below_the_full_rate_takes_a_point_for_each_whole_per_cent() -> None:
    result = score(facts(rated=100, satisfied=90, bad_ratings=10), SCHEME)
    assert part(result, "satisfaction").points == 5
    assert part(result, "attitude").points == 0


def test_nobody_loses_points_because_nobody_rated() -> None:
    assert part(score(facts(rated=0), SCHEME), "satisfaction").points == 10


@pytest.mark.parametrize(("incomplete", "lost"), [(0, 0), (1, 1), (3, 3), (40, 5)])
def test_incomplete_reporting_takes_at_most_five_points(incomplete: int, lost: int) -> None:
    assert part(score(facts(completed=100, incomplete=incomplete), SCHEME), "inspection").points == 14 - lost


def test_discipline_takes_its_points() -> None:
    assert part(score(facts(disciplines=("warning",)), SCHEME), "integrity").points == 0


def test_the_mean_of_months_is_the_half_year() -> None:
    months = [score(facts(), SCHEME), score(facts(card(Colour.RED)), SCHEME)]
    mean = mean_of(months, SCHEME)
    assert (mean.score, mean.months, mean.red) == (Decimal("95.0"), 2, 1)
    with pytest.raises(ValueError, match="month"):
        mean_of([], SCHEME)


def test_equal_scores_share_a_place_and_the_next_place_is_left_out() -> None:
    results = [
        score(MonthFacts(organisation=f"610924-{name}", county="610924", department=name, cards=cards), SCHEME)
        for name, cards in {"b": (), "a": (), "c": (card(Colour.YELLOW),)}.items()
    ]
    assert [(place, one.department) for place, one in rank(results)] == [(1, "a"), (1, "b"), (3, "c")]


CARDS = st.builds(
    card,
    st.sampled_from(Colour),
    st.sampled_from(["timeliness", "fee", "procedure"]),
    day=st.integers(1, 30),
    number=st.integers(0, 99),
)


@given(st.lists(CARDS, max_size=20), CARDS)
def test_a_further_card_never_raises_a_score_and_no_part_leaves_its_bounds(
    cards: list[CardFact], further: CardFact
) -> None:
    whole = score(facts(*cards), SCHEME)
    assert score(facts(*cards, further), SCHEME).score <= whole.score
    assert all(0 <= one.points <= one.base for one in whole.parts)


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("points: 8,", "points: 9,", "parts"),
        ("{part: satisfaction,", "{part: happiness,", "satisfaction.part"),
        ("conversion: {default: 1000}", "conversion: {guotu: 1000}", "conversion"),
        ("from: 0}", "from: 10}", "grades"),
    ],
)
def test_a_faulty_scheme_is_refused_with_its_place(tmp_path: Path, old: str, new: str, named: str) -> None:
    text = FILE.read_text()
    assert old in text
    broken = tmp_path / "scoring.yaml"
    broken.write_text(text.replace(old, new))
    with pytest.raises(FaultyLaw) as refused:
        load_scoring(broken)
    assert named in str(refused.value)
