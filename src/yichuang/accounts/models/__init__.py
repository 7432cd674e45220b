"""Tables of accounts."""

from yichuang.accounts.models.authority import Authority
from yichuang.accounts.models.demonstration import IdentityCode
from yichuang.accounts.models.log import AccountLogEntry, OldPassword, SignedInSession, SignInAttempt
from yichuang.accounts.models.people import Grant, Person, Represented, User, UserManager

__all__ = [
    "AccountLogEntry",
    "Authority",
    "Grant",
    "IdentityCode",
    "OldPassword",
    "Person",
    "Represented",
    "SignInAttempt",
    "SignedInSession",
    "User",
    "UserManager",
]
