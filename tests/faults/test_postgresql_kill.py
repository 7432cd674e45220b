"""The kills of test_kill.py and test_supervision_kill.py on PostgreSQL, whose server is killed too: all on one."""

import random
from pathlib import Path

import pytest

from tests.faults.conftest import Say
from tests.faults.mother import mother_of
from tests.faults.servers import Server
from tests.faults.test_kill import ROUNDS, Acknowledged, kill_writers, require_everything, take_down
from tests.faults.test_supervision_kill import kill_followers

pytestmark = pytest.mark.slow(60)


def test_postgresql_keeps_what_it_acknowledged_when_the_writer_or_the_server_is_killed(
    tmp_path: Path, server: Server, say: Say
) -> None:
    acknowledged: Acknowledged = {}
    url = server.create("written", template="tables")
    with mother_of("writer", tmp_path, YICHUANG_DATABASE_URL=url) as house:
        said = kill_writers(house, acknowledged)
        require_everything(house, acknowledged, killed=ROUNDS)

        chance = random.Random()
        for seed in range(100, 100 + ROUNDS):
            writers = [house.start(str(seed)), house.start(str(seed + 1_000))]
            for writer in writers:
                writer.wait_for_lines(20 + chance.randrange(20))
            server.kill()
            for writer in writers:
                assert writer.wait() != 0
                said += take_down(writer, acknowledged)
            server.start()
        require_everything(house, acknowledged, killed=3 * ROUNDS)
    say(
        f"postgresql: {ROUNDS} writers killed -9, the server {ROUNDS} times under two others:"
        f" {said} commands acknowledged of {len(acknowledged)} cases, 0 lost"
    )
    assert len(acknowledged) > 20


def test_a_follower_killed_in_mid_batch_on_postgresql_neither_loses_nor_doubles_a_finding(
    tmp_path: Path, server: Server, say: Say
) -> None:
    kill_followers(server.create("judged", template="tables"), tmp_path, say)
