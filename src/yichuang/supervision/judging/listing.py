"""Listing: what the rules find at an instant, whether or not it stands as a finding; for checks, without a card."""

from collections.abc import Iterator
from datetime import datetime

from yichuang.calendar.queries import get_calendar
from yichuang.calendar.values import local_day
from yichuang.supervision import relations
from yichuang.supervision.domain.moment import moment_of
from yichuang.supervision.engines import database
from yichuang.supervision.rulebook import get_rules
from yichuang.supervision.schemes import scheme_of
from yichuang.supervision.values import JudgedRow


def list_found(*, at: datetime) -> Iterator[JudgedRow]:
    """Yield everything that the rules in force find at an instant, relation by relation, under each place's scheme.

    The stored relations are filled anew as of that day; findings and cards are left alone.
    """
    calendar, rules = get_calendar(), get_rules()
    moment = moment_of(at, calendar)
    relations.refresh(on=local_day(at), at=at)
    for relation in rules.relations:
        own = {rule.id: rule for rule in rules.of(relation)}
        for hit in database.judge(tuple(own.values()), relation=relation, moment=moment):
            on = calendar.day_of(hit.occurred_wd)
            if own[hit.rule_id].applies(scheme_of(hit.county, hit.centre, on)):
                yield JudgedRow(hit.rule_id, relation, hit.key, hit.number, hit.source, on)
