"""`yichuang connect draft`: reads a source's schema and samples, and proposes a mapping with a confidence per field."""

import json
import os
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from rich.table import Table
from rich.text import Text

from yichuang.exchange.domain.drafting.codes import SURE
from yichuang.exchange.domain.drafting.draft import Draft
from yichuang.exchange.domain.drafting.refusals import FileTaken
from yichuang.exchange.domain.drafting.vocabulary import load_vocabulary
from yichuang.exchange.drafting.drafting import draft_source
from yichuang.exchange.drafting.seeing import ROWS
from yichuang.exchange.management.connecting.printing import print_to

INCOMPLETE = 3
_SURE, _HALF = 0.8, 0.5


def add(acts: Any, name: str) -> None:
    """Name the arguments."""
    one = acts.add_parser(name, help=_("读取来源的表结构和样本，起草映射，每个字段给出把握"))
    one.add_argument(
        "source",
        metavar="URL|FILE",
        help=_("数据库URL或返回JSON的网址（口令可写成${NAME}）、CSV、Excel、XES、SQLite或XML文件夹"),
    )
    one.add_argument("--into", type=Path, metavar="FILE.yaml", help=_("写入该文件；不写则打印到标准输出"))
    one.add_argument("--name", default="", help=_("来源名（小写字母、数字、连字符）"))
    one.add_argument("--title", default="", help=_("给人看的名称"))
    one.add_argument("--division", default="", help=_("县区的行政区划代码"))
    one.add_argument("--organisation", default="", help=_("全部办件同属一个单位时，它在本市的代码"))
    one.add_argument("--rows", type=int, default=ROWS, help=_("每张表读多少行样本"))
    one.add_argument("--also", action="append", default=[], metavar="URL", help=_("同一服务的另一个网址，可多次给出"))
    one.add_argument("--token-header", default="", metavar="NAME", help=_("令牌放在哪个HTTP头里（默认Authorization）"))
    one.add_argument("--force", action="store_true", help=_("覆盖已有的文件"))
    one.add_argument("--json", action="store_true", help=_("以JSON输出"))


def run(command: BaseCommand, options: dict[str, Any]) -> None:
    """Draft; exit code 0: nothing is left to fill in, 3: something is, 2: the source is refused."""
    into: Path | None = options["into"]
    if into is not None and into.exists() and not options["force"]:
        raise FileTaken(file=str(into))
    draft = draft_source(
        options["source"],
        on=timezone.localdate(),
        environ=os.environ,
        source=options["name"],
        title=options["title"],
        division=options["division"],
        organisation=options["organisation"],
        rows=options["rows"],
        also=options["also"],
        token_header=options["token_header"],
    )
    if into is not None:
        into.parent.mkdir(parents=True, exist_ok=True)
        into.write_text(draft.mapping_text, encoding="utf-8")
    if options["json"]:
        command.stdout.write(json.dumps(as_json(draft), ensure_ascii=False, indent=2))
    else:
        _show(command, draft, options)
    if draft.to_fill or draft.missing:
        raise SystemExit(INCOMPLETE)


def as_json(draft: Draft) -> dict[str, Any]:
    """Return a draft as plain values."""
    return {
        "preset": draft.preset,
        "fields": [one._asdict() for one in draft.fields],
        "codes": [
            {**one._asdict(), "meanings": [meaning._asdict() for meaning in one.meanings]} for one in draft.codes
        ],
        "dictionaries": [
            {name: value for name, value in one._asdict().items() if name != "entries"} for one in draft.dictionaries
        ],
        "missing": list(draft.missing),
        "to_fill": list(draft.to_fill),
        "left_out": list(draft.left_out),
        "variables": list(draft.variables),
        "mapping": draft.mapping_text,
    }


def _show(command: BaseCommand, draft: Draft, options: dict[str, Any]) -> None:
    # Without a file the mapping itself is the output; what is said about it must not get into it.
    about = command.stdout if options["into"] is not None else command.stderr
    if options["into"] is None:
        command.stdout.write(draft.mapping_text)
    if draft.preset:
        about.write(_("识别为预设“{preset}”：只写出不同之处").format(preset=draft.preset))
    more = [table for table in (codes_table(draft), dictionaries_table(draft)) if table.row_count]
    print_to(about, fields_table(draft), *more)
    for title, given in (
        (_("没有找到的字段：{names}"), [_titled(one) for one in draft.missing]),
        (_("请填写：{names}"), draft.to_fill),
        (_("未用的表：{names}"), draft.left_out),
    ):
        if given:
            about.write(title.format(names="、".join(given)))
    for variable in draft.variables:
        about.write(_("口令没有写进映射，请在运行环境中设置 {name}").format(name=variable))
    if options["into"] is not None:
        about.write(_("已写入{file}；下一步：yichuang connect check {file}").format(file=options["into"]))


def fields_table(draft: Draft) -> Table:
    """Return the proposals, one line a column."""
    table = Table(title=_("字段建议"))
    for heading in (_("表"), _("列"), _("字段")):
        table.add_column(heading, overflow="fold")
    table.add_column(_("把握"), justify="right")
    table.add_column(_("依据"), overflow="fold")
    for one in draft.fields:
        why = "；".join(_(reason) for reason in one.why)
        table.add_row(one.table, one.column, title_of(one.field, one.title), _percent(one.confidence), why)
    return table


def title_of(field: str, title: str) -> str:
    """Return what a field is called in the language of the terminal."""
    return title if (get_language() or "zh").startswith("zh") else field.replace("_", " ")


def _titled(title: str) -> str:
    fields = load_vocabulary().fields
    return next((title_of(key, title) for key, told in fields.items() if told.title == title), title)


def codes_table(draft: Draft) -> Table:
    """Return what the values of code lists probably mean, those first that a person must look at."""
    table = Table(title=_("代码建议（把握低于85%或没有对应的）"))
    for heading in (_("代码表"), _("列"), _("值"), _("对应")):
        table.add_column(heading, overflow="fold")
    table.add_column(_("把握"), justify="right")
    table.add_column(_("行数"), justify="right")
    for one in draft.codes:
        for meaning in one.meanings:
            if meaning.confidence < SURE:
                target = " ".join(filter(None, (meaning.target, _(meaning.note) if meaning.note else "")))
                shown = _percent(meaning.confidence) if meaning.target else Text("—")
                table.add_row(one.name, one.column, meaning.value, target or _("请填写"), shown, str(meaning.rows))
    return table


def dictionaries_table(draft: Draft) -> Table:
    """Return the tables of the source that explain the codes of columns."""
    table = Table(title=_("字典建议（把握低于60%的没有采用）"))
    for heading in (_("表"), _("列"), _("字典"), _("限定条件")):
        table.add_column(heading, overflow="fold")
    table.add_column(_("把握"), justify="right")
    table.add_column(_("依据"), overflow="fold")
    for one in draft.dictionaries:
        told = f"{one.dictionary}（{one.code} → {one.meaning}）"
        condition = " = ".join(one.when) if one.when else "—"
        why = "；".join(_(reason) for reason in one.why)
        table.add_row(one.table, one.column, told, condition, _percent(one.confidence), why)
    return table


def _percent(share: float) -> Text:
    style = "green" if share >= _SURE else "yellow" if share >= _HALF else "red"
    return Text(f"{round(share * 100)}%", style=style)
