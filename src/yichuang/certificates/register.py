"""The register's rows as values, and the digest that proves what a certificate says."""

import msgspec

from yichuang.certificates.models import Certificate
from yichuang.certificates.values import CertificateKind, CertificateRow, CertificateStatus
from yichuang.kernel.crypto import sm3

_FORM = "yichuang.certificate.v1"


def digest_of(certificate: Certificate) -> str:
    """Return SM3 in hex over everything that the certificate states, as one canonical JSON array."""
    return sm3(
        msgspec.json.encode(
            (
                _FORM,
                certificate.number,
                certificate.identifier,
                certificate.kind,
                certificate.name,
                certificate.case_number,
                certificate.organisation,
                certificate.organisation_name,
                certificate.holder_name,
                certificate.holder_id_type,
                certificate.holder_id,
                [[label, text] for label, text in certificate.statements],
                certificate.valid_from,
                certificate.valid_until,
                certificate.issued_on,
            )
        )
    ).hex()


def row_of(certificate: Certificate) -> CertificateRow:
    """Return the certificate as a value."""
    return CertificateRow(
        number=certificate.number,
        identifier=certificate.identifier,
        kind=CertificateKind(certificate.kind),
        name=certificate.name,
        case_number=certificate.case_number,
        organisation=certificate.organisation,
        organisation_name=certificate.organisation_name,
        division=certificate.division,
        item=certificate.item,
        holder_name=certificate.holder_name,
        holder_id_type=certificate.holder_id_type,
        holder_id=certificate.holder_id,
        statements=tuple((label, text) for label, text in certificate.statements),
        valid_from=certificate.valid_from,
        valid_until=certificate.valid_until,
        issued_on=certificate.issued_on,
        issued_by=certificate.issued_by,
        status=CertificateStatus(certificate.status),
        digest=certificate.digest,
        revoked_at=certificate.revoked_at,
        revoked_reason=certificate.revoked_reason,
        revoked_by=certificate.revoked_by,
    )
