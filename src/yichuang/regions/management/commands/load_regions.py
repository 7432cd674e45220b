"""`load_regions`: loads divisions, organisations, centres, windows and staff from a folder of data files."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from yichuang.kernel.actor import SYSTEM
from yichuang.kernel.refusal import Refusal
from yichuang.regions.commands import BUNDLED, load_regions


class Command(BaseCommand):
    """Loads a folder, wholly or not at all, and prints what changed."""

    help = "Load divisions, organisations, centres, windows and staff from a folder of CSV files."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the folder; the data of Ankang come with the house."""
        parser.add_argument("folder", nargs="?", type=Path, default=BUNDLED)

    def handle(self, *args: Any, **options: Any) -> None:
        """Load and print one line a file."""
        try:
            report = load_regions(folder=options["folder"], by=SYSTEM, at=timezone.now())
        except Refusal as refusal:
            raise CommandError(refusal.explain(_)) from refusal
        for table in report.tables:
            self.stdout.write(
                _("{file}：新增{added}，变更{changed}，关闭{closed}，未变{unchanged}").format(
                    file=f"{table.file}.csv",
                    added=table.added,
                    changed=table.changed,
                    closed=table.closed,
                    unchanged=table.unchanged,
                )
            )
        for one in report.contradictions:
            self.stdout.write(one.explain(_))
        if report.unfolded:
            self.stdout.write(
                _("数据文件尚未并入的修订：{count}；用 yichuang regions export 写出").format(count=report.unfolded)
            )
        if not report.is_changed:
            self.stdout.write(_("数据没有变化"))
