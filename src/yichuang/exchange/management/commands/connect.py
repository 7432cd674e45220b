"""`yichuang connect ...`: connects the systems of counties by their mappings, once or for good."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext as _

from yichuang.exchange.management.connecting import check, demo, draft, passing, reconciling, status

SUBCOMMANDS = {
    "demo": demo,
    "draft": draft,
    "check": check,
    "run": passing,
    "status": status,
    "reconcile": reconciling,
}


class Command(BaseCommand):
    """One act a call; each subcommand says in its own module what it takes and what its exit codes mean."""

    help = _("对接县区系统：起草映射（draft）、核对（check）、读取并入账（run）、查看（status）、对账（reconcile）")

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the subcommand and what it needs."""
        acts = parser.add_subparsers(dest="act", required=True)
        for name, module in SUBCOMMANDS.items():
            module.add(acts, name)

    def handle(self, *args: Any, **options: Any) -> None:
        """Do the act; what it needs of the terminal it takes from this command."""
        SUBCOMMANDS[options["act"]].run(self, options)
