"""The door for writing: import a file, and settle what waits in quarantine. Each act leaves who did it and when."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from django.db import transaction

from yichuang.exchange import importing, replaying
from yichuang.exchange.answered import forget_old as forget_answers
from yichuang.exchange.answered import once as answer_once
from yichuang.exchange.carriers.door import answer_node
from yichuang.exchange.connecting import putting_right, rounds, running
from yichuang.exchange.domain.records import record_from_json
from yichuang.exchange.domain.refusals import ReasonNeeded
from yichuang.exchange.export.files import write_log
from yichuang.exchange.export.filling import fill as fill_exchange_tables
from yichuang.exchange.nodes.conflicts import settle_conflict
from yichuang.exchange.nodes.declaring import declare as declare_volume
from yichuang.exchange.nodes.fetching import fetch_belongings
from yichuang.exchange.nodes.handing import hand_over, take_over
from yichuang.exchange.nodes.incoming import take as take_envelopes
from yichuang.exchange.nodes.outgoing import acknowledge as acknowledge_envelopes
from yichuang.exchange.nodes.outgoing import follow as follow_nodes
from yichuang.exchange.nodes.outgoing import renumber as renumber_envelopes
from yichuang.exchange.nodes.requests import request_act
from yichuang.exchange.nodes.rotating import rotate_key
from yichuang.exchange.quarantine import change
from yichuang.exchange.reported import report as report_case
from yichuang.exchange.values import ImportReport, PassReport, QuarantineState, ReplayReport
from yichuang.exchange.webhooks.delivering import deliver_due as deliver_webhooks
from yichuang.exchange.webhooks.delivering import deliver_forever as run_webhooks
from yichuang.exchange.webhooks.following import follow as follow_webhooks
from yichuang.exchange.webhooks.subscribing import redeliver as redeliver_webhook
from yichuang.exchange.webhooks.subscribing import renew_secret as renew_webhook_secret
from yichuang.exchange.webhooks.subscribing import resume as resume_webhook
from yichuang.exchange.webhooks.subscribing import subscribe as subscribe_webhook
from yichuang.exchange.webhooks.subscribing import unsubscribe as unsubscribe_webhook
from yichuang.kernel.actor import Actor
from yichuang.kernel.words import N_

__all__ = [
    "acknowledge_envelopes",
    "answer_node",
    "answer_once",
    "connect_for_good",
    "connect_once",
    "correct_record",
    "declare_volume",
    "deliver_webhooks",
    "drop_record",
    "fetch_belongings",
    "fill_exchange_tables",
    "follow_nodes",
    "follow_webhooks",
    "forget_answers",
    "hand_over",
    "import_file",
    "redeliver_webhook",
    "renew_webhook_secret",
    "renumber_envelopes",
    "replay_records",
    "report_case",
    "request_act",
    "resume_webhook",
    "rotate_key",
    "run_webhooks",
    "settle_conflict",
    "subscribe_webhook",
    "take_envelopes",
    "take_over",
    "unsubscribe_webhook",
    "write_log",
]


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


def connect_once(
    *,
    mapping: Path,
    by: Actor,
    at: datetime,
    progress: Callable[[str, int, int | None], None] | None = None,
    limit: int | None = None,
    from_start: bool = False,
) -> PassReport:
    """Read what has changed at a mapping's source and file it; may be cut off anywhere and is simply done again.

    What cannot be filed waits in quarantine. `limit` bounds the new rows of each table, `from_start` reads everything
    again (which files nothing twice). `progress` is called with (what is done, how many so far, of how many).
    Refuses with MappingFaulty, PassRunning, a SourceRefusal, or what `import_file` says of a file; what had been read
    before stands, and `list_connections` tells the refusal.
    """
    return running.run_once(mapping=mapping, by=by, at=at, progress=progress, limit=limit, from_start=from_start)


def connect_for_good(
    *,
    mappings: Sequence[Path],
    folder: Path,
    clock: Callable[[], datetime],
    stopped: Callable[[], bool] = lambda: False,
) -> None:
    """Go on connecting by these mappings, or by all that lie in the folder, until `stopped` says so."""
    rounds.run_for_good(mappings=mappings, folder=folder, clock=clock, stopped=stopped)


@transaction.atomic
def correct_record(*, record: int, changes: Mapping[str, str], by: Actor, at: datetime) -> None:
    """Put fields of a quarantined record right; it is filed by the next replay.

    A field is a column of the case, or `#2.column` for the second event. The record as it was sent is kept
    beside it. Refuses with RecordUnknown, RecordSettled or FieldUnknown.
    """
    row = replaying.get_open(record, act=N_("更正"))
    before = record_from_json(row.record)
    after = before.corrected(changes, record=record, absent=putting_right.columns_of(row) if row.case_key else ())
    if row.case_key:
        putting_right.correct(row.source, before, after)
    row.record = after.to_json()
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
    if row.case_key:
        putting_right.refuse(row.source, row.case_key)
    change(row, state=QuarantineState.DROPPED, act="drop", by=by, at=at, details=reason.strip())
