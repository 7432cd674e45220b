"""Casework: the table of a page of cases, within which each number opens its case."""

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext as _

from yichuang.cases.values import CHANNEL_LABELS, CaseRow
from yichuang.ui.casework import day, status_of
from yichuang.ui.lights import Judge
from yichuang.ui.names import ItemNames, Names
from yichuang.ui.values import Cell, Column, Table


def case_table(rows: Sequence[CaseRow], *, names: Names, items: ItemNames, judge: Judge, caption: str) -> Table:
    """Return the table of a page of cases; no personal data."""
    columns = (
        Column(_("办件编号"), fixed=True),
        Column(_("事项名称")),
        Column(_("部门")),
        Column(_("渠道"), fixed=True),
        Column(_("受理"), fixed=True),
        Column(_("办结"), fixed=True),
        Column(_("状态")),
        Column(_("时限"), fixed=True),
    )
    return Table(
        caption=caption,
        columns=columns,
        rows=[_line(row, names=names, items=items, judge=judge) for row in rows],
        empty=_("没有符合条件的办件。请放宽条件，或换一个期间"),
    )


def _line(row: CaseRow, *, names: Names, items: ItemNames, judge: Judge) -> list[Cell]:
    light = judge.light(row)
    return [
        Cell(row.number, href=reverse("dashboards:case", args=[row.number])),
        Cell(items.item(row.item)),
        Cell(names.organisation(row.organisation)),
        Cell(_(CHANNEL_LABELS.get(row.channel, row.channel))),
        Cell(day(row.accepted_at)),
        Cell(day(row.closed_at)),
        Cell(status_of(row)),
        Cell(light[1], light=light[0]) if light else Cell("—"),
    ]
