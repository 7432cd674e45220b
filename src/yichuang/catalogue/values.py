"""The words of the catalogue that other contexts see: rows, guides, terms, reports and the refusals.

Stands between the tables of the catalogue and everybody who asks "what must be done, by when, with which papers?".
"""

from dataclasses import dataclass, field
from datetime import date, datetime

import msgspec

from yichuang.catalogue.domain.codes import NATURAL_PERSON, Kind, ResultType, Review, Unit
from yichuang.catalogue.domain.content import Basis, Fee, HandlingItem, ItemContent, Material, Step
from yichuang.catalogue.domain.faults import Fault, Part
from yichuang.catalogue.domain.intake import (
    APPLICANT,
    HANDLING,
    LEGAL,
    NATURAL,
    Choice,
    Field,
    FieldKind,
    Intake,
    MaterialNeed,
    Option,
    Question,
    Situation,
    Way,
)
from yichuang.catalogue.domain.standards import ListedFee
from yichuang.catalogue.domain.states import Action, Approver, State
from yichuang.catalogue.domain.wording import LifeEvent
from yichuang.catalogue.refusals import (
    AlreadyApproved,
    AlreadyEntered,
    ContentFaulty,
    DatesOutOfOrder,
    ItemUnknown,
    LeavesBeforeEntering,
    NotApproved,
    NotEntered,
    PromiseExceedsStatutory,
    SameApprover,
    SourceFaulty,
    WorkbookUnreadable,
    WrongState,
)

__all__ = [
    "APPLICANT",
    "HANDLING",
    "LEGAL",
    "NATURAL",
    "NATURAL_PERSON",
    "Action",
    "AlreadyApproved",
    "AlreadyEntered",
    "Approver",
    "Basis",
    "CellFault",
    "Choice",
    "ContentFaulty",
    "CoverageRow",
    "DatesOutOfOrder",
    "Department",
    "Entry",
    "Fault",
    "Fee",
    "Field",
    "FieldKind",
    "GapRow",
    "HandlingItem",
    "ImportReport",
    "Intake",
    "ItemContent",
    "ItemGuide",
    "ItemOffer",
    "ItemRow",
    "ItemStanding",
    "ItemTerms",
    "ItemUnknown",
    "Kind",
    "LeavesBeforeEntering",
    "LifeEvent",
    "ListedFee",
    "LoadReport",
    "Material",
    "MaterialNeed",
    "NotApproved",
    "NotEntered",
    "Option",
    "Part",
    "PromiseExceedsStatutory",
    "Question",
    "ResultType",
    "Review",
    "SameApprover",
    "Situation",
    "SourceFaulty",
    "State",
    "Step",
    "Suggestion",
    "Unit",
    "VersionRow",
    "Way",
    "WorkbookUnreadable",
    "WrongState",
]


class ItemTerms(msgspec.Struct, frozen=True, gc=False):
    """What `cases` must know of an item to judge a case: codes, limits with their units, steps, result.

    `steps` are (name, amount) in the unit of the promise; `statutory_amount` None means that no law limits it.
    `key_materials` (主审要件) may never follow later, `promisable` ones may be promised instead (告知承诺).
    `fees` are those that the version lists (行政许可法第五十九条).
    """

    implementation_code: str
    catalogue_code: str
    name: str
    type: str
    kind: str
    promised_unit: str
    promised_amount: int
    statutory_unit: str
    statutory_amount: int | None
    steps: tuple[tuple[str, int], ...]
    special_procedures: tuple[str, ...]
    result_type: str
    result_name: str
    charged: bool
    joint: bool
    version: int
    key_materials: tuple[str, ...] = ()
    required_materials: tuple[str, ...] = ()
    promisable: tuple[str, ...] = ()
    fees: tuple[ListedFee, ...] = ()


