"""The door for changing supervision: judge, act on cards, publish rankings. Every act names who and when."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from yichuang.supervision.cards.notices import mark_read
from yichuang.supervision.cards.scores import publish_ranking
from yichuang.supervision.cards.workflow import (
    accept_rectification,
    appeal,
    cancel,
    cancel_cards,
    decide_appeal,
    issue_card,
    issue_cards,
    put_under_supervision,
    reply,
    send_letter,
    withdraw,
)
from yichuang.supervision.judging.follower import follow
from yichuang.supervision.judging.sweep import accept_clock, recompute_after_calendar, sweep
from yichuang.supervision.judging.tick import tick
from yichuang.supervision.judging.watch import watch_links
from yichuang.supervision.linkage.callbacks import draw_callbacks, record_callback
from yichuang.supervision.linkage.importing import import_register
from yichuang.supervision.linkage.reviewing import drop_entry, review_lead
from yichuang.supervision.linkage.running import link_registers
from yichuang.supervision.values import SweepReport

__all__ = [
    "accept_clock",
    "accept_rectification",
    "appeal",
    "cancel",
    "cancel_cards",
    "decide_appeal",
    "draw_callbacks",
    "drop_entry",
    "follow",
    "import_register",
    "issue_card",
    "issue_cards",
    "link_registers",
    "mark_read",
    "publish_ranking",
    "put_under_supervision",
    "rebuild",
    "recompute_after_calendar",
    "record_callback",
    "reply",
    "review_lead",
    "send_letter",
    "sweep",
    "tick",
    "watch_links",
    "withdraw",
]


def rebuild(
    *, at: datetime, folder: Path | None = None, progress: Callable[[str, int, int], None] | None = None
) -> SweepReport:
    """Judge everything anew by the bulk engine and write what differs from what stands.

    `progress` is told stage (facts, judge, merge), how much is done and of how much. Interrupted, it goes on when it is
    called again. Raises ClockMovedBack and what the bulk engine refuses.
    """
    # Here, because pages must not load the bulk engines.
    from yichuang.supervision.judging import rebuild as bulk

    return bulk.rebuild(at=at, folder=folder, progress=progress)
