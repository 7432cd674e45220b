"""Putting right: corrections and refusals of quarantined cases, kept with the landed rows they belong to.

A corrected column stands as long as the source goes on saying what was wrong; says it something else, that counts.
"""

import json
from collections.abc import Collection

from yichuang.exchange.connecting.filing import mark
from yichuang.exchange.domain.records import Record
from yichuang.exchange.models import LandedRow, QuarantinedRecord
from yichuang.exchange.presets import mapping_of
from yichuang.exchange.reading.opening import named_columns
from yichuang.exchange.values import RowState


def columns_of(row: QuarantinedRecord) -> Collection[str]:
    """Return every column that the record's mapping names: one that its source left empty may be filled in."""
    mapping = mapping_of(name=row.batch.mapping, text=row.batch.mapping_text).mapping
    return {column for _path, column, _of_event in named_columns(mapping)}


def correct(source: str, before: Record, after: Record) -> None:
    """Keep what differs between a record and the same put right, row by row."""
    pairs = [(before.row, before.case, after.case)]
    pairs += [(old.row, old.values, new.values) for old, new in zip(before.events, after.events, strict=True)]
    for pk, old, new in pairs:
        changed = {name: value for name, value in new.items() if old.get(name, "") != value}
        row = LandedRow.objects.select_for_update().filter(pk=pk, source=source).first() if changed else None
        if row is None:
            continue
        kept = json.loads(row.corrections) if row.corrections else {}
        for name, value in changed.items():
            # Corrected twice: what the source said is what was kept the first time.
            sent = kept[name][0] if name in kept else old.get(name, "")
            kept[name] = [sent, value]
        row.corrections = json.dumps(kept)
        row.save(update_fields=["corrections"])


def refuse(source: str, case_key: str) -> None:
    """Mark the rows of a case as refused for good."""
    mark(source, [case_key], RowState.REFUSED)
