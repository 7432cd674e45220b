"""Files as applicants send them: honest ones, and the ones that somebody made to do harm."""

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping, Sequence

import openpyxl
from docx import Document
from PIL import Image, ImageDraw


def picture(kind: str = "JPEG", *, size: tuple[int, int] = (120, 80), **options: object) -> bytes:
    """Return a drawn picture of a kind that Pillow writes."""
    image = Image.new("RGB", size, "white")
    ImageDraw.Draw(image).ellipse((5, 5, size[0] - 5, size[1] - 5), fill="teal")
    out = io.BytesIO()
    image.save(out, kind, **options)  # type: ignore[arg-type]
    return out.getvalue()


def flat_png(width: int, height: int) -> bytes:
    """Return a PNG that says it is huge and holds almost nothing."""
    line = b"\0" * ((width + 7) // 8 + 1)
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(line) for _ in range(min(height, 64))) + packer.flush()
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*one) for one in ((b"IHDR", head), (b"IDAT", packed), (b"IEND", b"")))


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def paper(*, objects: Sequence[bytes] = (), catalog: bytes = b"", pages: int = 1, trailer: bytes = b"") -> bytes:
    """Return a PDF of empty pages; `catalog` is added to the catalogue's dictionary, `objects` follow the pages."""
    kids = b" ".join(b"%d 0 R" % (3 + page) for page in range(pages))
    bodies = [
        b"<< /Type /Catalog /Pages 2 0 R " + catalog + b" >>",
        b"<< /Type /Pages /Kids [" + kids + b"] /Count %d >>" % pages,
        *[b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>"] * pages,
        *objects,
    ]
    out, places = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"), []
    for number, body in enumerate(bodies, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(bodies) + 1)
    for place in places:
        out += b"%010d 00000 n \n" % place
    out += b"trailer\n<< /Size %d /Root 1 0 R " % (len(bodies) + 1) + trailer + b">>\nstartxref\n%d\n%%%%EOF\n" % start
    return bytes(out)


def packed_object(content: bytes, *, extra: bytes = b"/Filter /FlateDecode") -> bytes:
    """Return an object stream with one object in it."""
    data = zlib.compress(b"9 0 " + content)
    return b"<< /Type /ObjStm /N 1 /First 4 " + extra + b" /Length %d >>\nstream\n" % len(data) + data + b"\nendstream"


def word() -> bytes:
    """Return a Word document as python-docx writes it."""
    document = Document()
    document.add_paragraph("申请书：本人申请办理公司设立登记。")
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def sheet() -> bytes:
    """Return an Excel workbook as openpyxl writes it."""
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active["A1"] = "从业人员名单"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def ofd(**more: bytes) -> bytes:
    """Return the least OFD document (GB/T 33190): an index and one document."""
    return archive(
        {
            "OFD.xml": b'<?xml version="1.0" encoding="UTF-8"?><ofd:OFD xmlns:ofd="http://www.ofdspec.org/2016"'
            b' DocType="OFD" Version="1.0"><ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody>'
            b"</ofd:OFD>",
            "Doc_0/Document.xml": b'<?xml version="1.0"?><ofd:Document xmlns:ofd="http://www.ofdspec.org/2016"/>',
            **more,
        }
    )


def archive(parts: Mapping[str, bytes], *, comment: bytes = b"") -> bytes:
    """Return a ZIP archive of parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in parts.items():
            packed.writestr(name, data)
        packed.comment = comment
    return out.getvalue()


def with_part(document: bytes, name: str, data: bytes) -> bytes:
    """Return an office document with one more part, or another in the place of one."""
    with zipfile.ZipFile(io.BytesIO(document)) as packed:
        parts = {one.filename: packed.read(one) for one in packed.infolist()}
    return archive({**parts, name: data})
