"""Keeping: gathered cases that could not be filed, one open record of the quarantine for each.

A case that is gathered again and is still broken renews its record; one that is filed, whoever put it right, closes
it. What was dropped by somebody stays dropped as long as its source says nothing else.
"""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime

from yichuang.exchange.domain.records import Record
from yichuang.exchange.filing import Outcome
from yichuang.exchange.models import ExchangeBatch, QuarantinedRecord
from yichuang.exchange.quarantine import change, clean_key, faults_to_text
from yichuang.exchange.values import OPEN, QuarantineState
from yichuang.kernel.actor import Actor

_PART = 500


def keep(batch: ExchangeBatch, broken: Mapping[str, Outcome], *, by: Actor, at: datetime) -> frozenset[str]:
    """Keep broken cases by case key; return the keys of those that somebody has dropped as they are."""
    if not broken:
        return frozenset()
    identities = {key: _identity(batch.source, key, one) for key, one in broken.items()}
    known = _by("identity__in", list(identities.values()))
    known_by_identity = {row.identity: row for row in known}
    waiting = {row.case_key: row for row in _by("case_key__in", list(broken), source=batch.source, state__in=OPEN)}
    dropped: set[str] = set()
    fresh: list[QuarantinedRecord] = []
    for key, one in broken.items():
        row, standing = known_by_identity.get(identities[key]), waiting.get(key)
        if row is None and standing is None:
            fresh.append(_fresh(batch, key, identities[key], one, at))
        elif row is None:
            assert standing is not None
            standing.batch, standing.identity = batch, identities[key]
            standing.original = standing.record = one.translated.record.to_json()
            change(standing, state=QuarantineState.WAITING, act="renew", by=by, at=at, faults=one.faults)
        elif row.state == QuarantineState.DROPPED:
            dropped.add(key)
        elif row.state in OPEN:
            if row.faults != (text := faults_to_text(one.faults)):
                row.faults, row.updated_at = text, at
                row.save(update_fields=["faults", "updated_at"])
        else:
            change(row, state=QuarantineState.WAITING, act="again", by=by, at=at, faults=one.faults)
        if row is not None and standing is not None and standing.pk != row.pk:
            change(standing, state=QuarantineState.REPLAYED, act="superseded", by=by, at=at, details=f"#{row.pk}")
    QuarantinedRecord.objects.bulk_create(fresh, batch_size=_PART)
    return frozenset(dropped)


def settle(source: str, keys: Sequence[str], *, by: Actor, at: datetime, details: str) -> None:
    """Close what waits of cases that stand in the ledger now."""
    for row in _by("case_key__in", list(keys), source=source, state__in=OPEN):
        change(row, state=QuarantineState.REPLAYED, act="filed", by=by, at=at, faults=(), details=details)


def _by(name: str, values: Sequence[str], **more: object) -> list[QuarantinedRecord]:
    found: list[QuarantinedRecord] = []
    for start in range(0, len(values), _PART):
        part = {name: values[start : start + _PART], **more}
        found += QuarantinedRecord.objects.filter(**part).order_by("id")
    return found


def _identity(source: str, key: str, one: Outcome) -> str:
    text = f"{source}\x1flanded\x1f{key}\x1f{one.translated.record.digest()}"
    return hashlib.sha256(text.encode()).hexdigest()


def _fresh(batch: ExchangeBatch, key: str, identity: str, one: Outcome, at: datetime) -> QuarantinedRecord:
    record: Record = one.translated.record
    return QuarantinedRecord(
        batch=batch,
        source=batch.source,
        source_key=clean_key(one.translated.key),
        case_key=key,
        row=record.row,
        identity=identity,
        original=record.to_json(),
        record=record.to_json(),
        faults=faults_to_text(one.faults),
        created_at=at,
        updated_at=at,
    )
