"""`yichuang connect status`: every connection as it stands."""

from datetime import datetime, timedelta
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone
from django.utils.timesince import timesince
from django.utils.translation import gettext as _

from yichuang.exchange.queries import list_connections
from yichuang.exchange.values import ConnectionRow


def add(acts: Any, name: str) -> None:
    """Name the arguments: none."""
    acts.add_parser(name, help=_("各对接的现状：最后读取、延迟、待入账、隔离区、错误"))


def run(command: BaseCommand, _options: dict[str, Any]) -> None:
    """Print them."""
    rows = list_connections(now=timezone.now())
    for row in rows:
        command.stdout.write("\n".join(lines_of(row)))
    if not rows:
        command.stdout.write(_("还没有任何对接；请先运行 yichuang connect run"))


def lines_of(row: ConnectionRow) -> list[str]:
    """Return one connection in words."""
    lines = [
        _("{source} {title}：共{rows}行，待入账{backlog}行，隔离区{waiting}件").format(
            source=row.source, title=row.title, rows=row.rows, backlog=row.backlog, waiting=row.waiting
        ),
        _("  最后读取{polled}，最后到达{row}，来源最新改动{changed}（{delay}）").format(
            polled=_shown(row.last_polled_at),
            row=_shown(row.last_row_at),
            changed=_shown(row.newest_changed_at),
            delay=_delay(row.delay_seconds),
        ),
    ]
    if row.complete_permille is not None:
        lines.append(
            _("  来源自报{declared}行，到齐{share}%").format(
                declared=row.declared, share=f"{row.complete_permille / 10:.1f}"
            )
        )
    if row.error:
        lines.append(
            _("  {at} 出错，已连续{count}次：{error}").format(
                at=_shown(row.error_at), count=row.failures, error=row.error
            )
        )
    return lines


def _shown(at: datetime | None) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}" if at else "—"


def _delay(seconds: int | None) -> str:
    if seconds is None:
        return _("延迟不详")
    now = timezone.now()
    span = timesince(now - timedelta(seconds=abs(seconds)), now, depth=1).replace("\xa0", " ")
    if seconds < 0:
        return _("来源时钟比本机快{span}").format(span=span)
    return _("延迟{span}").format(span=span)
