"""Office documents: DOCX, XLSX and OFD are archives. Is this one of them, of honest size, without a will of its own?

The table of contents is not believed: every part is unpacked against a budget, and counted as it comes.
"""

import re
import struct
import zipfile
import zlib
from typing import IO

from yichuang.cases.domain.attachments import (
    FileActive,
    FileBroken,
    FileEncrypted,
    FileExpands,
    FileTwoFaced,
    TypeNotAccepted,
)
from yichuang.cases.domain.filetypes import DOCX, OFD, XLSX, FileType
from yichuang.cases.domain.intake_law import UploadLaw
from yichuang.kernel.words import N_

# In how many ways the reader of archives fails on a broken one; each means the same to a person.
_BROKEN = (
    *(zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, struct.error),
    *(OSError, ValueError, OverflowError),
)
_READ = 1 << 16
_RATIO_FROM = 1 << 20
_PARTS = {
    "word/document.xml": DOCX,
    "xl/workbook.xml": XLSX,
    "OFD.xml": OFD,
}
_MAIN_TYPES = {
    DOCX: b"wordprocessingml.document.main+xml",
    XLSX: b"spreadsheetml.sheet.main+xml",
}
_MACROS, _CONTROLS, _OUTSIDE = N_("宏"), N_("控件或内嵌对象"), N_("外部链接的内容")
_FORBIDDEN_PARTS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"vbaproject|vbadata|macrosheets/|\.vba", re.IGNORECASE), _MACROS),
    (re.compile(r"activex/|\.ocx$|oleobject|\.(?:exe|dll|js|vbs|bat|ps1|hta|html?)$", re.IGNORECASE), _CONTROLS),
)
_EXTERNAL = re.compile(rb"<[^<>]*TargetMode\s*=\s*[\"']External[\"'][^<>]*>")
_HYPERLINK = re.compile(rb"Type\s*=\s*[\"'][^\"']*/hyperlink[\"']")
_DECLARATION = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_NESTED = (b"PK\x03\x04", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"MZ", b"\x7fELF", b"%PDF-", b"\xd0\xcf\x11\xe0")
# Drawings of older programs, packed by themselves.
_PACKED_DRAWINGS = (".emz", ".wmz")
_TYPES = "[Content_Types].xml"
_LONGEST_INDEX = 4 << 20
_DIRECTORY_END = struct.Struct("<4s4H2LH")
_CONTENTS = N_("内部目录与内容不符")


def inspect(file: IO[bytes], *, size: int, file_name: str, law: UploadLaw) -> FileType:
    """Return which office document an archive is.

    Raises TypeNotAccepted for any other archive, and FileBroken, FileTwoFaced, FileExpands, FileEncrypted, FileActive.
    """
    _check_end(file, size, file_name)
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
            _check_contents(entries, size, file_name, law)
            kind = _kind(entries, file_name)
            _read_all(archive, entries, kind, file_name, law)
    except _BROKEN as fault:
        raise FileBroken(file_name=file_name, reason=_CONTENTS) from fault
    except RuntimeError as fault:
        # Python's own word for a part that needs a password.
        raise FileEncrypted(file_name=file_name) from fault
    return kind


def _check_end(file: IO[bytes], size: int, file_name: str) -> None:
    """Refuse an archive that does not end with its own directory: something stands behind it, or in its comment."""
    if size < _DIRECTORY_END.size:
        raise FileBroken(file_name=file_name, reason=_CONTENTS)
    file.seek(size - _DIRECTORY_END.size)
    last = _DIRECTORY_END.unpack(file.read(_DIRECTORY_END.size))
    if last[0] != b"PK\x05\x06" or last[7]:
        file.seek(max(0, size - 66_000))
        hidden = b"PK\x05\x06" in file.read()
        if hidden:
            raise FileTwoFaced(file_name=file_name, reason=N_("文档结束之后还有其他内容"))
        raise FileBroken(file_name=file_name, reason=N_("没有结束标记，可能没有下载完整"))
    if last[5] + last[6] + _DIRECTORY_END.size != size:
        raise FileTwoFaced(file_name=file_name, reason=N_("文档内部夹有目录之外的数据"))


