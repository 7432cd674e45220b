"""Followers of the ledger: each reads on from its own cursor, and a stretch of work and its cursor move together.

Live is a cursor near the end, rebuild is a cursor at the beginning, the same code (ADR 0002). What a follower
makes of the news is its own; that nothing is skipped, and nothing done without its cursor, is kept here.
"""

from collections.abc import Callable

from django.db import transaction

from yichuang.cases import ledger
from yichuang.cases.ledger import START, Cursor
from yichuang.cases.models import Follower


def find_cursor(*, follower: str) -> Cursor | None:
    """Return how far a follower has read, None if it never has."""
    row = Follower.objects.filter(name=follower).first()
    return Cursor(row.transaction_id, row.position) if row else None


def advance(*, follower: str, work: Callable[[Cursor], tuple[int, Cursor]]) -> int:
    """Do one stretch of a follower's work and move its cursor, in one transaction; return what `work` counted.

    `work` gets the cursor to read after and returns a count and the cursor it has read up to. Without news it is not
    called and no write transaction is opened, which on SQLite would keep writers waiting. A second process waits here
    until the first one's stretch is committed, and then goes on behind it.
    """
    standing = find_cursor(follower=follower)
    if standing is not None and ledger.changed_since(standing)[2] == standing:
        return 0
    with transaction.atomic():
        row, _ = Follower.objects.select_for_update().get_or_create(name=follower)
        after = Cursor(row.transaction_id, row.position)
        count, end = work(after)
        if end != after:
            Follower.objects.filter(pk=row.pk).update(transaction_id=end.transaction_id, position=end.position)
    return count


def begin_again(*, follower: str) -> None:
    """Put a follower's cursor back to the beginning of the ledger: its next stretch reads everything."""
    Follower.objects.update_or_create(
        name=follower, defaults={"transaction_id": START.transaction_id, "position": START.position}
    )
