"""Kill -9 in mid-delivery: each message reaches its receiver at least once, repeated under the same identifier."""

import os
import random
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.factories.receivers import Receiver, receiving

pytestmark = pytest.mark.slow
MESSAGES = 30
KILLS = 1
SECONDS_A_MESSAGE = 0.03

# A claim lasts long enough for the slowest receiver; here it is over at once, as it is after that time.
RUN = """
import sys, time
from datetime import timedelta
import django; django.setup()
from yichuang.exchange.webhooks import delivering
delivering.CLAIM_LASTS = timedelta(seconds=0.2)
from django.core.management import call_command
if not sys.argv[1:]:
    call_command("webhooks", "deliver")
call_command("webhooks", "deliver", "--once", stdout=sys.stderr)
time.sleep(0.3)
call_command("webhooks", "deliver", "--once", stdout=sys.stderr)
from yichuang.exchange.models import WebhookDelivery
for message, state in WebhookDelivery.objects.values_list("message", "state"): print(message, state)
"""
FILL = f"""
import sys, uuid
import django; django.setup()
from django.core.management import call_command
from django.utils import timezone
call_command("migrate", verbosity=0)
from yichuang.exchange.models import WebhookDelivery, WebhookSubscription
from yichuang.exchange.webhooks import keeping, signing
now = timezone.now()
row = WebhookSubscription.objects.create(
    uuid=uuid.uuid4(), system=1, url=sys.argv[1], events="*", secrets=keeping.lock((signing.new_secret(),)),
    transaction_id=0, position=0, created_at=now)
WebhookDelivery.objects.bulk_create([
    WebhookDelivery(subscription=row, message=f"msg_{{n:03d}}", event="e", position=n, body=str(n), state="waiting",
                    next_at=now, created_at=now)
    for n in range({MESSAGES})
])
"""


def test_a_killed_deliverer_loses_nothing(tmp_path: Path) -> None:
    chance = random.Random(4)
    env = {
        **{name: value for name, value in os.environ.items() if name != "YICHUANG_DATABASE_URL"},
        "YICHUANG_VAR": str(tmp_path),
        "YICHUANG_WEBHOOK_NETWORKS": "127.0.0.0/8",
        "DJANGO_SETTINGS_MODULE": "yichuang.config.settings",
        "PYTHONPATH": str(ROOT / "src"),
    }

    def python(code: str, *arguments: str) -> str:
        command = [sys.executable, "-c", code, *arguments]
        return subprocess.run(command, env=env, check=True, capture_output=True, text=True).stdout

    with receiving(Receiver(seconds=SECONDS_A_MESSAGE)) as receiver:
        python(FILL, receiver.url)
        for _kill in range(KILLS):
            before = len(receiver.heard)
            process = subprocess.Popen([sys.executable, "-c", RUN], env=env)
            until = time.monotonic() + 60
            while len(receiver.heard) < before + 5 and time.monotonic() < until:
                time.sleep(0.01)
            time.sleep(chance.random() * SECONDS_A_MESSAGE)
            process.kill()
            process.wait()
        states = dict(line.split() for line in python(RUN, "to the end").splitlines())
        heard = Counter(receiver.ids)
    assert set(states.values()) == {"delivered"}
    assert set(heard) == set(states)
    print(f"{MESSAGES} messages, {sum(heard.values())} deliveries, {KILLS} kills")
    assert sum(heard.values()) <= MESSAGES + KILLS
