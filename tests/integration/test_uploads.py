"""Uploads: in chunks over a bad line or in one piece, refused before a byte is taken, cleaned away afterwards."""

import io
import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client
from PIL import Image

from tests.factories import files
from tests.factories import intake as i
from tests.factories.at_once import asked, at_once, on_disk
from tests.factories.intake import folder_of_files, small_catalogue
from yichuang.cases import commands, queries
from yichuang.cases.domain import attachments as a
from yichuang.cases.domain.intake_law import UploadLaw
from yichuang.cases.models import Attachment, Chunk, Upload
from yichuang.cases.uploads import previews, storage
from yichuang.cases.values import CaseNotFound, DraftUnknown, MaterialEntry, SupplementNotAwaited, acts
from yichuang.kernel.actor import SYSTEM
from yichuang.kernel.crypto import sm3

__all__ = ["folder_of_files", "small_catalogue"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("folder_of_files")]

LIMITS = {
    "chunk_bytes": 2_000,
    "least_chunk_bytes": 100,
    "file_bytes": 60_000,
    "draft_files": 3,
    "draft_bytes": 100_000,
}


@pytest.fixture
def small_limits(monkeypatch: pytest.MonkeyPatch) -> UploadLaw:
    """Let a few kilobytes be much."""
    from dataclasses import replace

    from yichuang.cases.uploads import receiving

    law = replace(queries.upload_limits(on=i.AT.date()), **LIMITS)
    monkeypatch.setattr(receiving, "upload_law", lambda **_: law)
    return law


@pytest.fixture
def draft() -> str:
    return i.start("01001")


PAPER = files.paper(pages=30)


def begin(draft: str, data: bytes = PAPER, *, name: str = "章程.pdf", **more: Any) -> a.Upload:
    return commands.begin_upload(
        draft=draft, material=i.FORM, file_name=name, size=len(data), by=i.CHEN, at=i.AT, **more
    )


def send(key: str, data: bytes, *, start: int = 0, step: int = 1_500) -> int:
    for place in range(start, len(data), step):
        start = commands.append_chunk(key=key, offset=place, data=data[place : place + step], at=i.AT)
    return start


@pytest.mark.usefixtures("small_limits")
def test_a_file_arrives_in_chunks_and_is_the_same(draft: str) -> None:
    upload = begin(draft)
    assert (upload.offset, upload.chunk_bytes) == (0, 2_000)
    assert send(upload.key, PAPER) == len(PAPER) == queries.find_upload(key=upload.key, at=i.AT).offset
    row = commands.finish_upload(key=upload.key, at=i.AT)
    assert (row.material, row.file_name, row.size, row.pages) == (i.FORM, "章程.pdf", len(PAPER), 30)
    assert row.digest == sm3(PAPER).hex()
    assert (row.draft, row.owner, row.number, row.taken) == (draft, i.CHEN.id, "", False)
    again, file = queries.open_attachment(key=row.key)
    with file:
        assert (again, file.read()) == (row, PAPER)
    assert commands.finish_upload(key=upload.key, at=i.AT) == row, "finishing twice is finishing once"
    assert queries.list_attachments(draft=draft) == (row,)


@pytest.mark.usefixtures("small_limits")
def test_the_same_chunk_again_is_harmless_and_a_wrong_place_is_told_with_the_right_one(draft: str) -> None:
    upload = begin(draft)
    assert [commands.append_chunk(key=upload.key, offset=0, data=PAPER[:1_000], at=i.AT) for _ in range(3)] == [
        1_000
    ] * 3
    for offset in (900, 1_100, 3_000):
        with pytest.raises(a.WrongOffset) as refused:
            commands.append_chunk(key=upload.key, offset=offset, data=PAPER[offset : offset + 500], at=i.AT)
        assert refused.value.offset == 1_000
    with pytest.raises(a.ChunkDiffers):
        commands.append_chunk(key=upload.key, offset=0, data=PAPER[1:1_001], at=i.AT)
    with pytest.raises(a.UploadUnfinished) as unfinished:
        commands.finish_upload(key=upload.key, at=i.AT)
    assert unfinished.value.offset == 1_000
    assert send(upload.key, PAPER, start=1_000) == len(PAPER)
    assert commands.append_chunk(key=upload.key, offset=0, data=PAPER[:1_000], at=i.AT) == len(PAPER)
    assert commands.finish_upload(key=upload.key, at=i.AT).digest == sm3(PAPER).hex()
    assert commands.append_chunk(key=upload.key, offset=0, data=PAPER[:1_000], at=i.AT) == len(PAPER)


