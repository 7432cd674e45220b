"""`yichuang facts`: folds cases anew from the ledger, replaces their facts, then counts and judges what rests on them.

It stands in the composition root because cases must not know who counts them; a recomputed fact is no event,
so no follower would hear of it.
"""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _
from rich.progress import Progress

from yichuang.calendar.queries import get_calendar
from yichuang.calendar.values import local_day
from yichuang.cases.commands import rebuild_facts
from yichuang.reporting.commands import rebuild_figures
from yichuang.supervision.commands import recompute_after_calendar


class Command(BaseCommand):
    """Rebuild facts; interrupted, it can be started again."""

    help = _("从账本重算办件事实；--provisional 只重算依据未公布年份日历的办件")

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare --provisional."""
        parser.add_argument(
            "--provisional", action="store_true", help=_("只重算暂定期限的办件（新一年节假日安排公布之后）")
        )

    def handle(self, *, provisional: bool, **_other: Any) -> None:
        """Fold and replace with a progress bar."""
        done = 0
        with Progress() as progress:
            task = progress.add_task(_("重算事实"), total=None)
            for done, total in rebuild_facts(
                calendar=get_calendar(), on=local_day(timezone.now()), only_provisional=provisional
            ):
                progress.update(task, completed=done, total=total)
        if done:
            rebuild_figures()
            report = recompute_after_calendar(at=timezone.now())
            self.stdout.write(
                _("监察重新判定：新发现 {found} 条，消除 {ended} 条").format(found=report.found, ended=report.ended)
            )
        self.stdout.write(_("已重算 {count} 件").format(count=done))
