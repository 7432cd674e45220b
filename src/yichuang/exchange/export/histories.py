"""Histories: what an export reads of one case: its row and the events that count, decoded to plain fields.

Withdrawn events stay in the ledger and out of every log: a log tells what happened.
"""

import json
import re
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, NamedTuple

from yichuang.cases.queries import CaseHistory, iterate_histories, list_effective

_NAME = re.compile(r"cases\.([a-z-]+)\.v\d+")
# Ledger's own bookkeeping, nothing that anybody did to a case.
_BOOKKEEPING = frozenset({"history-corrected", "case-passed-to-node"})


class Told(NamedTuple):
    """One event that counts: its place, its name without version, its fields, its times and who did it."""

    seq: int
    name: str
    fields: dict[str, Any]
    at: datetime
    received_at: datetime
    recorded_at: datetime
    actor_id: str
    actor_name: str


class Story(NamedTuple):
    """One case with the events that count, in the order in which they happened."""

    case: CaseHistory
    events: tuple[Told, ...]


def stories(
    *,
    division: str = "",
    organisation: str = "",
    after_case: int = 0,
    start_on: date | None = None,
    until: date | None = None,
    case_ids: list[int] | None = None,
    personal: bool = False,
) -> Iterator[Story]:
    """Yield cases with what happened to them, in order of their ids."""
    for history in iterate_histories(
        division=division,
        organisation=organisation,
        after_case=after_case,
        start_on=start_on,
        until=until,
        case_ids=case_ids,
        personal=personal,
    ):
        yield story_of(history)


def story_of(history: CaseHistory) -> Story:
    """Return the story of one case."""
    told = []
    for entry in list_effective(history.entries):
        found = _NAME.fullmatch(entry.name)
        name = found[1] if found else entry.name
        if name in _BOOKKEEPING:
            continue
        told.append(
            Told(
                entry.seq,
                name,
                json.loads(entry.payload),
                entry.source_at,
                entry.received_at,
                entry.recorded_at,
                entry.actor_id,
                entry.actor_name,
            )
        )
    return Story(history, tuple(told))
