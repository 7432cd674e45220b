"""Values of the regions context: between its tables and whoever asks where, who and since when.

Every row is true from `valid_from` up to, not including, `valid_until` (None: still). Codes of divisions
are 6 digits (city, county, zone) or 9 (town); an organisation is `<division>-<department key>`.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from yichuang.kernel.refusal import Refusal
from yichuang.kernel.words import N_


class Level(StrEnum):
    """The level of a division, and of the centre that serves it; a zone (高新区) is not statutory."""

    CITY = "city"
    COUNTY = "county"
    ZONE = "zone"
    TOWN = "town"

    @property
    def label(self) -> str:
        """Name the level for people (a message id)."""
        return {"city": N_("市"), "county": N_("县区"), "zone": N_("功能区"), "town": N_("镇")}[self.value]


class OrganisationKind(StrEnum):
    """What kind of body it is; decides the first two characters of its unified social credit code."""

    AGENCY = "agency"
    INSTITUTION = "institution"
    MASS_ORGANISATION = "mass-organisation"
    ENTERPRISE = "enterprise"


class CentreStateKind(StrEnum):
    """How far a centre has come."""

    PLANNED = "planned"
    BUILDING = "building"
    TRIAL = "trial"
    RUNNING = "running"
    CLOSED = "closed"

    @property
    def label(self) -> str:
        """Name the state for people (a message id)."""
        return {
            "planned": N_("尚未建成"),
            "building": N_("在建"),
            "trial": N_("试运行"),
            "running": N_("运行"),
            "closed": N_("停用"),
        }[self.value]


class WindowKind(StrEnum):
    """综合窗口 takes everything, 专业窗口 one department's matters."""

    COMPREHENSIVE = "comprehensive"
    SPECIAL = "special"


class PostRole(StrEnum):
    """What a member of staff does in a post."""

    WINDOW = "window"
    SECTION = "section"
    LEADER = "leader"
    CHIEF_REPRESENTATIVE = "chief-representative"
    AGENT = "agent"


class PostRank(StrEnum):
    """AB岗: A holds the post, B takes over when A is away; "" where the rule does not apply."""

    A = "A"
    B = "B"
    NONE = ""


class DivisionNotKnown(Refusal):
    """No division of this code is in force on the day asked about."""

    sentence = N_("{on}没有代码为{code}的在用区划")
    remedy = N_("请核对代码和日期；新设区划请先登记入区划数据文件")
    citation = "GB/T 2260"


class OrganisationNotKnown(Refusal):
    """No organisation of this code was ever recorded."""

    sentence = N_("没有代码为{code}的部门")
    remedy = N_("请核对代码；新设部门请先登记入部门数据文件")


@dataclass(frozen=True, slots=True)
class DivisionRow:
    """One division; `parent` and `successor` are codes, "" for none."""

    code: str
    name: str
    short_name: str
    level: Level
    parent: str
    statutory: bool
    valid_from: date
    valid_until: date | None = None
    successor: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class OrganisationRow:
    """One organisation; `number` is its two-digit number in the catalogue list, "" outside it."""

    code: str
    number: str
    department_key: str
    division: str
    name: str
    short_name: str
    kind: OrganisationKind
    organisation_code: str
    uscc: str
    valid_from: date
    valid_until: date | None = None
    successor: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class CentreRow:
    """One centre or town hall, with its state and its supervision system on the day asked about.

    `floor_area` is in square metres, None where unknown. `supervision` and `compatible` are None where
    nothing is recorded about an electronic supervision system.
    """

    code: str
    name: str
    division: str
    level: Level
    organisation: str
    floor_area: Decimal | None
    opened_on: date | None
    state: CentreStateKind | None
    state_since: date | None
    state_source: str
    supervision: bool | None
    compatible: bool | None
    valid_from: date
    valid_until: date | None = None
    successor: str = ""


@dataclass(frozen=True, slots=True)
class WindowRow:
    """One window of a centre; `area` is the part of the hall (城建, 民生 ...), "" where a hall has none."""

    code: str
    centre: str
    number: str
    name: str
    kind: WindowKind
    area: str
    organisation: str
    valid_from: date
    valid_until: date | None = None


