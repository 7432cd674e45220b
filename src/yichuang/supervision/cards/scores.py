"""Scores and rankings: gathers what each department did in a month, has it scored, and keeps what was published.

A score can be looked at any day and counts what stands then; a ranking is published once the month is over, and stays
as it was published, with the digest of its rows.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import msgspec
from django.db.models import Count

from yichuang.accounts.values import division_prefix
from yichuang.calendar.values import local_day
from yichuang.cases.queries import tally_days
from yichuang.catalogue.queries import get_terms
from yichuang.feedback.queries import list_summaries
from yichuang.kernel.actor import Actor
from yichuang.kernel.crypto import sm3
from yichuang.kernel.periods import Period
from yichuang.supervision.domain import scoring
from yichuang.supervision.domain.refusals import MonthNotOver, RankingNotPublished
from yichuang.supervision.domain.rule import RuleClass
from yichuang.supervision.domain.scoring import CardFact, DepartmentScore, MonthFacts
from yichuang.supervision.domain.words import STANDING, Colour
from yichuang.supervision.models import Card, Finding, PublishedRanking
from yichuang.supervision.values import CountyScore, Ranking, RankingRow

_HUNDRED = 100
_encode = msgspec.json.Encoder(order="deterministic").encode


def get_scores(*, month: str, division: str = "") -> tuple[RankingRow, ...]:
    """Return the scores of the departments of a division with their places, as they stand now, best first.

    `month` is a month (2015-06) or a longer period (2015H1, 2015), of which the mean of its months is given. A county
    code asks for that county's departments, a city's own code for those of the city's own level, "" for all. Raises
    PeriodNotUnderstood.
    """
    by_organisation: dict[str, list[DepartmentScore]] = defaultdict(list)
    months = list(_months(Period.parse(month)))
    for start_on, until in months:
        scheme = scoring.scoring_on(start_on)
        for facts in _facts(start_on, until, county=division[:6]):
            by_organisation[facts.organisation].append(scoring.score(facts, scheme))
    last = scoring.scoring_on(months[-1][0])
    scores = [each[0] if len(months) == 1 else scoring.mean_of(each, last) for each in by_organisation.values()]
    return tuple(RankingRow(place, score) for place, score in scoring.rank(scores))


def get_county_scores(*, month: str, division: str) -> tuple[CountyScore, ...]:
    """Return the mean of the departments' scores in each county of a city, best first."""
    by_county: dict[str, list[DepartmentScore]] = defaultdict(list)
    for row in get_scores(month=month):
        if row.score.county.startswith(division_prefix(division)):
            by_county[row.score.county].append(row.score)
    means = [
        CountyScore(
            county=county,
            score=(sum((one.score for one in scores), Decimal()) / len(scores)).quantize(Decimal("0.1")),
            departments=len(scores),
            yellow=sum(one.yellow for one in scores),
            red=sum(one.red for one in scores),
        )
        for county, scores in by_county.items()
    ]
    return tuple(sorted(means, key=lambda one: (-one.score, one.county)))


