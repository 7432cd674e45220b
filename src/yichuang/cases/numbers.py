"""Case numbers: division, day, serial and a check character, each given out once.

Nodes that share divisions give out serials from ranges of their own, so that no two cases get one number while the
link between them is down.
"""

from datetime import date

from django.conf import settings
from django.db import connection

from yichuang.cases.values import SerialsUsedUp
from yichuang.kernel.identifiers.case_number import generate_number, parse_number


def take_serials(*, division: str, on: date, count: int) -> int:
    """Reserve `count` serials of a division and day inside the caller's transaction; return the first.

    Raises SerialsUsedUp where this node's range ends before.
    """
    first, end = settings.NODE_SERIALS or (1, None)
    with connection.cursor() as cursor:
        cursor.execute(
            'INSERT INTO cases_serial (division, "on", last) VALUES (%s, %s, %s)'
            ' ON CONFLICT (division, "on") DO UPDATE SET last ='
            " CASE WHEN cases_serial.last < %s THEN excluded.last ELSE cases_serial.last + %s END RETURNING last",
            [division, on.isoformat(), first - 1 + count, first - 1, count],
        )
        last = int(cursor.fetchone()[0])
    if end is not None and last > end:
        raise SerialsUsedUp(division=division, on=on.isoformat(), first=first, last=end)
    return last - count + 1


def leave_out(number: str) -> None:
    """Never give this number out again: a case of this node came back to it after it was restored from a backup."""
    parts = parse_number(number)
    with connection.cursor() as cursor:
        cursor.execute(
            'INSERT INTO cases_serial (division, "on", last) VALUES (%s, %s, %s)'
            ' ON CONFLICT (division, "on") DO UPDATE SET last ='
            " CASE WHEN cases_serial.last < excluded.last THEN excluded.last ELSE cases_serial.last END",
            [parts.division, parts.on.isoformat(), parts.serial],
        )


def take_number(*, division: str, on: date) -> str:
    """Return the next case number of a division and day."""
    return generate_number(division=division, on=on, serial=take_serials(division=division, on=on, count=1))
