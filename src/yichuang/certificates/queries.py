"""The door for reading certificates: rows, proofs and the printed sheet; permission is the caller's question."""

from datetime import date

from yichuang.calendar.values import local_day
from yichuang.certificates.models import Certificate
from yichuang.certificates.printing import print_certificate
from yichuang.certificates.register import digest_of, row_of
from yichuang.certificates.values import (
    CertificateNotFound,
    CertificateNotProven,
    CertificateProof,
    CertificateRow,
    mask_holder_id,
    mask_holder_name,
)

__all__ = [
    "find_by_case",
    "find_by_identifier",
    "get_certificate",
    "list_by_case",
    "list_held",
    "render_certificate",
    "verify_certificate",
]


def get_certificate(number: str) -> CertificateRow:
    """Return the certificate of a number; raises CertificateNotFound."""
    found = Certificate.objects.filter(number=number).first()
    if found is None:
        raise CertificateNotFound(number=number)
    return row_of(found)


def find_by_case(case_number: str) -> CertificateRow | None:
    """Return the first result that a case has given, or None."""
    return next(iter(list_by_case(case_number)), None)


def list_by_case(case_number: str) -> tuple[CertificateRow, ...]:
    """Return every result of a case, oldest first."""
    return tuple(map(row_of, Certificate.objects.filter(case_number=case_number).order_by("issued_at", "id")))


def find_by_identifier(identifier: str) -> CertificateRow | None:
    """Return the certificate of an identifier (GB/T 36904), or None."""
    found = Certificate.objects.filter(identifier=identifier).first()
    return None if found is None else row_of(found)


def list_held(*, holder_id: str, on: date | None = None) -> tuple[CertificateRow, ...]:
    """Return what one holder holds, newest first; with `on` only what may be relied on that day."""
    if not holder_id:
        return ()
    rows = map(row_of, Certificate.objects.filter(holder_id=holder_id).order_by("-issued_at", "-id"))
    return tuple(row for row in rows if on is None or row.is_in_force(on))


def render_certificate(number: str, *, site: str = "") -> bytes:
    """Return the certificate or letter as PDF/A-2b with seal place and QR code; raises CertificateNotFound.

    `site` is the address before `/verify/...` in the QR code. A revoked one is printed with that word across.
    """
    return print_certificate(get_certificate(number), site=site)


def verify_certificate(code: str, *, on: date) -> CertificateProof:
    """Return what the public may read of the certificate whose proof code this is.

    The digest is computed anew from the register, so that a row changed past the commands is not borne out.
    Raises CertificateNotProven.
    """
    identifier, _, digest = code.strip().partition("-")
    found = Certificate.objects.filter(identifier=identifier.upper()).first()
    if found is None or len(digest) != 16 or not digest_of(found).startswith(digest.lower()):
        raise CertificateNotProven()
    row = row_of(found)
    return CertificateProof(
        number=row.number,
        identifier=row.identifier,
        kind=row.kind,
        name=row.name,
        organisation_name=row.organisation_name,
        holder=mask_holder_name(name=row.holder_name, id_type=row.holder_id_type),
        holder_id=mask_holder_id(number=row.holder_id, id_type=row.holder_id_type),
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        issued_on=row.issued_on,
        status=row.status,
        in_force=row.is_in_force(on),
        revoked_on=local_day(row.revoked_at) if row.revoked_at else None,
        revoked_reason=row.revoked_reason,
    )
