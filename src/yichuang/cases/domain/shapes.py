"""Shapes: what the pages show on which somebody acts on a case; values only, no personal details."""

from dataclasses import dataclass
from datetime import date, datetime

from yichuang.cases.domain.clocks import Limit
from yichuang.cases.domain.events import SiteReviewed
from yichuang.cases.domain.lifecycle import Status
from yichuang.cases.domain.materials import MaterialEntry
from yichuang.cases.domain.state import Fee, Pause
from yichuang.kernel.refusal import Refusal


@dataclass(frozen=True, slots=True)
class StepLine:
    """One step; `finished_at` is None while it lies with somebody. `action` and `opinion` tell how it was finished."""

    step: str
    organisation: str
    officer: str
    started_at: datetime
    finished_at: datetime | None = None
    action: str = ""
    opinion: str = ""
    limit: Limit | None = None


@dataclass(frozen=True, slots=True)
class ConsultationLine:
    """One question to another department (征求意见); it answers within the days of the law, until `due_on`."""

    organisation: str
    question: str
    asked_at: datetime
    due_on: date
    answered_at: datetime | None = None
    answer: str = ""
    agreed: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseState:
    """How one case stands now, with everything that a page needs to offer the next act.

    `version` is what a form sends back as the version seen. `possible` are names of acts (`Accept`, `Grant`).
    `supplement_until` and `tolerated_until` are last days, inclusive. `holder` is the node that holds the case, "" for
    this one; with another nothing is possible here, and `possible_there` are the acts that it may be asked for, as far
    as this node's copy goes, `held_since` when the case came to it.
    """

    case_id: int
    number: str
    version: int
    status: Status
    result: str
    possible: tuple[str, ...]
    item: str
    handling_item: str
    implementation_code: str
    organisation: str
    county: str
    division: str
    receiving_division: str
    centre: str
    channel: str
    kind: str
    joint: bool
    agent_relation: str
    summary: str
    source: str
    received_at: datetime
    accepted_at: datetime | None
    decided_at: datetime | None
    delivered_at: datetime | None
    closed_at: datetime | None
    promised: Limit | None
    statutory: Limit | None
    promised_due_at: datetime | None
    statutory_due_at: datetime | None
    next_due_at: datetime | None
    supplement_missing: tuple[str, ...]
    supplement_until: date | None
    supplement_requested_at: datetime | None
    materials: tuple[MaterialEntry, ...]
    tolerated: tuple[str, ...]
    tolerated_until: date | None
    committed: tuple[str, ...]
    steps: tuple[StepLine, ...]
    consultations: tuple[ConsultationLine, ...]
    pauses: tuple[Pause, ...]
    extension_days: int
    refused: bool
    decision_document: str
    certificate_name: str
    certificate_number: str
    handler: str
    handler_name: str
    agent: str
    agent_name: str
    green: str
    papers_at: str
    fees: tuple[Fee, ...]
    reviews: tuple[SiteReviewed, ...]
    bulk_hindrance: str
    holder: str = ""
    held_since: datetime | None = None
    possible_there: tuple[str, ...] = ()

    @property
    def open_step(self) -> StepLine | None:
        """Return the step that lies with somebody now, or None."""
        return next((step for step in reversed(self.steps) if step.finished_at is None), None)


@dataclass(frozen=True, slots=True)
class StateCount:
    """How many open cases of an organisation stand in a status; overdue and due soon by their next deadline."""

    status: Status
    organisation: str
    count: int
    due_soon: int
    overdue: int


@dataclass(frozen=True, slots=True)
class GrantOutcome:
    """What became of one case of a bulk agreement: granted where `refusal` is None."""

    number: str
    refusal: Refusal | None = None


@dataclass(frozen=True, slots=True)
class OpinionRow:
    """One opinion template; `id` 0 is one that comes with the program and cannot be removed."""

    id: int
    kind: str
    title: str
    text: str
    own: bool = False
