"""The tick: once a day time itself is judged, the small relations are filled anew, and supervision periods run out."""

from datetime import datetime

from django.db import transaction

from yichuang.supervision import relations
from yichuang.supervision.cards.escalating import escalate
from yichuang.supervision.judging.follower import follow
from yichuang.supervision.judging.judgement import Tally, judgement, lock, log_run
from yichuang.supervision.judging.whole import CASES, judge_whole
from yichuang.supervision.values import TickReport


def tick(*, at: datetime, again: bool = False) -> TickReport:
    """Do the day's judging once; a second call on the same day does nothing unless `again`.

    Open cases are judged by all rules, closed ones by those rules that ask what day it is. Raises ClockMovedBack.
    """
    follow(at=at)
    by = judgement(kind="tick", at=at)
    with transaction.atomic():
        if lock().ticked_on == by.day and not again:
            return TickReport(day=by.day, done=False)
    filled = relations.refresh(on=by.day, at=by.at)
    rules, tally = by.rules.of(CASES), Tally()
    tally.add(judge_whole(rules=rules, relation=CASES, by=by, open_only=True))
    timed = [rule for rule in rules if rule.asks_time_closed]
    tally.add(judge_whole(rules=timed, relation=CASES, by=by))
    for relation in by.rules.relations:
        if relation != CASES:
            tally.add(judge_whole(rules=by.rules.of(relation), relation=relation, by=by))
    escalated = escalate(by=by)
    with transaction.atomic():
        row = lock()
        row.ticked_on = by.day
        row.save(update_fields=["ticked_on"])
        log_run(tally, by)
    return TickReport(day=by.day, done=True, relations=filled, findings=tally.report(), escalated=escalated)