@dataclass(slots=True)
class ItemStanding:
    """One main item of one organisation on a day; where sub-items differ, the newest version in force tells.

    `standing`: a version of the implementation list is in force. `cancelled_on`: the day from which the catalogue no
    longer has the item, None while it has. `entered_on`: since when it stands in a centre without a break.
    """

    organisation: str
    item: str
    listed: bool = False
    entered_on: date | None = None
    standing: bool = False
    cancelled_on: date | None = None
    kind: str = ""
    promised_amount: int | None = None
    promised_unit: str = ""
    statutory_amount: int | None = None
    statutory_unit: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemRow:
    """One item in a list: enough to recognise it and to open its guide.

    `audiences` holds "natural" and "legal" as the item serves them. `receivable` is only ever False in the list of a
    town: an item of its county for which one has to go to the county's centre.
    """

    implementation_code: str
    item_code: str
    organisation_code: str
    organisation_name: str
    division: str
    division_name: str
    name: str
    type_code: str
    type_name: str
    kind: str
    kind_name: str
    promised_amount: int
    promised_unit: str
    promised_unit_name: str
    themes: tuple[str, ...]
    handling_count: int
    online_depth: int
    visits: int
    convenience: bool
    state: str
    version: int
    audiences: tuple[str, ...] = ()
    receivable: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """One line below the search box: an item (code of 31) or one of its handling items (code of 33).

    `text` is what to show; `item_name` the item's name, which differs where `text` names a handling item.
    """

    code: str
    text: str
    item_name: str
    organisation_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionRow:
    """One version of an implementation item, for those who draft, approve and publish; `possible` are acts by key."""

    code: str
    name: str
    version: int
    state: str
    state_name: str
    action: str
    reason: str
    organisation_code: str
    organisation_name: str
    division: str
    effective_on: date | None
    effective_until: date | None
    suspended_on: date | None
    staffing_approved_by: str
    legal_approved_by: str
    created_by: str
    created_at: datetime
    possible: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemGuide:
    """Everything a public guide (办事指南) says: the content, its codes in words, the version and where it is handled.

    `handling` is the handling item asked for, None for the whole item; `centres` are the codes of the centres entered.
    """

    content: ItemContent
    version: int
    state: str
    effective_on: date | None
    type_name: str
    level_name: str
    kind_name: str
    review_name: str
    promised_unit_name: str
    statutory_unit_name: str
    result_type_name: str
    object_names: tuple[str, ...]
    channel_names: tuple[str, ...]
    special_procedure_names: tuple[str, ...]
    handling: HandlingItem | None
    handling_codes: tuple[tuple[str, str], ...]
    centres: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Department:
    """One organisation that exercises items, with how many."""

    organisation_code: str
    organisation_name: str
    division: str
    items: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """How long a handling item stands in a centre; `left_on` is exclusive, None while it stands."""

    centre: str
    entered_on: date
    left_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemOffer:
    """What one organisation offers over its counter; `handling` are (code of 2, entries), objects and channels keys."""

    organisation_code: str
    item_code: str
    division: str
    level: str
    objects: tuple[str, ...]
    channels: tuple[str, ...]
    convenience: bool
    handling: tuple[tuple[str, tuple[Entry, ...]], ...]
    materials: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class GapRow:
    """One handling item in the power list that has not entered the centre (应进未进)."""

    organisation_code: str
    organisation_name: str
    item_code: str
    item_name: str
    handling_code: str
    handling_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageRow:
    """How far one organisation entered its centre: handling items of its power list, and how many of them entered."""

    organisation_code: str
    organisation_name: str
    listed: int
    entered: int

    @property
    def gap(self) -> int:
        """Return how many are still outside."""
        return self.listed - self.entered


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadReport:
    """What one load did; a second load of the same data creates nothing."""

    catalogue_items: int = 0
    implementation_items: int = 0
    handling_items: int = 0
    power_list_entries: int = 0
    centre_entries: int = 0
    guidance: int = 0
    unchanged: int = 0
    without_exerciser: tuple[str, ...] = ()
    shortfalls: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CellFault:
    """One fault at its cell of a workbook, in words for the person who filled it in."""

    sheet: str
    cell: str
    value: str
    reason: str
    remedy: str

    def __str__(self) -> str:
        value = f"“{self.value}”" if self.value else ""
        return f"{self.sheet}!{self.cell} {value}：{self.reason}。{self.remedy}。"


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """What one import found and did; any fault means that nothing was loaded."""

    dry_run: bool
    rows: int
    faults: tuple[CellFault, ...] = ()
    drafts: tuple[tuple[str, int], ...] = field(default=())
    unchanged: int = 0

    @property
    def ok(self) -> bool:
        """Tell whether the workbook has no fault."""
        return not self.faults
