"""`yichuang import`: files another system's cases by a mapping (a keyword as module name: Django loads it by name)."""

from contextlib import nullcontext
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from yichuang.exchange.commands import import_file
from yichuang.exchange.domain.checks import ENCODINGS
from yichuang.exchange.values import ImportReport
from yichuang.kernel.actor import Actor, ActorKind

QUARANTINED = 3
BUNDLED = Path(__file__).resolve().parents[2] / "mappings"


class Command(BaseCommand):
    """Imports one file; exit code 0: all filed, 3: some wait in quarantine, 2: file or mapping refused."""

    help = _("导入其他系统的办件文件（XES、CSV、Excel），按YAML映射入账；不能入账的进入隔离区")

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the file and its mapping; a mapping that comes with the house may be given by its name alone."""
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--mapping", type=Path, required=True, metavar="MAPPING.yaml")
        parser.add_argument("--dry-run", action="store_true", help=_("只检查，不入账"))
        parser.add_argument("--encoding", choices=ENCODINGS, default="auto", help=_("CSV的编码"))

    def handle(self, *args: Any, **options: Any) -> None:
        """Import with a progress bar on standard error, then print the account of every record."""
        mapping = find_mapping(options["mapping"])
        name = f"import:{mapping.stem}"
        by = Actor(id=name[:64], name=name[:64], kind=ActorKind.CONNECTOR)
        console = Console(stderr=True)
        bar = Progress(
            TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(),
            console=console, transient=True,
        )  # fmt: skip
        with bar if console.is_terminal else nullcontext():
            task = bar.add_task(options["file"].name, total=None)
            report = import_file(
                file=options["file"],
                mapping=mapping,
                by=by,
                at=timezone.now(),
                encoding=options["encoding"],
                dry_run=options["dry_run"],
                progress=lambda done, total: bar.update(task, completed=done, total=total),
            )
        self.stdout.write("\n".join(lines_of(report)))
        if report.waiting:
            raise SystemExit(QUARANTINED)


def find_mapping(path: Path) -> Path:
    """Return the path of a mapping: as given, or of that name among those that come with the house."""
    bundled = BUNDLED / path.with_suffix(".yaml").name
    return path if path.exists() or not bundled.exists() else bundled


def lines_of(report: ImportReport) -> list[str]:
    """Return the account of an import, one line a count, with the first faults."""
    lines = []
    for key, faults in report.faults:
        lines += [f"{key or '—'} {fault.explain(_)}" for fault in faults]
    if report.faults:
        lines.append("")
    if report.dry_run:
        lines.append(_("试运行：以下各数均未入账"))
    speed = report.source_events / report.seconds if report.seconds else 0
    counts = (
        (_("读取"), report.read),
        (_("入账"), report.filed),
        (_("未变"), report.unchanged),
        (_("隔离区待处理"), report.waiting),
        (_("已人工处理"), report.settled),
    )
    lines.append(_("来源{source}，文件{file}（{encoding}）").format(
        source=report.source, file=report.file, encoding=report.encoding
    ))  # fmt: skip
    lines += [f"  {name} {count}" for name, count in counts]
    sums = " + ".join(str(count) for _name, count in counts[1:])
    lines.append(f"  {report.read} {'=' if report.adds_up else '≠'} {sums}")
    lines.append(
        _(
            "来源事件{source_events}，略去{ignored}，新增账本事件{new_events}；用时{seconds}秒，每秒{speed}个来源事件"
        ).format(
            source_events=report.source_events,
            ignored=report.ignored,
            new_events=report.new_events,
            seconds=f"{report.seconds:.1f}",
            speed=f"{speed:.0f}",
        )
    )
    if report.waiting and not report.dry_run:
        lines.append(_("查看：yichuang quarantine list --source {source}").format(source=report.source))
    return lines
