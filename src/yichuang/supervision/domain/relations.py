"""Relations: what a rule's condition may ask about, column by column, for every kind of thing that is supervised.

It stands between those who fill a relation (the facts of cases, the stored small relations, the files of a bulk run)
and those who read it (conditions, engines, evidence on a page), and answers: which columns are there, of which type,
may they be empty, what are they called in both languages, and what does a row look like in which nobody is at fault.
A rule's worked example starts from that blameless row and changes what matters.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from types import MappingProxyType

from yichuang.calendar.values import CHINA, WorkingCalendar
from yichuang.supervision.domain import columns

_REFERENCE = re.compile(r"@(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d(?::\d\d)?))?")
_NOON = "12:00"

Value = int | str | bool | None


class Type(Enum):
    """What a value is; conditions compare only like with like."""

    INT = "int"
    TEXT = "text"
    BOOL = "bool"


class Unit(Enum):
    """What a number counts, and so how it is shown: an ordinal as a date, fen as yuan."""

    DAY = "day"  # a working-day ordinal
    INSTANT = "instant"  # seconds since 1970-01-01 UTC
    DAYS = "days"  # working days
    COUNT = "count"
    FEN = "fen"
    MINUTE = "minute"  # minute of the day
    PERMILLE = "permille"
    MONTH = "month"  # yyyymm
    PLAIN = "plain"
    TEXT = "text"
    FLAG = "flag"


_WIDE = {Unit.INSTANT, Unit.FEN, Unit.PLAIN}
_TYPES = {Unit.TEXT: Type.TEXT, Unit.FLAG: Type.BOOL}


@dataclass(frozen=True, slots=True)
class DayReference:
    """A day, or an instant of it, that becomes a number only with a calendar: "@2015-03-18", "@2015-03-18T09:30"."""

    day: date
    at: datetime

    def resolve(self, unit: Unit, calendar: WorkingCalendar) -> int:
        """Return the day's ordinal, or the instant's seconds (noon in China without a time), as the unit asks."""
        return int(self.at.timestamp()) if unit is Unit.INSTANT else calendar.ordinal(self.day)


def read_reference(text: str) -> DayReference | None:
    """Return the day that a text such as "@2015-03-18" names, None where it names none; raises ValueError."""
    found = _REFERENCE.fullmatch(text)
    if found is None:
        return None
    day = date.fromisoformat(found[1])
    return DayReference(day, datetime.fromisoformat(f"{day}T{found[2] or _NOON}").replace(tzinfo=CHINA))


Default = Value | DayReference


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its type, whether it may be empty, its value in a blameless row, and its name in both languages."""

    name: str
    unit: Unit
    nullable: bool
    default: Default
    zh: str
    en: str

    @property
    def type(self) -> Type:
        """Return what its values are."""
        return _TYPES.get(self.unit, Type.INT)

    @property
    def wide(self) -> bool:
        """Return whether its numbers need 64 bits."""
        return self.unit in _WIDE


@dataclass(frozen=True, slots=True)
class Relation:
    """One kind of thing that is supervised; `key` names a row for ever, and is a column of every stored relation.

    `starts` are other blameless rows that an example may start from, as changes to the usual one.
    """

    name: str
    key: str
    zh: str
    en: str
    columns: Mapping[str, Column]
    starts: Mapping[str, Mapping[str, Default]]

    def blameless(self, calendar: WorkingCalendar, start: str = "") -> dict[str, Value]:
        """Return the row in which nobody is at fault, with its days as numbers of the calendar."""
        changed = self.starts[start] if start else {}
        return {
            name: resolve(changed.get(name, column.default), column.unit, calendar)
            for name, column in self.columns.items()
        }


def resolve(value: Default, unit: Unit, calendar: WorkingCalendar) -> Value:
    """Return the value that stands in a row: a named day becomes its number."""
    return value.resolve(unit, calendar) if isinstance(value, DayReference) else value


def _column(line: str) -> Column:
    """Read `name unit[?] default | 中文 | English`; the default `-` is the empty text, `null` no value."""
    words, zh, en = (part.strip() for part in line.split("|"))
    name, kind, written = words.split(maxsplit=2)
    unit = Unit(kind.rstrip("?"))
    return Column(name, unit, kind.endswith("?"), _default(written, unit), zh, en)


def _default(written: str, unit: Unit) -> Default:
    if written == "null":
        return None
    if written.startswith("@"):
        return read_reference(written)
    if unit is Unit.FLAG:
        return written == "yes"
    if unit is Unit.TEXT:
        return "" if written == "-" else written
    return int(written)


def _relation(
    name: str, zh: str, en: str, table: str, *, key: str = "key", starts: Mapping[str, str] | None = None
) -> Relation:
    own = [_column(line) for line in table.strip().splitlines()]
    if key == "key":
        own.insert(0, _column(f"key text EXAMPLE | {zh}编号 | {en} key"))
    known = {column.name: column for column in own}
    changes = {
        start: {key: _default(value, known[key].unit) for key, value in (pair.split("=") for pair in written.split())}
        for start, written in (starts or {}).items()
    }
    return Relation(name, key, zh, en, MappingProxyType(known), MappingProxyType(changes))


RELATIONS: Mapping[str, Relation] = MappingProxyType(
    {
        relation.name: relation
        for relation in (
            _relation(
                "cases",
                "办件",
                "cases",
                columns.CASES,
                key="number",
                starts={"ended": columns.ENDED, "refused": columns.REFUSED},
            ),
            _relation("fees", "收费", "fees", columns.FEES),
            _relation("closings", "集中办结", "closings", columns.CLOSINGS),
            _relation("files", "文件", "files", columns.FILES),
            _relation("items", "事项", "items", columns.ITEMS),
            _relation("feedback", "咨询投诉", "consultations and complaints", columns.FEEDBACK),
            _relation("feeds", "数据报送", "feeds", columns.FEEDS),
            _relation("nodes", "节点互联", "nodes", columns.NODES),
            _relation("registers", "部门台账条目", "entries of registers", columns.REGISTERS),
            _relation("series", "编号序列", "series of numbers", columns.SERIES),
            _relation("volumes", "业务量比对", "volumes", columns.VOLUMES),
            _relation("results", "办理结果", "results", columns.RESULTS),
            _relation("visits", "到访", "visits", columns.VISITS),
            _relation("callbacks", "回访", "call-backs", columns.CALLBACKS),
        )
    }
)
