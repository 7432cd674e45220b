"""Corrections: which events of a ledger count, after its source has reported the past otherwise; pure.

The ledger only grows. A correcting event says in which order the events count from now on; what it does not name was
withdrawn, and still stands in the ledger for everyone to see.
"""

from collections.abc import Iterable, Mapping, Sequence

from yichuang.kernel.words import N_

UPDATE, DELETE, LATE = "update", "delete", "late"
# The batch of what another branch of the case held (branches.py).
FORK = "fork"
# What the source did, as it is told to people.
OPERATIONS: dict[str, str] = {UPDATE: N_("来源修改"), DELETE: N_("来源删除"), LATE: N_("来源补报")}
# What a correction took back, in its time line: titles of events, with SEPARATOR between them.
WITHDRAWN_LABEL = N_("撤回的记录")


def effective(length: int, corrections: Mapping[int, Sequence[int]]) -> tuple[int, ...]:
    """Return the places, counted from 1, of the events of a ledger of this length that count, in their true order.

    `corrections` are the orders of the correcting events by their own places. Total: a place that is not there or comes
    again is passed over; what came after the last correction and is not named by it counts at the end.
    """
    if not corrections:
        return tuple(range(1, length + 1))
    last = max(corrections)
    named = dict.fromkeys(corrections[last])
    order = [place for place in named if 0 < place <= length and place not in corrections]
    return (*order, *(place for place in range(last + 1, length + 1) if place not in named))


def withdrawn(length: int, corrections: Mapping[int, Sequence[int]]) -> dict[int, int]:
    """Return by which correction each event was withdrawn that does not count, by place; the last one that took it."""
    counting = set(effective(length, corrections))
    taken: dict[int, int] = {}
    for place in sorted(corrections):
        before = set(effective(place - 1, {at: order for at, order in corrections.items() if at < place}))
        taken.update(dict.fromkeys(before - set(corrections[place]), place))
    return {seq: place for seq, place in taken.items() if seq not in counting}


def operation_of(*, stood: Sequence[int], stands: Iterable[int]) -> str:
    """Return what a source did to a history whose places were `stood` and of which `stands` are left."""
    return UPDATE if set(stood) - set(stands) else LATE
