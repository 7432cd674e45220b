"""Numbers of matters: a letter pair for the kind, then division, day, serial and a check character, as cases have."""

from datetime import date

from django.db import connection

from yichuang.feedback.domain.lifecycle import Kind
from yichuang.kernel.identifiers.case_number import generate_number
from yichuang.kernel.identifiers.spelling import normalise

PREFIXES = {Kind.WORK_ORDER: "CP", Kind.CONSULTATION: "ZX", Kind.COMPLAINT: "TS"}
_DIVISION = 6


def take_number(*, kind: Kind, division: str, on: date) -> str:
    """Return the next number of a kind, division and day, inside the caller's transaction.

    Towns share the series of their county.
    """
    place = division[:_DIVISION]
    with connection.cursor() as cursor:
        cursor.execute(
            'INSERT INTO feedback_serial (kind, division, "on", last) VALUES (%s, %s, %s, 1)'
            ' ON CONFLICT (kind, division, "on") DO UPDATE SET last = feedback_serial.last + 1 RETURNING last',
            [kind.value, place, on.isoformat()],
        )
        serial = int(cursor.fetchone()[0])
    return PREFIXES[kind] + generate_number(division=place, on=on, serial=serial)


def tidy(number: str) -> str:
    """Return a number as it is kept, however it was typed: half-width, upper case, without hyphens and blanks."""
    return normalise(number, drop="- ")