def _months(period: Period) -> Iterator[tuple[date, date]]:
    start = period.start_on.replace(day=1)
    while start < period.until:
        until = date(start.year + start.month // 12, start.month % 12 + 1, 1)
        yield start, until
        start = until


def _facts(start_on: date, until: date, *, county: str) -> Iterator[MonthFacts]:
    facts: dict[str, dict[str, Any]] = defaultdict(dict)
    _add_cases(facts, start_on, until, county=county)
    cards = Card.objects.filter(
        issued_on__gte=start_on, issued_on__lt=until, state__in=[state.value for state in STANDING]
    ).exclude(organisation="")
    if county:
        cards = cards.filter(county=county)
    by_organisation: dict[str, list[CardFact]] = defaultdict(list)
    for organisation, number, rule_class, colour, issued_on in cards.order_by("issued_on", "id").values_list(
        "organisation", "number", "rule_class", "colour", "issued_on"
    ):
        by_organisation[organisation].append(CardFact(number, rule_class, Colour(colour), issued_on))
    for organisation, found in by_organisation.items():
        facts[organisation]["cards"] = tuple(found)
    for rated in list_summaries(division=county, start_on=start_on, until=until):
        if rated.organisation and (not county or rated.organisation.startswith(county)):
            facts[rated.organisation] |= {
                "rated": rated.rated,
                "satisfied": rated.satisfied,
                "bad_ratings": rated.bad,
            }
    late = Finding.objects.filter(
        rule_class=RuleClass.DATA_QUALITY.value, relation="cases", occurred_on__gte=start_on, occurred_on__lt=until
    )
    for organisation, count in (
        late.order_by().values_list("organisation").annotate(count=Count("number", distinct=True))
    ):
        if organisation in facts:
            facts[organisation]["incomplete"] = count
    shortened = _shortened(until - timedelta(days=1))
    for organisation, told in sorted(facts.items()):
        place, _, department = organisation.partition("-")
        yield MonthFacts(
            organisation=organisation,
            county=place[:6],
            department=department,
            shortening_percent=shortened.get(organisation),
            **told,
        )


def _add_cases(facts: dict[str, dict[str, Any]], start_on: date, until: date, *, county: str) -> None:
    days = [start_on + timedelta(days=place) for place in range((until - start_on).days)]
    for dimension, tally in tally_days(days):
        if dimension != "department" or (county and tally.county != county) or not tally.key:
            continue
        told = facts[f"{tally.county}-{tally.key}"]
        told["completed"] = told.get("completed", 0) + tally.completed
        told["early"] = told.get("early", 0) + tally.early


def _shortened(on: date) -> dict[str, int]:
    """Return by how many percent at least each organisation shortened every statutory period that it has."""
    least: dict[str, int] = {}
    unknown = set()
    for (organisation, _), terms in get_terms(on=on).items():
        if not terms.statutory_amount or terms.statutory_unit != terms.promised_unit:
            unknown.add(organisation)
            continue
        percent = (terms.statutory_amount - terms.promised_amount) * _HUNDRED // terms.statutory_amount
        least[organisation] = min(least.get(organisation, percent), percent)
    return {organisation: percent for organisation, percent in least.items() if organisation not in unknown}


def publish_ranking(*, month: str, division: str, by: Actor, at: datetime) -> Ranking:
    """Publish the ranking of a division's departments for a month that is over, and return it.

    Published again it stands beside the earlier one, which stays. Raises MonthNotOver, PeriodNotUnderstood.
    """
    if Period.parse(month).until > local_day(at):
        raise MonthNotOver(month=month)
    rows = get_scores(month=month, division=division)
    text = _encode(rows)
    row = PublishedRanking.objects.create(
        month=month,
        division=division,
        rows=text.decode(),
        digest=sm3(text).hex(),
        published_at=at,
        published_by_id=by.id,
        published_by=by.name,
    )
    return _ranking(row)


def get_ranking(*, month: str, division: str) -> Ranking:
    """Return the ranking of a division for a month as it was published last; raises RankingNotPublished."""
    row = PublishedRanking.objects.filter(month=month, division=division).order_by("-id").first()
    if row is None:
        raise RankingNotPublished(month=month, division=division)
    return _ranking(row)


def list_rankings(*, division: str = "") -> tuple[Ranking, ...]:
    """Return what was published, newest first, without the rows."""
    rows = PublishedRanking.objects.order_by("-id")
    if division:
        rows = rows.filter(division=division)
    return tuple(replace(_ranking(row), rows=()) for row in rows[:_HUNDRED])


def _ranking(row: PublishedRanking) -> Ranking:
    return Ranking(
        month=row.month,
        division=row.division,
        rows=msgspec.json.decode(row.rows, type=tuple[RankingRow, ...]),
        published_at=row.published_at,
        published_by=row.published_by,
        digest=row.digest,
    )
