"""Pages of the exchange: who is connected and how well, what waits and is put right, each within one's own counties."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.test import Client, override_settings
from django.utils import timezone

from tests.factories.exchange_tables import County
from tests.factories.nodes import Nodes, empty_node, handmade_catalogue, nodes
from yichuang.accounts.commands import grant_role
from yichuang.accounts.models import User
from yichuang.accounts.values import Area, Role
from yichuang.cases.queries import count_source
from yichuang.exchange.commands import connect_once
from yichuang.exchange.models import QuarantinedRecord
from yichuang.exchange.models.nodes import NodeConflict
from yichuang.exchange.queries import list_quarantine
from yichuang.exchange.values import QuarantineState
from yichuang.kernel.actor import Actor

__all__ = ["empty_node", "handmade_catalogue", "nodes"]
# Left to SQLite: pages over doors with tests of their own.
pytestmark = [pytest.mark.once, pytest.mark.django_db, pytest.mark.usefixtures("ankang")]
BY = Actor(id="connect:test", name="对接测试")
AT = datetime(2015, 4, 1, 2, 0, tzinfo=UTC)
HEALTH = "/exchange/"


@pytest.fixture(autouse=True)
def county(tmp_path: Path) -> County:
    """A connected county: one good case, and one of an item that nobody knows."""
    county = County(tmp_path)
    county.file_case("ZY-1")
    county.file_case("ZY-2", local_catalog_code="QQ-9")
    connect_once(mapping=county.mapping, by=BY, at=AT)
    return county


def somebody(role: Role, division: str) -> Client:
    user = User.objects.create_user(f"{role}-{division}", "a long enough phrase", display_name="测试")
    grant_role(user=user, role=role, area=Area(division), valid_from=date(2015, 1, 1))
    client = Client()
    client.force_login(user)
    return client


def text_of(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, f"{address}: {answer.status_code}"
    return answer.content.decode()


def waiting() -> int:
    (row,) = list_quarantine(source="county-a")
    return row.id


def test_health_says_how_every_source_stands_and_leads_to_it(county: County) -> None:
    client = somebody(Role.INTEGRATOR, "610924")
    text = text_of(client, HEALTH)
    assert "某县审批系统" in text and "紫阳县" in text
    # Read in 2015 and never since: somebody has forgotten to run the connector.
    assert "接入服务没有在运行" in text
    source = text_of(client, "/exchange/sources/county-a/")
    assert "按日对账" in source and "相符" in source and "不符" not in source
    county.file.unlink()
    with pytest.raises(Exception, match="county-a"):
        connect_once(mapping=county.mapping, by=BY, at=timezone.now())
    assert "连续 1 次读取失败" in text_of(client, HEALTH)


def test_nobody_sees_another_countys_connections() -> None:
    client = somebody(Role.INTEGRATOR, "610928")
    assert "某县审批系统" not in text_of(client, HEALTH)
    text_of(client, "/exchange/sources/county-a/", status=404)
    text_of(client, f"/exchange/quarantine/{waiting()}/", status=404)
    text_of(client, "/exchange/quarantine/?source=county-a", status=404)
    assert client.post(f"/exchange/quarantine/{waiting()}/", {"act": "drop", "reason": "x"}).status_code == 404


def test_a_record_is_put_right_on_its_page_and_filed() -> None:
    client = somebody(Role.INTEGRATOR, "610924")
    record = waiting()
    listed = text_of(client, "/exchange/quarantine/?source=county-a")
    assert "ZY-2" in listed and "QQ-9" in listed
    page = text_of(client, f"/exchange/quarantine/{record}/")
    # What belongs to a person is masked here, too.
    assert "610924199001010011" not in page and "测试甲" not in page
    still_wrong = client.post(
        f"/exchange/quarantine/{record}/",
        {"act": "correct", "field": "local_catalog_code", "value": "QQ-8"},
        follow=True,
    )
    assert "仍有错误" in still_wrong.content.decode() and "QQ-8" in still_wrong.content.decode()
    filed = client.post(
        f"/exchange/quarantine/{record}/",
        {"act": "correct", "field": "local_catalog_code", "value": "JZ-02"},
        follow=True,
    )
    assert "已入库" in filed.content.decode()
    assert count_source("county-a") == 2
    assert "更正" in text_of(client, f"/exchange/quarantine/{record}/")


def test_dropping_wants_a_reason_and_keeps_the_record() -> None:
    client = somebody(Role.INTEGRATOR, "610924")
    record = waiting()
    without = client.post(f"/exchange/quarantine/{record}/", {"act": "drop", "reason": " "})
    assert without.status_code == 422
    assert QuarantinedRecord.objects.get(pk=record).state == QuarantineState.WAITING
    client.post(f"/exchange/quarantine/{record}/", {"act": "drop", "reason": "对方测试数据"})
    assert QuarantinedRecord.objects.get(pk=record).state == QuarantineState.DROPPED
    assert "对方测试数据" in text_of(client, f"/exchange/quarantine/{record}/")


def test_a_supervisor_looks_and_settles_nothing() -> None:
    client = somebody(Role.SUPERVISOR, "610900")
    record = waiting()
    assert "更正并入库" not in text_of(client, f"/exchange/quarantine/{record}/")
    assert client.post(f"/exchange/quarantine/{record}/", {"act": "drop", "reason": "x"}).status_code == 404
    assert QuarantinedRecord.objects.get(pk=record).state == QuarantineState.WAITING


def test_what_another_node_refused_is_shown_in_its_words_and_noted(nodes: Nodes) -> None:
    with override_settings(**nodes.files["ziyang"]):
        client = somebody(Role.INTEGRATOR, "610900")
        row = NodeConflict.objects.create(
            kind="request",
            case="a" * 32,
            number="61092420261126000017",
            node="chengguan",
            words="该件已经办结",
            found_at=AT,
        )
        health = text_of(client, HEALTH)
        assert "请求被拒" in health and "Haoping" in health and "还没有联系过" in health
        page = text_of(client, f"/exchange/conflicts/{row.pk}/")
        assert "该件已经办结" in page and "已知悉" in page
        # A refused request has no branches between which one could choose.
        assert client.post(f"/exchange/conflicts/{row.pk}/", {"choice": "keep-ours"}).status_code == 422
        client.post(f"/exchange/conflicts/{row.pk}/", {"choice": "noted"})
        assert NodeConflict.objects.get(pk=row.pk).by_name == "测试"
        text_of(somebody(Role.INTEGRATOR, "610924"), f"/exchange/conflicts/{row.pk}/", status=404)
