"""The form and the files of a case follow it from node to node, are what the ledger names, and go nowhere else."""

from collections.abc import Callable
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from msgspec.structs import replace
from PIL import Image

from tests.factories import files
from tests.factories import intake as i
from tests.factories.catalogue import HandmadeRegister
from tests.factories.intake import folder_of_files
from tests.factories.nodes import Nodes, empty_node, handmade_catalogue, nodes
from tests.factories.people import APPLICANT, CLERK
from tests.factories.stories import receipt
from tests.integration.test_nodes import do, hand_over, ledger, receive
from yichuang.cases import commands, queries
from yichuang.cases.domain.belongings import together
from yichuang.cases.drafts import encode_application
from yichuang.cases.forms import digest_of
from yichuang.cases.models import Attachment, BelongingPiece, Case, Form
from yichuang.cases.uploads import storage
from yichuang.cases.values import (
    AttachmentRow,
    Belonging,
    Belongings,
    BelongingState,
    BelongingUnfit,
    MaterialEntry,
    acts,
)
from yichuang.documents import DocumentNumber
from yichuang.exchange.domain import envelopes
from yichuang.exchange.models import NodeFetch, NodeInbox, NodeOutbox
from yichuang.exchange.nodes import fetching, outgoing, showing
from yichuang.exchange.nodes.values import NobodyToAsk
from yichuang.papers.queries import list_papers, render_paper
from yichuang.regions.commands import BUNDLED, load_regions

__all__ = ["empty_node", "folder_of_files", "handmade_catalogue", "nodes"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("folder_of_files")]
SALT = bytes(range(16))
TOWN, COUNTY, CITY = "chengguan", "ziyang", "ankang"
UP = (TOWN, COUNTY)


def scan(width: int = 500) -> bytes:
    """A picture that does not pack: some pieces long."""
    picture = Image.effect_noise((width, 1500), 90)
    out = BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def upload(nodes: Nodes, name: str, number: str, data: bytes, *, file_name: str = "扫描.png") -> AttachmentRow:
    with nodes.at(name):
        return i.upload(number=number, material=i.FORM, data=data, name=file_name, by=CLERK, at=nodes.now)


def applied(nodes: Nodes, *contents: bytes, name: str = TOWN) -> str:
    """Take in a case with a form and the files of one material, all named by the ledger."""
    content = encode_application(i.application())
    with nodes.at(name):
        number = commands.receive_application(
            receipt=replace(receipt(), form_digest=digest_of(content, salt=SALT)),
            applicant=APPLICANT,
            by=CLERK,
            at=nodes.now,
            now=nodes.now,
        )
        case = Case.objects.get(number=number)
        Form.objects.create(case=case, owner="account-chen", content=content, salt=SALT, submitted_at=nodes.now)
    rows = [upload(nodes, name, number, data, file_name=f"{place}.png") for place, data in enumerate(contents)]
    if rows:
        digest = together([row.digest for row in rows])
        do(nodes, name, number, acts.TakeMaterials(entries=(MaterialEntry(name=i.FORM, way="upload", digest=digest),)))
        with nodes.at(name):
            Attachment.objects.filter(case__number=number).update(taken_at=nodes.now)
    return number


def files_at(nodes: Nodes, name: str, number: str) -> list[tuple[str, str, str]]:
    with nodes.at(name):
        return [(row.file_name, row.digest, row.vouched_by) for row in queries.list_attachments(number=number)]


def coming(nodes: Nodes, name: str, number: str) -> list[tuple[str, str]]:
    with nodes.at(name):
        return [(row.kind, row.state) for row in fetching.get_coming(number=number).things]


def form_at(nodes: Nodes, name: str, number: str) -> object:
    with nodes.at(name):
        return queries.get_application(number)


def at_rest(nodes: Nodes) -> None:
    for name in (TOWN, COUNTY, CITY):
        with nodes.at(name):
            assert not NodeFetch.objects.exists()
            assert not BelongingPiece.objects.exists()
            assert all(row.backlog == row.waiting == row.refused == 0 for row in showing.list_nodes(at=nodes.now))


