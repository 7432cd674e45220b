"""Pages of a node: a to-do of what can be done here, a case handed on by a form, and its holder asked by one."""

import re
from datetime import date, datetime
from html import unescape

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings
from django.utils import timezone

from tests.factories.nodes import Nodes, empty_node, handmade_catalogue, nodes
from tests.factories.people import CLERK
from tests.integration.test_nodes import do, hand_over, receive
from yichuang.accounts.commands import grant_role
from yichuang.accounts.models import User
from yichuang.accounts.values import Area, Role
from yichuang.cases import queries
from yichuang.cases.commands import perform
from yichuang.cases.values import acts

__all__ = ["empty_node", "handmade_catalogue", "nodes"]
pytestmark = pytest.mark.django_db
PASSWORD = "a long enough phrase"
CENTRE = Area("610924", "", "610924-centre")


@pytest.fixture(autouse=True)
def clock(nodes: Nodes, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let pages tell the time of the nodes."""

    def now() -> datetime:
        return nodes.now

    monkeypatch.setattr(timezone, "now", now)


def somebody(role: Role = Role.CENTRE_MANAGER, language: str = "zh-hans", *, area: Area = CENTRE) -> Client:
    """Sign a new person in at the node that is on; his password has just not been given."""
    user = User.objects.create_user(f"{role}-{language}-{User.objects.count()}", PASSWORD, display_name="王主任")
    grant_role(user=user, role=role, area=area, valid_from=date(2015, 1, 1))
    client = Client(headers={"accept-language": language})
    client.force_login(user)
    return client


def shown(answer: HttpResponse, status: int = 200) -> str:
    assert answer.status_code == status, f"{answer.status_code}: {answer.content.decode()[:2000]}"
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())


def versioned(client: Client, address: str, **typed: str) -> dict[str, str]:
    """Open a form and return what is sent with these words in it."""
    found = re.search(r'name="version" value="(\d+)"', client.get(address).content.decode())
    assert found, f"no form at {address}"
    return {"version": found[1], "password": PASSWORD, **typed}


def test_a_to_do_holds_what_can_be_done_here_and_another_list_what_others_hold(nodes: Nodes) -> None:
    here, away = receive(nodes, "chengguan"), receive(nodes, "chengguan")
    hand_over(nodes, "chengguan", away, "ziyang")
    nodes.later(minutes=1)
    nodes.meet()
    for node, mine, others in (("chengguan", here, away), ("ziyang", away, here)):
        with nodes.at(node):
            client = somebody()
            todo = shown(client.get("/workbench/todo/?kind=receive"))
            assert mine in todo and others not in todo
            elsewhere = shown(client.get("/workbench/todo/?kind=elsewhere"))
            holder = "Ziyang" if node == "chengguan" else "Chengguan"
            assert others in elsewhere and mine not in elsewhere
            assert f"由{holder}办理" in elsewhere and "时限内" in elsewhere and "到期" in elsewhere
            front = shown(client.get("/workbench/"))
            assert mine in front and others not in front
            assert "待受理 1" in front and "其他节点办理中 1" in front
            assert f"Held by {holder}" in shown(somebody(language="en").get("/workbench/todo/?kind=elsewhere"))


def test_pages_of_a_node_cost_the_same_however_many_cases_others_hold(nodes: Nodes) -> None:
    costs = []
    for _round in range(2):
        for _case in range(6):
            number = receive(nodes, "chengguan")
            if _case % 3:
                hand_over(nodes, "chengguan", number, "ziyang")
        with nodes.at("chengguan"):
            client = somebody()
            for address in ("/workbench/todo/?kind=receive", "/workbench/todo/?kind=elsewhere", "/workbench/"):
                client.get(address)
                with CaptureQueriesContext(connection) as asked:
                    client.get(address)
                costs.append(len(asked))
    assert costs[:3] == costs[3:]


def test_a_case_is_handed_on_by_a_form_and_can_only_be_read_from_then_on(nodes: Nodes) -> None:
    number = receive(nodes, "chengguan")
    with nodes.at("chengguan"):
        client, address = somebody(), f"/workbench/cases/{number}/pass/"
        assert address in client.get(f"/workbench/cases/{number}/").content.decode()
        form = shown(client.get(address))
        assert "只有接收节点能办" in form and "Ankang（市级） Ziyang（县级） Haoping（镇级）" in form
        nothing = shown(client.post(address, versioned(client, address, reason=" ", password="")), 422)
        assert "移交给哪个节点 ：" in nothing and "移交原因 ：" in nothing and "本人密码 ：" in nothing
        typed = versioned(client, address, to_node="ziyang", reason="权限在县级")
        assert "密码或验证码不正确" in shown(client.post(address, {**typed, "password": "wrong"}), 422)
        assert "移交其他节点：已办理" in shown(client.post(address, typed, follow=True))
        # The second of two clicks.
        assert "没有重复提交" in shown(client.post(address, typed, follow=True))
        case = shown(client.get(f"/workbench/cases/{number}/"))
        assert "Ziyang办理中" in case and "只有对方能办" in case and "自动更新" in case
        assert "受理，或者一次告知补正" in case and "现在可以办" not in case
        assert "接收节点：Ziyang" in case and "权限在县级" in case
        assert len(queries.get_case(number).events) == 2
        supervisor = somebody(Role.SUPERVISOR, area=Area("610924"))
        assert "办理节点 Ziyang" in shown(supervisor.get(f"/cases/{number}/"))


def test_whoever_hands_on_what_has_changed_meanwhile_is_told_and_keeps_his_words(nodes: Nodes) -> None:
    number = receive(nodes, "chengguan")
    with nodes.at("chengguan"):
        client, address = somebody(), f"/workbench/cases/{number}/pass/"
        typed = versioned(client, address, to_node="ziyang", reason="权限在县级")
        green = versioned(client, f"/workbench/cases/{number}/green/", reason="急用", approved_by="局长")
        do(nodes, "chengguan", number, acts.Accept())
    with nodes.at("chengguan"):
        told = shown(client.post(address, typed), 409)
        assert "您填写期间" in told and "受理" in told and "权限在县级" in told
        hand_over(nodes, "chengguan", number, "ankang")
    with nodes.at("chengguan"):
        # The case has gone: every other form says so, too.
        gone = shown(client.post(f"/workbench/cases/{number}/green/", green), 409)
        assert "Ankang办理" in gone and "接收节点：Ankang" in gone and "急用" in gone


def test_the_holder_is_asked_by_a_form_and_his_answers_are_shown_with_his_words(nodes: Nodes) -> None:
    number = receive(nodes, "chengguan")
    do(nodes, "chengguan", number, acts.Accept())
    nodes.meet()
    with nodes.at("ziyang"):
        client, address = somebody(), f"/workbench/cases/{number}/ask/green/"
        assert "请Chengguan办理" in shown(client.get(f"/workbench/cases/{number}/"))
        typed = versioned(client, address, reason="急用", approved_by="局长")
        assert "写明" not in shown(client.get(address))
        assert "密码或验证码不正确" in shown(client.post(address, {**typed, "password": "x"}), 422)
        assert "已请Chengguan办理：开通绿色通道" in shown(client.post(address, typed, follow=True))
        assert "等待答复" in shown(client.get(f"/workbench/cases/{number}/"))
        assert "已经请求过" in shown(client.post(address, typed), 422)
        page = f"/workbench/cases/{number}/ask/site-review/"
        review = {"on": "2026-11-26", "participants": "甲\n乙", "minutes": "现场记录", "conclusion": "同意"}
        review = versioned(client, page, **review)
    with nodes.at("chengguan"):
        perform(number=number, act=acts.OpenGreenChannel(reason="重点项目", approved_by="局长"), by=CLERK, at=nodes.now)
    nodes.later(minutes=5)
    nodes.meet()
    with nodes.at("ziyang"):
        case = shown(client.get(f"/workbench/cases/{number}/"))
        assert "已拒绝" in case and "已开通绿色通道：重点项目" in case and "答复" in case
        # The copy has moved on since the form was opened.
        late = shown(client.post(page, review), 409)
        assert "您填写期间" in late and "重点项目" in late and "现场记录" in late
    with nodes.at("chengguan"):
        assert "Ziyang请本节点办理：开通绿色通道" in shown(somebody().get(f"/workbench/cases/{number}/"))
        # Here it is held: what is to be done is done directly.
        assert somebody().get(address).status_code == 302


def test_who_has_no_such_post_finds_neither_form(nodes: Nodes) -> None:
    number = receive(nodes, "chengguan")
    nodes.meet()
    with nodes.at("chengguan"):
        clerk = somebody(Role.CLERK)
        assert f"{number}/pass/" not in clerk.get(f"/workbench/cases/{number}/").content.decode()
        assert clerk.get(f"/workbench/cases/{number}/pass/").status_code == 403
    with nodes.at("ziyang"):
        assert "/ask/" not in somebody(Role.CLERK).get(f"/workbench/cases/{number}/").content.decode()
        # A manager may ask for what he could do himself, and a manager decides nothing.
        assert somebody().get(f"/workbench/cases/{number}/ask/withdraw/").status_code == 403
        assert somebody().get(f"/workbench/cases/{number}/ask/hand-over/").status_code == 404


def test_an_installation_that_is_no_node_shows_nothing_of_all_this(nodes: Nodes) -> None:
    number = receive(nodes, "chengguan")
    with nodes.at("chengguan"), override_settings(NODE=""):
        client = somebody()
        for address in ("/workbench/", "/workbench/todo/", f"/workbench/cases/{number}/"):
            assert "节点" not in shown(client.get(address))
        assert client.get(f"/workbench/cases/{number}/pass/").status_code == 404
        assert client.get(f"/workbench/cases/{number}/ask/green/").status_code == 404
