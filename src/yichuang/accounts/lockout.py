"""The lock-out rule: decides from the recent tries of one user name whether another try is heard.

Pure: the tries and the instant are arguments. Five wrong tries in a row, the last of them less than
15 minutes ago, lock the user name; tries made while locked do not lengthen the lock, so that nobody
can keep a colleague out for ever by knocking.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

TRIES = 5
LOCKED_FOR = timedelta(minutes=15)


def locked_until(*, wrong: Sequence[datetime], at: datetime) -> datetime | None:
    """Return the instant until which the user name is locked, or None when a try is heard.

    `wrong` are the instants of the wrong tries since the last success, in any order.
    """
    recent = sorted(wrong)[-TRIES:]
    if len(recent) < TRIES:
        return None
    until = recent[-1] + LOCKED_FOR
    # Five slips spread over weeks are no attack: they must lie within one window.
    return until if at < until and recent[-1] - recent[0] <= LOCKED_FOR else None


def tries_left(*, wrong: Sequence[datetime], at: datetime) -> int:
    """Return how many more wrong tries in a row are heard before the lock closes."""
    return max(0, TRIES - sum(1 for instant in wrong if at - instant <= LOCKED_FOR))
