"""Decides whether an act on a centre may be recorded, and what its amendment says. Pure: no clock, no tables.

What the amendment would do is tried out first: an amendment that changes nothing, or that something recorded for a
later day contradicts, is refused rather than kept.
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from yichuang.kernel.words import N_
from yichuang.regions.domain import acts
from yichuang.regions.domain import refusals as r
from yichuang.regions.domain.amendments import Amended, AmendmentKind
from yichuang.regions.domain.merging import Merged, Rows, covering, end_of, merge, start_of
from yichuang.regions.domain.tables import Row
from yichuang.regions.domain.words import CentreStateKind

_YEARS = 50
_DAYS_OF_YEAR = 366
_NAME, _WINDOW_NAME, _NUMBER, _AREA, _REASON = 96, 64, 8, 16, 500
# Above every number on record: the amendment that is tried out comes last of its day.
_NEXT = 2**62


@dataclass(frozen=True, slots=True)
class Facts:
    """What is on record for one centre: its rows in the files and its amendments, withdrawn ones too."""

    centre: str
    filed: Rows
    amendments: tuple[Amended, ...] = ()
    # The level of the division that a new centre serves.
    level: str = ""

    def merged(self) -> Merged:
        """Return what holds."""
        return merge(self.filed, list(self.amendments))


@dataclass(frozen=True, slots=True)
class Decided:
    """What an amendment says, before it has a number."""

    kind: AmendmentKind
    details: Mapping[str, Any]


def decide(facts: Facts, act: acts.Act, *, on: date, today: date) -> Decided:
    """Return what the amendment of an act says; refuses with one of `domain.refusals`.

    `on` is the day in force, `today` the day of recording. A withdrawal holds from the day of recording.
    """
    if abs((on - today).days) > _YEARS * _DAYS_OF_YEAR:
        raise r.TooFarAway(on=on.isoformat(), years=_YEARS)
    book = facts.merged()
    if not isinstance(act, acts.RegisterCentre | acts.WithdrawAmendment):
        centre = book.rows["centres"].get(facts.centre)
        if centre is None:
            raise r.CentreUnknown(centre=facts.centre)
        if on < start_of(centre):
            raise r.BeforeCentre(since=start_of(centre).isoformat(), on=on.isoformat())
        if end_of(centre) <= on:
            raise r.CentreUnknown(centre=facts.centre)
    decided = _decide(facts, book, act, on=on, today=today)
    _try_out(facts, book, decided, on=on)
    return decided


def _decide(facts: Facts, book: Merged, act: acts.Act, *, on: date, today: date) -> Decided:
    match act:
        case acts.RegisterCentre():
            return _register(facts, book, act)
        case acts.ChangeState():
            return _change_state(facts, book, act, on=on)
        case acts.ChangeSystem():
            return _change_system(facts, book, act)
        case acts.WithdrawAmendment():
            return _withdraw(facts, act, today=today)
        case _:
            return _decide_window(facts, book, act, on=on)


def _decide_window(
    facts: Facts,
    book: Merged,
    act: acts.OpenWindow | acts.RenameWindow | acts.ReseatWindow | acts.CloseWindow,
    *,
    on: date,
) -> Decided:
    match act:
        case acts.OpenWindow():
            return _open(facts, book, act, on=on)
        case acts.RenameWindow():
            return _rename(book, act, on=on)
        case acts.ReseatWindow():
            return _reseat(book, act, on=on)
        case acts.CloseWindow():
            return _close(book, act, on=on)


def clean(field: str, text: str, limit: int) -> str:
    """Return a text of one line without outer blanks; refuses with `TextUnfitHere`, which names the field."""
    text = unicodedata.normalize("NFC", text.strip())
    if not text or len(text) > limit or any(unicodedata.category(sign) in {"Cc", "Cs", "Zl", "Zp"} for sign in text):
        raise r.TextUnfitHere(field=field, limit=limit)
    return text


def clean_reason(text: str) -> str:
    """Return a reason; refuses with `ReasonMissing` or `TextUnfitHere`."""
    if not text.strip():
        raise r.ReasonMissing()
    return clean(N_("理由"), " ".join(text.split()), _REASON)


def _yes(value: bool) -> str:
    return "yes" if value else "no"


def _next(centre: str, letter: str, rows: Mapping[str, Row]) -> str:
    """Return the next code of a centre's rows, as the files count them: s1, s2, ..."""
    at = 1
    while f"{centre}-{letter}{at}" in rows:
        at += 1
    return f"{centre}-{letter}{at}"


