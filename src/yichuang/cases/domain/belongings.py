"""Belongings: what stands beside a case's ledger and follows it to the node that handles it; pure.

The form's answers and the files of materials are no part of the chain, which names them by digest only. They travel in
pieces of one fixed grid, so that a piece may come twice, late or in any order, and a file is put together only when
its digest fits.
"""

from collections.abc import Iterable, Mapping, Set
from enum import StrEnum
from typing import Final

import msgspec

from yichuang.kernel.crypto import sm3
from yichuang.kernel.refusal import Refusal
from yichuang.kernel.words import N_

__all__ = [
    "PIECE_BYTES",
    "Belonging",
    "BelongingKind",
    "BelongingState",
    "BelongingUnfit",
    "Belongings",
    "ComingRow",
    "PieceUnfit",
    "Warrant",
]

# A piece in base64, within an envelope within an envelope, stays below the carriers' 512 KiB.
PIECE_BYTES: Final = 256 * 1024
# One list goes in one envelope. A case has sixty files at most (law/uploads.yaml), unless a city sets it otherwise.
MOST_ITEMS: Final = 150
# A form has at most 400,000 characters (law/uploads.yaml) of three bytes, and what JSON adds.
MOST_FORM_BYTES: Final = 2 * 1024 * 1024


class BelongingKind(StrEnum):
    """What it is."""

    FORM = "form"
    FILE = "file"


class BelongingState(StrEnum):
    """How it stands at this node."""

    COMING = "coming"
    KEPT = "kept"
    # It was here first, and another node was told of it.
    GIVEN = "given"
    GONE = "gone"
    REFUSED = "refused"


class Warrant(StrEnum):
    """What vouches for it: the chain by its digest, or nothing but the sender's signature."""

    LEDGER = "ledger"
    SENDER = "sender"


class BelongingUnfit(Refusal):
    """Something beside the ledger that is not what the chain names, or cannot be kept."""

    sentence = N_("办件{number}传来的“{what}”没有采用：{reason}")
    remedy = N_("请对方节点核对该办件的材料后重新传送；必要时请申请人重新提交")


class PieceUnfit(Refusal):
    """A piece that is not on the grid of its file."""

    sentence = N_("传来的一段不合：第{offset}字节起{length}字节，文件共{size}字节")
    remedy = N_("没有采用；请与对方节点核对版本")


class Belonging(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One thing beside the ledger, as one node tells another of it.

    `key` is the same at every node; `digest` is SM3 in hex over its bytes. Times are ISO texts. `salt` (hex) is a
    form's, `material`, `file_name`, `taken_at` are a file's; `taken_at` is empty while no act names it. `erased` was
    there once: nothing of it is left but the digest, which the chain holds anyway.
    """

    key: str
    kind: str
    size: int
    digest: str
    created_at: str
    material: str = ""
    file_name: str = ""
    taken_at: str = ""
    salt: str = ""
    erased: bool = False


class Belongings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All that a node has of a case. `seq` is the length of its chain by then; not `complete` while more is coming."""

    seq: int
    complete: bool
    items: tuple[Belonging, ...]


class ComingRow(msgspec.Struct, frozen=True):
    """Something that is not here, for pages: on its way (`arrived` of `size` bytes), refused, or gone at the sender."""

    kind: str
    material: str
    file_name: str
    size: int
    arrived: int
    state: str
    node: str
    reason: str = ""


def offsets(size: int) -> range:
    """Return where the pieces of so many bytes begin."""
    return range(0, size, PIECE_BYTES)


def check_piece(*, size: int, offset: int, length: int) -> None:
    """Refuse a piece that is not on its file's grid; raises PieceUnfit."""
    if offset < 0 or offset >= size or offset % PIECE_BYTES or length != min(PIECE_BYTES, size - offset):
        raise PieceUnfit(offset=offset, length=length, size=size)


def put_together(pieces: Mapping[int, bytes], *, size: int, digest: str) -> bytes | None:
    """Return the bytes of all pieces, None while one is missing or where they are not what the digest names."""
    if set(pieces) != set(offsets(size)):
        return None
    whole = b"".join(pieces[offset] for offset in offsets(size))
    return whole if len(whole) == size and sm3(whole).hex() == digest else None


def together(digests: Iterable[str]) -> str:
    """Return the SM3 that stands in the ledger for a material: of its file, or of its files' digests, one a line."""
    lines = list(digests)
    return lines[0] if len(lines) == 1 else sm3("\n".join(lines).encode()).hex() if lines else ""


def warrants(items: Iterable[Belonging], *, named: Mapping[str, Set[str]]) -> dict[str, Warrant | None]:
    """Return what vouches for each file, by key; None where the chain names something else.

    `named` are the digests that the chain's acts name, by material. Files that one act took together are named by one
    digest over all of theirs, in their order.
    """
    groups: dict[tuple[str, str], list[Belonging]] = {}
    for item in items:
        if item.kind == BelongingKind.FILE:
            groups.setdefault((item.material, item.taken_at), []).append(item)
    found: dict[str, Warrant | None] = {}
    for (material, taken_at), group in groups.items():
        digests = named.get(material, frozenset())
        whole = together(item.digest for item in group) in digests
        for item in group:
            if item.digest in digests or (taken_at and whole):
                found[item.key] = Warrant.LEDGER
            else:
                found[item.key] = None if taken_at else Warrant.SENDER
    return found
