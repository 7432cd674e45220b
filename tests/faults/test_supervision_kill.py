"""The follower of supervision killed -9 in mid-batch: no finding is lost, none stands twice, every chain is whole."""

import json
import random
import time
from pathlib import Path

from tests.faults.conftest import Database, Say
from tests.faults.judge import HELD
from tests.faults.mother import mother_of

# In which batch, counted from where its predecessor died, each follower waits for its end with everything written but
# how far it has read; the last one is killed before it comes there, wherever it is.
WAITS_IN = (1, 7, 12)


def kill_followers(url: str, folder: Path, say: Say) -> None:
    """Judge a database with all tables, killed again and again, and require what an undisturbed follower finds."""
    chance, killed, held = random.Random(), 0, 0
    with mother_of("judge", folder, YICHUANG_DATABASE_URL=url) as judge:
        judge.ask("fill")
        for batch in WAITS_IN:
            follower = judge.start("follow", str(batch))
            if batch == WAITS_IN[-1]:
                follower.wait_for_lines(1 + chance.randrange(8))
                time.sleep(chance.random() * 0.05)
            else:
                follower.wait_for(lambda lines: HELD in lines)
            killed += follower.kill()
            held += HELD in follower.lines
        judge.ask("follow")
        found = json.loads(judge.ask("check"))
    say(f"{url.partition(':')[0]}: {killed} followers killed -9, {held} of them between findings and position: {found}")
    assert killed == len(WAITS_IN)
    assert found["findings"] > 100
    assert (found["twice"], found["broken"], found["unread"]) == (0, [], 0)
    assert found["differ"] == [0, 0, 0]


def test_a_follower_killed_in_mid_batch_neither_loses_nor_doubles_a_finding(
    tmp_path: Path, database: Database, say: Say
) -> None:
    kill_followers(f"sqlite:///{database(tmp_path)}", tmp_path, say)