@pytest.mark.usefixtures("small_limits")
def test_chunks_have_a_size(draft: str) -> None:
    upload = begin(draft)
    for data in (b"", PAPER[:99], PAPER[:2_001]):
        with pytest.raises(a.ChunkUnfit):
            commands.append_chunk(key=upload.key, offset=0, data=data, at=i.AT)
    send(upload.key, PAPER[: len(PAPER) - 50])
    with pytest.raises(a.ChunkUnfit):
        commands.append_chunk(key=upload.key, offset=len(PAPER) - 50, data=PAPER[-50:] + b"x", at=i.AT)
    assert commands.append_chunk(key=upload.key, offset=len(PAPER) - 50, data=PAPER[-50:], at=i.AT) == len(PAPER)


@pytest.mark.usefixtures("small_limits")
def test_another_day_on_another_page_the_upload_goes_on_where_it_stopped(draft: str) -> None:
    upload = begin(draft, fingerprint="2026-03-01T08:00")
    send(upload.key, PAPER[:3_000])
    found = begin(draft, fingerprint="2026-03-01T08:00")
    assert (found.key, found.offset) == (upload.key, 3_000)
    assert begin(draft, fingerprint="another file").key != upload.key
    assert begin(draft).key != upload.key, "without a fingerprint nobody knows that it is the same file"


def test_two_gigabytes_are_refused_before_a_byte_is_taken(draft: str, folder_of_files: Path) -> None:
    with pytest.raises(a.FileTooLarge) as refused:
        commands.begin_upload(draft=draft, material=i.FORM, file_name="大.pdf", size=2 << 30, by=i.CHEN, at=i.AT)
    assert "20 MB" in refused.value.explain()
    with pytest.raises(a.FileTooLarge):
        queries.refuse_announced(size=2 << 30, file_name="大.pdf", at=i.AT)
    with pytest.raises(a.FileEmpty):
        begin(draft, b"")

    def never() -> Iterator[bytes]:
        raise AssertionError("a byte was taken")
        yield b""

    with pytest.raises(a.FileTooLarge):
        commands.store_upload(
            draft=draft, material=i.FORM, file=never(), file_name="大.pdf", size=2 << 30, by=i.CHEN, at=i.AT
        )
    assert i.stored_files(folder_of_files) == []


@pytest.mark.usefixtures("small_limits")
def test_whoever_announces_little_and_sends_much_is_stopped_on_the_way(draft: str) -> None:
    taken = 0

    def endless() -> Iterator[bytes]:
        nonlocal taken
        while True:
            taken += 10_000
            yield b"%PDF-1.7" + b"x" * 9_992

    with pytest.raises(a.FileTooLarge):
        commands.store_upload(
            draft=draft, material=i.FORM, file=endless(), file_name="a.pdf", size=100, by=i.CHEN, at=i.AT
        )
    assert taken == 70_000


def test_a_page_without_scripts_sends_a_file_in_one_piece(draft: str) -> None:
    file = SimpleUploadedFile("C:\\照片\\门头.JPG", files.picture(), content_type="text/html")
    row = commands.store_upload(draft=draft, material=i.FORM, file=file, file_name=file.name or "", by=i.CHEN, at=i.AT)
    assert (row.file_name, row.media_type, row.previewable) == ("门头.JPG", "image/jpeg", True)
    again = commands.store_upload(
        draft=draft, material=i.FORM, file=io.BytesIO(files.picture()), file_name="x.jpg", by=i.CHEN, at=i.AT
    )
    assert again.digest == row.digest and again.key != row.key


@pytest.mark.usefixtures("small_limits")
def test_number_and_sum_of_files_are_limited_those_on_their_way_included(draft: str) -> None:
    i.upload(draft, data=files.paper())
    begin(draft)
    begin(draft)
    with pytest.raises(a.TooManyFiles) as refused:
        begin(draft)
    assert "3" in refused.value.explain()
    with pytest.raises(a.TooManyFiles):
        i.upload(draft)


