"""The follower of supervision killed -9 in mid-batch: no finding is lost, none stands twice, every chain is whole."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from tests.conftest import ROOT, leave_out
from tests.postgres import ServerUnavailable, carried_binaries, running_server

ROUNDS = 6


@contextmanager
def sqlite(folder: Path) -> Iterator[str]:
    """A file of its own."""
    yield f"sqlite:///{folder / 'ledger.sqlite3'}"


@contextmanager
def postgresql(_: Path) -> Iterator[str]:
    """A server of its own."""
    try:
        carried_binaries()
    except ServerUnavailable as reason:
        leave_out(str(reason))
    with running_server() as url:
        host = url.partition("host=")[2].replace("%2F", "/")
        with psycopg.connect(host=host, user="postgres", dbname="postgres", autocommit=True) as connection:
            connection.execute("CREATE DATABASE yichuang")
        yield url


class Judge:
    """Starts processes that judge one database."""

    def __init__(self, url: str, folder: Path) -> None:
        path = os.pathsep.join((str(ROOT / "src"), str(ROOT)))
        self._environment = {**os.environ, "YICHUANG_DATABASE_URL": url, "YICHUANG_VAR": str(folder)}
        self._environment["PYTHONPATH"] = path

    def start(self, order: str) -> "subprocess.Popen[bytes]":
        """Start a process."""
        return subprocess.Popen(
            [sys.executable, "-m", "tests.faults.judge", order],
            cwd=ROOT,
            env=self._environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            bufsize=0,
        )

    def ask(self, order: str) -> str:
        """Run a process to its end and return what it said."""
        process = self.start(order)
        said, trouble = process.communicate(timeout=300)
        assert process.returncode == 0, trouble.decode()[-3000:]
        return said.decode()


@pytest.mark.parametrize("database", [sqlite, postgresql], ids=["sqlite", "postgresql"])
def test_a_follower_killed_in_mid_batch_neither_loses_nor_doubles_a_finding(
    tmp_path: Path, database: Callable[[Path], Iterator[str]], capsys: pytest.CaptureFixture[str]
) -> None:
    chance, killed = random.Random(), 0
    with database(tmp_path) as url:  # type: ignore[attr-defined]
        judge = Judge(url, tmp_path)
        judge.ask("create")
        judge.ask("fill")
        for _ in range(ROUNDS):
            follower = judge.start("follow")
            assert follower.stdout is not None
            if not follower.stdout.readline():
                break
            time.sleep(chance.random() * 0.15)
            killed += follower.poll() is None
            os.kill(follower.pid, signal.SIGKILL)
            follower.communicate(timeout=30)
        judge.ask("follow")
        found = json.loads(judge.ask("check"))
    with capsys.disabled():
        print(f"\n{killed} followers killed: {found}")
    assert killed >= 2
    assert found["findings"] > 100
    assert (found["twice"], found["broken"], found["unread"]) == (0, [], 0)
    assert found["differ"] == [0, 0, 0]
