"""Sessions: how long one lasts, how many one account may have, and how they are listed and ended.

The stamps of a session stand in the session itself, so that a page costs no query more; the table knows
which sessions an account has, so that they can be ended from elsewhere.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.sessions.backends.base import SessionBase
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from yichuang.accounts import devices
from yichuang.accounts.models import SignedInSession, User
from yichuang.accounts.policy import policy
from yichuang.accounts.values import SessionRow

BEGAN, SEEN, CONFIRMED = "accounts_began_at", "accounts_seen_at", "accounts_confirmed_at"
# A session is written at most this often for being used.
SEEN_STEP = timedelta(minutes=1)

Why = SignedInSession.Why


class Limit(StrEnum):
    """The limit that a session has passed."""

    IDLE = Why.IDLE.value
    LIFETIME = Why.LIFETIME.value


def _store(key: str) -> SessionBase:
    store: SessionBase = import_module(settings.SESSION_ENGINE).SessionStore(key)
    return store


def begin(session: SessionBase, *, user: User, at: datetime, address: str | None, agent: str) -> None:
    """Stamp a session that a sign-in has just begun, register it, and end the oldest if there are too many."""
    session[BEGAN] = session[SEEN] = session[CONFIRMED] = at.timestamp()
    if not session.session_key:
        session.create()
    rules = policy(on=timezone.localdate(at))
    session.set_expiry(int(rules.lifetime.total_seconds()))
    with transaction.atomic():
        # Two sign-ins at once must not both count the sessions before either is there.
        list(User.objects.select_for_update().filter(pk=user.pk).values_list("id"))
        SignedInSession.objects.create(
            user=user, session_key=session.session_key, began_at=at, address=address, agent=agent[:200]
        )
        _forget_gone(user, at=at, but=session.session_key or "")
        still_open = list(_open(user).order_by("-began_at", "-id"))
        end_rows(still_open[rules.most_sessions :], why=Why.TOO_MANY, at=at)


def _open(user: User) -> Any:
    return SignedInSession.objects.filter(user=user, ended_at__isnull=True)


def _forget_gone(user: User, *, at: datetime, but: str) -> None:
    """Close the rows of sessions that ended by themselves, so that they do not count."""
    others = _open(user).exclude(session_key=but)
    rows = [row for row in others if not _store(row.session_key).exists(row.session_key)]
    SignedInSession.objects.filter(pk__in=[row.pk for row in rows]).update(ended_at=at, ended_why=Why.GONE)


def end_rows(rows: Iterable[SignedInSession], *, why: SignedInSession.Why, at: datetime) -> int:
    """End sessions, their rows and what the browser's cookie points to; return how many."""
    ended = 0
    for row in rows:
        _store(row.session_key).delete()
        ended += SignedInSession.objects.filter(pk=row.pk, ended_at__isnull=True).update(ended_at=at, ended_why=why)
    return ended


def follow_key(*, before: str, after: str) -> None:
    """Let the row follow a session whose key was changed under way, as changing a password does."""
    SignedInSession.objects.filter(session_key=before).update(session_key=after)


def end_this(session: SessionBase, *, why: SignedInSession.Why, at: datetime) -> None:
    """Close the row of the session in hand; whoever calls flushes the session itself."""
    SignedInSession.objects.filter(session_key=session.session_key, ended_at__isnull=True).update(
        ended_at=at, ended_why=why
    )


def end_others(user: User, *, but: str, at: datetime) -> int:
    """End every session of an account except one; "" ends all. Returns how many ended."""
    return end_rows(_open(user).exclude(session_key=but), why=Why.ENDED, at=at)


def end_one(user: User, *, row: int, at: datetime) -> int:
    """End one session of an account; returns 0 when it had ended or is another's."""
    return end_rows(_open(user).filter(pk=row), why=Why.ENDED, at=at)


def passed_limit(session: SessionBase, *, at: datetime) -> Limit | None:
    """Return the limit that a session has passed, None while it is good or was not begun by our sign-in."""
    began, seen = session.get(BEGAN), session.get(SEEN)
    if began is None or seen is None:
        return None
    rules = policy(on=timezone.localdate(at))
    if at.timestamp() - began > rules.lifetime.total_seconds():
        return Limit.LIFETIME
    return Limit.IDLE if at.timestamp() - seen > rules.idle.total_seconds() else None


def note_seen(session: SessionBase, *, at: datetime) -> None:
    """Stamp a session as used now, at most once a minute."""
    seen = session.get(SEEN)
    if seen is not None and at.timestamp() - seen >= SEEN_STEP.total_seconds():
        session[SEEN] = at.timestamp()


def find_signed_in(key: str, *, at: datetime) -> User | None:
    """Return whose session this is while it is good, None otherwise; looking does not count as using it."""
    request = HttpRequest()
    request.session = _store(key)
    user = get_user(request)
    return user if isinstance(user, User) and passed_limit(request.session, at=at) is None else None


def list_open(user: User, *, this: str) -> tuple[SessionRow, ...]:
    """Return the open sessions of an account, the newest first; `this` is the key of the session in hand."""
    found = []
    for row in _open(user).order_by("-began_at", "-id"):
        stamps = _store(row.session_key).load()
        if not stamps:
            continue
        seen = datetime.fromtimestamp(stamps.get(SEEN, row.began_at.timestamp()), tz=row.began_at.tzinfo)
        found.append(
            SessionRow(
                id=row.pk,
                began_at=row.began_at,
                seen_at=seen,
                address=row.address or "",
                agent=row.agent,
                device=devices.describe(row.agent),
                is_this=row.session_key == this,
            )
        )
    return tuple(found)
