"""Reading cards: pages, counts and whole files, inside the reader's scope or because a card is addressed to him."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import IO, Any

import msgspec
from django.db.models import Count, Q, QuerySet
from django.db.models.functions import TruncMonth
from django.utils import timezone

from yichuang.accounts.queries import within
from yichuang.accounts.values import Scope
from yichuang.calendar.queries import get_calendar
from yichuang.kernel.actor import Actor
from yichuang.kernel.page import Page
from yichuang.kernel.refusal import Refusal
from yichuang.kernel.words import N_
from yichuang.supervision.cards import files
from yichuang.supervision.cards.history import faults_of, folded, lines_of
from yichuang.supervision.cards.proposing import Facts
from yichuang.supervision.domain import cards
from yichuang.supervision.domain.cardevents import OF_THE_ADDRESSEE, CardAct
from yichuang.supervision.domain.moment import Moment
from yichuang.supervision.domain.refusals import CardNotKnown
from yichuang.supervision.domain.rulefile import read_rule
from yichuang.supervision.domain.words import OPEN, STANDING, CardState, Colour, Level, Scheme
from yichuang.supervision.engines import database
from yichuang.supervision.models import Card
from yichuang.supervision.rulebook import get_rules
from yichuang.supervision.values import CardFile, CardFilter, CardPaper, CardRow, Recomputed

_decode = msgspec.json.Decoder(Facts).decode
_STATES = {"open": OPEN, "standing": STANDING}
_GROUPS = ("state", "colour", "county", "department", "organisation", "rule", "rule_class", "item")


class CardsPageUnknown(Refusal):
    """The cursor of a page does not decode."""

    sentence = N_("没有这一页")
    remedy = N_("请从列表第一页开始")


def _chosen(chosen: CardFilter) -> "QuerySet[Card, Card]":
    rows = Card.objects.all()
    if chosen.state in _STATES:
        rows = rows.filter(state__in=[state.value for state in _STATES[chosen.state]])
    elif chosen.state not in ("", "all"):
        rows = rows.filter(state=chosen.state)
    same = ("rule", "rule_class", "colour", "county", "department", "organisation", "item", "officer_id")
    rows = rows.filter(**{name: value for name in same if (value := getattr(chosen, name))})
    if chosen.number:
        rows = rows.filter(case_number=chosen.number)
    if chosen.text:
        text = chosen.text.strip().upper()
        rows = rows.filter(Q(number__startswith=text) | Q(case_number__startswith=text))
    if chosen.from_on:
        rows = rows.filter(issued_on__gte=chosen.from_on)
    if chosen.until:
        rows = rows.filter(issued_on__lt=chosen.until)
    if chosen.overdue_on:
        rows = rows.filter(reply_due_on__lt=chosen.overdue_on, replied_at__isnull=True)
    return rows


def _scoped(scope: Scope) -> Q:
    return within(scope, division="division", organisation="organisation", centre="centre")


def page_cards(*, chosen: CardFilter, scope: Scope, after: str = "", limit: int = 50) -> Page[CardRow]:
    """Return one page of the cards of a scope, newest first; raises CardsPageUnknown."""
    return _page(_chosen(chosen).filter(_scoped(scope)), after=after, limit=limit)


def list_cards_of(
    *, actor: Actor, scope: Scope, state: str = "open", personal: bool = False, after: str = "", limit: int = 50
) -> Page[CardRow]:
    """Return the cards that concern a person: addressed to himself or, unless `personal`, to his office or centre.

    Only what was issued concerns anybody outside supervision. Newest first; raises CardsPageUnknown.
    """
    mine = Q(officer_id=actor.id)
    if not personal:
        mine |= _scoped(scope)
    rows = _chosen(CardFilter(state=state)).filter(mine).filter(issued_at__isnull=False)
    return _page(rows, after=after, limit=limit)


def _page(rows: "QuerySet[Card, Card]", *, after: str, limit: int) -> Page[CardRow]:
    if after:
        if not after.isdecimal():
            raise CardsPageUnknown()
        rows = rows.filter(pk__lt=int(after))
    found = list(rows.select_related("rule_version", "finding").order_by("-id")[: limit + 1])
    shown = found[:limit]
    return Page(tuple(map(card_row, shown)), str(shown[-1].pk) if len(found) > limit else "")


def card_row(row: Card) -> CardRow:
    """Return the value of a card's row."""
    return CardRow(
        number=row.number,
        version=row.version,
        finding=row.finding_id,
        rule=row.rule,
        rule_class=row.rule_class,
        rule_version=row.rule_version.digest,
        case_number=row.case_number,
        county=row.county,
        town=row.town,
        centre=row.centre,
        organisation=row.organisation,
        department=row.department,
        item=row.item,
        colour=Colour(row.colour),
        scheme=Scheme(row.scheme),
        level=Level(row.level),
        state=CardState(row.state),
        occurred_on=row.occurred_on,
        created_at=row.created_at,
        issued_at=row.issued_at,
        officer_id=row.officer_id,
        officer_name=row.officer_name,
        reply_due_on=row.reply_due_on,
        appeal_due_on=row.appeal_due_on,
        supervised_until=row.supervised_until,
        replied_at=row.replied_at,
        ended_at=row.ended_at,
        reason=row.reason,
        letter_number=row.letter_number,
        finding_stands=row.finding.ended_at is None,
    )


