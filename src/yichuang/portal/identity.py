"""Identity: who is behind the signed-in account, as the identity provider has verified him."""

from typing import Any

from yichuang.accounts.queries import get_person
from yichuang.accounts.values import Person
from yichuang.portal.refusals import IdentityMissing


def person_of(user: Any) -> Person:
    """Return the verified person of an account; raises IdentityMissing."""
    person = get_person(user)
    if person is None:
        raise IdentityMissing()
    return person
