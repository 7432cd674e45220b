"""Nodes: a case goes from town to county to city and back over links that fail, and stays one ledger at each."""

import random
from datetime import datetime, timedelta

import msgspec
import pytest

from tests.factories.nodes import CHAIN, LINKS, Nodes, empty_node, handmade_catalogue, nodes
from tests.factories.people import APPLICANT, CLERK
from tests.factories.stories import receipt
from yichuang.cases import commands, queries
from yichuang.cases.values import CaseNotFound, HeldElsewhere, acts
from yichuang.exchange.domain import envelopes
from yichuang.exchange.models import NodeOutbox, NodeStream
from yichuang.exchange.nodes import configuration, conflicts, declaring, outgoing, requests, rotating, showing
from yichuang.exchange.nodes.keyring import signer
from yichuang.exchange.nodes.values import ConflictKind, RequestState
from yichuang.kernel.actor import Actor

__all__ = ["empty_node", "handmade_catalogue", "nodes"]
pytestmark = pytest.mark.django_db
ABOVE = Actor(id="city-01", name="市级李明", organisation="610900-gongshang")


def receive(nodes: Nodes, name: str) -> str:
    """Take an application in at one node and return its number."""
    with nodes.at(name):
        return commands.receive_application(
            receipt=receipt(), applicant=APPLICANT, by=CLERK, at=nodes.now, now=nodes.now
        )


def do(nodes: Nodes, name: str, number: str, act: acts.Act) -> int:
    """Do an act at one node, a minute later."""
    with nodes.at(name):
        return commands.perform(number=number, act=act, by=CLERK, at=nodes.later(minutes=1))


def hand_over(nodes: Nodes, name: str, number: str, to_node: str) -> None:
    with nodes.at(name):
        commands.hand_over_case(
            number=number, to_node=to_node, reason="权限在上级", by=CLERK, at=nodes.later(minutes=1)
        )


def ledger(nodes: Nodes, name: str) -> dict[str, list[str]]:
    """Return the hashes of every case at one node, each verified."""
    with nodes.at(name):
        found = {}
        for number, faults in queries.verify_cases():
            assert faults == (), f"{name} {number}: {faults}"
            uuid = queries.get_case(number).uuid
            found[number] = [link.hash for link in queries.list_links(uuid=uuid)]
        return found


def test_a_case_goes_up_and_comes_back_and_is_one_ledger_at_each_node(nodes: Nodes) -> None:
    number = receive(nodes, "chengguan")
    do(nodes, "chengguan", number, acts.Accept())
    # The county's link to the city is down meanwhile.
    nodes.meet(("chengguan", "ziyang"))
    hand_over(nodes, "chengguan", number, "ziyang")
    with nodes.at("chengguan"), pytest.raises(HeldElsewhere):
        commands.grant_application(number=number, opinion="同意", by=CLERK, at=nodes.now)
    nodes.meet(("chengguan", "ziyang"))
    do(nodes, "ziyang", number, acts.StartStep(step="审核", organisation="610924-gongshang", officer="甲"))
    assert ledger(nodes, "ankang") == {}
    nodes.meet(("ziyang", "ankang"))
    hand_over(nodes, "ziyang", number, "ankang")
    nodes.meet(("ziyang", "ankang"))
    do(nodes, "ankang", number, acts.FinishStep(step="审核", opinion="同意"))
    hand_over(nodes, "ankang", number, "chengguan")
    nodes.meet()
    do(nodes, "chengguan", number, acts.Grant(opinion="准予"))
    nodes.meet()

    books = [ledger(nodes, name) for name, _level, _parent in CHAIN[:3]]
    assert books[0] == books[1] == books[2]
    assert len(books[0][number]) == 8
    assert ledger(nodes, "haoping") == {}
    for name in ("ankang", "ziyang", "chengguan"):
        with nodes.at(name):
            assert queries.get_case(number, personal=True).applicant == APPLICANT
            assert all(row.backlog == row.waiting == row.refused == 0 for row in showing.list_nodes(at=nodes.now))


