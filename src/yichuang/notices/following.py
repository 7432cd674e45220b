"""Following: reads our own cases' events behind a cursor and puts what is to be told into the outbox.

Cases of other systems are told by those systems. A case without a form (filed before, or by a connector) has nobody to
tell; its event is passed over.
"""

from django.conf import settings

from yichuang.cases import queries as cases
from yichuang.cases.commands import advance
from yichuang.cases.values import OWN_SOURCE
from yichuang.notices.domain.telling import Telling, tell
from yichuang.notices.models import Message
from yichuang.notices.recipients import Recipient, recipients_of
from yichuang.notices.values import Channel, State
from yichuang.notices.wording import get_templates

NAME = "notices"
_BATCH = 1_000


def follow() -> int:
    """Bring the outbox up to the end of the ledger; return how many events were read."""
    total = 0
    while read := advance(follower=NAME, work=_tell):
        total += read
    return total


def _tell(after: cases.Cursor) -> tuple[int, cases.Cursor]:
    entries, end = cases.read_of(source=OWN_SOURCE, after=after, limit=_BATCH)
    messages = [message for entry in entries for message in _messages(entry)]
    # Unique by event, channel and address: read again after a fault, nothing stands twice.
    Message.objects.bulk_create(messages, ignore_conflicts=True)
    return len(entries), end


def _messages(entry: cases.Entry) -> list[Message]:
    telling = tell(entry.name, entry.payload)
    if telling is None:
        return []
    found = recipients_of(entry.case_id)
    if found is None:
        return []
    number, item, recipients = found
    return [_message(entry, telling, number=number, item=item, to=recipient) for recipient in recipients]


def _message(entry: cases.Entry, telling: Telling, *, number: str, item: str, to: Recipient) -> Message:
    details = {"number": number, "item": item, "link": f"{settings.SITE_ADDRESS}/track/", **telling.details}
    by_language = get_templates()[telling.key]
    words = by_language.get(to.language, by_language["zh-hans"]).fill(details)
    in_site = to.channel is Channel.SITE
    return Message(
        position=entry.position,
        channel=to.channel.value,
        address=to.address,
        owner=to.owner if in_site else "",
        case_number=number,
        language=to.language,
        title=words.title,
        text=words.sms if to.channel is Channel.SMS else words.text,
        happened_at=entry.source_at,
        state=(State.SENT if in_site else State.WAITING).value,
        next_at=None if in_site else entry.recorded_at,
        sent_at=entry.recorded_at if in_site else None,
    )
