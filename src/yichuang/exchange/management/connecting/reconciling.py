"""`yichuang connect reconcile`: the rows of a source day by day; what was sent is filed, waiting or refused."""

from datetime import date, timedelta
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone
from django.utils.translation import gettext as _

from yichuang.exchange.queries import reconcile

DAYS = 30


def add(acts: Any, name: str) -> None:
    """Name the arguments."""
    one = acts.add_parser(name, help=_("按日对账：收到 = 入账 + 待处理 + 拒绝"))
    one.add_argument("source")
    one.add_argument("--since", type=date.fromisoformat, default=None, help=_("起始日期，默认30天前"))


def run(command: BaseCommand, options: dict[str, Any]) -> None:
    """Print one line a day; exit code 3 where something does not add up."""
    today = timezone.localdate()
    since = options["since"] or today - timedelta(days=DAYS)
    days = reconcile(options["source"], since=since, until=today + timedelta(days=1))
    for one in days:
        line = _("{day} 收到{sent} {sign} 入账{filed} + 待处理{waiting}（隔离区{quarantined}）+ 拒绝{refused}").format(
            day=one.day.isoformat(),
            sent=one.sent,
            sign="=" if one.adds_up else "≠",
            filed=one.filed,
            waiting=one.waiting,
            quarantined=one.quarantined,
            refused=one.refused,
        )
        if one.declared is not None:
            line += _("，来源自报{declared}").format(declared=one.declared)
        command.stdout.write(line)
    if not days:
        command.stdout.write(_("这段时间没有收到{source}的行").format(source=options["source"]))
    if not all(one.adds_up for one in days):
        raise SystemExit(3)
