"""Forms: what was applied for, beside the ledger, which keeps only the salted digest. Answers whose a case is."""

from collections.abc import Sequence
from typing import Any

from django.db import connection

from yichuang.cases import ledger
from yichuang.cases.domain.application import Application, OwnRow
from yichuang.cases.domain.texts import storable
from yichuang.cases.drafts import decode_application
from yichuang.cases.models import Form
from yichuang.cases.rows import ROW, as_instant, case_row
from yichuang.cases.values import CaseRow, PageUnknown
from yichuang.kernel.crypto import sm3
from yichuang.kernel.page import Page

EARLIER = 5


def digest_of(content: str, *, salt: bytes) -> str:
    """Return SM3 of salt and content in hex, as the receipt holds it."""
    return sm3(salt + content.encode()).hex()


def get_application(number: str) -> Application | None:
    """Return what was applied for, None for a case that came without a form; ask the permission first."""
    content = Form.objects.filter(case__number=storable(number)).values_list("content", flat=True).first()
    return None if content is None else decode_application(content)


def find_form_fault(case_id: int, form_digest: str) -> str:
    """Return a sentence when a stored form is not the one whose digest stands in the ledger, "" when it is."""
    row = Form.objects.filter(pk=case_id).values_list("content", "salt").first()
    if row is None or not form_digest or digest_of(row[0], salt=bytes(row[1])) == form_digest:
        return ""
    return "the form does not match its digest"


def owns(*, number: str, owner: str) -> bool:
    """Return whether a case was applied for by this account."""
    return bool(owner) and Form.objects.filter(case__number=storable(number), owner=owner).exists()


_OWN = (
    "SELECT fm.case_id, f.number, f.item, f.handling_item, f.implementation_code, f.organisation, f.status, f.result,"
    " fm.content, fm.submitted_at, f.promised_due_at, f.closed_at"
    " FROM cases_form fm JOIN cases_facts f ON f.case_id = fm.case_id"
)


def page_own(*, owner: str, after: str = "", limit: int = 20) -> Page[OwnRow]:
    """Return one page of the cases of an account, newest first; `after` is a page's cursor; raises PageUnknown."""
    if not owner:
        return Page(())
    condition, parameters = "fm.owner = %s", [owner]
    if after:
        if not after.isdecimal():
            raise PageUnknown(after=after)
        condition += " AND fm.case_id < %s"
        parameters.append(after)
    with connection.cursor() as cursor:
        cursor.execute(f"{_OWN} WHERE {condition} ORDER BY fm.case_id DESC LIMIT %s", [*parameters, limit + 1])
        rows = cursor.fetchall()
    more = len(rows) > limit
    rows = rows[:limit]
    return Page(tuple(_own_row(row) for row in rows), str(rows[-1][0]) if more else "")


def _own_row(row: Sequence[Any]) -> OwnRow:
    application = decode_application(row[8])
    code, name = application.represented
    return OwnRow(
        number=row[1],
        item=row[2],
        handling_item=row[3],
        implementation_code=row[4],
        organisation=row[5],
        status=row[6],
        result=row[7],
        applicant_name=name if code else application.applicant.name,
        summary=application.summary,
        submitted_at=ledger.aware(row[9]),
        promised_due_at=as_instant(row[10]),
        closed_at=as_instant(row[11]),
    )


def list_earlier(
    *, id_number: str, counties: Sequence[str] = (), organisations: Sequence[str] = (), limit: int = EARLIER
) -> tuple[CaseRow, ...]:
    """Return the newest cases of an applicant by his number, within places; so that a window sees a second application.

    Ask the permission first: places that are empty narrow nothing.
    """
    if not id_number:
        return ()
    condition, parameters = "a.id_number = %s", [storable(id_number)]
    for column, values in (("county", counties), ("organisation", organisations)):
        if values:
            condition += f" AND f.{column} IN ({', '.join(['%s'] * len(values))})"
            parameters += values
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {ROW} FROM cases_applicant a JOIN cases_facts f ON f.case_id = a.case_id"
            f" WHERE {condition} ORDER BY f.case_id DESC LIMIT %s",
            [*parameters, limit],
        )
        return tuple(case_row(row) for row in cursor.fetchall())
