"""Figures: what they mean, that cells say what cases say, and that live is rebuilt."""

from datetime import date
from decimal import Decimal
from itertools import cycle

import pytest

from tests.factories import catalogue
from tests.factories.catalogue import TERMS, handmade_catalogue
from tests.factories.filings import Told, decided, file, filing
from tests.factories.people import CLERK
from tests.factories.stories import china, receipt
from yichuang.cases import commands as case_commands
from yichuang.cases import queries as cases
from yichuang.cases.domain import acts as a
from yichuang.kernel.periods import Period
from yichuang.reporting import commands, queries
from yichuang.reporting.domain.figures import DEFINITIONS, Sums, display, figure, figures, in_wan, percent
from yichuang.reporting.models import MEASURES, Cell
from yichuang.reporting.values import Scope, ScopeTooNarrow

__all__ = ["handmade_catalogue"]
HALF_YEAR = Period.parse("2015H1")


# --- definitions ------------------------------------------------------------------------------------------------------


def test_completion_and_on_time_are_two_figures_over_two_denominators() -> None:
    sums = Sums(received=340_000, accepted=326_300, completed=325_500, on_time=320_000, late=5_500)
    told = figures(sums)
    assert display(told["accepted"]) == "32.63万"
    assert display(told["completed"]) == "32.55万"
    assert display(told["completion_rate"]) == "99.8%"
    assert display(told["on_time_rate"]) == "98.3%"
    assert told["completion_rate"].denominator == 326_300
    assert told["on_time_rate"].denominator == 325_500


@pytest.mark.parametrize("key", [key for key, one in DEFINITIONS.items() if one.denominator])
def test_a_ratio_over_nothing_is_undefined_and_shown_as_a_dash(key: str) -> None:
    empty = figure(key, Sums())
    assert empty.value is None
    assert display(empty) == "—"


def test_counts_of_nothing_are_nought() -> None:
    assert display(figure("accepted", Sums())) == "0"


def test_speed_up_compares_promise_with_law_and_use_with_promise() -> None:
    told = figures(Sums(judged=4, used_days=10, promised_days=40, statutory_days=80))
    assert told["mean_days"].value == Decimal("2.5")
    assert told["promised_speed_up"].value == Decimal("0.5")
    assert told["actual_speed_up"].value == Decimal("0.75")


@pytest.mark.parametrize(
    ("count", "text"), [(9_999, "9999"), (10_000, "1.00万"), (325_549, "32.55万"), (325_550, "32.56万"), (0, "0")]
)
def test_counts_are_written_in_units_of_ten_thousand_from_ten_thousand_on(count: int, text: str) -> None:
    assert in_wan(count) == text


@pytest.mark.parametrize(("value", "text"), [("0.9985", "99.9%"), ("0.99849", "99.8%"), ("1", "100.0%")])
def test_percentages_are_rounded_half_up(value: str, text: str) -> None:
    assert percent(Decimal(value)) == text


def test_every_definition_says_in_words_what_it_counts() -> None:
    for key, definition in DEFINITIONS.items():
        assert definition.key == key
        assert definition.label
        assert definition.text
        names = {definition.numerator, definition.denominator, definition.less} - {""}
        assert names <= set(Sums.__dataclass_fields__)
    assert set(MEASURES) == set(Sums.__dataclass_fields__)


# --- cells against cases ----------------------------------------------------------------------------------------------

DAYS = ["2015-01-05", "2015-02-13", "2015-03-31", "2015-04-01", "2015-06-30", "2015-07-01"]


def _told(serial: int, *, item: str, county: str, town: str, channel: str, day: str) -> Told:
    start: Told = decided(item=item, county=county, town=town, channel=channel, on=day)[:2]
    ends: list[Told] = [
        decided(item=item, county=county, town=town, channel=channel, on=day, decided_on=day),
        decided(item=item, county=county, town=town, channel=channel, on=day, decided_on="2015-07-31"),
        start,
        start[:1],
        [*start, (a.Withdraw(), day)],
        [*start, (a.Void(reason="重复"), "2015-07-31")],
        [start[0], (a.RefuseAcceptance(ground="no-licence-needed", reason="不"), day)],
    ]
    return ends[serial % len(ends)]


