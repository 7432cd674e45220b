"""What the other contexts may see of the exchange: reports, rows, faults and the refusals of the border."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from yichuang.exchange.carriers.answering import Reply as NodeReply
from yichuang.exchange.carriers.answering import Request as NodeRequest
from yichuang.exchange.carriers.wire import MOST_BODY_BYTES as MOST_NODE_BODY_BYTES
from yichuang.exchange.domain.asking import KeyInUse, KeyReused, OutsideArea, TargetRefused
from yichuang.exchange.domain.faults import Fault
from yichuang.exchange.domain.mapping_file import MappingFaulty
from yichuang.exchange.domain.refusals import (
    ColumnMissing,
    ColumnRepeated,
    FieldUnknown,
    FileBroken,
    FileEmpty,
    FileForbidden,
    FileMissing,
    HeaderFaulty,
    ReasonNeeded,
    RecordSettled,
    RecordUnknown,
    SheetMissing,
    WrongEncoding,
    WrongFormat,
)
from yichuang.exchange.nodes.values import (
    CHOICES,
    CONFLICT_LABELS,
    LEVEL_LABELS,
    LEVELS,
    REQUEST_LABELS,
    Coming,
    ConflictKind,
    ConflictRow,
    ConflictState,
    ConflictUnknown,
    LinkLine,
    NodeName,
    NodeNotConfigured,
    NodeRow,
    NodeUnknown,
    RequestRow,
    RequestState,
    RequestUnfit,
)
from yichuang.exchange.webhooks.values import (
    DELIVERY_LABELS,
    Delivered,
    Delivery,
    DeliveryState,
    DeliveryUnknown,
    EventsRefused,
    NewSubscription,
    ReceiverRefused,
    Subscription,
    SubscriptionUnknown,
    TooManySubscriptions,
)
from yichuang.kernel.words import N_

__all__ = [
    "BATCH_LABELS",
    "CHOICES",
    "CONFLICT_LABELS",
    "DELIVERY_LABELS",
    "LEVELS",
    "LEVEL_LABELS",
    "MOST_NODE_BODY_BYTES",
    "REQUEST_LABELS",
    "STATE_LABELS",
    "BatchRow",
    "BatchState",
    "ColumnMissing",
    "ColumnRepeated",
    "Coming",
    "ConflictKind",
    "ConflictRow",
    "ConflictState",
    "ConflictUnknown",
    "ConnectionRow",
    "DayBalance",
    "Delivered",
    "Delivery",
    "DeliveryState",
    "DeliveryUnknown",
    "EventsRefused",
    "Fault",
    "FieldUnknown",
    "FileBroken",
    "FileEmpty",
    "FileForbidden",
    "FileMissing",
    "HeaderFaulty",
    "ImportReport",
    "KeyInUse",
    "KeyReused",
    "LinkLine",
    "MappingFaulty",
    "NewSubscription",
    "NodeName",
    "NodeNotConfigured",
    "NodeReply",
    "NodeRequest",
    "NodeRow",
    "NodeUnknown",
    "OutsideArea",
    "PassReport",
    "QuarantineAct",
    "QuarantineRow",
    "QuarantineState",
    "QuarantinedFile",
    "ReasonNeeded",
    "ReceiverRefused",
    "RecordSettled",
    "RecordUnknown",
    "ReplayReport",
    "RequestRow",
    "RequestState",
    "RequestUnfit",
    "RowState",
    "SheetMissing",
    "Subscription",
    "SubscriptionUnknown",
    "TableLine",
    "TargetRefused",
    "TooManySubscriptions",
    "WrongEncoding",
    "WrongFormat",
]


class RowState(StrEnum):
    """Where a landed row stands: to be filed yet, filed, in quarantine with its case, or refused for good."""

    WAITING = "waiting"
    FILED = "filed"
    QUARANTINED = "quarantined"
    REFUSED = "refused"


class BatchState(StrEnum):
    """How far an import has come; one that was cut off stays `running` and is simply started again."""

    RUNNING = "running"
    FINISHED = "finished"


class QuarantineState(StrEnum):
    """Where a record stands: waiting, put right by hand, filed after all, or dropped with a reason."""

    WAITING = "waiting"
    CORRECTED = "corrected"
    REPLAYED = "replayed"
    DROPPED = "dropped"


BATCH_LABELS: dict[BatchState, str] = {BatchState.RUNNING: N_("导入中"), BatchState.FINISHED: N_("已完成")}
STATE_LABELS: dict[QuarantineState, str] = {
    QuarantineState.WAITING: N_("待处理"),
    QuarantineState.CORRECTED: N_("已更正待重送"),
    QuarantineState.REPLAYED: N_("已入账"),
    QuarantineState.DROPPED: N_("已丢弃"),
}
# What still waits for somebody.
OPEN = (QuarantineState.WAITING, QuarantineState.CORRECTED)


@dataclass(slots=True)
class ImportReport:
    """What became of the records of one file: read = filed + unchanged + waiting + settled.

    `settled` are broken records that somebody has already filed by hand or dropped. `source_events` counts
    the events of the records that stand in the ledger now, `ignored` those that the mapping leaves out.
    """

    source: str
    file: str
    encoding: str = ""
    dry_run: bool = False
    read: int = 0
    filed: int = 0
    new_events: int = 0
    unchanged: int = 0
    waiting: int = 0
    settled: int = 0
    source_events: int = 0
    ignored: int = 0
    seconds: float = 0.0
    faults: list[tuple[str, tuple[Fault, ...]]] = field(default_factory=list)

    @property
    def adds_up(self) -> bool:
        """Return whether every record that was read is accounted for."""
        return self.read == self.filed + self.unchanged + self.waiting + self.settled


@dataclass(frozen=True, slots=True)
class ReplayReport:
    """What became of the quarantined records that were sent again."""

    sent: int
    filed: int
    new_events: int
    unchanged: int
    waiting: int


@dataclass(slots=True)
class PassReport:
    """What one pass over a connection did.

    Of rows: `landed` new, `changed` with another content, `deleted` by their source. Of cases: `filed` with
    `new_events`, of which `corrected` were withdrawn by a correction, `unchanged`, `refused` (in quarantine since this
    pass). `waiting` rows are not filed yet, for the main row of their case has not come.
    """

    source: str
    landed: int = 0
    changed: int = 0
    deleted: int = 0
    filed: int = 0
    new_events: int = 0
    corrected: int = 0
    unchanged: int = 0
    waiting: int = 0
    refused: int = 0
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class ConnectionRow:
    """One connected source as it stands.

    `delay_seconds` is now less the newest change that we have seen, by the source's own clock: below zero, that clock
    is ahead of ours. `backlog` rows are not filed yet, `waiting` cases are in quarantine. `error` is the last
    pass's, empty where it went well. `complete_permille` is how much came of what the source declares; None: it
    declares nothing.
    """

    source: str
    title: str
    county: str
    mapping: str
    every_seconds: int
    last_polled_at: datetime | None
    last_row_at: datetime | None
    newest_changed_at: datetime | None
    delay_seconds: int | None
    rows: int
    backlog: int
    waiting: int
    error: str
    error_at: datetime | None
    failures: int
    declared: int | None
    complete_permille: int | None


@dataclass(frozen=True, slots=True)
class DayBalance:
    """The rows of one source that first came on one day, by where they stand now; in quarantine counts as waiting.

    `declared` is what the source says that it sent on that day, None where it says nothing.
    """

    day: date
    sent: int
    filed: int
    waiting: int
    refused: int
    quarantined: int = 0
    declared: int | None = None

    @property
    def adds_up(self) -> bool:
        """Return whether every row of the day is accounted for."""
        return self.sent == self.filed + self.waiting + self.refused


@dataclass(frozen=True, slots=True)
class TableLine:
    """One row of a table that somebody else maps: its number in the file, its cells by column, its faults."""

    row: int
    values: dict[str, str]
    faults: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BatchRow:
    """One import of one file."""

    id: int
    source: str
    file: str
    mapping: str
    state: BatchState
    started_at: datetime
    finished_at: datetime | None
    by: str
    read: int
    filed: int
    new_events: int
    unchanged: int
    waiting: int
    settled: int
    source_events: int


@dataclass(frozen=True, slots=True)
class QuarantineRow:
    """One line of the quarantine."""

    id: int
    source: str
    source_key: str
    file: str
    row: int
    state: QuarantineState
    faults: tuple[Fault, ...]
    created_at: datetime


@dataclass(frozen=True, slots=True)
class QuarantineAct:
    """Who did what to a quarantined record, and when."""

    at: datetime
    by: str
    act: str
    details: str


@dataclass(frozen=True, slots=True)
class QuarantinedFile:
    """One quarantined record with its fields (personal ones masked) and all that was done to it."""

    row: QuarantineRow
    fields: tuple[tuple[str, str], ...]
    acts: tuple[QuarantineAct, ...]
