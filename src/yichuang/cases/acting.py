"""Acting: one act on one case, the same way for all of them.

Load, fold, decide, append, project: in one transaction, so that what is acknowledged stands in the ledger and in the
facts alike.
"""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from msgspec.structs import replace

from yichuang.calendar.queries import get_calendar
from yichuang.calendar.values import local_day
from yichuang.cases import authority, ledger, numbers, projections
from yichuang.cases.applicants import check as check_applicant
from yichuang.cases.applicants import digest_of, new_salt, store_applicant
from yichuang.cases.document_numbers import numbered
from yichuang.cases.domain import acts as a
from yichuang.cases.domain.chain import GENESIS
from yichuang.cases.domain.circumstances import Circumstances
from yichuang.cases.domain.decide import NEEDS_TERMS, decide
from yichuang.cases.domain.local_rules import rules_in_force
from yichuang.cases.domain.state import State
from yichuang.cases.domain.statutes import load_statutes
from yichuang.cases.domain.trail import Told
from yichuang.cases.lists import Lists
from yichuang.cases.terms import TermsBook
from yichuang.cases.values import (
    OWN_SOURCE,
    ApplicantDetails,
    CaseNotFound,
    ChangedMeanwhile,
    HeldElsewhere,
    case_uuid,
)
from yichuang.kernel.actor import Actor


def receive_application(
    *, receipt: a.Receive, applicant: ApplicantDetails, by: Actor, at: datetime, now: datetime
) -> str:
    """Take in an application and return its case number (收件); raises UnknownItem.

    `at` is when it was handed in, `now` when this system heard of it.
    """
    check_applicant(applicant)
    with transaction.atomic():
        number = numbers.take_number(division=receipt.division[:6], on=local_day(at))
        case_id = _insert_case(number)
        salt = new_salt()
        receipt = replace(receipt, applicant_digest=digest_of(applicant, salt=salt))
        act_on(case_id, number, OWN_SOURCE, receipt, by=by, at=at, now=now, expected_version=0)
        store_applicant(case_id, applicant, salt=salt)
    return number


def _insert_case(number: str) -> int:
    uuid = case_uuid(source=OWN_SOURCE, source_key=number)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO cases_case (uuid, number, source, source_key) VALUES (%s, %s, %s, %s) RETURNING id",
            [uuid if ledger.is_native() else uuid.hex, number, OWN_SOURCE, number],
        )
        return int(cursor.fetchone()[0])


def perform(
    *,
    number: str,
    act: a.Act,
    by: Actor,
    at: datetime,
    now: datetime | None = None,
    expected_version: int | None = None,
) -> int:
    """Do one act on a case and return its new version.

    `expected_version` is the version the person saw; another one raises ChangedMeanwhile. Raises
    CaseNotFound, HeldElsewhere and every refusal of `decide`.
    """
    with transaction.atomic():
        case_id, source = lock_case(number)
        return act_on(case_id, number, source, act, by=by, at=at, now=now or at, expected_version=expected_version)


def lock_case(number: str) -> tuple[int, str]:
    """Return (id, source) of a case that is ours until the transaction ends; raises CaseNotFound, HeldElsewhere."""
    case_id, source, elsewhere = find_case(number)
    if elsewhere:
        raise HeldElsewhere(number=number, holder=elsewhere)
    return case_id, source


def find_case(number: str) -> tuple[int, str, str]:
    """Return (id, source, the node that holds it or "" for this one) of a case, locked; raises CaseNotFound."""
    with connection.cursor() as cursor:
        locked = " FOR UPDATE" if ledger.is_native() else ""
        cursor.execute(f"SELECT id, source, holder FROM cases_case WHERE number = %s{locked}", [number])
        found = cursor.fetchone()
    if found is None:
        raise CaseNotFound(number=number)
    return int(found[0]), str(found[1]), held_elsewhere(found[2])


def held_elsewhere(holder: str) -> str:
    """Return the node that holds a case by its row, "" where it is this one or where there are no nodes."""
    return holder if settings.NODE and holder != settings.NODE else ""


def act_on(
    case_id: int,
    number: str,
    source: str,
    act: a.Act,
    *,
    by: Actor,
    at: datetime,
    now: datetime,
    expected_version: int | None,
) -> int:
    """Do one act on a case inside the caller's transaction and return its new version; refuses as `perform` does."""
    native = ledger.is_native()
    # A case at version 0 has nothing to load; if it had, its place in the ledger would be taken.
    folded, head = (projections.Folded(), GENESIS) if expected_version == 0 else projections.load(case_id)
    if expected_version is not None and expected_version != folded.state.seq:
        raise ChangedMeanwhile(number=number)
    calendar, statutes = get_calendar(), load_statutes()
    act = numbered(act, folded.state, by=by, on=local_day(at))
    book = TermsBook()
    circumstances = _circumstances(folded.state, act, book=book, number=number, by=by, at=at, now=now)
    events = decide(folded.state, act, circumstances, at)
    uuid = case_uuid(source=source, source_key=number).hex if source == OWN_SOURCE else _uuid_of(case_id)
    chainer = ledger.Chainer(
        case_id=case_id, uuid=uuid, seq=folded.state.seq, head=head, actor=by, recorded_at=now, native=native
    )
    links = []
    for event in events:
        link = chainer.add(event, source_at=at, received_at=now)
        folded.take(Told(event, at, now, by.id, by.name), link.hash)
        links.append(link)
    new = folded.state.seq == len(events)
    ledger.append(links, number=number)
    row = projections.row_of(
        folded,
        case_id=case_id,
        number=number,
        head=chainer.head,
        facts=projections.facts_of_case(
            folded,
            calendar=calendar,
            statutes=statutes,
            lists=Lists(book=book, whole=False),
            source=source,
            on=local_day(now),
        ),
        native=native,
    )
    projections.save([row], new=new)
    return folded.state.seq


def _circumstances(
    state: State, act: a.Act, *, book: TermsBook, number: str, by: Actor, at: datetime, now: datetime
) -> Circumstances:
    on = local_day(at)
    receipt: Any = state.received or act
    authorised = authority.list_authorised(act, state, by=by, on=on)
    terms = None
    # A refusal names the item, so it is looked up for one who is not on the list, too.
    if type(act) in NEEDS_TERMS or (authorised is not None and by.id not in authorised):
        terms = book.find(
            organisation=receipt.organisation,
            item=receipt.item,
            on=on,
            received_on=local_day(state.received_at) if state.received_at else None,
            with_fees=isinstance(act, a.ChargeFee),
        )
    return Circumstances(
        calendar=get_calendar(),
        law=load_statutes().in_force(on),
        now=now,
        terms=terms,
        number=number,
        rules=rules_in_force(on),
        by=by,
        authorised=None if authorised is None else tuple(authorised),
        authorised_names=() if authorised is None else tuple(authorised.values()),
        node=settings.NODE,
    )


def _uuid_of(case_id: int) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT uuid FROM cases_case WHERE id = %s", [case_id])
        value: Any = cursor.fetchone()[0]
    return str(value.hex) if hasattr(value, "hex") else str(value)
