"""Recipients: who is told of a case, where and in which language, as the application says."""

from dataclasses import dataclass

from yichuang.calendar.values import local_day
from yichuang.cases import queries as cases
from yichuang.catalogue.queries import get_terms_register
from yichuang.notices.values import Channel


@dataclass(frozen=True, slots=True)
class Recipient:
    """One reader by one channel; `address` is an account, an e-mail address or a telephone number."""

    channel: Channel
    address: str
    language: str
    owner: str = ""


def recipients_of(case_id: int) -> tuple[str, str, list[Recipient]] | None:
    """Return number, item name and recipients of a case, None when it came without an application of ours.

    Applicant and agent are both told by the channels that the application names; the account that filed it reads
    everything in the site.
    """
    contact = cases.find_contact(case_id)
    if contact is None:
        return None
    found = [Recipient(Channel.SITE, contact.owner, contact.language, contact.owner)] if contact.owner else []
    if "email" in contact.channels:
        found += [Recipient(Channel.EMAIL, address, contact.language) for address in contact.emails]
    if "sms" in contact.channels:
        found += [Recipient(Channel.SMS, phone, contact.language) for phone in contact.phones]
    return contact.number, _item_name(contact), found


def _item_name(contact: cases.Contact) -> str:
    """Return the item's name on the day of receipt, its code where the catalogue does not have it."""
    on = local_day(contact.received_at)
    terms = get_terms_register().find(contact.organisation, contact.item, on)
    return terms.name if terms else contact.item
