"""Sources that are no database: a service over HTTP and an event log, drafted, checked and filed as drafted."""

import os
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

import pytest
from django.core.management import call_command

from tests import prepared
from tests.factories.schemas import cases, steps
from tests.factories.services import Answer, Asked, running_service
from tests.factories.vendors import OFFERS
from tests.integration import small_city
from yichuang.cases.queries import page_cases
from yichuang.cases.values import CaseFilter
from yichuang.catalogue import terms
from yichuang.exchange.commands import connect_once, import_file
from yichuang.exchange.drafting.checking import check_source
from yichuang.exchange.drafting.drafting import draft_source
from yichuang.kernel.actor import Actor

BY = Actor(id="connect:test", name="对接测试")
AT = datetime(2015, 7, 1, 1, 0, tzinfo=UTC)
CASES = 30
NAMES = dict(zip(("JZ-001", "JZ-002", "WJ-011", "LY-007"), OFFERS, strict=False))


@pytest.fixture(autouse=True)
def city(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The packaged places and catalogue."""
    monkeypatch.setattr(terms, "_kept", None)
    with prepared.holding(small_city.load_places, small_city.load_items):
        yield


def records() -> list[dict[str, Any]]:
    """Return cases as a service would give them, the applicant an object inside."""
    return [
        {
            "id": place,
            "caseNo": one["source_key"],
            "service": {"code": one["item_code"], "name": NAMES[one["item_code"]].name},
            "agencyName": NAMES[one["item_code"]].organisation_name,
            "channel": one["channel"],
            "applicant": {"name": one["applicant_name"], "idNumber": one["applicant_id_number"]},
            "submittedAt": one["received_at"],
            "acceptedAt": one["accepted_at"],
            "dueDate": one["promised_at"],
            "outcome": one["result"],
            "closedAt": one["closed_at"],
            "updatedAt": one["changed_at"],
        }
        for place, one in enumerate(cases(CASES), start=1)
    ]


def test_a_service_is_drafted_and_checked_and_what_it_answers_is_filed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = records()

    def answer(asked: Asked) -> Answer:
        if asked.headers.get("Authorization") != "Bearer s3cret":
            return Answer({"code": 401}, status=401)
        size = int(asked.parameters.get("pageSize", 10))
        start = (int(asked.parameters.get("pageNo", 1)) - 1) * size
        return Answer({"code": 200, "data": {"total": CASES, "pageNo": 1, "list": rows[start : start + size]}})

    monkeypatch.setenv("COUNTY_X_TOKEN", "s3cret")
    mapping, out = tmp_path / "county-x.yaml", StringIO()
    with running_service(answer) as service:
        call_command(
            "connect", "draft", f"{service.url}/applications", "--into", str(mapping), "--name", "county-x",
            "--division", "610924", stdout=out,
        )  # fmt: skip
        assert "COUNTY_X_TOKEN" in out.getvalue()
        found = check_source(mapping=mapping, by=BY, at=AT)
        assert (found.cases, found.fit) == (CASES, CASES), found.faults
        report = connect_once(mapping=mapping, by=BY, at=AT)
        assert (report.filed, report.refused, report.waiting) == (CASES, 0, 0)
        assert connect_once(mapping=mapping, by=BY, at=AT).filed == 0
    filed = page_cases(CaseFilter(source="county-x"), limit=CASES).rows
    assert Counter(row.organisation for row in filed) == Counter(
        next(offer.organisation for offer in OFFERS if offer.organisation_name == row["agencyName"]) for row in rows
    )


def steps_of(found: list[dict[str, str]]) -> dict[str, list[dict[str, str]]]:
    """Return the steps of some cases, by case."""
    by_case: dict[str, list[dict[str, str]]] = {}
    for one in steps(found):
        by_case.setdefault(one["source_key"], []).append(one)
    return by_case


def event_log() -> str:
    """Return the cases as an event log: a trace a case, its receipt, acceptance, steps and end as events."""

    def attribute(kind: str, key: str, value: str) -> str:
        return f"<{kind} key={quoteattr(key)} value={quoteattr(value)}/>"

    def event(name: str, at: str, who: str = "") -> str:
        parts = [attribute("string", "concept:name", name), attribute("date", "time:timestamp", _iso(at))]
        parts += [attribute("string", "lifecycle:transition", "complete")]
        return f"<event>{''.join(parts)}{attribute('string', 'org:resource', who) if who else ''}</event>"

    found = cases(CASES)
    done = steps_of(found)
    traces = []
    for one in found:
        offer = NAMES[one["item_code"]]
        head = {
            "concept:name": one["source_key"], "事项名称": offer.name, "受理部门": offer.organisation_name,
            "申请人": one["applicant_name"], "办理结果": one["result"],
        }  # fmt: skip
        events = [event("申请", one["received_at"]), event("受理", one["accepted_at"])]
        events += [
            event(step["step"], step["step_finished_at"], step["step_officer"]) for step in done[one["source_key"]]
        ]
        events += [event("办结", one["closed_at"])]
        traces.append(f"<trace>{''.join(attribute('string', *pair) for pair in head.items())}{''.join(events)}</trace>")
    return f'<log xmlns="http://www.xes-standard.org/">{"".join(traces)}</log>'


def _iso(text: str) -> str:
    return f"{text.replace('/', '-').replace(' ', 'T')}+08:00"


def test_an_event_log_is_drafted_with_its_events_counted_and_filed_as_drafted(tmp_path: Path) -> None:
    log, mapping = tmp_path / "cases.xes", tmp_path / "county-x.yaml"
    log.write_text(event_log(), encoding="utf-8")
    draft = draft_source(str(log), on=AT.date(), environ=os.environ, source="county-x", division="610924")
    assert (draft.to_fill, draft.missing) == ((), ()), draft.mapping_text
    events = next(one for one in draft.codes if one.name == "events")
    told = {one.value: (one.target, one.rows) for one in events.meanings}
    assert told["受理"] == ("accept", CASES) and told["申请"] == ("receive", CASES) and told["办结"] == ("close", CASES)
    assert f"受理（{CASES}）" in draft.mapping_text
    mapping.write_text(draft.mapping_text, encoding="utf-8")
    found = check_source(mapping=mapping, file=log, by=BY, at=AT)
    assert (found.cases, found.fit) == (CASES, CASES), found.faults
    report = import_file(file=log, mapping=mapping, by=BY, at=AT)
    assert (report.filed, report.waiting) == (CASES, 0)


def test_a_service_with_a_record_for_every_event_is_drafted_as_cases_and_what_happened_to_them(tmp_path: Path) -> None:
    rows: list[dict[str, Any]] = []
    found = cases(CASES)
    done = steps_of(found)
    for one in found:
        offer = NAMES[one["item_code"]]
        happened = [("申请", one["received_at"]), ("受理", one["accepted_at"])]
        happened += [(step["step"], step["step_finished_at"]) for step in done[one["source_key"]]]
        for name, at in (*happened, ("办结", one["closed_at"])):
            rows.append({
                "id": len(rows) + 1, "caseNo": one["source_key"], "serviceName": offer.name,
                "agencyName": offer.organisation_name, "stepName": name, "finishedAt": at, "outcome": one["result"],
            })  # fmt: skip

    def answer(asked: Asked) -> Answer:
        start, limit = int(asked.parameters.get("offset", 0)), int(asked.parameters.get("limit", 50))
        return Answer({"total": len(rows), "items": rows[start : start + limit]})

    mapping = tmp_path / "county-x.yaml"
    with running_service(answer) as service:
        draft = draft_source(
            f"{service.url}/log", on=AT.date(), environ=os.environ, source="county-x", division="610924"
        )
        assert draft.to_fill == (), draft.mapping_text
        mapping.write_text(draft.mapping_text, encoding="utf-8")
        report = check_source(mapping=mapping, by=BY, at=AT)
        assert (report.cases, report.fit) == (CASES, CASES), (report.faults, draft.mapping_text)
        assert connect_once(mapping=mapping, by=BY, at=AT).filed == CASES
