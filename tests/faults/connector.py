"""Connects a county until it is killed, in pages and chunks small enough to be caught in the middle.

`python -m tests.faults.connector ORDER [MAPPING]` runs against YICHUANG_DATABASE_URL: `create` makes the tables and the
catalogue, `run` connects and says each page and each chunk, `finish` does so and prints the ledger and whatever is
wrong with it as JSON.
"""

import json
import os
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.faults.writer import create_tables

AT = datetime(2015, 4, 1, 2, 0, tzinfo=UTC)


def run(mapping: Path) -> None:
    """Connect, dawdling inside every transaction: rows are written, the position or the marks are not yet."""
    from yichuang.exchange.commands import connect_once
    from yichuang.exchange.connecting import filing, polling, running

    polling.PAGE, running.CHUNK = 11, 3
    land, mark = polling.land, filing.mark

    def say(work: Any) -> Any:
        def slowly(*args: Any, **named: Any) -> Any:
            done = work(*args, **named)
            print("-", flush=True)
            time.sleep(0.01)
            return done

        return slowly

    polling.land, filing.mark = say(land), say(mark)
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


def main(order: str, *rest: str) -> None:
    """Do as ordered."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yichuang.config.settings")
    import django

    django.setup()
    if order == "create":
        from django.db import connection

        from tests.factories.exchange_tables import load_items_of_the_county

        if "exchange_landedrow" not in connection.introspection.table_names():
            create_tables()
        load_items_of_the_county(AT)
    else:
        run(Path(rest[0]))
        if order == "finish":
            print(json.dumps(check()))


if __name__ == "__main__":
    main(*sys.argv[1:])