def test_form_and_files_follow_the_case_to_the_county_and_what_it_adds_comes_back(nodes: Nodes) -> None:
    number = applied(nodes, scan(), files.picture("PNG"))
    nodes.meet()
    assert files_at(nodes, COUNTY, number) == []
    hand_over(nodes, TOWN, number, COUNTY)
    nodes.meet(rounds=20)
    first = files_at(nodes, TOWN, number)
    assert files_at(nodes, COUNTY, number) == first
    assert form_at(nodes, COUNTY, number) == form_at(nodes, TOWN, number) == i.application()
    with nodes.at(COUNTY):
        assert not queries.owns(number=number, owner="account-chen")
        assert all(row.taken and row.by == f"node:{TOWN}" for row in queries.list_attachments(number=number))
    # The city sees the ledger, and nothing of the person's papers.
    assert files_at(nodes, CITY, number) == []
    assert form_at(nodes, CITY, number) is None

    upload(nodes, COUNTY, number, files.picture("PNG", size=(90, 90)), file_name="踏勘.png")
    hand_over(nodes, COUNTY, number, TOWN)
    nodes.meet(rounds=20)
    back = files_at(nodes, TOWN, number)
    # No act names it yet: it stands on the county's signature, and says so.
    assert back[:2] == first
    assert back[2][0::2] == ("踏勘.png", COUNTY)
    with nodes.at(TOWN):
        assert queries.owns(number=number, owner="account-chen")
    assert ledger(nodes, TOWN) == ledger(nodes, COUNTY) == ledger(nodes, CITY)
    at_rest(nodes)


def test_a_file_cut_off_in_the_middle_goes_on_and_holds_up_no_other_case(nodes: Nodes) -> None:
    number = applied(nodes, scan(1400))
    hand_over(nodes, TOWN, number, COUNTY)
    for _ in range(3):
        nodes.send(*UP)
        nodes.send(COUNTY, TOWN)
    with nodes.at(COUNTY):
        (row,) = [one for one in fetching.get_coming(number=number).things if one.kind == "file"]
        assert (row.state, row.size > 4 * 256 * 1024) == (BelongingState.COMING, True)
    # The town's outbox holds one window, and behind it another case at once.
    with nodes.at(TOWN):
        waiting = [bytes(one) for one in outgoing.pending(COUNTY)]
        assert 0 < len(waiting) <= fetching.WINDOW
    other = receive(nodes, TOWN)
    # The line drops, and only the first two pieces had come through; then they come twice, the last before the others.
    nodes.take(COUNTY, waiting[:2], TOWN)
    nodes.take(COUNTY, [*waiting[:1], *reversed(waiting)], TOWN)
    nodes.send(*UP)
    assert other in ledger(nodes, COUNTY)
    assert files_at(nodes, COUNTY, number) == []
    nodes.meet(rounds=30)
    assert files_at(nodes, COUNTY, number) == files_at(nodes, TOWN, number)
    at_rest(nodes)


@pytest.mark.once
def test_a_case_handed_straight_on_brings_everything_to_the_last_and_the_one_between_passes_it(nodes: Nodes) -> None:
    number = applied(nodes, scan())
    hand_over(nodes, TOWN, number, COUNTY)
    # The county has the chain, not a file yet, and hands on.
    nodes.send(*UP)
    hand_over(nodes, COUNTY, number, CITY)
    nodes.send(COUNTY, CITY)
    nodes.send(CITY, COUNTY)
    nodes.send(COUNTY, CITY)
    assert files_at(nodes, CITY, number) == []
    for _ in range(3):
        nodes.later(minutes=2)
        nodes.meet(rounds=30)
    assert files_at(nodes, CITY, number) == files_at(nodes, TOWN, number)
    assert form_at(nodes, CITY, number) == i.application()
    at_rest(nodes)


def erase(nodes: Nodes, name: str, number: str) -> None:
    with nodes.at(name):
        rows = Attachment.objects.filter(case__number=number)
        for row in rows:
            storage.remove(row.stored)
        rows.delete()
        Form.objects.filter(case__number=number).delete()


def test_what_is_erased_on_its_way_does_not_come_and_what_was_erased_does_not_come_back(nodes: Nodes) -> None:
    cut, kept = applied(nodes, scan(1400)), applied(nodes, files.picture("PNG"))
    for number in (cut, kept):
        hand_over(nodes, TOWN, number, COUNTY)
    for _ in range(3):
        nodes.send(*UP)
        nodes.send(COUNTY, TOWN)
    assert ("file", BelongingState.COMING) in coming(nodes, COUNTY, cut)
    erase(nodes, TOWN, cut)
    nodes.meet(rounds=30)
    assert coming(nodes, COUNTY, cut) == [("file", BelongingState.GONE)]
    assert files_at(nodes, COUNTY, cut) == []

    erase(nodes, TOWN, kept)
    assert files_at(nodes, COUNTY, kept) != []
    hand_over(nodes, COUNTY, kept, TOWN)
    nodes.meet(rounds=20)
    assert files_at(nodes, TOWN, kept) == []
    assert form_at(nodes, TOWN, kept) is None
    at_rest(nodes)