def test_what_is_carried_twice_late_or_out_of_order_changes_nothing(nodes: Nodes) -> None:
    numbers = [receive(nodes, "chengguan") for _ in range(4)]
    for number in numbers:
        do(nodes, "chengguan", number, acts.Accept())
    with nodes.at("chengguan"):
        outgoing.follow(at=nodes.now)
        batch = outgoing.pending("ziyang")
    assert len(batch) == 8
    ahead = nodes.take("ziyang", batch[5:])
    assert (ahead.taken, ahead.waiting, ahead.up_to, ahead.wanted) == (0, 3, 0, 1)
    first = nodes.take("ziyang", batch[:3])
    assert (first.taken, first.up_to, first.wanted) == (3, 3, 4)
    again = nodes.take("ziyang", [*batch[:2], *reversed(batch[3:5])])
    assert (again.repeated, again.wanted) == (2, 9)
    whole = nodes.take("ziyang", batch)
    assert (whole.taken, whole.repeated, whole.refused, whole.up_to) == (0, 8, 0, 8)
    assert ledger(nodes, "ziyang") == ledger(nodes, "chengguan")
    nodes.meet()
    assert ledger(nodes, "ankang") == ledger(nodes, "chengguan")


def test_a_bit_flipped_on_the_way_is_refused_and_the_whole_comes_later(nodes: Nodes) -> None:
    receive(nodes, "chengguan")
    receive(nodes, "chengguan")
    spoilt = iter(range(100))

    def flip(data: bytes) -> bytes:
        return data if next(spoilt) == 0 else data.replace(b"links", b"limks", 1)

    report = nodes.send("chengguan", "ziyang", spoil=flip)
    assert (report.taken, report.refused, report.up_to) == (1, 3, 1)
    assert all(fault.words for fault in report.faults)
    nodes.meet()
    assert len(ledger(nodes, "ankang")) == 2
    with nodes.at("ziyang"):
        row = next(row for row in showing.list_nodes(at=nodes.now) if row.name == "chengguan")
        assert row.refused == 3


def test_a_number_used_twice_is_a_replay_and_counted(nodes: Nodes) -> None:
    number = receive(nodes, "chengguan")
    nodes.meet()
    before = ledger(nodes, "ziyang")
    with nodes.at("chengguan"):
        taken = outgoing.after("ziyang", 0)[0]
        key_id, key = signer()
        said = envelopes.read(taken)
        other = envelopes.seal(
            origin=said.origin,
            destination=said.destination,
            number=said.number,
            at=nodes.now,
            key_id=key_id,
            kind=said.kind,
            body=said.body,
            signer=key,
            case=said.case,
        )
    report = nodes.take("ziyang", [other])
    assert [fault.code for fault in report.faults] == ["ReplayRefused"]
    assert report.up_to == 0
    assert ledger(nodes, "ziyang") == before == {number: before[number]}
    with nodes.at("ziyang"):
        row = next(row for row in showing.list_nodes(at=nodes.now) if row.name == "chengguan")
        assert (row.replays, row.refused) == (1, 1)


def test_a_request_is_done_by_the_holder_and_comes_back_as_the_case(nodes: Nodes) -> None:
    number = receive(nodes, "chengguan")
    nodes.meet()
    with nodes.at("ankang"):
        requests.request_act(
            number=number, act=acts.Accept(), by=Actor(id="x", name="李明", kind="system"), at=nodes.now
        )
        assert requests.list_requests()[0].state is RequestState.WAITING
    nodes.later(minutes=5)
    nodes.meet()
    assert ledger(nodes, "ankang") == ledger(nodes, "chengguan")
    with nodes.at("ankang"):
        assert requests.list_requests()[0].state is RequestState.DONE
        assert queries.get_case(number).events[-1].actor == "Ankang 李明"
        assert conflicts.list_conflicts() == ()


def test_a_request_that_the_holder_refuses_is_shown_with_his_words(nodes: Nodes) -> None:
    number = receive(nodes, "chengguan")
    nodes.meet()
    with nodes.at("ankang"):
        requests.request_act(
            number=number, act=acts.Accept(), by=Actor(id="x", name="李明", kind="system"), at=nodes.now
        )
    # The town, cut off, has refused acceptance meanwhile.
    do(nodes, "chengguan", number, acts.RefuseAcceptance(ground="no-licence-needed", reason="不需要许可"))
    nodes.later(minutes=5)
    nodes.meet()
    assert ledger(nodes, "ankang") == ledger(nodes, "chengguan")
    with nodes.at("ankang"):
        (row,) = conflicts.list_conflicts()
        assert (row.kind, row.number, row.node) == (ConflictKind.REQUEST, number, "chengguan")
        assert number in row.words
        conflicts.settle_conflict(conflict=row.id, choice="noted", by=ABOVE, at=nodes.now)
        assert conflicts.list_conflicts() == ()


