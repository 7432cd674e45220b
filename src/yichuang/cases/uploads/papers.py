"""PDF papers: do they only show something, or do they also do something when they are opened?

Names are searched in the raw bytes (with #xx undone) and in every object stream, because a reader that rebuilds a
damaged table of objects finds what another one misses. What is encrypted cannot be searched and is refused.
"""

import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import IO, Any

import pypdfium2

from yichuang.cases.domain.attachments import FileActive, FileBroken, FileEncrypted, FileExpands, FileTwoFaced
from yichuang.kernel.words import N_

# PDFium is not made for two threads.
_ONE_AT_A_TIME = Lock()

_SCRIPT, _PROGRAM, _EMBEDDED = N_("脚本"), N_("启动其他程序的动作"), N_("内嵌文件")
_MEDIA, _FORM, _SENDING = N_("多媒体"), N_("动态表单"), N_("自动提交或导入数据的动作")
_ENDS = rb"(?=[\s/<>\[\]()%{}]|$)"
_HELD = rb"\s*(?:<<|\[|[0-9]+\s+[0-9]+\s+R)"
_ACTIVE: tuple[tuple[re.Pattern[bytes], str], ...] = (
    (re.compile(rb"/(?:JavaScript|Rendition)" + _ENDS), _SCRIPT),
    (re.compile(rb"/Launch" + _ENDS), _PROGRAM),
    (re.compile(rb"/(?:EmbeddedFiles?|FileAttachment|GoToE)" + _ENDS + rb"|/EF" + _HELD), _EMBEDDED),
    (re.compile(rb"/RichMedia(?:Content)?" + _ENDS + rb"|/Subtype\s*/(?:Movie|Screen|Sound|3D)" + _ENDS), _MEDIA),
    (re.compile(rb"/XFA" + _HELD), _FORM),
    (re.compile(rb"/(?:SubmitForm|ImportData)" + _ENDS), _SENDING),
)
_ENCRYPT = re.compile(rb"/Encrypt" + _ENDS)
_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
# Data begin after the line end; readers are lenient about it, and packed data never begin with white space.
_STREAM = re.compile(rb"(?<!end)stream[\0\t\f\r\n ]*")
_OBJECT_STREAM = re.compile(rb"/ObjStm" + _ENDS)
_FILTER = re.compile(rb"/Filter\s*(/[A-Za-z0-9]+" + _ENDS + rb"|\[[^\]]*\]|[0-9]+\s+[0-9]+\s+R)")
_PLAIN_FILTERS = frozenset({b"/FlateDecode", b"/Fl"})
_UNCHANGED = re.compile(rb"/Predictor\s+1\b")
_PAGE_MARKUP = re.compile(rb"<\s*(?:script|html|svg|iframe|!doctype)\b|<\?php", re.IGNORECASE)
_DAMAGED = N_("文件结构不规范，无法检查")


def inspect(file: IO[bytes], *, file_name: str, most_pages: int, most_bytes: int) -> int:
    """Return the number of pages of a paper that only shows; `most_bytes` bounds what object streams unpack to.

    Raises FileBroken, FileTwoFaced, FileEncrypted, FileActive, FileExpands.
    """
    file.seek(0)
    data = file.read()
    _check_ends(data, file_name)
    plain = _unescaped(data)
    if _ENCRYPT.search(plain):
        raise FileEncrypted(file_name=file_name)
    _refuse_active(plain, file_name)
    left = most_bytes
    for text in _object_streams(data, file_name, most_bytes):
        left -= len(text)
        if left < 0:
            raise FileExpands(file_name=file_name, reason=N_("内部对象过多"))
        _refuse_active(_unescaped(text), file_name)
    return _count_pages(data, file_name, most_pages)


def _check_ends(data: bytes, file_name: str) -> None:
    """Refuse what stands before the header or behind the last end mark: another file in the same bytes."""
    if not re.match(rb"%PDF-[12]\.[0-9]", data):
        raise FileBroken(file_name=file_name, reason=N_("不是有效的PDF版本"))
    end = data.rfind(b"%%EOF")
    if end < 0:
        raise FileBroken(file_name=file_name, reason=N_("没有结束标记，可能没有下载完整"))
    if data[end + 5 :].strip(b"\0\r\n\t "):
        raise FileTwoFaced(file_name=file_name, reason=N_("PDF结束之后还有其他内容"))
    if b"PK\x05\x06" in data[-66_000:]:
        raise FileTwoFaced(file_name=file_name, reason=N_("PDF里藏有压缩包"))
    if _PAGE_MARKUP.search(data[:1024]):
        raise FileTwoFaced(file_name=file_name, reason=N_("PDF里藏有网页或脚本"))


def _unescaped(data: bytes) -> bytes:
    return _ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), data) if b"#" in data else data


def _refuse_active(text: bytes, file_name: str) -> None:
    for pattern, what in _ACTIVE:
        if pattern.search(text):
            raise FileActive(file_name=file_name, what=what)


def _object_streams(data: bytes, file_name: str, most_bytes: int) -> Iterator[bytes]:
    """Yield every object stream unpacked; one packed in an unusual way cannot be searched and is refused."""
    before = 0
    for found in _STREAM.finditer(data):
        # All since the stream before: a comment or a string may pretend that an object ends within its dictionary.
        head = _unescaped(data[before : found.start()])
        before = found.end()
        if not _OBJECT_STREAM.search(head):
            continue
        filters = {used.strip(b"[] \r\n\t") for used in _FILTER.findall(head)}
        if not filters <= _PLAIN_FILTERS or (b"/DecodeParms" in head and not _UNCHANGED.search(head)):
            raise FileBroken(file_name=file_name, reason=_DAMAGED)
        if filters:
            try:
                yield zlib.decompressobj().decompress(data[found.end() :], most_bytes + 1)
            except zlib.error:
                raise FileBroken(file_name=file_name, reason=_DAMAGED) from None


@contextmanager
def opened(data: bytes) -> Iterator[Any]:
    """Open a paper with PDFium, alone; raises pypdfium2.PdfiumError."""
    with _ONE_AT_A_TIME:
        document = pypdfium2.PdfDocument(data)
        try:
            yield document
        finally:
            document.close()


def _count_pages(data: bytes, file_name: str, most_pages: int) -> int:
    try:
        with opened(data) as document:
            pages = len(document)
            if document.count_attachments():
                raise FileActive(file_name=file_name, what=_EMBEDDED)
    except pypdfium2.PdfiumError as fault:
        if "password" in str(fault).lower():
            raise FileEncrypted(file_name=file_name) from None
        raise FileBroken(file_name=file_name, reason=N_("PDF阅读程序打不开")) from fault
    if not pages:
        raise FileBroken(file_name=file_name, reason=N_("一页也没有"))
    if pages > most_pages:
        raise FileExpands(file_name=file_name, reason=N_("页数过多"))
    return pages
