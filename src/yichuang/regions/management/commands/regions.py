"""`regions`: writes what holds of places back as data files, with the amendments folded in."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from rich.console import Console
from rich.progress import Progress

from yichuang.regions.commands import BUNDLED, export_regions

_FILES = 8


class Command(BaseCommand):
    """Exports the data files."""

    help = (
        "Write what holds of divisions, organisations, centres, windows and staff, amendments included, as CSV files."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take what to do and the folder."""
        below = parser.add_subparsers(dest="what", required=True)
        export = below.add_parser("export", help="Write the data files with the amendments folded in.")
        export.add_argument("folder", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        """Write one file after the other, each whole or not at all; done again, it begins anew."""
        folder: Path = options["folder"]
        if folder.resolve() == BUNDLED:
            raise CommandError(_("不能写入随附的数据目录，请另选目录，核对后再并入"))
        amended = 0
        console = Console(stderr=True)
        try:
            with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
                bar = progress.add_task(_("写出数据文件"), total=_FILES)
                for written in export_regions(folder=folder):
                    progress.advance(bar)
                    amended += written.amended
                    self.stdout.write(
                        _("{file}：{rows}行，其中修订{amended}行").format(
                            file=f"{written.file}.csv", rows=written.rows, amended=written.amended
                        )
                    )
        except OSError as error:
            raise CommandError(str(error)) from error
        if amended:
            self.stdout.write(_("核对后请把这些文件作为新的数据文件，用 load_regions 载入"))