def change_the_file(nodes: Nodes, number: str) -> None:
    """Another file in the place of the one that the ledger names; its row agrees with it."""
    data = files.picture("PNG", size=(33, 33))
    with nodes.at(TOWN):
        row = Attachment.objects.get(case__number=number)
        other = i.upload(number=number, material=i.FORM, data=data, name="0.png", by=CLERK, at=nodes.now)
        Attachment.objects.filter(key=other.key).update(taken_at=row.taken_at)
        row.delete()


def change_its_bytes(nodes: Nodes, number: str) -> None:
    """The disk rots."""
    with nodes.at(TOWN):
        row = Attachment.objects.get(case__number=number)
        stored = storage.put(storage.ATTACHMENTS, b"x" * row.size)
        Attachment.objects.filter(pk=row.pk).update(stored=stored)


def change_the_form(nodes: Nodes, number: str) -> None:
    with nodes.at(TOWN):
        changed = encode_application(i.application(fields={"company-name": "另一家"}))
        Form.objects.filter(case__number=number).update(content=changed)


@pytest.mark.once
@pytest.mark.parametrize(
    ("change", "kind"), [(change_the_file, "file"), (change_its_bytes, "file"), (change_the_form, "form")]
)
def test_what_is_not_what_the_ledger_names_is_not_kept(
    nodes: Nodes, change: Callable[[Nodes, str], None], kind: str
) -> None:
    number = applied(nodes, files.picture("PNG"))
    change(nodes, number)
    hand_over(nodes, TOWN, number, COUNTY)
    nodes.meet(rounds=30)
    assert coming(nodes, COUNTY, number) == [(kind, BelongingState.REFUSED)]
    with nodes.at(COUNTY):
        (told,) = fetching.get_coming(number=number).things
        assert told.reason
    assert (files_at(nodes, COUNTY, number) == []) == (kind == "file")
    assert (form_at(nodes, COUNTY, number) is None) == (kind == "form")
    at_rest(nodes)


def test_a_node_above_gets_them_when_it_asks_and_a_node_next_door_never(nodes: Nodes) -> None:
    number = applied(nodes, scan())
    nodes.meet()
    with nodes.at(CITY):
        assert fetching.fetch_belongings(number=number, at=nodes.now) == (TOWN,)
        uuid = queries.get_case(number).uuid
        assert fetching.get_coming(number=number).awaited == (TOWN.title(),)
    nodes.meet(rounds=20)
    assert files_at(nodes, CITY, number) == files_at(nodes, TOWN, number)
    assert files_at(nodes, COUNTY, number) == []
    # What the county only passed on, it keeps no copy of, and neither does the town's outbox.
    for name in (TOWN, COUNTY):
        with nodes.at(name):
            rows = NodeOutbox.objects.filter(case=uuid, kind__in=["belongings", "forward"])
            assert all(b'"data"' not in bytes(row.data).replace(b"\\", b"") for row in rows)
    with nodes.at(TOWN), pytest.raises(NobodyToAsk):
        fetching.fetch_belongings(number=number, at=nodes.now)
    with nodes.at("haoping"):
        fetching.begin(uuid, [TOWN], at=nodes.now)
    nodes.meet(rounds=20)
    with nodes.at(TOWN):
        (refused,) = NodeInbox.objects.filter(state="refused")
        assert (refused.origin, refused.code) == ("haoping", "Unexpected")
    with nodes.at("haoping"):
        assert not Attachment.objects.exists()
    said = StringIO()
    with nodes.at(CITY):
        call_command("node", "fetch", number, stdout=said)
    assert TOWN in said.getvalue()


@pytest.mark.once
def test_a_kind_of_a_later_version_is_refused_with_its_reason(nodes: Nodes, monkeypatch: pytest.MonkeyPatch) -> None:
    number = applied(nodes, files.picture("PNG"))
    hand_over(nodes, TOWN, number, COUNTY)
    for _ in range(2):
        nodes.send(*UP)
        nodes.send(COUNTY, TOWN)
    monkeypatch.setattr(envelopes, "KINDS", tuple(kind for kind in envelopes.KINDS if kind != "belongings"))
    report = nodes.send(*UP)
    assert {fault.code for fault in report.faults} == {"EnvelopeMalformed"}
    assert "种类不认识" in report.faults[0].words


