"""Merges the rows of the data files with the amendments beside them: what holds for a centre, and where they disagree.

The later date in force wins. On the same day the amendment wins, since a person decided it by name, except where
a file gives the number of a window to another one, on which posts may hang. Nothing disagrees silently.
"""

from dataclasses import dataclass, field
from datetime import date

from yichuang.regions.domain.amendments import Amended, AmendmentKind, Contradiction, Reason, standing
from yichuang.regions.domain.tables import CENTRE_STATES, CENTRE_SYSTEMS, CENTRES, POSTS, WINDOWS, Cell, Row, Table

Rows = dict[str, dict[str, Row]]
# What amendments reach, in the order in which rows refer to each other.
AMENDABLE: tuple[Table, ...] = (CENTRES, CENTRE_STATES, CENTRE_SYSTEMS, WINDOWS, POSTS)
_ASIDE = {"source", "valid_until", "successor"}


@dataclass(slots=True)
class Merged:
    """What holds for a centre.

    `touched` gives by file and code the last amendment that made or changed a row; `laid` are the amendments that
    count, `folded` those of them that the files say already, so that nothing is left to do.
    """

    rows: Rows
    filed: Rows
    touched: dict[tuple[str, str], int] = field(default_factory=dict)
    contradictions: list[Contradiction] = field(default_factory=list)
    laid: list[int] = field(default_factory=list)
    folded: set[int] = field(default_factory=set)

    def put(self, amendment: Amended, table: Table, row: Row) -> None:
        """Set a row and note who did."""
        code = str(row[table.key])
        self.rows[table.file][code] = row
        self.touched[table.file, code] = amendment.id

    def differ(self, amendment: Amended, table: Table, code: str, reason: Reason) -> None:
        """Note a contradiction, but only with a file: amendments among themselves are judged before they are kept."""
        self.contradictions.append(
            Contradiction(table.file, code, amendment.centre, amendment.id, amendment.on, reason)
        )

    def is_filed(self, table: Table, code: str) -> bool:
        """Tell whether a row stands in the data files."""
        return code in self.filed[table.file]


def no_rows() -> Rows:
    """Return tables without a row."""
    return {table.file: {} for table in AMENDABLE}


def part_of(rows: Rows, centre: str) -> Rows:
    """Return the rows of one centre: its own, its states and systems, its windows and the posts at them."""
    found = no_rows()
    if centre in rows["centres"]:
        found["centres"][centre] = rows["centres"][centre]
    for file in ("centre_states", "centre_systems", "windows"):
        found[file] = {code: row for code, row in rows[file].items() if row["centre"] == centre}
    found["posts"] = {code: row for code, row in rows["posts"].items() if row["window"] in found["windows"]}
    return found


def merge(filed: Rows, amendments: list[Amended]) -> Merged:
    """Return what holds when the amendments of one centre are laid over its rows in the files, which stay untouched."""
    book = Merged({file: {code: dict(row) for code, row in rows.items()} for file, rows in filed.items()}, filed)
    for one in standing(amendments):
        before = len(book.contradictions)
        book.laid.append(one.id)
        _lay(book, one)
        if one.id not in book.touched.values() and len(book.contradictions) == before:
            book.folded.add(one.id)
    return book


def covering(rows: dict[str, Row], on: date) -> dict[str, Row]:
    """Return the rows that are true on a day."""
    return {code: row for code, row in rows.items() if start_of(row) <= on < end_of(row)}


def start_of(row: Row) -> date:
    """Return the day from which a row is true."""
    start = row["valid_from"]
    assert isinstance(start, date)
    return start


def end_of(row: Row) -> date:
    """Return the day from which a row is true no more; the last day of all for one without end."""
    end = row["valid_until"]
    return end if isinstance(end, date) else date.max


def _lay(book: Merged, one: Amended) -> None:
    match one.kind:
        case AmendmentKind.REGISTERED:
            _register(book, one)
            _state(book, one, CENTRE_STATES)
        case AmendmentKind.STATE_CHANGED:
            _state(book, one, CENTRE_STATES)
            if one.details.get("with_windows"):
                for code in covering(book.rows["windows"], one.on):
                    _end(book, one, code)
        case AmendmentKind.SYSTEM_CHANGED:
            _state(book, one, CENTRE_SYSTEMS)
        case AmendmentKind.WINDOW_OPENED:
            _open(book, one, one.row(WINDOWS))
        case AmendmentKind.WINDOW_RENAMED:
            _change(book, one, moves_posts=True)
        case AmendmentKind.WINDOW_RESEATED:
            _change(book, one, moves_posts=False)
        case AmendmentKind.WINDOW_CLOSED:
            _end(book, one, one.details["window"])


def _alike(one: Row, other: Row, *, aside: set[str]) -> bool:
    return all(one[name] == cell for name, cell in other.items() if name not in aside)


def _register(book: Merged, one: Amended) -> None:
    row = one.row(CENTRES)
    filed = book.rows["centres"].get(one.centre)
    if filed is None:
        book.put(one, CENTRES, row)
    elif _alike(filed, row, aside=_ASIDE):
        return
    elif start_of(filed) > one.on:
        book.differ(one, CENTRES, one.centre, Reason.FILE_LATER)
    else:
        book.differ(one, CENTRES, one.centre, Reason.SAME_DAY)
        book.put(one, CENTRES, {**row, **{name: filed[name] for name in ("valid_from", "valid_until", "successor")}})


