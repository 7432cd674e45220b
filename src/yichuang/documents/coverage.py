"""Which characters can a font file draw?

Stands between font files and the choice of faces: reads the `cmap` table of OpenType fonts and collections
(formats 4 and 12, ISO/IEC 14496-22), enough to know before typesetting that a name character is missing.
"""

import struct
from bisect import bisect_right
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Coverage:
    """Sorted, disjoint ranges of code points."""

    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def __contains__(self, char: str) -> bool:
        place = bisect_right(self.starts, ord(char)) - 1
        return place >= 0 and ord(char) <= self.ends[place]


NOTHING = Coverage((), ())


@lru_cache(maxsize=64)
def coverage(path: str, index: int = 0) -> Coverage:
    """Read the characters of one face of a font file; an unreadable file covers nothing."""
    try:
        with Path(path).open("rb") as file:
            data = _cmap(file.read(), index)
        ranges = sorted(_ranges(data))
    except (OSError, struct.error, StopIteration):
        return NOTHING
    return Coverage(tuple(start for start, _ in ranges), tuple(end for _, end in ranges))


def _cmap(data: bytes, index: int) -> bytes:
    base = struct.unpack_from(">I", data, 12 + 4 * index)[0] if data[:4] == b"ttcf" else 0
    count: int = struct.unpack_from(">H", data, base + 4)[0]
    records = (struct.unpack_from(">4sIII", data, base + 12 + 16 * i) for i in range(count))
    offset, length = next((o, n) for tag, _, o, n in records if tag == b"cmap")
    return data[offset : offset + length]


def _ranges(cmap: bytes) -> list[tuple[int, int]]:
    count: int = struct.unpack_from(">H", cmap, 2)[0]
    offsets = {struct.unpack_from(">HHI", cmap, 4 + 8 * i)[2] for i in range(count)}
    formats = {struct.unpack_from(">H", cmap, offset)[0]: offset for offset in sorted(offsets)}
    if 12 in formats:
        groups: int = struct.unpack_from(">I", cmap, formats[12] + 12)[0]
        start = formats[12] + 16
        return [(a, b) for a, b, _ in struct.iter_unpack(">III", cmap[start : start + 12 * groups])]
    if 4 not in formats:
        return []
    doubled: int = struct.unpack_from(">H", cmap, formats[4] + 6)[0]
    shape = f">{doubled // 2}H"
    ends = struct.unpack_from(shape, cmap, formats[4] + 14)
    starts = struct.unpack_from(shape, cmap, formats[4] + 16 + doubled)
    return [(a, b) for a, b in zip(starts, ends, strict=True) if a != 0xFFFF]
