"""Sums of findings: added once, told by any field, less what fell away, the same as the findings themselves."""

from datetime import date, timedelta

import pytest
from django.db.models import Count

from tests.factories.findings import FOUND_AT, end, finding
from yichuang.kernel.periods import Period
from yichuang.reporting import finding_cells
from yichuang.reporting.models import FindingCell
from yichuang.reporting.queries import sum_findings
from yichuang.reporting.values import Scope, ScopeTooNarrow
from yichuang.supervision.models import Finding
from yichuang.supervision.queries import tally_found

pytestmark = pytest.mark.django_db
HALF = Period.parse("2015H1")
COUNTIES = ("610924", "610902", "610900")


@pytest.fixture
def planted() -> None:
    """Sixty findings over counties, departments, rules, colours and days of the first half of 2015 and beyond."""
    rules = ("promised-overdue", "supplement-asked-twice", "decider-outside-authority")
    for serial in range(60):
        finding(
            serial,
            rule=rules[serial % 3],
            county=COUNTIES[serial % 2],
            department=("guotu", "gongshang")[serial // 2 % 2],
            colour=("red", "yellow", "", "reminder")[serial % 4],
            item=f"0100{serial % 3}",
            on=date(2014, 12, 20) + timedelta(days=serial * 4),
        )
    while finding_cells.follow():
        pass


def by_hand(*fields: str, **narrow: object) -> dict[tuple[object, ...], int]:
    rows = Finding.objects.filter(occurred_on__gte=HALF.start_on, occurred_on__lt=HALF.until, **narrow)
    names = ["occurred_on" if name == "day" else name for name in fields]
    counted = rows.exclude(end_reason__in=["fell-away", "rule-withdrawn"]).order_by().values(*names)
    return {tuple(row[name] for name in names): row["n"] for row in counted.annotate(n=Count("pk"))}


@pytest.mark.parametrize("fields", [("colour",), ("county", "colour"), ("day", "county"), ("rule", "colour")])
def test_sums_of_the_city_are_what_the_findings_say(planted: None, fields: tuple[str, ...]) -> None:
    assert sum_findings(period=HALF, scope=Scope(), by=[fields]) == (by_hand(*fields),)


@pytest.mark.parametrize("fields", [("colour",), ("day", "colour"), ("rule",), ("department", "colour")])
def test_sums_of_a_county_too(planted: None, fields: tuple[str, ...]) -> None:
    (found,) = sum_findings(period=HALF, scope=Scope(county="610924"), by=[fields])
    assert found == by_hand(*fields, county="610924")


def test_an_office_is_counted_itself_down_to_its_items(planted: None) -> None:
    scope = Scope(county="610924", department="guotu")
    by_item, by_rule = sum_findings(period=HALF, scope=scope, by=[("item", "colour"), ("rule", "day")])
    assert by_item == by_hand("item", "colour", organisation="610924-guotu")
    assert by_rule == by_hand("rule", "day", organisation="610924-guotu")
    one = Scope(county="610924", department="guotu", item="01000")
    assert sum(sum_findings(period=HALF, scope=one, by=[("colour",)])[0].values()) == sum(
        by_hand("item", organisation="610924-guotu", item="01000").values()
    )


def test_a_class_of_rules_and_a_period_of_any_days_narrow_the_sums(planted: None) -> None:
    (found,) = sum_findings(period=HALF, scope=Scope(), by=[("county",)], rule_class="procedure")
    assert found == by_hand("county", rule_class="procedure")
    days = Period(date(2015, 1, 20), date(2015, 4, 3))
    (found,) = sum_findings(period=days, scope=Scope(counties=COUNTIES), by=[()])
    assert found == {(): Finding.objects.filter(occurred_on__gte=days.start_on, occurred_on__lt=days.until).count()}


def test_what_fell_away_is_taken_off_and_what_passed_is_not(planted: None) -> None:
    (before,) = sum_findings(period=HALF, scope=Scope(), by=[()])
    rows = list(Finding.objects.filter(occurred_on__gte=HALF.start_on)[:3])
    end(rows[0], reason="fell-away", at=FOUND_AT)
    end(rows[1], reason="rule-withdrawn", at=FOUND_AT)
    end(rows[2], reason="passed", at=FOUND_AT)
    inside = sum(row.occurred_on < HALF.until for row in rows[:2])
    (after,) = sum_findings(period=HALF, scope=Scope(), by=[()])
    assert after[()] == before[()] - inside
    for fields in (("county", "colour"), ("rule", "colour"), ("day", "county")):
        assert sum_findings(period=HALF, scope=Scope(), by=[fields]) == (by_hand(*fields),)


def test_rules_and_departments_of_the_whole_city_are_not_told_apart_at_once(planted: None) -> None:
    with pytest.raises(ScopeTooNarrow):
        sum_findings(period=HALF, scope=Scope(), by=[("rule", "department")])
    with pytest.raises(ScopeTooNarrow):
        sum_findings(period=HALF, scope=Scope(county="610924"), by=[("item",)])


def test_a_second_reading_adds_nothing_and_rebuilding_gives_the_same_cells(planted: None) -> None:
    assert finding_cells.follow() == 0
    fields = ("grain", "dimension", "day", "county", "key", "rule_class", "colour", "found")
    live = set(FindingCell.objects.values_list(*fields))
    finding(100)
    assert finding_cells.follow() == 1
    Finding.objects.filter(key="K000100").delete()
    assert finding_cells.rebuild() == 60
    assert set(FindingCell.objects.values_list(*fields)) == live


def test_new_findings_are_tallied_a_part_at_a_time(planted: None) -> None:
    seen, after = 0, 0
    while True:
        rows, last = tally_found(after=after, limit=7)
        if not rows:
            break
        seen += sum(row.count for row in rows)
        assert sum(row.count for row in rows) <= 7
        after = last
    assert seen == 60
