"""`yichuang connect run`: one pass over the connections, or passes for good."""

import logging
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import timezone
from django.utils.translation import gettext as _

from yichuang.exchange.commands import connect_for_good, connect_once
from yichuang.exchange.connecting.running import connector_of, list_mappings, pass_broken
from yichuang.exchange.management.commands.quarantine import QUARANTINED
from yichuang.exchange.management.connecting.bars import bar_for
from yichuang.exchange.values import PassReport
from yichuang.kernel.refusal import Refusal

REFUSED = 2
logger = logging.getLogger(__name__)


def add(acts: Any, name: str) -> None:
    """Name the arguments."""
    one = acts.add_parser(name, help=_("读取一次（或持续）并入账；不写映射时为对接目录中的全部映射"))
    one.add_argument("mappings", type=Path, nargs="*", metavar="MAPPING.yaml")
    one.add_argument("--continuous", action="store_true", help=_("持续运行，按各映射的every_seconds"))
    one.add_argument("--from-start", action="store_true", help=_("从头重读来源（重读不会重复入账）"))
    one.add_argument("--limit", type=int, default=None, help=_("每张表本次最多读取的行数"))


def run(command: BaseCommand, options: dict[str, Any]) -> None:
    """Connect; exit code 0: all filed, 3: some in quarantine, 2: a source or a mapping refused."""
    folder = Path(settings.CONNECTIONS_DIR)
    if options["continuous"]:
        connect_for_good(mappings=options["mappings"], folder=folder, clock=timezone.now)
        return
    mappings = options["mappings"] or list_mappings(folder)
    if not mappings:
        command.stdout.write(_("对接目录{folder}中没有映射").format(folder=folder))
        return
    code = 0
    for mapping in mappings:
        try:
            report = _one(mapping, options)
        except Refusal as refusal:
            command.stderr.write(f"{mapping.name}：{refusal.explain(lambda text: _(text) if text else text)}")
            code = REFUSED
            continue
        except Exception as fault:
            # One connection's fault is no reason to leave the others unread.
            logger.exception("%s: a pass failed", mapping.name)
            command.stderr.write(f"{mapping.name}：{pass_broken(fault).explain(_)}")
            code = REFUSED
            continue
        command.stdout.write("\n".join(lines_of(report)))
        code = code or (QUARANTINED if report.refused else 0)
    if code:
        raise SystemExit(code)


def _one(mapping: Path, options: dict[str, Any]) -> PassReport:
    with bar_for(mapping.name) as progress:
        return connect_once(
            mapping=mapping,
            by=connector_of(mapping),
            at=timezone.now(),
            progress=progress,
            limit=options["limit"],
            from_start=options["from_start"],
        )


def lines_of(report: PassReport) -> list[str]:
    """Return the account of one pass, one line for rows and one for cases."""
    speed = report.new_events / report.seconds if report.seconds else 0
    return [
        _("来源{source}：新行{landed}，改动{changed}，删除{deleted}；尚待主表或时刻的行{waiting}").format(
            source=report.source,
            landed=report.landed,
            changed=report.changed,
            deleted=report.deleted,
            waiting=report.waiting,
        ),
        _(
            "  入账{filed}件（新增事件{new_events}，其中更正撤回{corrected}），未变{unchanged}件，进入隔离区{refused}件"
        ).format(
            filed=report.filed,
            new_events=report.new_events,
            corrected=report.corrected,
            unchanged=report.unchanged,
            refused=report.refused,
        ),
        _("  用时{seconds}秒，每秒{speed}个事件").format(seconds=f"{report.seconds:.1f}", speed=f"{speed:.0f}"),
    ]
