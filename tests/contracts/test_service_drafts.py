"""Services over HTTP as a draft sees them: where the records lie, how the pages are turned, who we must be."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import yaml

from tests.factories.services import Answer, Asked, running_service
from tests.factories.vendors import invent
from yichuang.cases.values import CodeVariant
from yichuang.exchange.domain import mapping as m
from yichuang.exchange.domain.drafting.draft import Draft, draft_mapping
from yichuang.exchange.domain.drafting.proposing import Wish
from yichuang.exchange.domain.drafting.refusals import NoRecordsSeen, TokenNeeded
from yichuang.exchange.domain.drafting.seen import SourceSeen
from yichuang.exchange.domain.mapping_file import MappingFile
from yichuang.exchange.drafting.serving import see_service, shown_address
from yichuang.exchange.invented.vendors import plain, up_pro_rows
from yichuang.exchange.presets import load_presets
from yichuang.exchange.reading.tables.opening import open_tables

pytestmark = pytest.mark.once

ALL = [
    {
        "id": n, "caseNo": f"ZY-{n:03d}", "item": {"code": "JZ-1", "name": "施工许可"}, "tags": ["a"],
        "applyTime": f"2015-03-{n % 28 + 1:02d} 09:00:00", "updateTime": f"2015-04-{n % 28 + 1:02d} 09:00:00",
    }
    for n in range(1, 41)
]  # fmt: skip
WISH = Wish(source="county-x", division="610924", organisation="610924-zhujian")


def paged(asked: Asked, page: str, size: str, *, first: int = 1, usual: int = 10, most: int = 500) -> list[Any]:
    count = min(int(asked.parameters.get(size, usual)), most) if size else usual
    place = int(asked.parameters.get(page, first)) - first
    return ALL[place * count : (place + 1) * count]


def by_page(asked: Asked) -> Answer:
    records = paged(asked, "pageNum", "pageSize")
    return Answer({"code": 200, "data": {"pageNum": "1", "total": 40, "rows": records}})


def from_zero(asked: Asked) -> Answer:
    return Answer({"content": paged(asked, "page", "size", first=0), "totalElements": 40})


def of_fixed_size(asked: Asked) -> Answer:
    return Answer({"list": paged(asked, "p", ""), "p": 1})


def of_small_pages(asked: Asked) -> Answer:
    if int(asked.parameters.get("per_page", 10)) > 50:
        return Answer({"error": "per_page too large"}, status=400)
    return Answer(paged(asked, "page", "per_page"))


def by_offset(asked: Asked) -> Answer:
    start, limit = int(asked.parameters.get("offset", 0)), int(asked.parameters.get("limit", 10))
    return Answer({"result": {"total": "40", "items": ALL[start : start + limit]}})


def by_cursor(asked: Asked) -> Answer:
    start = int(asked.parameters.get("pageToken", "t0")[1:])
    further = {"nextPageToken": f"t{start + 10}"} if start + 10 < len(ALL) else {}
    return Answer({"records": ALL[start : start + 10], "meta": further})


def by_link(asked: Asked) -> Answer:
    start = int(asked.parameters.get("start", 0))
    further = f"/api/cases?start={start + 15}" if start + 15 < len(ALL) else None
    return Answer({"data": ALL[start : start + 15], "links": {"next": further}})


MANNERS: list[tuple[Callable[[Asked], Answer], str, dict[str, Any]]] = [
    (by_page, "data.rows", {"kind": "page", "parameter": "pageNum", "size_parameter": "pageSize", "first": 1}),
    (from_zero, "content", {"kind": "page", "parameter": "page", "size_parameter": "size", "first": 0}),
    (of_fixed_size, "list", {"kind": "page", "parameter": "p", "size_parameter": "", "first": 1}),
    (of_small_pages, "", {"kind": "page", "parameter": "page", "size_parameter": "per_page", "size": 20}),
    (by_offset, "result.items", {"kind": "offset", "parameter": "offset", "size_parameter": "limit"}),
    (by_cursor, "records", {"kind": "cursor", "parameter": "pageToken", "next": "meta.nextPageToken"}),
    (by_link, "data", {"kind": "link", "next": "links.next"}),
]


def drafted(seen: SourceSeen) -> Draft:
    return draft_mapping(seen, wish=WISH)


@pytest.mark.parametrize(("answer", "records", "paging"), MANNERS, ids=[one[0].__name__ for one in MANNERS])
def test_the_records_and_the_way_to_turn_pages_are_found_and_the_draft_reads_every_record(
    answer: Callable[[Asked], Answer], records: str, paging: dict[str, Any]
) -> None:
    with running_service(answer) as service:
        seen = see_service([f"{service.url}/cases"], environ={}, source="county-x", rows=500)
        assert len(service.asked) <= 20
        text = drafted(seen).mapping_text.replace("map: {}", 'map: {JZ-1: "10001"}')
        mapping = MappingFile(name="draft.yaml", text=text).mapping
        (table,) = mapping.tables.values()
        assert (table.records, table.key, table.case) == (records, ("id",), "caseNo")
        assert {name: getattr(mapping.connection.http.paging, name) for name in paging} == paging
        assert mapping.case["item"].column == "item.code"  # type: ignore[union-attr] - a column, not a constant
        reader = open_tables(mapping, environ={})
        found = {row.key for row in reader.changed(table, after=(), limit=100)}
        reader.close()
    assert found == {str(one["id"]) for one in ALL}


def test_a_service_that_shows_no_way_to_its_further_pages_is_marked_for_a_person() -> None:
    with running_service(lambda _asked: Answer({"total": 40, "rows": ALL[:10]})) as service:
        draft = drafted(see_service([f"{service.url}/cases"], environ={}, source="county-x", rows=500))
    assert "connection.http.paging" in draft.to_fill
    (line,) = [line for line in draft.mapping_text.splitlines() if "paging:" in line]
    assert "请填写 / fill in" in line
    with running_service(lambda _asked: Answer({"rows": ALL[:3]})) as service:
        draft = drafted(see_service([f"{service.url}/cases"], environ={}, source="county-x", rows=500))
    assert "connection.http.paging" not in draft.to_fill
    assert "no pages were seen" in draft.mapping_text
    with running_service(lambda _asked: Answer({"rows": ALL[:3], "nextCursor": None})) as service:
        draft = drafted(see_service([f"{service.url}/cases"], environ={}, source="county-x", rows=500))
    assert "paging: {kind: cursor, parameter: cursor, next: nextCursor} # 50%" in draft.mapping_text


def known(asked: Asked) -> Answer:
    who = asked.headers.get("Authorization"), asked.headers.get("X-Key"), asked.parameters.get("access_token")
    return by_page(asked) if who[0] == "Bearer s3cret" or "s3cret" in who[1:] else Answer({}, status=401)


def test_a_token_is_asked_for_in_the_environment_and_never_stands_in_the_draft() -> None:
    with running_service(known) as service:
        address = f"{service.url}/cases"
        with pytest.raises(TokenNeeded, match="COUNTY_X_TOKEN"):
            see_service([address], environ={}, source="county-x", rows=20)
        environ = {"COUNTY_X_TOKEN": "s3cret"}
        bearer = drafted(see_service([address], environ=environ, source="county-x", rows=20))
        header = drafted(see_service([address], environ=environ, source="county-x", rows=20, header="X-Key"))
        asked = f"{address}?access_token=s3cret&updatedAfter=2015-01-01"
        parameter = drafted(see_service([asked], environ={}, source="county-x", rows=20))
    for draft in (bearer, header, parameter):
        assert "s3cret" not in draft.mapping_text
        assert draft.variables == ("COUNTY_X_TOKEN",)
    token = MappingFile(name="d.yaml", text=bearer.mapping_text.replace("map: {}", "map: {a: b}")).mapping.connection
    assert token.http.token == m.Token(kind="bearer", value="${COUNTY_X_TOKEN}")
    assert 'token: {kind: header, header: X-Key, value: "${COUNTY_X_TOKEN}"}' in header.mapping_text
    assert 'parameters: {access_token: "${COUNTY_X_TOKEN}"}, since: updatedAfter' in parameter.mapping_text


def test_a_user_in_the_address_and_a_whole_address_in_a_variable_are_kept_out_of_the_draft() -> None:
    with running_service(by_page) as service:
        address = f"{service.url}/cases".replace("://", "://reader:pa%40ss@")
        environ = {"X_URL": address}
        seen = see_service(["${X_URL}"], environ=environ, source="county-x", rows=20)
        assert shown_address("${X_URL}", environ) == f"{service.url}/cases"
        assert service.asked[0].headers["Authorization"] == "Basic cmVhZGVyOnBhQHNz"
    assert "ss@" not in drafted(seen).mapping_text
    assert seen.service is not None
    assert seen.service.token == {"kind": "basic", "user": "reader", "password": "${COUNTY_X_PASSWORD}"}


def test_a_reply_without_records_is_refused_in_words_and_two_lists_are_two_tables() -> None:
    with (
        running_service(lambda _asked: Answer({"code": 500, "message": "no"})) as service,
        pytest.raises(NoRecordsSeen),
    ):
        see_service([f"{service.url}/cases"], environ={}, source="county-x", rows=20)
    steps = [{"id": n, "caseNo": one["caseNo"], "stepName": "审核"} for n, one in enumerate(ALL)]

    def both(asked: Asked) -> Answer:
        return Answer({"rows": steps if asked.path.endswith("steps") else ALL})

    with running_service(both) as service:
        addresses = [f"{service.url}/cases", f"{service.url}/steps"]
        seen = see_service(addresses, environ={}, source="county-x", rows=500)
    assert [(table.name, len(table.rows)) for table in seen.tables] == [("cases", 40), ("steps", 40)]
    assert 'path: "/api/steps"' in drafted(seen).mapping_text


def test_a_service_that_gives_the_tables_of_a_preset_is_drafted_as_that_preset_with_their_addresses() -> None:
    rows: dict[str, list[dict[str, str]]] = {}
    for case in invent(12, seed=5, since=date(2015, 3, 2), division="610924", prefix="MS"):
        for table, row in up_pro_rows(case, vendor="x", time=plain, variant=CodeVariant.NEWER):
            rows.setdefault(table, []).append({name: str(value) for name, value in row.items() if value is not None})

    def answer(asked: Asked) -> Answer:
        size, page = int(asked.parameters.get("limit", 5)), int(asked.parameters.get("page", 1))
        return Answer({"data": rows[asked.path.rpartition("/")[2]][(page - 1) * size : page * size]})

    presets = {name: yaml.load(text, Loader=yaml.BaseLoader) for name, text in load_presets().items()}
    with running_service(answer) as service:
        addresses = [f"{service.url}/{table}" for table in rows]
        seen = see_service(addresses, environ={}, source="county-x", rows=500)
        draft = draft_mapping(seen, wish=WISH, presets=presets)
        assert (draft.preset, draft.to_fill) == ("up-pro", ())
        mapping = MappingFile(name="draft.yaml", text=draft.mapping_text, presets=load_presets()).mapping
        reader = open_tables(mapping, environ={})
        found = {table.name: len(reader.changed(table, after=(), limit=1000)) for table in mapping.tables.values()
                 if table.path}  # fmt: skip
        reader.close()
    assert found == {table: len(given) for table, given in rows.items()}
