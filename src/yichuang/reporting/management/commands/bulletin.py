"""`yichuang bulletin 2015H1 -o bulletin.docx` drafts; `bulletin verify` recounts; `bulletin lines` shows evidence."""

from argparse import ArgumentParser
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from yichuang.kernel.actor import Actor, ActorKind
from yichuang.kernel.periods import Period
from yichuang.kernel.words import N_
from yichuang.reporting.bulletins.refusals import AnnexNotFound, AnnexNotNamed, OnePeriodOnly, OutputRefused
from yichuang.reporting.commands import (
    check_places,
    draft_bulletin,
    encode_annex,
    list_annex_lines,
    verify_annex,
    write_together,
)
from yichuang.reporting.values import DocumentNumber, render_docx, render_html, render_pdf

REFUSED = 2
RENDERERS = {
    ".docx": render_docx,
    ".pdf": render_pdf,
    ".html": lambda notice: render_html(notice).encode(),
}


class Command(BaseCommand):
    """Draft a bulletin into files, or verify one by its annex."""

    help = _("起草通报（bulletin 2015H1 --region 610900 -o 通报.docx），或核对附件（bulletin verify 通报.annex.json）")

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the period or `verify`, and where to write."""
        parser.add_argument(
            "period",
            nargs="?",
            help=_("期间，如 2015H1、2015Q2、2015-06（月通报）、2015W23（周公示）；或 verify、lines"),
        )
        parser.add_argument("annex", nargs="?", help=_("verify、lines 时：附件文件"))
        latest = parser.add_mutually_exclusive_group()
        latest.add_argument("--weekly", action="store_true", help=_("上一周的周公示，不必给出期间"))
        latest.add_argument("--monthly", action="store_true", help=_("上一个月的月通报，不必给出期间"))
        parser.add_argument("--figure", default="", help=_("lines 时：数据的 id，逐行打印其摘要所依据的办件"))
        parser.add_argument(
            "--part", default="", choices=["numerator", "denominator"], help=_("lines 时：比率的分子或分母")
        )
        parser.add_argument("--region", default="610900", help=_("区划代码，默认 610900"))
        parser.add_argument("-o", "--output", action="append", default=[], help=_(".docx、.pdf 或 .html，可多次给出"))
        parser.add_argument("--number", help=_("发文字号，如 安政办函〔2015〕69号"))
        parser.add_argument("--date", type=date.fromisoformat, help=_("成文日期，默认今天"))
        parser.add_argument("--final", action="store_true", help=_("定稿：不加“草稿”水印"))

    def handle(self, **options: Any) -> None:
        """Draft and write, or verify and say which figures differ (exit 1); anything refused is exit 2."""
        if options["period"] == "verify":
            self._verify(_path(options["annex"]))
            return
        if options["period"] == "lines":
            path = _path(options["annex"])
            lines = list_annex_lines(path.read_bytes(), figure=options["figure"], part=options["part"], file=str(path))
            for line in lines:
                self.stdout.write(line, ending="")
            return
        asked = _period(options, today=timezone.localdate())
        if options["annex"]:
            raise CommandError(
                _("多出参数“{name}”：要写出的文件请用 -o 给出").format(name=options["annex"]), returncode=REFUSED
            )
        outputs = [Path(name) for name in dict.fromkeys(options["output"]) or ["bulletin.docx"]]
        for output in outputs:
            if output.suffix.lower() not in RENDERERS:
                raise OutputRefused(name=output, reason=N_("不认识这个扩展名"))
        annex = outputs[0].with_suffix(".annex.json")
        check_places((*outputs, annex))
        now = timezone.now()
        made = draft_bulletin(
            period=asked,
            division=options["region"],
            by=Actor(id="command-line", name=_("命令行"), kind=ActorKind.SYSTEM),
            at=now,
            dated_on=options["date"] or timezone.localdate(now),
            number=DocumentNumber.parse(options["number"]) if options["number"] else None,
            final=options["final"],
        )
        files = {output: RENDERERS[output.suffix.lower()](made.notice) for output in outputs}
        write_together({**files, annex: encode_annex(made.annex)})
        for output in outputs:
            self.stdout.write(_("已写出 {name}").format(name=output))
        self.stdout.write(
            _("已写出 {name}：{count} 个数据，可用 yichuang bulletin verify 核对").format(
                name=annex, count=len(made.annex.figures)
            )
        )

    def _verify(self, path: Path) -> None:
        annex, recounts = verify_annex(path.read_bytes(), file=str(path))
        self.stdout.write(annex.title)
        differing = [recount for recount in recounts if not recount.agrees]
        for recount in differing:
            self.stdout.write(
                _(
                    "不一致  {label}：附件 {old}（{old_count}，{old_digest}），现在 {new}（{new_count}，{new_digest}）"
                ).format(
                    label=recount.record.label,
                    old=recount.record.display,
                    old_count=recount.record.count,
                    old_digest=recount.record.digest[:12],
                    new=recount.display,
                    new_count=recount.count,
                    new_digest=recount.digest[:12],
                )
            )
        if differing:
            raise CommandError(
                _("{wrong} 个数据与记录不一致，共 {total} 个").format(wrong=len(differing), total=len(recounts)),
                returncode=1,
            )
        self.stdout.write(_("全部 {total} 个数据与记录一致").format(total=len(recounts)))


def _period(options: Mapping[str, Any], *, today: date) -> Period:
    """Return the period that was asked for: a text, the week before this one, or the month before this one.

    Raises PeriodNotUnderstood and its like, and OnePeriodOnly.
    """
    asked = options["period"]
    if bool(asked) == bool(options["weekly"] or options["monthly"]):
        raise OnePeriodOnly
    if options["weekly"]:
        monday = today - timedelta(days=today.weekday() + 7)
        return Period(monday, monday + timedelta(days=7))
    if options["monthly"]:
        last = today.replace(day=1) - timedelta(days=1)
        return Period(last.replace(day=1), last + timedelta(days=1))
    return Period.parse(asked)


def _path(name: str | None) -> Path:
    if not name:
        raise AnnexNotNamed
    if not Path(name).is_file():
        raise AnnexNotFound(file=name)
    return Path(name)
