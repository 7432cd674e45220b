"""Certifying: between a case that was granted and the register of certificates: whose it is and what it states."""

from datetime import date

from django.utils.translation import override

from yichuang.cases.queries import get_case
from yichuang.certificates.commands import issue
from yichuang.workbench.desk import Desk


def issue_certificate(desk: Desk, *, name: str, kind: str, valid_from: date, valid_until: date | None = None) -> str:
    """Enter a certificate or letter into the register and return its number; no name, no certificate.

    It is written in Chinese whatever language the officer reads.
    """
    if not name:
        return ""
    state = desk.state
    holder = get_case(state.number, personal=True).applicant
    application = desk.application
    firm = application.represented if application and application.represented[0] else None
    with override("zh-hans"):
        row = issue(
            case_number=state.number,
            kind=kind,
            name=name,
            organisation=state.organisation,
            organisation_name=desk.names.organisation(state.organisation),
            division=state.county,
            item=state.item,
            holder_name=firm[1] if firm else holder.name if holder else "",
            holder_id_type="001" if firm else holder.id_type if holder else "",
            holder_id=firm[0] if firm else holder.id_number if holder else "",
            statements=(("许可事项", desk.items.item(state.item)), ("办件编号", state.number)),
            valid_from=valid_from,
            valid_until=valid_until,
            by=desk.actor,
            at=desk.now,
        )
    return row.number
