"""The door for issuing and revoking certificates, and for taking document numbers."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction

from yichuang.calendar.values import local_day
from yichuang.certificates import numbering
from yichuang.certificates.models import Certificate
from yichuang.certificates.register import digest_of, row_of
from yichuang.certificates.values import (
    AlreadyRevoked,
    CertificateIncomplete,
    CertificateKind,
    CertificateNotFound,
    CertificateRow,
    CertificateStatus,
    CertificateTooLong,
    RevocationWithoutReason,
    ValidityReversed,
)
from yichuang.kernel.actor import Actor
from yichuang.kernel.identifiers import certificate_identifier
from yichuang.kernel.words import N_

__all__ = ["issue", "leave_out_number", "revoke", "take_document_number"]
leave_out_number = numbering.leave_out

_LIMITS = {
    "name": (N_("证照名称"), 120),
    "holder_name": (N_("持证主体"), 200),
    "organisation_name": (N_("颁发机构"), 200),
    "case_number": (N_("办件编号"), 50),
    "holder_id": (N_("持证主体证件号码"), 64),
}
_MAY_BE_EMPTY = frozenset({"holder_id"})
_MOST_STATEMENTS, _LONGEST_STATEMENT = 40, 2000


def issue(
    *,
    case_number: str,
    kind: str,
    name: str,
    organisation: str,
    organisation_name: str,
    division: str,
    item: str,
    holder_name: str,
    holder_id_type: str,
    holder_id: str,
    statements: tuple[tuple[str, str], ...],
    valid_from: date,
    valid_until: date | None = None,
    by: Actor,
    at: datetime,
) -> CertificateRow:
    """Enter a certificate or letter into the register and return it; the same case and name gives the same one.

    Its number has no gap within organisation, name and year: it falls back when the caller's transaction does.
    `valid_until` is the last valid day, None for one without end. Raises CertificateIncomplete,
    CertificateTooLong, ValidityReversed, OrganisationNotKnown, TooManyCertificateNames.
    """
    texts = {
        "name": name.strip(),
        "holder_name": holder_name.strip(),
        "organisation_name": organisation_name.strip(),
        "case_number": case_number.strip(),
        "holder_id": holder_id.strip(),
    }
    _check(texts, statements)
    if valid_until is not None and valid_until < valid_from:
        raise ValidityReversed(name=name, valid_from=valid_from, valid_until=valid_until)
    on = local_day(at)
    issuer = numbering.organisation_row(organisation)
    sign = numbering.sign_of(issuer, on=on)
    with transaction.atomic():
        numbering.lock_serial(book=sign)
        # Asked behind the lock: of two who issue at once the second finds what the first has issued.
        standing = Certificate.objects.filter(case_number=texts["case_number"], name=texts["name"]).first()
        if standing is not None:
            return row_of(standing)
        entry = numbering.certificate_name(sign=sign, name=texts["name"])
        book = numbering.book_of_certificate(sign=sign, word=entry.word, kind=CertificateKind(kind), on=on)
        serial = numbering.take_serial(book=book, year=on.year)
        certificate = Certificate(
            number=numbering.number_text(book=book, year=on.year, serial=serial),
            identifier=certificate_identifier.generate(
                certificate_type=f"{issuer.uscc}{entry.ordinal:03d}",
                issuer=issuer.uscc,
                serial=f"{on.year}{serial:07d}",
            ),
            kind=CertificateKind(kind).value,
            organisation=organisation,
            division=division,
            item=item,
            holder_id_type=holder_id_type,
            statements=[[label, text] for label, text in statements],
            valid_from=valid_from,
            valid_until=valid_until,
            issued_on=on,
            issued_at=at,
            issued_by_id=by.id,
            issued_by=by.name,
            status=CertificateStatus.VALID.value,
            **texts,
        )
        certificate.digest = digest_of(certificate)
        certificate.save(force_insert=True)
        return row_of(certificate)


def _check(texts: dict[str, str], statements: Iterable[tuple[str, str]]) -> None:
    for key, text in texts.items():
        label, limit = _LIMITS[key]
        if not text and key not in _MAY_BE_EMPTY:
            raise CertificateIncomplete(field=label)
        if len(text) > limit:
            raise CertificateTooLong(field=label, found=len(text), limit=limit)
    rows = tuple(statements)
    if len(rows) > _MOST_STATEMENTS:
        raise CertificateTooLong(field=N_("登记事项"), found=len(rows), limit=_MOST_STATEMENTS)
    for label, text in rows:
        if len(label) + len(text) > _LONGEST_STATEMENT:
            raise CertificateTooLong(field=label[:20], found=len(label) + len(text), limit=_LONGEST_STATEMENT)


def revoke(*, number: str, reason: str, by: Actor, at: datetime) -> CertificateRow:
    """Revoke a certificate for good and say why (行政许可法第六十九条).

    Raises CertificateNotFound, AlreadyRevoked, RevocationWithoutReason.
    """
    with transaction.atomic():
        certificate = Certificate.objects.select_for_update().filter(number=number).first()
        if certificate is None:
            raise CertificateNotFound(number=number)
        if not reason.strip():
            raise RevocationWithoutReason(number=number)
        if certificate.revoked_at is not None:
            raise AlreadyRevoked(number=number, on=local_day(certificate.revoked_at).isoformat())
        certificate.status = CertificateStatus.REVOKED.value
        certificate.revoked_at = at
        certificate.revoked_reason = reason.strip()
        certificate.revoked_by_id = by.id
        certificate.revoked_by = by.name
        certificate.save(update_fields=["status", "revoked_at", "revoked_reason", "revoked_by_id", "revoked_by"])
        return row_of(certificate)


def take_document_number(*, organisation: str, division: str, kind: str, on: date) -> str:  # noqa: ARG001
    """Return the next number of a kind of document, such as 紫国土受字〔2026〕12号; no gaps within a year.

    Nodes that act for one organisation each count without gaps in a range of their own: 20001号, 20002号.

    `kind` is a PaperKind's value. It must be taken in the transaction of the act that carries it, so that a
    refused act gives the number back; outside one it raises TransactionManagementError. `division` is the
    case's own and changes nothing: the number is that of the organisation that signs. Raises
    OrganisationNotKnown, DocumentKindUnknown.
    """
    book = numbering.book_of_document(organisation=organisation, kind=kind, on=on)
    serial = numbering.take_serial(book=book, year=on.year)
    return numbering.number_text(book=book, year=on.year, serial=serial)
