"""Holding: which node holds a case by this node's ledger, which held it, and whose signature new events need."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from yichuang.cases.queries import get_origin, list_links
from yichuang.cases.values import LinkRow
from yichuang.exchange.domain.topology import Tree

PASSED = "cases.case-passed-to-node.v1"


@dataclass(frozen=True, slots=True)
class Holding:
    """A case as the nodes see it; `holders` are all that ever held it, the founder first."""

    number: str
    seq: int
    holder: str
    holders: tuple[str, ...]

    def others(self, tree: Tree, *, own: str) -> tuple[str, ...]:
        """Return the nodes of a tree, but one's own, that ever held it: they may have what stands beside its ledger."""
        return tuple(node for node in self.holders if node != own and node in tree)


def find_holding(uuid: str) -> Holding | None:
    """Return who holds and who held a case, None where it is not here."""
    links = list_links(uuid=uuid)
    if not links:
        return None
    origin = get_origin(uuid)
    held = [origin.node, *(passed["to_node"] for passed in _passes(links))]
    return Holding(origin.number, links[-1].seq, held[-1], tuple(dict.fromkeys(held)))


def may_append(origin: str, *, held: str, new: Sequence[LinkRow], tree: Tree) -> bool:
    """Tell whether a node may have sent these new events of a case that `held` held before them.

    The holder may; whoever it was handed to in these events may send them along with its own; and a node that took it
    over from one below itself (retired, restored, out of reach) may.
    """
    if origin == held:
        return True
    for passed in _passes(new):
        receiver, giver = str(passed.get("to_node")), str(passed.get("from_node"))
        if receiver == origin and giver == held:
            return True
        if passed.get("taken_over") and receiver == origin and giver in tree and origin in tree.ancestors(giver):
            return True
        held = receiver
    return False


def handed_by(new: Sequence[LinkRow], *, to_node: str) -> str:
    """Return who handed a case to a node by the last of these new events' passes; "" where nobody did."""
    passed = _passes(new)
    if not passed or passed[-1]["to_node"] != to_node or passed[-1].get("taken_over"):
        return ""
    return str(passed[-1]["from_node"])


def _passes(links: Sequence[LinkRow]) -> list[dict[str, Any]]:
    return [msgspec.json.decode(link.payload) for link in links if link.name == PASSED]
