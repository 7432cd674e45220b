"""The mapping: what one YAML file may say about another system's files. Shapes only; `checks.py` judges them.

Every scalar is text: YAML's own guesses (012 is ten, no is false, 2015-02-30 is an error) have no place
where codes come from. `docs/mapping.md` is the reference for those who write mappings.
"""

from datetime import date, datetime
from typing import Any, Literal, get_args, get_origin, get_type_hints

import msgspec
from msgspec.structs import FieldInfo, fields

from yichuang.cases.values import ACT_LABELS, CodeVariant, Limit, acts
from yichuang.exchange.domain.times import ISO

Format = Literal["xes", "csv", "xlsx", "database", "http", "xml"]
Shape = Literal["row-per-case", "row-per-event", "trace", "tables"]
# Formats that are read table by table; the others are files that hold whole records.
OF_TABLES = ("database", "http", "xml")
ACCEPT = "accept"
INSERT, UPDATE, DELETE = "insert", "update", "delete"
# Code lists that every mapping has: main items out of the codes of GB/T 39554, organisations by credit code or name.
OWN_LISTS = ("@items", "@organisations")
ITEMS, ORGANISATIONS = OWN_LISTS
# The pseudo column of every row that came from a table: the alias under which the mapping knows that table.
TABLE_COLUMN = "@table"
REFUSE, KEEP = "refuse", "keep"
AS_THEY_ARE, AT_CLOSING = "as-they-are", "at-closing"


class _Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of all parts: an unknown key is a fault."""


class Condition(_Part, frozen=True, kw_only=True, rename={"among": "in"}):
    """One condition on a column; what is given must all hold.

    `codes` translates the column before it is looked at; `result` is a result of the ledger, met by whatever word or
    code means it in the list that the mapping names in `results`.
    """

    column: str = ""
    codes: str = ""
    equals: str | None = None
    among: tuple[str, ...] | None = None
    regex: str | None = None
    empty: bool | None = None
    result: str | None = None


class Lookup(_Part, frozen=True, kw_only=True):
    """A dictionary table of the source itself: the column of its codes, that of their meanings, which rows count."""

    table: str = ""
    code: str = ""
    meaning: str = ""
    when: tuple[Condition, ...] = ()


class Value(_Part, frozen=True, kw_only=True):
    """Where a value comes from. Text: column, constant, lookup, codes, default. Instants: the rest as well.

    `lookup` replaces the column's text by its meaning in a dictionary table before `codes` translates it.
    """

    column: str = ""
    constant: str | None = None
    lookup: Lookup | None = None
    codes: str = ""
    default: str | None = None
    separator: str = "、"
    formats: tuple[str, ...] = ()
    date_only_at: str = ""
    zone: str = ""
    of_event: tuple[Condition, ...] = ()
    field: str = ""
    earliest: tuple["Value", ...] = ()
    first_of: tuple["Value", ...] = ()
    not_after: "Value | None" = None


class CodeMap(_Part, frozen=True, kw_only=True):
    """A code list: what the source writes -> what it means here. An unknown code is refused unless told otherwise.

    With `lookup` the source's own dictionary says first what its code means; `map` is then of those meanings, and
    without a `map` they are taken as they are.
    """

    lookup: Lookup | None = None
    map: dict[str, str] = {}
    default: Literal["refuse", "keep"] = "refuse"
    otherwise: str | None = None


class ActRule(_Part, frozen=True, kw_only=True):
    """One act of the history: when it was done and what it carries; without an instant there is no act."""

    act: str = ""
    at: Value | None = None
    when: tuple[Condition, ...] = ()
    fields: dict[str, Value | str] = {}
    required: bool = False


class EventRule(_Part, frozen=True, kw_only=True):
    """What the events that meet all conditions become; the first rule that fits an event is taken."""

    when: tuple[Condition, ...] = ()
    acts: tuple[ActRule, ...] = ()
    ignore: bool = False


class CsvOptions(_Part, frozen=True, kw_only=True):
    """How the text is cut into cells."""

    delimiter: str = ","
    encoding: str = "auto"
    header_row: int = 1


class XlsxOptions(_Part, frozen=True, kw_only=True):
    """Which sheet, and which of its rows names the columns; without a name the first sheet is read."""

    sheet: str = ""
    header_row: int = 1


class GuestOrganisation(_Part, frozen=True, kw_only=True):
    """The organisation behind a source whose items do not stand in our own catalogue."""

    code: str = ""
    name: str = ""
    uscc: str = ""
    department: str = ""
    division: str = ""
    division_name: str = ""
    tier: str = "city"


class Catalogue(_Part, frozen=True, kw_only=True):
    """A folder of catalogue data beside the mapping, loaded before the first row is filed."""

    folder: str = ""
    organisation: GuestOrganisation = GuestOrganisation()


class Token(_Part, frozen=True, kw_only=True):
    """How we say who we are over HTTP; every text may hold ${NAME}."""

    kind: Literal["none", "bearer", "header", "basic", "oauth2"] = "none"
    value: str = ""
    header: str = "Authorization"
    user: str = ""
    password: str = ""
    url: str = ""
    client_id: str = ""
    client_secret: str = ""
    scope: str = ""


class Paging(_Part, frozen=True, kw_only=True):
    """How the next page is asked for: by its number, by an offset, by a cursor of the last reply, by a link."""

    kind: Literal["none", "page", "offset", "cursor", "link"] = "none"
    parameter: str = ""
    size_parameter: str = ""
    size: int = 500
    first: int = 1
    next: str = ""


class Http(_Part, frozen=True, kw_only=True):
    """Everything about asking over HTTP that is not a table's own."""

    token: Token = Token()
    paging: Paging = Paging()
    headers: dict[str, str] = {}
    retries: int = 4
    largest_mb: int = 64


