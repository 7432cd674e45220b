"""Schemas: what the API says, field by field; descriptions in English, because they are its document."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from ninja import Field, Schema
from pydantic import AfterValidator, StringConstraints

FIRST_DAY, LAST_DAY = date(1950, 1, 1), date(2100, 12, 31)
_CONTROL = frozenset(map(chr, (*range(9), 11, 12, *range(14, 32), 127)))


def _clean(text: str) -> str:
    if _CONTROL & set(text):
        raise ValueError("control characters")
    return text


Day = Annotated[date, Field(ge=FIRST_DAY, le=LAST_DAY)]
Text = Annotated[str, StringConstraints(max_length=200), AfterValidator(_clean)]
Code = Annotated[str, StringConstraints(max_length=64, pattern=r"^[A-Za-z0-9._-]*$")]
Limit = Annotated[int, Field(ge=1, le=500)]
Cursor = Annotated[str, StringConstraints(max_length=500), AfterValidator(_clean)]
Identity = Annotated[int, Field(ge=1, le=2**63 - 1)]
Measure = Literal[
    "received", "accepted", "completed", "on-time", "early", "late", "late-statutory", "judged", "open", "open-late"
]


class Problem(Schema):
    """What is wrong (RFC 9457), in the language of Accept-Language; `code` is the same in every language."""

    type: str
    title: str
    status: int
    code: str
    detail: str | None = None
    remedy: str | None = None
    citation: str | None = None
    errors: list[dict[str, Any]] | None = None


class Me(Schema):
    """The system behind the token."""

    client_id: str
    name: str
    source: str = Field(description="The name under which cases that it reports stand in the ledger")
    scopes: list[str] = Field(description="What this token is good for")
    division: str = Field(description="Division of the area; empty: no limit")
    organisation: str = Field(description="Organisation of the area; empty: no limit")
    rate_per_minute: int


class Case(Schema):
    """One case in a list; no personal data."""

    number: str
    item: str = Field(description="Main item, five digits")
    organisation: str
    county: str
    town: str
    channel: str
    kind: str = Field(description="promised, on-the-spot or other; empty before acceptance")
    status: str
    result: str
    received_at: datetime
    accepted_at: datetime | None
    closed_at: datetime | None
    promised_due_at: datetime | None
    used_days: int | None = Field(description="Working days from acceptance to decision, pauses left out")
    promised_amount: int | None
    limit_unit: str
    late: bool | None = Field(description="Whether the promise was broken; null where it is not judged")
    source: str


class Cases(Schema):
    """One page of cases."""

    cases: list[Case]
    next: str = Field(description="Cursor of the next page; empty at the end")


class Applicant(Schema):
    """Who applied; masked unless the token holds cases:personal."""

    name: str
    id_type: str
    id_number: str
    phone: str
    masked: bool


class CaseFile(Case):
    """One case as it stands."""

    uuid: str
    version: int = Field(description="Number of events in its ledger")
    head: str = Field(description="SM3 hash of its last event")
    chain_holds: bool = Field(description="Whether the hash chain was recomputed without a fault just now")
    handling_item: str
    implementation_code: str
    statutory_due_at: datetime | None
    paused_days: int
    extension_days: int
    current_step: str
    current_organisation: str
    joint: bool
    applicant: Applicant | None


class Event(Schema):
    """One event of the ledger. `data` leaves out free texts unless the token holds cases:personal."""

    number: str
    uuid: str
    seq: int = Field(description="Its place in the case, from 1")
    type: str = Field(description="Versioned name such as cases.application-accepted.v1")
    at: datetime = Field(description="When it happened at its source")
    received_at: datetime = Field(description="When it reached this system")
    recorded_at: datetime = Field(description="When the ledger wrote it down")
    hash: str
    source: str
    item: str
    organisation: str
    county: str
    data: dict[str, Any]
    withheld: list[str] = Field(description="Names of the fields that were left out of data")


class Feed(Schema):
    """One page of the change feed."""

    events: list[Event]
    next: str = Field(description="Cursor to go on from; keep it, it holds for ever")
    more: bool = Field(description="Whether to ask again at once; false at the end of the ledger")


class CaseEvents(Schema):
    """All events of one case, oldest first."""

    events: list[Event]


class Item(Schema):
    """One service item that stands."""

    implementation_code: str
    item_code: str
    organisation_code: str
    organisation_name: str
    division: str
    division_name: str
    name: str
    type_code: str
    kind: str
    promised_amount: int
    promised_unit: str
    themes: list[str]
    handling_count: int
    online_depth: int
    visits: int
    version: int


class Items(Schema):
    """One page of items."""

    items: list[Item]
    next: str


class Figure(Schema):
    """One number; a ratio over nothing is null, never 0."""

    key: str
    label: str
    unit: str
    value: float | None
    numerator: int
    denominator: int | None


class Figures(Schema):
    """All figures of one place and period."""

    period: str
    from_on: date
    until: date = Field(description="Exclusive")
    counties: list[str]
    figures: list[Figure]
    open: int
    open_late: int


class BreakdownLine(Schema):
    """The figures of one key of a breakdown."""

    key: str
    figures: list[Figure]


class Breakdown(Schema):
    """Figures by county, town, department, item or channel."""

    period: str
    by: str
    lines: list[BreakdownLine]


class Finding(Schema):
    """One thing that supervision found."""

    id: int
    rule: str
    rule_class: str
    colour: str = Field(description="yellow, red or reminder; empty where it calls for no card")
    number: str
    county: str
    town: str
    organisation: str
    item: str
    source: str
    occurred_on: date
    found_at: datetime
    ended_at: datetime | None
    end_reason: str
    card_number: str
    card_state: str


class Findings(Schema):
    """One page of findings, the newest found first."""

    findings: list[Finding]
    next: str


class FindingFile(Finding):
    """One finding with the rule that caught it and the numbers that prove it."""

    title: str
    citation: str
    rule_version: str = Field(description="Digest of the rule's text as it was then")
    evidence: dict[str, Any]
    parameters: dict[str, Any]


class Certificate(Schema):
    """One certificate or letter; the holder masked unless the token holds cases:personal."""

    number: str
    identifier: str
    kind: str
    name: str
    case_number: str
    organisation: str
    organisation_name: str
    division: str
    item: str
    holder: str
    holder_id: str
    masked: bool
    valid_from: date
    valid_until: date | None
    issued_on: date
    status: str
    in_force: bool
    digest: str


class Certificates(Schema):
    """Every result of one case."""

    certificates: list[Certificate]


class Proof(Schema):
    """What anybody may read about a certificate whose proof code he holds; the holder masked."""

    number: str
    identifier: str
    kind: str
    name: str
    organisation_name: str
    holder: str
    holder_id: str
    valid_from: date
    valid_until: date | None
    issued_on: date
    status: str
    in_force: bool
    revoked_on: date | None
    revoked_reason: str


class Reported(Schema):
    """What became of a reported case."""

    number: str
    source_key: str
    new_events: int = Field(description="0: it stood there already")
    corrected: int = Field(description="Events that were taken back")


class Webhook(Schema):
    """One subscription."""

    id: str
    url: str
    events: list[str]
    created_at: datetime
    failing_since: datetime | None
    stopped_at: datetime | None
    stopped_because: str
    waiting: int
    dead: int


class WebhookWithSecret(Webhook):
    """A subscription with the secret of its signatures, which is shown this once."""

    secret: str


class Webhooks(Schema):
    """All subscriptions of the system."""

    webhooks: list[Webhook]


class Delivery(Schema):
    """One message with its fate."""

    message: str
    event: str
    state: str
    attempts: int
    created_at: datetime
    next_at: datetime | None
    delivered_at: datetime | None
    status: int | None = Field(description="The receiver's last HTTP status")
    fault: str


class Deliveries(Schema):
    """One page of messages, the newest first."""

    deliveries: list[Delivery]
    next: str