@dataclass(frozen=True, slots=True)
class PostRow:
    """One person in one post: at a window (`window` is its code) or in a department's section (`window` is "")."""

    code: str
    staff_number: str
    staff_name: str
    organisation: str
    window: str
    centre: str
    role: PostRole
    rank: PostRank
    valid_from: date
    valid_until: date | None = None


@dataclass(frozen=True, slots=True)
class TableLoad:
    """What one data file changed."""

    file: str
    added: int = 0
    changed: int = 0
    closed: int = 0
    unchanged: int = 0


@dataclass(frozen=True, slots=True)
class LoadReport:
    """What one load changed, file by file; `version` names the state of the data after it."""

    version: str
    tables: tuple[TableLoad, ...] = field(default=())

    @property
    def is_changed(self) -> bool:
        """Tell whether the load changed anything."""
        return any(table.added or table.changed or table.closed for table in self.tables)


class DivisionTree:
    """The divisions in force on one day, from the city down; never changes, so it may be shared and kept.

    Every question costs a dictionary look-up. A code that is not in force on that day is refused with
    `DivisionNotKnown`.
    """

    __slots__ = ("_children", "_levels", "_paths", "_rows", "on")

    def __init__(self, rows: Iterable[DivisionRow], *, on: date) -> None:
        self.on = on
        self._rows = {row.code: row for row in sorted(rows, key=lambda row: row.code)}
        children: dict[str, list[str]] = {}
        levels: dict[Level, list[str]] = {level: [] for level in Level}
        for row in self._rows.values():
            levels[row.level].append(row.code)
            # A parent that has ended before its children leaves them as roots rather than losing them.
            children.setdefault(row.parent if row.parent in self._rows else "", []).append(row.code)
        self._children = {code: tuple(below) for code, below in children.items()}
        self._levels = {level: tuple(codes) for level, codes in levels.items()}
        self._paths: dict[str, tuple[str, ...]] = {}
        waiting: list[tuple[str, tuple[str, ...]]] = [(code, ()) for code in self.roots]
        while waiting:
            code, above = waiting.pop()
            self._paths[code] = (*above, code)
            waiting += [(below, self._paths[code]) for below in self._children.get(code, ())]

    def __contains__(self, code: object) -> bool:
        return code in self._rows

    def __iter__(self) -> Iterator[DivisionRow]:
        return iter(self._rows.values())

    def __len__(self) -> int:
        return len(self._rows)

    @property
    def roots(self) -> tuple[str, ...]:
        """Give the codes that have nothing above them."""
        return self._children.get("", ())

    @property
    def levels(self) -> dict[Level, tuple[str, ...]]:
        """Give the codes of each level, in order of code."""
        return dict(self._levels)

    def get(self, code: str) -> DivisionRow:
        """Return the row of `code`; refuses with `DivisionNotKnown`."""
        try:
            return self._rows[code]
        except KeyError:
            raise DivisionNotKnown(code=code, on=self.on.isoformat()) from None

    def name_of(self, code: str) -> str:
        """Return the full name; refuses with `DivisionNotKnown`."""
        return self.get(code).name

    def level_of(self, code: str) -> Level:
        """Return the level; refuses with `DivisionNotKnown`."""
        return self.get(code).level

    def children(self, code: str) -> tuple[str, ...]:
        """Return the codes directly below, in order of code; refuses with `DivisionNotKnown`."""
        self.get(code)
        return self._children.get(code, ())

    def path(self, code: str) -> tuple[str, ...]:
        """Return the codes from the root down to `code` itself; refuses with `DivisionNotKnown`."""
        self.get(code)
        return self._paths[code]

    def county_of(self, code: str) -> str:
        """Return the code under which figures of `code` are counted below the city.

        A town counts under its county or zone; a county, a zone and the city itself (市本级) under themselves.
        Refuses with `DivisionNotKnown`.
        """
        for above in reversed(self.path(code)):
            if self._rows[above].level is not Level.TOWN:
                return above
        return code

    def within(self, code: str) -> tuple[str, ...]:
        """Return `code` and every code below it, for roll-ups; refuses with `DivisionNotKnown`."""
        self.get(code)
        found, waiting = [], [code]
        while waiting:
            here = waiting.pop()
            found.append(here)
            waiting += reversed(self._children.get(here, ()))
        return tuple(found)
