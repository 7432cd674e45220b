"""Judges until it is killed, in batches small enough to be caught in the middle.

Children of mother.py: `fill` files cases, `follow` judges them slowly and says each batch, `follow 7` waits within the
seventh for its end, `check` prints what stands and whatever is wrong with it as JSON.
"""

import json
import random
import signal
import time
from datetime import UTC, datetime
from typing import Any

from tests.faults.writer import load as set_up

CASES = 240
AT = datetime(2015, 3, 10, 2, 0, tzinfo=UTC)
HELD = "held"


def load() -> None:
    """Start Django, with all that judging needs."""
    set_up()
    from yichuang.supervision import commands

    assert commands


def fill() -> None:
    """File cases of every kind: open and near their end, over it, ended in time and late."""
    from tests.factories import catalogue
    from tests.factories.filings import decided, file, filing
    from tests.factories.stories import china, receipt
    from yichuang.cases.domain import acts as a

    chance, filings = random.Random(4), []
    for number in range(CASES):
        on = f"2015-02-{chance.choice((13, 15, 25, 26))}"
        if number % 3:
            filings.append(filing(f"K{number}", [(receipt(catalogue.LICENCE), on), (a.Accept(), on)]))
        else:
            ended = f"2015-03-{chance.randint(2, 9):02d}"
            filings.append(filing(f"K{number}", decided(on=on, decided_on=ended)))
    refused = [filed for filed in file(filings, now=china("2015-03-10T09:00")) if filed.refusal]
    assert not refused, refused[0].refusal


def follow(hold: str = "0") -> None:
    """Judge up to the end in batches of a few events, dawdling inside the transaction, and say each batch.

    In batch `hold` wait there to be killed: findings and cards are written, the cursor is not moved yet.
    """
    from yichuang.supervision.judging import follower

    follower._EVENTS_AT_ONCE = 23  # type: ignore[misc]
    write, work, batches = follower.write, follower._work, 0

    def dawdle(*args: Any, **named: Any) -> Any:
        nonlocal batches
        tally = write(*args, **named)
        batches += 1
        if batches == int(hold):
            print(HELD, flush=True)
            signal.pause()
        time.sleep(0.01)
        return tally

    def say(*args: Any, **named: Any) -> Any:
        done = work(*args, **named)
        print(done[0], flush=True)
        return done

    follower.write, follower._work = dawdle, say  # type: ignore[assignment]
    follower.follow(at=AT)


def check() -> dict[str, object]:
    """Return what stands, what stands twice, and how it differs from everything judged anew."""
    from django.db.models import Count

    from yichuang.cases import queries as cases
    from yichuang.supervision import commands, queries
    from yichuang.supervision.judging.judgement import NAME
    from yichuang.supervision.models import Card, CardEvent, Finding

    twice = Finding.objects.values("rule", "key").annotate(rows=Count("pk")).filter(rows__gt=1).count()
    broken = [card.number for card in Card.objects.all() if queries.get_card(card.number, on=AT.date()).faults]
    read = cases.find_cursor(follower=NAME) or cases.START
    report = commands.recompute_after_calendar(at=AT)
    return {
        "findings": Finding.objects.count(),
        "cards": Card.objects.count(),
        "events": CardEvent.objects.count(),
        "twice": twice,
        "broken": broken,
        "unread": len(cases.list_changed_cases(read, limit=1_000_000)[0]),
        "differ": [report.found, report.ended, report.changed],
    }


def do(order: str, *rest: str) -> None:
    """Fill, follow or check."""
    if order == "check":
        print(json.dumps(check()))
    else:
        {"fill": fill, "follow": follow}[order](*rest)
