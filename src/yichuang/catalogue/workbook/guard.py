"""Guard: between a file somebody sent and the reader of workbooks. Answers whether it may be opened at all.

A workbook is a zip of XML. A small file can unpack to gigabytes, and one cell far out makes a reader
lay out the whole sheet up to it; both are told here, before the reader sees the file.
"""

import re
import zipfile
from dataclasses import dataclass
from io import BytesIO

from defusedxml import ElementTree

from yichuang.catalogue.refusals import WorkbookUnreadable
from yichuang.kernel.words import N_

MOST_BYTES = 16 * 2**20
MOST_UNPACKED = 96 * 2**20
MOST_MEMBERS = 500
LAST_ROW = 20_001
LAST_COLUMN = 100

_CHUNK = 2**20
# A start tag with its attributes; a quoted ">" does not end it.
_CELL = re.compile(
    rb"""<(?:[\w.-]+:)?(?:c|row)\s(?:[^>"']|"[^"]*"|'[^']*')*?\br\s*=\s*["']([A-Za-z]{0,5})(\d{1,12})["']"""
)
_FORMULA_WITHOUT_VALUE = re.compile(
    rb"""<c\s[^>]*?\br="([A-Z]{1,3}\d{1,7})"[^>]*>\s*<f[^>]*?(?:/>|>[^<]*</f>)\s*(?:<v\s*/>|<v></v>)?\s*</c>"""
)
_OLD_FORMAT = b"\xd0\xcf\x11\xe0"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


@dataclass(frozen=True, slots=True)
class Scan:
    """What the guard saw on its way: (sheet name, cell) of formulas that were saved without a value."""

    formulas_without_value: tuple[tuple[str, str], ...]


def _refuse(reason: str) -> WorkbookUnreadable:
    return WorkbookUnreadable(reason=reason)


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _unpack(archive: zipfile.ZipFile, name: str, left: list[int]) -> bytes:
    """Return a member, counting what comes out of it: the sizes a zip states may be lies."""
    data = bytearray()
    with archive.open(name) as member:
        while chunk := member.read(_CHUNK):
            left[0] -= len(chunk)
            if left[0] < 0:
                raise _refuse(N_("解压后超过96 MiB，可能是压缩炸弹"))
            data += chunk
    return bytes(data)


def _scan(text: bytes) -> list[str]:
    """Refuse cells beyond the bounds and return the formulas without a value, of one member."""
    # Another encoding would hide cells from the patterns; workbooks are written in UTF-8.
    if text[:2] in {b"\xff\xfe", b"\xfe\xff"} or (text[:1] in {b"<", b"\x00"} and b"\x00" in text[:4]):
        raise _refuse(N_("内部文件不是UTF-8编码"))
    for letters, digits in _CELL.findall(text):
        if int(digits) > LAST_ROW or (letters and _column_number(letters.upper()) > LAST_COLUMN):
            raise _refuse(N_("内容超过2万行或100列"))
    return [cell.decode() for cell in _FORMULA_WITHOUT_VALUE.findall(text)]


def _sheet_names(archive: zipfile.ZipFile) -> dict[str, str]:
    """Return the sheet name of each worksheet part."""
    try:
        relations = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
        targets = {
            relation.get("Id"): relation.get("Target", "").removeprefix("/xl/").removeprefix("/")
            for relation in relations
        }
        workbook = ElementTree.fromstring(archive.read("xl/workbook.xml"))
    except (KeyError, ElementTree.ParseError, ValueError) as error:
        raise _refuse(N_("缺少工作簿目录或目录损坏")) from error
    return {
        f"xl/{targets.get(sheet.get(_RELATION), '')}": sheet.get("name", "")
        for sheet in workbook.iter()
        if sheet.tag.endswith("}sheet")
    }


def check(data: bytes) -> Scan:
    """Return what a look at the file shows; refuses with `WorkbookUnreadable` what must not be opened."""
    if not data:
        raise _refuse(N_("文件是空的（0字节）"))
    if len(data) > MOST_BYTES:
        raise _refuse(N_("文件超过16 MiB"))
    if data.startswith(_OLD_FORMAT):
        raise _refuse(N_("文件是旧的 .xls 格式，或设有打开密码"))
    left = [MOST_UNPACKED]
    found: list[tuple[str, str]] = []
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            members = archive.infolist()
            if len(members) > MOST_MEMBERS or len({m.filename for m in members}) != len(members):
                raise _refuse(N_("压缩包内文件过多或重名"))
            if sum(member.file_size for member in members) > MOST_UNPACKED:
                raise _refuse(N_("解压后超过96 MiB，可能是压缩炸弹"))
            bare = {m.filename: _scan(_unpack(archive, m.filename, left)) for m in members if not m.is_dir()}
            names = _sheet_names(archive)
            for part, cells in bare.items():
                found += [(names[part], cell) for cell in cells if part in names]
    # zlib.error and friends: a damaged member can fail in many ways inside the standard library.
    except (zipfile.BadZipFile, EOFError, OSError, RuntimeError, NotImplementedError, ArithmeticError) as error:
        raise _refuse(N_("文件不是 .xlsx 工作簿，或已损坏")) from error
    return Scan(formulas_without_value=tuple(found))
