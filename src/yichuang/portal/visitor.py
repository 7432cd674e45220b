"""Who acts on a public form: the signed-in person, or a visitor whose account nobody knows."""

from django.http import HttpRequest

from yichuang.accounts.queries import get_actor, get_person
from yichuang.accounts.values import Person
from yichuang.kernel.actor import Actor, ActorKind
from yichuang.kernel.words import N_

VISITOR = Actor(id="visitor", name=N_("访客"), kind=ActorKind.APPLICANT)


def actor_of(request: HttpRequest) -> Actor:
    """Return who sends a public form."""
    return get_actor(request.user) if request.user.is_authenticated else VISITOR


def owner_of(request: HttpRequest) -> str:
    """Return the account under which what is sent is found again, "" for a visitor."""
    return get_actor(request.user).id if request.user.is_authenticated else ""


def known_person(request: HttpRequest) -> Person | None:
    """Return the verified person behind the account, from whom a form is filled beforehand."""
    return get_person(request.user) if request.user.is_authenticated else None
