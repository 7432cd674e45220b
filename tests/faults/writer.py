"""Writes acknowledged commands until it is killed, and says after each: number, version.

Children of mother.py: a number seeds a writer, `check` reads what stands there, `create` makes the tables.
"""

import json
import random
from collections.abc import Iterator
from datetime import date

from tests.faults.mother import load_platform


def load() -> None:
    """Start Django on the database of the environment, with the handmade catalogue and authority list."""
    load_platform()
    from tests.factories.authorities import HandmadeAuthorities
    from tests.factories.catalogue import HandmadeRegister
    from yichuang.cases import authority, terms

    terms.get_terms_register = HandmadeRegister  # type: ignore[assignment]
    authority.list_authorities = HandmadeAuthorities().list_authorities


def create_tables() -> None:
    """Bring the database to the tables of today."""
    from django.core.management import call_command

    call_command("migrate", verbosity=0)


def write(seed: int) -> Iterator[tuple[str, int]]:
    """Run cases for ever, one command at a time, now and then a filing; yield what was acknowledged."""
    from tests.factories.filings import decided, file, filing
    from tests.factories.people import CLERK
    from tests.factories.running import receive
    from tests.factories.stories import china
    from yichuang.cases import commands

    chance = random.Random(seed)
    serial = 0
    while True:
        serial += 1
        number = receive(f"2015-02-{chance.choice((13, 15, 25, 26))}")
        yield number, 1
        for act, at in decided()[1:]:
            when = china("2015-03-02" if at < "2015-02-26" else "2015-03-10")
            yield number, commands.perform(number=number, act=act, by=CLERK, at=when)
        if serial % 5 == 0:
            for filed in file(filing(f"W-{seed}-{serial}-{one}", decided()) for one in range(20)):
                yield filed.number, filed.new_events


def check() -> dict[str, object]:
    """Return the version of every case as its events say, and every fault that can be found."""
    from django.db import connection

    from yichuang.calendar.queries import get_calendar
    from yichuang.cases import projections, queries
    from yichuang.cases.models import Case, Facts

    faults = [f"{number}: {fault}" for number, found in queries.verify_cases() for fault in found]
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA integrity_check")
            faults += [row[0] for row in cursor.fetchall() if row[0] != "ok"]
            cursor.execute("PRAGMA synchronous")
            if cursor.fetchone()[0] < 2:
                faults.append("synchronous is not FULL")
        else:
            cursor.execute("SELECT current_setting('fsync'), current_setting('synchronous_commit')")
            if cursor.fetchone() != ("on", "on"):
                faults.append("the server does not sync")
        cursor.execute("SELECT c.number, COUNT(v.seq) FROM cases_case c LEFT JOIN cases_event v ON v.case_id = c.id"
                       " GROUP BY c.number")  # fmt: skip
        versions = dict(cursor.fetchall())
    if not Case.objects.count() == Facts.objects.count() == len(versions):
        faults.append("cases and facts differ in number")
    before = list(Facts.objects.order_by("case_id").values_list())
    for _ in projections.rebuild(calendar=get_calendar(), on=date(2015, 12, 31)):
        continue
    after = list(Facts.objects.order_by("case_id").values_list())
    faults += [f"facts of {one[1]} are not those of a rebuild" for one, other in zip(before, after, strict=True)
               if [_plain(v) for v in one] != [_plain(v) for v in other]]  # fmt: skip
    return {"versions": versions, "faults": faults}


def _plain(value: object) -> object:
    return bytes(value) if isinstance(value, memoryview) else value


def do(order: str) -> None:
    """Write, check or create."""
    if order == "create":
        create_tables()
    elif order == "check":
        print(json.dumps(check()))
    else:
        for number, version in write(int(order)):
            print(number, version, flush=True)