def _register(facts: Facts, book: Merged, act: acts.RegisterCentre) -> Decided:
    if facts.centre in book.rows["centres"]:
        raise r.CentreExists(centre=facts.centre)
    centre = {
        "code": facts.centre,
        "name": clean(N_("中心名称"), act.name, _NAME),
        "division": act.division,
        "level": facts.level,
        "organisation": act.organisation,
        "floor_area": "" if act.floor_area is None else f"{act.floor_area:f}",
    }
    state = {"code": f"{facts.centre}-s1", "centre": facts.centre, "state": act.state.value}
    return Decided(AmendmentKind.REGISTERED, {"centres": centre, "centre_states": state})


def _change_state(facts: Facts, book: Merged, act: acts.ChangeState, *, on: date) -> Decided:
    with_windows = False
    if act.state is CentreStateKind.CLOSED:
        later = next((row for row in book.rows["windows"].values() if start_of(row) >= on), None)
        if later:
            raise r.WindowOpensLater(window=later["number"], on=start_of(later).isoformat())
        windows = covering(book.rows["windows"], on)
        posts = sum(1 for row in book.rows["posts"].values() if row["window"] in windows and end_of(row) > on)
        if windows and not act.with_windows:
            raise r.CentreHasWindows(windows=len(windows), posts=posts)
        with_windows = bool(windows)
    row = {
        "code": _next(facts.centre, "s", book.rows["centre_states"]),
        "centre": facts.centre,
        "state": act.state.value,
    }
    return Decided(AmendmentKind.STATE_CHANGED, {"centre_states": row, "with_windows": with_windows})


def _change_system(facts: Facts, book: Merged, act: acts.ChangeSystem) -> Decided:
    if act.compatible and not act.supervision:
        raise r.SystemContradicts()
    row = {
        "code": _next(facts.centre, "e", book.rows["centre_systems"]),
        "centre": facts.centre,
        "supervision": _yes(act.supervision),
        "compatible": _yes(act.compatible),
    }
    return Decided(AmendmentKind.SYSTEM_CHANGED, {"centre_systems": row})


def _open(facts: Facts, book: Merged, act: acts.OpenWindow, *, on: date) -> Decided:
    number = clean(N_("窗口号"), act.number, _NUMBER)
    for held in book.rows["windows"].values():
        if held["number"] == number and end_of(held) > on:
            raise r.WindowNumberTaken(number=number, name=held["name"])
    # The files name a window by its number, and one that follows another under its number by the day too.
    code = f"{facts.centre}-w{number}"
    if code in book.rows["windows"]:
        code = _dated(code, on, book.rows["windows"])
    row = {
        "code": code,
        "centre": facts.centre,
        "number": number,
        "name": clean(N_("窗口名称"), act.name, _WINDOW_NAME),
        "kind": act.kind.value,
        "area": clean(N_("功能区"), act.area, _AREA) if act.area.strip() else "",
        "organisation": act.organisation,
    }
    return Decided(AmendmentKind.WINDOW_OPENED, {"windows": row})


def _dated(code: str, on: date, taken: Mapping[str, Row]) -> str:
    found = dated = f"{code}-{on:%Y%m%d}"
    again = 1
    while found in taken:
        again += 1
        found = f"{dated}-{again}"
    return found


