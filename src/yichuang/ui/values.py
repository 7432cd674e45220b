"""The shapes that components draw: tables, filters, time lines, progress. Pure values, texts already translated.

Views fill them; `{% data_table %}`, `{% filter_form %}`, `{% timeline %}` and `{% progress_banner %}` draw them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Tone(StrEnum):
    """What a badge says before one reads it; each tone has a colour and a shape of its own."""

    GOOD = "good"
    WARN = "warn"
    BAD = "bad"
    INFO = "info"
    NEUTRAL = "neutral"


class Light(StrEnum):
    """The three-colour deadline light."""

    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a data table; `sort` is the key put into the address, "" when it cannot be sorted.

    A `fixed` column holds short texts that are never broken: numbers of cases, dates.
    """

    label: str
    sort: str = ""
    numeric: bool = False
    fixed: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell; `tone` makes it a badge, `light` a deadline light."""

    text: str
    href: str = ""
    tone: Tone | None = None
    light: Light | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A data table: the first column names the row. `sort` is the key in force, with "-" when descending."""

    caption: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    sort: str = ""
    empty: str = ""


@dataclass(frozen=True, slots=True)
class Filter:
    """One field of a filter form: a select when it has choices (value, label), else an input of that kind."""

    name: str
    label: str
    value: str = ""
    choices: Sequence[tuple[str, str]] = ()
    kind: str = "text"


@dataclass(frozen=True, slots=True)
class Happening:
    """One entry of a time line, newest or oldest first as the caller orders it; `struck` no longer counts."""

    title: str
    when: str
    who: str = ""
    body: str = ""
    tone: Tone = Tone.NEUTRAL
    href: str = ""
    struck: bool = False


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a long piece of work is; `percent` 0..100."""

    label: str
    percent: int
    note: str = ""
    done: bool = False