class Connection(_Part, frozen=True, kw_only=True):
    """Where the source is reached: a database or HTTP address, or a watched folder. Texts may hold ${NAME}."""

    url: str = ""
    db_schema: str = msgspec.field(default="", name="schema")
    folder: str = ""
    pattern: str = ""
    done: str = ""
    settle_seconds: float = 5.0
    charset: str = ""
    timeout_seconds: int = 30
    http: Http = Http()


class Table(_Part, frozen=True, kw_only=True):
    """One table of a source (rows of a database, elements of a message, objects of a reply).

    `key` identifies a row for ever, `case` says whose row it is, `cursor` is the order in which changes come.
    `path`, `records`, `parameters` and `since` are for HTTP and XML: the address or the place of the records, and
    the name of the parameter that asks for what is newer than the cursor's first column.
    """

    name: str = ""
    main: bool = False
    key: tuple[str, ...] = ()
    case: str = ""
    cursor: tuple[str, ...] = ()
    overlap_seconds: int = 0
    operation: str = ""
    batch: str = ""
    changed: str = ""
    optional: bool = False
    path: str = ""
    records: str = ""
    parameters: dict[str, str] = {}
    since: str = ""

    @property
    def order(self) -> tuple[str, ...]:
        """Return the columns of a position: the cursor and what it lacks of the key, so that no two rows share one."""
        return (*self.cursor, *(column for column in self.key if column not in self.cursor))

    @property
    def technical(self) -> frozenset[str]:
        """Return the columns that say how a row was carried, and nothing about the case."""
        named = {*self.key, *self.cursor, self.operation, self.batch, self.changed} - {"", self.case}
        return frozenset(named)


class Declared(_Part, frozen=True, kw_only=True):
    """Where the source itself says how many rows it sent on each day."""

    table: str = ""
    day: str = "day"
    rows: str = "rows"


