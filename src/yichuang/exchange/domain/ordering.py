"""Ordering: the acts of one record, gathered from many columns, into one history.

Acts stand in the order of their instants; at one instant in the order in which the law has them. The
receipt always comes first: if its time is not the earliest, the ledger says so.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from msgspec.structs import replace

from yichuang.cases.values import acts

_MIDDLE = 50
_STEPS = (acts.StartStep, acts.FinishStep)
_RANKS: dict[type[acts.Act], int] = {
    acts.PreExamine: 2,
    acts.CorrectMaterials: 3,
    acts.RequestSupplement: 4,
    acts.TakeSupplement: 5,
    acts.LapseSupplement: 6,
    acts.RefuseAcceptance: 8,
    acts.Accept: 10,
    acts.Grant: 60,
    acts.Refuse: 60,
    acts.IssueCertificate: 70,
    acts.Forward: 75,
    acts.Deliver: 80,
    acts.Withdraw: 85,
    acts.Close: 90,
    acts.Void: 95,
    acts.Archive: 99,
}


class Dated(NamedTuple):
    """One act with its instant, and where the source said so; `received_at` is when that row first reached us."""

    act: acts.Act
    at: datetime
    row: int
    field: str
    value: str
    received_at: datetime | None = None


def in_order(receipt: Dated, others: Sequence[Dated], *, at_closing: bool) -> list[Dated]:
    """Return the history; `at_closing` moves steps that were finished after the closing to its instant.

    The ledger has no place for a step after the closing. A mapping may say that such steps were only
    typed in late; the instant that the source recorded is then kept in the step's opinion.
    """
    history = sorted(others, key=lambda one: (one.at, _RANKS.get(type(one.act), _MIDDLE)))
    closing = next((place for place, one in enumerate(history) if isinstance(one.act, acts.Close)), None)
    if at_closing and closing is not None:
        late = [one for one in history[closing + 1 :] if isinstance(one.act, _STEPS)]
        rest = [one for one in history[closing + 1 :] if not isinstance(one.act, _STEPS)]
        closed = history[closing]
        history = [*history[:closing], *(_moved(one, closed.at) for one in late), closed, *rest]
    return [receipt, *history]


def _moved(late: Dated, at: datetime) -> Dated:
    act = late.act
    if not isinstance(act, acts.FinishStep):
        return late._replace(at=at)
    note = f"来源记录时间{late.at.isoformat()}，晚于办结时间{at.isoformat()}"
    opinion = f"{act.opinion}；{note}" if act.opinion else note
    return late._replace(act=replace(act, opinion=opinion), at=at)
