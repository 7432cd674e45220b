"""`yichuang verify`: recomputes hash chains, folds facts anew and checks applicants' digests."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from rich.progress import Progress

from yichuang.cases.queries import count_cases, verify_cases
from yichuang.cases.values import CaseFilter


class Command(BaseCommand):
    """Verify all cases or the ones named; exit 1 with every fault listed."""

    help = _("核对账本：逐件重算哈希链、事实和申请人摘要")

    def add_arguments(self, parser: CommandParser) -> None:
        """Take case numbers."""
        parser.add_argument("numbers", nargs="*", help=_("办件编号；不给出则核对全部"))

    def handle(self, *, numbers: list[str], **_other: Any) -> None:
        """Print each fault and the count."""
        faulty = checked = 0
        with Progress() as progress:
            task = progress.add_task(_("核对"), total=len(numbers) or count_cases(CaseFilter()))
            for number, faults in verify_cases(numbers or None):
                checked += 1
                faulty += bool(faults)
                for fault in faults:
                    self.stdout.write(f"{number}: {fault}")
                progress.advance(task)
        if missing := len(numbers) - checked if numbers else 0:
            raise CommandError(_("有 {missing} 个编号没有找到").format(missing=missing))
        if faulty:
            raise CommandError(_("{faulty} 件核对不符，共 {checked} 件").format(faulty=faulty, checked=checked))
        self.stdout.write(_("{checked} 件全部核对无误").format(checked=checked))
