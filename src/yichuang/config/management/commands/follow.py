"""`yichuang follow`: brings every follower of the ledger to its end, does the day once, and goes on doing so."""

import logging
import threading
import time
from collections.abc import Callable
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import OperationalError
from django.utils import timezone
from django.utils.translation import gettext as _

from yichuang.config.daily import do_day
from yichuang.config.followers import FOLLOWERS
from yichuang.kernel.refusal import Refusal
from yichuang.supervision.commands import watch_links

logger = logging.getLogger(__name__)
# Half of what a finding may take to stand after its event (a second) is left for judging it.
PAUSE_SECONDS = 0.4
# How soon a line that is down is seen; the health pages themselves are asked anew each time.
WATCH_SECONDS = 60.0
# After a database that was busy or away: long enough not to add to its trouble.
RETRY_SECONDS = 5.0


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
        workers = [Worker(follower.name, follower.advance) for follower in FOLLOWERS]
        workers += [Worker("day", Day().advance), Worker("links", watch, every=WATCH_SECONDS)]
        for worker in workers:
            worker.start()
        # Daemons, so that a signal ends all of them; one that broke ends the rest, and whoever started us is told.
        while all(worker.is_alive() for worker in workers):
            time.sleep(PAUSE_SECONDS)
        raise next(worker.broken for worker in workers if worker.broken is not None)


class Worker(threading.Thread):
    """One follower in a thread of its own, so that judging never waits for counting, and neither for the day."""

    def __init__(self, name: str, advance: Callable[[], int], *, every: float = PAUSE_SECONDS) -> None:
        super().__init__(name=name, daemon=True)
        self._every = every
        self.broken: BaseException | None = None
        self._advance = advance
        self._refused = ""

    def run(self) -> None:
        """Advance for good."""
        try:
            while True:
                time.sleep(self.step())
        except BaseException as error:  # noqa: BLE001 - whatever it is, the main thread raises it
            self.broken = error

    def step(self) -> float:
        """Advance once and return for how many seconds to wait; a refusal is said once in the log and tried again."""
        try:
            done = self._advance()
        except Refusal as refusal:
            if self._refused != str(refusal):
                logger.error("%s: %s", self.name, refusal)
                self._refused = str(refusal)
            return self._every
        except OperationalError:
            logger.exception("%s: the database did not answer; trying again in %s s", self.name, RETRY_SECONDS)
            return RETRY_SECONDS
        if self._refused:
            logger.info("%s goes on", self.name)
            self._refused = ""
        return 0.0 if done else self._every


def watch() -> int:
    """Look at sources and nodes once; never wants to be asked again at once."""
    watch_links(at=timezone.now())
    return 0


class Day:
    """The day's work, done when a new day has begun."""

    def __init__(self) -> None:
        self._done_on: date | None = None

    def advance(self) -> int:
        """Do the day unless it is done; return how many cases it accepted or returned."""
        today = timezone.localdate()
        if self._done_on == today:
            return 0
        day = do_day(now=timezone.now())
        self._done_on = today
        return len(day.accepted) + len(day.returned)
