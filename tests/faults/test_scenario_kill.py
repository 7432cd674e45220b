"""Kill -9 in the middle of a build of the scenario: the next one goes on where the ledger stands."""

import json
import os
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

from tests.conftest import ROOT

NAME = "ankang-2015h1"


def test_a_killed_build_goes_on_where_the_ledger_stands_and_says_how_far_it_is(tmp_path: Path) -> None:
    env = {key: value for key, value in os.environ.items() if key != "YICHUANG_DATABASE_URL"}
    env |= {"YICHUANG_VAR": str(tmp_path), "PYTHONPATH": str(ROOT / "src")}

    def yichuang(*arguments: str) -> list[str]:
        return [sys.executable, "-m", "yichuang.config.cli", *arguments]

    subprocess.run(yichuang("migrate", "-v0"), env=env, check=True)
    subprocess.run(yichuang("demonstration", "--scale", "0.01", "--first", "60"), env=env, check=True)
    again = yichuang("scenario", NAME, "--scale", "0.01", "--background", "--batch", "200")
    progress = tmp_path / "progress.json"
    with subprocess.Popen(again, env=env) as running:
        while running.poll() is None and not progress.exists():
            time.sleep(0.02)
        running.kill()
    told = json.loads(progress.read_text())
    assert 0 < told["percent"] < 100
    subprocess.run(again, env=env, check=True)
    told = json.loads(progress.read_text())
    assert told["percent"] == 100
    assert told["done"] == told["total"]
    with closing(sqlite3.connect(tmp_path / "yichuang.sqlite3")) as found:
        (cases_filed,) = found.execute("SELECT COUNT(*) FROM cases_case WHERE source <> 'yichuang'").fetchone()
        (in_hand,) = found.execute("SELECT COUNT(*) FROM cases_case WHERE source = 'yichuang'").fetchone()
        (accepted,) = found.execute(
            "SELECT COUNT(*) FROM cases_facts WHERE counted AND accepted_on > '' AND source <> 'yichuang'"
        ).fetchone()
        (headless,) = found.execute(
            "SELECT COUNT(*) FROM cases_facts f WHERE f.version != (SELECT MAX(seq) FROM cases_event e"
            " WHERE e.case_id = f.case_id)"
        ).fetchone()
    assert (cases_filed, accepted, headless) == (told["total"], 3_263, 0)
    # The cases in hand were filed once, at the first start.
    assert in_hand == 20
