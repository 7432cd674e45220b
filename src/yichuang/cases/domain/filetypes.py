"""File types: what a file is by its own first bytes, and whether its name tells the truth.

Pure: bytes and names in, a type or a refusal out. What stands further inside is looked at by `uploads/`.
"""

import re
import unicodedata
from dataclasses import dataclass

from yichuang.cases.domain.attachments import FileBroken, FileEmpty, NameMisleading, TypeMismatch, TypeNotAccepted
from yichuang.kernel.words import N_

HEAD_BYTES = 4096
SHOWN_LENGTH = 120


@dataclass(frozen=True, slots=True)
class FileType:
    """One accepted type: `family` says which endings are the same to a person."""

    key: str
    media_type: str
    family: str
    endings: tuple[str, ...]
    title: str


JPEG = FileType("jpeg", "image/jpeg", "picture", ("jpg", "jpeg", "jpe", "jfif"), N_("JPG图片"))
PNG = FileType("png", "image/png", "picture", ("png",), N_("PNG图片"))
WEBP = FileType("webp", "image/webp", "picture", ("webp",), N_("WebP图片"))
PDF = FileType("pdf", "application/pdf", "pdf", ("pdf",), N_("PDF文件"))
DOCX = FileType(
    "docx",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "docx",
    ("docx",),
    N_("Word文档（docx）"),
)
XLSX = FileType(
    "xlsx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "xlsx",
    ("xlsx",),
    N_("Excel表格（xlsx）"),
)
OFD = FileType("ofd", "application/ofd", "ofd", ("ofd",), N_("OFD版式文件"))
# Which of the three it is, only its entries tell.
ARCHIVE = FileType("archive", "application/zip", "archive", (), N_("压缩包"))
ACCEPTED: tuple[FileType, ...] = (JPEG, PNG, WEBP, PDF, DOCX, XLSX, OFD)
PICTURES = frozenset({JPEG, PNG, WEBP})
PREVIEWED = PICTURES | {PDF}
BY_MEDIA_TYPE = {kind.media_type: kind for kind in ACCEPTED}

_SAVE_AS = N_("请用原来的程序另存为其中一种格式")
_PHOTO = N_("请在手机上把照片格式设为“兼容性最佳”（JPG）后重拍，或截图后上传")
_UNPACK = N_("请解压后逐个上传")
_PRINT = N_("网页请“打印为PDF”后上传")
_FOREIGN: tuple[tuple[bytes, str, str], ...] = (
    (b"GIF8", N_("GIF动图"), _SAVE_AS),
    (b"BM", N_("BMP图片"), _SAVE_AS),
    (b"II*\0", N_("TIFF图片"), _SAVE_AS),
    (b"MM\0*", N_("TIFF图片"), _SAVE_AS),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", N_("旧版Office文档（doc、xls）或设有密码的文档"), _SAVE_AS),
    (b"{\\rtf", N_("RTF文档"), _SAVE_AS),
    (b"Rar!", N_("压缩包"), _UNPACK),
    (b"7z\xbc\xaf\x27\x1c", N_("压缩包"), _UNPACK),
    (b"\x1f\x8b", N_("压缩包"), _UNPACK),
    (b"BZh", N_("压缩包"), _UNPACK),
    (b"\xfd7zXZ\0", N_("压缩包"), _UNPACK),
    (b"MZ", N_("可执行程序"), _SAVE_AS),
    (b"\x7fELF", N_("可执行程序"), _SAVE_AS),
    (b"\xca\xfe\xba\xbe", N_("可执行程序"), _SAVE_AS),
    (b"#!", N_("脚本程序"), _SAVE_AS),
    (b"<?php", N_("脚本程序"), _SAVE_AS),
    (b"ID3", N_("音频"), _SAVE_AS),
    (b"\x1aE\xdf\xa3", N_("视频"), _SAVE_AS),
)
_MEDIA_BOXES = {
    b"heic": (N_("HEIC照片"), _PHOTO),
    b"heix": (N_("HEIC照片"), _PHOTO),
    b"hevc": (N_("HEIC照片"), _PHOTO),
    b"mif1": (N_("HEIC照片"), _PHOTO),
    b"msf1": (N_("HEIC照片"), _PHOTO),
    b"avif": (N_("AVIF图片"), _SAVE_AS),
}
_MARKUPS: tuple[tuple[re.Pattern[bytes], str, str], ...] = (
    (re.compile(rb"<\s*(?:!doctype\s+svg|(?:[a-z]+:)?svg)\b", re.IGNORECASE), N_("SVG图形"), _SAVE_AS),
    (
        re.compile(rb"<\s*(?:!doctype\s+html|html|head|body|script|iframe|meta|div)\b", re.IGNORECASE),
        N_("网页"),
        _PRINT,
    ),
    (re.compile(rb"<\s*(?:\?xml|!doctype|!entity)\b", re.IGNORECASE), N_("XML数据"), _SAVE_AS),
)

