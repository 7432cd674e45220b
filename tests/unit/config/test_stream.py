"""The stream of findings: one reading for all readers, each hears his own, who comes back loses nothing."""

import asyncio
import json
import threading
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from yichuang.config import stream
from yichuang.config.stream import Hub, News, Reader, Stream, own_origins, session_key_of

HOSTS = {"127.0.0.1", "site.example"}


def news(number: int, division: str = "610924") -> News:
    return News(number, division, f"{division}-guotu", f"{division}-centre", json.dumps({"id": number}))


class Table:
    """Findings as they are committed; `asked` counts the readings."""

    def __init__(self, *rows: News) -> None:
        self.rows = list(rows)
        self.asked = 0
        self.away = False

    def last(self) -> int:
        return max((row.id for row in self.rows), default=0)

    def newest(self, after: int) -> Sequence[News]:
        self.asked += 1
        if self.away:
            raise OSError("away")
        return sorted((row for row in self.rows if row.id > after), key=lambda row: row.id)[: stream.BATCH]


class Everything:
    user = "1"

    def __init__(self, division: str = "") -> None:
        self.division = division

    def covers(self, found: News) -> bool:
        return found.division.startswith(self.division)


class Line:
    """One connection of a browser: what it was sent, and its hanging up."""

    def __init__(self, path: str = stream.PATH, method: str = "GET", query: str = "", **headers: str) -> None:
        given = {"host": "127.0.0.1:8001", "cookie": "sessionid=good", **headers}
        self.scope = {
            "type": "http",
            "path": path,
            "method": method,
            "query_string": query.encode(),
            "headers": [(name.replace("_", "-").encode(), value.encode()) for name, value in given.items()],
        }
        self.status = 0
        self.heads: dict[str, str] = {}
        self.body = b""
        self.hung_up = asyncio.Event()

    async def receive(self) -> dict[str, Any]:
        await self.hung_up.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.heads = {name.decode(): value.decode() for name, value in message["headers"]}
        else:
            self.body += message["body"]

    def ids(self) -> list[int]:
        return [int(line[4:]) for line in self.body.decode().splitlines() if line.startswith("id: ")]


def app(hub: Hub, reading: Callable[[str], Any] = lambda _cookie: Everything()) -> Stream:
    return Stream(hub, reading, origins=own_origins(site_port=8000, hosts=HOSTS.__contains__, trusted=["https://a.b"]))


async def until(true: Callable[[], bool], seconds: float = 3.0) -> None:
    end = asyncio.get_running_loop().time() + seconds
    while not true():
        assert asyncio.get_running_loop().time() < end, "it did not happen in time"
        await asyncio.sleep(0.005)


def play(scene: Callable[[Table, Hub], Any], *rows: News) -> None:
    """Run one scene with a hub that reads every few milliseconds."""

    async def go() -> None:
        table = Table(*rows)
        hub = Hub(table, pause=0.005)
        reading = asyncio.ensure_future(hub.run())
        try:
            await scene(table, hub)
        finally:
            reading.cancel()

    asyncio.run(go())


def test_a_new_finding_reaches_whoever_may_see_it_and_nobody_else() -> None:
    async def scene(table: Table, hub: Hub) -> None:
        ziyang, hanyin = Line(), Line(cookie="sessionid=hanyin")
        site = app(hub, lambda cookie: Everything("610921" if "hanyin" in cookie else "610924"))
        lines = [asyncio.ensure_future(site(line.scope, line.receive, line.send)) for line in (ziyang, hanyin)]
        await until(lambda: len(hub.readers) == 2 and hub.top >= 0)
        table.rows += [news(8), news(9, "610921")]
        await until(lambda: ziyang.ids() == [8] and hanyin.ids() == [9])
        for line in (ziyang, hanyin):
            line.hung_up.set()
        await asyncio.gather(*lines)
        assert hub.readers == set()
        assert ziyang.heads["content-type"].startswith("text/event-stream")

    play(scene, news(7))


def test_the_table_is_read_once_however_many_listen_and_not_at_all_for_nobody() -> None:
    async def scene(table: Table, hub: Hub) -> None:
        await asyncio.sleep(0.05)
        assert table.asked == 0
        for _ in range(50):
            hub.readers.add(Reader(Everything()))
        await until(lambda: hub.top >= 0)
        before = table.asked
        rounds = 0
        for number in range(100, 110):
            table.rows.append(news(number))
            await until(lambda number=number: hub.top == number)  # type: ignore[misc]
            rounds += 1
        assert table.asked - before < 50 * rounds

    play(scene)


@pytest.mark.parametrize("how", ["header", "address"])
def test_who_comes_back_with_the_last_id_he_heard_loses_nothing(how: str) -> None:
    async def scene(table: Table, hub: Hub) -> None:
        asked = {"last_event_id": "3"} if how == "header" else {"query": "after=3"}
        line = Line(**asked)
        going = asyncio.ensure_future(app(hub)(line.scope, line.receive, line.send))
        await until(lambda: {4, 5, 6} <= set(line.ids()))
        table.rows.append(news(7))
        await until(lambda: 7 in line.ids())
        assert sorted(set(line.ids())) == line.ids()
        assert 3 not in line.ids()
        line.hung_up.set()
        await going

    play(scene, *(news(number) for number in range(1, 7)))


