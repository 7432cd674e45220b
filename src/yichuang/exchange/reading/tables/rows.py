"""Rows: what a reader found, as a row of the contract."""

import json
from collections.abc import Mapping

from yichuang.exchange.domain import mapping as m
from yichuang.exchange.domain.faults import Fault
from yichuang.exchange.reading.tables.contract import Position, SourceRow
from yichuang.exchange.reading.tables.texts import as_key
from yichuang.kernel.crypto import sm3

BETWEEN, MADE_UP = "\x1f", "?"
_LONGEST_KEY = 255


def as_row(table: m.Table, values: dict[str, str], *, position: Position, faults: tuple[Fault, ...] = ()) -> SourceRow:
    """Return the row of these values; one that is broken and has no key gets a key of all that it says."""
    key = as_key(BETWEEN.join(values.get(name, "").strip() for name in table.key))
    if not key.strip(BETWEEN):
        key = MADE_UP + _digest(values) if faults else ""
    return SourceRow(
        key=_short(key),
        case=_short(as_key(values.get(table.case, "").strip())),
        values=values,
        operation=values.get(table.operation, "").strip(),
        batch=values.get(table.batch, "").strip(),
        changed=values.get(table.changed, "").strip(),
        position=position,
        faults=faults,
    )


def _short(text: str) -> str:
    # A runaway value in a key column: still one key for one value.
    return text if len(text) <= _LONGEST_KEY else f"{text[:200]}…{sm3(text.encode('utf-8', 'replace')).hex()[:32]}"


def _digest(values: Mapping[str, str]) -> str:
    said = json.dumps(values, sort_keys=True, separators=(",", ":"))
    return sm3(said.encode("ascii")).hex()[:32]
