"""`yichuang registers import|link|report|draw`: departments' own lists beside the centre's cases."""

import getpass
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from yichuang.accounts.values import Area, Scope
from yichuang.kernel.actor import Actor, ActorKind
from yichuang.kernel.words import N_
from yichuang.regions.queries import get_organisation_names
from yichuang.supervision.commands import draw_callbacks, import_register, link_registers
from yichuang.supervision.queries import count_leads, list_link_runs, list_registers
from yichuang.supervision.values import LeadFilter, LeadOutcome, LinkReport, RegisterReport

FAULTY = 3
_STAGES = {"read": N_("读取"), "exact": N_("确定编号"), "weigh": N_("综合比对"), "write": N_("写入")}
_EVERYTHING = Scope(action="supervision.review", areas=(Area(),))


class Command(BaseCommand):
    """One act a call; exit code 3 where an import found faulty rows, 2 where the file or mapping is refused."""

    help = _("部门登记簿：导入（import）、与中心办件比对（link）、结果（report）、抽取回访（draw）")

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the act and what it needs."""
        acts = parser.add_subparsers(dest="act", required=True)
        one = acts.add_parser("import", help=_("导入一份登记簿（Excel、CSV），重复导入不产生变化"))
        one.add_argument("file", type=Path, metavar="FILE")
        one.add_argument("--register", required=True, metavar="CODE", help=_("登记簿代码"))
        one.add_argument("--mapping", type=Path, default=None, metavar="MAPPING.yaml")
        one.add_argument("--encoding", default="auto")
        one.add_argument("--faults", type=int, default=200, help=_("最多列出的错误条数"))
        one = acts.add_parser("link", help=_("把登记簿与中心办件比对"))
        one.add_argument("--organisation", default="")
        one.add_argument("--as-of", type=date.fromisoformat, default=None, metavar="YYYY-MM-DD")
        acts.add_parser("report", help=_("各登记簿和最近几次比对的结果"))
        one = acts.add_parser("draw", help=_("按县区抽取回访办件"))
        one.add_argument("--on", type=date.fromisoformat, default=None, metavar="YYYY-MM-DD")
        one.add_argument("--per-county", type=int, default=3)
        one.add_argument("--seed", type=int, default=1)

    def handle(self, *args: Any, **options: Any) -> None:
        """Do the act."""
        getattr(self, f"_{options['act']}")(options)

    def _import(self, options: dict[str, Any]) -> None:
        with _bar() as tell:
            report = import_register(
                file=options["file"],
                register=options["register"],
                mapping=options["mapping"],
                encoding=options["encoding"],
                by=who(),
                at=timezone.now(),
                progress=lambda done, total: tell(options["file"].name, done, total),
            )
        self.stdout.write("\n".join(lines_of(report, most=options["faults"])))
        if report.faulty:
            raise SystemExit(FAULTY)

    def _link(self, options: dict[str, Any]) -> None:
        as_of = options["as_of"] or timezone.localdate()
        if options["organisation"] and options["organisation"] not in get_organisation_names():
            raise CommandError(_("没有代码为{code}的部门").format(code=options["organisation"]), returncode=2)
        with _bar() as tell:
            report = link_registers(
                as_of=as_of,
                organisation=options["organisation"],
                by=who(),
                at=timezone.now(),
                progress=lambda stage, done, total: tell(_(_STAGES[stage]), done, total),
            )
        self.stdout.write("\n".join(lines_of_run(report)))

    def _report(self, options: dict[str, Any]) -> None:
        for row in list_registers(scope=_EVERYTHING):
            counts = "，".join(f"{_(one.label)} {row.outcomes[one]}" for one in LeadOutcome)
            self.stdout.write(
                _("{code} {title}：{entries}行，错误{faulty}行，未比对{unlinked}行；{counts}").format(
                    code=row.code,
                    title=row.title,
                    entries=row.entries,
                    faulty=row.faulty,
                    unlinked=row.unlinked,
                    counts=counts,
                )
            )
        names = get_organisation_names()
        found: dict[str, dict[str, int]] = {}
        for outcome in (LeadOutcome.OUTSIDE, LeadOutcome.DOUBLE, LeadOutcome.UNDECIDED):
            chosen = LeadFilter(outcomes=(outcome,))
            for code, count in count_leads(chosen=chosen, scope=_EVERYTHING, by="organisation").items():
                found.setdefault(code, {})[outcome.value] = count
        for code, counted in sorted(found.items()):
            told = "，".join(f"{_(LeadOutcome(key).label)} {count}" for key, count in counted.items())
            self.stdout.write(f"  {code} {names.get(code, '')} {told}")
        for run in list_link_runs(3):
            self.stdout.write("\n".join(lines_of_run(run)))

    def _draw(self, options: dict[str, Any]) -> None:
        on = options["on"] or timezone.localdate() + timedelta(days=1)
        drawn = draw_callbacks(
            on=on, per_county=options["per_county"], seed=options["seed"], by=who(), at=timezone.now()
        )
        self.stdout.write("\n".join(drawn))


def lines_of(report: RegisterReport, *, most: int) -> list[str]:
    """Return the account of an import: every fault with its row, then what became of the rows."""
    lines = []
    for fault in report.faults[:most]:
        place = _("第{row}行").format(row=fault.row)
        shown = f"{fault.column}=“{fault.value}”" if fault.value else fault.column
        lines.append(f"{place} {shown}：{_(fault.reason)}")
    if len(report.faults) > most:
        lines.append(_("另有{count}处错误未列出").format(count=len(report.faults) - most))
    columns = "，".join(f"{heading}→{field}" for field, heading in report.columns.items())
    lines.append(_("识别的列：{columns}").format(columns=columns))
    if report.unused:
        lines.append(_("未使用的列：{columns}").format(columns="、".join(report.unused)))
    lines.append(
        _(
            "登记簿{register}，文件{file}：读取{read} = 新增{added} + 更改{changed} + 未变{unchanged} + 错误{faulty}；"
            "{seconds}秒"
        ).format(
            register=report.register,
            file=report.file,
            read=report.read,
            added=report.added,
            changed=report.changed,
            unchanged=report.unchanged,
            faulty=report.faulty,
            seconds=f"{report.seconds:.1f}",
        )
    )
    return lines


def lines_of_run(report: LinkReport) -> list[str]:
    """Return the account of a run of linking."""
    lines = [
        _(
            "第{id}次比对，截至{as_of}：登记簿{entries}行，办件{cases}件；确定编号{exact}，综合比对{probable}；{engine}，{seconds}秒"
        ).format(
            id=report.id,
            as_of=report.as_of.isoformat(),
            entries=report.entries,
            cases=report.cases,
            exact=report.exact,
            probable=report.probable,
            engine=report.engine,
            seconds=f"{report.seconds:.1f}",
        ),
        "  " + "，".join(f"{_(one.label)} {report.outcomes[one]}" for one in LeadOutcome),
    ]
    if told := report.thresholds:
        lines.append(
            "  "
            + _("认定线{link_before}→{link}比特，待核线{doubt_before}→{doubt}比特，依据{verdicts}条核查结论").format(
                link_before=f"{told.link_before:.2f}",
                link=f"{told.link_from:.2f}",
                doubt_before=f"{told.doubt_before:.2f}",
                doubt=f"{told.doubt_from:.2f}",
                verdicts=told.verdicts,
            )
        )
    return lines


def _quiet(_name: str, _done: int, _total: int) -> None:
    """Show nothing."""


@contextmanager
def _bar() -> Iterator[Callable[[str, int, int], None]]:
    """Show a bar on standard error where somebody looks at it."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield _quiet
        return
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=console,
        transient=True,
    )
    with bar:
        task = bar.add_task("", total=None)
        yield lambda name, done, total: bar.update(task, description=name, completed=done, total=total or None)


def who() -> Actor:
    """Return the one at the shell, by the name the machine knows."""
    name = getpass.getuser()[:50]
    return Actor(id=f"shell:{name}", name=name, kind=ActorKind.STAFF)
