"""Source: what every reader gives: the file's columns, its records as often as asked, and how it was read."""

import gzip
import hashlib
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Protocol

from yichuang.exchange.domain.records import Record
from yichuang.exchange.domain.refusals import FileBroken, FileEmpty, FileMissing
from yichuang.kernel.words import N_

GZIP_MAGIC = b"\x1f\x8b"
_BLOCK = 1 << 20


class Source(Protocol):
    """One opened file. `survey` reads it to its end and raises what is wrong with the file as a whole."""

    encoding: str

    def survey(self) -> int:
        """Return the number of records, having read everything once; raises a refusal of the file."""

    def columns(self) -> tuple[set[str], set[str]]:
        """Return the columns of cases and of events; only after `survey`."""

    def records(self) -> Iterator[Record]:
        """Yield the records in the order of the file."""


@contextmanager
def opened(path: Path) -> Iterator[IO[bytes]]:
    """Open a file for its bytes, unpacking gzip on the way; raises FileMissing, FileEmpty, FileBroken."""
    try:
        with path.open("rb") as plain:
            head = plain.read(2)
            plain.seek(0)
            if not head:
                raise FileEmpty(file=path.name)
            if head == GZIP_MAGIC:
                with gzip.GzipFile(fileobj=plain) as unpacked:
                    yield unpacked  # type: ignore[misc] - a GzipFile reads bytes as any binary file
            else:
                yield plain
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        where = N_("压缩数据")
        raise FileBroken(file=path.name, where=where, reason=str(error)) from None
    except OSError as error:
        raise FileMissing(file=str(path), reason=error.strerror or str(error)) from None


def digest_of(path: Path) -> str:
    """Return SHA-256 of the file as it lies there, in hexadecimal; raises FileMissing."""
    try:
        with path.open("rb") as file:
            digest = hashlib.sha256()
            while block := file.read(_BLOCK):
                digest.update(block)
    except OSError as error:
        raise FileMissing(file=str(path), reason=error.strerror or str(error)) from None
    return digest.hexdigest()
