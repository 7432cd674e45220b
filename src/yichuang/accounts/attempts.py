"""Tries: every door at which somebody proves who he is counts and locks by the same rule.

A try is stored as wrong before anything is checked, so that parallel guesses cannot slip past the count,
and slow hashes run outside the transaction.

Wrong tries at any door count at the doors of signing in. At the door of confirmation only its own count: or
anybody who knows a colleague's user name could keep him from deciding by knocking at the sign-in page.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from django.db import transaction

from yichuang.accounts.lockout import LOCKED_FOR, TRIES, locked_until, tries_left
from yichuang.accounts.models import SignInAttempt, User
from yichuang.accounts.values import LockedOut

Outcome = SignInAttempt.Outcome
Door = SignInAttempt.Door

_BEGIN_ANEW = (Outcome.ENTERED, Outcome.CONFIRMED, Outcome.UNLOCKED)
LOCK_MINUTES = int(LOCKED_FOR.total_seconds() // 60)


@dataclass(frozen=True, slots=True)
class Try:
    """One try that was heard: its line in the log, and the wrong ones before it."""

    id: int
    at: datetime
    wrong: tuple[datetime, ...]

    @property
    def left(self) -> int:
        """Return how many more wrong tries are heard if this one is wrong."""
        return tries_left(wrong=[*self.wrong, self.at], at=self.at)


def wrong_since_success(username: str, *, at: datetime, door: SignInAttempt.Door) -> list[datetime]:
    """Return the instants of the last wrong tries since the last success, as far as they count at a door."""
    tries = SignInAttempt.objects.filter(username=username, outcome__in=[Outcome.WRONG, *_BEGIN_ANEW])
    if door is Door.CONFIRMATION:
        tries = tries.exclude(outcome=Outcome.WRONG, door__in=[Door.PASSWORD, Door.SECOND_FACTOR, Door.IDENTITY])
    wrong: list[datetime] = []
    for outcome, instant in tries.order_by("-id").values_list("outcome", "at")[:TRIES]:
        if outcome != Outcome.WRONG:
            break
        # The clock of a machine may be set back; a try from the future must not lock for days.
        wrong.append(min(instant, at))
    return wrong


def find_lock(username: str, *, at: datetime) -> datetime | None:
    """Return until when a user name is locked at the doors of signing in, None when it is not."""
    return locked_until(wrong=wrong_since_success(username, at=at, door=Door.PASSWORD), at=at)


def begin(
    *, username: str, door: SignInAttempt.Door, at: datetime, address: str | None, agent: str, user: User | None = None
) -> Try:
    """Count a try at a door, wrong until proven right; raises LockedOut, which is logged too."""
    with transaction.atomic():
        # Tries for one user wait for each other here (SQLite: one writer anyway).
        list(User.objects.select_for_update().filter(username=username).values_list("id"))
        wrong = wrong_since_success(username, at=at, door=door)
        until = locked_until(wrong=wrong, at=at)
        line = SignInAttempt.objects.create(
            username=username,
            user=user,
            at=at,
            address=address,
            agent=agent[:200],
            door=door,
            outcome=Outcome.LOCKED if until else Outcome.WRONG,
        )
    if until:
        raise LockedOut(tries=TRIES, minutes=ceil((until - at) / timedelta(minutes=1)))
    return Try(id=line.pk, at=at, wrong=tuple(wrong))


def require_left(tried: Try) -> int:
    """Return how many wrong tries are left after a wrong one; raises LockedOut when it was the last."""
    if not tried.left:
        raise LockedOut(tries=TRIES, minutes=LOCK_MINUTES)
    return tried.left


def end_well(tried: Try, *, user: User, outcome: SignInAttempt.Outcome) -> None:
    """Write down that a try was right."""
    SignInAttempt.objects.filter(id=tried.id).update(outcome=outcome, user=user)


def note(
    *,
    user: User,
    outcome: SignInAttempt.Outcome,
    at: datetime,
    door: SignInAttempt.Door = Door.PASSWORD,
    address: str | None = None,
    agent: str = "",
) -> None:
    """Write a line that is no try: leaving, unlocking, entering through the identity provider."""
    SignInAttempt.objects.create(
        username=user.username, user=user, at=at, address=address, agent=agent[:200], outcome=outcome, door=door
    )
