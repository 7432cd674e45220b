"""Pictures: is this JPEG, PNG or WebP only a picture, whole, and small enough to show?

The structure is walked by hand, because a decoder stops where the picture ends and never sees what is hidden behind.
"""

import re
import struct
import zlib
from threading import Lock
from typing import IO

from PIL import Image

from yichuang.cases.domain.attachments import FileBroken, FileTwoFaced, PictureTooLarge
from yichuang.cases.domain.filetypes import JPEG, PNG, WEBP, FileType
from yichuang.kernel.words import N_

# What makes a browser, a shell or an archive program read a picture as something else.
_FOREIGN = re.compile(rb"<\s*(?:script|html|svg|iframe|body|!doctype)\b|<\?php|%PDF-[0-9]|javascript:", re.IGNORECASE)
_ARCHIVE_END = b"PK\x05\x06"
# A large picture takes hundreds of megabytes while it is decoded.
ONE_AT_A_TIME = Lock()
_TEXT_LIMIT = 1 << 20
_MOST_PARTS = 100_000
# Cameras write a second picture, a depth map or a short film behind the first (MPF, motion photo).
_SECOND_PICTURE, _FILM = b"\xff\xd8\xff", b"ftyp"
_CAMERA_TRAILERS = (b"SEFH", b"SEFT")

_HIDDEN = N_("图片数据之后还有其他内容")
_ARCHIVE = N_("图片里藏有压缩包")
_PAGE = N_("图片里藏有网页、脚本或PDF")
_CUT = N_("图片数据不完整")


def inspect(file: IO[bytes], *, kind: FileType, file_name: str, most_pixels: int) -> None:
    """Refuse a picture that is more or less than a picture; raises FileBroken, FileTwoFaced, PictureTooLarge."""
    file.seek(0)
    data = file.read()
    if _ARCHIVE_END in data[-66_000:]:
        raise FileTwoFaced(file_name=file_name, reason=_ARCHIVE)
    try:
        _WALKS[kind](data, file_name)
    except (IndexError, struct.error, zlib.error):
        raise FileBroken(file_name=file_name, reason=_CUT) from None
    _measure(file, kind=kind, file_name=file_name, most_pixels=most_pixels)


def _measure(file: IO[bytes], *, kind: FileType, file_name: str, most_pixels: int) -> None:
    """Judge the announced size before a single pixel is decoded, then let the decoder see whether all is there."""
    file.seek(0)
    try:
        with ONE_AT_A_TIME, Image.open(file, formats=[kind.key.upper()]) as picture:
            width, height = picture.size
            if width * height > most_pixels:
                raise PictureTooLarge(file_name=file_name, pixels=width * height // 10_000, limit=most_pixels // 10_000)
            if kind is JPEG:
                # An eighth of the size decodes the whole stream at little cost.
                picture.draft("RGB", (max(1, width // 8), max(1, height // 8)))
            picture.load()
    except PictureTooLarge:
        raise
    except Image.DecompressionBombError:
        raise PictureTooLarge(file_name=file_name, pixels=most_pixels // 5_000, limit=most_pixels // 10_000) from None
    # A broken picture makes a decoder fail in many ways; each means the same to a person.
    except (OSError, SyntaxError, ValueError, EOFError, struct.error, zlib.error, IndexError, TypeError) as fault:
        raise FileBroken(file_name=file_name, reason=_CUT) from fault


def _refuse_foreign(text: bytes, file_name: str) -> None:
    if _FOREIGN.search(text[:_TEXT_LIMIT]):
        raise FileTwoFaced(file_name=file_name, reason=_PAGE)


def _walk_jpeg(data: bytes, file_name: str) -> None:
    # FF D8 FF E0 "/*": a length that is at the same time the beginning of a comment of JavaScript.
    if data[4:6] == b"/*":
        raise FileTwoFaced(file_name=file_name, reason=_PAGE)
    place = 2
    while True:
        if data[place] != 0xFF:
            raise FileBroken(file_name=file_name, reason=_CUT)
        while data[place] == 0xFF:
            place += 1
        marker = data[place]
        place += 1
        if marker == 0xD9:
            break
        if marker in {0x01, *range(0xD0, 0xD8)}:
            continue
        length = struct.unpack_from(">H", data, place)[0]
        if length < 2 or place + length > len(data):
            raise FileBroken(file_name=file_name, reason=_CUT)
        if marker == 0xFE or 0xE0 <= marker <= 0xEF:
            _refuse_foreign(data[place + 2 : place + length], file_name)
        place += length
        if marker == 0xDA:
            place = _after_scan(data, place)
    _refuse_trailer(data[place:], file_name)


def _after_scan(data: bytes, place: int) -> int:
    """Return where the entropy-coded data end: at the first marker that is neither stuffing nor a restart."""
    while True:
        place = data.find(b"\xff", place)
        if place < 0:
            raise IndexError
        if data[place + 1] == 0x00 or 0xD0 <= data[place + 1] <= 0xD7:
            place += 2
        elif data[place + 1] == 0xFF:
            place += 1
        else:
            return place


def _refuse_trailer(rest: bytes, file_name: str) -> None:
    if not rest.strip(b"\0\r\n "):
        return
    _refuse_foreign(rest[:4096], file_name)
    _refuse_foreign(rest[-4096:], file_name)
    known = rest.startswith(_SECOND_PICTURE) or rest[4:8] == _FILM
    if not known and not any(mark in rest[-64:] for mark in _CAMERA_TRAILERS):
        raise FileTwoFaced(file_name=file_name, reason=_HIDDEN)


def _walk_png(data: bytes, file_name: str) -> None:
    place, parts = 8, 0
    while True:
        length, name = struct.unpack_from(">I4s", data, place)
        end = place + 12 + length
        parts += 1
        if end > len(data) or parts > _MOST_PARTS:
            raise FileBroken(file_name=file_name, reason=_CUT)
        if name in {b"tEXt", b"iTXt", b"zTXt", b"eXIf"}:
            _refuse_foreign(_text_of(name, data[place + 8 : end - 4]), file_name)
        place = end
        if name == b"IEND":
            break
    if data[place:].strip(b"\0\r\n "):
        raise FileTwoFaced(file_name=file_name, reason=_HIDDEN)


def _text_of(name: bytes, chunk: bytes) -> bytes:
    if name == b"zTXt":
        _, _, packed = chunk.partition(b"\0")
        return zlib.decompressobj().decompress(packed[1:], _TEXT_LIMIT)
    return chunk


def _walk_webp(data: bytes, file_name: str) -> None:
    length = struct.unpack_from("<I", data, 4)[0] + 8
    if length > len(data):
        raise FileBroken(file_name=file_name, reason=_CUT)
    if data[length:].strip(b"\0"):
        raise FileTwoFaced(file_name=file_name, reason=_HIDDEN)
    place, parts = 12, 0
    while place + 8 <= length:
        name, size = struct.unpack_from("<4sI", data, place)
        parts += 1
        if place + 8 + size > length or parts > _MOST_PARTS:
            raise FileBroken(file_name=file_name, reason=_CUT)
        if name in {b"EXIF", b"XMP "}:
            _refuse_foreign(data[place + 8 : place + 8 + size], file_name)
        elif not name.isalnum() and name not in {b"VP8 ", b"ICCP"}:
            raise FileTwoFaced(file_name=file_name, reason=_HIDDEN)
        place += 8 + size + size % 2


_WALKS = {JPEG: _walk_jpeg, PNG: _walk_png, WEBP: _walk_webp}
