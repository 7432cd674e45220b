"""`yichuang tick`: what the law brings about by lapse of time, once a day."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone
from django.utils.translation import gettext as _

from yichuang.cases.commands import accept_by_lapse


class Command(BaseCommand):
    """Accept what was neither accepted nor answered within five working days (art. 32 no. 4)."""

    help = _("每日任务：五个工作日内未告知补正的申请，依法视为受理")

    def handle(self, **_other: Any) -> None:
        """Print the numbers accepted by law."""
        numbers = accept_by_lapse(now=timezone.now())
        for number in numbers:
            self.stdout.write(number)
        self.stdout.write(_("依法视为受理 {count} 件").format(count=len(numbers)))
