"""`yichuang stream`: tells open desks what was found a moment ago, over a port of its own."""

import asyncio
import json
import signal
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.db import close_old_connections
from django.http.request import validate_host
from django.utils import timezone
from django.utils.translation import gettext as _
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server.embed import Server

from yichuang.accounts.queries import allowed, find_signed_in
from yichuang.accounts.values import Scope
from yichuang.config.ports import require_free_port
from yichuang.config.stream import BATCH, Hub, News, Stream, own_origins, session_key_of
from yichuang.supervision.queries import get_rules, last_finding_id, newest_findings
from yichuang.supervision.rulebook import RuleSet
from yichuang.supervision.values import FindingRow

ACTION = "supervision.view"
# One for the table, the others for whoever knocks.
THREADS = 3
# What is on its way to a reader when we end still reaches him.
GRACE_SECONDS = 0.3


class Findings:
    """The newest findings, as news."""

    def last(self) -> int:
        """Return the newest id, 0 for an empty table."""
        close_old_connections()
        return last_finding_id()

    def newest(self, after: int) -> Sequence[News]:
        """Return at most BATCH findings with a greater id, in the order of their ids."""
        close_old_connections()
        rules = get_rules()
        return [_news(row, rules) for row in newest_findings(after_id=after, limit=BATCH)]


def _news(row: FindingRow, rules: RuleSet) -> News:
    rule = rules.get(row.rule)
    words = {
        "id": row.id,
        "rule": row.rule,
        "title": {"zh": rule.title.zh, "en": rule.title.en} if rule else {"zh": row.rule, "en": row.rule},
        "colour": row.colour.value if row.colour else "",
        "number": row.number,
        "county": row.county,
        "organisation": row.organisation,
        "found_at": row.found_at.isoformat(),
    }
    return News(
        id=row.id,
        division=row.town or row.county,
        organisation=row.organisation,
        centre=row.centre,
        words=json.dumps(words, ensure_ascii=False),
    )


@dataclass(frozen=True)
class InScope:
    """What one signed-in reader may hear."""

    user: str
    scope: Scope

    def covers(self, news: News) -> bool:
        """Tell whether the finding lies in his scope, as the page of one finding does."""
        return self.scope.covers(division=news.division, organisation=news.organisation, centre=news.centre)


def authenticate(cookie: str) -> InScope | None:
    """Return what the holder of a session may hear; None for nobody, or for one who may not."""
    close_old_connections()
    key = session_key_of(cookie, name=settings.SESSION_COOKIE_NAME)
    user = find_signed_in(session_key=key, at=timezone.now())
    scope = allowed(user, ACTION) if user else None
    return InScope(user=str(user.pk), scope=scope) if user and scope else None


def _is_host(name: str) -> bool:
    return validate_host(name, settings.ALLOWED_HOSTS)


async def serve(*, host: str, port: int, site_port: int) -> None:
    """Serve until a signal asks to end."""
    threads = ThreadPoolExecutor(THREADS, thread_name_prefix="stream")
    hub = Hub(Findings(), threads=threads)
    origins = own_origins(site_port=site_port, hosts=_is_host, trusted=settings.CSRF_TRUSTED_ORIGINS)
    server = Server(
        Stream(hub, authenticate, origins=origins),
        address=host,
        port=port,
        interface=Interfaces.ASGINL,
        websockets=False,
        log_level=LogLevels.error,
    )
    server.workers_kill_timeout = 2
    reading = asyncio.ensure_future(hub.run())
    loop = asyncio.get_running_loop()

    def end() -> None:
        hub.dismiss()
        loop.call_later(GRACE_SECONDS, server.stop)

    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        loop.add_signal_handler(number, end)
    try:
        # A line that will not end is not waited for.
        with suppress(TimeoutError):
            await server.serve()
    finally:
        reading.cancel()
        threads.shutdown(wait=False, cancel_futures=True)


class Command(BaseCommand):
    """Serve the stream of findings."""

    help = _("向打开的监察页面实时推送新发现的问题")

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the address to listen on, and the port of the pages that may listen."""
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=0, help=_("默认为网页端口加一"))
        parser.add_argument("--site-port", type=int, default=8000, help=_("网页服务的端口"))

    def handle(self, *, host: str, port: int, site_port: int, **_other: Any) -> None:
        """Serve until asked to end."""
        port = port or settings.STREAM_PORT or site_port + 1
        require_free_port(host=host, port=port)
        asyncio.run(serve(host=host, port=port, site_port=site_port))
