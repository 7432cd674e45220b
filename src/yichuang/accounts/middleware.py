"""Ends a session that is idle too long or too old, before any page is asked for it."""

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone

from yichuang.accounts import sessions, unsent
from yichuang.accounts.models import SignInAttempt, User

# Sent by pages that ask for news on their own.
BACKGROUND = "X-Background"


class SessionLimits:
    """Stands before the views; a visitor without a session costs nothing."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """End the session if its time is over, else note that it is in use, and pass the request on."""
        if settings.SESSION_COOKIE_NAME in request.COOKIES and sessions.BEGAN in request.session:
            now = timezone.now()
            limit = sessions.passed_limit(request.session, at=now)
            if limit is None:
                # What an open page asks by itself is not its reader at work.
                if BACKGROUND not in request.headers:
                    sessions.note_seen(request.session, at=now)
            else:
                self._end(request, limit)
        return self.get_response(request)

    def _end(self, request: HttpRequest, limit: sessions.Limit) -> None:
        now = timezone.now()
        user = User.objects.filter(pk=request.session.get(SESSION_KEY)).first()
        if user is not None:
            SignInAttempt.objects.create(
                username=user.username,
                user=user,
                at=now,
                address=request.META.get("REMOTE_ADDR") or None,
                agent=request.headers.get("User-Agent", "")[:200],
                outcome=SignInAttempt.Outcome.EXPIRED,
            )
        sessions.end_this(request.session, why=sessions.Why(limit.value), at=now)
        request.session.flush()
        unsent.note_whose(request, user)
