"""Links of a case between nodes: it goes from town to city and back, and its one chain verifies wherever it is."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import msgspec
import pytest
from django.db import transaction
from hypothesis import HealthCheck, given
from hypothesis import settings as given_settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.factories import running
from tests.factories.at_once import asked, at_once, on_disk
from tests.factories.catalogue import handmade_catalogue
from tests.factories.filings import decided, filing
from tests.factories.filings import file as file_all
from tests.factories.people import APPLICANT, CLERK, CONNECTOR, HEAD
from tests.factories.stories import china
from tests.integration.test_corrections import facts_of, is_sound
from yichuang.cases import commands, nodes, queries
from yichuang.cases.domain import acts as a
from yichuang.cases.domain import chain
from yichuang.cases.domain import refusals as r
from yichuang.cases.models import Applicant, Case, Event, Facts
from yichuang.cases.values import (
    BranchUnfit,
    CaseNotFound,
    HeldElsewhere,
    LinkBroken,
    LinkRow,
    LinksMissing,
    NodeUnknown,
    Origin,
    OriginDiffers,
    SerialsUsedUp,
    Taken,
    case_uuid,
)
from yichuang.kernel.actor import Actor, ActorKind
from yichuang.kernel.identifiers.case_number import parse_number

__all__ = ["handmade_catalogue"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("handmade_catalogue")]

NOON = china("2026-03-02 12:00")
AGENT = a.AssignAgent(agent_id="agent-1", agent_name="代办员")
Ledger = dict[str, tuple[Origin, tuple[LinkRow, ...]]]


def take(origin: Origin, links: Any, *, by: str = "town") -> Taken:
    """Take links as another node sends them: over a wire and back."""
    sent = msgspec.json.decode(msgspec.json.encode((origin, links)), type=tuple[Origin, tuple[LinkRow, ...]])
    return commands.take_links(
        origin=sent[0], links=sent[1], by=Actor(id=f"node:{by}", name=by, kind=ActorKind.NODE), at=NOON
    )


class Node:
    """A node whose ledger is in the database only while it is open: one test database serves several."""

    def __init__(self, name: str, settings: Any) -> None:
        self.name, self._settings = name, settings
        self.ledger: Ledger = {}

    @contextmanager
    def open(self) -> Iterator[None]:
        """Let the database be this node's; what it holds at the end is kept, and the database emptied."""
        self._settings.NODE = self.name
        with transaction.atomic():
            for origin, links in self.ledger.values():
                assert take(origin, links, by="own-backup").new == len(links)
            yield
            self.ledger = {
                uuid.hex: (queries.get_origin(uuid), queries.list_links(uuid=uuid))
                for uuid in Case.objects.values_list("uuid", flat=True)
            }
            transaction.set_rollback(True)
        self._settings.NODE = ""

    def send(self, other: "Node") -> Taken:
        """Send all it holds to another; return what became of the last."""
        taken = Taken("", 0)
        with other.open():
            for origin, links in self.ledger.values():
                known = len(other.ledger[origin.uuid][1]) if origin.uuid in other.ledger else 0
                taken = take(origin, links[known:] or links, by=self.name)
        return taken


@pytest.fixture
def town(settings: Any) -> Node:
    return Node("town", settings)


@pytest.fixture
def city(settings: Any) -> Node:
    return Node("city", settings)


# -- there and back ----------------------------------------------------------------------------------------------------


def test_a_case_handed_from_town_to_city_and_back_keeps_one_chain_that_verifies_at_both(town: Node, city: Node) -> None:
    with town.open():
        number = running.accept("2015-02-13")
        handed = commands.hand_over_case(number=number, to_node="city", reason="权限", by=CLERK, at=china("2015-02-14"))
        assert handed == 3
        with pytest.raises(HeldElsewhere, match="city"):
            commands.perform(number=number, act=a.Grant(), by=HEAD, at=china("2015-02-15"))
    assert town.send(city).new == 3

    with city.open():
        assert is_sound(number)
        assert queries.get_case(number, personal=True).applicant == APPLICANT
        commands.perform(number=number, act=AGENT, by=CLERK, at=china("2015-02-16"))
        commands.hand_over_case(number=number, to_node="town", reason="退回", by=CLERK, at=china("2015-02-17"))
        there = facts_of(number)
    assert city.send(town).new == 2

    with town.open():
        assert is_sound(number)
        assert facts_of(number) == there
        again = replace(AGENT, agent_id="agent-2")
        assert commands.perform(number=number, act=again, by=CLERK, at=china("2015-02-18")) == 6
    assert town.send(city).new == 1
    assert town.ledger == city.ledger


HAPPENINGS = ("act", "hand over", "correct", "delete", "send")