def _usual(serial: int) -> Told:
    return _told(
        serial, item=catalogue.LICENCE, county="610924", town="", channel="window", day=DAYS[serial % len(DAYS)]
    )


@pytest.fixture
def half_year(handmade_catalogue: None) -> None:
    """84 cases of all kinds over counties, towns, items, channels and the edges of the period."""
    items, channels = cycle(catalogue.TITLES), cycle(["window", "web", "mobile"])
    counties, days = cycle(catalogue.COUNTIES[:3]), cycle(DAYS)
    histories = []
    for serial in range(84):
        county = next(counties)
        town = f"{county}101000" if serial % 2 else ""
        histories.append(
            _told(serial, item=next(items), county=county, town=town, channel=next(channels), day=next(days))
        )
    filed = file(filing(f"F-{serial}", told) for serial, told in enumerate(histories))
    assert all(one.new_events for one in filed)
    commands.follow_ledger()


SUMS_OF = {
    "received": "received", "accepted": "accepted", "completed": "completed", "on-time": "on_time", "early": "early",
    "late": "late", "late-statutory": "late_statutory", "judged": "judged",
}  # fmt: skip
SCOPES = [
    Scope(), Scope(county="610902"), Scope(county="610922", town="610922101"), Scope(department="gongshang"),
    Scope(county="610924", item=catalogue.PERMIT), Scope(channel="web"),
    Scope(department="gongshang", item=catalogue.LICENCE), Scope(county="610929"),
    # The third county is a guest to a city of two.
    Scope(counties=("610902", "610922")), Scope(counties=("610902", "610922"), department="gongshang"),
]  # fmt: skip
PERIODS = ["2015H1", "2015", "2015-02", "2015Q1", "2015-02-13", "2015-02-10..2015-04-01", "2014"]


@pytest.mark.django_db(transaction=True)
def test_every_figure_counts_exactly_the_cases_that_its_list_shows(half_year: None) -> None:
    found = 0
    for text in PERIODS:
        period = Period.parse(text)
        for scope in SCOPES:
            sums = queries.get_figures(period=period, scope=scope).sums
            for measure, name in SUMS_OF.items():
                chosen = queries.case_filter(period=period, measure=measure, scope=scope)
                assert getattr(sums, name) == cases.count_cases(chosen), (text, scope, measure)
            judged = queries.case_filter(period=period, measure="judged", scope=scope)
            assert sums.used_days == cases.sum_used_days(judged)
            found += sums.completed
    assert found > 50


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("by", ["county", "town", "department", "item", "channel"])
def test_a_breakdown_adds_up_to_the_whole_and_each_line_to_its_own_list(half_year: None, by: str) -> None:
    whole = queries.get_figures(period=HALF_YEAR).sums
    lines = queries.list_breakdown(period=HALF_YEAR, by=by)
    for name in MEASURES:
        assert sum(getattr(line.sums, name) for line in lines) == getattr(whole, name)
    for line in lines:
        if line.key:
            chosen = queries.case_filter(period=HALF_YEAR, measure="accepted", scope=Scope(**{by: line.key}))
            assert line.sums.accepted == cases.count_cases(chosen)
    assert [line.sums.accepted for line in lines] == sorted((line.sums.accepted for line in lines), reverse=True)


