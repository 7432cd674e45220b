"""What each data file must look like: its columns, its key, and what its rows may not do.

Stands between the files and the tables of the database; answers what a cell means. Pure data: the reader
(`reading`) and the loader work from it, so a new column is one line here and one in the model.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from yichuang.kernel.identifiers import division_code, organisation_code, uscc
from yichuang.kernel.refusal import Refusal
from yichuang.regions.domain.faults import CellEmpty, CellTooLong, NotAChoice, NotADate, NotANumber, PartsDisagree
from yichuang.regions.domain.words import CentreStateKind, Level, OrganisationKind, PostRank, PostRole, WindowKind

Cell = str | bool | date | Decimal | None
Row = dict[str, Cell]

_YES_NO = {"yes": True, "no": False}


@dataclass(frozen=True, slots=True)
class Column:
    """One column: `read` turns a cell that is not empty into a value or raises a Refusal; `empty` stands for nothing.

    `refers` is the file to whose key the cell points; `unique` says that no two rows share a value.
    """

    name: str
    read: Callable[[str], Cell]
    required: bool = True
    empty: Cell = None
    refers: str = ""
    unique: bool = False

    def value(self, text: str) -> Cell:
        """Return the value of one cell; raises the Refusal that says what is wrong with it."""
        text = text.strip()
        if text:
            return self.read(text)
        if self.required:
            raise CellEmpty()
        return self.empty


def _none(row: Row) -> Iterator[tuple[str, Refusal]]:  # noqa: ARG001 - most tables cannot contradict themselves
    yield from ()


@dataclass(frozen=True, slots=True)
class Table:
    """One file: the first column is its key. Rows equal in the columns `apart` may not be true on the same day.

    `contradictions` yields the cells of one row that disagree with others of the same row, and why.
    """

    file: str
    columns: tuple[Column, ...]
    apart: tuple[str, ...] = ()
    contradictions: Callable[[Row], Iterator[tuple[str, Refusal]]] = _none

    @property
    def key(self) -> str:
        """Name the column that identifies a row."""
        return self.columns[0].name


def written(cell: Cell) -> str:
    """Return a value as the files write it, so that reading it again gives the value."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, Decimal):
        return f"{cell.normalize():f}"
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def text(limit: int) -> Callable[[str], str]:
    """Return a reader of texts of at most `limit` characters."""

    def read(cell: str) -> str:
        if len(cell) > limit:
            raise CellTooLong(limit=limit, found=len(cell))
        return cell

    return read


def choice(words: type[StrEnum]) -> Callable[[str], str]:
    """Return a reader of the words of an enumeration."""

    def read(cell: str) -> str:
        try:
            return words(cell).value
        except ValueError:
            raise NotAChoice(found=cell, choices="、".join(word.value for word in words if word.value)) from None

    return read


def day(cell: str) -> date:
    """Return the day a text like 2015-06-30 names."""
    try:
        return date.fromisoformat(cell)
    except ValueError:
        raise NotADate(found=cell) from None


def yes_no(cell: str) -> bool:
    """Return the truth of `yes` or `no`."""
    try:
        return _YES_NO[cell]
    except KeyError:
        raise NotAChoice(found=cell, choices="yes、no") from None


def area(cell: str) -> Decimal:
    """Return square metres."""
    try:
        metres = Decimal(cell)
    except InvalidOperation:
        raise NotANumber(found=cell) from None
    if not metres.is_finite() or metres <= 0:
        raise NotANumber(found=cell)
    return metres


def division(cell: str) -> str:
    """Return a division code of the right shape (GB/T 2260)."""
    return division_code.parse(cell).code


def organisation(cell: str) -> str:
    """Return an organisation code with the right check character (GB 11714)."""
    return organisation_code.parse(cell).code


def credit(cell: str) -> str:
    """Return a unified social credit code with the right check character (GB 32100-2015)."""
    return uscc.parse(cell).code


