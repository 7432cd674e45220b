"""Case numbers: division, day, serial and a check character, each given out once."""

from datetime import date

from django.db import connection

from yichuang.kernel.identifiers.case_number import generate_number


def take_serials(*, division: str, on: date, count: int) -> int:
    """Reserve `count` serials of a division and day inside the caller's transaction; return the first."""
    with connection.cursor() as cursor:
        cursor.execute(
            'INSERT INTO cases_serial (division, "on", last) VALUES (%s, %s, %s)'
            ' ON CONFLICT (division, "on") DO UPDATE SET last = cases_serial.last + excluded.last RETURNING last',
            [division, on.isoformat(), count],
        )
        return int(cursor.fetchone()[0]) - count + 1


def take_number(*, division: str, on: date) -> str:
    """Return the next case number of a division and day."""
    return generate_number(division=division, on=on, serial=take_serials(division=division, on=on, count=1))
