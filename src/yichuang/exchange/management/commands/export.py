"""`yichuang export xes|ocel FILE` and `yichuang export up-pro --into TARGET`: the ledger as others read it."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from yichuang.accounts.values import Area
from yichuang.cases.queries import count_cases
from yichuang.cases.values import CaseFilter, CodeVariant
from yichuang.exchange.commands import fill_exchange_tables, write_log

# XES has one phase, OCEL two: objects, then events.
_PHASES = {"xes": 1, "ocel": 2}


class Command(BaseCommand):
    """One export a call; broken off, the same call goes on."""

    help = _(
        "导出：事件日志（xes、ocel）写入文件，或把交换表（up-pro）的变化写入数据库或文件夹；中断后再运行即接着导出"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the form and what it needs."""
        forms = parser.add_subparsers(dest="form", required=True)
        for form, help_text in (
            ("xes", _("XES（IEEE 1849）事件日志")),
            ("ocel", _("OCEL 2.0（JSON）对象中心事件日志")),
        ):
            one = forms.add_parser(form, help=help_text)
            one.add_argument("file", type=Path)
            one.add_argument(
                "--from", dest="start_on", type=date.fromisoformat, default=None, help=_("收件日期起（含）")
            )
            one.add_argument("--until", type=date.fromisoformat, default=None, help=_("收件日期止（不含）"))
            _area(one)
        one = forms.add_parser("up-pro", help=_("省级平台的办件交换表 up_pro_*"))
        one.add_argument("--into", required=True, help=_("SQLAlchemy 数据库地址（可含 ${NAME}），或 CSV 文件夹"))
        one.add_argument("--results", choices=[variant.value for variant in CodeVariant], default="newer")
        one.add_argument("--source", default="yichuang", help=_("写入 data_source 的名称"))
        _area(one)

    def handle(self, *args: Any, form: str, **options: Any) -> None:
        """Do the export."""
        area = Area(division=options["division"], organisation=options["organisation"])
        if form == "up-pro":
            self._fill(area, options)
        else:
            self._write(form, area, options)

    def _write(self, form: str, area: Area, options: dict[str, Any]) -> None:
        total = _PHASES[form] * count_cases(CaseFilter(start_on=options["start_on"], until=options["until"]))
        with _bar(options["file"].name) as advance:
            report = write_log(
                form=form,
                file=options["file"],
                division=area.division,
                organisation=area.organisation,
                start_on=options["start_on"],
                until=options["until"],
                progress=lambda done: advance(done, total),
            )
        begun = _("（接着上次）") if report.resumed else ""
        self.stdout.write(
            _("已导出{cases}件办件，{size}字节{begun}").format(cases=report.cases, size=report.size, begun=begun)
        )

    def _fill(self, area: Area, options: dict[str, Any]) -> None:
        with _bar("up_pro") as advance:
            report = fill_exchange_tables(
                into=os.path.expandvars(options["into"]),
                at=timezone.now(),
                area=area,
                variant=CodeVariant(options["results"]),
                source=options["source"],
                progress=advance,
            )
        self.stdout.write(
            _("办件{cases}件：新增{inserted}行，修改{updated}行，删除{deleted}行，共{batches}批").format(
                cases=report.cases,
                inserted=report.inserted,
                updated=report.updated,
                deleted=report.deleted,
                batches=report.batches,
            )
        )


def _area(parser: CommandParser) -> None:
    parser.add_argument("--division", default="", help=_("只导出该区划，如 610924"))
    parser.add_argument("--organisation", default="", help=_("只导出该部门，如 610924-guotu"))


@contextmanager
def _bar(title: str) -> Iterator[Callable[[int, int], None]]:
    """Show how far an export has come; nothing where nobody looks on."""
    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed}/{task.total}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, disable=not console.is_terminal, transient=True) as progress:
        task = progress.add_task(title, total=None)
        yield lambda done, total: progress.update(task, completed=done, total=max(total, done))