@pytest.mark.usefixtures("small_limits")
def test_files_are_limited_together(draft: str) -> None:
    begin(draft, bytes(59_000))
    with pytest.raises(a.FilesTooLargeTogether):
        begin(draft, bytes(50_000))


def test_a_refused_file_leaves_nothing_behind(
    draft: str, folder_of_files: Path, django_capture_on_commit_callbacks: Any
) -> None:
    hostile = files.picture() + files.archive({"x.js": b"alert(1)"})
    with django_capture_on_commit_callbacks(execute=True):
        upload = begin(draft, hostile, name="a.jpg")
        commands.append_chunk(key=upload.key, offset=0, data=hostile, at=i.AT)
        with pytest.raises(a.FileTwoFaced):
            commands.finish_upload(key=upload.key, at=i.AT)
        with pytest.raises(a.FileTwoFaced):
            i.upload(draft, data=hostile, name="a.jpg")
    assert i.stored_files(folder_of_files) == []
    assert (Upload.objects.count(), Chunk.objects.count(), Attachment.objects.count()) == (0, 0, 0)
    with pytest.raises(a.UploadUnknown):
        commands.finish_upload(key=upload.key, at=i.AT)


def test_files_go_to_ones_own_drafts_and_cases_only(draft: str, small_catalogue: str) -> None:
    number = i.filed(small_catalogue)
    for place in ({"draft": draft}, {"number": number}):
        with pytest.raises((DraftUnknown, CaseNotFound)):
            commands.begin_upload(material=i.FORM, file_name="a.pdf", size=9, by=i.WANG, at=i.AT, **place)
        with pytest.raises((DraftUnknown, CaseNotFound)):
            i.upload(**place, by=i.WANG)
    with pytest.raises(CaseNotFound):
        i.upload(number="61092420260302999990", by=i.CHEN)
    assert i.upload(number=number, by=i.CLERK).number == number, (
        "a window scans for any case; delivery asks the permission"
    )


def test_a_case_takes_its_applicants_files_only_while_something_is_awaited(small_catalogue: str) -> None:
    number = i.filed(small_catalogue)
    with pytest.raises(SupplementNotAwaited):
        i.upload(number=number)
    commands.perform(number=number, act=acts.RequestSupplement(missing=("章程",)), by=SYSTEM, at=i.AT)
    row = i.upload(number=number, material="章程")
    commands.remove_attachment(key=row.key, by=i.CHEN)
    assert queries.list_attachments(number=number) == ()


def test_a_scan_that_the_ledger_names_is_kept_though_nobody_marked_it(small_catalogue: str) -> None:
    number = i.filed(small_catalogue)
    named, spare = (i.upload(number=number, by=i.CLERK, data=files.paper(pages=pages)) for pages in (1, 2))
    entry = MaterialEntry(name=i.FORM, way="bring", digest=named.digest)
    commands.perform(number=number, act=acts.TakeMaterials(entries=(entry,)), by=i.CLERK, at=i.AT)
    commands.remove_attachment(key=spare.key, by=i.CLERK)
    with pytest.raises(a.AttachmentKept):
        commands.remove_attachment(key=named.key, by=i.CLERK)


@pytest.mark.usefixtures("small_limits")
def test_a_removed_file_makes_room_and_may_be_uploaded_again(draft: str) -> None:
    for _ in range(4):
        upload = begin(draft, fingerprint="the same file")
        assert upload.offset == 0
        send(upload.key, PAPER)
        row = commands.finish_upload(key=upload.key, at=i.AT)
        commands.remove_attachment(key=row.key, by=i.CHEN)
        with pytest.raises(a.UploadUnknown):
            commands.finish_upload(key=upload.key, at=i.AT)


@pytest.mark.parametrize("key", ["", "\0", "x\0", "𠮷", "\ud800", "' OR 1=1 --", "a" * 5_000])
def test_keys_that_nobody_gave_out_are_unknown_and_never_a_crash(key: str) -> None:
    for ask, refusal in (
        (lambda: queries.get_draft(key=key, owner=i.CHEN.id), DraftUnknown),
        (lambda: queries.open_attachment(key=key), a.AttachmentUnknown),
        (lambda: queries.preview(key), a.AttachmentUnknown),
        (lambda: commands.remove_attachment(key=key, by=i.CHEN), a.AttachmentUnknown),
        (lambda: queries.find_upload(key=key, at=i.AT), a.UploadUnknown),
        (lambda: commands.append_chunk(key=key, offset=0, data=b"x", at=i.AT), a.UploadUnknown),
        (lambda: commands.finish_upload(key=key, at=i.AT), a.UploadUnknown),
        (lambda: commands.cancel_upload(key=key), a.UploadUnknown),
        (lambda: i.upload(number=key or "?"), CaseNotFound),
    ):
        with pytest.raises(refusal):
            ask()
    assert queries.list_attachments(number=key) == ()
    assert queries.get_application(key) is None
    assert not queries.owns(number=key, owner=i.CHEN.id)


