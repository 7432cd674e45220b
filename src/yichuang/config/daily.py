"""The day: what the law, local rules and supervision bring about by lapse of time, in their order.

It stands in the composition root because cases must not know who judges them. `yichuang tick` does it on demand, the
loop of `yichuang follow` once a day by itself.
"""

from dataclasses import dataclass
from datetime import datetime

from yichuang.accounts.commands import forget_tokens
from yichuang.cases.commands import accept_by_lapse, return_by_lapse
from yichuang.exchange.commands import forget_answers
from yichuang.supervision import commands as supervision
from yichuang.supervision.values import TickReport


@dataclass(frozen=True, slots=True)
class Day:
    """What one day brought: the numbers of cases accepted and returned by lapse, and what was judged."""

    accepted: tuple[str, ...]
    returned: tuple[str, ...]
    judged: TickReport


def do_day(*, now: datetime, again: bool = False) -> Day:
    """Do the day: acceptance (art. 32 no. 4) and return by lapse first, so that supervision judges what they left.

    Judging is done once a day unless `again`. What systems asked longer than a week ago need not be answered alike any
    more, and tokens that are over are deleted. Raises ClockMovedBack, after the lapses.
    """
    accepted, returned = accept_by_lapse(now=now), return_by_lapse(now=now)
    forget_answers(now=now)
    forget_tokens(at=now)
    return Day(accepted, returned, supervision.tick(at=now, again=again))