class Mapping(_Part, frozen=True, kw_only=True):
    """All that one mapping file says; `preset` names the one that it was laid over."""

    preset: str = ""
    source: str = ""
    title: str = ""
    county: str = ""
    format: Format = "csv"
    shape: Shape = "row-per-case"
    connection: Connection = Connection()
    tables: dict[str, Table] = {}
    operations: dict[str, Literal["insert", "update", "delete"]] = msgspec.field(
        default_factory=lambda: {"I": "insert", "U": "update", "D": "delete"}
    )
    corrections: Literal["", "accept", "refuse"] = ""
    every_seconds: int = 60
    declared: Declared | None = None
    csv: CsvOptions = CsvOptions()
    xlsx: XlsxOptions = XlsxOptions()
    zone: str = "Asia/Shanghai"
    times: tuple[str, ...] = (ISO,)
    date_only_at: str = "09:00"
    results: CodeVariant = CodeVariant.NEWER
    observed: bool = True
    empty: tuple[str, ...] = ()
    codes: dict[str, CodeMap] = {}
    case: dict[str, Value | str] = {}
    applicant: dict[str, Value | str] = {}
    events: tuple[EventRule, ...] = ()
    acts: tuple[ActRule, ...] = ()
    after_closing: Literal["as-they-are", "at-closing"] = "as-they-are"
    catalogue: Catalogue | None = None

    @property
    def of_tables(self) -> bool:
        """Return whether the source is read table by table."""
        return self.format in OF_TABLES

    @property
    def accepts_corrections(self) -> bool:
        """Return whether the source may correct what it reported: said, or else where it is read table by table."""
        return self.corrections == ACCEPT if self.corrections else self.of_tables


class Field(msgspec.Struct, frozen=True):
    """One field that a mapping can fill: its kind, and whether it must be filled."""

    kind: str
    required: bool = False
    longest: int = 4_000


TEXT, YES_NO, NUMBER, DAY, INSTANT, LIMIT, TEXTS, RESULT = (
    "text", "yes-no", "number", "day", "instant", "limit", "texts", "result",
)  # fmt: skip
_KINDS: dict[Any, str] = {
    str: TEXT,
    bool: YES_NO,
    int: NUMBER,
    date: DAY,
    datetime: INSTANT,
    Limit: LIMIT,
    tuple: TEXTS,
}
# What the tables of cases hold; PostgreSQL refuses more, and would refuse the whole batch with it.
_LONGEST = {
    "item": 8, "organisation": 40, "division": 12, "receiving_division": 12, "centre": 24, "handling_item": 8,
    "channel": 8, "applicant_type": 20, "step": 64, "officer": 64,
}  # fmt: skip
_RECEIVE = "receive"


def _kind(annotation: Any) -> str:
    plain = [one for one in get_args(annotation) or (annotation,) if one not in (type(None), ...)]
    return _KINDS[tuple if get_origin(annotation) is tuple else plain[0]]


def _fields(act: type[acts.Act]) -> dict[str, Field]:
    hints = get_type_hints(act)
    infos: tuple[FieldInfo, ...] = fields(act)
    return {
        info.name: Field(
            RESULT if info.name == "result" and act.__name__ in {"Close", "Void"} else _kind(hints[info.name]),
            info.required,
            _LONGEST.get(info.name, 4_000),
        )
        for info in infos
    }


def _name(act: type[acts.Act]) -> str:
    return "".join(f"-{c.lower()}" if c.isupper() else c for c in act.__name__).lstrip("-")


ACTS: dict[str, type[acts.Act]] = {_name(act): act for act in ACT_LABELS if act not in acts.OWN_ONLY}
ACT_FIELDS: dict[str, dict[str, Field]] = {name: _fields(act) for name, act in ACTS.items()}
# Acts that a rule may name: the receipt is made of the case's own fields.
RULE_ACTS = tuple(name for name in ACTS if name != _RECEIVE)
CASE_FIELDS: dict[str, Field] = {
    "source_key": Field(TEXT, True, 128),
    "received_at": Field(INSTANT, True),
    **{
        name: field
        for name, field in ACT_FIELDS[_RECEIVE].items()
        if name not in {"applicant_digest", "batch", "form_digest"}
    },
}
APPLICANT_FIELDS: dict[str, Field] = {
    "name": Field(TEXT, False, 200),
    "id_type": Field(TEXT, False, 3),
    "id_number": Field(TEXT, False, 64),
    "phone": Field(TEXT, False, 32),
}
CONDITION_FORMS = ("equals", "in", "regex", "empty", "result")


def as_value(given: Value | str) -> Value:
    """Return the value that a plain text stands for: a constant."""
    return given if isinstance(given, Value) else Value(constant=given)
