"""Dropping: files that another system puts into a watched folder, each imported once, known by its content.

Used where a mapping reads whole files (CSV, Excel, XES) and names a folder; messages in XML are read as tables.
"""

import os
import time
from pathlib import Path

from yichuang.exchange import importing
from yichuang.exchange.connecting.polling import Clock, Progress
from yichuang.exchange.domain.mapping_file import MappingFile
from yichuang.exchange.domain.refusals import FolderNeeded
from yichuang.exchange.models import ConnectionState, ExchangeBatch
from yichuang.exchange.reading.source import digest_of
from yichuang.exchange.reading.tables.environment import expand
from yichuang.exchange.reading.tables.folder import list_ready, put_away
from yichuang.exchange.values import BatchState, PassReport
from yichuang.kernel.actor import Actor
from yichuang.kernel.refusal import Refusal
from yichuang.kernel.words import N_

READING = N_("读取")


def take_files(
    mapping: Path,
    told: MappingFile,
    state: ConnectionState,
    report: PassReport,
    *,
    by: Actor,
    clock: Clock,
    progress: Progress | None,
) -> None:
    """Import every finished file of the folder that was not imported yet.

    One that is refused as a whole holds up no other; the first such refusal is raised at the end.
    """
    connection = told.mapping.connection
    if not connection.folder:
        raise FolderNeeded(source=told.mapping.source)
    folder = Path(expand(connection.folder, os.environ)).expanduser()
    done = Path(expand(connection.done, os.environ)).expanduser() if connection.done else None
    refused: Refusal | None = None
    ready = list_ready(folder, pattern=connection.pattern, now=time.time(), settle_seconds=connection.settle_seconds)
    for number, file in enumerate(ready, start=1):
        if progress is not None:
            progress(READING, number, len(ready))
        imported = ExchangeBatch.objects.filter(
            source=told.mapping.source, file_digest=digest_of(file.path), state=BatchState.FINISHED
        )
        if not imported.exists():
            try:
                one = importing.run(
                    file=file.path,
                    mapping=mapping,
                    by=by,
                    at=clock(),
                    encoding=told.mapping.csv.encoding,
                    dry_run=False,
                    progress=None,
                )
            except Refusal as refusal:
                refused = refused or refusal
                continue
            report.landed += one.read
            report.filed += one.filed
            report.new_events += one.new_events
            report.unchanged += one.unchanged
            report.refused += one.waiting
            state.rows_total += one.read
            state.last_row_at = clock()
            state.save(update_fields=["rows_total", "last_row_at"])
        if done is not None:
            put_away(file.path, done)
    if refused is not None:
        raise refused
