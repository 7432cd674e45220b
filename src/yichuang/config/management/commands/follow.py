"""`yichuang follow`: brings every follower of the ledger to its end, and goes on doing so."""

import logging
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import OperationalError
from django.utils.translation import gettext as _

from yichuang.config.followers import FOLLOWERS

logger = logging.getLogger(__name__)
PAUSE_SECONDS = 0.5
# After a database that was busy or away: long enough not to add to its trouble.
RETRY_SECONDS = 5.0


class Command(BaseCommand):
    """Run all followers, once or for good."""

    help = _("跟随账本：让统计等后续处理跟上账本末尾")

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare --once."""
        parser.add_argument("--once", action="store_true", help=_("跟到末尾即结束"))

    def handle(self, *, once: bool, **_other: Any) -> None:
        """Advance until interrupted; a database that is away is waited for."""
        while True:
            try:
                done = sum(follower.advance() for follower in FOLLOWERS)
            except OperationalError:
                if once:
                    raise
                logger.exception("the database did not answer; trying again in %s s", RETRY_SECONDS)
                time.sleep(RETRY_SECONDS)
                continue
            if once:
                return
            if not done:
                time.sleep(PAUSE_SECONDS)
