"""The door for writing: import a file, and settle what waits in quarantine. Each act leaves who did it and when."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from django.db import transaction

from yichuang.exchange import importing, replaying
from yichuang.exchange.domain.records import record_from_json
from yichuang.exchange.domain.refusals import ReasonNeeded
from yichuang.exchange.quarantine import change
from yichuang.exchange.values import ImportReport, QuarantineState, ReplayReport
from yichuang.kernel.actor import Actor
from yichuang.kernel.words import N_

__all__ = ["correct_record", "drop_record", "import_file", "replay_records"]


def import_file(
    *,
    file: Path,
    mapping: Path,
    by: Actor,
    at: datetime,
    encoding: str = "auto",
    dry_run: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> ImportReport:
    """File the records of another system's file by a mapping; what cannot be filed waits in quarantine.

    Importing twice changes nothing, and an import that was cut off is simply started again. `progress` is
    called with (records done, records in all). A dry run takes everything back. Refuses the file or the mapping
    as a whole with FileMissing, FileEmpty, FileBroken, FileForbidden, WrongFormat, WrongEncoding, SheetMissing,
    HeaderFaulty, ColumnRepeated, ColumnMissing or MappingFaulty; then nothing is filed.
    """
    return importing.run(
        file=file, mapping=mapping, by=by, at=at, encoding=encoding, dry_run=dry_run, progress=progress
    )


@transaction.atomic
def correct_record(*, record: int, changes: Mapping[str, str], by: Actor, at: datetime) -> None:
    """Put fields of a quarantined record right; it is filed by the next replay.

    A field is a column of the case, or `#2.column` for the second event. The record as it was sent is kept
    beside it. Refuses with RecordUnknown, RecordSettled or FieldUnknown.
    """
    row = replaying.get_open(record, act=N_("更正"))
    row.record = record_from_json(row.record).corrected(changes, record=record).to_json()
    change(row, state=QuarantineState.CORRECTED, act="correct", by=by, at=at, details="、".join(changes))


def replay_records(
    *, by: Actor, at: datetime, records: Sequence[int] = (), mapping: Path | None = None, source: str = ""
) -> ReplayReport:
    """Send quarantined records through translation and ledger again: those named, or all that wait.

    With `mapping`, by that file (a mapping put right) for all records of its source; otherwise each by the
    mapping it came with. Refuses with RecordUnknown, RecordSettled, FileMissing or MappingFaulty.
    """
    return replaying.run(by=by, at=at, records=records, mapping=mapping, source=source)


@transaction.atomic
def drop_record(*, record: int, reason: str, by: Actor, at: datetime) -> None:
    """Settle a quarantined record without filing it, for a reason; it is kept, and not waited for any more.

    Refuses with ReasonNeeded, RecordUnknown or RecordSettled.
    """
    if not reason.strip():
        raise ReasonNeeded()
    row = replaying.get_open(record, act=N_("丢弃"))
    change(row, state=QuarantineState.DROPPED, act="drop", by=by, at=at, details=reason.strip())
