"""Relations: fills the stored small relations from the doors of the contexts that know, each in one transaction.

Cases are judged where they stand; everything else that is supervised is gathered here once a day into a table of its
own, and then judged by the same one condition a rule.
"""

from collections.abc import Callable, Iterable
from datetime import date, datetime

from yichuang.supervision.domain.relations import Value
from yichuang.supervision.relations import (
    callbacks,
    closings,
    feedback,
    feeds,
    fees,
    files,
    items,
    nodes,
    registers,
    results,
    series,
    visits,
    volumes,
)
from yichuang.supervision.relations.storing import store

Row = dict[str, Value]
Gather = Callable[..., Iterable[Row]]

# What knows the rows of a relation as of a day: `gather(on=, at=)` yields them by column, `key` among them.
GATHER: dict[str, Gather] = {
    "fees": fees.gather,
    "closings": closings.gather,
    "files": files.gather,
    "items": items.gather,
    "feedback": feedback.gather,
    "feeds": feeds.gather,
    "nodes": nodes.gather,
    "visits": visits.gather,
    "registers": registers.gather,
    "series": series.gather,
    "volumes": volumes.gather,
    "results": results.gather,
    "callbacks": callbacks.gather,
}


def refresh(*, on: date, at: datetime, names: Iterable[str] | None = None) -> dict[str, int]:
    """Fill the stored relations anew, all or those named, each in one transaction; return how many rows each has.

    `on` is the day against which they are told, `at` the instant. Raises KeyError for a relation nobody gathers.
    """
    return {name: store(name, GATHER[name](on=on, at=at)) for name in (GATHER if names is None else names)}


def look_again(*, on: date, at: datetime) -> None:
    """Tell anew how sources and nodes stand, as often as every minute; the rest is left to the day."""
    store("feeds", feeds.look_again(on=on, at=at))
    store("nodes", nodes.gather(on=on, at=at))