@given_settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(HAPPENINGS), st.integers(0, 3)), max_size=9))
def test_whatever_happens_at_whoever_holds_it_both_ledgers_are_one_and_verify(
    settings: Any, steps: list[tuple[str, int]]
) -> None:
    holder, other = Node("town", settings), Node("city", settings)
    with holder.open():
        (filed,) = file_all([filing("N-1", decided())])
    holder.send(other)
    for minute, (kind, place) in enumerate(steps):
        at = china(f"2026-03-03 10:{minute:02d}")
        with holder.open():
            if kind == "act":
                # A case that is at its end takes no agent.
                with suppress(r.NotPossibleNow), transaction.atomic():
                    commands.perform(number=filed.number, act=AGENT, by=CLERK, at=at)
            elif kind == "hand over":
                commands.hand_over_case(number=filed.number, to_node=other.name, reason="移交", by=CLERK, at=at)
            elif kind != "send":
                past = filing("N-1", decided(decided_on=f"2015-02-{24 + place}"))
                report = replace(past, deleted="试") if kind == "delete" else past
                ((one,),) = commands.record_histories([report], by=CONNECTOR, now=at, corrections=True)
                assert one.refusal is None
        holder.send(other)
        if kind == "hand over":
            holder, other = other, holder
    assert holder.ledger == other.ledger
    for node in (holder, other):
        with node.open():
            assert is_sound(filed.number)


def test_a_node_that_lost_its_end_gets_its_own_links_back(town: Node, city: Node) -> None:
    with town.open():
        number = running.accept("2015-02-13")
    town.send(city)
    uuid = next(iter(town.ledger))
    origin, links = town.ledger[uuid]
    town.ledger[uuid] = (origin, links[:1])
    assert city.send(town).new == 1
    with town.open():
        assert is_sound(number)
        assert commands.perform(number=number, act=AGENT, by=CLERK, at=china("2015-02-16")) == 3


# -- two branches ------------------------------------------------------------------------------------------------------


def branched(town: Node, city: Node) -> tuple[str, tuple[LinkRow, ...]]:
    """Let the town, restored from a backup, go on with a case that the city knows further; return number and branch."""
    with town.open():
        number = running.accept("2015-02-13")
    backup = dict(town.ledger)
    with town.open():
        commands.perform(number=number, act=AGENT, by=CLERK, at=china("2015-02-16"))
    town.send(city)
    town.ledger = backup
    with town.open():
        commands.perform(number=number, act=a.StartStep(step="审核"), by=CLERK, at=china("2015-02-14"))
    taken = town.send(city)
    assert taken.conflict is not None
    return number, taken.conflict.theirs


def test_an_ancestor_takes_a_forked_case_over_and_files_the_other_branch_as_reported_late(
    town: Node, city: Node
) -> None:
    number, theirs = branched(town, city)
    with city.open():
        assert commands.take_over_case(number=number, reason="账本分叉", by=HEAD, at=NOON) == 4
        assert commands.file_branch(number=number, links=theirs, by=HEAD, at=NOON) == 6
        assert [type(line.event).__name__ for line in queries.list_acts(number)] == [
            "ApplicationReceived", "ApplicationAccepted", "StepStarted", "AgentAssigned", "CasePassedToNode",
        ]  # fmt: skip
        assert is_sound(number)
        assert queries.get_state(number).holder == ""
        assert commands.file_branch(number=number, links=theirs, by=HEAD, at=NOON) == 6
        with pytest.raises(r.AlreadyThere):
            commands.take_over_case(number=number, reason="再接", by=HEAD, at=NOON)


def test_a_branch_that_cannot_have_happened_beside_ours_is_refused(town: Node, city: Node) -> None:
    number, theirs = branched(town, city)
    again = replace(theirs[0], name="cases.application-accepted.v1", payload='{"kind":"promised"}')
    with city.open():
        commands.take_over_case(number=number, reason="账本分叉", by=HEAD, at=NOON)
        with pytest.raises(BranchUnfit, match="受理"):
            commands.file_branch(number=number, links=[again], by=HEAD, at=NOON)
        assert Event.objects.count() == 4


# -- taking ------------------------------------------------------------------------------------------------------------


def sent(settings: Any) -> tuple[str, Origin, tuple[LinkRow, ...]]:
    """Return a case of another node: its number, origin and links; here nothing of it is left."""
    one = Node("town", settings)
    with one.open():
        number = running.accept("2015-02-13")
    ((origin, links),) = one.ledger.values()
    settings.NODE = "city"
    return number, origin, links


