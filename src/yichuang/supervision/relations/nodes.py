"""Nodes: how things stand with every other node, and how long its key still lasts."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from yichuang.exchange.queries import list_conflicts, list_nodes
from yichuang.supervision.domain.relations import Value


def _minutes(span: timedelta) -> int:
    return int(span / timedelta(minutes=1))


def gather(*, on: date, at: datetime) -> Iterator[dict[str, Value]]:
    """Yield every other node; nothing where this installation is no node."""
    conflicts = Counter(conflict.node for conflict in list_conflicts())
    for node in list_nodes(at=at):
        yield {
            "key": node.name,
            "node": node.name,
            "county": next(iter(node.divisions), "")[:6],
            "organisation": "",
            "neighbour": node.neighbour,
            "silent_minutes": None if node.heard_at is None else max(_minutes(at - node.heard_at), 0),
            "backlog": node.backlog,
            "waiting": node.waiting,
            "refused": node.refused,
            "skew_minutes": _minutes(timedelta(seconds=node.skew_seconds or 0)),
            "complete_permille": node.complete_permille,
            "key_days_left": None if node.key_valid_until is None else (node.key_valid_until.date() - on).days,
            "conflicts": conflicts[node.name],
        }
