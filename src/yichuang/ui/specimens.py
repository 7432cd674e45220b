"""Specimens: the data that the style page shows, so that every component is seen in every state."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from yichuang.kernel.page import Page
from yichuang.ui import charts
from yichuang.ui.formats import percent
from yichuang.ui.values import Cell, Column, Filter, Happening, Light, Progress, Table, Tone

_COUNTIES = (
    ("汉滨区", 139_200, 0.9981, Light.GREEN),
    ("汉阴县", 41_300, 0.9975, Light.GREEN),
    ("紫阳县", 38_900, 0.9968, Light.YELLOW),
    ("石泉县", 21_700, 0.9954, Light.YELLOW),
    ("宁陕县", 12_400, 0.9912, Light.RED),
)


def _table() -> Table:
    columns = (
        Column(_("县区"), sort="division"),
        Column(_("受理"), sort="accepted", numeric=True),
        Column(_("办结率"), sort="rate", numeric=True),
        Column(_("状态")),
        Column(_("时限")),
    )
    words = {Light.GREEN: _("正常"), Light.YELLOW: _("临近时限"), Light.RED: _("已超时")}
    tones = {Light.GREEN: Tone.GOOD, Light.YELLOW: Tone.WARN, Light.RED: Tone.BAD}
    rows = [
        (
            Cell(name, href="#"),
            Cell(f"{count:,}"),
            Cell(percent(rate)),
            Cell(_("已接入"), tone=tones[light]),
            Cell(words[light], light=light),
        )
        for name, count, rate, light in _COUNTIES
    ]
    return Table(caption=_("各县区受理与办结"), columns=columns, rows=rows, sort="-accepted")


def specimens() -> dict[str, Any]:
    """Return the context of the style page."""
    names = [name for name, *_rest in _COUNTIES]
    counts = [count for _name, count, *_rest in _COUNTIES]
    months = [_("%(month)s月") % {"month": month} for month in range(1, 7)]
    accepted = charts.Series(_("受理"), [48_100, 39_700, 58_200, 60_300, 59_400, 60_600])
    completed = charts.Series(_("办结"), [47_900, 39_500, 58_100, 60_200, 59_300, 60_500])
    table = _table()
    return {
        "title": _("样式页"),
        "crumbs": [(_("总览"), "/"), (_("样式页"), "")],
        "region": {"name": _("安康市")},
        "table": table,
        "empty_table": replace(table, rows=(), empty=_("这个时期没有办件")),
        "page": Page(rows=tuple(names), next_after="5", total=326_300),
        "filters": [
            Filter("q", _("关键词")),
            Filter("division", _("县区"), "610924", [("", _("全部")), ("610924", _("紫阳县"))]),
            Filter("from", _("自"), "2015-01-01", kind="date"),
        ],
        "happenings": [
            Happening(_("收件"), "2015年3月2日 09:12", _("窗口 07"), _("材料 5 份，齐全"), Tone.INFO),
            Happening(_("受理"), "2015年3月2日 09:20", _("窗口 07"), "", Tone.GOOD),
            Happening(_("补正"), "2015年3月4日 15:02", _("审核股"), _("一次性告知缺少 1 份材料"), Tone.WARN),
            Happening(_("办结"), "2015年3月11日 10:41", _("首席代表"), _("准予"), Tone.GOOD, "#"),
        ],
        "pairs": [(_("办件编号"), "610924-2015-000123"), (_("事项"), _("公司设立登记")), (_("申请人"), "张**")],
        "progress": Progress(_("演示数据载入中"), 37, _("已载入 120,731 件")),
        "a_day": date(2015, 6, 30),
        "an_instant": datetime(2015, 6, 30, 9, 5, tzinfo=timezone.get_default_timezone()),
        "tones": [
            (Tone.GOOD, _("按期")),
            (Tone.WARN, _("临近时限")),
            (Tone.BAD, _("超时")),
            (Tone.INFO, _("办理中")),
            (Tone.NEUTRAL, _("未开始")),
        ],
        "lights": [
            (Light.GREEN, _("剩 5 个工作日")),
            (Light.YELLOW, _("剩 1 个工作日")),
            (Light.RED, _("超 2 个工作日")),
        ],
        "charts": [
            charts.bar_chart(
                key="bar",
                title=_("各县区受理量"),
                labels=names,
                values=counts,
                measure=_("受理"),
                corner=_("县区"),
                description=_("汉滨区最多"),
            ),
            charts.stacked_bar_chart(
                key="stacked",
                title=_("按渠道受理量"),
                labels=names,
                corner=_("县区"),
                series=[
                    charts.Series(_("窗口"), [count * 7 // 10 for count in counts]),
                    charts.Series(_("网上"), [count * 2 // 10 for count in counts]),
                    charts.Series(_("镇便民中心"), [count // 10 for count in counts]),
                ],
                description=_("窗口占七成"),
            ),
            charts.trend_chart(
                key="trend",
                title=_("每月受理与办结"),
                labels=months,
                series=[accepted, completed],
                corner=_("月份"),
                description=_("二月因春节回落，三月起平稳"),
            ),
            charts.heat_table(
                key="heat",
                title=_("每月受理热度"),
                labels=months,
                series=[accepted, completed],
                corner=_("类别"),
            ),
        ],
    }