def test_a_request_follows_a_case_that_was_handed_on_meanwhile(nodes: Nodes) -> None:
    number = receive(nodes, "chengguan")
    nodes.meet()
    with nodes.at("ankang"):
        requests.request_act(
            number=number, act=acts.Accept(), by=Actor(id="x", name="李明", kind="system"), at=nodes.now
        )
    hand_over(nodes, "chengguan", number, "ziyang")
    nodes.later(minutes=5)
    nodes.meet()
    with nodes.at("ankang"):
        (row,) = requests.list_requests()
        assert (row.state, row.node) == (RequestState.DONE, "ziyang")
    assert ledger(nodes, "ankang") == ledger(nodes, "ziyang") == ledger(nodes, "chengguan")


def test_a_node_next_door_gets_the_whole_case_when_it_is_handed_over(nodes: Nodes) -> None:
    number = receive(nodes, "chengguan")
    do(nodes, "chengguan", number, acts.Accept())
    nodes.meet()
    hand_over(nodes, "chengguan", number, "haoping")
    nodes.meet()
    do(nodes, "haoping", number, acts.Grant(opinion="准予"))
    nodes.meet()
    books = [ledger(nodes, name) for name, _level, _parent in CHAIN]
    assert books[0] == books[1] == books[2] == books[3]


def test_a_key_changed_in_mid_stream_loses_nothing(nodes: Nodes) -> None:
    receive(nodes, "chengguan")
    with nodes.at("chengguan"):
        outgoing.follow(at=nodes.now)
        before = rotating.rotate_key(at=nodes.now)
    receive(nodes, "chengguan")
    with nodes.at("chengguan"):
        outgoing.follow(at=nodes.now)
        rotating.rotate_key(at=nodes.now, valid_until=nodes.now + timedelta(days=400))
    receive(nodes, "chengguan")
    # Envelope by envelope, so that every change falls between two batches.
    for _ in range(20):
        nodes.send("chengguan", "ziyang", limit=1)
    nodes.meet()
    assert len(ledger(nodes, "ankang")) == 3
    assert ledger(nodes, "ankang") == ledger(nodes, "ziyang") == ledger(nodes, "chengguan")
    with nodes.at("ankang"):
        row = next(row for row in showing.list_nodes(at=nodes.now) if row.name == "chengguan")
        assert row.key_id != before.id
        assert row.key_valid_until == nodes.now + timedelta(days=400)


def test_a_lost_key_is_unknown_until_the_new_card_is_there(nodes: Nodes) -> None:
    receive(nodes, "chengguan")
    with nodes.at("chengguan"):
        rotating.rotate_key(at=nodes.now, announce=False)
    report = nodes.send("chengguan", "ziyang")
    assert {fault.code for fault in report.faults} == {"UnknownKey"}
    assert report.up_to == 0
    nodes.introduce()
    nodes.meet()
    assert len(ledger(nodes, "ankang")) == 1


def test_what_came_by_way_of_another_waits_for_its_origins_key(nodes: Nodes) -> None:
    with nodes.at("ankang"):
        path = nodes.files["ankang"]["NODE_FILE"]
        written = configuration.read_file(path)
        peers = [
            msgspec.structs.replace(one, keys=() if one.name == "chengguan" else one.keys) for one in written.peers
        ]
        configuration.write(path, msgspec.structs.replace(written, peers=tuple(peers)))
    receive(nodes, "chengguan")
    nodes.meet()
    assert ledger(nodes, "ankang") == {}
    with nodes.at("ankang"):
        assert row_of("chengguan", nodes.now).waiting == 1
        assert "密钥" in showing.list_held()[0][-1]
    nodes.introduce()
    nodes.meet()
    assert ledger(nodes, "ankang") == ledger(nodes, "chengguan")


