"""`yichuang node`: from nothing to nodes that know each other, and what an operator sees and settles."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test.utils import override_settings

from tests.factories.nodes import Nodes, empty_node, handmade_catalogue, nodes
from tests.integration.test_node_forks import forked
from tests.integration.test_nodes import do, receive
from yichuang.cases.values import acts
from yichuang.exchange.models.nodes import NodeOutbox
from yichuang.exchange.nodes import configuration, incoming, keyring, outgoing
from yichuang.exchange.nodes.values import (
    ConflictUnknown,
    KeyLost,
    NodeConfigFaulty,
    NodeNotConfigured,
    PrunedTooSoon,
    TreeBroken,
)

__all__ = ["empty_node", "handmade_catalogue", "nodes"]
pytestmark = pytest.mark.django_db


def folder(path: Path, name: str) -> Any:
    return override_settings(NODE=name, NODE_FILE=path / name / "node.yaml", NODE_KEYS=path / name / "keys")


def card_of(path: Path, name: str, capsys: pytest.CaptureFixture[str]) -> Path:
    capsys.readouterr()
    with folder(path, name):
        call_command("node", "card")
    card = path / f"{name}.yaml"
    card.write_text(capsys.readouterr().out, "utf-8")
    return card


def test_three_nodes_are_set_up_and_introduced(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with folder(tmp_path, "ankang"):
        call_command("node", "init", "ankang", level="city", title="安康市", serials="1-999")
    with folder(tmp_path, "ziyang"):
        call_command("node", "init", "ziyang", level="county", parent="ankang", url="http://127.0.0.1:8002")
    with folder(tmp_path, "chengguan"):
        call_command("node", "init", "chengguan", level="town", parent="ziyang")
    cards = [card_of(tmp_path, name, capsys) for name in ("ankang", "ziyang", "chengguan")]
    for name in ("ankang", "ziyang", "chengguan"):
        with folder(tmp_path, name):
            call_command("node", "meet", *map(str, cards))
            call_command("node", "meet", *map(str, cards))
            config = configuration.current()
            assert len(config.peers) == 2
            assert all(len(peer.keys) == 1 for peer in config.peers)
            assert oct((tmp_path / name / "keys" / f"{keyring.own_keys()[-1].id}.pem").stat().st_mode)[-3:] == "600"
            call_command("node", "keys")
            call_command("node", "status")
    with folder(tmp_path, "ziyang"):
        config = configuration.current()
        assert [peer.name for peer in config.neighbours] == ["ankang", "chengguan"]
        with pytest.raises(CommandError, match=r"node\.yaml"):
            call_command("node", "init", "ziyang", level="county", parent="ankang")
    with folder(tmp_path, "ankang"):
        assert configuration.current().serials == (1, 999)
        assert configuration.current().peer("ziyang").url == "http://127.0.0.1:8002"


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("name: a\nlevel: city\nparent: b\n", TreeBroken),
        ("name: A B\nlevel: city\n", NodeConfigFaulty),
        ("name: a\nlevel: city\nserials: [5]\n", NodeConfigFaulty),
        ("name: a\nlevel: city\ncolour: red\n", NodeConfigFaulty),
        ("name: [\n", NodeConfigFaulty),
        ("name: a\nlevel: city\npeers:\n- {name: a, level: county, parent: a}\n", NodeConfigFaulty),
        ("name: a\nlevel: hamlet\n", TreeBroken),
    ],
)
def test_a_faulty_node_file_is_refused(text: str, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        configuration.parse(text, file="node.yaml")


def test_an_installation_that_is_no_node_says_so(tmp_path: Path) -> None:
    with folder(tmp_path, "nobody"):
        for act in ("card", "status", "keys"):
            with pytest.raises(NodeNotConfigured):
                call_command("node", act)
        with pytest.raises(KeyLost):
            keyring.signer()


def test_an_operator_sees_a_fork_and_settles_it(nodes: Nodes, capsys: pytest.CaptureFixture[str]) -> None:
    number = forked(nodes)
    with nodes.at("ziyang"):
        call_command("node", "conflicts")
        shown = capsys.readouterr().out
        assert number in shown
        conflict = int(shown.partition("#")[2].split()[0])
        call_command("node", "conflicts", str(conflict))
        shown = capsys.readouterr().out
        assert "step-started" in shown
        assert "consultation-requested" in shown
        call_command("node", "settle", str(conflict), "keep-ours")
        call_command("node", "conflicts")
        assert "没有待处理的冲突" in capsys.readouterr().out
        with pytest.raises(ConflictUnknown):
            call_command("node", "settle", "4711", "keep-ours")


def test_a_request_a_handover_and_a_declaration_from_the_shell(
    nodes: Nodes, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    number = receive(nodes, "chengguan")
    nodes.meet()
    with nodes.at("ankang"):
        call_command("node", "request", number, "TakeSupplement", "note=齐了")
        call_command("node", "request")
        assert f"{number} TakeSupplement chengguan" in capsys.readouterr().out
    nodes.later(minutes=1)
    nodes.meet()
    with nodes.at("ankang"):
        call_command("node", "conflicts")
        assert "请求被拒" in capsys.readouterr().out
        call_command("node", "settle", "1", "noted")
    do(nodes, "chengguan", number, acts.Accept())
    with nodes.at("chengguan"):
        call_command("node", "rotate")
        call_command("node", "declare", "--today")
        call_command("node", "hand-over", number, "ziyang", reason="权限在县级")
        call_command("node", "status")
    nodes.now = nodes.later(days=300)
    nodes.meet()
    with nodes.at("ziyang"):
        call_command("node", "status")
        shown = capsys.readouterr().out
    assert "chengguan" in shown


def test_the_outbox_loses_what_was_acknowledged_long_ago_and_nothing_else(
    nodes: Nodes, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    receive(nodes, "chengguan")
    nodes.meet()
    receive(nodes, "chengguan")
    with nodes.at("chengguan"):
        outgoing.follow()
        waiting = outgoing.count_pending("ziyang")
        before = NodeOutbox.objects.count()
        assert waiting
        monkeypatch.setattr("django.utils.timezone.now", lambda: nodes.now + timedelta(days=181))
        with pytest.raises(PrunedTooSoon):
            call_command("node", "prune", days=29)
        call_command("node", "prune", "--dry-run")
        assert NodeOutbox.objects.count() == before
        call_command("node", "prune")
        said = capsys.readouterr().out
        direct = NodeOutbox.objects.filter(direct=True)
        assert direct.count() == outgoing.count_pending("ziyang") == waiting
        assert said.count(f"{before - NodeOutbox.objects.count()}封") == 2
    # What waited still arrives, and the case with it.
    nodes.meet()
    with nodes.at("ziyang"):
        assert incoming.wanted("chengguan") > waiting