# Endings that Windows, macOS or a web server would run, or that open with macros.
_SCRIPTS = frozenset(("bat", "cmd", "ps1", "vbs", "vbe", "js", "jse", "wsf", "wsh", "hta", "sh", "py", "pl", "reg"))
_ON_SERVERS = frozenset(("php", "phtml", "asp", "aspx", "jsp", "swf"))
_PROGRAMS = frozenset(("exe", "com", "scr", "pif", "msi", "msp", "lnk", "jar", "app", "dll", "cpl", "sys", "apk"))
_PAGES = frozenset(("htm", "html", "xhtml", "shtml", "mht", "mhtml", "svg", "svgz", "xml", "xsl"))
_WITH_MACROS = frozenset(("docm", "dotm", "xlsm", "xltm", "xlsb", "xla", "xlam", "pptm", "iqy"))
_RUNNING = _PROGRAMS | _SCRIPTS | _ON_SERVERS | _PAGES | _WITH_MACROS
# Endings that say what a file is, and would say something else than its content.
_OTHER_PAPERS = frozenset(("doc", "xls", "ppt", "pptx", "rtf", "txt", "csv", "gif", "bmp", "tif", "tiff", "heic"))
_DOCUMENTS = _OTHER_PAPERS | frozenset(("zip", "rar", "7z", "mp4", "mp3", "mov", "avi"))
_RESERVED = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(?:\..*)?", re.IGNORECASE)
_FORBIDDEN_IN_NAMES = re.compile(r'[<>:"/\\|?*]')


_ACCEPTED_STARTS: tuple[tuple[bytes, FileType], ...] = (
    (b"\xff\xd8\xff", JPEG),
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"%PDF-", PDF),
    (b"PK\x03\x04", ARCHIVE),
)


def sniff(head: bytes, *, file_name: str) -> FileType:
    """Return the type that the first bytes (up to HEAD_BYTES) show, ARCHIVE for everything packed as ZIP.

    Refuses with FileEmpty, TypeNotAccepted or FileBroken.
    """
    if not head:
        raise FileEmpty(file_name=file_name)
    for start, kind in _ACCEPTED_STARTS:
        if head.startswith(start):
            return kind
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return WEBP
    if b"%PDF-" in head[:1024]:
        raise FileBroken(file_name=file_name, reason=N_("PDF标记之前有多余内容"))
    if not any(head):
        raise FileBroken(file_name=file_name, reason=N_("内容全是零"))
    title, advice = _foreign(head)
    raise TypeNotAccepted(file_name=file_name, kind=title, advice=advice)


def _foreign(head: bytes) -> tuple[str, str]:
    """Return in words what content is that is not accepted, and what to do with it."""
    for start, kind, advice in _FOREIGN:
        if head.startswith(start):
            return kind, advice
    if head[4:8] == b"ftyp":
        return _MEDIA_BOXES.get(head[8:12], (N_("视频"), _SAVE_AS))
    text = head.replace(b"\0", b"")
    for pattern, kind, advice in _MARKUPS:
        if pattern.search(text):
            return kind, advice
    return (N_("纯文本") if _is_text(head) else N_("无法识别的数据")), _SAVE_AS


def _is_text(head: bytes) -> bool:
    return not any(byte < 9 or 13 < byte < 32 for byte in head)


def shown_name(name: str) -> str:
    """Return the name as people may see it: without folders, control characters and what Windows reserves.

    A name that nothing is left of becomes 附件; the ending is kept when the name is cut to SHOWN_LENGTH.
    """
    last = re.split(r"[/\\]", name.replace("\0", ""))[-1]
    kept = "".join(
        character
        for character in unicodedata.normalize("NFC", last)
        if unicodedata.category(character) not in {"Cc", "Cs", "Zl", "Zp"}
    )
    kept = _FORBIDDEN_IN_NAMES.sub("_", kept).strip(" .")
    if _RESERVED.fullmatch(kept):
        kept = "_" + kept
    if len(kept) > SHOWN_LENGTH:
        stem, dot, ending = kept.rpartition(".")
        if not dot or len(ending) > 10:
            stem, dot, ending = kept, "", ""
        kept = stem[: SHOWN_LENGTH - len(dot + ending)].rstrip() + dot + ending
    return kept or "附件"


def check_name(name: str) -> None:
    """Refuse a name that hides its ending; raises NameMisleading."""
    if any(unicodedata.category(character) == "Cf" and "\u2028" < character < "\u2070" for character in name):
        shown = "".join(character for character in name if character.isprintable())
        raise NameMisleading(file_name=shown_name(shown), reason=N_("含有颠倒文字顺序的字符"))
    endings = [part.strip().lower() for part in shown_name(name).split(".")[1:]]
    for ending in endings:
        if ending in _RUNNING:
            raise NameMisleading(file_name=shown_name(name), reason=N_("含有程序或网页的扩展名"))


def name_for(name: str, kind: FileType) -> str:
    """Return the shown name with an ending of the type; pictures of another ending are renamed, others refused.

    Phones and chat programs name a PNG photo.jpg; nobody is harmed when the name follows the content. Raises
    NameMisleading and TypeMismatch.
    """
    check_name(name)
    shown = shown_name(name)
    stem, dot, ending = shown.rpartition(".")
    if not dot:
        stem, ending = shown, ""
    ending = ending.strip().lower()
    if ending in kind.endings:
        return shown
    known = {known for one in ACCEPTED for known in one.endings}
    same_family = {known for one in ACCEPTED if one.family == kind.family for known in one.endings}
    if ending in same_family:
        return f"{stem}.{kind.endings[0]}"
    if ending in known or ending in _DOCUMENTS:
        raise TypeMismatch(file_name=shown, kind=kind.title)
    # No ending, or a dot within the words: 张三.身份证
    return f"{shown}.{kind.endings[0]}"
