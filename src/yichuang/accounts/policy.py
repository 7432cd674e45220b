"""The dated rules of signing in: reads law/sign-in.yaml and answers which rules are in force on a day.

Pure: it knows rules, not users or requests.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from yichuang.accounts.values import Role

SOURCE = Path(__file__).parent / "law" / "sign-in.yaml"
_MARKS = {"V", "C", "K"}


@dataclass(frozen=True, slots=True)
class Policy:
    """The rules of one version; `password_age` is None where a password does not expire."""

    in_force_from: date
    citation: str
    min_length: int
    history: int
    password_age: timedelta | None
    idle: timedelta
    lifetime: timedelta
    most_sessions: int
    confirmation: timedelta
    half_way: timedelta
    grantable: Mapping[Role, frozenset[Role]]


class PolicyFileFaulty(ValueError):
    """The file of rules does not say what it must; the text names the place."""


def _fields(entry: Any, place: str, names: tuple[str, ...]) -> Mapping[str, Any]:
    if not isinstance(entry, dict) or set(entry) != set(names):
        found = sorted(entry) if isinstance(entry, dict) else type(entry).__name__
        raise PolicyFileFaulty(f"{SOURCE.name}: {place} must state exactly {sorted(names)}, not {found}")
    return entry


def _number(entry: Any, place: str, *, optional: bool = False) -> int | None:
    stated = _fields(entry, place, ("value", "verified"))
    if stated["verified"] not in _MARKS:
        raise PolicyFileFaulty(f"{SOURCE.name}: {place} must be marked V, C or K")
    value = stated["value"]
    if value is None and optional:
        return None
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise PolicyFileFaulty(f"{SOURCE.name}: {place} must be a whole number above zero")
    return value


def _positive(entry: Any, place: str) -> int:
    return _number(entry, place) or 0


def _grantable(entry: Any) -> Mapping[Role, frozenset[Role]]:
    stated = _fields(entry, "grantable", ("verified", "roles"))
    return {Role(giver): frozenset(Role(role) for role in roles) for giver, roles in stated["roles"].items()}


def read(entry: Any) -> Policy:
    """Return one version of the file as a Policy; raises PolicyFileFaulty or ValueError, naming the place."""
    stated = _fields(
        entry,
        "version",
        (
            *("in_force_from", "citation", "verified", "password", "session", "confirmation", "half_way_minutes"),
            "grantable",
        ),
    )
    password = _fields(stated["password"], "password", ("min_length", "history", "expires_after_days"))
    session = _fields(stated["session"], "session", ("idle_minutes", "lifetime_hours", "most_per_user"))
    confirmation = _fields(stated["confirmation"], "confirmation", ("minutes",))
    days = _number(password["expires_after_days"], "password.expires_after_days", optional=True)
    return Policy(
        in_force_from=stated["in_force_from"],
        citation=stated["citation"],
        min_length=_positive(password["min_length"], "password.min_length"),
        history=_positive(password["history"], "password.history"),
        password_age=timedelta(days=days) if days else None,
        idle=timedelta(minutes=_positive(session["idle_minutes"], "session.idle_minutes")),
        lifetime=timedelta(hours=_positive(session["lifetime_hours"], "session.lifetime_hours")),
        most_sessions=_positive(session["most_per_user"], "session.most_per_user"),
        confirmation=timedelta(minutes=_positive(confirmation["minutes"], "confirmation.minutes")),
        half_way=timedelta(minutes=_positive(stated["half_way_minutes"], "half_way_minutes")),
        grantable=_grantable(stated["grantable"]),
    )


@cache
def versions() -> tuple[Policy, ...]:
    """Return every version, oldest first."""
    entries = yaml.safe_load(SOURCE.read_text(encoding="utf-8"))
    return tuple(sorted((read(entry) for entry in entries), key=lambda policy: policy.in_force_from))


def policy(*, on: date) -> Policy:
    """Return the rules in force on a day; before the first version, the first."""
    past = [version for version in versions() if version.in_force_from <= on]
    return past[-1] if past else versions()[0]
