"""`yichuang figures`: bring the sums up to the end of the ledger, or count them all anew."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from yichuang.reporting.commands import follow_ledger, rebuild_figures


class Command(BaseCommand):
    """Follow once, or rebuild."""

    help = _("统计汇总：跟上账本末尾，或用 --rebuild 从头重算")

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare --rebuild."""
        parser.add_argument("--rebuild", action="store_true", help=_("从头重算全部汇总"))

    def handle(self, **options: Any) -> None:
        """Print how many days were counted."""
        days = rebuild_figures() if options["rebuild"] else follow_ledger()
        self.stdout.write(_("已重新统计 {days} 天").format(days=days))
