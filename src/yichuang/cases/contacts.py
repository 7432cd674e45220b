"""Contacts: whom the application of a case says to tell, where, and in which language."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from yichuang.cases import ledger
from yichuang.cases.drafts import decode_application


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """Who hears of a case: the account that filed it, and the addresses of applicant and agent."""

    number: str
    item: str
    organisation: str
    received_at: datetime
    owner: str
    language: str
    channels: tuple[str, ...]
    phones: tuple[str, ...]
    emails: tuple[str, ...]


def find_contact(case_id: int) -> Contact | None:
    """Return whom to tell of a case, None where it came without an application of ours."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT f.number, f.item, f.organisation, f.received_at, fm.owner, fm.content FROM cases_form fm"
            " JOIN cases_facts f ON f.case_id = fm.case_id WHERE fm.case_id = %s",
            [case_id],
        )
        row = cursor.fetchone()
    if row is None:
        return None
    number, item, organisation, received_at, owner, content = row
    application = decode_application(content)
    parties = [party for party in (application.applicant, application.agent) if party is not None]
    return Contact(
        number=number,
        item=item,
        organisation=organisation,
        received_at=ledger.aware(received_at),
        owner=owner,
        language=application.language,
        channels=application.contact,
        phones=tuple(dict.fromkeys(party.phone for party in parties if party.phone)),
        emails=tuple(dict.fromkeys(party.email for party in parties if party.email)),
    )
