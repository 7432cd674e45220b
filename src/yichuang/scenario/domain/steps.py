"""Steps in time: between an invented history and the limits of its steps. Who would be late with one, finishes earlier.

A half-year is late where its story says so and nowhere else: a case within its promise has no step beyond its limit.
"""

from yichuang.cases.values import acts

_LATE_IN_THE_DAY = 0.9


def finished_in_time(history: list[tuple[acts.Act, float]]) -> list[tuple[acts.Act, float]]:
    """Return the history with every step finished on the last day of its limit at the latest; order of time is kept."""
    begun: dict[str, tuple[float, int]] = {}
    moved = False
    for place, (act, at) in enumerate(history):
        if isinstance(act, acts.StartStep):
            if act.limit is not None:
                begun[act.step] = at, act.limit.amount
        elif isinstance(act, acts.FinishStep) and act.step in begun:
            start, days = begun.pop(act.step)
            latest = int(start) + days + _LATE_IN_THE_DAY
            if int(at) > int(latest):
                history[place] = act, latest
                moved = True
    return sorted(history, key=lambda one: one[1]) if moved else history
