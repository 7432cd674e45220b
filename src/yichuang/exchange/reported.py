"""Reported cases: what another system tells by the API goes the way of every mapped source, and is answered at once.

Nothing waits in quarantine here: who asked hears every fault, and asks again with them put right.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from yichuang.accounts.values import SystemRow
from yichuang.cases.commands import record_histories
from yichuang.cases.queries import has_source_key
from yichuang.cases.values import acts as a
from yichuang.exchange.domain.asking import OutsideArea
from yichuang.exchange.domain.faults import Fault, fault_of
from yichuang.exchange.domain.reported import read_reported


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    """What became of one reported case: filed under a number with so many new events, or its faults."""

    source_key: str
    number: str = ""
    new_events: int = 0
    corrected: int = 0
    is_new: bool = False
    faults: tuple[Fault, ...] = ()


def report(
    *,
    system: SystemRow,
    case: Mapping[str, Any],
    applicant: Mapping[str, Any],
    acts: Sequence[tuple[str, str, Mapping[str, Any]]],
    at: datetime,
    corrections: bool = False,
) -> Reported:
    """File a case as a system reports it, or say everything that is wrong with it.

    Reported again unchanged it changes nothing; with more at its end, that is appended; with another past it is
    refused, or with `corrections` corrected. `acts` are (act, at, fields). Refuses with OutsideArea.
    """
    read = read_reported(source=system.source, case=case, applicant=applicant, acts=acts, received_at=at)
    if read.filing is None:
        return Reported(source_key=read.key, faults=read.faults)
    receipt = read.filing.history[0].act
    assert isinstance(receipt, a.Receive)
    place = receipt.receiving_division or receipt.division
    inside = (place, receipt.division)
    if not all(system.area.covers(division=one, organisation=receipt.organisation) for one in inside):
        raise OutsideArea(division=receipt.division, organisation=receipt.organisation)
    known = has_source_key(source=system.source, key=read.filing.source_key)
    answers = record_histories([read.filing], by=system.actor, now=at, observed=True, corrections=corrections)
    filed = next(iter(next(iter(answers))))
    if filed.refusal is not None:
        place_of = read.history[filed.place - 1] if 0 < filed.place <= len(read.history) else None
        row, field = (place_of.row, place_of.field) if place_of else (0, "")
        return Reported(source_key=read.key, faults=(fault_of(filed.refusal, row=row, field=field),))
    return Reported(
        source_key=read.key,
        number=filed.number,
        new_events=filed.new_events,
        corrected=filed.corrected,
        is_new=not known and filed.new_events > 0,
    )
