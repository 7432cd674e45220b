"""XML messages in files and drop folders: what is broken costs nothing but itself, and says what it is."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yichuang.exchange.domain import mapping as m
from yichuang.exchange.reading.tables.contract import SourceRow
from yichuang.exchange.reading.tables.folder import list_ready, put_away
from yichuang.exchange.reading.tables.messages import decode, messages
from yichuang.exchange.reading.tables.opening import open_tables, open_tables_at
from yichuang.exchange.reading.tables.refusals import FolderMissing, TableMissing
from yichuang.exchange.reading.tables.xml import XmlReader

pytestmark = pytest.mark.once

ACCEPT = m.Table(
    name="up_pro_accept", main=True, key=("row_guid",), case="project_no", operation="@op", batch="Head.BatchNo"
)
PROCESS = m.Table(name="up_pro_process", key=("row_guid",), case="project_no")
DAY = 86_400


def package(*rows: str, head: str = "<BatchNo>20150302</BatchNo>", before: str = '<?xml version="1.0"?>') -> str:
    return f"{before}<Package><Head>{head}</Head><Body>{''.join(rows)}</Body></Package>"


def accepted(number: int, *, name: str = "张三") -> str:
    return (
        f'<up_pro_accept op="I"><row_guid>g{number}</row_guid><project_no>P{number}</project_no>'
        f"<applyer_name>{name}</applyer_name></up_pro_accept>"
    )


@pytest.fixture
def drop(tmp_path: Path) -> Callable[..., Path]:
    """Puts a file into the drop folder, whole and settled long ago."""
    folder = tmp_path / "drop"
    folder.mkdir()

    def put(name: str, text: str | bytes, *, encoding: str = "utf-8") -> Path:
        (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
        return folder

    return put


def reader(folder: Path, **more: str) -> XmlReader:
    return XmlReader(folder, settle_seconds=0, now=lambda: folder.stat().st_mtime + DAY, **more)  # type: ignore[arg-type]


def read_all(
    source: XmlReader, table: m.Table = ACCEPT, *, limit: int = 2, after: tuple[str, ...] = ()
) -> list[SourceRow]:
    found: list[SourceRow] = []
    while page := source.changed(table, after=after, limit=limit):
        found += page
        after = page[-1].position
    return found


def test_rows_of_several_tables_come_with_their_head_and_their_flags(drop: Callable[..., Path]) -> None:
    step = "<up_pro_process><row_guid>s1</row_guid><project_no>P1</project_no></up_pro_process>"
    folder = drop("1.xml", package(accepted(1), step, accepted(2), accepted(3)))
    source = reader(folder)
    first, *_rest = found = read_all(source)
    assert [row.key for row in found] == ["g1", "g2", "g3"]
    assert (first.case, first.operation, first.batch) == ("P1", "I", "20150302")
    assert first.values["applyer_name"] == "张三"
    assert [row.key for row in read_all(source, PROCESS)] == ["s1"]
    assert [shape.name for shape in source.shapes()] == ["up_pro_accept", "up_pro_process"]


@pytest.mark.parametrize(
    "text",
    [
        '<d><Table name="up_pro_accept"><Row><row_guid>g</row_guid><x>1</x></Row></Table></d>',
        "<up_pro_accept><row_guid>g</row_guid><x>1</x></up_pro_accept>",
        '<a:rows xmlns:a="u"><a:UP_PRO_ACCEPT><a:row_guid>g</a:row_guid><a:x> 1 </a:x></a:UP_PRO_ACCEPT></a:rows>',
    ],
)
def test_other_shapes_of_the_same_message_are_the_same_rows(drop: Callable[..., Path], text: str) -> None:
    (row,) = read_all(reader(drop("1.xml", text)))
    assert (row.key, row.values["x"]) == ("g", "1")


@pytest.mark.parametrize(
    ("declared", "written"),
    [("UTF-8", "gb18030"), ("GBK", "utf-8"), ("gb2312", "gb18030"), ("nonsense", "gb18030"), ("UTF-8", "utf-16")],
)
def test_a_wrong_declaration_of_the_letters_does_no_harm(
    drop: Callable[..., Path], declared: str, written: str
) -> None:
    text = package(accepted(1, name="镕㛃"), before=f'<?xml version="1.0" encoding="{declared}"?>')
    (row,) = read_all(reader(drop("1.xml", text, encoding=written)))
    assert (row.values["applyer_name"], row.faults) == ("镕㛃", ())


def test_bytes_that_are_no_text_make_a_fault_of_their_own_row_only(drop: Callable[..., Path]) -> None:
    raw = package(accepted(1), accepted(2, name="@")).encode().replace(b"@", b"\xff\xff")
    good, bad = read_all(reader(drop("1.xml", raw)))
    assert (good.faults, [fault.code for fault in bad.faults]) == ((), ["Undecodable"])


BOMB = (
    '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    "<Package><Body><up_pro_accept><row_guid>&b;</row_guid></up_pro_accept></Body></Package>"
)
ABROAD = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><up_pro_accept><row_guid>&x;</row_guid></up_pro_accept>'


def test_bombs_and_broken_messages_wait_with_their_reason_and_the_good_ones_come(drop: Callable[..., Path]) -> None:
    drop("1.xml", BOMB)
    drop("2.xml", package(accepted(1)))
    drop("3.xml", package(accepted(2))[:-20])
    drop("4.xml", ABROAD)
    drop("5.xml", "")
    folder = drop("6.xml", package(accepted(3)))
    found = read_all(reader(folder))
    assert [row.key for row in found if not row.faults] == ["g1", "g3"]
    broken = [row for row in found if row.faults]
    assert [row.faults[0].code for row in broken] == ["FileForbidden", "FileBroken", "FileForbidden", "FileBroken"]
    assert [row.values["@file"] for row in broken] == ["1.xml", "3.xml", "4.xml", "5.xml"]
    assert len({row.key for row in found}) == 6
    assert "root:" not in str(found)


def test_one_broken_package_in_a_file_of_three_costs_only_itself(drop: Callable[..., Path]) -> None:
    text = package(accepted(1)) + "\n" + package(accepted(2)).replace("</Head>", "") + "\n" + package(accepted(3))
    one, broken, three = read_all(reader(drop("1.xml", text)))
    assert (one.key, three.key) == ("g1", "g3")
    assert broken.faults[0].code == "FileBroken"
    assert broken.values["@line"] == "2"


def test_reading_goes_on_where_it_stopped_whatever_the_names_of_later_files(drop: Callable[..., Path]) -> None:
    folder = drop("5.xml", package(accepted(1), accepted(2)))
    first = read_all(reader(folder))
    os.utime(drop("1.xml", package(accepted(3))) / "1.xml", (0, 0))
    again = read_all(reader(folder), after=first[-1].position)
    assert [row.key for row in again] == ["g3"]
    assert [row.key for row in reader(folder).changed(ACCEPT, after=first[0].position, limit=9)] == ["g2", "g3"]


def test_a_file_that_is_known_not_to_hold_a_table_is_not_opened_again_for_it(
    drop: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = drop("1.xml", package(accepted(1)))
    assert (len(read_all(reader(folder))), read_all(reader(folder), PROCESS)) == (1, [])
    monkeypatch.setattr(Path, "read_bytes", lambda _path: pytest.fail("opened again"))
    assert read_all(reader(folder), PROCESS) == []


def test_files_that_are_being_written_are_left_and_finished_ones_come_in_order(tmp_path: Path) -> None:
    for name in ("b.xml", "a.XML", "c.xml.tmp", ".hidden.xml", "d.txt"):
        (tmp_path / name).write_text("x")
    (tmp_path / "link.xml").symlink_to(tmp_path / "b.xml")
    (tmp_path / "folder.xml").mkdir()
    now = (tmp_path / "a.XML").stat().st_ctime
    assert list_ready(tmp_path, pattern="*.xml", now=now) == ()
    later = list_ready(tmp_path, pattern="*.xml", now=now + 60)
    assert [file.name for file in later] == ["b.xml", "a.XML"]
    first = put_away(later[0].path, tmp_path / "done")
    (tmp_path / "b.xml").write_text("y")
    second = put_away(tmp_path / "b.xml", tmp_path / "done")
    assert (first.read_text(), second.read_text(), second.name) == ("x", "y", "b-2.xml")
    with pytest.raises(FolderMissing):
        list_ready(tmp_path / "none", now=now)


def test_a_mapping_opens_its_folder_and_refuses_one_that_has_other_tables(drop: Callable[..., Path]) -> None:
    folder = drop("1.xml", package(accepted(1)))
    mapping = m.Mapping(format="xml", connection=m.Connection(folder="${DROP}"), tables={"accept": ACCEPT})
    open_tables(mapping, environ={"DROP": str(folder)}).require(mapping)
    other = m.Mapping(format="xml", tables={"x": m.Table(name="up_pro_acept", main=True)})
    with pytest.raises(TableMissing, match="up_pro_accept"):
        reader(folder).require(other)
    assert open_tables_at(str(folder / "1.xml")).sample("up_pro_accept", limit=1)[0]["row_guid"] == "g1"
    with pytest.raises(FolderMissing):
        open_tables(mapping, environ={"DROP": str(folder / "none")})


@settings(max_examples=150, deadline=None)
@given(
    st.binary(max_size=400) | st.text(max_size=200).map(lambda text: f"<a><b>{text}</b><c>".encode("utf-8", "replace"))
)
def test_whatever_stands_in_a_file_it_is_read_or_it_is_a_fault(raw: bytes) -> None:
    for message in messages(decode(raw).text, name="x.xml"):
        assert (message.root is None) is (message.fault is not None)


PIECES = ("<Package>", "</Package>", "<Body>", "</Body>", "<up_pro_accept>", "</up_pro_accept>", "<row_guid>", "g",
          "</row_guid>", "&lt;", "&bad;", "<!--", "-->", "<![CDATA[", "]]>", "<?xml version='1.0'?>", "\0",
          "<x a='1'/>", "<Head>", "</Head>", "\N{BYTE ORDER MARK}", "<!DOCTYPE a>")  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(pieces=st.lists(st.sampled_from(PIECES), max_size=30))
def test_pieces_of_messages_in_any_order_never_break_the_reader(
    pieces: list[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    place = tmp_path_factory.getbasetemp() / "pieces.xml"
    place.write_text("".join(pieces))
    for row in read_all(XmlReader(place)):
        assert row.key or not row.faults
