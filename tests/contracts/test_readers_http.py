"""The JSON reader against a real server: tokens that expire, services that are busy, cut off, shift and lie."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.factories.services import Answer, Asked, Service, running_service
from yichuang.exchange.domain import mapping as m
from yichuang.exchange.reading.tables import http
from yichuang.exchange.reading.tables.contract import SourceRow
from yichuang.exchange.reading.tables.http import HttpReader
from yichuang.exchange.reading.tables.opening import open_tables
from yichuang.exchange.reading.tables.refusals import (
    AddressFaulty,
    ReplyBroken,
    ReplyTooLarge,
    SourceBusy,
    SourceRefused,
    SourceUnreachable,
    TableColumnMissing,
)
from yichuang.exchange.reading.tables.replies import columns_of, read_json

pytestmark = pytest.mark.once

Script = Callable[[Asked], Answer]
TABLE = m.Table(name="cases", main=True, key=("id",), case="no", cursor=("at",), records="data.rows", since="since")


class Talk:
    """One service that does what the test says, and a reader of it whose waits are counted instead of waited."""

    def __init__(self) -> None:
        self.script: Script = lambda _asked: Answer({"data": {"rows": []}})
        self.waits: list[float] = []
        self.now = 0.0
        self.service: Service

    def answer(self, asked: Asked) -> Answer:
        return self.script(asked)

    def reader(self, table: m.Table = TABLE, *, environ: dict[str, str] | None = None, **http: Any) -> HttpReader:
        connection = m.Connection(url=self.service.url, timeout_seconds=5, http=m.Http(**http))
        return HttpReader(connection, [table], environ=environ or {}, sleep=self.waits.append, now=lambda: self.now)


@pytest.fixture
def talk() -> Iterator[Talk]:
    """A service and what it is asked."""
    one = Talk()
    with running_service(one.answer) as service:
        one.service = service
        yield one


def record(number: int, **more: Any) -> dict[str, Any]:
    return {"id": f"g{number:03d}", "no": f"P{number}", "at": f"2015-03-01T10:00:{number % 60:02d}", **more}


def listing(*records: Any, **more: Any) -> Answer:
    return Answer({"data": {"rows": list(records)}, **more})


def read_all(source: HttpReader, table: m.Table = TABLE, *, limit: int = 4) -> list[SourceRow]:
    found: list[SourceRow] = []
    after: tuple[str, ...] = ()
    while page := source.changed(table, after=after, limit=limit):
        found += page
        after = page[-1].position
    return found


def test_records_become_rows_whose_numbers_are_the_text_that_was_sent(talk: Talk) -> None:
    big = '{"data": {"rows": [{"id": 12345678901234567890, "no": "P", "at": "x", "fee": 1.10, "ok": true,'
    raw = (big + ' "none": null, "who": {"name": "张三", "ids": [1, "b"]}}]}}').encode("gb18030")
    talk.script = lambda asked: Answer(raw) if "since" not in asked.parameters else listing()
    (row,) = read_all(talk.reader())
    assert row.values == {
        "id": "12345678901234567890", "no": "P", "at": "x", "fee": "1.10", "ok": "true", "who.name": "张三",
        "who.ids": '["1","b"]',
    }  # fmt: skip
    assert talk.service.asked[-1].parameters == {"since": "x"}


def by_number(asked: Asked, records: list[Any], size: int) -> Answer:
    place = (int(asked.parameters["page"]) - 1) * size
    return listing(*records[place : place + size])


def test_pages_by_number_end_with_an_empty_page_however_small_the_service_makes_them(talk: Talk) -> None:
    records = [record(number) for number in range(25)]
    talk.script = lambda asked: by_number(asked, records, 3)
    paging = m.Paging(kind="page", size_parameter="size", size=100)
    assert [row.key for row in read_all(talk.reader(paging=paging))] == [f"g{number:03d}" for number in range(25)]


def test_a_service_that_repeats_its_last_page_for_ever_comes_to_an_end(talk: Talk) -> None:
    records = [record(number) for number in range(4)]

    def script(asked: Asked) -> Answer:
        page = min(int(asked.parameters["page"]), 2)
        return listing(*records[(page - 1) * 2 : page * 2])

    talk.script = script
    assert len(read_all(talk.reader(paging=m.Paging(kind="page")))) == 4


def test_pages_that_shift_while_they_are_read_lose_nothing(talk: Talk) -> None:
    records = [record(number) for number in range(12)]

    def script(asked: Asked) -> Answer:
        answer = by_number(asked, records, 4)
        if asked.parameters["page"] == "1" and len(talk.service.asked) == 1:
            # The first row changes and moves to the end: every other one comes a place forward.
            records.append({**records.pop(0), "at": "2015-03-01T11:00:00"})
        return answer

    talk.script = script
    found = read_all(talk.reader(paging=m.Paging(kind="page")), limit=100)
    assert {row.key for row in found} == {f"g{number:03d}" for number in range(12)}
    assert found[-1].position == ("2015-03-01T11:00:00", "g000")


def test_a_backlog_from_a_service_that_keeps_its_order_comes_in_pieces(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "HELD", 10)
    records = [{"id": str(number), "no": "P", "at": str(1000 + number)} for number in range(50)]

    def script(asked: Asked) -> Answer:
        return by_number(asked, [one for one in records if one["at"] >= asked.parameters.get("since", "")], 4)

    talk.script = script
    reader = talk.reader(paging=m.Paging(kind="page"))
    first = reader.changed(TABLE, after=(), limit=100)
    assert 10 <= len(first) < 20
    assert len(first) + len(rest_of(reader, first)) == 50


def rest_of(reader: HttpReader, first: list[SourceRow]) -> list[SourceRow]:
    found: list[SourceRow] = []
    while page := reader.changed(TABLE, after=(found or first)[-1].position, limit=100):
        found += page
    return found


def test_offsets_cursors_and_links_lead_to_every_record(talk: Talk) -> None:
    records = [record(number) for number in range(10)]

    def script(asked: Asked) -> Answer:
        place = int(asked.parameters.get("from", asked.parameters.get("offset", asked.parameters.get("cursor", "0"))))
        further = place + 4 if place + 4 < 10 else None
        link = f'<{talk.service.url}/cases?from={further}>; rel="next"'
        headers = {"Link": link} if further and "linked" in talk.waits else {}  # type: ignore[comparison-overlap]
        more = {"next": str(further) if further else None}
        return Answer({"data": {"rows": records[place : place + 4]}, **more}, headers=headers)

    talk.script = script
    for paging in (m.Paging(kind="offset"), m.Paging(kind="cursor", next="next")):
        assert len(read_all(talk.reader(paging=paging))) == 10, paging.kind
    talk.waits.append("linked")  # type: ignore[arg-type]
    assert len(read_all(talk.reader(paging=m.Paging(kind="link")))) == 10


def test_a_cursor_that_leads_in_a_circle_is_refused(talk: Talk) -> None:
    talk.script = lambda _asked: listing(record(1), next="same")
    with pytest.raises(ReplyBroken):
        read_all(talk.reader(paging=m.Paging(kind="cursor", next="next")))


def test_records_in_any_order_come_in_the_order_of_their_positions(talk: Talk) -> None:
    records = [{"id": str(number), "no": "P", "at": str(number)} for number in (10, 9, 2, 100, 1)]
    talk.script = lambda _asked: listing(*records)
    assert [row.key for row in read_all(talk.reader(), limit=2)] == ["1", "2", "9", "10", "100"]


def test_records_that_are_none_wait_with_their_reason_and_the_others_come(talk: Talk) -> None:
    talk.script = lambda _asked: listing(record(1), "no object", [1], {"id": "z", "no": "P"}, record(2))
    found = read_all(talk.reader(), limit=9)
    assert [row.key for row in found if not row.faults] == ["z", "g001", "g002"]
    assert [fault.code for row in found for fault in row.faults] == ["WrongFormat", "WrongFormat"]


def test_busy_services_are_asked_again_as_late_as_they_say(talk: Talk) -> None:
    answers = [
        Answer("", 503, {"Retry-After": "7"}),
        Answer("", 429, {"Retry-After": format_datetime(datetime.now(UTC) + timedelta(seconds=9), usegmt=True)}),
        Answer("", 500),
        listing(record(1)),
    ]
    talk.script = lambda _asked: answers.pop(0) if answers else listing()
    assert len(talk.reader().sample("cases", limit=1)) == 1
    assert talk.waits[0] == 7.0
    assert 5 < talk.waits[1] < 12
    assert talk.waits[2] > 0


def test_services_that_stay_busy_or_ask_for_an_hour_are_left_for_the_next_pass(talk: Talk) -> None:
    talk.script = lambda _asked: Answer("", 503, {"Retry-After": "3600"})
    with pytest.raises(SourceBusy):
        read_all(talk.reader())
    assert talk.waits == []
    talk.script = lambda _asked: Answer("", 503)
    with pytest.raises(SourceBusy):
        read_all(talk.reader(retries=2))
    assert len(talk.waits) == 2


def test_an_answer_cut_off_is_asked_for_again_and_never_half_taken(talk: Talk) -> None:
    whole = {"data": {"rows": [record(1), record(2)]}}
    answers = [Answer(whole, cut=20), Answer(Answer(whole).raw()[:-3]), Answer(b""), Answer(whole)]
    talk.script = lambda _asked: answers.pop(0) if len(answers) > 1 else answers[0]
    assert len(talk.reader().sample("cases", limit=9)) == 2
    talk.script = lambda _asked: Answer(Answer(whole).raw()[:-3])
    with pytest.raises(ReplyBroken, match="JSON"):
        talk.reader(retries=1).sample("cases", limit=9)
    talk.script = lambda _asked: Answer({"data": {"rows": {"a": 1}}})
    with pytest.raises(ReplyBroken, match=r"data\.rows"):
        talk.reader(retries=0).sample("cases", limit=9)


def test_too_large_an_answer_is_refused_before_it_is_whole(talk: Talk) -> None:
    talk.script = lambda _asked: Answer(b" " * (3 << 20))
    with pytest.raises(ReplyTooLarge):
        talk.reader(largest_mb=1).sample("cases", limit=1)


def test_an_access_token_is_fetched_kept_renewed_before_its_end_and_when_it_is_refused(talk: Talk) -> None:
    fetched: list[Asked] = []
    withdrawn: set[str] = set()

    def script(asked: Asked) -> Answer:
        if asked.path == "/api/token":
            fetched.append(asked)
            return Answer({"access_token": f"t{len(fetched)}", "expires_in": 300})
        token = asked.headers.get("Authorization", "").removeprefix("Bearer ")
        return listing(record(1)) if token == f"t{len(fetched)}" and token not in withdrawn else Answer("", 401)

    talk.script = script
    token = m.Token(kind="oauth2", url="token", client_id="city", client_secret="${SECRET}", scope="read")
    reader = talk.reader(token=token, environ={"SECRET": "ge:heim"})
    for _ in range(2):
        reader.sample("cases", limit=1)
    assert len(fetched) == 1
    assert fetched[0].form == {"grant_type": "client_credentials", "scope": "read"}
    talk.now = 280.0
    reader.sample("cases", limit=1)
    assert len(fetched) == 2
    withdrawn.add("t2")
    reader.sample("cases", limit=1)
    assert len(fetched) == 3
    withdrawn.add("t4")
    withdrawn.add("t3")
    with pytest.raises(SourceRefused):
        reader.sample("cases", limit=1)


@pytest.mark.parametrize(
    ("token", "header", "value"),
    [
        (m.Token(kind="bearer", value="${T}"), "Authorization", "Bearer ge heim"),
        (m.Token(kind="header", header="X-Token", value="${T}"), "X-Token", "ge heim"),
        (m.Token(kind="basic", user="u", password="${T}"), "Authorization", "Basic dTpnZSBoZWlt"),
    ],
)
def test_other_tokens_stand_where_the_service_wants_them(talk: Talk, token: m.Token, header: str, value: str) -> None:
    talk.reader(token=token, environ={"T": "ge heim"}).sample("cases", limit=1)
    assert talk.service.asked[0].headers[header] == value


def test_the_token_never_goes_to_another_host(talk: Talk) -> None:
    talk.script = lambda _asked: Answer("", 302, {"Location": "http://localhost:9/steal"})
    token = m.Token(kind="header", header="X-Token", value="geheim")
    with pytest.raises(AddressFaulty):
        talk.reader(token=token).sample("cases", limit=1)
    talk.script = lambda _asked: listing(record(1), next="http://127.0.0.1:9/steal")
    with pytest.raises(AddressFaulty):
        read_all(talk.reader(token=token, paging=m.Paging(kind="link", next="next")))


def test_nobody_there_and_wrong_addresses_are_said_plainly(talk: Talk) -> None:
    dead = m.Connection(url="http://127.0.0.1:9/api?key=geheim", http=m.Http(retries=1))
    with pytest.raises(SourceUnreachable) as refused:
        HttpReader(dead, [TABLE], environ={}, sleep=talk.waits.append).sample("cases", limit=1)
    assert "geheim" not in refused.value.explain()
    with pytest.raises(AddressFaulty):
        open_tables(m.Mapping(format="http", connection=m.Connection(url="ftp://x"), tables={}), environ={})
    talk.script = lambda _asked: Answer("", 404)
    with pytest.raises(SourceUnreachable, match="404"):
        talk.reader().sample("cases", limit=1)
    perhaps = m.Table(name="cases", key=("id",), records="data.rows", optional=True)
    assert talk.reader(perhaps).changed(perhaps, after=(), limit=1) == []
    talk.script = lambda _asked: listing(record(1))
    missing = m.Table(name="cases", key=("idd",), records="data.rows")
    with pytest.raises(TableColumnMissing, match="idd"):
        talk.reader(missing).require(m.Mapping(tables={"cases": missing}))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inside: st.lists(inside, max_size=4) | st.dictionaries(st.text(max_size=5), inside, max_size=4),
    max_leaves=20,
)


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=300))
def test_whatever_bytes_a_service_answers_they_are_json_or_refused(raw: bytes) -> None:
    try:
        read_json(raw, charset="", source="x")
    except ReplyBroken as refused:
        assert refused.explain()


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(st.text(max_size=5), JSON, max_size=5))
def test_every_object_is_columns_of_text(record: dict[str, Any]) -> None:
    assert all(isinstance(value, str) for value in columns_of(record).values())


def test_brackets_without_end_are_refused() -> None:
    with pytest.raises(ReplyBroken):
        read_json(b"[" * 100_000, charset="", source="x")
