"""`yichuang scenario ankang-2015h1`: builds a demonstration half-year, or goes on where it was stopped."""

import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _
from rich.console import Console
from rich.table import Table

from yichuang.scenario.checking import check_findings
from yichuang.scenario.commands import BATCH, build_scenario, count_missing, draft_missing_bulletin
from yichuang.scenario.progress import FILE_NAME, bar, write_progress
from yichuang.scenario.values import BuildReport, Tick
from yichuang.supervision.commands import follow as judge_news

# In the background the site is to answer quickly, and its figures are to grow before one's eyes.
_BACKGROUND_NICENESS = 10
_BACKGROUND_BATCH = 1_000
_FOLLOW_EVERY = 15


class Command(BaseCommand):
    """Files what is missing of a half-year."""

    help = _("生成演示半年的办件，可随时中断和继续")

    def add_arguments(self, parser: CommandParser) -> None:
        """Take which half-year, its seed and scale, and how to run."""
        parser.add_argument("name", nargs="?", default="ankang-2015h1")
        parser.add_argument("--seed", type=int, default=2015)
        parser.add_argument("--scale", type=float, default=1.0, help=_("办件量的倍数，1 为全部"))
        parser.add_argument("--first", type=int, default=0, help=_("只生成均匀分布于全期的约这么多件"))
        parser.add_argument("--batch", type=int, default=0, help=_("每次入账的件数"))
        parser.add_argument(
            "--workers", type=int, default=min(2, os.cpu_count() or 1), help=_("生成办件的进程数，0 为不另开进程")
        )
        parser.add_argument(
            "--check-findings", action="store_true", help=_("不生成办件，核对监察规则是否恰好发现了埋设的违规")
        )
        parser.add_argument("--background", action="store_true", help=_("不显示进度条，把进度写入文件，让出处理器"))

    def handle(self, *args: Any, **options: Any) -> None:
        """Build, then say what came of it."""
        if options["check_findings"]:
            self.check_findings({key: options[key] for key in ("name", "seed", "scale")})
            return
        chosen = {key: options[key] for key in ("name", "seed", "scale", "first", "workers")}
        if options["background"]:
            self.report(self.in_background(chosen, batch=options["batch"] or _BACKGROUND_BATCH))
            return
        with bar(_("演示办件"), _("件")) as tell:
            report = build_scenario(**chosen, at=timezone.now(), batch=options["batch"] or BATCH, tell=tell)
        self.report(report)

    def in_background(self, chosen: dict[str, Any], *, batch: int) -> BuildReport:
        """Build with low priority; progress goes into a file of the installation's folder."""
        with suppress(OSError):
            os.nice(_BACKGROUND_NICENESS)
        path = Path(settings.VAR) / FILE_NAME
        report = build_scenario(
            **chosen,
            at=timezone.now(),
            batch=batch,
            tell=lambda tick: write_progress(path, tick),
            follow_every=_FOLLOW_EVERY,
        )
        if not chosen["first"]:
            # The bulletin's section on problems is what supervision has found by then.
            judge_news()
            draft_missing_bulletin(name=chosen["name"], at=timezone.now())
        left = count_missing(name=chosen["name"], seed=chosen["seed"], scale=chosen["scale"])
        write_progress(path, Tick(report.planned - left, report.planned, report.seconds, report.filed, report.events))
        return report

    def check_findings(self, chosen: dict[str, Any]) -> None:
        """Print for each rule what was planted, what else must be found, and what was; fail where they differ."""
        rows = check_findings(**chosen)
        table = Table(title=_("埋设的违规与监察发现"))
        for heading in (_("规则"), _("埋设"), _("按日期应有"), _("发现"), _("漏判"), _("多判"), ""):
            table.add_column(heading, justify="left" if heading == _("规则") else "right")
        for row in rows:
            if row.planted or row.by_dates or row.found:
                others = str(len(row.others)) if row.of_cases else _("清单或报送本身")
                mark = "" if row.right else "✗ " + " ".join((*row.missed[:2], *row.others[:2]))
                counts = map(str, (row.planted, row.by_dates, row.found, len(row.missed)))
                table.add_row(row.rule, *counts, others, mark)
        Console(file=sys.stdout, width=150).print(table)
        wrong = [row.rule for row in rows if not row.right]
        if wrong:
            raise CommandError(_("不符的规则：{rules}").format(rules="、".join(wrong)))
        self.stdout.write(_("埋设的违规全部发现，办件中没有其他发现"))

    def report(self, report: BuildReport) -> None:
        """Print one line, and what was refused, if anything."""
        self.stdout.write(
            _("{source}：计划{planned}件，本次入账{filed}件、{events}个事件，用时{seconds}秒").format(
                source=report.source,
                planned=report.planned,
                filed=report.filed,
                events=report.events,
                seconds=f"{report.seconds:.1f}",
            )
        )
        for refusal in report.refusals:
            self.stderr.write(refusal)
