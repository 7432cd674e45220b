"""Nodes: how things stand with every other node, and what two of them disagree on."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from yichuang.cases.queries import get_event_titles
from yichuang.dashboards.exchange.spans import span
from yichuang.exchange.values import (
    CHOICES,
    CONFLICT_LABELS,
    LEVEL_LABELS,
    ConflictKind,
    ConflictRow,
    ConflictState,
    LinkLine,
    NodeRow,
)
from yichuang.ui.formats import percent, thousands
from yichuang.ui.templatetags.ui import day, instant
from yichuang.ui.values import Cell, Column, Table, Tone

_PERMILLE = 1000
_SKEW_SECONDS = 300
_KEY_WARNING = timedelta(days=30)


def node_table(rows: Collection[NodeRow], *, now: datetime) -> Table:
    """Return the table of other nodes."""
    return Table(
        caption=_("互联的节点"),
        columns=(
            Column(_("节点")),
            Column(_("级别")),
            Column(_("状态")),
            Column(_("最近联系"), fixed=True),
            Column(_("最早未确认")),
            Column(_("待对方确认"), numeric=True),
            Column(_("等待前序"), numeric=True),
            Column(_("拒收"), numeric=True),
            Column(_("时钟偏差")),
            Column(_("完整率"), numeric=True),
            Column(_("密钥有效至"), fixed=True),
        ),
        rows=[_line(row, now) for row in rows],
        empty=_("没有互联的节点"),
    )


def _line(row: NodeRow, now: datetime) -> list[Cell]:
    words, tone = _state(row)
    return [
        Cell(row.title or row.name),
        Cell(_(LEVEL_LABELS.get(row.level, row.level))),
        Cell(words, tone=tone),
        Cell(instant(row.heard_at)),
        Cell(span(row.delay_seconds) if row.delay_seconds else "—"),
        Cell(thousands(row.backlog), tone=Tone.WARN if row.backlog else None),
        Cell(thousands(row.waiting), tone=Tone.WARN if row.waiting else None),
        Cell(thousands(row.refused), tone=Tone.BAD if row.refused else None),
        _skew(row.skew_seconds),
        Cell("—" if row.complete_permille is None else percent(row.complete_permille / _PERMILLE)),
        _key(row.key_valid_until, now),
    ]


def _state(row: NodeRow) -> tuple[str, Tone]:
    if not row.neighbour:
        return _("经上级转送"), Tone.NEUTRAL
    if row.connected is None:
        return _("还没有联系过"), Tone.NEUTRAL
    if row.connected:
        return _("已连接"), Tone.GOOD
    return _("联系不上"), Tone.BAD


def _skew(seconds: int | None) -> Cell:
    if seconds is None:
        return Cell("—")
    if abs(seconds) <= _SKEW_SECONDS:
        return Cell(_("正常"))
    form = _("快 %(span)s") if seconds > 0 else _("慢 %(span)s")
    return Cell(form % {"span": span(abs(seconds))}, tone=Tone.WARN)


def _key(valid_until: datetime | None, now: datetime) -> Cell:
    if valid_until is None:
        return Cell("—")
    left = valid_until - now
    tone = Tone.BAD if left <= timedelta() else Tone.WARN if left <= _KEY_WARNING else None
    return Cell(day(valid_until), tone=tone)


def conflict_table(rows: Collection[ConflictRow], titles: dict[str, str]) -> Table:
    """Return the table of what a person has to look at, or has looked at; `titles` are those of nodes."""
    return Table(
        caption=_("节点间的冲突"),
        columns=(
            Column(_("办件编号"), fixed=True),
            Column(_("情形")),
            Column(_("对方节点")),
            Column(_("发现时间"), fixed=True),
            Column(_("状态")),
        ),
        rows=[
            [
                Cell(row.number, href=reverse("dashboards:exchange-conflict", args=[row.id])),
                Cell(_(CONFLICT_LABELS[row.kind])),
                Cell(titles.get(row.node, row.node)),
                Cell(instant(row.found_at)),
                Cell(_("待裁定"), tone=Tone.WARN)
                if row.state is ConflictState.OPEN
                else Cell(_(CHOICES.get(row.choice, row.choice)), tone=Tone.GOOD),
            ]
            for row in rows
        ],
        empty=_("没有冲突"),
    )


def branch(caption: str, links: Sequence[LinkLine]) -> Table:
    """Return the events of one branch from where the two part."""
    titles = get_event_titles()
    return Table(
        caption=caption,
        columns=(
            Column(_("序号"), numeric=True),
            Column(_("事件")),
            Column(_("发生时间"), fixed=True),
            Column(_("记录时间"), fixed=True),
            Column(_("经办")),
            Column(_("哈希"), fixed=True),
        ),
        rows=[
            [
                Cell(str(link.seq)),
                Cell(_(titles[link.name]) if link.name in titles else link.name),
                Cell(instant(link.source_at)),
                Cell(instant(link.recorded_at)),
                Cell(link.actor or "—"),
                Cell(link.hash[:12]),
            ]
            for link in links
        ],
        empty=_("没有事件"),
    )


def choices_for(kind: ConflictKind) -> list[tuple[str, str]]:
    """Return the ways in which a conflict of this kind can be settled."""
    fitting = ("noted",) if kind is ConflictKind.REQUEST else ("keep-ours", "file-theirs")
    return [(choice, _(CHOICES[choice])) for choice in fitting]
