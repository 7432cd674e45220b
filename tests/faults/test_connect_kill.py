"""A pass killed -9 anywhere, again and again: run once more, the ledger is that of a pass that nobody disturbed."""

import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from tests.conftest import ROOT
from tests.factories.exchange_tables import County

pytestmark = pytest.mark.slow
ROUNDS = 2
CASES = 30


class House:
    """One installation on a SQLite file."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(exist_ok=True)
        path = os.pathsep.join((str(ROOT / "src"), str(ROOT)))
        self.file = folder / "ledger.sqlite3"
        self._environment = {
            **os.environ,
            "YICHUANG_DATABASE_URL": f"sqlite:///{self.file}",
            "YICHUANG_VAR": str(folder),
            "PYTHONPATH": path,
        }

    def start(self, *order: str) -> "subprocess.Popen[bytes]":
        """Start a process of it."""
        return subprocess.Popen(
            [sys.executable, "-m", "tests.faults.connector", *order],
            cwd=ROOT,
            env=self._environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            bufsize=0,
        )

    def ask(self, *order: str) -> str:
        """Run one to its end."""
        process = self.start(*order)
        answer, trouble = process.communicate(timeout=120)
        assert process.returncode == 0, trouble.decode()[-3000:]
        return answer.decode()

    def finish(self, mapping: str) -> dict[str, Any]:
        """Run once more and return what stands."""
        found: dict[str, Any] = json.loads(self.ask("finish", mapping).splitlines()[-1])
        return found


def _tables(into: Path) -> None:
    """Copy the tables of the test database, which takes a fraction of making them anew."""
    connection.ensure_connection()
    if connection.vendor == "sqlite":
        with closing(sqlite3.connect(into)) as copy:
            connection.connection.backup(copy)


@pytest.mark.django_db(transaction=True)
def test_a_pass_killed_anywhere_and_run_again_files_what_an_undisturbed_one_files(tmp_path: Path) -> None:
    county = County(tmp_path)
    for number in range(CASES):
        county.file_case(f"ZY-{number:03d}", day=2 + number % 9, steps=3)
    disturbed, calm = House(tmp_path / "disturbed"), House(tmp_path / "calm")
    _tables(disturbed.file)
    disturbed.ask("create")
    shutil.copy(disturbed.file, calm.file)
    chance, mapping, killed = random.Random(), str(county.mapping), 0
    for _ in range(ROUNDS):
        process = disturbed.start("run", mapping)
        assert process.stdout is not None
        said = process.stdout.readline()
        time.sleep(chance.random() * 0.5)
        os.kill(process.pid, signal.SIGKILL)
        process.communicate(timeout=30)
        killed += bool(said)
    found, wanted = disturbed.finish(mapping), calm.finish(mapping)
    assert killed == ROUNDS
    assert found["faults"] == []
    assert found == wanted
    assert (found["rows"], found["states"], found["quarantine"]) == (CASES * 5, ["filed"], 0)
    assert len(found["cases"]) == CASES and all(len(events) == 8 for events in found["cases"].values())