def _window(book: Merged, code: str, *, on: date) -> Row:
    held = covering(book.rows["windows"], on).get(code)
    if held is None:
        raise r.WindowUnknown(on=on.isoformat(), window=code.rpartition("-w")[2])
    return held


def _continued(book: Merged, held: Row, *, on: date) -> dict[str, str]:
    """Return the cells of the row that goes on under a window's number."""
    cells = {name: str(held[name] or "") for name in ("centre", "number", "name", "kind", "area", "organisation")}
    root = f"{held['centre']}-w{held['number']}"
    return {"code": _dated(root, on, book.rows["windows"]), **cells}


def _rename(book: Merged, act: acts.RenameWindow, *, on: date) -> Decided:
    held = _window(book, act.window, on=on)
    name = clean(N_("窗口名称"), act.name, _WINDOW_NAME)
    if name == held["name"]:
        raise r.NothingChanges()
    row = _continued(book, held, on=on) | {"name": name}
    return Decided(AmendmentKind.WINDOW_RENAMED, {"window": act.window, "windows": row})


def _close(book: Merged, act: acts.CloseWindow, *, on: date) -> Decided:
    held = _window(book, act.window, on=on)
    if start_of(held) == on:
        raise r.WindowUnknown(on=on.isoformat(), window=held["number"])
    _staffed(book, act.window, on=on, ends=act.end_posts)
    told = {"number": str(held["number"]), "name": str(held["name"])}
    return Decided(AmendmentKind.WINDOW_CLOSED, {"window": act.window, **told})


def _reseat(book: Merged, act: acts.ReseatWindow, *, on: date) -> Decided:
    held = _window(book, act.window, on=on)
    if act.organisation == held["organisation"]:
        raise r.NothingChanges()
    _staffed(book, act.window, on=on, ends=act.end_posts)
    row = _continued(book, held, on=on) | {
        "name": clean(N_("窗口名称"), act.name, _WINDOW_NAME),
        "organisation": act.organisation,
    }
    return Decided(AmendmentKind.WINDOW_RESEATED, {"window": act.window, "windows": row})


def _staffed(book: Merged, window: str, *, on: date, ends: bool) -> None:
    count = sum(1 for row in book.rows["posts"].values() if row["window"] == window and end_of(row) > on)
    if count and not ends:
        raise r.WindowStaffed(count=count)


def _withdraw(facts: Facts, act: acts.WithdrawAmendment, *, today: date) -> Decided:
    known = {one.id: one for one in facts.amendments if one.kind is not AmendmentKind.WITHDRAWN}
    one = known.get(act.amendment)
    if one is None:
        raise r.AmendmentUnknown(amendment=act.amendment)
    if any(
        other.kind is AmendmentKind.WITHDRAWN and other.details["amendment"] == one.id for other in facts.amendments
    ):
        raise r.AmendmentWithdrawn(amendment=one.id)
    if one.on <= today:
        raise r.AmendmentInForce(amendment=one.id, on=one.on.isoformat())
    return Decided(AmendmentKind.WITHDRAWN, {"amendment": one.id})


def _try_out(facts: Facts, book: Merged, decided: Decided, *, on: date) -> None:
    """Refuse what would change nothing, and what would contradict more than stands contradicted already."""
    candidate = Amended(_NEXT, facts.centre, decided.kind, on, decided.details)
    after = replace(facts, amendments=(*facts.amendments, candidate)).merged()
    if decided.kind is not AmendmentKind.WITHDRAWN and after.rows == book.rows:
        raise r.NothingChanges()
    known = {(one.file, one.code, one.amendment) for one in book.contradictions}
    for one in after.contradictions:
        new = (one.file, one.code, one.amendment) not in known
        if new and (one.amendment != _NEXT or one.reason.value in _HINDRANCES):
            raise r.AmendmentContradicted(code=one.code, reason=one.reason.label)


# A file that will say something else from a later day on, or that said it from this day on, may be amended.
_HINDRANCES = {"same-number", "ended-before", "begins-after"}