def _state(book: Merged, one: Amended, table: Table) -> None:
    """Lay a fact over the time line of facts that exclude each other: it holds until the next one."""
    row = one.row(table)
    rows = {code: kept for code, kept in book.rows[table.file].items() if kept["centre"] == one.centre}
    aside = {"code", "centre", "valid_from", *_ASIDE}
    for code, held in covering(rows, one.on).items():
        if _alike(held, row, aside=aside):
            return
        if start_of(held) == one.on:
            if book.is_filed(table, code):
                book.differ(one, table, code, Reason.SAME_DAY)
            kept: dict[str, Cell] = {name: held[name] for name in ("code", "valid_until")}
            book.put(one, table, {**row, **kept})
            return
        if isinstance(held["valid_until"], date) and book.is_filed(table, code):
            book.differ(one, table, code, Reason.AMENDMENT_LATER)
        book.put(one, table, {**held, "valid_until": one.on})
    later = min((start_of(kept), code) for code, kept in _after(rows, one.on).items()) if _after(rows, one.on) else None
    if later:
        row["valid_until"] = later[0]
        if book.is_filed(table, later[1]):
            book.differ(one, table, later[1], Reason.FILE_LATER)
    row["code"] = _free(str(row["code"]), one, book.rows[table.file])
    book.put(one, table, row)


def _after(rows: dict[str, Row], on: date) -> dict[str, Row]:
    return {code: row for code, row in rows.items() if start_of(row) > on}


def _free(code: str, one: Amended, taken: dict[str, Row]) -> str:
    """Return the code of a new row, another one where a file has given it to another row meanwhile."""
    return f"{code}-a{one.id}" if code in taken else code


def _open(book: Merged, one: Amended, row: Row) -> None:
    windows = book.rows["windows"]
    code = str(row["code"])
    held = windows.get(code)
    if held is not None:
        if _alike(held, row, aside=_ASIDE):
            return
        if start_of(held) > one.on:
            book.differ(one, WINDOWS, code, Reason.FILE_LATER)
            return
        book.differ(one, WINDOWS, code, Reason.SAME_DAY if start_of(held) == one.on else Reason.AMENDMENT_LATER)
        book.put(one, WINDOWS, {**row, "valid_until": held["valid_until"]})
        return
    end = end_of(row)
    for other, kept in list(windows.items()):
        if kept["centre"] != row["centre"] or kept["number"] != row["number"] or end_of(kept) <= one.on:
            continue
        if start_of(kept) == one.on:
            book.differ(one, WINDOWS, other, Reason.SAME_NUMBER)
            return
        if start_of(kept) > one.on:
            book.differ(one, WINDOWS, other, Reason.FILE_LATER)
            end = min(end, start_of(kept))
        else:
            book.differ(one, WINDOWS, other, Reason.AMENDMENT_LATER)
            _end(book, one, other)
    book.put(one, WINDOWS, {**row, "valid_until": None if end == date.max else end})


def _change(book: Merged, one: Amended, *, moves_posts: bool) -> None:
    """End a window and go on under its number as another row, as the files do: names are dated like all else."""
    code, row = str(one.details["window"]), one.row(WINDOWS)
    held = book.rows["windows"].get(code)
    if held is None or end_of(held) < one.on:
        book.differ(one, WINDOWS, code, Reason.ENDED_BEFORE)
        return
    if start_of(held) == one.on:
        kept: dict[str, Cell] = {name: held[name] for name in ("code", "valid_until")}
        book.put(one, WINDOWS, {**row, **kept})
        return
    until = held["valid_until"]
    if not _end(book, one, code, move_to=str(row["code"]) if moves_posts else ""):
        return
    if str(row["code"]) in book.rows["windows"]:
        _open(book, one, row)
    else:
        book.put(one, WINDOWS, {**row, "valid_until": until if until != one.on else None})


def _end(book: Merged, one: Amended, code: str, *, move_to: str = "") -> bool:
    """End a window and the posts at it, or move these to another row; tell whether the window ends that day."""
    held = book.rows["windows"].get(code)
    if held is None or end_of(held) < one.on:
        book.differ(one, WINDOWS, code, Reason.ENDED_BEFORE)
        return False
    if start_of(held) >= one.on:
        book.differ(one, WINDOWS, code, Reason.FILE_LATER)
        return False
    if end_of(held) != one.on:
        if isinstance(held["valid_until"], date) and book.is_filed(WINDOWS, code):
            book.differ(one, WINDOWS, code, Reason.AMENDMENT_LATER)
        book.put(one, WINDOWS, {**held, "valid_until": one.on})
    for post, row in list(book.rows["posts"].items()):
        if row["window"] == code and end_of(row) > one.on:
            _end_post(book, one, post, row, move_to=move_to)
    return True


def _end_post(book: Merged, one: Amended, code: str, row: Row, *, move_to: str) -> None:
    if start_of(row) >= one.on:
        if move_to:
            book.put(one, POSTS, {**row, "window": move_to})
        else:
            # It cannot end before it begins: whoever wrote the file must say what is meant.
            book.differ(one, POSTS, code, Reason.BEGINS_AFTER)
        return
    book.put(one, POSTS, {**row, "valid_until": one.on})
    again = f"{code}-{one.on:%Y%m%d}"
    if move_to and again not in book.rows["posts"]:
        book.put(one, POSTS, {**row, "code": again, "window": move_to, "valid_from": one.on})
