"""The watch: links and feeds are looked at every minute: a line that is down should not wait for the next day."""

from datetime import datetime

from yichuang.supervision import relations
from yichuang.supervision.judging.judgement import Tally, judgement, log_run
from yichuang.supervision.judging.whole import judge_whole
from yichuang.supervision.values import SweepReport

WATCHED = ("feeds", "nodes")


def watch_links(*, at: datetime) -> SweepReport:
    """Tell anew how sources and nodes stand, and judge it; raises ClockMovedBack."""
    by = judgement(kind="live", at=at)
    relations.look_again(on=by.day, at=by.at)
    tally = Tally()
    for relation in WATCHED:
        tally.add(judge_whole(rules=by.rules.of(relation), relation=relation, by=by))
    if tally.found or tally.changed or tally.ended:
        log_run(tally, by)
    return tally.report()
