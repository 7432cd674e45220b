"""Proposing: findings that call for a card get one; fresh ones are issued at once, the others wait for a person.

What is fresh is dated data (`law/cards.yaml`): a county that reports a year late must not raise ten thousand cards
overnight.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import msgspec
from django.db import connection

from yichuang.kernel.actor import SYSTEM
from yichuang.kernel.crypto import sm3
from yichuang.supervision.cards.addressees import Addressees
from yichuang.supervision.cards.history import chain
from yichuang.supervision.cards.notices import ISSUED, tell
from yichuang.supervision.domain import cardevents as e
from yichuang.supervision.domain import cards
from yichuang.supervision.domain.terms import Terms, terms_on
from yichuang.supervision.domain.words import Colour
from yichuang.supervision.models import Card, CardEvent, Finding

if TYPE_CHECKING:
    from yichuang.supervision.judging.judgement import Judgement

_encode = msgspec.json.Encoder(order="sorted").encode
_ROWS_AT_ONCE = 500
NOBODY = "000000"


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What a rule was asked about when a card was made, and when: enough to be asked again."""

    facts: dict[str, int | str | bool | None]
    parameters: dict[str, int]
    today_wd: int
    now_s: int
    today: int


def propose(findings: Sequence[Finding], *, by: "Judgement") -> list[Colour | None]:
    """Make the cards that new findings call for and return each finding's colour; inside the caller's transaction."""
    make_cards([(finding, Colour(finding.colour)) for finding in findings if finding.colour], by=by)
    return [Colour(finding.colour) if finding.colour else None for finding in findings]


def make_cards(wanted: Sequence[tuple[Finding, Colour]], *, by: "Judgement") -> list[Card]:
    """Make a card of a colour for each finding and issue those that are fresh."""
    if not wanted:
        return []
    terms = terms_on(by.day)
    rules = {rule.id: rule for rule in by.rules.rules}
    numbers = take_numbers([finding for finding, _ in wanted], year=by.day.year)
    rows, states, events = [], [], []
    for (finding, colour), number in zip(wanted, numbers, strict=True):
        rule = rules[finding.rule]
        known = msgspec.json.decode(finding.evidence)
        facts = _encode(
            Facts(
                facts=known,
                parameters=rule.judged_with(known, by.calendar, by.day),
                today_wd=by.moment.today_wd,
                now_s=by.moment.now_s,
                today=by.moment.today,
            )
        )
        row = Card(
            number=number,
            finding=finding,
            rule=finding.rule,
            rule_class=finding.rule_class,
            rule_version_id=finding.rule_version_id,
            case_number=finding.number,
            county=finding.county,
            town=finding.town,
            division=finding.division,
            centre=finding.centre,
            department=finding.department,
            organisation=finding.organisation,
            item=finding.item,
            colour=colour.value,
            scheme=finding.scheme,
            level=rule.level.value,
            occurred_on=finding.occurred_on,
            facts=facts.decode(),
            head=e.GENESIS,
            version=0,
            created_at=by.at,
        )
        proposed = e.CardProposed(
            rule=rule.id,
            rule_digest=rule.digest,
            facts_digest=sm3(facts).hex(),
            colour=colour.value,
            scheme=finding.scheme,
            level=rule.level.value,
            occurred_on=finding.occurred_on,
            finding=finding.pk,
        )
        state, event = chain(row, cards.Card(number, organisation=row.organisation), proposed, by=SYSTEM, at=by.at)
        rows.append(row)
        states.append(state)
        events.append(event)
    fresh = [place for place, row in enumerate(rows) if _is_fresh(row, terms, by=by)]
    to = Addressees([rows[place] for place in fresh], on=by.day)
    circumstances = cards.Circumstances(on=by.day, calendar=by.calendar, terms=terms, by=SYSTEM)
    for place in fresh:
        officer = to.officer(rows[place])
        act = cards.Issue(
            officer_id=officer.id if officer else "", officer_name=officer.name if officer else "", automatic=True
        )
        issued = cards.decide(states[place], act, circumstances)
        states[place], event = chain(rows[place], states[place], issued, by=SYSTEM, at=by.at)
        events.append(event)
    Card.objects.bulk_create(rows, batch_size=_ROWS_AT_ONCE)
    for event in events:
        # The rows had no identity when the events were chained.
        event.card_id = event.card.pk
    CardEvent.objects.bulk_create(events, batch_size=_ROWS_AT_ONCE)
    for colour in Colour:
        some = [rows[place] for place in fresh if rows[place].colour == colour]
        tell(some, text=ISSUED, levels=terms.told.value[colour], to=to, at=by.at)
    return rows


def _is_fresh(row: Card, terms: Terms, *, by: "Judgement") -> bool:
    days = terms.automatic_days.value[Colour(row.colour)]
    return days is not None and by.moment.today_wd - by.calendar.ordinal(row.occurred_on) <= days


def take_numbers(findings: Sequence[Finding], *, year: int) -> list[str]:
    """Return a number for a card of each finding: county, year, serial; taken inside the caller's transaction."""
    counties = [finding.county or NOBODY for finding in findings]
    last: dict[str, int] = {}
    for county in sorted(set(counties)):
        count = counties.count(county)
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO supervision_cardserial (county, year, last) VALUES (%s, %s, %s)"
                " ON CONFLICT (county, year) DO UPDATE SET last = supervision_cardserial.last + excluded.last"
                " RETURNING last",
                [county, year, count],
            )
            last[county] = int(cursor.fetchone()[0]) - count
    numbers = []
    for county in counties:
        last[county] += 1
        numbers.append(f"{cards.CARD_PREFIX}{county}{year}{last[county]:06d}")
    return numbers
