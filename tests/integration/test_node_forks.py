"""Forks: a node restored from a backup acts again; the two branches are found, shown at both, and settled above."""

import pytest

from tests.factories.nodes import Nodes, empty_node, handmade_catalogue, nodes
from tests.factories.people import CLERK
from tests.integration.test_nodes import ABOVE, do, hand_over, ledger, receive
from yichuang.cases import commands, queries
from yichuang.cases.values import HeldElsewhere, acts
from yichuang.exchange.nodes import conflicts, handing
from yichuang.exchange.nodes.values import ConflictKind, ConflictSettled, ConflictState, NotAbove

__all__ = ["empty_node", "handmade_catalogue", "nodes"]
pytestmark = pytest.mark.django_db
CONSULTED = acts.Consult(organisation="610924-huanbao", question="是否符合环保要求")


def forked(nodes: Nodes) -> str:
    """Let the town be restored and act a second time; return the case's number."""
    number = receive(nodes, "chengguan")
    do(nodes, "chengguan", number, acts.Accept())
    nodes.meet()
    nodes.backup("chengguan")
    do(nodes, "chengguan", number, acts.StartStep(step="审核", organisation="610924-gongshang", officer="甲"))
    # Another case, so that the numbers of envelopes differ by more than one.
    receive(nodes, "chengguan")
    nodes.meet()
    nodes.restore("chengguan")
    do(nodes, "chengguan", number, CONSULTED)
    nodes.meet()
    return number


def the_fork(nodes: Nodes, name: str, other: str) -> conflicts.ConflictRow:
    with nodes.at(name):
        rows = [row for row in conflicts.list_conflicts() if row.node == other]
        assert [row.kind for row in rows] == [ConflictKind.FORK]
        return rows[0]


def names(lines: tuple[conflicts.LinkLine, ...]) -> list[str]:
    return [line.name.split(".")[1] for line in lines]


def test_a_fork_is_shown_with_both_branches_on_both_sides(nodes: Nodes) -> None:
    number = forked(nodes)
    row = the_fork(nodes, "ziyang", "chengguan")
    assert (row.number, row.seq, row.state) == (number, 3, ConflictState.OPEN)
    assert (names(row.ours), names(row.theirs)) == (["step-started"], ["consultation-requested"])
    mirrored = the_fork(nodes, "chengguan", "ziyang")
    assert (names(mirrored.ours), names(mirrored.theirs)) == (["consultation-requested"], ["step-started"])
    # Nothing of the second branch was written, and every ledger verifies.
    assert ledger(nodes, "ziyang")[number] == ledger(nodes, "ankang")[number]
    assert ledger(nodes, "chengguan")[number] != ledger(nodes, "ziyang")[number]


def test_the_node_above_decides_and_the_case_goes_on_there(nodes: Nodes) -> None:
    number = forked(nodes)
    mirrored = the_fork(nodes, "chengguan", "ziyang")
    with nodes.at("chengguan"), pytest.raises(ConflictSettled):
        conflicts.settle_conflict(conflict=mirrored.id, choice="keep-ours", by=CLERK, at=nodes.now)
    row = the_fork(nodes, "ziyang", "chengguan")
    with nodes.at("ziyang"):
        conflicts.settle_conflict(conflict=row.id, choice="keep-ours", by=ABOVE, at=nodes.later(minutes=1))
        with pytest.raises(ConflictSettled):
            conflicts.settle_conflict(conflict=row.id, choice="keep-ours", by=ABOVE, at=nodes.now)
    do(nodes, "ziyang", number, acts.FinishStep(step="审核", opinion="同意"))
    nodes.later(minutes=1)
    nodes.meet()
    assert ledger(nodes, "ziyang")[number] == ledger(nodes, "ankang")[number]
    for name in ("ankang", "ziyang", "chengguan"):
        with nodes.at(name):
            assert conflicts.list_conflicts() == ()
    with nodes.at("chengguan"), pytest.raises(HeldElsewhere):
        commands.grant_application(number=number, opinion="同意", by=CLERK, at=nodes.now)


