"""Values of the regions context: between its tables and whoever asks where, who and since when.

Every row is true from `valid_from` up to, not including, `valid_until` (None: still). Codes of divisions
are 6 digits (city, county, zone) or 9 (town); an organisation is `<division>-<department key>`.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from yichuang.kernel.refusal import Refusal
from yichuang.kernel.words import N_
from yichuang.regions.domain.acts import (
    Act,
    ChangeState,
    ChangeSystem,
    CloseWindow,
    OpenWindow,
    RegisterCentre,
    RenameWindow,
    ReseatWindow,
    WithdrawAmendment,
)
from yichuang.regions.domain.amendments import AmendmentKind, Contradiction
from yichuang.regions.domain.refusals import CentreChanged, CentreUnknown
from yichuang.regions.domain.words import CentreStateKind, Level, OrganisationKind, PostRank, PostRole, WindowKind

__all__ = [
    "Act",
    "AmendmentKind",
    "AmendmentRow",
    "CentreChanged",
    "CentreRecord",
    "CentreRow",
    "CentreStateKind",
    "CentreUnknown",
    "ChangeState",
    "ChangeSystem",
    "CloseWindow",
    "Contradiction",
    "DivisionNotKnown",
    "DivisionRow",
    "DivisionTree",
    "Level",
    "LoadReport",
    "LoadRow",
    "OpenWindow",
    "OrganisationKind",
    "OrganisationNotKnown",
    "OrganisationRow",
    "PostRank",
    "PostRole",
    "PostRow",
    "RegisterCentre",
    "RenameWindow",
    "ReseatWindow",
    "StateRow",
    "SystemRow",
    "TableExport",
    "TableLoad",
    "WindowKind",
    "WindowRecord",
    "WindowRow",
    "WithdrawAmendment",
]


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
class AmendmentRow:
    """One amendment: what holds for a centre from a day on, why, and by whom and when it was recorded.

    Only what its kind speaks of is filled in: `window` is the code of the window that it ends or goes on from,
    `withdraws` the amendment that it takes back, `withdrawn_by` the one that takes it back itself.
    """

    id: int
    centre: str
    kind: AmendmentKind
    in_force_on: date
    reason: str
    by_id: str
    by_name: str
    recorded_at: datetime
    state: CentreStateKind | None = None
    supervision: bool | None = None
    compatible: bool | None = None
    window: str = ""
    number: str = ""
    name: str = ""
    organisation: str = ""
    with_windows: bool = False
    withdraws: int | None = None
    withdrawn_by: int | None = None


@dataclass(frozen=True, slots=True)
class LoadRow:
    """One load of the data files that changed centres or windows."""

    by_name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class StateRow:
    """One period of a centre's state; `amendment` made or changed it, None: it stands so in the data file.

    `filed` is what the data file says of the row, by column, where that is something else; None where it is not.
    """

    code: str
    state: CentreStateKind
    valid_from: date
    valid_until: date | None
    source: str
    amendment: int | None = None
    filed: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class SystemRow:
    """One period of a centre's e-supervision system; `amendment` and `filed` as in `StateRow`."""

    code: str
    supervision: bool
    compatible: bool
    valid_from: date
    valid_until: date | None
    source: str
    amendment: int | None = None
    filed: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class WindowRecord:
    """One window with how many hold posts at it that day; `amendment` and `filed` as in `StateRow`."""

    row: WindowRow
    posts: int
    amendment: int | None = None
    filed: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class CentreRecord:
    """All that is on record for one centre, of every day; windows are those not ended on the day asked about.

    `version` names what was read: an amendment recorded upon an older one is refused with `CentreChanged`.
    """

    centre: CentreRow
    amendment: int | None
    states: tuple[StateRow, ...]
    systems: tuple[SystemRow, ...]
    windows: tuple[WindowRecord, ...]
    amendments: tuple[AmendmentRow, ...]
    version: int


@dataclass(frozen=True, slots=True)
class TableLoad:
    """What one data file changed."""

    file: str
    added: int = 0
    changed: int = 0
    closed: int = 0
    unchanged: int = 0


@dataclass(frozen=True, slots=True)
class TableExport:
    """What one data file was written with; `amended` rows are those that amendments made or changed."""

    file: str
    rows: int
    amended: int


@dataclass(frozen=True, slots=True)
class LoadReport:
    """What one load changed, file by file; `version` names the state of the data after it.

    `contradictions` are the places where files and amendments disagree, with what holds; `unfolded` counts the
    amendments that the files do not say yet.
    """

    version: str
    tables: tuple[TableLoad, ...] = field(default=())
    contradictions: tuple[Contradiction, ...] = ()
    unfolded: int = 0

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
