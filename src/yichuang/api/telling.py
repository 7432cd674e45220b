"""Telling: values of the contexts below as the API says them, personal data masked where they must be."""

import json
import uuid
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from yichuang.api import schemas as s
from yichuang.cases.queries import CaseHistory, FeedRow
from yichuang.cases.values import ApplicantDetails, CaseRow
from yichuang.certificates.values import CertificateRow, mask_holder_id, mask_holder_name
from yichuang.exchange.values import Fault
from yichuang.kernel.masking import mask_phone
from yichuang.reporting.values import Figure

CASE = "case."
# Written by people about people: a name may stand in any of them.
FREE_TEXTS = frozenset(
    {
        "summary", "note", "opinion", "reason", "remedies", "explanation", "question", "answer", "minutes",
        "conclusion", "participants", "officer", "decider", "approved_by", "to_name", "to_id", "agent_name", "agent_id",
        "green_channel", "carrier", "entries", "applicant_digest", "form_digest",
    }
)  # fmt: skip


def case_fields(row: CaseRow) -> dict[str, Any]:
    """Return the fields of a case in a list."""
    return {
        "number": row.number,
        "item": row.item,
        "organisation": row.organisation,
        "county": row.county,
        "town": row.town,
        "channel": row.channel,
        "kind": row.kind,
        "status": row.status.value,
        "result": row.result,
        "received_at": row.received_at,
        "accepted_at": row.accepted_at,
        "closed_at": row.closed_at,
        "promised_due_at": row.promised_due_at,
        "used_days": row.used_days,
        "promised_amount": row.promised_amount,
        "limit_unit": row.limit_unit,
        "late": row.late_promised,
        "source": row.source,
    }


def applicant(found: ApplicantDetails | None, *, whole: bool) -> s.Applicant | None:
    """Return who applied, masked unless `whole`."""
    if found is None:
        return None
    if whole:
        return s.Applicant(
            name=found.name, id_type=found.id_type, id_number=found.id_number, phone=found.phone, masked=False
        )
    return s.Applicant(
        name=mask_holder_name(name=found.name, id_type=found.id_type),
        id_type=found.id_type,
        id_number=mask_holder_id(number=found.id_number, id_type=found.id_type),
        phone=mask_phone(found.phone),
        masked=True,
    )


def event(row: FeedRow, *, whole: bool) -> s.Event:
    """Return one event of the feed."""
    data = json.loads(row.payload)
    withheld = [] if whole else sorted(FREE_TEXTS & set(data))
    return s.Event(
        number=row.number,
        uuid=str(uuid.UUID(row.uuid)),
        seq=row.seq,
        type=row.name,
        at=row.source_at,
        received_at=row.received_at,
        recorded_at=row.recorded_at,
        hash=row.hash,
        source=row.source,
        item=row.item,
        organisation=row.organisation,
        county=row.county,
        data={name: value for name, value in data.items() if name not in withheld},
        withheld=withheld,
    )


def events_of(history: CaseHistory, *, whole: bool) -> list[s.Event]:
    """Return every event of one case, withdrawn ones too: the chain is made of all of them."""
    row = history.row
    return [
        event(
            FeedRow(
                place=(0, entry.position),  # type: ignore[arg-type]
                number=row.number,
                uuid=history.uuid,
                source=row.source,
                item=row.item,
                organisation=row.organisation,
                county=row.county,
                town=row.town,
                seq=entry.seq,
                name=entry.name,
                payload=entry.payload,
                source_at=entry.source_at,
                received_at=entry.received_at,
                recorded_at=entry.recorded_at,
                actor_id=entry.actor_id,
                actor_name=entry.actor_name,
                hash=entry.hash.hex(),
            ),
            whole=whole,
        )
        for entry in history.entries
    ]


def figures(found: Iterable[Figure]) -> list[s.Figure]:
    """Return figures with their labels in the reader's language."""
    return [
        s.Figure(
            key=one.key,
            label=_(one.definition.label),
            unit=one.definition.unit,
            value=None if one.value is None else float(one.value),
            numerator=one.numerator,
            denominator=one.denominator,
        )
        for one in found
    ]


def certificate(row: CertificateRow, *, whole: bool, in_force: bool) -> s.Certificate:
    """Return one certificate, its holder masked unless `whole`."""
    name, number = row.holder_name, row.holder_id
    if not whole:
        name = mask_holder_name(name=name, id_type=row.holder_id_type)
        number = mask_holder_id(number=number, id_type=row.holder_id_type)
    return s.Certificate(
        number=row.number,
        identifier=row.identifier,
        kind=row.kind.value,
        name=row.name,
        case_number=row.case_number,
        organisation=row.organisation,
        organisation_name=row.organisation_name,
        division=row.division,
        item=row.item,
        holder=name,
        holder_id=number,
        masked=not whole,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        issued_on=row.issued_on,
        status=row.status.value,
        in_force=in_force,
        digest=row.digest,
    )


def faults(found: Iterable[Fault]) -> list[dict[str, Any]]:
    """Return what is wrong with a reported case, each at its act (0: the case itself) and field, in words."""
    told = []
    for one in found:
        details = {name: _(value) if value else value for name, value in one.details.items()}
        line = {
            "act": one.row,
            "place": one.field.removeprefix(CASE),
            "code": one.code,
            "detail": _(one.sentence).format_map(details),
            "remedy": _(one.remedy).format_map(details) if one.remedy else "",
            "citation": _(one.citation) if one.citation else "",
            "value": one.value,
        }
        told.append({name: value for name, value in line.items() if value != ""})
    return told
