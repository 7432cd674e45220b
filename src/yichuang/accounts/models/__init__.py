"""Tables of accounts."""

from yichuang.accounts.models.authority import Authority
from yichuang.accounts.models.demonstration import IdentityCode
from yichuang.accounts.models.log import AccountLogEntry, OldPassword, SignedInSession, SignInAttempt
from yichuang.accounts.models.people import Grant, Person, Represented, User, UserManager
from yichuang.accounts.models.system import SystemClient

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
    "SystemClient",
    "User",
    "UserManager",
]