def test_names_with_what_no_database_takes_are_kept_as_far_as_they_can_be(draft: str) -> None:
    upload = begin(draft, name="章\0程\ud83d.pdf", fingerprint="\0")
    assert upload.file_name == "章程.pdf"
    row = commands.store_upload(
        draft=draft, material="材\0料", file=[PAPER], file_name="章\0程.pdf", by=i.CHEN, at=i.AT
    )
    assert (row.material, row.file_name) == ("材料", "章程.pdf")


def test_a_file_is_removed_until_it_is_part_of_a_case(
    draft: str, small_catalogue: str, folder_of_files: Path, django_capture_on_commit_callbacks: Any
) -> None:
    row = i.upload(draft)
    queries.preview(row.key)
    with pytest.raises(a.AttachmentUnknown):
        commands.remove_attachment(key=row.key, by=i.WANG)
    with pytest.raises(a.AttachmentUnknown):
        commands.remove_attachment(key=row.key, by=i.CLERK)
    with django_capture_on_commit_callbacks(execute=True):
        commands.remove_attachment(key=row.key, by=i.CHEN)
    assert i.stored_files(folder_of_files) == []
    with pytest.raises(a.AttachmentUnknown):
        queries.open_attachment(key=row.key)

    key = i.start(small_catalogue)
    kept = i.upload(key)
    i.save(key, i.application())
    i.submit(key)
    with pytest.raises(a.AttachmentKept):
        commands.remove_attachment(key=kept.key, by=i.CHEN)


def test_a_preview_is_drawn_anew_small_and_upright_without_where_it_was_taken(draft: str) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    exif.get_ifd(0x8825)[1] = "N"
    photo = files.picture("JPEG", size=(3_000, 1_000), exif=exif.tobytes())
    row = i.upload(draft, data=photo, name="a.jpg")
    drawn = queries.preview(row.key)
    with Image.open(io.BytesIO(drawn)) as picture:
        assert picture.format == "PNG"
        assert picture.width <= previews.WIDTH and picture.height <= previews.HEIGHT and picture.height > picture.width
        assert not picture.getexif()
    assert queries.preview(row.key) == drawn


def test_a_paper_shows_its_first_page_and_an_office_document_nothing(draft: str) -> None:
    paper = i.upload(draft, data=files.paper(pages=2))
    with Image.open(io.BytesIO(queries.preview(paper.key))) as picture:
        assert picture.size == (636, 900)
    word = i.upload(draft, data=files.word(), name="a.docx")
    assert not word.previewable
    with pytest.raises(a.PreviewUnavailable):
        queries.preview(word.key)
    with pytest.raises(a.AttachmentUnknown):
        queries.preview("nothing")


def test_a_page_of_miles_is_drawn_small(draft: str) -> None:
    vast = files.paper().replace(b"[0 0 595 842]", b"[0 0 9e5 9e5]")
    row = i.upload(draft, data=vast)
    with Image.open(io.BytesIO(queries.preview(row.key))) as picture:
        assert picture.width <= previews.WIDTH


def test_what_expired_and_what_nobody_names_is_cleaned_away(
    folder_of_files: Path, django_capture_on_commit_callbacks: Any
) -> None:
    old, new = i.start("01001"), i.start("01002")
    i.save(old, i.application())
    i.upload(old)
    later = i.AT + timedelta(days=31)
    i.save(new, i.application(), at=later)
    kept = i.upload(new, at=later)
    queries.preview(kept.key)
    begin(new)
    orphan, fresh = (storage.put(storage.ATTACHMENTS, b"nobody") for _ in range(2))
    os.utime(folder_of_files / orphan, (0, 0))
    with django_capture_on_commit_callbacks(execute=True):
        gone = commands.clean_uploads(at=later)
    assert (gone.drafts, gone.uploads, gone.files) == (1, 1, 1)
    assert [row.key for row in queries.list_drafts(owner=i.CHEN.id)] == [new]
    assert not storage.exists(orphan)
    assert storage.exists(fresh), "a file written just now may get its row in a moment"
    assert i.stored_files(folder_of_files) == ["attachments", "attachments", "previews"]


