"""Encoding: which letters the bytes of a text file are. UTF-8 with or without BOM, GB18030, UTF-16 with BOM.

A few broken bytes cost their own rows only: they come through as half characters (surrogateescape)
and become faults of the fields they stand in. More than a few mean another encoding: the file is refused.
"""

import codecs
from pathlib import Path
from typing import NamedTuple

from yichuang.exchange.domain.refusals import WrongEncoding
from yichuang.exchange.reading.source import opened

AUTO = "auto"
_BLOCK = 1 << 18
_CANDIDATES = ("utf-8", "gb18030")
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
# One byte in a hundred that is no text: the rest is not to be trusted either.
_MOST_BROKEN = 100
_FEW = 3


class _Tried(NamedTuple):
    broken: int
    first_row: int
    length: int


def detect(path: Path, *, wanted: str = AUTO) -> str:
    """Return the codec to read a text file with; raises WrongEncoding, and what `opened` raises."""
    with opened(path) as file:
        head = file.read(4)
    marked = next((codec for mark, codec in _BOMS if head.startswith(mark)), "")
    if marked and wanted in {AUTO, marked.removesuffix("-sig")}:
        candidates: tuple[str, ...] = (marked,)
    else:
        candidates = _CANDIDATES if wanted == AUTO else (wanted,)
    tried = {codec: _try(path, codec) for codec in candidates[:1]}
    if tried[candidates[0]].broken:
        tried |= {codec: _try(path, codec) for codec in candidates[1:]}
    best = min(tried, key=lambda codec: tried[codec].broken)
    found = tried[best]
    if found.broken > _FEW and found.broken * _MOST_BROKEN > found.length:
        raise WrongEncoding(file=path.name, encoding="/".join(candidates), row=found.first_row, count=found.broken)
    return best


def _try(path: Path, codec: str) -> _Tried:
    errors = "replace" if codec == "utf-16" else "surrogateescape"
    decoder = codecs.getincrementaldecoder(codec)(errors)
    broken, first_row, row, length = 0, 0, 1, 0
    with opened(path) as file:
        while True:
            block = file.read(_BLOCK)
            text = decoder.decode(block, final=not block)
            length += len(text)
            if not text.isascii():
                here = [place for place, letter in enumerate(text) if _is_broken(letter)]
                if here and not broken:
                    first_row = row + text.count("\n", 0, here[0])
                broken += len(here)
            row += text.count("\n")
            if not block:
                return _Tried(broken, first_row, length)


def _is_broken(letter: str) -> bool:
    return "\ud800" <= letter <= "\udfff" or letter == "\ufffd"
