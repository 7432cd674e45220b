"""`yichuang scenario_registers --into FOLDER`: writes departments' own lists of a demonstration half-year as files."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext as _

from yichuang.scenario.registers import TRUTH, write_registers


class Command(BaseCommand):
    """Writes the lists, each with its mapping, and what was planted in them."""

    help = _("写出演示半年各部门的登记簿文件及其映射，供 yichuang registers import 导入")

    def add_arguments(self, parser: CommandParser) -> None:
        """Take which half-year, and the folder."""
        parser.add_argument("name", nargs="?", default="ankang-2015h1")
        parser.add_argument("--seed", type=int, default=2015)
        parser.add_argument("--scale", type=float, default=1.0, help=_("办件量的倍数，1 为全部"))
        parser.add_argument("--into", type=Path, required=True, metavar="FOLDER")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write, then say what there is."""
        chosen = {key: options[key] for key in ("name", "seed", "scale", "into")}
        written = write_registers(**chosen)
        self.stdout.write(
            _("{files}份登记簿，{rows}行，写入{folder}；埋入的答案在{truth}").format(
                files=len(written), rows=sum(one.rows for one in written), folder=options["into"], truth=TRUTH
            )
        )