def test_the_command_deletes_only_when_asked_to(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(CommandError):
        call_command("uploads")
    call_command("uploads", "--clean")
    assert "0" in capsys.readouterr().out


def test_an_upload_is_given_up(draft: str) -> None:
    upload = begin(draft)
    commands.cancel_upload(key=upload.key)
    with pytest.raises(a.UploadUnknown):
        queries.find_upload(key=upload.key, at=i.AT)
    with pytest.raises(a.UploadUnknown):
        commands.append_chunk(key=upload.key, offset=0, data=b"x", at=i.AT)


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("small_limits")
def test_chunks_and_the_finish_sent_twice_at_once_give_one_file(tmp_path: Path, folder_of_files: Path) -> None:
    draft = i.start("01001")
    upload = begin(draft)
    with on_disk(tmp_path):
        for place in range(0, len(PAPER), 2_000):
            reached = at_once(
                [lambda place=place: commands.append_chunk(
                    key=upload.key, offset=place, data=PAPER[place : place + 2_000], at=i.AT)] * 3
            )  # fmt: skip
            assert set(reached) == {min(place + 2_000, len(PAPER))}
        rows = at_once([lambda: commands.finish_upload(key=upload.key, at=i.AT)] * 3)
        assert len({row.key for row in rows}) == 1 and rows[0].digest == sm3(PAPER).hex()
        assert asked(lambda: (Attachment.objects.count(), Chunk.objects.count())) == (1, 0)
        assert i.stored_files(folder_of_files) == ["attachments"]


class Unreadable(io.RawIOBase):
    """A body of which nobody may read a byte."""

    def read(self, size: int = -1) -> bytes:
        raise AssertionError("a byte was read")


def test_a_request_of_two_gigabytes_is_answered_before_its_body_is_read(client: Client) -> None:
    answer = client.generic(
        "POST",
        "/accounts/sign-in/",
        content_type="multipart/form-data; boundary=x",
        **{"CONTENT_LENGTH": str(2 << 30), "wsgi.input": Unreadable()},
    )
    assert answer.status_code == 413
    assert "64 MB" in answer.content.decode()


def test_a_store_without_folders_serves_as_well_as_a_folder(
    draft: str, settings: Any, django_capture_on_commit_callbacks: Any
) -> None:
    in_memory = {"BACKEND": "django.core.files.storage.InMemoryStorage"}
    settings.STORAGES = {**settings.STORAGES, "default": in_memory}
    upload = begin(draft)
    assert commands.append_chunk(key=upload.key, offset=0, data=PAPER, at=i.AT) == len(PAPER)
    with django_capture_on_commit_callbacks(execute=True):
        row = commands.finish_upload(key=upload.key, at=i.AT)
    _, file = queries.open_attachment(key=row.key)
    with file:
        assert file.read() == PAPER
    assert queries.preview(row.key).startswith(b"\x89PNG")
    assert [
        name.partition("/")[0] for area in ("attachments", "chunks", "previews") for name, _ in storage.walk(area)
    ] == [
        "attachments",
        "previews",
    ]
    with django_capture_on_commit_callbacks(execute=True):
        commands.drop_draft(key=draft, owner=i.CHEN.id)
    assert [*storage.walk("attachments"), *storage.walk("previews")] == []


def test_lists_of_files_and_of_own_cases_ask_the_same_number_of_questions_however_long(
    small_catalogue: str, django_assert_num_queries: Any
) -> None:
    key = i.start(small_catalogue)
    for _ in range(5):
        i.upload(key)
    with django_assert_num_queries(1):
        assert len(queries.list_attachments(draft=key)) == 5
    i.save(key, i.application())
    number = i.submit(key)
    i.filed(small_catalogue, summary="又一件")
    with django_assert_num_queries(2):
        assert len(queries.list_attachments(number=number)) == 5
    with django_assert_num_queries(1):
        assert len(queries.page_own(owner=i.CHEN.id)) == 2
