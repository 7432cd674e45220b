"""Kill -9 in mid-delivery: each message reaches its receiver at least once, repeated under the same identifier."""

import time
from collections import Counter
from pathlib import Path

from tests.factories.receivers import Receiver, receiving
from tests.faults.commands import CLAIM_SECONDS
from tests.faults.conftest import Database, Say
from tests.faults.mother import eventually, mother_of

MESSAGES = 30
KILLS = 3
# How slow a receiver is while its message's deliverer is killed.
HELD_SECONDS = 5.0


def test_a_killed_deliverer_loses_nothing(tmp_path: Path, database: Database, say: Say) -> None:
    database(tmp_path)
    networks = {"YICHUANG_WEBHOOK_NETWORKS": "127.0.0.0/8"}
    with receiving(Receiver()) as receiver, mother_of("commands", tmp_path, **networks) as mother:

        def more(than: int) -> None:
            eventually(lambda: len(receiver.heard) > than, "nothing was delivered", pause=0.002)

        mother.ask("fill-webhooks", str(MESSAGES), receiver.url)
        for _kill in range(KILLS):
            receiver.seconds = 0.02
            before = len(receiver.heard)
            process = mother.start("webhooks", "deliver")
            more(before + 3)
            # The next one that is heard is not answered before its deliverer is dead.
            receiver.seconds = HELD_SECONDS
            more(len(receiver.heard))
            assert process.kill()
        receiver.seconds = 0
        time.sleep(CLAIM_SECONDS)
        mother.ask("webhooks", "deliver", "--once")
        states = dict(line.split() for line in mother.ask("list-webhooks").splitlines())
        heard = Counter(receiver.ids)
    say(
        f"{MESSAGES} webhooks, {KILLS} kills in mid-delivery: {sum(heard.values())} deliveries of {len(heard)} messages"
    )
    assert set(states.values()) == {"delivered"}
    assert len(states) == MESSAGES
    assert set(heard) == set(states)
    # What was heard and not answered comes again, and nothing else.
    assert sum(heard.values()) == MESSAGES + KILLS
