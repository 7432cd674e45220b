"""Files of one bulletin: all of them, or none and what stood there before."""

from pathlib import Path

import pytest

from yichuang.reporting.bulletins.files import check_places, write_together
from yichuang.reporting.bulletins.refusals import OutputRefused


def test_all_files_are_written_and_nothing_else_is_left(tmp_path: Path) -> None:
    write_together({tmp_path / "a.docx": b"a", tmp_path / "a.annex.json": b"b"})
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"a.docx": b"a", "a.annex.json": b"b"}


def test_a_fault_at_the_second_file_leaves_the_first_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "a.docx").write_bytes(b"yesterday")
    with pytest.raises(OutputRefused, match="没有写出任何文件"):
        write_together({tmp_path / "a.docx": b"today", tmp_path / "gone" / "a.pdf": b"today"})
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("a.docx", b"yesterday")]


def test_a_disk_that_fills_up_leaves_no_half_written_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("yichuang.reporting.bulletins.files.os.fsync", full)
    with pytest.raises(OutputRefused, match="No space left"):
        write_together({tmp_path / "a.docx": b"a"})
    assert list(tmp_path.iterdir()) == []


def test_a_place_where_nothing_can_be_written_is_refused_before_any_work(tmp_path: Path) -> None:
    (tmp_path / "folder.docx").mkdir()
    (tmp_path / "file").write_bytes(b"")
    for path, reason in (
        (tmp_path / "nowhere" / "a.docx", "没有这个文件夹"),
        (tmp_path / "file" / "a.docx", "没有这个文件夹"),
        (tmp_path / "folder.docx", "它是一个文件夹"),
    ):
        with pytest.raises(OutputRefused, match=reason):
            check_places([tmp_path / "good.docx", path])


def test_a_folder_without_permission_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("yichuang.reporting.bulletins.files.os.access", lambda *_: False)
    with pytest.raises(OutputRefused, match="权限"):
        check_places([tmp_path / "a.docx"])
