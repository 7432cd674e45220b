"""Feeds: how one source reports, as the relation of feeds was last filled; pure."""

from dataclasses import dataclass
from datetime import date

# Whoever has reported on so many days reports regularly, and is missed when he does not; a file taken over once is not.
REGULAR_DAYS = 3


def is_regular(days: int) -> bool:
    """Return whether a source that has reported on so many days is expected to go on."""
    return days >= REGULAR_DAYS


def system_of(*, supervision: bool, compatible: bool) -> str:
    """Return how a centre is connected: its own system apart, one connected with the city's, or none."""
    if not supervision:
        return "none"
    return "connected" if compatible else "own"


@dataclass(frozen=True, slots=True)
class FeedRow:
    """One source: whether reports are expected, how late and how complete they are, what waits in quarantine.

    `silent_days` are working days; `incomplete_permille` the share of the last month's cases that lack what is
    mandatory; `system` is own, connected or none.
    """

    source: str
    county: str
    expected: bool
    last_report_on: date | None
    silent_days: int
    waiting: int
    filed: int
    incomplete_permille: int
    system: str
