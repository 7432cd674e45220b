"""Kill -9 in mid-flow: what was acknowledged is there, the chains verify, and the facts are those of a rebuild."""

import json
import random
import time
from pathlib import Path

from tests.faults.conftest import Database, Say
from tests.faults.mother import Child, Mother, mother_of

ROUNDS = 3
Acknowledged = dict[str, int]


def take_down(writer: Child, acknowledged: Acknowledged) -> int:
    """Note every whole line that the writer said, and return how many there are."""
    lines = writer.lines
    for line in lines:
        number, version = line.split()
        acknowledged[number] = max(int(version), acknowledged.get(number, 0))
    return len(lines)


def require_everything(house: Mother, acknowledged: Acknowledged, *, killed: int) -> None:
    """Every acknowledged event stands, and nothing is broken."""
    found = json.loads(house.ask("check"))
    assert found["faults"] == []
    lost = {number: version for number, version in acknowledged.items() if found["versions"].get(number, 0) < version}
    assert lost == {}
    # At most what was under way when each of so many writers died stands beyond what was acknowledged.
    assert len(found["versions"]) - len(acknowledged) <= killed * 21


def kill_writers(house: Mother, acknowledged: Acknowledged) -> int:
    """Start a writer, let it run for a moment that is never the same, and kill it; several times.

    Return how many commands were acknowledged.
    """
    chance, said = random.Random(), 0
    for seed in range(ROUNDS):
        writer = house.start(str(seed))
        writer.wait_for_lines(30 + chance.randrange(60))
        # Anywhere within the next command.
        time.sleep(chance.random() * 0.02)
        assert writer.kill()
        said += take_down(writer, acknowledged)
    return said


def test_sqlite_keeps_what_it_acknowledged_when_the_writer_is_killed(
    tmp_path: Path, database: Database, say: Say
) -> None:
    acknowledged: Acknowledged = {}
    database(tmp_path)
    with mother_of("writer", tmp_path) as house:
        said = kill_writers(house, acknowledged)
        require_everything(house, acknowledged, killed=ROUNDS)
    say(f"sqlite: {ROUNDS} writers killed -9, {said} commands acknowledged of {len(acknowledged)} cases, 0 lost")
