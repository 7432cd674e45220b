"""`catalogue_check`: lists every fault of a folder of catalogue data without loading it."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from yichuang.catalogue.commands import BUNDLED
from yichuang.catalogue.domain.fields import render_page
from yichuang.catalogue.loader import expand, read_folder
from yichuang.catalogue.organisations import list_exercisers


class Command(BaseCommand):
    """Reads a folder as a load would and prints what is wrong with it."""

    help = "List every fault of a folder of catalogue data; --fields prints the page of the 64 standard fields."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the folder, or the wish for the page of fields."""
        parser.add_argument("folder", nargs="?", type=Path, default=BUNDLED)
        parser.add_argument("--fields", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print one line a fault; exit code 2 when there is any."""
        if options["fields"]:
            self.stdout.write(render_page(), ending="")
            return
        source = read_folder(options["folder"])
        contents, faults = expand(source, list_exercisers(on=source.head.effective_on))
        found = (*source.faults, *faults)
        for located in found:
            self.stdout.write(f"{located.place} {located.item} {located.fault.attribute}：{located.fault.explain(_)}")
        if found:
            raise CommandError(_("共{count}处问题").format(count=len(found)), returncode=2)
        self.stdout.write(
            _("{items}个目录事项、{contents}个实施清单事项，没有问题").format(
                items=len(source.items), contents=len(contents)
            )
        )
