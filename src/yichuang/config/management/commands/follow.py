"""`yichuang follow`: brings every follower of the ledger to its end, does the day once, and goes on doing so."""

import logging
import time
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import OperationalError
from django.utils import timezone
from django.utils.translation import gettext as _

from yichuang.config.daily import do_day
from yichuang.config.followers import FOLLOWERS
from yichuang.kernel.refusal import Refusal

logger = logging.getLogger(__name__)
# Half of what a finding may take to stand after its event (a second) is left for judging it.
PAUSE_SECONDS = 0.4
# After a database that was busy or away: long enough not to add to its trouble.
RETRY_SECONDS = 5.0
_DAY = "day"


class Command(BaseCommand):
    """Run all followers, once or for good."""

    help = _("跟随账本：让监察、统计等后续处理跟上账本末尾；每天自动执行一次每日任务")

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare --once."""
        parser.add_argument("--once", action="store_true", help=_("跟到末尾即结束"))

    def handle(self, *, once: bool, **_other: Any) -> None:
        """Advance until interrupted; a database that is away is waited for."""
        if once:
            for follower in FOLLOWERS:
                follower.advance()
            return
        refused: dict[str, str] = {}
        done_on: date | None = None
        while True:
            try:
                done = sum(self._advance(follower.name, follower.advance, refused) for follower in FOLLOWERS)
                today = timezone.localdate()
                # The day waits until the ledger is read: it judges what stands then.
                if not done and done_on != today:
                    self._advance(_DAY, self._day, refused)
                    done_on = done_on if _DAY in refused else today
            except OperationalError:
                logger.exception("the database did not answer; trying again in %s s", RETRY_SECONDS)
                time.sleep(RETRY_SECONDS)
                continue
            if not done:
                time.sleep(PAUSE_SECONDS)

    @staticmethod
    def _day() -> int:
        day = do_day(now=timezone.now())
        return len(day.accepted) + len(day.returned)

    @staticmethod
    def _advance(name: str, advance: Any, refused: dict[str, str]) -> int:
        """Return what one follower did; a refusal of one holds up none of the others, and is said once in the log."""
        try:
            done: int = advance()
        except Refusal as refusal:
            if refused.get(name) != str(refusal):
                logger.error("%s: %s", name, refusal)
                refused[name] = str(refusal)
            return 0
        if refused.pop(name, None):
            logger.info("%s goes on", name)
        return done
