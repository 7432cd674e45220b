"""Connects a county until it is killed, in pages and chunks small enough to be caught in the middle.

Children of mother.py, each on the SQLite file that its order names: `load` brings the catalogue, `run` connects and
says each page (land) and each marking of a chunk (mark), `run ... mark 4` waits within the fourth marking for its end,
`finish` connects to the end and prints the ledger and whatever is wrong with it as JSON.
"""

import json
import signal
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.faults.mother import load_platform

AT = datetime(2015, 4, 1, 2, 0, tzinfo=UTC)


def load() -> None:
    """Start Django, with all that connecting needs."""
    load_platform()
    from tests.factories import exchange_tables
    from yichuang.exchange import commands

    assert exchange_tables
    assert commands


def run(mapping: Path, where: str = "", hold: int = 0) -> None:
    """Connect, dawdling inside every transaction: rows are written, the position or the marks are not yet.

    At the transaction `hold` of its kind wait there to be killed.
    """
    from yichuang.exchange.commands import connect_once
    from yichuang.exchange.connecting import filing, polling, running

    polling.PAGE, running.CHUNK = 11, 3
    land, mark = polling.land, filing.mark

    def say(kind: str, work: Any) -> Any:
        times = 0

        def slowly(*args: Any, **named: Any) -> Any:
            nonlocal times
            done = work(*args, **named)
            times += 1
            print(kind, times, flush=True)
            if (kind, times) == (where, hold):
                signal.pause()
            time.sleep(0.005)
            return done

        return slowly

    polling.land, filing.mark = say("land", land), say("mark", mark)
    connect_once(mapping=mapping, by=running.connector_of(mapping), at=AT)


def check() -> dict[str, object]:
    """Return every case with its events, and what is wrong with rows and chains."""
    from yichuang.cases import ledger
    from yichuang.cases.models import Case
    from yichuang.cases.queries import verify_cases
    from yichuang.exchange.models import LandedRow, QuarantinedRecord
    from yichuang.exchange.queries import reconcile

    def told(case: Case) -> list[list[str]]:
        entries = ledger.read_case(case.pk)
        # The receipt holds the salted digest of the applicant, which no second ledger shares.
        return [[one.name, one.source_at.isoformat(), one.payload if one.seq > 1 else ""] for one in entries]

    days = reconcile("county-a", since=AT.date(), until=AT.date().replace(day=3))
    return {
        "cases": {case.source_key: told(case) for case in Case.objects.order_by("source_key")},
        "rows": LandedRow.objects.count(),
        "states": sorted(set(LandedRow.objects.order_by().values_list("state", flat=True))),
        "quarantine": QuarantinedRecord.objects.count(),
        "adds_up": [day.adds_up for day in days],
        "faults": [f"{number}: {fault}" for number, found in verify_cases() for fault in found],
    }


def do(file: str, order: str, *rest: str) -> None:
    """Do as ordered."""
    from django.db import connection

    connection.settings_dict["NAME"] = file
    if order == "load":
        from tests.factories.exchange_tables import load_items_of_the_county

        load_items_of_the_county(AT)
        return
    mapping, where, hold = Path(rest[0]), *(rest[1:] or ("", "0"))
    run(mapping, where, int(hold))
    if order == "finish":
        print(json.dumps(check()))
