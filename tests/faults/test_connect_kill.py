"""A pass killed -9 anywhere, again and again: run once more, the ledger is that of a pass that nobody disturbed."""

import json
import random
import shutil
import time
from pathlib import Path

from tests.factories.exchange_tables import County
from tests.faults.conftest import Database, Say
from tests.faults.mother import mother_of

CASES = 30
# Behind the rows of which page, and of which chunk of cases, a pass waits for its end: neither the position nor the
# chunk is committed. The last pass is killed before it comes there, wherever it is.
WAITS_AT = ("land 5", "mark 5", "mark 16")


def test_a_pass_killed_anywhere_and_run_again_files_what_an_undisturbed_one_files(
    tmp_path: Path, database: Database, say: Say
) -> None:
    county = County(tmp_path)
    for number in range(CASES):
        county.file_case(f"ZY-{number:03d}", day=2 + number % 9, steps=3)
    disturbed, calm = database(tmp_path / "disturbed"), tmp_path / "calm.sqlite3"
    chance, mapping, killed = random.Random(), str(county.mapping), 0
    with mother_of("connector", tmp_path / "houses") as mother:
        mother.ask(str(disturbed), "load")
        shutil.copy(disturbed, calm)
        for place in WAITS_AT:
            process = mother.start(str(disturbed), "run", mapping, *place.split())
            if place == WAITS_AT[-1]:
                process.wait_for_lines(1 + chance.randrange(10))
                time.sleep(chance.random() * 0.05)
            else:
                process.wait_for(lambda lines, place=place: place in lines)  # type: ignore[misc]
            killed += process.kill()
        found, wanted = (
            json.loads(mother.ask(str(file), "finish", mapping).splitlines()[-1]) for file in (disturbed, calm)
        )
    say(
        f"a connector killed -9 {killed} times: {found['rows']} rows, {len(found['cases'])} cases,"
        f" {len(wanted['cases'])} of an undisturbed pass"
    )
    assert killed == len(WAITS_AT)
    assert found["faults"] == []
    assert found == wanted
    assert (found["rows"], found["states"], found["quarantine"]) == (CASES * 5, ["filed"], 0)
    assert len(found["cases"]) == CASES and all(len(events) == 8 for events in found["cases"].values())
