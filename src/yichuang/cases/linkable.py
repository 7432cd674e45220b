"""What of a case its counterpart in a department's own list can be recognised by; personal, for linkage only.

Read from facts and from the applicants beside the ledger, in order of the case numbers; permission is the caller's
question, and nothing of it may be shown unmasked.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

from django.db import connection

from yichuang.calendar.values import local_day
from yichuang.cases import ledger
from yichuang.cases.rows import as_date, as_day
from yichuang.cases.selection import stored_day

_COLUMNS = (
    "f.number, f.county, f.town, f.organisation, f.department, f.item, f.received_on, f.decided_at, f.closed_on,"
    " f.decision, f.certificate_number, a.name, a.id_type, a.id_number"
)
_AT_ONCE = 5_000


class LinkableCase(NamedTuple):
    """One case; `decided_on` is None while nothing is decided, the applicant's fields "" once they were erased."""

    number: str
    county: str
    town: str
    organisation: str
    department: str
    item: str
    received_on: date
    decided_on: date | None
    closed_on: date | None
    granted: bool
    certificate_number: str
    name: str
    id_type: str
    id_number: str


def list_linkable(*, counties: Sequence[str], received_until: date) -> Iterator[LinkableCase]:
    """Yield the cases of some counties that were received up to a day, exclusive."""
    if not counties:
        return
    marks = ", ".join(["%s"] * len(counties))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {_COLUMNS} FROM cases_facts f LEFT JOIN cases_applicant a ON a.case_id = f.case_id"
            f" WHERE f.county IN ({marks}) AND f.received_on < %s ORDER BY f.number",
            [*counties, stored_day(received_until)],
        )
        while rows := cursor.fetchmany(_AT_ONCE):
            yield from map(_case, rows)


def find_linkable(number: str) -> LinkableCase | None:
    """Return one case, or None."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {_COLUMNS} FROM cases_facts f JOIN cases_case c ON c.id = f.case_id"
            " LEFT JOIN cases_applicant a ON a.case_id = f.case_id WHERE c.number = %s",
            [number],
        )
        found = cursor.fetchone()
    return None if found is None else _case(found)


def _case(row: Sequence[object]) -> LinkableCase:
    number, county, town, organisation, department, item, received, decided, closed, decision, document, *who = row
    decided_at = None if decided is None else ledger.aware(decided)
    return LinkableCase(
        str(number),
        str(county),
        str(town),
        str(organisation),
        str(department),
        str(item),
        as_day(received),
        None if decided_at is None else local_day(decided_at),
        as_date(closed),
        decision == "granted",
        str(document),
        *(str(one or "") for one in who),
    )
