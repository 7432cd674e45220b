"""The reading door of accounts: permissions, actors, demonstration accounts."""

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser

from yichuang.accounts.models import User
from yichuang.accounts.permissions import allowed, permission, public_page, require, roles_for, within
from yichuang.accounts.values import DemonstrationAccount, Role
from yichuang.kernel.actor import Actor, ActorKind
from yichuang.kernel.words import N_

__all__ = [
    "allowed",
    "get_actor",
    "list_demonstration_accounts",
    "permission",
    "public_page",
    "require",
    "roles_for",
    "within",
]

# Known to everybody who reads this file, and named so that nobody mistakes it for a secret.
DEMONSTRATION_PASSWORD = "demonstration-only"

_DEMONSTRATION = (
    ("clerk", Role.CLERK, N_("紫阳县国土资源局窗口的办件")),
    ("approver", Role.APPROVER, N_("紫阳县国土资源局的办件，个人信息不脱敏")),
    ("manager", Role.CENTRE_MANAGER, N_("紫阳县政务服务中心的全部办件")),
    ("supervisor", Role.SUPERVISOR, N_("全市各县区的办件与时限")),
    ("editor", Role.EDITOR, N_("起草半年通报，逐个数字追溯")),
    ("operator", Role.OPERATOR, N_("数据接入、样式页与后台管理")),
)


def get_actor(user: AbstractBaseUser | AnonymousUser) -> Actor:
    """Return the user as an actor of commands; raises ValueError for a visitor who has not signed in."""
    if not isinstance(user, User):
        raise ValueError("an anonymous visitor does not act")
    return Actor(
        id=str(user.uuid),
        name=user.display_name,
        kind=ActorKind.STAFF,
        organisation=user.organisation_code,
        division=user.division_code,
    )


def list_demonstration_accounts() -> tuple[DemonstrationAccount, ...]:
    """Return the demonstration accounts with their known password; none when the demonstration is off."""
    if not settings.DEMONSTRATION:
        return ()
    return tuple(
        DemonstrationAccount(username=name, password=DEMONSTRATION_PASSWORD, role_title=role.label, look_at=look_at)
        for name, role, look_at in _DEMONSTRATION
    )
