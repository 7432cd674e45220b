"""`yichuang bulletin 2015H1 --region 610900 -o bulletin.docx`, and `yichuang bulletin verify FILE.annex.json`."""

from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from yichuang.kernel.actor import Actor, ActorKind
from yichuang.kernel.periods import Period
from yichuang.reporting.commands import draft_bulletin, verify_annex
from yichuang.reporting.values import DocumentNumber, OfficialNotice, render_docx, render_html, render_pdf

RENDERERS = {
    ".docx": render_docx,
    ".pdf": render_pdf,
    ".html": lambda notice: render_html(notice).encode(),
}


class Command(BaseCommand):
    """Draft a bulletin into files, or verify one by its annex."""

    help = "起草通报（bulletin 2015H1 --region 610900 -o 通报.docx），或核对附件（bulletin verify 通报.annex.json）"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the period or `verify`, and where to write."""
        parser.add_argument("period", help="期间，如 2015H1、2015Q2、2015-06；或 verify")
        parser.add_argument("annex", nargs="?", help="verify 时：附件文件")
        parser.add_argument("--region", default="610900", help="区划代码，默认 610900")
        parser.add_argument("-o", "--output", action="append", default=[], help=".docx、.pdf 或 .html，可多次给出")
        parser.add_argument("--number", help="发文字号，如 安政办函〔2015〕69号")
        parser.add_argument("--date", type=date.fromisoformat, help="成文日期，默认今天")
        parser.add_argument("--final", action="store_true", help="定稿：不加“草稿”水印")

    def handle(self, **options: Any) -> None:
        """Draft and write, or verify and say which figures differ (exit 1)."""
        if options["period"] == "verify":
            self._verify(options["annex"])
            return
        outputs = [Path(name) for name in options["output"] or ["bulletin.docx"]]
        for output in outputs:
            if output.suffix not in RENDERERS:
                raise CommandError(
                    _("不能写出“{name}”：只能写 .docx、.pdf 或 .html，请改用其中一种扩展名").format(name=output)
                )
        now = timezone.now()
        made = draft_bulletin(
            period=Period.parse(options["period"]),
            division=options["region"],
            by=Actor(id="command-line", name=_("命令行"), kind=ActorKind.SYSTEM),
            at=now,
            dated_on=options["date"] or timezone.localdate(now),
            number=DocumentNumber.parse(options["number"]) if options["number"] else None,
            final=options["final"],
        )
        for output in outputs:
            self._write(output, made.notice)
        annex = outputs[0].with_suffix(".annex.json")
        annex.write_bytes(msgspec.json.format(msgspec.json.encode(made.annex), indent=2))
        self.stdout.write(
            _("已写出 {name}：{count} 个数据，可用 yichuang bulletin verify 核对").format(
                name=annex, count=len(made.annex.figures)
            )
        )

    def _write(self, output: Path, notice: OfficialNotice) -> None:
        output.write_bytes(RENDERERS[output.suffix](notice))
        self.stdout.write(_("已写出 {name}").format(name=output))

    def _verify(self, name: str | None) -> None:
        if not name or not Path(name).is_file():
            raise CommandError(_("请给出附件文件，如 yichuang bulletin verify bulletin.annex.json"))
        annex, recounts = verify_annex(Path(name).read_bytes(), file=name)
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
