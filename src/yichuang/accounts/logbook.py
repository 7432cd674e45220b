"""The account log: writes down what happens to accounts, by whom; lines are only appended."""

from datetime import datetime

from yichuang.accounts.models import AccountLogEntry, User
from yichuang.accounts.values import AccountEvent
from yichuang.kernel.actor import Actor


def write(*, user: User, event: AccountEvent, by: Actor, at: datetime, detail: str = "") -> None:
    """Append one line about an account; the caller is inside the transaction of the change itself."""
    AccountLogEntry.objects.create(
        user=user, event=event.value, by_id=by.id[:64], by_name=by.name[:64], at=at, detail=detail[:500]
    )


def actor_of(user: User) -> Actor:
    """Return somebody who changes his own account as the actor of the log."""
    return Actor(id=str(user.uuid), name=user.username)