def test_a_case_whose_beginning_was_lost_is_asked_for(nodes: Nodes) -> None:
    number = receive(nodes, "chengguan")
    nodes.meet(("chengguan", "ziyang"))
    # The county loses what it was to pass on to the city (its disk failed), and the case goes on.
    with nodes.at("ziyang"):
        NodeOutbox.objects.filter(destination="ankang").delete()
        NodeStream.objects.filter(origin="ziyang", destination="ankang").delete()
    do(nodes, "chengguan", number, acts.Accept())
    nodes.meet()
    assert ledger(nodes, "ankang") == ledger(nodes, "chengguan")
    with nodes.at("ankang"):
        assert row_of("chengguan", nodes.now).waiting == 0


def test_a_day_is_complete_when_everything_declared_is_here(nodes: Nodes) -> None:
    numbers = [receive(nodes, "chengguan") for _ in range(3)]
    do(nodes, "chengguan", numbers[0], acts.Accept())
    with nodes.at("chengguan"):
        outgoing.follow(at=nodes.now)
        cut = outgoing.pending("ziyang", 4)
        assert declaring.declare(at=nodes.now) == 0
        nodes.later(days=1)
        assert declaring.declare(at=nodes.now) == 1
        assert declaring.declare(at=nodes.now) == 0
        rest = outgoing.after("ziyang", len(cut), 100)
    nodes.take("ziyang", cut)
    with nodes.at("ziyang"):
        assert row_of("chengguan", nodes.now).complete_permille is None
    nodes.take("ziyang", rest)
    with nodes.at("ziyang"):
        row = row_of("chengguan", nodes.now)
        assert (row.declared_events, row.complete_permille) == (4, 1000)


def test_a_clock_a_day_off_is_shown_and_believed_in_nothing(nodes: Nodes) -> None:
    number = receive(nodes, "chengguan")
    with nodes.at("chengguan"):
        outgoing.follow(at=nodes.now + timedelta(days=1))
    nodes.meet()
    with nodes.at("ziyang"):
        assert row_of("chengguan", nodes.now).skew_seconds == 24 * 3600
        assert queries.get_case(number).row.received_at == nodes.now


@pytest.mark.parametrize("seed", [1, 2])
def test_whatever_the_links_do_nothing_is_lost_and_nothing_doubled(nodes: Nodes, seed: int) -> None:
    chance = random.Random(seed)
    names = [name for name, _level, _parent in CHAIN]
    held: dict[str, str] = {}
    appended: dict[str, int] = {}
    for _ in range(40):
        nodes.later(minutes=1)
        if len(held) < 6 and chance.random() < 0.4:
            number = receive(nodes, holder := chance.choice(names))
            held[number], appended[number] = holder, 1
        number = chance.choice(list(held)) if held else ""
        if number and is_here(nodes, held[number], number):
            if chance.random() < 0.4:
                to_node = chance.choice([name for name in names if name != held[number]])
                hand_over(nodes, held[number], number, to_node)
                held[number] = to_node
            else:
                do(nodes, held[number], number, acts.CorrectMaterials(note="更正"))
            appended[number] += 1
        # A link lets something through, drops some, repeats some, and mixes their order; or its answer is lost.
        origin, destination = chance.choice([*LINKS, *((b, a) for a, b in LINKS)])
        with nodes.at(origin):
            outgoing.follow(at=nodes.now)
            batch = [one for one in outgoing.pending(destination) if chance.random() < 0.8]
        if chance.random() < 0.5:
            chance.shuffle(batch)
        report = nodes.take(destination, batch + batch[: chance.randrange(3)], origin)
        assert report.refused == 0
        if chance.random() < 0.7:
            with nodes.at(origin):
                outgoing.acknowledge(destination, report.up_to, at=nodes.now, wanted=report.wanted)
    nodes.meet()
    books = {name: ledger(nodes, name) for name in names}
    assert {number: len(books["ankang"][number]) for number in held} == appended
    for name in names:
        for number, hashes in books[name].items():
            assert hashes == books["ankang"][number]
        with nodes.at(name):
            assert all(row.backlog == row.waiting == row.refused == 0 for row in showing.list_nodes(at=nodes.now))


def is_here(nodes: Nodes, name: str, number: str) -> bool:
    """Tell whether a case that was handed to a node has reached it."""
    with nodes.at(name):
        try:
            return queries.get_case(number).holder == ""
        except CaseNotFound:
            return False


def row_of(name: str, at: datetime) -> showing.NodeRow:
    return next(row for row in showing.list_nodes(at=at) if row.name == name)