def test_taking_the_same_again_or_overlapping_changes_nothing(settings: Any) -> None:
    number, origin, links = sent(settings)
    assert take(origin, links[:1]) == Taken(number, 1)
    assert take(origin, links) == Taken(number, 1)
    assert take(origin, links) == Taken(number, 0)
    assert take(origin, ()) == Taken(number, 0)
    assert queries.list_links(uuid=origin.uuid) == links
    assert queries.list_links(uuid=origin.uuid, after_seq=1) == links[1:]
    assert queries.get_origin(origin.uuid) == origin
    assert is_sound(number)


def test_a_gap_is_refused_with_the_place_that_is_expected(settings: Any) -> None:
    _, origin, links = sent(settings)
    with pytest.raises(LinksMissing) as refused:
        take(origin, links[1:])
    assert refused.value.details["expected_seq"] == 1
    assert not Case.objects.exists()


@pytest.mark.parametrize(
    "changed",
    [
        {"payload": "{}"}, {"actor_name": "别人"}, {"name": "cases.case-archived.v1"}, {"seq": 7},
        {"source_at": "2015-02-13T02:00:00.000001Z"}, {"hash": "00" * 32},
    ],
)  # fmt: skip
def test_a_link_that_was_changed_on_its_way_is_refused_and_nothing_is_written(
    settings: Any, changed: dict[str, Any]
) -> None:
    _, origin, links = sent(settings)
    with pytest.raises(LinkBroken):
        take(origin, (links[0], replace(links[1], **changed)))
    assert not Event.objects.exists()


def rehashed(origin: Origin, link: LinkRow, *, head: bytes) -> LinkRow:
    """Return a link as its chain would have it behind a head."""
    times = (link.source_at, link.received_at, link.recorded_at)
    made = chain.link(
        head, case_uuid=origin.uuid, seq=link.seq, name=link.name, times=times,
        actor=(link.actor_id, link.actor_name), payload=link.payload.encode(),
    )  # fmt: skip
    return replace(link, hash=made.hex())


def test_a_time_in_another_form_is_refused_even_where_its_hash_fits(settings: Any) -> None:
    _, origin, links = sent(settings)
    other = replace(links[0], source_at="2015-02-13T10:00:00.000000+08:00")
    with pytest.raises(LinkBroken, match="时间"):
        take(origin, (rehashed(origin, other, head=chain.GENESIS),))


def test_two_branches_of_one_case_are_a_fork_and_nothing_is_written(settings: Any) -> None:
    number, origin, links = sent(settings)
    take(origin, links)
    # The town was restored from a backup and went on by itself.
    other = rehashed(origin, replace(links[1], actor_name="另一人"), head=bytes.fromhex(links[0].hash))

    taken = take(origin, (links[0], other))

    assert taken.new == 0
    assert taken.conflict is not None
    assert (taken.conflict.number, taken.conflict.seq) == (number, 2)
    assert (taken.conflict.ours, taken.conflict.theirs) == (links[1:], (other,))
    assert Event.objects.count() == 2


def test_a_case_by_another_identity_is_refused(settings: Any) -> None:
    number, origin, links = sent(settings)
    for wrong in (replace(origin, uuid="0" * 32), replace(origin, source_key="别的")):
        with pytest.raises(OriginDiffers):
            take(wrong, links)
    take(origin, links)
    with pytest.raises(OriginDiffers):
        take(replace(origin, number="6109242015021300002K"), links)
    assert is_sound(number)


def test_an_applicant_whom_the_receipt_does_not_name_is_not_kept(settings: Any) -> None:
    number, origin, links = sent(settings)
    take(replace(origin, applicant=replace(APPLICANT, name="冒名")), links)
    assert not Applicant.objects.exists()
    take(origin, links)
    assert Applicant.objects.get().name == APPLICANT.name
    assert is_sound(number)


@pytest.mark.django_db(transaction=True)
def test_the_same_links_by_two_ways_at_once_are_taken_once(settings: Any, tmp_path: Path) -> None:
    number, origin, links = sent(settings)
    with on_disk(tmp_path):
        taken = at_once([lambda: take(origin, links) for _ in range(4)])
        assert sorted(one.new for one in taken) == [0, 0, 0, 2]
        assert asked(lambda: is_sound(number))


