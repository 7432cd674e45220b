"""`yichuang quarantine list|show|correct|replay|drop`: settles the records that could not be filed."""

import getpass
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from yichuang.exchange.commands import correct_record, drop_record, replay_records
from yichuang.exchange.queries import count_quarantine, get_quarantined, list_quarantine
from yichuang.exchange.values import STATE_LABELS, QuarantineRow, QuarantineState
from yichuang.kernel.actor import Actor, ActorKind

QUARANTINED = 3


class Command(BaseCommand):
    """One act a call; exit code 3 where a replay leaves records waiting."""

    help = _("隔离区：查看（list、show）、更正（correct）、重送（replay）、丢弃（drop）不能入账的记录")

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the act and what it needs."""
        acts = parser.add_subparsers(dest="act", required=True)
        one = acts.add_parser("list", help=_("列出待处理的记录"))
        one.add_argument("--source", default="")
        one.add_argument("--all", action="store_true", help=_("包括已入账和已丢弃的"))
        one.add_argument("--after", type=int, default=0)
        one.add_argument("--limit", type=int, default=50)
        one = acts.add_parser("show", help=_("一条记录的全部内容、错误和处理经过"))
        one.add_argument("record", type=int)
        one = acts.add_parser("correct", help=_("更正：列名=值，某一事件的列写成 #序号.列名=值"))
        one.add_argument("record", type=int)
        one.add_argument("changes", nargs="+", metavar="列名=值")
        one = acts.add_parser("replay", help=_("重送：指定的记录，或全部待处理的记录"))
        one.add_argument("records", type=int, nargs="*")
        one.add_argument("--mapping", type=Path, default=None)
        one.add_argument("--source", default="")
        one = acts.add_parser("drop", help=_("丢弃，必须写明理由"))
        one.add_argument("record", type=int)
        one.add_argument("--reason", required=True)

    def handle(self, *args: Any, **options: Any) -> None:
        """Do the act."""
        getattr(self, f"_{options['act']}")(options)

    def _list(self, options: dict[str, Any]) -> None:
        states = tuple(QuarantineState) if options["all"] else (QuarantineState.WAITING, QuarantineState.CORRECTED)
        rows = list_quarantine(source=options["source"], states=states, after=options["after"], limit=options["limit"])
        for row in rows:
            self._tell(row)
        counts = count_quarantine(source=options["source"])
        self.stdout.write("，".join(f"{_(STATE_LABELS[state])} {count}" for state, count in counts.items()))

    def _tell(self, row: QuarantineRow) -> None:
        place = _("{file}第{row}行").format(file=row.file, row=row.row)
        self.stdout.write(f"#{row.id} {_(STATE_LABELS[row.state])} {row.source} {row.source_key or '—'} {place}")
        for fault in row.faults:
            self.stdout.write(f"    {fault.explain(_)}")

    def _show(self, options: dict[str, Any]) -> None:
        found = get_quarantined(options["record"])
        self._tell(found.row)
        for name, value in found.fields:
            self.stdout.write(f"  {name} = {value}")
        for act in found.acts:
            self.stdout.write(
                f"  {timezone.localtime(act.at):%Y-%m-%d %H:%M} {act.by} {act.act} {act.details}".rstrip()
            )

    def _correct(self, options: dict[str, Any]) -> None:
        changes = {}
        for text in options["changes"]:
            name, sign, value = text.partition("=")
            if not sign:
                raise CommandError(_("更正写成 列名=值：{text}").format(text=text), returncode=2)
            changes[name] = value
        correct_record(record=options["record"], changes=changes, by=who(), at=timezone.now())
        self.stdout.write(
            _("已更正第{record}号记录；入账请运行 yichuang quarantine replay {record}").format(record=options["record"])
        )

    def _replay(self, options: dict[str, Any]) -> None:
        report = replay_records(
            records=options["records"],
            mapping=options["mapping"],
            source=options["source"],
            by=who(),
            at=timezone.now(),
        )
        self.stdout.write(
            _("重送{sent} = 入账{filed} + 未变{unchanged} + 仍待处理{waiting}；新增账本事件{new_events}").format(
                sent=report.sent,
                filed=report.filed,
                unchanged=report.unchanged,
                waiting=report.waiting,
                new_events=report.new_events,
            )
        )
        if report.waiting:
            raise SystemExit(QUARANTINED)

    def _drop(self, options: dict[str, Any]) -> None:
        drop_record(record=options["record"], reason=options["reason"], by=who(), at=timezone.now())
        self.stdout.write(_("已丢弃第{record}号记录").format(record=options["record"]))


def who() -> Actor:
    """Return the one at the shell, by the name the machine knows."""
    name = getpass.getuser()[:50]
    return Actor(id=f"shell:{name}", name=name, kind=ActorKind.STAFF)
