"""Whatever a county does, in whatever order it comes: every day adds up, and the ledger is that of a reading anew."""

import random
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.factories.exchange_tables import AT, MAPPING, County, catalogue_of_the_county
from yichuang.cases import effective, ledger
from yichuang.cases.models import Case
from yichuang.exchange.commands import connect_once
from yichuang.exchange.models import LandedRow
from yichuang.exchange.queries import list_quarantine, reconcile
from yichuang.kernel.actor import Actor

BY = Actor(id="connect:test", name="对接测试")

__all__ = ["catalogue_of_the_county"]
pytestmark = pytest.mark.django_db


def history_of(source: str) -> dict[str, list[tuple[datetime, str, str]]]:
    """Return what counts of every case by time; steps of one instant stand in the order in which their rows came."""
    found = {}
    for case in Case.objects.filter(source=source).order_by("source_key"):
        entries = effective.effective(ledger.read_case(case.pk))
        told = [(one.source_at, one.name, one.payload if place else "") for place, one in enumerate(entries)]
        found[case.source_key] = sorted(told)
    return found


@pytest.mark.parametrize("seed", range(2))
def test_every_day_adds_up_and_live_equals_read_anew(seed: int, tmp_path: Path) -> None:
    chance, county = random.Random(seed), County(tmp_path)
    rows: dict[str, str] = {}
    numbers = [f"ZY-{n}" for n in range(7)]
    for turn in range(6):
        for _ in range(chance.randint(1, 6)):
            act, number = (
                chance.choice(("accept", "step", "result", "change", "delete", "again")),
                chance.choice(numbers),
            )
            if act == "accept" and not any(key == f"a{number}" for key in rows.values()):
                item = chance.choice(("JZ-01", "JZ-01", "JZ-02", "XX-9"))
                (guid,) = county.write("up_pro_accept", [county.accepted(number, local_catalog_code=item)])
                rows[guid] = f"a{number}"
            elif act == "step":
                (guid,) = county.write("up_pro_process", [county.step(number, chance.randint(0, 4))])
                rows[guid] = "p"
            elif act == "result" and not any(key == f"r{number}" for key in rows.values()):
                (guid,) = county.write("up_pro_result", [county.result(number)])
                rows[guid] = f"r{number}"
            elif rows:
                guid = chance.choice(sorted(rows))
                table = {"a": "up_pro_accept", "p": "up_pro_process", "r": "up_pro_result"}[rows[guid][0]]
                if act == "delete":
                    county.change(table, guid, cd_operation="D")
                elif act == "change" and table == "up_pro_process":
                    county.change(table, guid, handle_explain=f"意见{turn}", project_no=chance.choice(numbers))
                else:
                    county.change(table, guid)
        at = AT + turn * timedelta(hours=7)
        connect_once(mapping=county.mapping, by=BY, at=at)
        days = reconcile("county-a", since=AT.date(), until=AT.date() + timedelta(days=9))
        assert all(day.adds_up for day in days)
        assert sum(day.sent for day in days) == LandedRow.objects.filter(source="county-a").count() == len(rows)
    anew = tmp_path / "county-b.yaml"
    anew.write_text(MAPPING.format(source="county-b", file=county.file), encoding="utf-8")
    connect_once(mapping=anew, by=BY, at=AT + timedelta(days=9))
    live, fresh = history_of("county-a"), history_of("county-b")
    waiting = {row.source_key for row in list_quarantine(source="county-a")}
    assert waiting == {row.source_key for row in list_quarantine(source="county-b")}
    for number, events in fresh.items():
        assert live[number] == events
    ended = {number for number in live if number not in fresh} - waiting
    assert all(any("case-voided" in name for _at, name, _payload in live[number]) for number in ended)
