"""Showing: the report of a check on a terminal, part by part; a part without anything to say is one line or none."""

from datetime import timedelta

from django.core.management.base import OutputWrapper
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from yichuang.exchange.domain.conformance.report import (
    VERDICT_LABELS,
    Conformance,
    FieldCoverage,
    Reason,
    Verdict,
)
from yichuang.exchange.management.connecting.printing import print_to

_STYLES = {Verdict.READY: "green", Verdict.FIX_FIRST: "yellow", Verdict.NOT_YET: "red"}
_GOOD, _FAIR = 950, 500


def show(found: Conformance, out: OutputWrapper) -> None:
    """Print the report, the verdict first."""
    tables = [table for table in (_codes(found), _faults(found), _order(found)) if table.row_count]
    print_to(out, _verdict(found), _coverage(found), *tables)
    out.write("\n".join(_lines(found)))


def name_of(field: FieldCoverage) -> str:
    """Return a field of the standard in the language of the terminal."""
    return field.field if (get_language() or "zh").startswith("zh") else field.english


def words_of(reason: Reason, found: Conformance) -> str:
    """Return a reason with its details, both in the language of the terminal."""
    names = {one.field: name_of(one) for one in found.coverage}
    details = {key: names.get(value) or (_(value) if value else value) for key, value in reason.details.items()}
    return _(reason.sentence).format_map(details)


def _verdict(found: Conformance) -> Panel:
    text = Text(_(VERDICT_LABELS[found.verdict]), style=f"bold {_STYLES[found.verdict]}")
    counted = _("核对{cases}件，可入账{fit}件，不能入账{broken}件；没有入账任何数据").format(
        cases=found.cases, fit=found.fit, broken=found.broken
    )
    lines = [text, Text(counted)]
    lines += [Text(f"· {words_of(reason, found)}") for reason in found.reasons]
    return Panel(Text("\n").join(lines), title=f"{found.source} {found.mapping}")


def _coverage(found: Conformance) -> Table:
    table = Table(title=_("GB/T 39046字段覆盖"))
    table.add_column(_("字段"), overflow="fold")
    table.add_column(_("列"), overflow="fold")
    table.add_column(_("有值"), justify="right")
    table.add_column(_("占比"), justify="right")
    for one in found.coverage:
        name = f"{name_of(one)} *" if one.needed else name_of(one)
        if not one.mapped:
            table.add_row(name, "—", "—", Text(_("没有映射"), style="red" if one.needed else "dim"))
            continue
        style = "green" if one.permille >= _GOOD else "yellow" if one.permille >= _FAIR else "red"
        share = Text(f"{one.permille / 10:.1f}%" if one.total else "—", style=style)
        table.add_row(name, "、".join(one.columns) or _("常数"), f"{one.filled}/{one.total}", share)
    return table


def _codes(found: Conformance) -> Table:
    table = Table(title=_("没有对应的代码值"))
    for heading in (_("代码表"), _("列"), _("值"), _("最接近")):
        table.add_column(heading, overflow="fold")
    table.add_column(_("行数"), justify="right")
    for one in found.unknown_codes:
        table.add_row(one.codes or "—", one.column, one.value, one.nearest or "—", str(one.count))
    return table


def _faults(found: Conformance) -> Table:
    table = Table(title=_("不能入账的记录"))
    table.add_column(_("件数"), justify="right")
    table.add_column(_("列"), overflow="fold")
    table.add_column(_("例"), overflow="fold")
    table.add_column(_("原因"), overflow="fold")
    for one in found.faults:
        table.add_row(str(one.cases), one.column or "—", one.example_key or "—", one.example)
    return table


def _order(found: Conformance) -> Table:
    table = Table(title=_("时间先后有矛盾"))
    table.add_column(_("件数"), justify="right")
    table.add_column(_("矛盾"), overflow="fold")
    table.add_column(_("例"), overflow="fold")
    for one in found.order:
        table.add_row(str(one.cases), _(one.kind), one.example_key)
    return table


def _lines(found: Conformance) -> list[str]:
    lines = []
    rows = "，".join(f"{name} {count}" for name, count in found.rows.items())
    lines.append(_("读取的行：{rows}{more}").format(rows=rows, more=_("（只核对了一部分）") if found.sampled else ""))
    if found.duplicates.count:
        examples = "、".join(found.duplicates.examples)
        lines.append(_("重复的编号：{count}个，如{examples}").format(count=found.duplicates.count, examples=examples))
    clock = found.clock
    if clock.instants:
        lines.append(
            _("时刻：{count}个，8时至18时占{office}%，22时至6时占{night}%").format(
                count=clock.instants, office=f"{clock.office / 10:.1f}", night=f"{clock.night / 10:.1f}"
            )
        )
    if clock.doubt:
        lines.append((f"{clock.column}：" if clock.column else "") + _(clock.doubt))
    delay = found.delay
    if delay.measured:
        late = f"{delay.back_filled_permille / 10:.1f}"
        text = _("上报延迟：中位{p50}，95%不超过{p95}；事后补录占{late}%；早于发生的{ahead}个")
        lines.append(text.format(p50=_length(delay.p50), p95=_length(delay.p95), late=late, ahead=delay.ahead))
    else:
        lines.append(_("上报延迟：来源没有上报时间，无法判断"))
    return lines


def _length(seconds: int) -> str:
    length = timedelta(seconds=abs(seconds))
    if length < timedelta(minutes=2):
        text = _("{count}秒").format(count=length.seconds)
    elif length < timedelta(hours=2):
        text = _("{count}分钟").format(count=length.seconds // 60)
    elif length < timedelta(days=2):
        text = _("{count}小时").format(count=int(length.total_seconds() // 3600))
    else:
        text = _("{count}天").format(count=length.days)
    return f"-{text}" if seconds < 0 else text
