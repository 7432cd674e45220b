"""Acts: who did what in the hall, one row each, in the transaction of the act itself."""

from datetime import datetime

from yichuang.halls.models import HallAct
from yichuang.kernel.actor import Actor


def record(*, act: str, subject: str, by: Actor, at: datetime) -> None:
    """Write one act; the caller holds the transaction."""
    HallAct.objects.create(at=at, by_id=by.id, by_name=by.name, act=act, subject=subject)
