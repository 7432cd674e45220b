"""Files: a log into a file, with a note beside it of how far it has come, so that it is gone on with after an end."""

import json
import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from yichuang.exchange.export.histories import Story, stories
from yichuang.exchange.export.logs import Writer, pieces
from yichuang.exchange.export.ocel import OcelWriter
from yichuang.exchange.export.xes import XesWriter

WRITERS: dict[str, Callable[[], Writer]] = {"xes": XesWriter, "ocel": OcelWriter}
# So many bytes are handed on at once; so many cases are written between two notes.
_BLOCK, _NOTED = 64 * 1024, 500


@dataclass(frozen=True, slots=True, kw_only=True)
class LogReport:
    """What was written: cases (counted in the last phase), bytes, and whether it went on with what stood there."""

    cases: int
    size: int
    resumed: bool


def stream(
    *,
    form: str,
    division: str = "",
    organisation: str = "",
    start_on: date | None = None,
    until: date | None = None,
) -> Iterator[bytes]:
    """Yield an event log of the cases inside an area, in blocks; `form` is xes or ocel. Names nobody."""
    read = _reader(division=division, organisation=organisation, start_on=start_on, until=until)
    held: list[str] = []
    size = 0
    for piece in pieces(WRITERS[form](), read):
        held.append(piece.text)
        size += len(piece.text)
        if size >= _BLOCK:
            yield "".join(held).encode()
            held, size = [], 0
    yield "".join(held).encode()


def write_log(
    *,
    form: str,
    file: Path,
    division: str = "",
    organisation: str = "",
    start_on: date | None = None,
    until: date | None = None,
    progress: Callable[[int], None] | None = None,
) -> LogReport:
    """Write an event log into a file; broken off, the next call with the same wishes goes on where it was.

    `progress` is called with the number of cases written in all phases.
    """
    part, note = file.with_name(file.name + ".part"), file.with_name(file.name + ".note")
    wishes = [form, division, organisation, str(start_on), str(until)]
    writer = WRITERS[form]()
    kept = _kept(note, part, wishes)
    resumed = kept is not None
    place = kept or {"phase": 0, "case": 0, "size": 0, "done": 0, "counted": 0, "memory": None}
    if place["memory"] is not None:
        writer.remember(place["memory"])
    read = _reader(division=division, organisation=organisation, start_on=start_on, until=until)
    done, counted = place["done"], place["counted"]
    with part.open("r+b" if resumed else "w+b") as target:
        target.truncate(place["size"])
        target.seek(place["size"])
        phase = place["phase"]
        for piece in pieces(writer, read, phase=phase, after=place["case"], begun=resumed and place["begun"]):
            target.write(piece.text.encode())
            if piece.case and piece.phase == phase:
                done += 1
                counted += phase == len(writer.phases) - 1
            moved, phase = piece.phase != phase, piece.phase
            if done % _NOTED == 0 or moved:
                target.flush()
                os.fsync(target.fileno())
                _keep(
                    note,
                    wishes=wishes,
                    phase=phase,
                    case=piece.case,
                    begun=not moved,
                    size=target.tell(),
                    done=done,
                    counted=counted,
                    memory=writer.memory(),
                )
                if progress is not None:
                    progress(done)
        size = target.tell()
    part.replace(file)
    with suppress(FileNotFoundError):
        note.unlink()
    return LogReport(cases=counted, size=size, resumed=resumed)


def _reader(
    *, division: str, organisation: str, start_on: date | None, until: date | None
) -> Callable[[int], Iterator[Story]]:
    return lambda after: stories(
        division=division, organisation=organisation, after_case=after, start_on=start_on, until=until
    )


def _kept(note: Path, part: Path, wishes: list[str]) -> dict[str, Any] | None:
    """Return how far an earlier try with the same wishes has come; None where there is none to go on with."""
    try:
        found: dict[str, Any] = json.loads(note.read_text())
        return found if found["wishes"] == wishes and part.stat().st_size >= found["size"] else None
    except (OSError, ValueError, KeyError):
        return None


def _keep(note: Path, **place: Any) -> None:
    new = note.with_name(note.name + ".new")
    new.write_text(json.dumps(place))
    new.replace(note)