def rows_of_findings(findings: Iterable[int]) -> tuple[CardRow, ...]:
    """Return the cards of findings, oldest first."""
    rows = Card.objects.select_related("rule_version", "finding").filter(finding__in=list(findings)).order_by("id")
    return tuple(map(card_row, rows))


def list_cards_of_case(number: str) -> tuple[CardRow, ...]:
    """Return the cards about one case, oldest first."""
    rows = Card.objects.select_related("rule_version", "finding").filter(case_number=number).order_by("id")
    return tuple(map(card_row, rows))


def count_cards(*, chosen: CardFilter, scope: Scope, by: str = "") -> dict[Any, int]:
    """Return how many cards of a scope a filter selects, by a field; without `by` under the key "".

    `by` is state, colour, county, department, organisation, rule, rule_class, item or month (of issue).
    """
    rows = _chosen(chosen).filter(_scoped(scope)).order_by()
    if not by:
        return {"": rows.count()}
    if by == "month":
        rows = rows.annotate(month=TruncMonth("issued_on"))
    elif by not in _GROUPS:
        raise KeyError(by)
    return dict(rows.values_list(by).annotate(counted=Count("pk")).order_by(by))


def _find(number: str) -> Card:
    rows = Card.objects.select_related("rule_version", "finding")
    row = rows.filter(number=number.strip().upper()).first()
    if row is None:
        raise CardNotKnown(number=number)
    return row


def get_card(number: str, *, by: Actor | None = None, on: date | None = None) -> CardFile:
    """Return one card with its history, evidence and the acts that its state allows on a day; raises CardNotKnown.

    Without `on` it is today. With `by`, what those concerned do is left out for one whom the card does not concern;
    whether he may see the card at all is asked by delivery.
    """
    row = _find(number)
    rule = read_rule(row.rule_version.text, file=f"{row.rule}.yaml")
    stored = _decode(row.facts)
    possible: Sequence[CardAct] = cards.possible_acts(folded(row), on=on or timezone.localdate())
    if by is not None and by.organisation and by.organisation != row.organisation and by.id != row.officer_id:
        possible = [act for act in possible if act not in OF_THE_ADDRESSEE]
    return CardFile(
        row=card_row(row),
        rule=rule,
        evidence={name: stored.facts[name] for name in rule.evidence if name in stored.facts},
        facts=stored.facts,
        parameters=stored.parameters,
        lines=lines_of(row),
        papers=files.papers_of(row),
        possible=tuple(possible),
        faults=faults_of(row),
    )


def open_card_file(*, number: str, key: str) -> tuple[CardPaper, IO[bytes]]:
    """Return one file of a card, open for reading; permission is the caller's, who closes it. Raises FileNotKnown."""
    return files.open_paper(number=number, key=key)


def recompute_card(number: str) -> Recomputed:
    """Judge a card's facts again by the text of the rule that caught it, at the moment of then; raises CardNotKnown.

    Whether the card still follows is what an appeal asks first.
    """
    row = _find(number)
    rule = read_rule(row.rule_version.text, file=f"{row.rule}.yaml")
    stored = _decode(row.facts)
    moment = Moment(today_wd=stored.today_wd, now_s=stored.now_s, today=stored.today)
    hit = database.judge_row(rule, stored.facts, moment)
    present = get_rules().get(row.rule)
    occurred_on = get_calendar().day_of(hit.occurred_wd) if hit else None
    return Recomputed(
        follows=occurred_on == row.occurred_on,
        occurred_on=occurred_on,
        same_text=present is not None and present.digest == rule.digest,
    )