@pytest.mark.django_db(transaction=True)
def test_the_items_of_a_department_are_its_own_only(half_year: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("yichuang.reporting.queries.get_terms", lambda *, on: TERMS)
    lines = queries.list_breakdown(period=HALF_YEAR, by="item", scope=Scope(department="linye"))
    assert [line.key for line in lines] == [catalogue.PERMIT]
    (department,) = [line for line in queries.list_breakdown(period=HALF_YEAR, by="department") if line.key == "linye"]
    assert lines[0].sums == department.sums


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("scope", [Scope(town="610922101", channel="web"), Scope(item="01001", channel="web")])
def test_figures_of_two_dimensions_at_once_are_refused_and_not_guessed(half_year: None, scope: Scope) -> None:
    with pytest.raises(ScopeTooNarrow):
        queries.get_figures(period=HALF_YEAR, scope=scope)
    with pytest.raises(ScopeTooNarrow):
        queries.list_breakdown(period=HALF_YEAR, by="town", scope=Scope(channel="web"))


@pytest.mark.django_db(transaction=True)
def test_a_trend_has_one_line_a_month_in_order_and_adds_up(half_year: None) -> None:
    months = queries.list_trend(period=HALF_YEAR)
    assert [row.key for row in months] == [f"2015-0{month}-01" for month in (1, 2, 3, 4, 6)]
    days = queries.list_trend(period=HALF_YEAR, grain="d", scope=Scope(county="610902"))
    assert all(row.key in DAYS for row in days)
    assert sum(row.sums.received for row in months) == queries.get_figures(period=HALF_YEAR).sums.received


@pytest.mark.django_db(transaction=True)
def test_behind_a_figure_stand_its_cases_and_their_digest(half_year: None) -> None:
    count, digest = queries.behind(period=HALF_YEAR, measure="late", scope=Scope(county="610924"))
    chosen = queries.case_filter(period=HALF_YEAR, measure="late", scope=Scope(county="610924"))
    assert (count, digest) == cases.digest_cases(chosen)
    assert count == queries.get_figures(period=HALF_YEAR, scope=Scope(county="610924")).sums.late


# --- following --------------------------------------------------------------------------------------------------------


def cells() -> list[tuple[object, ...]]:
    """Return every cell by value."""
    names = ("grain", "dimension", "day", "county", "key", *MEASURES)
    return sorted(Cell.objects.values_list(*names), key=str)


@pytest.mark.django_db(transaction=True)
def test_following_in_small_steps_gives_the_cells_of_a_rebuild(handmade_catalogue: None) -> None:
    for step in range(6):
        file(filing(f"F-{serial}", _usual(serial)[: step + 1]) for serial in range(14))
        assert commands.follow_ledger() > 0 or step > 4
    live = cells()
    assert commands.rebuild_figures() > 0
    assert cells() == live
    assert len(live) > 20


@pytest.mark.django_db(transaction=True)
def test_without_news_nothing_is_counted_again(half_year: None) -> None:
    assert commands.follow_ledger() == 0
    progress = queries.get_progress()
    assert progress.counted_events == progress.events > 0


@pytest.mark.django_db(transaction=True)
def test_a_voided_case_leaves_every_figure_but_the_receipts(handmade_catalogue: None) -> None:
    filed = file(filing(f"F-{serial}", decided()) for serial in range(2))
    commands.follow_ledger()
    before = queries.get_figures(period=HALF_YEAR).sums
    case_commands.void_case(number=filed[0].number, reason="重复", by=CLERK, at=china("2015-08-03"))
    assert commands.follow_ledger() > 0
    after = queries.get_figures(period=HALF_YEAR).sums
    assert (before.received, before.accepted, before.completed, before.on_time) == (2, 2, 2, 2)
    assert (after.received, after.accepted, after.completed, after.on_time) == (2, 1, 1, 1)


@pytest.mark.django_db(transaction=True)
def test_what_stands_open_at_the_end_of_a_period_is_told_beside_it(handmade_catalogue: None) -> None:
    file([filing("F-1", decided()[:2]), filing("F-2", decided()), filing("F-3", [(receipt(), "2015-02-13")])])
    commands.follow_ledger()
    told = queries.get_figures(period=HALF_YEAR)
    assert (told.open, told.open_late) == (1, 1)
    assert queries.get_figures(period=Period(date(2015, 2, 1), date(2015, 3, 4))).open_late == 0
