"""What was typed into a form whose session had ended: kept for its owner until he has signed in again.

Kept for the same account only: at a window or in a library the next person uses the same browser. Whose it
is, is known from the session that ended or from a signed cookie that signing out removes.
"""

from datetime import datetime, timedelta
from typing import Any

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from yichuang.accounts.models import User

KEY = "accounts_unsent"
COOKIE = "last-user"
RESUME = "/accounts/unsent/"
_SALT = "yichuang.accounts.last-user"
_KEPT_FOR = timedelta(minutes=30)
_MOST_CHARACTERS = 100_000
_NEVER = ("csrfmiddlewaretoken", "password", "code", "credential")
_COOKIE_AGE = int(timedelta(days=1).total_seconds())


def note_whose(request: HttpRequest, user: User | None) -> None:
    """Remember on the request whose session has just ended."""
    request.ended_user = user.pk if user else None  # type: ignore[attr-defined]


def remember_user(response: HttpResponse, user: User, *, secure: bool) -> None:
    """Set the cookie that says, signed, who used this browser last."""
    response.set_cookie(
        COOKIE,
        signing.dumps(user.pk, salt=_SALT),
        max_age=_COOKIE_AGE,
        httponly=True,
        samesite="Lax",
        secure=secure,
    )


def forget_user(response: HttpResponse) -> None:
    """Remove the cookie: he has left by himself."""
    response.delete_cookie(COOKIE, samesite="Lax")


def _owner(request: HttpRequest) -> int | None:
    ended: int | None = getattr(request, "ended_user", None)
    if ended is not None:
        return ended
    try:
        return int(signing.loads(request.COOKIES.get(COOKIE, ""), salt=_SALT, max_age=_COOKIE_AGE))
    except (signing.BadSignature, ValueError, TypeError):
        return None


def _is_secret(name: str) -> bool:
    return any(word in name.lower() for word in _NEVER)


def keep(request: HttpRequest) -> bool:
    """Keep what was posted if its owner is known; return whether it was kept. Files cannot be kept."""
    owner = _owner(request)
    if request.method != "POST" or owner is None:
        return False
    fields = [(name, value) for name, values in request.POST.lists() for value in values if not _is_secret(name)]
    if not fields or sum(len(name) + len(str(value)) for name, value in fields) > _MOST_CHARACTERS:
        return False
    request.session[KEY] = {
        "owner": owner,
        "path": request.get_full_path(),
        "fields": fields,
        "files": bool(request.FILES),
        "at": timezone.now().timestamp(),
    }
    return True


def find(request: HttpRequest, *, at: datetime) -> dict[str, Any] | None:
    """Return what was kept for the one who is signed in now, None when there is nothing or it is too old."""
    kept: dict[str, Any] | None = request.session.get(KEY)
    if kept is None:
        return None
    if kept["owner"] != request.user.pk or at.timestamp() - kept["at"] > _KEPT_FOR.total_seconds():
        del request.session[KEY]
        return None
    return kept


def drop(request: HttpRequest) -> None:
    """Forget what was kept."""
    request.session.pop(KEY, None)


def drop_of_others(request: HttpRequest, user: User) -> None:
    """Forget what somebody else had typed, as soon as another signs in at the same browser."""
    if request.session.get(KEY, {}).get("owner") != user.pk:
        drop(request)
