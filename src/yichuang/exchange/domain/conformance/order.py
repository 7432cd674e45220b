"""Order: times of one case that cannot both be right, whatever the ledger makes of them."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from yichuang.cases.values import acts
from yichuang.exchange.domain.conformance.report import OrderFault
from yichuang.exchange.domain.ordering import Dated
from yichuang.kernel.words import N_

ACCEPTED_BEFORE_RECEIVED = N_("受理早于申请")
DECIDED_BEFORE_ACCEPTED = N_("决定早于受理")
CLOSED_BEFORE_ACCEPTED = N_("办结早于受理")
CLOSED_BEFORE_DECIDED = N_("办结早于决定")
PROMISED_BEFORE_ACCEPTED = N_("承诺办结时间早于受理")
STEP_ENDS_BEFORE_START = N_("环节结束早于开始")
PROCEDURE_ENDS_BEFORE_START = N_("特别程序结束早于开始")
DELIVERED_BEFORE_CLOSED = N_("送达早于决定")
IN_THE_FUTURE = N_("时刻在将来")


class OrderCount:
    """Counts the faults of order over many cases."""

    def __init__(self, *, now: datetime) -> None:
        self.now = now
        self._found: dict[str, list[str]] = {}

    def look_at(self, key: str, history: Sequence[Dated]) -> None:
        """Note what is wrong with the times of one case, each kind once."""
        for kind in dict.fromkeys(_faults(history, self.now)):
            self._found.setdefault(kind, []).append(key)

    def faults(self) -> tuple[OrderFault, ...]:
        """Return the faults, the commonest first."""
        ordered = sorted(self._found.items(), key=lambda one: (-len(one[1]), one[0]))
        return tuple(OrderFault(kind=kind, cases=len(keys), example_key=keys[0]) for kind, keys in ordered)


class _First(NamedTuple):
    received: datetime | None
    accepted: datetime | None
    decided: datetime | None
    closed: datetime | None


def _faults(history: Sequence[Dated], now: datetime) -> Iterator[str]:
    first = _First(
        _at(history, acts.Receive),
        _at(history, acts.Accept),
        _at(history, acts.Grant, acts.Refuse),
        _at(history, acts.Close),
    )
    pairs = (
        (first.received, first.accepted, ACCEPTED_BEFORE_RECEIVED),
        (first.accepted, first.decided, DECIDED_BEFORE_ACCEPTED),
        (first.accepted, first.closed, CLOSED_BEFORE_ACCEPTED),
        (first.decided, first.closed, CLOSED_BEFORE_DECIDED),
        (first.decided, _at(history, acts.Deliver), DELIVERED_BEFORE_CLOSED),
    )
    for earlier, later, kind in pairs:
        if earlier is not None and later is not None and later < earlier:
            yield kind
    for one in history:
        if isinstance(one.act, acts.Accept) and one.act.due_at is not None and one.act.due_at < one.at:
            yield PROMISED_BEFORE_ACCEPTED
        if one.at > now:
            yield IN_THE_FUTURE
    yield from _steps(history)
    started, ended = _at(history, acts.StartSpecialProcedure), _at(history, acts.EndSpecialProcedure)
    if started is not None and ended is not None and ended < started:
        yield PROCEDURE_ENDS_BEFORE_START


def _steps(history: Sequence[Dated]) -> Iterator[str]:
    """A step's start and end were read from one row; of one row only they can be held against one another."""
    starts = {(one.row, one.act.step): one.at for one in history if isinstance(one.act, acts.StartStep)}
    for one in history:
        if isinstance(one.act, acts.FinishStep):
            start = starts.get((one.row, one.act.step))
            if start is not None and one.at < start:
                yield STEP_ENDS_BEFORE_START


def _at(history: Sequence[Dated], *kinds: type[acts.Act]) -> datetime | None:
    return min((one.at for one in history if isinstance(one.act, kinds)), default=None)
