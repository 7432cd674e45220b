"""Certificates: one from the register, and whether a proof code is borne out."""

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router

from yichuang.accounts.values import SystemScope
from yichuang.api import schemas as s
from yichuang.api import telling
from yichuang.api.access import Needs, client_of
from yichuang.api.resources.shared import reading
from yichuang.calendar.values import local_day
from yichuang.certificates.queries import find_by_identifier, verify_certificate
from yichuang.certificates.values import CertificateNotFound

router = Router(tags=["certificates"])


@router.get(
    "/certificates/verify",
    response=reading(s.Proof),
    auth=Needs(SystemScope.READ_CERTIFICATES),
    url_name="verify",
    operation_id="verify_certificate",
    summary="Verify a proof code",
)
def verify(request: HttpRequest, code: s.Text) -> s.Proof:  # noqa: ARG001 - ninja's
    """What the register says of the certificate whose proof code this is, its digest computed anew; of any place."""
    found = verify_certificate(code, on=local_day(timezone.now()))
    return s.Proof(
        number=found.number,
        identifier=found.identifier,
        kind=found.kind.value,
        name=found.name,
        organisation_name=found.organisation_name,
        holder=found.holder,
        holder_id=found.holder_id,
        valid_from=found.valid_from,
        valid_until=found.valid_until,
        issued_on=found.issued_on,
        status=found.status.value,
        in_force=found.in_force,
        revoked_on=found.revoked_on,
        revoked_reason=found.revoked_reason,
    )


@router.get(
    "/certificates/{identifier}",
    response=reading(s.Certificate),
    auth=Needs(SystemScope.READ_CERTIFICATES),
    url_name="certificate",
    operation_id="get_certificate",
    summary="Get one certificate",
)
def certificate(request: HttpRequest, identifier: s.Code) -> s.Certificate:
    """One certificate of the system's area by its electronic identifier (GB/T 36904)."""
    client = client_of(request)
    row = find_by_identifier(identifier)
    if row is None or not client.scope.covers(division=row.division, organisation=row.organisation):
        raise CertificateNotFound(number=identifier)
    return telling.certificate(row, whole=client.sees_persons, in_force=row.is_in_force(local_day(timezone.now())))
