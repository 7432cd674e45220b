"""Shapes of findings and cards as others see them: rows, files, filters; what is read from the tables, as values."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from yichuang.supervision.domain.cardevents import CardAct, CardEvent
from yichuang.supervision.domain.rule import Rule
from yichuang.supervision.domain.words import CardState, Colour, EndReason, Level, Scheme


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingFilter:
    """Which findings; empty text and None mean no limit. `state` is standing, ended or all; days are of the breach.

    `colour` "none" asks for findings that call for no card, `card_state` "none" for those that have none; `until` is
    exclusive; `text` searches the number of the case.
    """

    rule: str = ""
    rule_class: str = ""
    colour: str = ""
    state: str = "standing"
    county: str = ""
    department: str = ""
    organisation: str = ""
    item: str = ""
    source: str = ""
    from_on: date | None = None
    until: date | None = None
    text: str = ""
    number: str = ""
    card_state: str = ""


@dataclass(frozen=True, slots=True)
class FindingRow:
    """One finding; `rule_version` is the digest of the rule's text, `card_number` the gravest card's, or ""."""

    id: int
    rule: str
    rule_class: str
    rule_version: str
    relation: str
    key: str
    number: str
    county: str
    town: str
    centre: str
    organisation: str
    department: str
    item: str
    source: str
    colour: Colour | None
    scheme: Scheme
    occurred_on: date
    found_at: datetime
    ended_at: datetime | None
    end_reason: EndReason | None
    card_number: str
    card_state: CardState | None


@dataclass(frozen=True, slots=True)
class FindingFile:
    """One finding with what proves it: the rule that caught it, its numbers and its parameters on that day.

    `evidence` holds the columns the rule names as its evidence, `facts` every column that its condition asks about.
    """

    row: FindingRow
    rule: Rule
    evidence: Mapping[str, Any]
    facts: Mapping[str, Any]
    parameters: Mapping[str, Any]
    today_wd: int
    now_s: int
    cards: tuple["CardRow", ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CardFilter:
    """Which cards; empty text and None mean no limit. `state` is a state, open, standing or all; days are of issue."""

    rule: str = ""
    rule_class: str = ""
    colour: str = ""
    state: str = "all"
    county: str = ""
    department: str = ""
    organisation: str = ""
    item: str = ""
    officer_id: str = ""
    from_on: date | None = None
    until: date | None = None
    overdue_on: date | None = None
    text: str = ""
    number: str = ""


@dataclass(frozen=True, slots=True)
class CardRow:
    """One card as it stands; days are local, `supervised_until` is the last day of the supervision period."""

    number: str
    version: int
    finding: int
    rule: str
    rule_class: str
    rule_version: str
    case_number: str
    county: str
    town: str
    centre: str
    organisation: str
    department: str
    item: str
    colour: Colour
    scheme: Scheme
    level: Level
    state: CardState
    occurred_on: date
    created_at: datetime
    issued_at: datetime | None
    officer_id: str
    officer_name: str
    reply_due_on: date | None
    appeal_due_on: date | None
    supervised_until: date | None
    replied_at: datetime | None
    ended_at: datetime | None
    reason: str
    letter_number: str
    finding_stands: bool

    @property
    def division(self) -> str:
        """Return the town, or else the county: what a scope is asked about."""
        return self.town or self.county


@dataclass(frozen=True, slots=True)
class CardLine:
    """One line of a card's history."""

    seq: int
    at: datetime
    event: CardEvent
    actor_id: str
    actor_name: str
    hash: str

    @property
    def title(self) -> str:
        """Return what happened in a few Chinese words, a message id."""
        return type(self.event).label()


@dataclass(frozen=True, slots=True)
class CardPaper:
    """One file given as evidence; `size` is in bytes."""

    key: str
    file_name: str
    media_type: str
    size: int
    digest: str
    created_at: datetime
    created_by: str


@dataclass(frozen=True, slots=True)
class CardFile:
    """One card with everything about it. `possible` are the acts open to the reader, in the table's order.

    `facts` is what the rule was asked about when the card was made; `faults` one sentence a broken link of its chain.
    """

    row: CardRow
    rule: Rule
    evidence: Mapping[str, Any]
    facts: Mapping[str, Any]
    parameters: Mapping[str, Any]
    lines: tuple[CardLine, ...]
    papers: tuple[CardPaper, ...]
    possible: tuple[CardAct, ...]
    faults: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CardNotice:
    """What one person was told about a card; `text` is a message id."""

    id: int
    card_number: str
    colour: Colour
    level: Level
    text: str
    created_at: datetime
    read_at: datetime | None


@dataclass(frozen=True, slots=True)
class Given:
    """A file handed in with a reply or an appeal: its name and its open content."""

    file_name: str
    content: Any
    size: int
