"""Intake law: how much may be handed in and how often somebody may be wrong, on which day.

It stands between `law/uploads.yaml` and `law/tracking.yaml` and everybody who takes something in. The figures are
defaults marked K; a city changes one by adding a dated value, not by editing code.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Literal

import msgspec

from yichuang.calendar.values import LawFile
from yichuang.kernel.words import N_

FIRST_DAY = date(2004, 7, 1)
_PACKAGED = Path(__file__).parent.parent / "law"

UPLOAD_UNITS: dict[str, str] = {
    "file_bytes": "bytes",
    "request_bytes": "bytes",
    "draft_files": "files",
    "draft_bytes": "bytes",
    "chunk_bytes": "bytes",
    "least_chunk_bytes": "bytes",
    "picture_pixels": "pixels",
    "archive_entries": "entries",
    "archive_bytes": "bytes",
    "archive_ratio": "times",
    "pdf_pages": "pages",
    "upload_hours": "hours",
    "draft_days": "days",
    "draft_versions": "versions",
    "owner_drafts": "files",
    "draft_characters": "characters",
}
TRACKING_UNITS: dict[str, str] = {
    "tries_per_number": "tries",
    "tries_per_address": "tries",
    "window_minutes": "minutes",
    "lock_minutes": "minutes",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadLaw:
    """What may be handed in on a day; units as the names say, a file counted without its name."""

    file_bytes: int
    request_bytes: int
    draft_files: int
    draft_bytes: int
    chunk_bytes: int
    least_chunk_bytes: int
    picture_pixels: int
    archive_entries: int
    archive_bytes: int
    archive_ratio: int
    pdf_pages: int
    upload_hours: int
    draft_days: int
    draft_versions: int
    owner_drafts: int
    draft_characters: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackingLaw:
    """How often somebody may be wrong when tracking without signing in."""

    tries_per_number: int
    tries_per_address: int
    window_minutes: int
    lock_minutes: int


class _Value(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, rename={"from_on": "from"}):
    from_on: date
    amount: int
    mark: Literal["V", "K"]
    citation: str
    until: date | None = None


class _Limit(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    key: str
    title: str
    unit: str
    values: tuple[_Value, ...]
    note: str = ""


class _Content(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    name: str
    title: str
    limits: tuple[_Limit, ...]


def upload_law(*, on: date, folder: Path | None = None) -> UploadLaw:
    """Return what may be handed in on a day; a day before the first counts as the first; raises FaultyLaw."""
    return UploadLaw(**_in_force(_load((folder or _PACKAGED) / "uploads.yaml", "uploads"), on))


def tracking_law(*, on: date, folder: Path | None = None) -> TrackingLaw:
    """Return how often somebody may be wrong on a day; raises FaultyLaw."""
    return TrackingLaw(**_in_force(_load((folder or _PACKAGED) / "tracking.yaml", "tracking"), on))


def _in_force(limits: tuple[_Limit, ...], on: date) -> dict[str, int]:
    on = max(on, FIRST_DAY)
    return {limit.key: [value for value in limit.values if value.from_on <= on][-1].amount for limit in limits}


_UNITS: Mapping[str, Mapping[str, str]] = {"uploads": UPLOAD_UNITS, "tracking": TRACKING_UNITS}


@lru_cache(maxsize=16)
def _load(path: Path, name: str) -> tuple[_Limit, ...]:
    file = LawFile(path)
    content = file.read(_Content)
    for key, reason in _faults(content, _UNITS[name]):
        raise file.fault(key, reason)
    return content.limits


def _faults(content: _Content, units: Mapping[str, str]) -> Iterator[tuple[list[str | int], str]]:
    keys = [limit.key for limit in content.limits]
    for missing in sorted(units.keys() - set(keys)):
        yield ["limits", missing], N_("缺少这个期限")
    for index, limit in enumerate(content.limits):
        here: list[str | int] = ["limits", index]
        if limit.key not in units or limit.key in keys[:index]:
            yield [*here, "key"], N_("没有这个期限，或写了两次")
        elif limit.unit != units[limit.key]:
            yield [*here, "unit"], N_("单位不符")
        if not limit.values or limit.values[0].from_on > FIRST_DAY:
            yield [*here, "values"], N_("第一段应自 2004-07-01 或更早开始")
        for place, value in enumerate(limit.values):
            following = limit.values[place + 1].from_on if place + 1 < len(limit.values) else None
            if value.amount < 1:
                yield [*here, "values", place, "amount"], N_("期限应为正整数")
            if value.until != following:
                yield [*here, "values", place, "until"], N_("各段须首尾相接，最后一段不写终止日")
            if not value.citation:
                yield [*here, "values", place, "citation"], N_("没有写依据")
