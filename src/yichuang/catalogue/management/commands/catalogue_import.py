"""`catalogue_import`: reads a workbook of implementation items into drafts, or prints every fault at its cell."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from yichuang.catalogue.commands import import_workbook
from yichuang.kernel.actor import SYSTEM


class Command(BaseCommand):
    """Imports wholly or not at all."""

    help = "Read an .xlsx workbook of implementation items into drafts; faults are printed at their cells."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the file, whether to try only, and the reason of the change."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true")
        parser.add_argument("--reason", default="")

    def handle(self, *args: Any, **options: Any) -> None:
        """Import and print; exit code 2 when there is any fault, and then nothing was loaded."""
        report = import_workbook(
            file=options["file"],
            by=SYSTEM,
            at=timezone.now(),
            reason=options["reason"],
            dry_run=options["dry_run"],
        )
        for fault in report.faults:
            self.stdout.write(str(fault))
        if report.faults:
            raise CommandError(_("共{count}处问题，未导入任何内容").format(count=len(report.faults)), returncode=2)
        self.stdout.write(
            _("读取{rows}个事项，新草稿{drafts}，未变{unchanged}").format(
                rows=report.rows, drafts=len(report.drafts), unchanged=report.unchanged
            )
        )
        for code, version in report.drafts:
            self.stdout.write(f"{code} v{version}")
