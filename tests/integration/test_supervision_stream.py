"""The stream as it runs: its own process, a real client, findings recorded by the follower's own writer."""

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client

from tests import prepared
from tests.conftest import ROOT, free_port
from tests.integration import small_city
from yichuang.accounts.commands import grant_role
from yichuang.accounts.models import User
from yichuang.accounts.values import Area, Role

pytestmark = [pytest.mark.slow(20), pytest.mark.django_db(transaction=True)]
SITE_PORT = 8000
SECONDS, PATIENCE = 2.0, 60


class Listener:
    """One browser that listens: its events as they come."""

    def __init__(
        self, port: int, *, session: str = "", after: int | None = None, origin: str = "", last: str = ""
    ) -> None:
        self.connection = HTTPConnection("127.0.0.1", port, timeout=5)
        headers = {"Accept": "text/event-stream", "Cookie": f"{settings.SESSION_COOKIE_NAME}={session}"}
        if origin:
            headers["Origin"] = origin
        if last:
            headers["Last-Event-ID"] = last
        self.connection.request(
            "GET", "/supervision/stream" + ("" if after is None else f"?after={after}"), headers=headers
        )
        self.answer: HTTPResponse = self.connection.getresponse()

    def next(self, within: float = SECONDS) -> dict[str, str] | None:
        """Return the next finding, None if none comes in time; beats are passed over."""
        until = time.monotonic() + within
        event: dict[str, str] = {}
        while (left := until - time.monotonic()) > 0:
            if self.connection.sock is not None:
                self.connection.sock.settimeout(left)
            try:
                line = self.answer.readline().decode().strip()
            except TimeoutError:
                return None
            name, _colon, value = line.partition(": ")
            if line:
                event[name] = value
            elif event.get("event") == "finding":
                return event
            else:
                event = {}
        return None

    def close(self) -> None:
        self.answer.close()
        self.connection.close()


def session_of(name: str) -> str:
    client = Client()
    client.force_login(User.objects.get(username=name))
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def database_for_others(folder: Path) -> str:
    """Return the address of a database with everything in the tests' own, which other processes can open."""
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        with closing(sqlite3.connect(folder / "stream.sqlite3")) as copy:
            connection.connection.backup(copy)
        return f"sqlite:///{folder / 'stream.sqlite3'}"
    chosen = connection.settings_dict
    host, port = str(chosen["HOST"]), str(chosen["PORT"] or "")
    query = {"host": host} | ({"port": port} if port else {})
    return f"postgresql://{chosen['USER']}:{quote(str(chosen['PASSWORD']))}@/{chosen['NAME']}?{urlencode(query)}"


class Running:
    """The stream and somebody who judges, each a process of its own, and the sessions of two readers."""

    def __init__(self, folder: Path) -> None:
        self.whole, self.county, self.clerk = (session_of(name) for name in ("supervisor", "hanbin", "clerk"))
        environment = {
            **os.environ,
            "YICHUANG_DATABASE_URL": database_for_others(folder),
            "YICHUANG_SECRET_KEY": settings.SECRET_KEY,
            "DJANGO_SETTINGS_MODULE": "yichuang.config.settings",
            "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
        }
        self.port = free_port()
        where = ["--port", str(self.port), "--site-port", str(SITE_PORT)]
        self.stream = subprocess.Popen(
            [sys.executable, "-m", "yichuang.config.cli", "stream", *where], env=environment, cwd=ROOT
        )
        self.judge = subprocess.Popen(
            [sys.executable, "-m", "tests.integration.judging_process"],
            env=environment,
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.judge.stdout is not None
        assert self.judge.stdout.readline() == "ready\n"
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until and self.stream.poll() is None:
            with closing(socket.socket()) as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.1)
        pytest.fail("the stream did not start")

    def find(self, serial: int, county: str = "610924") -> tuple[str, float]:
        """Have something found; return its id and the moment at which it was recorded."""
        assert self.judge.stdin is not None and self.judge.stdout is not None
        self.judge.stdin.write(f"{serial} {county}\n")
        self.judge.stdin.flush()
        number, at = self.judge.stdout.readline().split()
        return number, float(at)

    def end(self) -> None:
        """End both."""
        for process in (self.judge, self.stream):
            process.kill()
            process.wait(10)


@pytest.fixture
def running(transactional_db: None, tmp_path: Path) -> Iterator[Running]:
    """Places, accounts, and both processes, in a database of its own."""
    with prepared.holding(*small_city.CITY):
        user = User.objects.create_user("hanbin", "a long enough phrase", display_name="汉滨监察")
        grant_role(user=user, role=Role.SUPERVISOR, area=Area("610902"), valid_from=date(2015, 1, 1))
        found = Running(tmp_path)
        yield found
        found.end()


def test_each_reader_hears_of_his_own_within_two_seconds_and_who_comes_back_loses_nothing(running: Running) -> None:
    ours = f"http://127.0.0.1:{SITE_PORT}"
    whole = Listener(running.port, session=running.whole, origin=ours)
    county = Listener(running.port, session=running.county)
    assert whole.answer.status == county.answer.status == 200
    assert whole.answer.headers["Access-Control-Allow-Origin"] == ours
    assert whole.answer.headers["Access-Control-Allow-Credentials"] == "true"
    time.sleep(1)  # both are heard by now

    first, recorded = running.find(1)
    event = whole.next()
    assert time.time() - recorded < SECONDS
    assert event is not None
    assert event["id"] == first
    assert '"colour": "red"' in event["data"]
    # What belongs to another county is not heard.
    second, _at = running.find(2, "610902")
    heard = county.next()
    assert heard is not None
    assert heard["id"] == second
    assert whole.next() is not None

    # The line breaks; what was found meanwhile is told to who comes back with the last id.
    whole.close()
    missed = {running.find(serial)[0] for serial in (3, 4)}
    again = Listener(running.port, session=running.whole, last=second)
    told = set()
    while (event := again.next()) is not None:
        told.add(event["id"])
    assert missed <= told
    assert county.next(0.5) is None

    # Whoever may not listen, or from elsewhere, is turned away.
    for listener in (
        Listener(running.port, session=running.clerk),
        Listener(running.port),
        Listener(running.port, session=running.whole, origin="http://evil.example"),
    ):
        assert listener.answer.status == 403
        listener.close()

    # Open lines do not keep it from ending.
    running.stream.send_signal(signal.SIGTERM)
    assert running.stream.wait(10) == 0
    for listener in (again, county):
        listener.close()


def test_who_opens_a_desk_hears_what_came_after_its_last_finding(running: Running) -> None:
    shown, _at = running.find(1)
    found, _at = running.find(2)
    listener = Listener(running.port, session=running.whole, after=int(shown))
    event = listener.next()
    assert event is not None
    assert event["id"] == found
    listener.close()
