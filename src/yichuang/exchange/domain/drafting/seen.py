"""Seen: a source as the draft sees it: tables, columns, some rows of each. Whoever reads the source fills this."""

from typing import NamedTuple

from yichuang.exchange.domain.drafting.shapes import Profile, profile_of

GUESSED = 0.5


class ColumnSeen(NamedTuple):
    """One column: its name, the comment that its source keeps beside it, and what its values look like."""

    name: str
    comment: str
    values: tuple[str, ...]
    profile: Profile


class TableSeen(NamedTuple):
    """One table with some of its rows; `key` where the source declares one."""

    name: str
    comment: str
    columns: tuple[ColumnSeen, ...]
    rows: tuple[dict[str, str], ...]
    key: tuple[str, ...] = ()
    total: int | None = None

    def column(self, name: str) -> ColumnSeen:
        """Return the column of a name."""
        return next(one for one in self.columns if one.name == name)


class PagingSeen(NamedTuple):
    """How a service's pages seem to be turned, in the words of a mapping's `paging`; `sure` is 0 to 1.

    `more` says that there are further pages although no way to them was found; `cursor` is the one last seen.
    """

    kind: str = "none"
    parameter: str = ""
    size_parameter: str = ""
    first: int = 1
    next: str = ""
    size: int = 0
    sure: float = GUESSED
    more: bool = False
    cursor: str = ""


class PlaceSeen(NamedTuple):
    """Where a service has a table: its path, the list in the reply, what is always asked, what asks for the newer."""

    path: str
    records: str = ""
    parameters: dict[str, str] = {}
    since: str = ""


class ServiceSeen(NamedTuple):
    """A service over HTTP: its address, how we say who we are (a mapping's `token`), its pages, its tables by name.

    `variables` are names that must be set in the environment: no secret stands in a draft.
    """

    url: str
    places: dict[str, PlaceSeen]
    paging: PagingSeen = PagingSeen()
    token: dict[str, str] = {}
    variables: tuple[str, ...] = ()


class SourceSeen(NamedTuple):
    """All of a source; `encoding` of a database only where its texts are in other letters than it says.

    Of an event log the first table is that of its traces, the second that of its events; `events` says how often each
    event stands in it.
    """

    tables: tuple[TableSeen, ...]
    format: str
    encoding: str = ""
    service: ServiceSeen | None = None
    events: dict[str, int] = {}


class KnownItem(NamedTuple):
    """One item of the catalogue: main item code, name, the code and name of its organisation, implementation code."""

    code: str
    name: str
    organisation: str
    organisation_name: str
    division: str
    implementation_code: str


class KnownOrganisation(NamedTuple):
    """One organisation that items belong to."""

    code: str
    name: str
    uscc: str
    division: str


def table_seen(
    name: str,
    rows: list[dict[str, str]],
    *,
    columns: tuple[str, ...] = (),
    comment: str = "",
    comments: dict[str, str] | None = None,
    key: tuple[str, ...] = (),
    total: int | None = None,
) -> TableSeen:
    """Return a table as seen from some of its rows."""
    names = columns or tuple(dict.fromkeys(column for row in rows for column in row))
    notes = comments or {}
    seen = []
    for column in names:
        values = tuple(row.get(column, "") for row in rows)
        seen.append(ColumnSeen(column, notes.get(column, ""), values, profile_of(values)))
    return TableSeen(name, comment, tuple(seen), tuple(rows), key, total)