def _check_contents(entries: list[zipfile.ZipInfo], size: int, file_name: str, law: UploadLaw) -> None:
    if not entries:
        raise FileBroken(file_name=file_name, reason=_CONTENTS)
    if len(entries) > law.archive_entries:
        raise FileExpands(file_name=file_name, reason=N_("内部部件过多"))
    if sum(entry.file_size for entry in entries) > law.archive_bytes:
        raise FileExpands(file_name=file_name, reason=N_("展开后的大小超过上限"))
    names: set[str] = set()
    end = 0
    for entry in sorted(entries, key=lambda one: one.header_offset):
        name = entry.orig_filename
        # Two parts that share the same bytes are how a small file unpacks to terabytes.
        if entry.header_offset < end or entry.header_offset + entry.compress_size > size:
            raise FileExpands(file_name=file_name, reason=N_("内部部件互相重叠"))
        end = entry.header_offset + 30 + entry.compress_size
        if name.startswith("/") or "\\" in name or "\0" in name or ".." in name.split("/") or name.lower() in names:
            raise FileBroken(file_name=file_name, reason=N_("内部部件的名称不规范"))
        names.add(name.lower())
        if entry.flag_bits & 0x1:
            raise FileEncrypted(file_name=file_name)
        if entry.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
            raise FileBroken(file_name=file_name, reason=N_("使用了不常见的压缩方法"))
    if min(entry.header_offset for entry in entries):
        raise FileTwoFaced(file_name=file_name, reason=N_("文档开头夹有其他内容"))


def _kind(entries: list[zipfile.ZipInfo], file_name: str) -> FileType:
    names = {entry.filename for entry in entries}
    kinds = [kind for part, kind in _PARTS.items() if part in names]
    if len(kinds) > 1:
        raise FileTwoFaced(file_name=file_name, reason=N_("同一个文件是两种文档"))
    if not kinds or (kinds[0] is not OFD and _TYPES not in names):
        raise TypeNotAccepted(file_name=file_name, kind=N_("压缩包"), advice=N_("请解压后逐个上传"))
    for name in sorted(names):
        for pattern, what in _FORBIDDEN_PARTS:
            if pattern.search(name):
                raise FileActive(file_name=file_name, what=what)
    return kinds[0]


def _read_all(
    archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo], kind: FileType, file_name: str, law: UploadLaw
) -> None:
    left = law.archive_bytes
    for entry in entries:
        look = _Look(entry.filename, kind, file_name)
        read = 0
        with archive.open(entry) as part:
            while stretch := part.read(_READ):
                read += len(stretch)
                left -= len(stretch)
                if left < 0:
                    raise FileExpands(file_name=file_name, reason=N_("展开后的大小超过上限"))
                if read > _RATIO_FROM and read > law.archive_ratio * max(entry.compress_size, 1):
                    raise FileExpands(file_name=file_name, reason=N_("压缩比异常"))
                look.take(stretch)
        look.end()


class _Look:
    """Looks at one part as it is unpacked; keeps only what must be read as a whole."""

    def __init__(self, name: str, kind: FileType, file_name: str) -> None:
        self._name, self._kind, self._file_name = name, kind, file_name
        self._text = name.lower().endswith((".xml", ".rels"))
        self._whole = name == _TYPES or name.lower().endswith(".rels")
        self._kept = bytearray()
        self._first = True
        self._tail = b""

    def take(self, stretch: bytes) -> None:
        """Look at the next stretch."""
        if self._first and stretch.startswith(_NESTED) and not self._name.lower().endswith(_PACKED_DRAWINGS):
            raise FileTwoFaced(file_name=self._file_name, reason=N_("文档内嵌了另一个文件"))
        self._first = False
        if not self._text:
            return
        # Texts of two bytes a character are searched too.
        narrow = stretch.replace(b"\0", b"")
        if _DECLARATION.search(self._tail + narrow):
            raise FileActive(file_name=self._file_name, what=N_("实体声明"))
        self._tail = narrow[-16:]
        if self._whole:
            self._kept += narrow
            if len(self._kept) > _LONGEST_INDEX:
                raise FileExpands(file_name=self._file_name, reason=N_("内部部件过多"))

    def end(self) -> None:
        """Judge what had to be read as a whole."""
        text = bytes(self._kept)
        if self._name == _TYPES:
            if b"macroEnabled" in text or b"vbaProject" in text:
                raise FileActive(file_name=self._file_name, what=_MACROS)
            if self._kind in _MAIN_TYPES and _MAIN_TYPES[self._kind] not in text:
                raise FileBroken(file_name=self._file_name, reason=_CONTENTS)
        elif self._whole:
            for link in _EXTERNAL.findall(text):
                if not _HYPERLINK.search(link):
                    raise FileActive(file_name=self._file_name, what=_OUTSIDE)
