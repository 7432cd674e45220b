"""Inspection of files: honest ones pass, and everything hostile is refused in words that say what to do next."""

import io
import struct
import zipfile
import zlib
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.factories import files
from yichuang.cases.domain import attachments as a
from yichuang.cases.domain.intake_law import UploadLaw, upload_law
from yichuang.cases.uploads.inspection import Inspected, inspect
from yichuang.kernel.refusal import Refusal

LAW = upload_law(on=date(2026, 1, 1))


def look(data: bytes, file_name: str, law: UploadLaw = LAW) -> Inspected:
    return inspect(io.BytesIO(data), size=len(data), file_name=file_name, law=law)


HONEST = {
    "身份证.jpg": files.picture("JPEG"),
    "扫描.png": files.picture("PNG"),
    "截图.webp": files.picture("WEBP"),
    "章程.pdf": files.paper(pages=3),
    "申请书.docx": files.word(),
    "名单.xlsx": files.sheet(),
    "发票.ofd": files.ofd(),
}


@pytest.mark.parametrize("name", HONEST)
def test_an_honest_file_is_taken_under_its_own_name(name: str) -> None:
    found = look(HONEST[name], name)
    assert (found.file_name, found.kind.endings[0]) == (name, name.rpartition(".")[2])


def test_a_paper_tells_its_pages() -> None:
    assert look(HONEST["章程.pdf"], "章程.pdf").pages == 3


def test_a_photo_that_a_phone_named_wrongly_is_taken_and_named_by_its_content() -> None:
    assert look(files.picture("PNG"), "photo.jpg").file_name == "photo.png"
    assert look(files.picture("JPEG"), "无扩展名").file_name == "无扩展名.jpg"
    assert look(files.picture("JPEG"), "张三.身份证").file_name == "张三.身份证.jpg"


def test_photos_of_real_phones_pass_with_a_second_picture_or_a_film_behind_the_first() -> None:
    photo = files.picture("JPEG", exif=_exif())
    for behind in (files.picture("JPEG"), b"\0\0\0\x18ftypmp42" + bytes(200), b"\0" * 16, b"\r\n"):
        assert look(photo + behind, "photo.jpg").kind.key == "jpeg"


def _exif() -> bytes:
    from PIL import Image

    exif = Image.Exif()
    exif[0x010F], exif[0x0112] = "Phone", 6
    return exif.tobytes()


