"""Tracking without signing in: a case number and the last four digits of a phone, guarded against trying them out.

A try is counted before it is judged and given back when it was right: many tries at once count one by one. A number
that nobody has is counted like one that somebody has, so that neither the words nor the lock tell them apart.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hmac import compare_digest

from django.db import transaction
from django.db.models import F
from django.utils.crypto import salted_hmac
from django.utils.timezone import localtime

from yichuang.calendar.values import local_day
from yichuang.cases.domain.application import phones_of
from yichuang.cases.domain.intake_law import TrackingLaw, tracking_law
from yichuang.cases.domain.texts import storable
from yichuang.cases.domain.tracking import TAIL_LENGTH, TrackingLocked, TrackingRefused
from yichuang.cases.forms import get_application
from yichuang.cases.models import Applicant, Case, TrackingGuard
from yichuang.cases.values import CaseFile
from yichuang.kernel.identifiers.spelling import normalise

_SALT = "yichuang.cases.tracking"
_NUMBER_KEPT = 50


@dataclass(frozen=True, slots=True)
class _Gate:
    """One thing about which somebody may be wrong a few times; only a keyed digest of it is kept."""

    kind: str
    subject: str
    most: int


def find_tracked(*, number: str, phone_tail: str, address: str, at: datetime) -> CaseFile:
    """Return a case, without personal details, to whoever knows its number and the phone's last four digits.

    `address` is the network address of the asker. Raises TrackingRefused and TrackingLocked.
    """
    # The door of queries re-exports this module.
    from yichuang.cases.queries import get_case

    found = check_tracked(number=number, phone_tail=phone_tail, address=address, at=at)
    return get_case(found)


def check_tracked(*, number: str, phone_tail: str, address: str, at: datetime) -> str:
    """Return the case number as it stands in the ledger when number and digits belong together; counts the try.

    Raises TrackingRefused and TrackingLocked.
    """
    law = tracking_law(on=local_day(at))
    plain = storable(number).strip()[:_NUMBER_KEPT]
    gates = (
        _Gate("address", _digest(address), law.tries_per_address),
        _Gate("number", _digest(normalise(plain)), law.tries_per_number),
    )
    # Recorded and committed before anything is refused: a refusal must not undo the count.
    if (until := _count(gates, law, at)) is not None:
        raise TrackingLocked(until=f"{localtime(until):%H:%M}")
    known = _match(plain, normalise(phone_tail))
    if known is None:
        raise TrackingRefused()
    _give_back(gates)
    return known


def _digest(subject: str) -> str:
    return salted_hmac(_SALT, subject, algorithm="sha256").hexdigest()


def _count(gates: tuple[_Gate, ...], law: TrackingLaw, at: datetime) -> datetime | None:
    """Count one try at every gate; return until when it is locked, None when all are open."""
    with transaction.atomic():
        for gate in gates:
            TrackingGuard.objects.get_or_create(
                kind=gate.kind, subject=gate.subject, defaults={"tries": 0, "since": at}
            )
            row = TrackingGuard.objects.select_for_update().get(kind=gate.kind, subject=gate.subject)
            if row.locked_until is not None and at < row.locked_until:
                return row.locked_until
            if row.locked_until is not None or at - row.since >= timedelta(minutes=law.window_minutes):
                row.tries, row.since, row.locked_until = 0, at, None
            row.tries += 1
            if row.tries > gate.most:
                row.locked_until = at + timedelta(minutes=law.lock_minutes)
            row.save(update_fields=["tries", "since", "locked_until"])
            if row.locked_until is not None:
                return row.locked_until
    return None


def _give_back(gates: tuple[_Gate, ...]) -> None:
    for gate in gates:
        TrackingGuard.objects.filter(kind=gate.kind, subject=gate.subject, tries__gt=0).update(tries=F("tries") - 1)


def _match(number: str, tail: str) -> str | None:
    case = (
        Case.objects.filter(number__in=[number, normalise(number)]).order_by("id").values_list("pk", "number").first()
    )
    phones: tuple[str, ...] = ()
    if case is not None:
        stored = Applicant.objects.filter(pk=case[0]).values_list("phone", flat=True).first()
        application = get_application(case[1])
        phones = (stored or "", *(phones_of(application) if application else ()))
    right = len(tail) == TAIL_LENGTH and tail.isascii() and tail.isdecimal()
    for phone in phones:
        digits = "".join(character for character in phone if character in "0123456789")
        if len(digits) >= TAIL_LENGTH and compare_digest(
            digits[-TAIL_LENGTH:].encode(), tail.encode("utf-8", "replace")
        ):
            return case[1] if right and case is not None else None
    return None
