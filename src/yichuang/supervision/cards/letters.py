"""Supervision letters: who writes them, under which number, and how one is found again from its proof code."""

from datetime import date

import msgspec

from yichuang.calendar.queries import get_calendar
from yichuang.calendar.values import local_day
from yichuang.catalogue.queries import get_terms_register
from yichuang.certificates.commands import take_document_number
from yichuang.documents import render_letter as set_letter
from yichuang.kernel.actor import Actor
from yichuang.kernel.words import N_
from yichuang.papers.values import PaperNotProven, PaperProof
from yichuang.regions.queries import find_organisation
from yichuang.regions.values import OrganisationNotKnown, OrganisationRow
from yichuang.supervision.cards.history import faults_of, lines_of
from yichuang.supervision.cards.proposing import Facts
from yichuang.supervision.domain import cardevents as e
from yichuang.supervision.domain import letters
from yichuang.supervision.domain.refusals import CardNotKnown
from yichuang.supervision.domain.rulefile import read_rule
from yichuang.supervision.domain.words import Colour
from yichuang.supervision.models import Card
from yichuang.supervision.values import CardLine

# Who supervises at a place: the supervision bureau while there was one, after the reform of 2018 the centre's office.
_OFFICES = ("jiancha", "zhengwu")
_KIND = "supervision"
_decode = msgspec.json.Decoder(Facts).decode


def office_of(*, division: str, on: date) -> OrganisationRow:
    """Return the office that supervises a division on a day; raises OrganisationNotKnown."""
    for key in _OFFICES:
        code = f"{division[:6]}-{key}"
        if (row := find_organisation(code=code, on=on)) is not None:
            return row
    raise OrganisationNotKnown(code=f"{division[:6]}-{_OFFICES[-1]}")


def take_number(row: Card, *, by: Actor, on: date) -> tuple[str, str]:
    """Return the name of the office that writes and its next number of letters, inside the caller's transaction."""
    office = office_of(division=by.division or row.county, on=on)
    return office.name, take_document_number(organisation=office.code, division=office.division, kind=_KIND, on=on)


def addressee_of(row: Card, *, on: date) -> str:
    """Return the name of the organisation a letter goes to."""
    found = find_organisation(code=row.organisation) if row.organisation else None
    return found.name if found else office_of(division=row.county or row.division, on=on).name


def render_letter(*, card_number: str, place: int = 0, site: str = "") -> bytes:
    """Return the supervision letter sent at a place of a card's history (0: the last) as PDF/A, always the same.

    `site` is the address before `/verify/...` in its QR code. Raises CardNotKnown where there is none.
    """
    row = Card.objects.select_related("rule_version").filter(number=card_number).first()
    sent = [line for line in lines_of(row) if isinstance(line.event, e.SupervisionLetterSent)] if row else []
    line = next((one for one in reversed(sent) if place in (0, one.seq)), None)
    if row is None or line is None:
        raise CardNotKnown(number=card_number)
    return set_letter(letters.compose(_facts(row, line), site=site))


def _facts(row: Card, line: CardLine) -> letters.LetterFacts:
    sent = line.event
    assert isinstance(sent, e.SupervisionLetterSent)
    on = local_day(line.at)
    terms = get_terms_register().find(row.organisation, row.item, row.occurred_on) if row.item else None
    return letters.LetterFacts(
        card=row.number,
        seq=line.seq,
        digest=line.hash,
        office=sent.office,
        number=sent.document_number,
        addressee=sent.addressee,
        colour=Colour(row.colour),
        issued_on=row.issued_on or on,
        occurred_on=row.occurred_on,
        case_number=row.case_number,
        item=terms.name if terms else "",
        officer=row.officer_name,
        demand=sent.demand,
        until=sent.until,
        sent_on=on,
        rule=read_rule(row.rule_version.text, file=f"{row.rule}.yaml"),
        facts=_decode(row.facts).facts,
        calendar=get_calendar(),
    )


def verify_letter(code: str) -> PaperProof:
    """Return what the public may read of the supervision letter whose proof code this is; raises PaperNotProven.

    The card's whole chain is recomputed first: a history with a broken link proves nothing.
    """
    parts = letters.parse_code(code)
    row = Card.objects.select_related("rule_version").filter(number=parts[0]).first() if parts else None
    if parts is None or row is None or faults_of(row):
        raise PaperNotProven()
    line = next((one for one in lines_of(row) if one.seq == parts[1]), None)
    if line is None or not line.hash.startswith(parts[2]) or not isinstance(line.event, e.SupervisionLetterSent):
        raise PaperNotProven()
    facts = _facts(row, line)
    return PaperProof(
        kind=_KIND,
        title=N_("督办函"),
        number=facts.number,
        organisation=facts.office,
        case_number=row.case_number,
        item=facts.item,
        holder=facts.addressee,
        dated_on=facts.sent_on,
        lines=((N_("监察卡"), row.number), (N_("督办期限"), facts.until.isoformat())),
    )