SCRIPT = b"<script>alert(1)</script>"
HOSTILE: dict[str, tuple[bytes, str, type[Refusal]]] = {
    "nothing at all": (b"", "a.pdf", a.FileEmpty),
    "only zeros": (bytes(500), "a.jpg", a.FileBroken),
    "SVG with a script": (b'<svg xmlns="http://www.w3.org/2000/svg">' + SCRIPT + b"</svg>", "a.png", a.TypeNotAccepted),
    "SVG behind an XML head": (b'<?xml version="1.0"?><!-- x --><svg:svg/>', "a.jpg", a.TypeNotAccepted),
    "SVG in two bytes a character": ("<svg onload=x>".encode("utf-16"), "a.jpg", a.TypeNotAccepted),
    "a page": (b"<!DOCTYPE html><html>" + SCRIPT, "a.pdf", a.TypeNotAccepted),
    "a page behind blanks": (b"\n\n   <HTML>" + SCRIPT, "a.pdf", a.TypeNotAccepted),
    "XML with entities": (b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>', "a.pdf", a.TypeNotAccepted),
    "plain text": (b"hello", "a.pdf", a.TypeNotAccepted),
    "a program": (b"MZ\x90\0" + bytes(300), "a.pdf", a.TypeNotAccepted),
    "a script": (b"#!/bin/sh\nrm x", "a.pdf", a.TypeNotAccepted),
    "a GIF that is JavaScript": (b"GIF89a/*" + bytes(20) + b"*/=1;alert(1)", "a.jpg", a.TypeNotAccepted),
    "an iPhone's HEIC": (b"\0\0\0\x18ftypheic" + bytes(50), "a.jpg", a.TypeNotAccepted),
    "an old Word document": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "a.docx", a.TypeNotAccepted),
    "a plain ZIP": (files.archive({"a.txt": b"x"}), "a.docx", a.TypeNotAccepted),
    "a RAR": (b"Rar!\x1a\x07\0" + bytes(50), "a.pdf", a.TypeNotAccepted),
    "a picture called PDF": (files.picture("JPEG"), "a.pdf", a.TypeMismatch),
    "a PDF called picture": (files.paper(), "a.jpg", a.TypeMismatch),
    "a Word document called Excel": (files.word(), "a.xlsx", a.TypeMismatch),
    "two endings": (files.paper(), "invoice.exe.pdf", a.NameMisleading),
    "a name that ends as a program": (files.paper(), "invoice.pdf.exe", a.NameMisleading),
    "a name that runs backwards": (files.paper(), "invoice\u202efdp.exe", a.NameMisleading),
    # pictures
    "JPEG with a ZIP behind": (files.picture() + files.archive({"a.js": b"x"}), "a.jpg", a.FileTwoFaced),
    "JPEG with a page behind": (files.picture() + b"<html>" + SCRIPT, "a.jpg", a.FileTwoFaced),
    "JPEG with a page in its comment": (files.picture("JPEG", comment=SCRIPT), "a.jpg", a.FileTwoFaced),
    "JPEG with a PDF behind": (files.picture() + files.paper(), "a.jpg", a.FileTwoFaced),
    "JPEG with anything behind": (files.picture() + b"secret" * 9, "a.jpg", a.FileTwoFaced),
    "JPEG whose length is a comment": (b"\xff\xd8\xff\xe0/*" + bytes(12_072) + b"\xff\xd9", "a.jpg", a.FileTwoFaced),
    "JPEG cut off": (files.picture(size=(600, 400))[:-400], "a.jpg", a.FileBroken),
    "JPEG of a head only": (b"\xff\xd8\xff\xe0\0\x10JFIF", "a.jpg", a.FileBroken),
    "PNG with a ZIP behind": (files.picture("PNG") + files.archive({"a": b"x"}), "a.png", a.FileTwoFaced),
    "PNG with a page behind": (files.picture("PNG") + b"<html>", "a.png", a.FileTwoFaced),
    "PNG cut off": (files.picture("PNG")[:-20], "a.png", a.FileBroken),
    "PNG with a false check sum": (files.picture("PNG").replace(b"IDATx", b"IDATy", 1), "a.png", a.FileBroken),
    "a decompression bomb": (files.flat_png(60_000, 60_000), "a.png", a.PictureTooLarge),
    "a picture with too many pixels": (files.flat_png(9_000, 8_000), "a.png", a.PictureTooLarge),
    "WebP with something behind": (files.picture("WEBP") + b"<html>", "a.webp", a.FileTwoFaced),
    "WebP cut off": (files.picture("WEBP")[:-30], "a.webp", a.FileBroken),
    # papers
    "PDF behind something": (b"GARBAGE\n" + files.paper(), "a.pdf", a.FileBroken),
    "PDF with a ZIP behind": (files.paper() + files.archive({"a": b"x"}), "a.pdf", a.FileTwoFaced),
    "PDF with a page behind": (files.paper() + SCRIPT, "a.pdf", a.FileTwoFaced),
    "PDF with a page in its head": (b"%PDF-1.4\n%<script>x()</script>\n" + files.paper()[9:], "a.pdf", a.FileTwoFaced),
    "PDF without end": (files.paper()[:-8], "a.pdf", a.FileBroken),
    "PDF of a head only": (b"%PDF-1.7\n%%EOF", "a.pdf", a.FileBroken),
    "PDF with a script": (
        files.paper(catalog=b"/OpenAction << /S /JavaScript /JS (app.alert(1)) >>"), "a.pdf", a.FileActive),
    "PDF with a script in other letters": (
        files.paper(catalog=b"/OpenAction << /S /Java#53cript /JS (x) >>"), "a.pdf", a.FileActive),
    "PDF with a script in an object stream": (
        files.paper(objects=[files.packed_object(b"<< /S /JavaScript /JS (x) >>")]), "a.pdf", a.FileActive),
    "PDF with a script in a stream that pretends to end before": (
        files.paper(objects=[files.packed_object(
            b"<< /S /JavaScript /JS (x) >>", extra=b"/Filter /FlateDecode % endobj\n")]), "a.pdf", a.FileActive),
    "PDF with an object stream packed twice": (
        files.paper(objects=[files.packed_object(
            b"<< >>", extra=b"/Filter [/ASCIIHexDecode /FlateDecode]")]), "a.pdf", a.FileBroken),
    "PDF that launches": (files.paper(catalog=b"/OpenAction << /S /Launch /F (cmd.exe) >>"), "a.pdf", a.FileActive),
    "PDF with a file in it": (
        files.paper(objects=[b"<< /Type /Filespec /F (a.exe) /EF << /F 5 0 R >> >>"]), "a.pdf", a.FileActive),
    "PDF with an embedded file": (
        files.paper(objects=[b"<< /Type /EmbeddedFile /Length 1 >>\nstream\nx\nendstream"]), "a.pdf", a.FileActive),
    "PDF with a film": (files.paper(objects=[b"<< /Subtype /RichMedia >>"]), "a.pdf", a.FileActive),
    "PDF with a form of its own will": (files.paper(catalog=b"/AcroForm << /XFA 4 0 R >>"), "a.pdf", a.FileActive),
    "PDF that sends": (files.paper(catalog=b"/OpenAction << /S /SubmitForm /F (x) >>"), "a.pdf", a.FileActive),
    "PDF with a password": (files.paper(trailer=b"/Encrypt << /Filter /Standard /V 4 >> "), "a.pdf", a.FileEncrypted),
    "PDF whose objects unpack without end": (
        files.paper(objects=[b"<< /Type /ObjStm /Filter /FlateDecode >>\nstream\n"
                             + zlib.compress(bytes(LAW.archive_bytes + 10), 9) + b"\nendstream"]),
        "a.pdf", a.FileExpands),
    # office documents
    "DOCX with something behind": (files.word() + b"<html>", "a.docx", a.FileTwoFaced),
    "DOCX with something before": (b"PK\x03\x04<script>" + files.word(), "a.docx", a.FileTwoFaced),
    "DOCX with a comment": (files.archive({"word/document.xml": b"<a/>"}, comment=SCRIPT), "a.docx", a.FileTwoFaced),
    "DOCX cut off": (files.word()[:-300], "a.docx", a.FileBroken),
    "DOCX with macros": (files.with_part(files.word(), "word/vbaProject.bin", b"x"), "a.docx", a.FileActive),
    "DOCX with a control": (files.with_part(files.word(), "word/activeX/activeX1.bin", b"x"), "a.docx", a.FileActive),
    "DOCX with a document in it": (
        files.with_part(files.word(), "word/embeddings/x.bin", files.sheet()), "a.docx", a.FileTwoFaced),
    "DOCX with a template from elsewhere": (
        files.with_part(files.word(), "word/_rels/settings.xml.rels",
                        b'<Relationships><Relationship Type="http://x/attachedTemplate" Target="http://x/t.dotm"'
                        b' TargetMode="External"/></Relationships>'), "a.docx", a.FileActive),
    "DOCX with entities": (
        files.with_part(files.word(), "word/document.xml", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'),
        "a.docx", a.FileActive),
    "DOCX whose parts climb out": (files.with_part(files.word(), "../../x.xml", b"<a/>"), "a.docx", a.FileBroken),
    "DOCX that is also XLSX": (files.with_part(files.word(), "xl/workbook.xml", b"<a/>"), "a.docx", a.FileTwoFaced),
    "DOCX that is none": (files.archive({"word/document.xml": b"<a/>", "[Content_Types].xml": b"<a/>"}),
                          "a.docx", a.FileBroken),
    "XLSX that unpacks to megabytes": (
        files.with_part(files.sheet(), "xl/media/x.bin", bytes(8 << 20)), "a.xlsx", a.FileExpands),
    "XLSX that unpacks without end": (
        files.with_part(files.sheet(), "xl/media/x.bin", bytes(LAW.archive_bytes + 1)), "a.xlsx", a.FileExpands),
    "OFD with too many parts": (
        files.ofd(**{f"Doc_0/{one}.xml": b"<a/>" for one in range(LAW.archive_entries)}), "a.ofd", a.FileExpands),
    "OFD with a program": (files.ofd(**{"Doc_0/Attachs/x.exe": b"x"}), "a.ofd", a.FileActive),
}  # fmt: skip


@pytest.mark.parametrize("case", HOSTILE)
def test_what_is_hostile_is_refused_with_what_and_what_next(case: str) -> None:
    data, name, refusal = HOSTILE[case]
    with pytest.raises(refusal) as refused:
        look(data, name)
    assert type(refused.value) is refusal
    assert refused.value.remedy and refused.value.explain().startswith(("文件", "图片"))


def test_a_list_of_contents_that_lies_about_sizes_is_not_believed() -> None:
    honest = files.with_part(files.sheet(), "xl/media/x.bin", bytes(4 << 20))
    lying = honest.replace(struct.pack("<I", 4 << 20), struct.pack("<I", 100))
    with pytest.raises((a.FileExpands, a.FileBroken)):
        look(lying, "a.xlsx")


def test_parts_that_share_their_bytes_are_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("[Content_Types].xml", b"<Types/>")
        packed.writestr("word/document.xml", b"<a/>" * 100)
        twin = zipfile.ZipInfo("word/twin1.xml")
        for name in ("header_offset", "compress_size", "file_size", "CRC", "compress_type"):
            setattr(twin, name, getattr(packed.infolist()[1], name))
        packed.filelist.append(twin)
    with pytest.raises(a.FileExpands):
        look(out.getvalue(), "a.docx")


def test_an_encrypted_part_is_refused() -> None:
    data = bytearray(files.ofd())
    directory = data.rfind(b"PK\x01\x02")
    data[directory + 8] |= 1
    with pytest.raises(a.FileEncrypted):
        look(bytes(data), "a.ofd")


@pytest.mark.parametrize("name", HONEST)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    place=st.floats(0, 1), byte=st.integers(0, 255), cut=st.floats(0, 1), action=st.sampled_from(["flip", "cut", "add"])
)
def test_a_damaged_file_is_taken_or_refused_and_nothing_else(
    name: str, place: float, byte: int, cut: float, action: str
) -> None:
    data = bytearray(HONEST[name])
    at = int(place * (len(data) - 1))
    if action == "flip":
        data[at] = byte
    elif action == "cut":
        del data[at : at + max(1, int(cut * 200))]
    else:
        data[at:at] = bytes([byte]) * max(1, int(cut * 50))
    try:
        look(bytes(data), name)
    except Refusal as refusal:
        assert refusal.explain()


@settings(max_examples=200, deadline=None)
@given(
    head=st.sampled_from(
        [b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"%PDF-1.7\n", b"PK\x03\x04", b"RIFF\x10\0\0\0WEBP"]
    ),
    rest=st.binary(max_size=400),
    name=st.text(max_size=30),
)
def test_noise_is_refused_in_words(head: bytes, rest: bytes, name: str) -> None:
    with pytest.raises(Refusal) as refused:
        look(head + rest, name)
    assert refused.value.explain()
