"""Storing: writes a gathered relation in place of what stood there."""

from collections.abc import Iterable, Mapping

from django.db import connection, transaction

from yichuang.supervision.domain.relations import RELATIONS, Value


def store(name: str, rows: Iterable[Mapping[str, Value]]) -> int:
    """Replace the rows of a stored relation in one transaction and return how many there are now.

    They are read to the end before the first is removed, so that nobody waits for the gathering.
    """
    columns = tuple(RELATIONS[name].columns)
    told = [tuple(row[column] for column in columns) for row in rows]
    table = f"supervision_{name}"
    names = ", ".join(f'"{column}"' for column in columns)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table}")
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for row in told:
                    copy.write_row(row)
        elif told:
            cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({', '.join(['%s'] * len(columns))})", told)
    return len(told)


def read(name: str) -> list[dict[str, Value]]:
    """Return the rows of a stored relation as they stand, by column."""
    columns = RELATIONS[name].columns
    names = ", ".join(f'"{column}"' for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT {names} FROM supervision_{name} ORDER BY "key"')
        rows = cursor.fetchall()
    return [dict(zip(columns, row, strict=True)) for row in rows]
