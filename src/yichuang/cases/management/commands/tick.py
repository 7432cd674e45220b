"""`yichuang tick`: what the law and local rules bring about by lapse of time, once a day."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone
from django.utils.translation import gettext as _

from yichuang.cases.commands import accept_by_lapse, return_by_lapse


class Command(BaseCommand):
    """Accept what was neither accepted nor answered within five working days (art. 32 no. 4); return what applicants
    did not complete in time, where the rule of the day says that this happens by itself."""

    help = _("每日任务：五个工作日内未告知补正的申请，依法视为受理；逾期未补齐的，按规定自动退件")

    def handle(self, **_other: Any) -> None:
        """Print the numbers accepted and returned."""
        now = timezone.now()
        accepted = accept_by_lapse(now=now)
        returned = return_by_lapse(now=now)
        for number in (*accepted, *returned):
            self.stdout.write(number)
        self.stdout.write(_("依法视为受理 {count} 件").format(count=len(accepted)))
        self.stdout.write(_("逾期未补退件 {count} 件").format(count=len(returned)))
