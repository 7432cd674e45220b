"""The keyring: the key that this node signs with, and the keys by which it knows the others.

Private keys are files that only their owner may read, in a folder of their own; `own.yaml` beside them says which is
the current one and until when each is good.
"""

import os
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec
from django.conf import settings

from yichuang.exchange.domain.envelopes import KnownKey
from yichuang.exchange.models.nodes import NodeKey
from yichuang.exchange.nodes.configuration import KeyCard, NodeConfig, as_yaml, convert, current
from yichuang.exchange.nodes.values import KeyLost
from yichuang.kernel.sm2 import PrivateKey, PublicKey, check_signatures


class OwnKeys(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The keys of this node, the oldest first; the last is the one that it signs with."""

    keys: tuple[KeyCard, ...] = ()


def make_key(*, valid_until: datetime | None) -> KeyCard:
    """Make a new private key's file and return its card. It signs nothing until `use_key`."""
    check_signatures()
    key = PrivateKey.generate()
    public = key.public
    folder = _folder()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / f"{public.key_id}.pem"
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(key.to_pem())
        file.flush()
        os.fsync(file.fileno())
    return KeyCard(public_key=public.to_hex(), id=public.key_id, valid_until=valid_until)


def use_key(card: KeyCard) -> None:
    """Sign with this key from now on."""
    path = _folder() / "own.yaml"
    beside = path.with_name("own.yaml.new")
    beside.write_text(as_yaml(OwnKeys((*own_keys(), card))), "utf-8")
    beside.replace(path)


def own_keys() -> tuple[KeyCard, ...]:
    """Return the cards of this node's keys, the oldest first."""
    path = _folder() / "own.yaml"
    if not path.exists():
        return ()
    kept: OwnKeys = convert(path.read_text("utf-8"), OwnKeys, file=str(path))
    return kept.keys


def signer() -> tuple[str, PrivateKey]:
    """Return the id of the key that this node signs with, and the key; raises KeyLost."""
    cards = own_keys()
    if not cards:
        raise KeyLost(file=str(_folder() / "own.yaml"))
    return cards[-1].id, private_key(cards[-1].id)


def private_key(key_id: str) -> PrivateKey:
    """Return one of this node's private keys; raises KeyLost."""
    path = _folder() / f"{key_id}.pem"
    try:
        return _private(path, path.stat().st_mtime_ns)
    except OSError as error:
        raise KeyLost(file=str(path)) from error


def sign_text(data: bytes) -> tuple[str, bytes]:
    """Return the id of the key that this node signs with now, and its signature over the bytes: for carriers."""
    key_id, key = signer()
    return key_id, key.sign(data)


def check_text(node: str, key_id: str, data: bytes, signature: bytes, at: datetime) -> bool:
    """Return whether the signature is of a key of that node that is valid now."""
    known = Keyring(current())(node, key_id)
    if known is None or (known.valid_until is not None and at >= known.valid_until):
        return False
    return known.verifier.verify(data, signature)


@lru_cache(maxsize=16)
def _private(path: Path, _changed: int) -> PrivateKey:
    return PrivateKey.from_pem(path.read_text("ascii"))


def _folder() -> Path:
    return Path(settings.NODE_KEYS)


class Keyring:
    """The keys of the others, looked up once for a batch."""

    def __init__(self, config: NodeConfig) -> None:
        self._config = config
        self._known: dict[tuple[str, str], KnownKey | None] = {}

    def __call__(self, node: str, key_id: str) -> KnownKey | None:
        """Return a key of a node, None where it is not known: the file's word goes before an announcement."""
        wanted = (node, key_id)
        if wanted not in self._known:
            self._known[wanted] = self._find(node, key_id)
        return self._known[wanted]

    def forget(self) -> None:
        """Look up anew: a key was announced."""
        self._known.clear()

    def _find(self, node: str, key_id: str) -> KnownKey | None:
        peer = next((peer for peer in self._config.peers if peer.name == node), None)
        if peer is None:
            return None
        if key_id in peer.keys:
            key, until = peer.keys[key_id]
            return KnownKey(key_id, key, until)
        row = NodeKey.objects.filter(node=node, key_id=key_id).first()
        return KnownKey(key_id, PublicKey.from_text(row.public_key), row.valid_until) if row else None


def newest_key(config: NodeConfig, node: str) -> tuple[str, datetime | None]:
    """Return id and end of the newest key known of another node, ("", None) where there is none."""
    row = NodeKey.objects.filter(node=node).order_by("-id").first()
    if row is not None:
        return row.key_id, row.valid_until
    keys: list[Any] = list(config.peer(node).keys.items())
    return (keys[-1][0], keys[-1][1][1]) if keys else ("", None)