def test_their_events_are_filed_as_reported_behind_ours(nodes: Nodes) -> None:
    number = forked(nodes)
    row = the_fork(nodes, "ziyang", "chengguan")
    with nodes.at("ziyang"):
        conflicts.settle_conflict(conflict=row.id, choice="file-theirs", by=ABOVE, at=nodes.later(minutes=1))
        told = [line.name.split(".")[1] for line in queries.get_case(number).events]
    assert {"step-started", "consultation-requested"} <= set(told)
    nodes.meet()
    assert ledger(nodes, "ziyang")[number] == ledger(nodes, "ankang")[number]


def test_a_retired_node_that_is_switched_on_again_cannot_go_on_with_a_case(nodes: Nodes) -> None:
    number = receive(nodes, "chengguan")
    nodes.backup("chengguan")
    hand_over(nodes, "chengguan", number, "ziyang")
    nodes.meet()
    do(nodes, "ziyang", number, acts.Accept())
    # The old machine is switched on beside the ledger that went on without it.
    nodes.restore("chengguan")
    do(nodes, "chengguan", number, acts.RefuseAcceptance(ground="no-licence-needed", reason="不需要许可"))
    nodes.meet()
    row = the_fork(nodes, "ziyang", "chengguan")
    assert names(row.theirs) == ["acceptance-refused", "case-closed"]
    with nodes.at("ziyang"):
        conflicts.settle_conflict(conflict=row.id, choice="keep-ours", by=ABOVE, at=nodes.later(minutes=1))
    nodes.meet()
    assert ledger(nodes, "ziyang")[number] == ledger(nodes, "ankang")[number]


def test_a_restored_node_is_given_back_what_it_had_sent_before_it_acts_again(nodes: Nodes) -> None:
    number = receive(nodes, "chengguan")
    nodes.meet()
    nodes.backup("chengguan")
    do(nodes, "chengguan", number, acts.Accept())
    later = receive(nodes, "chengguan")
    nodes.meet()
    nodes.restore("chengguan")
    assert list(ledger(nodes, "chengguan")) == [number]
    # A greeting is enough: the county says which number it wants.
    nodes.meet()
    assert ledger(nodes, "chengguan") == ledger(nodes, "ziyang") == ledger(nodes, "ankang")
    do(nodes, "chengguan", number, acts.Grant(opinion="准予"))
    do(nodes, "chengguan", later, acts.Accept())
    assert receive(nodes, "chengguan") not in {number, later}
    nodes.meet()
    assert ledger(nodes, "chengguan") == ledger(nodes, "ziyang") == ledger(nodes, "ankang")
    for name in ("ankang", "ziyang", "chengguan"):
        with nodes.at(name):
            assert conflicts.list_conflicts() == ()


def test_a_node_above_takes_over_from_one_that_is_lost_and_nobody_else_may(nodes: Nodes) -> None:
    number = receive(nodes, "chengguan")
    nodes.meet()
    hand_over(nodes, "chengguan", number, "haoping")
    nodes.meet()
    with nodes.at("chengguan"), pytest.raises(NotAbove):
        handing.take_over(number=number, reason="急", by=CLERK, at=nodes.now)
    with nodes.at("ziyang"):
        handing.take_over(number=number, reason="该镇节点机房失火", by=ABOVE, at=nodes.later(minutes=1))
    do(nodes, "ziyang", number, acts.Accept())
    nodes.meet()
    books = [ledger(nodes, name) for name in ("ankang", "ziyang", "chengguan", "haoping")]
    assert books[0] == books[1] == books[2] == books[3]
    with nodes.at("haoping"), pytest.raises(HeldElsewhere):
        commands.grant_application(number=number, opinion="同意", by=CLERK, at=nodes.now)
