"""Messages: the bytes of an XML file as the messages in it, in whatever letters they were really written.

What a file declares as its encoding is often not what its program wrote: UTF-8 is taken where it fits, then
what was declared, then GB18030. Several packages one behind the other in one file are taken apart first, so
that a broken one costs none but itself.
"""

import codecs
import re
from collections.abc import Iterator
from typing import NamedTuple
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from yichuang.exchange.domain.faults import Fault, fault_of
from yichuang.exchange.domain.refusals import FileBroken, FileForbidden, WrongFormat
from yichuang.kernel.words import N_

_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_HALVES = ((b"<\x00", "utf-16-le"), (b"\x00<", "utf-16-be"))
_DECLARED = re.compile(rb"""<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
_DECLARATION = re.compile(r"<\?xml\b[^>]*\?>")
_PACKAGE = re.compile(r"<(/?)(?:[A-Za-z_][\w.-]*:)?Package\b[^>]*>", re.IGNORECASE)
_LARGER = {"gb2312": "gb18030", "gbk": "gb18030", "gb_2312-80": "gb18030", "cp936": "gb18030"}
_SHOWN = 2_000
BROKEN = "\N{REPLACEMENT CHARACTER}"


class Message(NamedTuple):
    """One message: where in its file it begins (line), its root, or what is wrong with it and how it begins."""

    line: int
    root: Element | None
    fault: Fault | None = None
    text: str = ""


class Decoded(NamedTuple):
    """A file's text, the encoding that it was read in, and whether some of its bytes were no text in it."""

    text: str
    encoding: str
    broken: bool


def decode(raw: bytes, *, charset: str = "") -> Decoded:
    """Return the text of a file; never fails: bytes that are no text become U+FFFD."""
    for mark, codec in _BOMS:
        if raw.startswith(mark):
            return _loosely(raw, codec)
    for half, codec in _HALVES:
        if raw.startswith(half):
            return _loosely(raw, codec)
    found = _DECLARED.search(raw[:512])
    declared = found[1].decode("ascii").lower() if found else ""
    for codec in filter(None, (charset, "utf-8", _LARGER.get(declared, declared), "gb18030")):
        try:
            return Decoded(raw.decode(codec), codec, broken=False)
        except (UnicodeDecodeError, LookupError):
            continue
    return min((_loosely(raw, codec) for codec in ("utf-8", "gb18030")), key=lambda one: one.text.count(BROKEN))


def _loosely(raw: bytes, codec: str) -> Decoded:
    text = raw.decode(codec, "replace")
    return Decoded(text, codec, broken=BROKEN in text)


def messages(text: str, *, name: str) -> Iterator[Message]:
    """Yield the messages of a file's text in their order; `name` is the file's, for words."""
    for line, part in _parts(text):
        try:
            parser = DefusedXMLParser(encoding="utf-8", forbid_dtd=True)
            # A declaration may stand before each package, and its encoding is no longer true.
            parser.feed(_DECLARATION.sub("", part, count=1).encode("utf-8", "replace"))
            yield Message(line, parser.close())
        except ParseError as error:
            row, column = error.position
            reason = str(error).partition(":")[0]
            refusal = FileBroken(file=name, where=f"XML {line + row - 1}:{column}", reason=reason)
            yield Message(line, None, fault_of(refusal, row=line + row - 1), part[:_SHOWN])
        except DefusedXmlException as error:
            reason = _FORBIDDEN.get(type(error).__name__, str(error))
            refusal_ = FileForbidden(file=name, where="XML", reason=reason)
            yield Message(line, None, fault_of(refusal_, row=line), part[:_SHOWN])
        except (ValueError, LookupError) as error:
            wrong = WrongFormat(file=name, format="XML", reason=str(error))
            yield Message(line, None, fault_of(wrong, row=line), part[:_SHOWN])


_FORBIDDEN = {
    "DTDForbidden": N_("文档类型定义（DTD）"),
    "EntitiesForbidden": N_("实体定义"),
    "ExternalReferenceForbidden": N_("外部引用"),
}


def _parts(text: str) -> Iterator[tuple[int, str]]:
    """Yield (first line, text) of each package; the whole text where it holds fewer than two or does not pair them."""
    tags = [found for found in _PACKAGE.finditer(text) if not found[0].endswith("/>")]
    starts = [found.start() for found in tags if not found[1]]
    if len(starts) < 2 or _DOCTYPE.search(text):
        yield 1, text
        return
    for place, start in enumerate(starts):
        until = starts[place + 1] if place + 1 < len(starts) else len(text)
        # Whatever stands behind the package's own end (another declaration, the end of an envelope) is not its own.
        ends = [found.end() for found in tags if found[1] and start < found.start() < until]
        yield text.count("\n", 0, start) + 1, text[start : ends[-1] if ends else until]


_DOCTYPE = re.compile(r"<!DOCTYPE|<!ENTITY", re.IGNORECASE)
