"""`yichuang tick`: what the law, local rules and supervision bring about by lapse of time, once a day."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone
from django.utils.translation import gettext as _

from yichuang.config.daily import do_day


class Command(BaseCommand):
    """Accept what was neither accepted nor answered within five working days (art. 32 no. 4); return what applicants
    did not complete in time, where the rule of the day says that this happens by itself; judge what a new day changes.

    The loop of `yichuang follow` does the same once a day; called again it judges again.
    """

    help = _(
        "每日任务：五个工作日内未告知补正的申请，依法视为受理；逾期未补齐的，按规定自动退件；按今天的日期重新判定监察规则"
    )

    def handle(self, **_other: Any) -> None:
        """Print the numbers accepted and returned, and what judging found and ended."""
        day = do_day(now=timezone.now(), again=True)
        for number in (*day.accepted, *day.returned):
            self.stdout.write(number)
        self.stdout.write(_("依法视为受理 {count} 件").format(count=len(day.accepted)))
        self.stdout.write(_("逾期未补退件 {count} 件").format(count=len(day.returned)))
        if day.judged.findings is not None:
            found = day.judged.findings
            self.stdout.write(_("监察新发现 {found} 条，消除 {ended} 条").format(found=found.found, ended=found.ended))