def test_what_is_committed_late_under_a_smaller_number_is_told_all_the_same() -> None:
    async def scene(table: Table, hub: Hub) -> None:
        line = Line()
        going = asyncio.ensure_future(app(hub)(line.scope, line.receive, line.send))
        await until(lambda: hub.top == 10)
        table.rows.append(news(14))
        await until(lambda: line.ids() == [14])
        table.rows.append(news(12))
        await until(lambda: line.ids() == [14, 12])
        # Who heard 14 last and was away while 12 came hears of it from what is remembered.
        back = Line(last_event_id="14")
        again = asyncio.ensure_future(app(hub)(back.scope, back.receive, back.send))
        await until(lambda: back.ids() == [12])
        table.rows += [news(number) for number in range(15, 15 + 2 * stream.BATCH)]
        await until(lambda: line.ids()[-1] == 14 + 2 * stream.BATCH)
        assert len(line.ids()) == len(set(line.ids())) == 2 + 2 * stream.BATCH
        for one in (line, back):
            one.hung_up.set()
        await asyncio.gather(going, again)

    play(scene, news(10))


def test_one_who_does_not_listen_is_let_go_and_the_others_are_not_kept_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    async def scene() -> None:
        slow = Reader(Everything(), asyncio.Queue(2))
        for number in range(5):
            slow.tell(news(number))
        assert slow.lagging
        assert slow.queue.qsize() == 2

    asyncio.run(scene())


def test_a_table_that_cannot_be_read_is_silence_not_a_beat(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "BEAT_SECONDS", 0.02)
    monkeypatch.setattr(stream, "FRESH_SECONDS", 0.05)
    monkeypatch.setattr(stream, "RETRY_SECONDS", 0.05)

    async def scene(table: Table, hub: Hub) -> None:
        line = Line()
        going = asyncio.ensure_future(app(hub)(line.scope, line.receive, line.send))
        await until(lambda: line.body.count(b"event: beat") >= 3)
        table.away = True
        await asyncio.sleep(0.2)
        silent = line.body.count(b"event: beat")
        await asyncio.sleep(0.1)
        assert line.body.count(b"event: beat") == silent
        table.away = False
        await until(lambda: line.body.count(b"event: beat") > silent)
        line.hung_up.set()
        await going

    play(scene)


def test_a_session_that_ends_ends_the_stream(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "BEAT_SECONDS", 0.02)
    monkeypatch.setattr(stream, "CHECK_SECONDS", 0.05)
    signed_in = threading.Event()
    signed_in.set()

    async def scene(table: Table, hub: Hub) -> None:
        line = Line()
        site = app(hub, lambda _cookie: Everything() if signed_in.is_set() else None)
        going = asyncio.ensure_future(site(line.scope, line.receive, line.send))
        await until(lambda: len(hub.readers) == 1)
        signed_in.clear()
        await asyncio.wait_for(going, 3)
        assert b"event: ended" in line.body
        assert hub.readers == set()

    play(scene)


@pytest.mark.parametrize(
    ("line", "status"),
    [
        ({"path": "/"}, 404),
        ({"method": "POST"}, 405),
        ({"cookie": ""}, 403),
        ({"origin": "http://evil.example"}, 403),
        ({"origin": "http://127.0.0.1:9999"}, 403),
        ({"host": "evil.example:8001"}, 403),
        ({"host": "[broken"}, 403),
    ],
)
def test_strangers_are_turned_away(line: dict[str, str], status: int) -> None:
    async def scene(table: Table, hub: Hub) -> None:
        one = Line(**line)
        await app(hub, lambda cookie: Everything() if "good" in cookie else None)(one.scope, one.receive, one.send)
        assert one.status == status
        assert table.asked == 0
        if line.get("origin"):
            assert "access-control-allow-origin" not in one.heads

    play(scene)


def test_a_site_that_is_full_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    async def scene(table: Table, hub: Hub) -> None:
        hub.readers |= {Reader(Everything()) for _ in range(stream.MOST_OF_ONE)}
        one = Line()
        await app(hub)(one.scope, one.receive, one.send)
        assert one.status == 503

    play(scene)


@pytest.mark.parametrize(
    ("origin", "host", "allowed"),
    [
        ("http://127.0.0.1:8000", "127.0.0.1:8001", True),
        ("", "127.0.0.1:8001", True),
        ("https://a.b", "127.0.0.1:8001", True),
        ("https://site.example", "site.example", True),
        ("https://site.example:8443", "site.example", False),
        ("http://site.example:8000", "127.0.0.1:8001", False),
        ("http://127.0.0.1:8002", "127.0.0.1:8001", False),
        ("null", "127.0.0.1:8001", False),
        ("http://127.0.0.1:99999", "127.0.0.1:8001", False),
        ("http://127.0.0.1:8000", "", False),
    ],
)
def test_only_the_sites_own_pages_may_listen(origin: str, host: str, allowed: bool) -> None:
    ours = own_origins(site_port=8000, hosts=HOSTS.__contains__, trusted=["https://a.b"])
    assert ours(origin, host) is allowed


@pytest.mark.parametrize(
    ("cookie", "key"),
    [("sessionid=abc; csrftoken=x", "abc"), ("", ""), ("other=1", ""), ("sessionid=abc; bad{name=1", "abc")],
)
def test_the_session_is_read_out_of_the_cookie(cookie: str, key: str) -> None:
    assert session_key_of(cookie, name="sessionid") == key


def test_open_lines_end_when_they_are_dismissed() -> None:
    async def scene(table: Table, hub: Hub) -> None:
        line = Line()
        going = asyncio.ensure_future(app(hub)(line.scope, line.receive, line.send))
        await until(lambda: len(hub.readers) == 1)
        hub.dismiss()
        await asyncio.wait_for(going, 2)
        assert hub.readers == set()

    play(scene)
