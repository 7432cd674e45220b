"""The node file: who this installation is among the nodes, who the others are, and by which keys they sign.

One YAML file that the operator owns. Others' keys in it are anchors of trust: what a node announces later must be
signed by one of them, or by one that was announced so.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec
import yaml
from django.conf import settings

from yichuang.exchange.domain.topology import Place, Tree
from yichuang.exchange.nodes.values import NodeConfigFaulty, NodeNotConfigured
from yichuang.kernel.sm2 import PublicKey
from yichuang.kernel.words import N_


class KeyCard(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One public key of a node: PEM, or its point in hexadecimal digits."""

    public_key: str
    id: str = ""
    valid_until: datetime | None = None


class Card(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who a node is, as it says itself."""

    name: str
    level: str
    parent: str = ""
    title: str = ""
    url: str = ""
    divisions: tuple[str, ...] = ()


class PeerCard(Card, frozen=True, forbid_unknown_fields=True):
    """What a node hands to another: its card (名片)."""

    keys: tuple[KeyCard, ...] = ()


class NodeFile(Card, frozen=True, forbid_unknown_fields=True):
    """The file as it is written."""

    serials: tuple[int, ...] = ()
    peers: tuple[PeerCard, ...] = ()

    def card(self, keys: tuple[KeyCard, ...]) -> PeerCard:
        """Return this node's card, with these keys on it."""
        return PeerCard(*(getattr(self, column) for column in Card.__struct_fields__), keys=keys)


@dataclass(frozen=True, slots=True)
class Known:
    """A node as this installation knows it: never without a title."""

    name: str
    level: str
    parent: str
    title: str
    url: str
    divisions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PeerConfig(Known):
    """Another node; `keys` by their ids, each with the end of its time."""

    keys: dict[str, tuple[PublicKey, datetime | None]]


@dataclass(frozen=True, slots=True)
class NodeConfig(Known):
    """This node among the others."""

    serials: tuple[int, ...]
    peers: tuple[PeerConfig, ...]
    tree: Tree

    @property
    def neighbours(self) -> tuple[PeerConfig, ...]:
        """Return the nodes that envelopes are exchanged with directly: the parent, then the children."""
        near = self.tree.neighbours(self.name)
        return tuple(self.peer(name) for name in near)

    def peer(self, name: str) -> PeerConfig:
        """Return another node by its name; raises KeyError."""
        return next(peer for peer in self.peers if peer.name == name)


def is_node() -> bool:
    """Return whether this installation is a node at all."""
    return bool(settings.NODE) and Path(settings.NODE_FILE).exists()


def current() -> NodeConfig:
    """Return this node's configuration, read anew when its file changed; raises NodeNotConfigured, NodeConfigFaulty."""
    path = Path(settings.NODE_FILE)
    try:
        state = path.stat()
    except OSError as error:
        raise NodeNotConfigured(file=str(path)) from error
    return _load(path, state.st_mtime_ns, state.st_size)


@lru_cache(maxsize=16)
def _load(path: Path, _changed: int, _size: int) -> NodeConfig:
    return parse(path.read_text("utf-8"), file=str(path))


def read_file(path: Path) -> NodeFile:
    """Return the file as it is written, to be changed and written again; raises NodeNotConfigured, NodeConfigFaulty."""
    try:
        written: NodeFile = convert(path.read_text("utf-8"), NodeFile, file=str(path))
    except FileNotFoundError as error:
        raise NodeNotConfigured(file=str(path)) from error
    return written


def convert(text: str, kind: Any, *, file: str) -> Any:
    """Return YAML text as one of the shapes above; raises NodeConfigFaulty."""
    try:
        data = yaml.safe_load(text)
        return msgspec.convert(data, kind, strict=False)
    except (yaml.YAMLError, msgspec.MsgspecError) as error:
        raise NodeConfigFaulty(file=file, reason=" ".join(str(error).split())) from error


def parse(text: str, *, file: str) -> NodeConfig:
    """Return the configuration of a node file's text; raises NodeConfigFaulty, TreeBroken, KeyUnreadable."""
    written: NodeFile = convert(text, NodeFile, file=file)
    names = [written.name, *(peer.name for peer in written.peers)]
    if not written.name or len(set(names)) < len(names) or any(not _is_name(name) for name in names):
        raise NodeConfigFaulty(file=file, reason=N_("节点名称应为小写字母、数字和连字符，且不得重复"))
    if written.serials and (len(written.serials) != 2 or not 0 < written.serials[0] < written.serials[1]):
        raise NodeConfigFaulty(file=file, reason=N_("serials 写成 [起, 止]"))
    tree = Tree(
        [
            Place(written.name, written.level, written.parent),
            *(Place(peer.name, peer.level, peer.parent) for peer in written.peers),
        ]
    )
    return NodeConfig(
        *_columns(written),
        serials=written.serials,
        peers=tuple(_peer(peer, file=file) for peer in written.peers),
        tree=tree,
    )


def _peer(card: PeerCard, *, file: str) -> PeerConfig:
    keys = {}
    for one in card.keys:
        key = PublicKey.from_text(one.public_key)
        if one.id and one.id != key.key_id:
            raise NodeConfigFaulty(file=file, reason=f"{card.name}: {one.id} ≠ {key.key_id}")
        if one.valid_until is not None and one.valid_until.tzinfo is None:
            raise NodeConfigFaulty(file=file, reason=f"{card.name}: valid_until: {one.valid_until} (+08:00?)")
        keys[key.key_id] = (key, one.valid_until)
    return PeerConfig(*_columns(card), keys=keys)


def _columns(card: Card) -> tuple[str, str, str, str, str, tuple[str, ...]]:
    return card.name, card.level, card.parent, card.title or card.name, card.url, card.divisions


def _is_name(name: str) -> bool:
    return 0 < len(name) <= 32 and name.isascii() and all(c.islower() or c.isdigit() or c == "-" for c in name)


def write(path: Path, written: NodeFile) -> None:
    """Write a node file whole or not at all, after having read it as a configuration."""
    text = as_yaml(written)
    parse(text, file=str(path))
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(path.name + ".new")
    beside.write_text(text, "utf-8")
    beside.replace(path)


def as_yaml(shape: Any) -> str:
    """Return a shape as YAML, what is empty left out."""
    return str(yaml.safe_dump(_filled(msgspec.to_builtins(shape)), allow_unicode=True, sort_keys=False, width=120))


def _filled(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _filled(one) for key, one in value.items() if one not in ("", None, [], ())}
    if isinstance(value, list | tuple):
        return [_filled(one) for one in value]
    return value
