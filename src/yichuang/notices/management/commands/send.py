"""`yichuang send`: takes messages from the ledger into the outbox and sends what is due, once or for good."""

import logging
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import OperationalError
from django.utils import timezone
from django.utils.translation import gettext as _

from yichuang.notices.commands import follow, send_due
from yichuang.notices.queries import count_states
from yichuang.notices.values import STATE_LABELS

_log = logging.getLogger(__name__)
PAUSE_SECONDS = 1.0
# After a database that was busy or away: long enough not to add to its trouble.
RETRY_SECONDS = 5.0


class Command(BaseCommand):
    """Run the outbox; network waits stay in this process and hold up nothing else."""

    help = _("发送通知：把办件进展告知申请人（站内消息、电子邮件、短信）")

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare --once and --status."""
        parser.add_argument("--once", action="store_true", help=_("发完即结束"))
        parser.add_argument("--status", action="store_true", help=_("只显示各状态的消息数"))

    def handle(self, *, once: bool, status: bool, **_other: Any) -> None:
        """Follow and send until interrupted; a database that is away is waited for."""
        if status:
            for state, count in count_states().items():
                self.stdout.write(f"{_(STATE_LABELS[state])}\t{count}")
            return
        while True:
            try:
                done = follow() + send_due(now=timezone.now())
            except OperationalError:
                if once:
                    raise
                _log.exception("the database did not answer; trying again in %s s", RETRY_SECONDS)
                time.sleep(RETRY_SECONDS)
                continue
            if not done:
                if once:
                    return
                time.sleep(PAUSE_SECONDS)
