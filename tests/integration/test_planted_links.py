"""Links that are down, behind, incomplete or out of time: what is planted in them is found, and nothing else is."""

from collections import defaultdict
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories.nodes import Nodes, empty_node, handmade_catalogue, nodes
from yichuang.exchange.models import ConnectionState, DeclaredVolume, LandedRow
from yichuang.exchange.models.nodes import NodeConflict, NodeDay, NodeOutbox, NodePeer
from yichuang.exchange.values import RowState
from yichuang.supervision import commands, queries
from yichuang.supervision.models import Finding

__all__ = ["empty_node", "handmade_catalogue", "nodes"]
pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 26, 2, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def found_at(at: datetime, relation: str) -> dict[str, set[str]]:
    """Return what is found in one relation, by rule: keys of rows."""
    rules = {rule.id for rule in queries.get_rules().of(relation)}
    found: dict[str, set[str]] = defaultdict(set)
    for row in queries.list_found(at=at):
        if row.rule in rules:
            found[row.rule].add(row.key)
    return dict(found)


def connected(source: str, **more: object) -> None:
    """Let a source be connected and blameless but for what is said."""
    told = {"last_polled_at": AT, "last_row_at": AT, "newest_changed_at": AT, "county": "610924"} | more
    ConnectionState.objects.create(source=source, mapping_name="m.yaml", mapping_text="", **told)


def landed(source: str, count: int, *, state: RowState) -> None:
    """Let rows of a source lie here."""
    LandedRow.objects.bulk_create(
        LandedRow(
            source=source, table="accept", row_key=str(place), case_key=str(place), main=True, values="{}",
            digest="", operation="insert", first_seen_at=AT, received_at=AT, state=state,
        )
        for place in range(count)
    )  # fmt: skip


def test_a_source_that_fails_piles_up_falls_short_or_runs_ahead_is_found() -> None:
    connected("sound")
    connected("failing", failures=3)
    connected("piling")
    landed("piling", 1001, state=RowState.WAITING)
    connected("short")
    landed("short", 199, state=RowState.FILED)
    DeclaredVolume.objects.create(source="short", day=AT.date(), rows=201)
    connected("ahead", newest_changed_at=AT + 6 * MINUTE)
    assert found_at(AT, "feeds") == {
        "feed-failing": {"failing"},
        "feed-backlog": {"piling"},
        "feed-volume-short": {"short"},
        "feed-clock-ahead": {"ahead"},
    }


def test_a_node_that_is_silent_behind_out_of_time_or_in_dispute_is_found(nodes: Nodes) -> None:
    with nodes.at("ziyang"):
        for name in ("ankang", "chengguan", "haoping"):
            NodePeer.objects.create(name=name, reached_at=AT, skew_seconds=60)
        assert found_at(AT, "nodes") == {}
        NodePeer.objects.filter(name="chengguan").update(reached_at=AT - 61 * MINUTE, skew_seconds=-360)
        NodeOutbox.objects.bulk_create(
            NodeOutbox(
                destination="ankang", number=place, direct=True, kind="links", data=b"x", size=1, made_at=AT - MINUTE
            )
            for place in range(1, 1002)
        )
        NodeDay.objects.create(node="haoping", day=AT.date(), events=9, declared_events=10)
        NodeConflict.objects.create(kind="fork", case="a" * 32, number="N", node="haoping", found_at=AT)
        assert found_at(AT, "nodes") == {
            "node-silent": {"chengguan"},
            "node-clock-off": {"chengguan"},
            "node-backlog": {"ankang"},
            "node-incomplete": {"haoping"},
            "node-conflict-open": {"haoping"},
        }


def test_a_key_is_found_before_it_expires(nodes: Nodes) -> None:
    nodes.add("wafang", "town", "ziyang", first=9001, valid_until=AT + timedelta(days=30))
    nodes.introduce()
    with nodes.at("ziyang"):
        assert found_at(AT, "nodes") == {"node-key-expiring": {"wafang"}}
        assert found_at(AT - timedelta(days=1), "nodes") == {}


def test_the_watch_finds_within_its_round_and_lets_go_when_all_is_well() -> None:
    connected("failing", failures=3)
    commands.watch_links(at=AT)
    assert list(Finding.objects.filter(ended_at__isnull=True).values_list("rule", flat=True)) == ["feed-failing"]
    ConnectionState.objects.update(failures=0)
    with CaptureQueriesContext(connection) as asked:
        report = commands.watch_links(at=AT + MINUTE)
    # Every minute: whatever counts all cases is left to the day.
    assert not [one["sql"] for one in asked if "cases_facts" in one["sql"] or "cases_event" in one["sql"]]
    assert (report.found, report.ended) == (0, 1)
    assert not Finding.objects.filter(ended_at__isnull=True).exists()
