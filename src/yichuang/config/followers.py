"""The followers of the ledger: everything that reads news from below, in one list (ADR 0002).

Live is a cursor near the end, rebuild is a cursor at zero; a follower that was killed goes on from its
own cursor. Each `advance` brings one follower to the end of the ledger and returns how much it did.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings

from yichuang.exchange.commands import follow_nodes, follow_webhooks
from yichuang.reporting.commands import follow_findings, follow_ledger
from yichuang.supervision.commands import follow as judge_news


@dataclass(frozen=True, slots=True)
class Follower:
    """One follower: its name, which is also its cursor's, and how it advances."""

    name: str
    advance: Callable[[], int]


# Judging first: a finding stands within a second of its event.
FOLLOWERS: tuple[Follower, ...] = (
    Follower(name="supervision.findings", advance=judge_news),
    Follower(name="reporting.findings", advance=follow_findings),
    Follower(name="reporting.cells", advance=follow_ledger),
    Follower(name="exchange.webhooks", advance=follow_webhooks),
    # Only a node among others has somebody to tell.
    *((Follower(name="exchange.nodes", advance=follow_nodes),) if settings.NODE else ()),
)
