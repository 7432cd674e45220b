"""Queries of an annex: each says, as plain data, what a figure counts, so that anybody can count it again."""

from datetime import date, datetime
from typing import Annotated, Literal

import msgspec

# A key is asked of a database, which takes no control characters.
Key = Annotated[str, msgspec.Meta(pattern=r"^[^\x00-\x1f]*$", max_length=64)]
LevelName = Literal["city", "county", "zone", "town"]
Way = Literal["count", "wan", "percent", "days"]


class Query(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="kind"):
    """Base of all queries; stored in the annex as tagged JSON."""


class CasesQuery(Query, frozen=True, kw_only=True, omit_defaults=True, tag="cases"):
    """The number of cases of one measure (see the definitions) in a period and scope; `until` is exclusive.

    A city counts the cases of its own level and of its `counties`, and of nobody else in the same ledger.
    """

    measure: Key
    start_on: date
    until: date
    county: Key = ""
    counties: tuple[Key, ...] = ()
    town: Key = ""
    department: Key = ""
    item: Key = ""
    channel: Key = ""


class RatioQuery(Query, frozen=True, kw_only=True, omit_defaults=True, tag="ratio"):
    """The ratio of two numbers of cases."""

    numerator: CasesQuery
    denominator: CasesQuery


class MeanDaysQuery(Query, frozen=True, kw_only=True, omit_defaults=True, tag="mean-days"):
    """The mean of working days used over the judged cases of a period and scope."""

    cases: CasesQuery


class CentresQuery(Query, frozen=True, kw_only=True, omit_defaults=True, tag="centres"):
    """The number of centres of one level that were running on a day."""

    on: date
    level: LevelName


class WithoutSupervisionQuery(Query, frozen=True, kw_only=True, omit_defaults=True, tag="without-supervision"):
    """The number of statutory counties whose centre had no electronic supervision system on a day."""

    on: date


class EnteredQuery(Query, frozen=True, kw_only=True, omit_defaults=True, tag="entered"):
    """The number of handling items that had entered a centre on a day."""

    centre: Key
    on: date


class FindingsQuery(Query, frozen=True, kw_only=True, omit_defaults=True, tag="findings"):
    """The number of findings of supervision whose breach lies in a period, as they were known at a moment.

    Findings that were known by then to be wrong are left out. `rules` are ids, `colour` reminder, yellow or red;
    `standing` counts only those that had not ended by then, `issued` only those whose card had been issued by then.
    """

    known_at: Annotated[datetime, msgspec.Meta(tz=True)]
    until: date
    start_on: date | None = None
    rules: tuple[Key, ...] = ()
    except_rules: tuple[Key, ...] = ()
    colour: Key = ""
    county: Key = ""
    counties: tuple[Key, ...] = ()
    department: Key = ""
    standing: bool = False
    issued: bool = False


AnyQuery = (
    CasesQuery | RatioQuery | MeanDaysQuery | CentresQuery | WithoutSupervisionQuery | EnteredQuery | FindingsQuery
)


class FigureRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One figure of a bulletin as its annex tells it: what is printed, what it means, and how to count it again.

    `value` is exact, "" where undefined; `count` is the number of things behind it (of a ratio: those below the line).
    """

    id: str
    label: str
    definition: str
    way: Way
    display: str
    value: str
    count: int
    digest: str
    query: AnyQuery


class Annex(msgspec.Struct, frozen=True, kw_only=True):
    """The machine-readable annex of one bulletin."""

    form: str
    title: str
    period: str
    division: str
    drafted_at: str
    ledger_events: int
    figures: tuple[FigureRecord, ...]


FORM = "yichuang.bulletin-annex.v1"
