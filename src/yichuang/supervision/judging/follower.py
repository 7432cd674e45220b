"""The follower: judges every case of which the ledger has news, within the second, exactly once (ADR 0002, 0009).

What it finds and how far it has read are written in one transaction, so a follower that is killed in the middle has
neither lost nor doubled anything.
"""

import json
from datetime import datetime
from functools import partial

from django.db import transaction
from django.utils import timezone

from yichuang.cases import queries as cases
from yichuang.cases.commands import advance
from yichuang.supervision.engines import database
from yichuang.supervision.judging import standing as stands
from yichuang.supervision.judging.judgement import (
    NAME,
    Judgement,
    Tally,
    hold,
    judgement,
    lock,
    log_run,
    note_judged,
    read_state,
    version_ids,
)
from yichuang.supervision.judging.whole import CASES, Watch, judge_whole, write_in_parts
from yichuang.supervision.judging.writing import Differences, compare, count_in, write
from yichuang.supervision.models import Judging

# A batch is one transaction: small enough that on SQLite nobody waits for it longer than a blink.
_EVENTS_AT_ONCE = 1_000


def follow(*, at: datetime | None = None) -> int:
    """Judge what is new up to the end of the ledger and return how many cases were judged.

    Without `at` it is now, asked anew for every batch. Raises ClockMovedBack; nothing is skipped by that.
    """
    total = 0
    while True:
        state = read_state()
        by = judgement(kind="live", at=at or timezone.now(), state=state)
        if state.rules_digest != by.rules.digest:
            adopt(by)
        judged = advance(follower=NAME, work=partial(_work, by=by))
        if not judged:
            return total
        total += judged


def _work(after: cases.Cursor, *, by: Judgement) -> tuple[int, cases.Cursor]:
    hold()
    changed, end = cases.list_changed_cases(after, limit=_EVENTS_AT_ONCE)
    if not changed:
        return 0, end
    tally = Tally(judged=len(changed))
    hits = database.judge(by.rules.of(CASES), relation=CASES, moment=by.moment, keys=changed)
    tally.add(write(compare(count_in(hits, by), stands.of_cases(changed)), by=by))
    note_judged(by)
    if tally.found or tally.changed or tally.ended:
        # A busy county's every act would be a line otherwise.
        log_run(tally, by)
    return len(changed), end


def adopt(by: Judgement) -> Tally:
    """Take over a changed set of rules: what withdrawn rules found ends, what changed and new ones find is judged."""
    row = Judging.objects.filter(name=NAME).first()
    now = {rule.id: rule.digest for rule in by.rules.rules}
    before: dict[str, str] = json.loads(row.rules) if row is not None and row.rules else {}
    by = Judgement("rules", by.at, by.day, by.moment, by.calendar, by.rules)
    tally = Tally()
    # On the first day there is nothing to compare with: the follower begins at the start of the ledger.
    if before:
        tally.add(_withdraw(sorted(before.keys() - now.keys()), by=by))
        changed = {name for name, digest in now.items() if before.get(name) != digest}
        for relation in by.rules.relations:
            some = [rule for rule in by.rules.of(relation) if rule.id in changed]
            tally.add(judge_whole(rules=some, relation=relation, by=by))
    with transaction.atomic():
        held = lock()
        version_ids(by.rules, set(now), at=by.at)
        held.rules_digest, held.rules = by.rules.digest, json.dumps(now)
        held.save(update_fields=["rules_digest", "rules"])
        if before:
            log_run(tally, by)
    return tally


def _withdraw(rules: list[str], *, by: Judgement) -> Tally:
    """End everything that rules found which are no longer there."""
    tally = Tally()
    for relation in stands.relations_of(rules):
        gone = list(stands.of_relation(relation, rules=rules).values())
        tally.add(write_in_parts(Differences([], [], gone), relation=relation, watch=Watch(), by=by))
    return tally
