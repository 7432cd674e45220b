"""The throttle: how often one network may submit or look up on one day."""

from datetime import date

from django.db import connection

from yichuang.feedback.domain import refusals as r
from yichuang.feedback.domain.addresses import network_of
from yichuang.feedback.domain.handling import load_amounts
from yichuang.feedback.models import Throttle
from yichuang.feedback.raters import network_digest

SUBMIT, LOOK_UP = "submit", "look-up"
_LIMITS = {SUBMIT: "entries_a_day", LOOK_UP: "look_ups_a_day"}


def count(*, purpose: str, address: str, on: date) -> None:
    """Count one try of an address; refuses with `TooManyFromOneAddress`. No address is not counted (staff's own).

    What other days left is removed with the first try of a day.
    """
    network = network_of(address)
    if not network:
        return
    limit = load_amounts().in_force(on)[_LIMITS[purpose]]
    with connection.cursor() as cursor:
        cursor.execute(
            'INSERT INTO feedback_throttle (purpose, network_digest, "on", count) VALUES (%s, %s, %s, 1)'
            ' ON CONFLICT (purpose, network_digest, "on") DO UPDATE SET count = feedback_throttle.count + 1'
            " RETURNING count",
            [purpose, network_digest(network=network, on=on.isoformat()), on.isoformat()],
        )
        tries = int(cursor.fetchone()[0])
    if tries == 1:
        Throttle.objects.filter(on__lt=on).delete()
    if tries > limit:
        raise r.TooManyFromOneAddress(limit=limit)
