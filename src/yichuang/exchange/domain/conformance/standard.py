"""The standard that a source is held against: between `vocabulary/conformance.yaml` and the measures."""

from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Literal

import msgspec
import yaml

FILE = Path(__file__).parents[2] / "vocabulary" / "conformance.yaml"
_Mark = Literal["V", "C", "K"]


class Citation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where the fields come from."""

    mark: _Mark
    citation: str


class StandardField(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One field of the standard, and where a mapping may say it."""

    field: str
    english: str
    reads: tuple[str, ...]
    needed: bool


class Limit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """From which share on a measure is bad."""

    key: str
    permille: int
    mark: _Mark
    citation: str


class Hours(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A length of time with its source."""

    hours: int
    mark: _Mark
    citation: str


class Standard(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All of it."""

    compiled: date
    standard: Citation
    fields: tuple[StandardField, ...]
    limits: tuple[Limit, ...]
    back_filled_after_hours: Hours

    def permille(self, key: str) -> int:
        """Return a limit; raises KeyError for an unknown one."""
        for limit in self.limits:
            if limit.key == key:
                return limit.permille
        raise KeyError(key)

    @property
    def back_filled_after(self) -> timedelta:
        """Return how late an act may reach the exchange table."""
        return timedelta(hours=self.back_filled_after_hours.hours)


@lru_cache(maxsize=1)
def load_standard() -> Standard:
    """Return the standard that comes with the house; raises msgspec.ValidationError where the file is faulty."""
    return msgspec.convert(yaml.safe_load(FILE.read_text("utf-8")), Standard)
