"""Kill -9 among the messages: nobody gets one twice, and whoever may have got none is shown to a person."""

import asyncio
import os
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from tests.conftest import ROOT, free_port

MESSAGES = 40
KILLS = 4
SECONDS_A_MAIL = 0.05

FILL = f"""
import django; django.setup()
from django.core.management import call_command
from django.utils import timezone
call_command("migrate", verbosity=0)
from yichuang.notices.models import Message
now = timezone.now()
Message.objects.bulk_create([
    Message(position=n, channel="email", address=f"reader{{n}}@example.invalid", case_number="1", language="zh-hans",
            title="t", text="x", happened_at=now, state="waiting", next_at=now)
    for n in range({MESSAGES})
])
"""
READ = """
import django; django.setup()
from yichuang.notices.models import Message
for address, state in Message.objects.values_list("address", "state"): print(address, state)
"""


class SlowInbox:
    """Takes mails slowly, so that a kill finds one half way."""

    def __init__(self) -> None:
        self.taken: list[str] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.taken += envelope.rcpt_tos
        await asyncio.sleep(SECONDS_A_MAIL)
        return "250 taken"


@pytest.fixture
def inbox() -> Iterator[tuple[SlowInbox, int]]:
    box = SlowInbox()
    server = Controller(box, hostname="127.0.0.1", port=free_port())
    server.start()
    yield box, server.port
    server.stop()


def test_messages_survive_kills_of_the_sender_and_none_is_sent_twice(
    tmp_path: Path, inbox: tuple[SlowInbox, int]
) -> None:
    box, port = inbox
    env = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "yichuang.config.settings",
        "YICHUANG_DATABASE_URL": f"sqlite:///{tmp_path / 'notices.sqlite3'}",
        "YICHUANG_VAR": str(tmp_path),
        "YICHUANG_EMAIL_URL": f"smtp://127.0.0.1:{port}",
        "PYTHONPATH": str(ROOT / "src"),
    }
    subprocess.run([sys.executable, "-c", FILL], env=env, check=True, cwd=ROOT)
    send = [sys.executable, "-m", "yichuang.config.cli", "send"]
    chance = random.Random(2015)
    for _ in range(KILLS):
        already = len(box.taken)
        process = subprocess.Popen(send, env=env, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        until = time.monotonic() + 60
        while len(box.taken) < already + 3:
            assert process.poll() is None, process.stderr and process.stderr.read().decode()[-2000:]
            assert time.monotonic() < until, "the sender did not get going"
            time.sleep(0.01)
        time.sleep(chance.random() * SECONDS_A_MAIL)
        process.kill()
        process.communicate()
    subprocess.run([*send, "--once"], env=env, check=True, cwd=ROOT)

    lines = subprocess.run([sys.executable, "-c", READ], env=env, check=True, cwd=ROOT, capture_output=True, text=True)
    states = dict(line.split() for line in lines.stdout.splitlines())
    counted = Counter(states.values())
    mails = Counter(box.taken)
    print(f"{MESSAGES} messages, {KILLS} kills: {len(box.taken)} mails taken, states {dict(counted)}")
    assert max(mails.values()) == 1
    assert len(states) == MESSAGES
    # What is neither sent nor waiting was in hand at a kill: claimed, for a person to decide.
    assert set(counted) <= {"sent", "sending"}
    assert counted["sending"] <= KILLS
    assert {address for address, state in states.items() if state == "sent"} <= set(mails)
