"""Applicants: the demonstration's people with accounts of their own, signed in, and what they send."""

from django.test import Client
from django.utils import timezone

from yichuang.accounts import applicants
from yichuang.accounts.demonstration_identity import persons
from yichuang.accounts.identity import claims
from yichuang.accounts.models import User


def account(key: str) -> User:
    """Return the account of one of the demonstration's people (chen, wang, liu, zhou), made if need be."""
    person = persons.find(key)
    assert person is not None
    said = claims.read(
        persons.claims(person, scopes=["profile", "identity", "phone", "email", "represented"]), on=timezone.localdate()
    )
    return applicants.take_in(said, issuer="demonstration", is_demonstration=True, at=timezone.now())


def signed_in(key: str, *, language: str = "zh-hans", agent: str = "") -> Client:
    """Return a client whose session belongs to one of the demonstration's people."""
    client = Client(headers={"accept-language": language, **({"user-agent": agent} if agent else {})})
    client.force_login(account(key))
    return client
