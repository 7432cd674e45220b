"""The sweep: all open cases judged at once; what stands and holds is left alone, only differences are written."""

from datetime import datetime

from django.db import transaction

from yichuang.supervision.judging.follower import follow
from yichuang.supervision.judging.judgement import Judgement, Tally, judgement, lock, log_run
from yichuang.supervision.judging.whole import CASES, judge_whole
from yichuang.supervision.models import Judging
from yichuang.supervision.values import SweepReport


def sweep(*, at: datetime) -> SweepReport:
    """Judge all open cases and return what differed; news of the ledger comes first. Raises ClockMovedBack."""
    follow(at=at)
    by = judgement(kind="sweep", at=at)
    tally = judge_whole(rules=by.rules.of(CASES), relation=CASES, by=by, open_only=True)
    log_run(tally, by)
    return tally.report()


def judge_everything(*, by: Judgement) -> Tally:
    """Judge all cases and every other relation on the live database."""
    tally = Tally()
    for relation in by.rules.relations:
        tally.add(judge_whole(rules=by.rules.of(relation), relation=relation, by=by))
    return tally


def recompute_after_calendar(*, at: datetime) -> SweepReport:
    """Judge everything after a calendar was published late and facts were computed anew.

    What no longer holds falls away, and its card is withdrawn (or, while it waited, cancelled) with that reason.
    """
    return _everything(kind="calendar", at=at)


def _everything(*, kind: str, at: datetime) -> SweepReport:
    follow(at=at)
    by = judgement(kind=kind, at=at)
    tally = judge_everything(by=by)
    log_run(tally, by)
    return tally.report()


def accept_clock(*, at: datetime) -> SweepReport:
    """Accept that the clock was ahead and is right now: judge everything anew on the earlier day.

    What rested on days that have not come yet falls away, and its cards are withdrawn.
    """
    with transaction.atomic():
        row = lock()
        Judging.objects.filter(pk=row.pk).update(judged_at=None, judged_on=None, ticked_on=None)
    return _everything(kind="clock", at=at)
