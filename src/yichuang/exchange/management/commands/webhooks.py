"""`yichuang webhooks deliver|list|resume`: tells other systems what has happened, and shows what could not be told."""

import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from yichuang.accounts.queries import list_systems
from yichuang.exchange.commands import deliver_webhooks, follow_webhooks, resume_webhook, run_webhooks
from yichuang.exchange.queries import list_webhooks
from yichuang.exchange.values import Delivered

PAUSE_SECONDS = 1.0


class Command(BaseCommand):
    """Deliver once or for good; look at subscriptions; set one going again."""

    help = _("推送：向已订阅的系统送达事件（deliver），查看订阅和未送达的消息（list），恢复已停止的订阅（resume）")

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the act and what it needs."""
        acts = parser.add_subparsers(dest="act", required=True)
        one = acts.add_parser("deliver", help=_("送达到期的消息"))
        one.add_argument("--once", action="store_true", help=_("送完即结束"))
        acts.add_parser("list", help=_("列出全部订阅"))
        one = acts.add_parser("resume", help=_("恢复订阅，已放弃的消息重新送达"))
        one.add_argument("subscription", help=_("订阅标识"))

    def handle(self, *args: Any, **options: Any) -> None:
        """Do the act."""
        getattr(self, f"_{options['act']}")(options)

    def _deliver(self, options: dict[str, Any]) -> None:
        if not options["once"]:
            asked = threading.Event()
            signal.signal(signal.SIGTERM, lambda *_: asked.set())
            run_webhooks(pause=PAUSE_SECONDS, stopping=asked.is_set)
            return
        follow_webhooks()
        total = Delivered()
        while (done := deliver_webhooks(now=timezone.now())).tried:
            total = total.joined(done)
        self.stdout.write(
            _("送达{delivered}条，推迟{postponed}条，放弃{dead}条").format(
                delivered=total.delivered, postponed=total.postponed, dead=total.dead
            )
        )

    def _list(self, _options: dict[str, Any]) -> None:
        for system in list_systems():
            for one in list_webhooks(system=system.id):
                state = _(one.stopped_because) if one.stopped_at else _("在用")
                self.stdout.write(f"{one.id}  {system.name}  {one.url}  {' '.join(one.events)}  {state}")
                self.stdout.write("  " + _("待送达{waiting}，已放弃{dead}").format(waiting=one.waiting, dead=one.dead))

    def _resume(self, options: dict[str, Any]) -> None:
        for system in list_systems():
            if any(one.id == options["subscription"] for one in list_webhooks(system=system.id)):
                row = resume_webhook(system=system.id, subscription=options["subscription"], at=timezone.now())
                self.stdout.write(_("已恢复：{url}").format(url=row.url))
                return
        self.stderr.write(_("没有标识为“{subscription}”的推送订阅").format(subscription=options["subscription"]))
