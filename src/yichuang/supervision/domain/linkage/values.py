"""What linkage shows to others: registers, reports, leads with both sides, call-backs. Persons come out masked."""

from dataclasses import dataclass, field
from datetime import date, datetime

from yichuang.supervision.domain.linkage.words import (
    DOUBTFUL,
    CallbackState,
    Ground,
    LeadOutcome,
    LinkKind,
    RegisterKind,
    Verdict,
)


@dataclass(frozen=True, slots=True)
class RowFault:
    """What is wrong with one row: its number in the file, the column, what stands there, why it will not do."""

    row: int
    column: str
    value: str
    reason: str


@dataclass(slots=True)
class RegisterReport:
    """What became of the rows of one file: read = added + changed + unchanged + faulty."""

    register: str
    file: str
    encoding: str = ""
    read: int = 0
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    faulty: int = 0
    seconds: float = 0.0
    columns: dict[str, str] = field(default_factory=dict)
    unused: tuple[str, ...] = ()
    faults: list[RowFault] = field(default_factory=list)

    @property
    def adds_up(self) -> bool:
        """Return whether every row that was read is accounted for."""
        return self.read == self.added + self.changed + self.unchanged + self.faulty


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """One register: how many entries it has and what linking said of them."""

    code: str
    kind: RegisterKind
    title: str
    county: str
    organisation: str
    department: str
    entries: int
    faulty: int
    outcomes: dict[LeadOutcome, int]
    unlinked: int
    imported_at: datetime | None


@dataclass(frozen=True, slots=True)
class ThresholdRow:
    """The two thresholds of a run and those of the run before it, in bits; learnt from so many verdicts."""

    link_from: float
    link_before: float
    doubt_from: float
    doubt_before: float
    verdicts: int
    same: int


@dataclass(frozen=True, slots=True)
class LinkReport:
    """One run of linking and what it came to."""

    id: int
    as_of: date
    organisation: str
    started_at: datetime
    finished_at: datetime | None
    by: str
    engine: str
    seed: int
    entries: int
    cases: int
    exact: int
    probable: int
    outcomes: dict[LeadOutcome, int]
    thresholds: ThresholdRow | None
    result_digest: str
    seconds: float


@dataclass(frozen=True, slots=True)
class LeadFilter:
    """Which leads; empty fields do not limit. `reviewed` None: both. By default what a reviewer is asked about."""

    outcomes: tuple[LeadOutcome, ...] = tuple(sorted(DOUBTFUL))
    reviewed: bool | None = None
    verdict: Verdict | None = None
    register: str = ""
    county: str = ""
    department: str = ""
    organisation: str = ""
    item: str = ""
    from_on: date | None = None
    until: date | None = None
    number: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class LeadRow:
    """One entry of a register and what linking says of it; `weight` in bits, None where nothing was weighed."""

    id: int
    register: str
    register_title: str
    register_kind: RegisterKind
    row: int
    outcome: LeadOutcome
    ground: Ground
    kind: LinkKind
    matched: bool
    case_number: str
    probability_permille: int
    weight: float | None
    apart_days: int | None
    centre_volume: int
    county: str
    organisation: str
    department: str
    item: str
    item_name: str
    document_number: str
    holder: str
    decided_on: date
    verdict: Verdict
    reviewed_at: datetime | None
    reviewed_by: str
    reason: str


@dataclass(frozen=True, slots=True)
class Side:
    """One line of the evidence: what is compared, what the register says, what the case says, and what that is worth.

    `label` and `agreement` are message ids; `weight` is in bits, positive for the same matter, None where not weighed.
    """

    key: str
    label: str
    register_value: str
    case_value: str
    agreement: str
    weight: float | None


@dataclass(frozen=True, slots=True)
class VerdictRow:
    """One verdict that was given on a lead."""

    verdict: Verdict
    reason: str
    case_number: str
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class LeadFile:
    """A lead with its evidence side by side, the row as it was sent, and every verdict so far."""

    row: LeadRow
    sides: tuple[Side, ...]
    content: tuple[tuple[str, str], ...]
    thresholds: ThresholdRow | None
    summary: str
    summary_details: dict[str, str]
    verdicts: tuple[VerdictRow, ...]
    run: int
    run_on: date


@dataclass(frozen=True, slots=True)
class CallbackFilter:
    """Which call-backs; empty fields do not limit. `disagrees` True: those in which something did not agree."""

    state: CallbackState | None = None
    county: str = ""
    organisation: str = ""
    drawn_on: date | None = None
    disagrees: bool | None = None


@dataclass(frozen=True, slots=True)
class CallbackRow:
    """One case drawn for a call-back and what the applicant said."""

    id: int
    number: str
    county: str
    organisation: str
    item: str
    state: CallbackState
    drawn_on: date
    place_agrees: bool | None
    date_agrees: bool | None
    visits_agree: bool | None
    fees_agree: bool | None
    notes: str
    called_at: datetime | None
    called_by: str

    @property
    def disagrees(self) -> bool:
        """Return whether the applicant contradicts the record in anything."""
        return False in (self.place_agrees, self.date_agrees, self.visits_agree, self.fees_agree)
