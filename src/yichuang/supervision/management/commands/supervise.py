"""`yichuang supervise`: judges open cases, everything anew, or tries changed rules over history; says what differs."""

import csv
import sys
from argparse import ArgumentTypeError
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from yichuang.kernel.words import N_
from yichuang.supervision import commands, queries
from yichuang.supervision.values import Backtest, SweepReport

_STAGES = {"facts": N_("导出事实"), "judge": N_("批量判定"), "merge": N_("写入差异")}
_WITHOUT = N_("无牌")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(_("{text}不是日期，应写作2015-06-30").format(text=text)) from None


class Command(BaseCommand):
    """Sweep open cases (the default), rebuild all findings, or back-test a folder of rules; the last writes nothing."""

    help = _("监察判定：默认重判全部未办结办件；--rebuild 批量重判全部；--rules、--as-of 试算规则改动的影响而不写入")

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare what to judge, as of when, and by which rules."""
        parser.add_argument("--sweep", action="store_true", help=_("重判全部未办结办件（默认）"))
        parser.add_argument("--rebuild", action="store_true", help=_("用批量引擎重判全部办件，中断后可再次运行继续"))
        parser.add_argument(
            "--clock-was-wrong", action="store_true", help=_("本机时钟曾被调快、现已校准：按今天重判，撤销不成立的牌")
        )
        parser.add_argument("--as-of", type=_day, help=_("试算：以这一天结束时的事实为准"))
        parser.add_argument("--known", action="store_true", help=_("试算：只用当时已经入账的事实"))
        parser.add_argument("--rules", type=Path, help=_("试算：把这个文件夹的规则覆盖在现行规则之上"))
        parser.add_argument("--folder", type=Path, help=_("事实和结果放在这个文件夹（默认用后删除）"))
        parser.add_argument("--csv", type=Path, help=_("试算：把逐条差异写入这个CSV文件"))

    def handle(self, **options: Any) -> None:
        """Do what was asked and print what differs."""
        now = timezone.now()
        if options["as_of"] or options["rules"]:
            self._show(
                queries.backtest(
                    at=now,
                    rules=options["rules"],
                    as_of=options["as_of"],
                    known=options["known"],
                    folder=options["folder"],
                ),
                into=options["csv"],
            )
        elif options["clock_was_wrong"]:
            self._say(commands.accept_clock(at=now))
        elif options["rebuild"]:
            with Progress() as progress:
                task = progress.add_task("", total=None)

                def tell(stage: str, done: int, total: int) -> None:
                    progress.update(task, description=_(_STAGES[stage]), completed=done, total=total or None)

                report = commands.rebuild(at=now, folder=options["folder"], progress=tell)
            self._say(report)
        else:
            self._say(commands.sweep(at=now))

    def _say(self, report: SweepReport) -> None:
        self.stdout.write(
            _("判定命中 {judged} 条；新发现 {found} 条，消除 {ended} 条，更新 {changed} 条").format(
                judged=report.judged, found=report.found, ended=report.ended, changed=report.changed
            )
        )

    def _show(self, result: Backtest, *, into: Path | None) -> None:
        table = Table(title=_("规则改动对发牌的影响（未写入）"))
        for heading in (_("规则"), _("颜色"), _("现行规则"), _("新规则"), _("取消"), _("新增")):
            table.add_column(heading, justify="left" if heading in (_("规则"), _("颜色")) else "right")
        for row in result.rows:
            numbers = (row.old, row.new, row.only_old, row.only_new)
            table.add_row(row.rule, _(row.colour.label) if row.colour else _(_WITHOUT), *map(str, numbers))
        # Wide enough that no column is cut off where the output is not a terminal.
        Console(file=self.stdout if self.stdout.isatty() else sys.stdout, width=120).print(table)
        self.stdout.write(
            _("共判定 {judged} 行事实；新规则集 {digest}").format(judged=result.judged, digest=result.new_digest[:12])
        )
        if into is not None:
            with into.open("w", newline="", encoding="utf-8-sig") as file:
                lines = csv.writer(file)
                lines.writerow(
                    ["side", "rule", "colour", "number", "key", "county", "organisation", "item", "occurred_on"]
                )
                for one in result.cases:
                    lines.writerow(
                        [
                            *(one.side, one.rule, one.colour or "", one.number, one.key),
                            *(one.county, one.organisation, one.item, one.occurred_on.isoformat()),
                        ]
                    )
