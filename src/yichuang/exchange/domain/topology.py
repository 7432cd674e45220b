"""The tree of nodes: city above counties above towns; which way an envelope goes, and who must know of a case; pure."""

from collections.abc import Iterable, Mapping
from typing import Final

import msgspec

from yichuang.kernel.refusal import Refusal
from yichuang.kernel.words import N_

LEVELS: Final[tuple[str, ...]] = ("city", "county", "town")
LEVEL_LABELS: Final[dict[str, str]] = {"city": N_("市级"), "county": N_("县级"), "town": N_("镇级")}


class TreeBroken(Refusal):
    """The nodes of a configuration do not make a tree."""

    sentence = N_("节点“{node}”的上级不成树形：{reason}")
    remedy = N_("请核对节点配置中各节点的 level 和 parent")


class NodeUnknown(Refusal):
    """A node that the configuration does not name."""

    sentence = N_("节点配置中没有“{node}”")
    remedy = N_("请用 yichuang node meet 登记该节点的名片")


class Place(msgspec.Struct, frozen=True):
    """One node's place in the tree; `parent` is empty for the topmost only."""

    name: str
    level: str
    parent: str = ""


class Tree:
    """The nodes that a configuration knows, checked to be one tree."""

    def __init__(self, places: Iterable[Place]) -> None:
        """Take the places; raises TreeBroken."""
        self.places: Mapping[str, Place] = {place.name: place for place in places}
        roots = [place.name for place in self.places.values() if not place.parent]
        if len(roots) > 1:
            raise TreeBroken(node=roots[1], reason=N_("只能有一个最上级"))
        for place in self.places.values():
            if place.level not in LEVELS:
                raise TreeBroken(node=place.name, reason=N_("level 应为 city、county 或 town"))
            above = self.places.get(place.parent)
            if place.parent and above is None:
                raise TreeBroken(node=place.name, reason=N_("上级没有登记"))
            if above is not None and LEVELS.index(above.level) >= LEVELS.index(place.level):
                # Levels fall strictly, so there is no way round in a circle.
                raise TreeBroken(node=place.name, reason=N_("上级的级别不高于本级"))

    def __contains__(self, name: str) -> bool:
        return name in self.places

    def ancestors(self, name: str) -> tuple[str, ...]:
        """Return who stands above a node, the nearest first; raises NodeUnknown."""
        if name not in self.places:
            raise NodeUnknown(node=name)
        found: list[str] = []
        above = self.places[name].parent
        while above:
            found.append(above)
            above = self.places[above].parent
        return tuple(found)

    def below(self, name: str) -> tuple[str, ...]:
        """Return every node below one, sorted by name."""
        return tuple(sorted(one for one in self.places if one != name and name in self.ancestors(one)))

    def neighbours(self, name: str) -> tuple[str, ...]:
        """Return the nodes that one exchanges envelopes with directly: its parent, then its children by name."""
        parent = self.places[name].parent
        children = sorted(one.name for one in self.places.values() if one.parent == name)
        return (*((parent,) if parent else ()), *children)

    def next_hop(self, origin: str, destination: str) -> str:
        """Return the neighbour of `origin` towards `destination`; raises NodeUnknown where no way leads."""
        down = (destination, *self.ancestors(destination))
        if origin in down:
            place = down.index(origin)
            if place == 0:
                raise NodeUnknown(node=destination)
            return down[place - 1]
        above = self.ancestors(origin)
        if not above:
            raise NodeUnknown(node=destination)
        return above[0]

    def circle(self, holders: Iterable[str]) -> frozenset[str]:
        """Return who must know of a case: every node that held it, and all above these.

        A holder that this node does not know any more (retired) has nobody to be told.
        """
        found: set[str] = set()
        for holder in holders:
            if holder in self.places:
                found |= {holder, *self.ancestors(holder)}
        return frozenset(found)
