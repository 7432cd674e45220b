"""Who gives: finds the account behind an actor, and holds that nobody gives what he does not hold himself."""

from datetime import date
from typing import Literal, overload
from uuid import UUID

from yichuang.accounts.matrix import find_action
from yichuang.accounts.models import User
from yichuang.accounts.permissions import allowed, held_on, roles_for
from yichuang.accounts.policy import policy
from yichuang.accounts.values import AccountUnknown, Area, BeyondOwnArea, NotHeldByGiver, NotPermitted, Role
from yichuang.kernel.actor import Actor, ActorKind


@overload
def find_user(key: str, *, lock: bool = False, required: Literal[True]) -> User: ...
@overload
def find_user(key: str, *, lock: bool = False, required: bool = False) -> User | None: ...
def find_user(key: str, *, lock: bool = False, required: bool = False) -> User | None:
    """Return the account of a uuid, locked if asked; None, or AccountUnknown where one is required."""
    try:
        uuid = UUID(key)
    except ValueError:
        uuid = None
    users = User.objects.select_for_update() if lock else User.objects.all()
    found = users.filter(uuid=uuid).first() if uuid else None
    if found is None and required:
        raise AccountUnknown()
    return found


def find_giver(by: Actor) -> User | None:
    """Return the account that acts, None for the platform itself; raises AccountUnknown for anybody else."""
    return None if by.kind is ActorKind.SYSTEM else find_user(by.id, required=True)


def require_place(giver: User | None, action: str, area: Area, *, on: date) -> None:
    """Return quietly if the giver may do the action in the whole area; raises NotPermitted or BeyondOwnArea."""
    if giver is None:
        return
    scope = allowed(giver, action, on=on)
    if not scope:
        stated = find_action(action)
        raise NotPermitted(action=stated.title if stated else action, roles=roles_for(action))
    if not any(own.contains(area) for own in scope.areas):
        raise BeyondOwnArea()


def require_role(giver: User | None, role: Role, *, on: date) -> None:
    """Return quietly if one of the giver's roles may give the role; raises NotHeldByGiver."""
    if giver is None:
        return
    grantable = policy(on=on).grantable
    if not any(role in grantable.get(held, ()) for held, _area in held_on(giver, on=on)):
        raise NotHeldByGiver(role=role.label)
