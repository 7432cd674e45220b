"""`catalogue_export`: writes the implementation list of a division or an organisation as a workbook."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from yichuang.catalogue.queries import export_items, list_departments


class Command(BaseCommand):
    """Writes a workbook that `catalogue_import` reads back."""

    help = "Write the implementation list of a division or an organisation as an .xlsx workbook."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take what to write and where to."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--division", default="")
        parser.add_argument("--organisation", default="")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the file; exit code 2 when nothing stands under the code."""
        division, organisation = options["division"], options["organisation"]
        known = list_departments(division=division)
        if not any(organisation in {"", row.organisation_code} for row in known):
            raise CommandError(_("没有“{code}”的实施清单").format(code=organisation or division or "—"), returncode=2)
        options["file"].write_bytes(export_items(division=division, organisation=organisation))
        self.stdout.write(_("已写入{file}").format(file=options["file"]))
