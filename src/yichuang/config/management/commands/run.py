"""`yichuang run`: starts the whole platform on one machine and says where it is."""

import argparse
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser
from django.db import DatabaseError, connection, connections
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _

from yichuang.accounts.queries import list_demonstration_accounts
from yichuang.config import serve
from yichuang.config.ports import require_free_port
from yichuang.exchange.queries import has_webhooks


class Command(BaseCommand):
    """Prepares what is missing, serves the pages, follows the ledger and fills the demonstration beside them."""

    help = _("启动平台：准备数据、提供网页服务")

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the address to listen on, and whether to go on filling the demonstration."""
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--fill", action=argparse.BooleanOptionalAction, default=settings.DEMONSTRATION_FILL)

    def handle(self, *, host: str, port: int, fill: bool, **_other: Any) -> None:
        """Serve until asked to end; exit with the server's code if it ends by itself."""
        require_free_port(host=host, port=port)
        self.prepare()
        # The children open their own: a database connection must not cross a process.
        connections.close_all()
        household = serve.Household()
        try:
            server = household.start(serve.server_command(host=host, port=port))
            serve.await_first_page(host=host, port=port, server=server)
            self.announce(host, port)
            start_beside(household, "follow")
            start_beside(household, "send")
            start_beside(household, "stream", "--host", host, "--site-port", str(port))
            if settings.NODE:
                start_beside(household, "node", "run")
            if any(Path(settings.CONNECTIONS_DIR).glob("*.yaml")):
                start_beside(household, "connect", "run", "--continuous")
            if fill:
                start_beside(household, "scenario", "ankang-2015h1", "--background")
            code = serve.watch(household, server, meanwhile=Webhooks(household))
        finally:
            household.stop()
        self.stdout.write(_("平台已停止。"))
        if code:
            sys.exit(code)

    def prepare(self) -> None:
        """Bring tables, the demonstration's first part and static files up to date; quick when they are."""
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            self.stdout.write(_("正在建立数据表……"))
            call_command("migrate", interactive=False, verbosity=0)
        if settings.DEMONSTRATION:
            call_command("demonstration", stdout=self.stdout)
        folders = [
            Path(storage.location)
            for finder in get_finders()
            for storage in getattr(finder, "storages", {}).values()
            if Path(storage.location).is_dir()
        ]
        serve.once(
            settings.VAR / "static.stamp",
            serve.fingerprint(folders),
            lambda: call_command("collectstatic", interactive=False, verbosity=0, clear=True),
        )

    def announce(self, host: str, port: int) -> None:
        """Print the address and, on a demonstration, who can sign in."""
        shown = f"[{host}]" if ":" in host else host
        self.stdout.write("")
        self.stdout.write(self.style.SUCCESS(_("一窗已启动：{address}").format(address=f"http://{shown}:{port}/")))
        if settings.DEMONSTRATION:
            self.stdout.write(_("演示账号（仅供演示，切勿用于正式环境）："))
            for account in list_demonstration_accounts():
                place = f"{_(account.role_title)}  {_(account.look_at)}"
                self.stdout.write(f"  {account.username:<16}{account.password:<22}{place}")
        self.stdout.write(_("按 Ctrl-C 停止。"))


class Webhooks:
    """Starts delivering webhooks once somebody has subscribed; before that it costs nothing."""

    def __init__(self, household: serve.Household) -> None:
        self._household, self._started = household, False

    def __call__(self) -> None:
        """Look whether anybody has, unless it was started."""
        if self._started:
            return
        with suppress(DatabaseError):
            self._started = has_webhooks()
        connections.close_all()
        if self._started:
            start_beside(self._household, "webhooks", "deliver")


def start_beside(household: serve.Household, *command: str) -> None:
    """Start another command of the platform in a process of its own, its words going to a log named after it."""
    folder = Path(settings.VAR) / "log"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f"{command[0]}.log").open("ab") as log:
        household.start([sys.executable, "-m", "yichuang.config.cli", *command], output=log)
