"""Feeds: who is connected, how late, how complete, what waits in quarantine; a page and a part of the overview."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from yichuang.accounts.queries import permission
from yichuang.dashboards.supervision.overview.page import may_see
from yichuang.exchange.queries import count_quarantine, list_batches
from yichuang.exchange.values import BATCH_LABELS, STATE_LABELS, QuarantineState
from yichuang.kernel.words import N_
from yichuang.regions.queries import list_centres
from yichuang.regions.values import CentreRow
from yichuang.supervision.queries import get_rules, list_feeds
from yichuang.supervision.values import FeedRow
from yichuang.ui.casework import source_of
from yichuang.ui.formats import percent, thousands
from yichuang.ui.names import Names, get_names
from yichuang.ui.templatetags.ui import day, instant
from yichuang.ui.values import Cell, Column, Table, Tone

_RULE, _WITHOUT_RULE = "feed-late", {"late_days": 2, "silent_from_days": 5}
_BATCHES = 20
_PERMILLE = 1000
_SYSTEMS = {
    "own": N_("自有系统，与市级系统不兼容"),
    "connected": N_("自有系统，与市级系统互联"),
    "none": N_("没有电子监察系统，由本平台监察"),
}


@dataclass(frozen=True, slots=True)
class FeedLine:
    """One source of a county, or a county without any; `centre` is the county's on that day."""

    county: str
    feed: FeedRow | None
    centre: CentreRow | None


def list_feed_rows(*, on: date, counties: Collection[str]) -> tuple[FeedLine, ...]:
    """Return the sources of the counties, and the counties that have none."""
    centres = {row.division: row for row in list_centres(on=on) if row.division in counties}
    # A county from which no source reports stands in the relation too, without one.
    feeds = [row for row in list_feeds() if row.county in counties and row.source]
    silent = [code for code in counties if code and code not in {row.county for row in feeds}]
    lines = [FeedLine(row.county, row, centres.get(row.county)) for row in feeds]
    lines += [FeedLine(code, None, centres.get(code)) for code in silent]
    return tuple(sorted(lines, key=lambda line: (line.county, line.feed.source if line.feed else "")))


def feed_table(lines: Collection[FeedLine], names: Names) -> Table:
    """Return the table of sources: connection, last report, silence, what was filed, waits, was incomplete."""
    most = _allowed()
    columns = (
        Column(_("县区")),
        Column(_("来源系统")),
        Column(_("接入方式")),
        Column(_("最近报送"), fixed=True),
        Column(_("报送情况")),
        Column(_("已入库"), numeric=True),
        Column(_("隔离区待处理"), numeric=True),
        Column(_("不完整率"), numeric=True),
    )
    return Table(
        caption=_("各来源系统报送情况"),
        columns=columns,
        rows=[_row(line, names, most) for line in lines],
        empty=_("还没有汇总。每个工作日汇总一次"),
    )


def _row(line: FeedLine, names: Names, most: Mapping[str, int]) -> list[Cell]:
    feed = line.feed
    where = Cell("—")
    if line.county:
        here = reverse("dashboards:supervision-overview-county", args=[line.county])
        where = Cell(names.county(line.county), href=here)
    if feed is None:
        words, tone = _unconnected(line.centre)
        return [where, Cell("—"), Cell(words, tone=tone), *[Cell("—")] * 5]
    words, tone = _punctuality(feed, most)
    return [
        where,
        Cell(source_of(feed.source)),
        Cell(_(_SYSTEMS.get(feed.system, feed.system))),
        Cell(day(feed.last_report_on)),
        Cell(words, tone=tone),
        Cell(thousands(feed.filed)),
        Cell(thousands(feed.waiting), tone=Tone.WARN if feed.waiting else None),
        Cell(percent(feed.incomplete_permille / _PERMILLE)),
    ]


def _unconnected(centre: CentreRow | None) -> tuple[str, Tone]:
    if centre is None or centre.supervision is None:
        return _("未登记"), Tone.NEUTRAL
    if not centre.supervision:
        return _("未建成电子监察系统"), Tone.BAD
    if centre.compatible is False:
        return _("已建成，与市级系统不兼容"), Tone.WARN
    return _("没有来源系统报送"), Tone.WARN


def _punctuality(feed: FeedRow, most: Mapping[str, int]) -> tuple[str, Tone]:
    if not feed.expected:
        return _("不要求报送"), Tone.NEUTRAL
    if feed.silent_days <= most["late_days"]:
        return _("按日报送"), Tone.GOOD
    words = _("已 %(days)s 个工作日没有报送") % {"days": feed.silent_days}
    return words, Tone.BAD if feed.silent_days > most["silent_from_days"] else Tone.WARN


def _allowed() -> dict[str, int]:
    """Return from how many silent working days on a feed is late, and is silent: what the rule itself says today."""
    rule = get_rules().get(_RULE)
    if rule is None:
        return _WITHOUT_RULE
    on = timezone.localdate()
    return {
        name: rule.parameters[name].on(on).value if name in rule.parameters else days
        for name, days in _WITHOUT_RULE.items()
    }


@permission("supervision.view")
def feeds(request: HttpRequest) -> HttpResponse:
    """Show every source of the counties that the reader watches, and to who watches the whole city the quarantine."""
    on = timezone.localdate()
    names = get_names(on=on)
    reach = request.scope  # type: ignore[attr-defined]
    counties = tuple(code for code in names.counties if may_see(reach, code))
    whole = reach.covers(division=names.city)
    # What no county has filed a case from yet belongs to nobody, and is the city's to look after.
    lines = list_feed_rows(on=on, counties=(*counties, "") if whole else counties)
    context: dict[str, Any] = {
        "title": _("数据报送"),
        "crumbs": [(_("电子监察"), reverse("dashboards:supervision")), (_("数据报送"), "")],
        "table": feed_table(lines, names),
    }
    if whole:
        counted = count_quarantine()
        context["quarantine"] = [(_(STATE_LABELS[state]), thousands(counted[state])) for state in QuarantineState]
        context["batches"] = _batches()
    return render(request, "dashboards/supervision/feeds.html", context)


def _batches() -> Table:
    columns = (
        Column(_("来源系统")),
        Column(_("文件")),
        Column(_("开始"), fixed=True),
        Column(_("状态")),
        Column(_("读入"), numeric=True),
        Column(_("入库"), numeric=True),
        Column(_("隔离"), numeric=True),
    )
    rows = [
        [
            Cell(source_of(row.source)),
            Cell(row.file),
            Cell(instant(row.started_at)),
            Cell(_(BATCH_LABELS[row.state])),
            Cell(thousands(row.read)),
            Cell(thousands(row.filed)),
            Cell(thousands(row.waiting), tone=Tone.WARN if row.waiting else None),
        ]
        for row in list_batches(limit=_BATCHES)
    ]
    return Table(caption=_("最近导入"), columns=columns, rows=rows, empty=_("还没有导入过文件"))
