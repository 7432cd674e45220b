"""Audit: who did what to the catalogue, and when. Every act leaves a row; together they version all its data."""

import secrets
from collections.abc import Mapping
from datetime import datetime

from django.db import connection

from yichuang.catalogue.models import CatalogueAct
from yichuang.kernel.actor import Actor

_SALT_BITS = 31


def record(
    *,
    act: str,
    subject: str,
    by: Actor,
    at: datetime,
    version: int | None = None,
    details: Mapping[str, object] | None = None,
) -> None:
    """Write one act; the caller holds the transaction, so an act that fails leaves no row."""
    CatalogueAct.objects.create(
        at=at,
        by_id=by.id,
        by_name=by.name,
        act=act,
        subject=subject,
        version=version,
        details=dict(details or {}),
        salt=secrets.randbits(_SALT_BITS),
    )


def data_version() -> int:
    """Return a number that differs whenever the catalogue data differ: what is cached under another is out of date.

    The newest row's number would not do: a transaction rolled back gives its number to the next one, and on
    PostgreSQL a lower number may be committed after a higher one. A sum of random salts tells both.
    """
    # Bare SQL: every command on a case asks this, and the ORM would take longer than the database.
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT COALESCE(SUM(salt), 0) FROM {CatalogueAct._meta.db_table}")
        return int(cursor.fetchone()[0])
