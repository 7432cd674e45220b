"""Owning: whether a case is the signed-in applicant's own; another's is told like one that nobody has: not found."""

from django.http import HttpRequest

from yichuang.accounts.queries import get_actor
from yichuang.cases.queries import owns
from yichuang.cases.values import CaseNotFound


def is_own(request: HttpRequest, number: str) -> bool:
    """Tell whether the signed-in person filed this case himself."""
    return bool(request.user.is_authenticated) and owns(number=number, owner=get_actor(request.user).id)


def require_own(request: HttpRequest, number: str) -> None:
    """Refuse a case that is not the signed-in person's own; raises CaseNotFound."""
    if not is_own(request, number):
        raise CaseNotFound(number=number)