@pytest.mark.once
def test_a_piece_kept_in_a_folder_that_lost_it_is_asked_for_again(nodes: Nodes, folder_of_files: Path) -> None:
    number = applied(nodes, scan(1400))
    hand_over(nodes, TOWN, number, COUNTY)
    for _ in range(4):
        nodes.send(*UP)
        nodes.send(COUNTY, TOWN)
    next((folder_of_files / "chunks").rglob("*/*")).unlink()
    nodes.meet(rounds=40)
    assert files_at(nodes, COUNTY, number) == files_at(nodes, TOWN, number)
    at_rest(nodes)


def test_two_nodes_cut_off_number_papers_of_one_organisation_apart_and_each_prints_what_the_other_decided(
    nodes: Nodes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("yichuang.papers.gathering.get_terms_register", HandmadeRegister)
    for name in UP:
        with nodes.at(name):
            load_regions(folder=BUNDLED, by=CLERK, at=nodes.now)
    # No link carries anything meanwhile.
    own = {name: receive(nodes, name) for name in UP}
    for name in UP:
        do(nodes, name, own[name], acts.Accept())
    hand_over(nodes, TOWN, own[TOWN], COUNTY)
    nodes.meet(UP)
    do(nodes, COUNTY, own[TOWN], acts.Grant(opinion="准予"))
    nodes.meet(UP)

    def papers(name: str) -> dict[str, bytes]:
        number = own[TOWN]
        with nodes.at(name):
            rows = list_papers(number)
            return {
                f"{row.kind} {row.number}": render_paper(number=number, kind=row.kind, seq=row.seq, site="https://x")
                for row in rows
            }

    at_town = papers(TOWN)
    # Papers are set from the ledger, so that nothing but the ledger has to travel.
    assert at_town == papers(COUNTY)
    with nodes.at(COUNTY):
        other = {row.number for row in list_papers(own[COUNTY])}
    given = {one.partition(" ")[2] for one in at_town} | other
    # 1001 and 2001 begin the ranges of the county and the town; acceptances and grants have books of their own.
    assert sorted(DocumentNumber.parse(one).serial for one in given if one) == [1001, 1001, 2001]


def test_a_county_restored_from_a_backup_asks_for_them_again(nodes: Nodes) -> None:
    number = applied(nodes, scan())
    hand_over(nodes, TOWN, number, COUNTY)
    nodes.send(*UP)
    nodes.backup(COUNTY)
    nodes.meet(UP, rounds=20)
    whole = files_at(nodes, TOWN, number)
    assert files_at(nodes, COUNTY, number) == whole
    nodes.restore(COUNTY)
    assert files_at(nodes, COUNTY, number) == []
    # What is sent again by its number has no content any more; the county's own question brings it.
    for _ in range(2):
        nodes.meet(UP, rounds=30)
        nodes.later(minutes=31)
    nodes.meet(UP, rounds=30)
    assert files_at(nodes, COUNTY, number) == whole
    assert form_at(nodes, COUNTY, number) == i.application()


@pytest.mark.once
@pytest.mark.parametrize(
    "change",
    [
        {"key": "../../etc/passwd"},
        {"key": "0" * 31},
        {"created_at": "0001-01-01T00:00:00+14:00"},
        {"created_at": "2026-11-26T01:00:00"},
        {"size": 0},
        {"material": "\0"},
        {"kind": "poem"},
    ],
)
def test_a_list_with_something_that_cannot_be_is_refused_whole(nodes: Nodes, change: dict[str, Any]) -> None:
    number = receive(nodes, TOWN)
    item = Belonging(key="0" * 32, kind="file", size=1, digest="0" * 64, created_at="2026-11-26T01:00:00+00:00")
    with nodes.at(TOWN):
        uuid = queries.get_case(number).uuid
        good, bad = (Belongings(1, True, (one,)) for one in (item, replace(item, **change)))
        with pytest.raises(BelongingUnfit):
            commands.announce_belongings(uuid=uuid, node=COUNTY, told=bad, at=nodes.now)
        assert commands.announce_belongings(uuid=uuid, node=COUNTY, told=good, at=nodes.now) == 1
