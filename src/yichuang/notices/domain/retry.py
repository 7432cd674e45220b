"""Retry: when a sending that failed is tried again. Pure: attempts in, a delay or "give up" out.

The delays double from one minute up to four hours; after the last attempt the message is given up and shown to the
operator. About a day passes from the first to the last.
"""

from datetime import timedelta

FIRST = timedelta(minutes=1)
LONGEST = timedelta(hours=4)
MOST_ATTEMPTS = 12
# A claim that was not reported back in this time belonged to a process that died.
CLAIM_LASTS = timedelta(minutes=10)


def delay(*, attempts: int) -> timedelta | None:
    """Return how long to wait after so many failed attempts, None when no further one is made."""
    if attempts >= MOST_ATTEMPTS:
        return None
    doubled: timedelta = FIRST * 2 ** max(attempts - 1, 0)
    return min(doubled, LONGEST)
