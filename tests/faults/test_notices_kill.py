"""Kill -9 among the messages: nobody gets one twice, and whoever may have got none is shown to a person."""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from tests.conftest import free_port
from tests.faults.conftest import Database, Say
from tests.faults.mother import eventually, mother_of

MESSAGES = 40
# Two kills while a mail is taken and not yet answered, one at any moment.
KILLS_HALF_WAY, KILLS = 2, 3
SECONDS_A_MAIL, HELD_SECONDS = 0.03, 5.0


class SlowInbox:
    """Takes mails slowly, so that a kill finds one half way."""

    def __init__(self) -> None:
        self.taken: list[str] = []
        self.seconds = SECONDS_A_MAIL

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.taken += envelope.rcpt_tos
        await asyncio.sleep(self.seconds)
        return "250 taken"

    def wait_for(self, count: int) -> None:
        """Return when so many are taken."""
        eventually(lambda: len(self.taken) >= count, "the sender did not get going", pause=0.002)


@pytest.fixture
def inbox() -> Iterator[tuple[SlowInbox, int]]:
    box = SlowInbox()
    server = Controller(box, hostname="127.0.0.1", port=free_port())
    server.start()
    yield box, server.port
    server.stop()


def test_messages_survive_kills_of_the_sender_and_none_is_sent_twice(
    tmp_path: Path, inbox: tuple[SlowInbox, int], database: Database, say: Say
) -> None:
    box, port = inbox
    database(tmp_path)
    with mother_of("commands", tmp_path, YICHUANG_EMAIL_URL=f"smtp://127.0.0.1:{port}") as mother:
        mother.ask("fill-messages", str(MESSAGES))
        for kill in range(KILLS):
            box.seconds = SECONDS_A_MAIL
            sender = mother.start("send")
            box.wait_for(len(box.taken) + 3)
            if kill < KILLS_HALF_WAY:
                # The next one that is taken is not answered before its sender is dead.
                box.seconds = HELD_SECONDS
                box.wait_for(len(box.taken) + 1)
            else:
                time.sleep(random.random() * SECONDS_A_MAIL)
            assert sender.kill()
        box.seconds = 0
        mother.ask("send", "--once")
        states = dict(line.split() for line in mother.ask("list-messages").splitlines())
    counted = Counter(states.values())
    mails = Counter(box.taken)
    say(f"{MESSAGES} messages, {KILLS} kills: {len(box.taken)} mails taken, states {dict(counted)}")
    assert max(mails.values()) == 1
    assert len(states) == MESSAGES
    # What is neither sent nor waiting was in hand at a kill: claimed, for a person to decide.
    assert set(counted) <= {"sent", "sending"}
    assert KILLS_HALF_WAY <= counted["sending"] <= KILLS
    assert {address for address, state in states.items() if state == "sent"} <= set(mails)
