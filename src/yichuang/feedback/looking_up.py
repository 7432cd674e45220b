"""Looking up: one's own consultation or complaint by number and phone, without an account."""

import hmac
from datetime import date

from yichuang.feedback.domain import refusals as r
from yichuang.feedback.domain.lifecycle import Kind
from yichuang.feedback.files import for_the_asker, get_file
from yichuang.feedback.models import Party
from yichuang.feedback.numbers import tidy
from yichuang.feedback.values import MatterFile
from yichuang.kernel.texts import phone_tail as tail_of

_TAIL = 4


def find(*, number: str, phone_tail: str, on: date) -> MatterFile:
    """Return the asker's view of a matter; refuses with `LookUpRefused`, never saying which part was wrong."""
    given = tail_of(phone_tail)
    kept = (
        Party.objects.filter(matter__number=tidy(number), matter__kind__in=(Kind.CONSULTATION, Kind.COMPLAINT))
        .values_list("phone", flat=True)
        .first()
    )
    if len(given) != _TAIL or not kept or not hmac.compare_digest(tail_of(kept), given):
        raise r.LookUpRefused()
    return for_the_asker(get_file(number=number, on=on, personal=False))
