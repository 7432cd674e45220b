"""Sources: every connected system in one table, and one of them day by day."""

from collections.abc import Collection
from datetime import date, datetime, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from yichuang.dashboards.exchange.spans import span
from yichuang.exchange.queries import list_connections, reconcile
from yichuang.exchange.values import ConnectionRow
from yichuang.ui.casework import source_of
from yichuang.ui.formats import percent, thousands
from yichuang.ui.names import Names
from yichuang.ui.templatetags.ui import day, instant
from yichuang.ui.values import Cell, Column, Table, Tone

_PERMILLE = 1000
# A source that was not read for so many of its own rounds has been forgotten by somebody.
_ROUNDS_MISSED = 10


def list_within(*, counties: Collection[str], now: datetime) -> tuple[ConnectionRow, ...]:
    """Return the connected systems of some counties; "" among them stands for those of no county."""
    return tuple(row for row in list_connections(now=now) if row.county in counties)


def state_of(row: ConnectionRow, *, now: datetime) -> tuple[str, Tone]:
    """Return how a source stands, in a word and its tone."""
    if row.failures:
        return _("连续 %(count)s 次读取失败") % {"count": row.failures}, Tone.BAD
    if row.last_polled_at is None:
        return _("还没有读取过"), Tone.NEUTRAL
    if now - row.last_polled_at > timedelta(seconds=row.every_seconds * _ROUNDS_MISSED):
        return _("接入服务没有在运行"), Tone.WARN
    return _("正常"), Tone.GOOD


def source_table(rows: Collection[ConnectionRow], names: Names, *, now: datetime) -> Table:
    """Return the table of connected systems."""
    return Table(
        caption=_("已接入的来源系统"),
        columns=(
            Column(_("来源系统")),
            Column(_("县区")),
            Column(_("状态")),
            Column(_("最近读取"), fixed=True),
            Column(_("最新数据"), fixed=True),
            Column(_("数据延迟")),
            Column(_("未入库行数"), numeric=True),
            Column(_("隔离区待处理"), numeric=True),
            Column(_("完整率"), numeric=True),
        ),
        rows=[_line(row, names, now) for row in rows],
        empty=_("还没有接入来源系统。把映射文件放进接入目录，运行 yichuang connect run"),
    )


def _line(row: ConnectionRow, names: Names, now: datetime) -> list[Cell]:
    words, tone = state_of(row, now=now)
    waiting = reverse("dashboards:exchange-quarantine") + f"?source={row.source}" if row.waiting else ""
    return [
        Cell(row.title or source_of(row.source), href=reverse("dashboards:exchange-source", args=[row.source])),
        Cell(names.county(row.county) if row.county else "—"),
        Cell(words, tone=tone),
        Cell(instant(row.last_polled_at)),
        Cell(instant(row.newest_changed_at)),
        _delay(row),
        Cell(thousands(row.backlog), tone=Tone.WARN if row.backlog else None),
        Cell(thousands(row.waiting), href=waiting),
        _complete(row.complete_permille),
    ]


def _delay(row: ConnectionRow) -> Cell:
    if row.delay_seconds is None:
        return Cell("—")
    if row.delay_seconds < 0:
        return Cell(_("对方时钟快 %(span)s") % {"span": span(-row.delay_seconds)}, tone=Tone.WARN)
    return Cell(span(row.delay_seconds))


def _complete(permille: int | None) -> Cell:
    if permille is None:
        return Cell("—")
    return Cell(percent(permille / _PERMILLE), tone=None if permille >= _PERMILLE else Tone.WARN)


def facts_of(row: ConnectionRow, names: Names) -> list[tuple[str, object]]:
    """Return what is known of one source."""
    return [
        (_("来源系统"), row.source),
        (_("县区"), names.county(row.county) if row.county else "—"),
        (_("映射文件"), row.mapping),
        (_("读取间隔"), span(row.every_seconds)),
        (_("最近读取"), instant(row.last_polled_at)),
        (_("最近收到数据"), instant(row.last_row_at)),
        (_("最新数据"), instant(row.newest_changed_at)),
        (_("累计行数"), thousands(row.rows)),
        (_("未入库行数"), thousands(row.backlog)),
        (_("隔离区待处理"), thousands(row.waiting)),
    ]


def balance_table(source: str, *, since: date, until: date) -> Table:
    """Return the rows of a source by the day on which they came: sent is filed, waiting and refused together."""
    rows = [
        [
            Cell(day(one.day)),
            Cell("—" if one.declared is None else thousands(one.declared)),
            Cell(thousands(one.sent)),
            Cell(thousands(one.filed)),
            Cell(thousands(one.waiting), tone=Tone.WARN if one.waiting else None),
            Cell(thousands(one.refused)),
            Cell(_("相符"), tone=Tone.GOOD) if one.adds_up else Cell(_("不符"), tone=Tone.BAD),
        ]
        for one in sorted(reconcile(source, since=since, until=until), key=lambda one: one.day, reverse=True)
    ]
    return Table(
        caption=_("按日对账（行）"),
        columns=(
            Column(_("到达日"), fixed=True),
            Column(_("对方申报"), numeric=True),
            Column(_("收到"), numeric=True),
            Column(_("已入库"), numeric=True),
            Column(_("等待"), numeric=True),
            Column(_("丢弃"), numeric=True),
            Column(_("对账")),
        ),
        rows=rows,
        empty=_("这段时间没有收到数据"),
    )
