"""Quarantine: the only writer of its tables. Keeps what could not be filed, until somebody settles it."""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec

from yichuang.exchange.domain.faults import Fault
from yichuang.exchange.domain.translate import Translated
from yichuang.exchange.filing import Outcome
from yichuang.exchange.models import ExchangeBatch, QuarantinedRecord, QuarantineLog
from yichuang.exchange.values import OPEN, QuarantineState
from yichuang.kernel.actor import Actor

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(tuple[Fault, ...]).decode
_PART = 500
# A case that stands in the ledger with another past is not settled by anything that is filed later.
_NOT_SETTLED_BY_FILING = frozenset({"HistoryDiffers", "RowRepeated"})


def identity_of(source: str, one: Translated, *, repetition: int = 0) -> str:
    """Return what makes a record the same when it is sent again: its source, key and content."""
    text = f"{source}\x1f{one.key}\x1f{one.record.digest()}\x1f{repetition}"
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def faults_to_text(faults: Sequence[Fault]) -> str:
    """Return faults as kept."""
    return _encode(list(faults)).decode()


def faults_from_text(text: str) -> tuple[Fault, ...]:
    """Return kept faults."""
    return _decode(text)


class Keeper:
    """Keeps the broken records of one import."""

    def __init__(self, batch: ExchangeBatch, *, by: Actor, at: datetime) -> None:
        self.batch, self.by, self.at = batch, by, at
        self._seen: dict[str, int] = {}

    def keep(self, broken: Sequence[Outcome]) -> tuple[int, int]:
        """Keep records that are not kept yet; return how many of these wait and how many are settled already."""
        by_identity = {self._identity(one.translated): one for one in broken}
        known = dict(QuarantinedRecord.objects.filter(identity__in=list(by_identity)).values_list("identity", "state"))
        fresh = [
            QuarantinedRecord(
                batch=self.batch,
                source=self.batch.source,
                source_key=clean_key(one.translated.key),
                row=one.translated.record.row,
                identity=identity,
                original=one.translated.record.to_json(),
                record=one.translated.record.to_json(),
                faults=faults_to_text(one.faults),
                created_at=self.at,
                updated_at=self.at,
            )
            for identity, one in by_identity.items()
            if identity not in known
        ]
        QuarantinedRecord.objects.bulk_create(fresh, batch_size=_PART)
        settled = sum(state not in OPEN for state in known.values())
        return len(by_identity) - settled, settled

    def settle(self, filed: Iterable[Outcome]) -> None:
        """Close what waits from earlier imports under the keys of cases that have come in whole by now."""
        keys = [one.translated.key for one in filed if one.new_events]
        for start in range(0, len(keys), _PART):
            waiting = QuarantinedRecord.objects.filter(
                source=self.batch.source, source_key__in=keys[start : start + _PART], state__in=OPEN
            )
            for row in waiting.exclude(batch=self.batch).order_by("id"):
                if _NOT_SETTLED_BY_FILING.isdisjoint(fault.code for fault in faults_from_text(row.faults)):
                    change(
                        row,
                        state=QuarantineState.REPLAYED,
                        act="superseded",
                        by=self.by,
                        at=self.at,
                        details=f"batch {self.batch.pk}",
                    )

    def _identity(self, one: Translated) -> str:
        plain = identity_of(self.batch.source, one)
        self._seen[plain] = repetition = self._seen.get(plain, -1) + 1
        return identity_of(self.batch.source, one, repetition=repetition) if repetition else plain


def change(
    row: QuarantinedRecord,
    *,
    state: QuarantineState,
    act: str,
    by: Actor,
    at: datetime,
    details: str = "",
    faults: Sequence[Fault] | None = None,
) -> None:
    """Move a record to a state and write down who did it; the caller holds the transaction."""
    row.state, row.updated_at = state, at
    if faults is not None:
        row.faults = faults_to_text(faults)
    row.save()
    QuarantineLog.objects.create(record=row, at=at, by_id=by.id, by_name=by.name, act=act, details=details)


def clean_key(key: str) -> str:
    """Return a key as a table can hold it, for lists; the record keeps it whole."""
    # A key that no table could hold is one of the record's faults; the record itself keeps it whole.
    return key.encode("utf-8", "replace").decode().replace("\x00", "")[:128]
