"""The contract of table readers: what a source shows of its tables, and how it is read on from a position.

All values are text as the source means them: instants and days in ISO form, decimals plain, an absent key
where the source has NULL. A reader keeps nothing: the caller keeps the position of the last row that it
has safely stored, and reads on from there, whatever happened in between.
"""

from typing import NamedTuple, Protocol

from yichuang.exchange.domain import mapping as m
from yichuang.exchange.domain.faults import Fault

# What the drivers' types come down to; `other` is read as the text that the source gives.
TEXT, NUMBER, INSTANT, DAY, CLOCK, YES_NO, BYTES, OTHER = (
    "text", "number", "instant", "day", "clock", "yes-no", "bytes", "other",
)  # fmt: skip

Position = tuple[str, ...]


class ColumnShape(NamedTuple):
    """One column as its source describes it."""

    name: str
    kind: str
    nullable: bool = True
    comment: str = ""


class TableShape(NamedTuple):
    """One table as its source describes it; `rows` is an estimate, None where the source has none."""

    name: str
    columns: tuple[ColumnShape, ...]
    rows: int | None = None
    comment: str = ""
    key: tuple[str, ...] = ()


class SourceRow(NamedTuple):
    """One row as sent: its key, its case, its columns, what the source did to it and when, and where it stands.

    `faults` are those that the reader itself saw, as with a message that is no XML: such a row has a made-up
    key and is there so that nothing is lost. `operation`, `batch` and `changed` are empty where the mapping
    names no column for them.
    """

    key: str
    case: str
    values: dict[str, str]
    operation: str
    batch: str
    changed: str
    position: Position
    faults: tuple[Fault, ...] = ()


class TableReader(Protocol):
    """One opened source of tables; every method may raise a SourceRefusal."""

    def shapes(self) -> tuple[TableShape, ...]:
        """Return the tables in order of their names."""

    def require(self, mapping: m.Mapping) -> None:
        """Refuse with TableMissing or TableColumnMissing what `tables:` of the mapping names and the source lacks.

        A table that is `optional` may be absent; then it has no rows.
        """

    def changed(self, table: m.Table, *, after: Position, limit: int) -> list[SourceRow]:
        """Return about `limit` rows that stand strictly behind a position, in the order of their positions.

        No rows means that there are no more for now. A few rows more than `limit` come where the source's own
        order does not tell them apart. `after` may be the beginning of a position: then what is greater than that
        beginning is returned; () is the start of the table.
        """

    def sample(self, name: str, *, limit: int) -> list[dict[str, str]]:
        """Return some rows of a table, the newest where the source can tell."""

    def count(self, name: str) -> int | None:
        """Return the number of rows of a table; None where only reading all of them would tell."""

    def close(self) -> None:
        """Give back what was opened; closing twice does nothing."""