def _codes_agree(row: Row) -> Iterator[tuple[str, Refusal]]:
    """Yield what contradicts itself in the codes of an organisation."""
    code, place, key = row.get("code"), row.get("division"), row.get("department_key")
    if code and place and key and code != f"{place}-{key}":
        yield "code", PartsDisagree(found=code, other="division-department_key", expected=f"{place}-{key}")
    long, short = row.get("uscc"), row.get("organisation_code")
    if isinstance(long, str) and isinstance(short, str) and long[8:17] != short:
        yield "uscc", PartsDisagree(found=long, other="organisation_code", expected=short)


def _nothing_compatible(row: Row) -> Iterator[tuple[str, Refusal]]:
    """Yield a system that is compatible though there is none."""
    if row.get("compatible") is True and row.get("supervision") is False:
        yield "compatible", PartsDisagree(found="yes", other="supervision", expected="no")


def _no_window(row: Row) -> Iterator[tuple[str, Refusal]]:
    """Yield a window post that names no window."""
    if row.get("role") == PostRole.WINDOW.value and "window" in row and row["window"] is None:
        yield "window", CellEmpty()


_VALID = (Column("valid_from", day), Column("valid_until", day, required=False))
_SOURCE = Column("source", text(200), required=False, empty="")
_CODE = Column("code", text(64))

DIVISIONS = Table(
    "divisions",
    (
        Column("code", division),
        Column("name", text(64)),
        Column("short_name", text(32)),
        Column("level", choice(Level)),
        Column("parent", division, required=False, refers="divisions"),
        Column("statutory", yes_no),
        *_VALID,
        Column("successor", division, required=False, refers="divisions"),
        _SOURCE,
    ),
)
ORGANISATIONS = Table(
    "organisations",
    (
        _CODE,
        Column("number", text(2), required=False, empty=""),
        Column("department_key", text(32)),
        Column("division", division, refers="divisions"),
        Column("name", text(96)),
        Column("short_name", text(32)),
        Column("kind", choice(OrganisationKind)),
        Column("organisation_code", organisation, unique=True),
        Column("uscc", credit, unique=True),
        *_VALID,
        Column("successor", text(64), required=False, refers="organisations"),
        _SOURCE,
    ),
    contradictions=_codes_agree,
)
CENTRES = Table(
    "centres",
    (
        _CODE,
        Column("name", text(96)),
        Column("division", division, refers="divisions"),
        Column("level", choice(Level)),
        Column("organisation", text(64), refers="organisations"),
        Column("floor_area", area, required=False),
        Column("opened_on", day, required=False),
        *_VALID,
        Column("successor", text(64), required=False, refers="centres"),
        _SOURCE,
    ),
)
CENTRE_STATES = Table(
    "centre_states",
    (_CODE, Column("centre", text(64), refers="centres"), Column("state", choice(CentreStateKind)), *_VALID, _SOURCE),
    apart=("centre",),
)
CENTRE_SYSTEMS = Table(
    "centre_systems",
    (
        _CODE,
        Column("centre", text(64), refers="centres"),
        Column("supervision", yes_no),
        Column("compatible", yes_no),
        *_VALID,
        _SOURCE,
    ),
    apart=("centre",),
    contradictions=_nothing_compatible,
)
WINDOWS = Table(
    "windows",
    (
        _CODE,
        Column("centre", text(64), refers="centres"),
        Column("number", text(8)),
        Column("name", text(64)),
        Column("kind", choice(WindowKind)),
        Column("area", text(16), required=False, empty=""),
        Column("organisation", text(64), refers="organisations"),
        *_VALID,
    ),
    apart=("centre", "number"),
)
STAFF = Table(
    "staff",
    (
        Column("number", text(32)),
        Column("name", text(64)),
        Column("organisation", text(64), refers="organisations"),
        *_VALID,
    ),
)
POSTS = Table(
    "posts",
    (
        _CODE,
        Column("staff", text(32), refers="staff"),
        Column("organisation", text(64), refers="organisations"),
        Column("window", text(64), required=False, refers="windows"),
        Column("role", choice(PostRole)),
        Column("rank", choice(PostRank), required=False, empty=""),
        *_VALID,
    ),
    contradictions=_no_window,
)

# In the order in which rows refer to rows of earlier files.
TABLES = (DIVISIONS, ORGANISATIONS, CENTRES, CENTRE_STATES, CENTRE_SYSTEMS, WINDOWS, STAFF, POSTS)
