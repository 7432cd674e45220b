"""`load_catalogue`: loads items, lists and entries of a city from a folder of YAML files."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from yichuang.catalogue.commands import BUNDLED, load_catalogue
from yichuang.kernel.actor import SYSTEM


class Command(BaseCommand):
    """Loads a folder, wholly or not at all, and prints what it made."""

    help = "Load the catalogue, its lists and the entries of the centres from a folder of YAML files."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the folder; the data of Ankang come with the house."""
        parser.add_argument("folder", nargs="?", type=Path, default=BUNDLED)

    def handle(self, *args: Any, **options: Any) -> None:
        """Load and print the numbers, and what the data promised but could not fill."""
        report = load_catalogue(folder=options["folder"], by=SYSTEM, at=timezone.now())
        self.stdout.write(
            _(
                "目录事项{catalogue}，实施清单事项{items}，办理项{handling}，权力清单{powers}，进驻{entries}，未变{unchanged}"
            ).format(
                catalogue=report.catalogue_items,
                items=report.implementation_items,
                handling=report.handling_items,
                powers=report.power_list_entries,
                entries=report.centre_entries,
                unchanged=report.unchanged,
            )
        )
        for line in report.shortfalls:
            self.stdout.write(_("进驻数不足：{line}").format(line=line))
        for code in report.without_exerciser:
            self.stdout.write(_("没有机构实施的事项：{code}").format(code=code))
