"""Owning: whether a case is the signed-in applicant's own; another's is told like one that nobody has: not found."""

from django.http import HttpRequest

from yichuang.accounts.queries import get_actor, get_person, list_represented
from yichuang.accounts.values import ORGANISATION_CODE
from yichuang.cases.queries import find_claim, owns
from yichuang.cases.values import CaseNotFound


def is_own(request: HttpRequest, number: str) -> bool:
    """Tell whether the signed-in person filed this case himself."""
    return bool(request.user.is_authenticated) and owns(number=number, owner=get_actor(request.user).id)


def require_own(request: HttpRequest, number: str) -> None:
    """Refuse a case that is not the signed-in person's own; raises CaseNotFound."""
    if not is_own(request, number):
        raise CaseNotFound(number=number)


def claim_of(request: HttpRequest, number: str) -> tuple[str, str] | None:
    """Return the verified identity, (id type, id number), under which the visitor may claim a case; None if he may not.

    His own, or the credit code of an organisation that he may act for.
    """
    person = get_person(request.user)
    if person is None:
        return None
    identities = [(person.id_type, person.id_number)]
    identities += [(ORGANISATION_CODE, firm.uscc) for firm in list_represented(request.user)]
    return find_claim(number=number, identities=identities)
