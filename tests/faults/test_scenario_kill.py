"""Kill -9 in the middle of a build of the scenario: the next one goes on where the ledger stands."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.faults.conftest import Database, Say
from tests.faults.mother import eventually, mother_of

pytestmark = pytest.mark.slow(30)
NAME = "ankang-2015h1"


def test_a_killed_build_goes_on_where_the_ledger_stands_and_says_how_far_it_is(
    tmp_path: Path, database: Database, say: Say
) -> None:
    file, progress = database(tmp_path), tmp_path / "progress.json"
    again = ("scenario", NAME, "--scale", "0.01", "--background")
    with mother_of("commands", tmp_path) as mother:
        mother.ask("demonstration", "--scale", "0.01", "--first", "60")
        running = mother.start(*again, "--batch", "100")
        eventually(progress.exists, "the build did not get going", pause=0.002)
        assert running.kill()
        killed = json.loads(progress.read_text())
        assert 0 < killed["percent"] < 100
        # Without processes of its own, which only make it quicker.
        mother.ask(*again, "--workers", "0")
    told = json.loads(progress.read_text())
    say(f"a build killed -9 at {killed['done']} of {killed['total']} cases: {told['done']} stand after the next one")
    assert told["percent"] == 100
    assert told["done"] == told["total"]
    with closing(sqlite3.connect(file)) as found:
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
