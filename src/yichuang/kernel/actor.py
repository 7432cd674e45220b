"""Actors: who does something, as every context names them.

An actor is an argument of every command, never a global. A person, a connector, a node and the
clock itself can act; the ledger keeps `id` and `name` for ever, so neither may be a secret.
"""

from dataclasses import dataclass
from enum import StrEnum

from yichuang.kernel.words import N_


class ActorKind(StrEnum):
    """What kind of actor it is."""

    STAFF = "staff"
    APPLICANT = "applicant"
    SYSTEM = "system"
    CONNECTOR = "connector"
    NODE = "node"


@dataclass(frozen=True, slots=True)
class Actor:
    """One who acts: `id` is stable and unique, `name` is shown to people."""

    id: str
    name: str
    kind: ActorKind = ActorKind.STAFF
    organisation: str = ""
    division: str = ""


SYSTEM = Actor(id="system", name=N_("系统"), kind=ActorKind.SYSTEM)