def test_a_case_founded_by_another_way_between_two_looks_is_taken_once(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    number, origin, links = sent(settings)
    take(origin, links)
    find, looks = nodes._find, []

    def too_early(uuid: Any, *, lock: bool = False) -> Any:
        looks.append(uuid)
        return None if len(looks) == 1 else find(uuid, lock=lock)

    monkeypatch.setattr(nodes, "_find", too_early)

    assert take(origin, links) == Taken(number, 0)
    assert len(looks) == 2
    assert is_sound(number)


# -- holding -----------------------------------------------------------------------------------------------------------


def test_an_installation_without_a_name_asks_nothing_and_hands_nothing_over() -> None:
    number = running.accept("2015-02-13")
    with pytest.raises(NodeUnknown):
        commands.hand_over_case(number=number, to_node="city", reason="", by=CLERK, at=china("2015-02-14"))
    assert "node" not in Event.objects.get(seq=1).payload
    assert queries.get_state(number).holder == ""


def test_a_case_is_not_handed_to_the_node_that_has_it_nor_when_archived(settings: Any) -> None:
    settings.NODE = "town"
    (filed,) = file_all([filing("N-1", [*decided(), (a.Archive(folder="1"), "2015-03-01")])])
    with pytest.raises(r.NotPossibleNow):
        commands.hand_over_case(number=filed.number, to_node="city", reason="", by=CLERK, at=NOON)
    number = running.accept("2015-02-13")
    assert '"node":"town"' in Event.objects.get(case__number=number, seq=1).payload
    with pytest.raises(r.AlreadyThere):
        commands.hand_over_case(number=number, to_node="town", reason="", by=CLERK, at=NOON)


def test_what_another_node_holds_is_offered_to_nobody_here_and_does_not_lapse_here(settings: Any) -> None:
    settings.NODE = "town"
    number = running.receive("2015-02-13")
    commands.hand_over_case(number=number, to_node="city", reason="", by=CLERK, at=china("2015-02-14"))
    state, file = queries.get_state(number), queries.get_case(number)
    assert (state.holder, state.possible, file.holder, file.open_acts) == ("city", (), "city", ())
    assert commands.accept_by_lapse(now=china("2015-03-30")) == ()


def test_a_source_with_more_to_say_of_a_case_held_elsewhere_is_refused_and_the_same_again_is_not(settings: Any) -> None:
    settings.NODE = "town"
    (filed,) = file_all([filing("N-1", decided()[:2])])
    commands.hand_over_case(number=filed.number, to_node="city", reason="", by=CLERK, at=NOON)
    for history, kind in ((decided()[:2], type(None)), (decided(), HeldElsewhere)):
        ((again,),) = commands.record_histories([filing("N-1", history)], by=CONNECTOR, now=NOON, corrections=True)
        assert isinstance(again.refusal, kind)
        assert again.new_events == 0


@pytest.mark.django_db(transaction=True)
def test_news_says_who_holds_a_case_and_what_was_appended_here(settings: Any) -> None:
    number, origin, links = sent(settings)
    start = queries.end_of_ledger(queries.START)
    take(origin, links)
    own = running.receive("2015-02-20", county="610902")
    commands.hand_over_case(number=own, to_node="town", reason="", by=CLERK, at=china("2015-02-21"))

    rows, end = queries.read_news(start, 2)
    more, last = queries.read_news(end, 10)
    rows += more

    assert [(row.number, row.seq, row.holder, row.own_appended) for row in rows] == [
        (number, 1, "town", False), (number, 2, "town", False), (own, 1, "city", True), (own, 2, "town", True),
    ]  # fmt: skip
    assert rows[-1].holders == ("city", "town")
    assert queries.read_news(last, 10) == ((), last)
    commands.take_over_case(number=number, reason="失联", by=CLERK, at=NOON)
    ((taken_over,), _) = queries.read_news(last, 10)
    assert (taken_over.holder, taken_over.own_appended) == ("city", True)


def test_a_case_that_is_not_here_has_no_links_and_no_origin() -> None:
    unknown = case_uuid(source="x", source_key="y")
    assert queries.list_links(uuid=unknown) == ()
    with pytest.raises(CaseNotFound):
        queries.get_origin(unknown)


# -- serials -----------------------------------------------------------------------------------------------------------


def test_a_node_gives_out_serials_of_its_own_range_and_stops_at_its_end(settings: Any) -> None:
    running.receive("2015-02-13")
    settings.NODE_SERIALS = (20_000, 20_001)
    serials = [parse_number(running.receive("2015-02-13")).serial for _ in range(2)]
    assert serials == [20_000, 20_001]
    with pytest.raises(SerialsUsedUp, match="20000—20001"):
        running.receive("2015-02-13")
    assert Case.objects.count() == 3


def test_a_filing_for_which_no_number_is_left_costs_itself_only(settings: Any) -> None:
    settings.NODE_SERIALS = (1, 1)
    filed = file_all([filing("N-1", decided()), filing("N-2", decided()), filing("N-3", decided(on="2015-02-16"))])
    assert [type(one.refusal) for one in filed] == [type(None), SerialsUsedUp, type(None)]
    assert Facts.objects.count() == 2
