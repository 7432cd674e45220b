"""Tracking: which cases a visitor may look at, and how much of them.

The owner who is signed in sees everything of his own. Whoever gave the number and the last four digits of the phone
sees where the case stands, for half an hour in this session; nothing personal, and nothing to download.
"""

from datetime import datetime, timedelta

from django.http import HttpRequest

from yichuang.cases.values import CaseNotFound
from yichuang.portal.owning import is_own

_SESSION = "tracked"
_SHOWN_FOR = timedelta(minutes=30)
_MOST = 10


def remember(request: HttpRequest, number: str, *, at: datetime) -> None:
    """Note in the session that this visitor has shown the case to be his; only the newest few are kept."""
    kept = dict(list(request.session.get(_SESSION, {}).items())[-_MOST + 1 :])
    kept[number] = at.timestamp()
    request.session[_SESSION] = kept


def was_shown(request: HttpRequest, number: str, *, at: datetime) -> bool:
    """Tell whether the visitor has given number and digits within the last half hour."""
    since = request.session.get(_SESSION, {}).get(number)
    return isinstance(since, float) and 0 <= at.timestamp() - since <= _SHOWN_FOR.total_seconds()


def require_reach(request: HttpRequest, number: str, *, at: datetime) -> bool:
    """Return whether the case is the visitor's own; raises CaseNotFound where he may not even see it."""
    if is_own(request, number):
        return True
    if was_shown(request, number, at=at):
        return False
    raise CaseNotFound(number=number)
