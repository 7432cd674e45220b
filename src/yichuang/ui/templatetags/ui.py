"""Template tags and filters of the page furniture; `{% load ui %}`.

Every component escapes what it is given. The texts inside values are already in the reader's language.
"""

import re
from collections.abc import Sequence
from datetime import date, datetime
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

from django import template
from django.template.context import RequestContext
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext

from yichuang.accounts.queries import allowed
from yichuang.accounts.values import Scope
from yichuang.documents import qr_svg
from yichuang.kernel.page import Page
from yichuang.kernel.words import N_
from yichuang.ui import amounts, formats
from yichuang.ui.charts import Chart
from yichuang.ui.values import Cell, Column, Filter, Happening, Light, Progress, Table, Tone

register = template.Library()

_HERE = Path(__file__).parent.parent
_SYMBOL = re.compile(r'<symbol id="([\w-]+)" viewBox="([\d ]+)">(.*?)</symbol>')

_WIDE = 8
_LIGHT_WORDS = {Light.GREEN: N_("绿灯"), Light.YELLOW: N_("黄灯"), Light.RED: N_("红灯")}


def _language() -> str:
    return get_language() or formats.CHINESE


# -- filters ---------------------------------------------------------------------------------------


@register.filter
def wan(value: formats.Number | None) -> str:
    """Write a count: 32.63万 from ten thousand on."""
    return formats.wan(value, language=_language())


@register.filter
def measured(amount: int, unit: str) -> str:
    """Write an amount of time with its unit: 1 working day, 2 working days."""
    return amounts.measured(amount, unit)


@register.filter
def percent(value: formats.Number | None) -> str:
    """Write a ratio as a percentage with one decimal."""
    return formats.percent(value)


@register.filter
def thousands(value: formats.Number | None, places: int = 0) -> str:
    """Write a number with thousands separators."""
    return formats.thousands(value, places=places)


@register.filter
def day(value: date | None) -> str:
    """Write a date; an aware instant is first put into local time."""
    if isinstance(value, datetime) and timezone.is_aware(value):
        value = timezone.localtime(value)
    return formats.day(value, language=_language())


@register.filter
def instant(value: datetime | None) -> str:
    """Write date and time in local time."""
    if value is not None and timezone.is_aware(value):
        value = timezone.localtime(value)
    return formats.instant(value, language=_language())


@register.filter
def said(value: object) -> str:
    """Translate a text that pure code marked with N_."""
    return gettext(str(value)) if value else ""


# -- small parts -----------------------------------------------------------------------------------


@cache
def _icons() -> dict[str, SafeString]:
    """Read the icons once a process: written into the page, they cost a slow line no request of its own."""
    return {
        name: mark_safe(
            f'<svg class="icon icon-{name}" viewBox="{frame}" aria-hidden="true" focusable="false">{drawing}</svg>'
        )
        for name, frame, drawing in _SYMBOL.findall((_HERE / "icons.svg").read_text(encoding="utf-8"))
    }


@register.simple_tag
def icon(name: str) -> SafeString:
    """Draw one icon; decoration only, the text beside it carries the meaning. Raises KeyError for an unknown one."""
    return _icons()[str(name)]


@cache
def _plain_style() -> SafeString:
    return mark_safe((_HERE / "plain.css").read_text(encoding="utf-8").strip())


@register.simple_tag
def qr_code(text: str) -> SafeString:
    """Draw a text as a QR code; the text itself must stand beside it for those who cannot see it."""
    return mark_safe(qr_svg(text))


@register.simple_tag
def plain_style() -> SafeString:
    """Write the small stylesheet of public pages, so that nothing stands between a page and its first paint."""
    return _plain_style()


@register.simple_tag
def status_badge(text: str, tone: str = Tone.NEUTRAL) -> SafeString:
    """Draw a badge: text, colour and shape."""
    return format_html('<span class="badge-status tone-{}">{}{}</span>', Tone(tone).value, icon(Tone(tone).value), text)


@register.simple_tag
def deadline_light(colour: str, text: str) -> SafeString:
    """Draw the three-colour light with its text; each colour has its own shape and a spoken name."""
    light = Light(colour)
    return format_html(
        '<span class="light light-{}">{}<span class="visually-hidden">{} </span>{}</span>',
        light.value,
        icon(light.value),
        gettext(_LIGHT_WORDS[light]),
        text,
    )


@register.simple_tag
def masked(value: str) -> SafeString:
    """Draw a value that has been masked before it came here, and say so."""
    return format_html(
        '<span class="masked"><span>{}</span>{}<span class="visually-hidden">{}</span></span>',
        value,
        icon("masked"),
        gettext("（已脱敏）"),
    )


@register.simple_tag
def chart_part(markup: str) -> SafeString:
    """Print a part of a Chart as it is: `charts` has escaped every label in it."""
    return mark_safe(markup)


@register.simple_tag(takes_context=True)
def may(context: RequestContext, action: str) -> Scope:
    """Return where the reader may do an action: `{% may "cases.view" as scope %}{% if scope %}`."""
    return allowed(context["request"].user, action)


# -- components ------------------------------------------------------------------------------------


@register.inclusion_tag("ui/components/figure_card.html")
def figure_card(
    *, label: str, value: str, unit: str = "", definition: str = "", href: str = "", note: str = "", tone: str = ""
) -> dict[str, Any]:
    """Draw one figure: value, unit, definition to open, link to the cases behind it."""
    return {
        "label": label,
        "value": value,
        "unit": unit,
        "definition": definition,
        "href": href,
        "note": note,
        "tone": tone,
    }


@register.inclusion_tag("ui/components/breadcrumb.html")
def breadcrumb(crumbs: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """Draw the way from the first page: (label, address) each, the last one without address."""
    return {"crumbs": crumbs}


def _address(context: template.Context, **changes: str) -> str:
    """Return the query string of this page with some parameters changed; "" removes one."""
    query = context["request"].GET.copy()
    for name, value in changes.items():
        if value:
            query[name] = value
        else:
            query.pop(name, None)
    return f"?{query.urlencode()}"


def _heads(context: template.Context, table: Table, columns: Sequence[Column]) -> list[dict[str, Any]]:
    heads = []
    for column in columns:
        up, down = column.sort and table.sort == column.sort, column.sort and table.sort == f"-{column.sort}"
        heads.append(
            {
                "column": column,
                "sorted": "ascending" if up else "descending" if down else "",
                "icon": "sorted-up" if up else "sorted-down" if down else "sortable",
                # A new order starts from its first page.
                "href": _address(context, sort=f"-{column.sort}" if up else column.sort, after="")
                if column.sort
                else "",
            }
        )
    return heads


def _body(table: Table) -> SafeString:
    """Return the rows of a table as markup.

    Hundreds of cells stand on a page of figures: drawn here, they cost a third of what a template's loop costs.
    """
    opened = []
    for at, column in enumerate(table.columns):
        kind = ' class="number"' if column.numeric else ' class="fixed"' if column.fixed else ""
        tag = 'th scope="row" role="rowheader"' if at == 0 else 'td role="cell"'
        opened.append((f'<{tag} data-label="{escape(column.label)}"{kind}>', "</th>" if at == 0 else "</td>"))
    rows = []
    for row in table.rows:
        cells = (f"{start}{_cell(cell)}{end}" for (start, end), cell in zip(opened, row, strict=True))
        rows.append(f'<tr role="row">{"".join(cells)}</tr>')
    return mark_safe("\n".join(rows))


def _cell(cell: Cell) -> str:
    if cell.tone:
        return status_badge(cell.text, cell.tone)
    if cell.light:
        return deadline_light(cell.light, cell.text)
    text = escape(cell.text)
    return f'<a href="{escape(cell.href)}">{text}</a>' if cell.href else text


@register.inclusion_tag("ui/components/data_table.html", takes_context=True)
def data_table(context: template.Context, table: Table) -> dict[str, Any]:
    """Draw a Table: sortable by links (`?sort=key`, `?sort=-key`), sticky head, cards on a phone."""
    return {
        "table": table,
        "heads": _heads(context, table, table.columns),
        "body": _body(table),
        "sortable": any(column.sort for column in table.columns),
        # So many columns need a desktop; on a tablet each row becomes a card.
        "wide": len(table.columns) >= _WIDE,
    }


@register.inclusion_tag("ui/components/pager.html", takes_context=True)
def pager(context: template.Context, page: Page[Any], more: bool = False, parameter: str = "after") -> dict[str, Any]:
    """Draw the keyset pager of a Page: to the first page, to the next one; `more` says that its total is unknown."""
    at = context["request"].GET.get(parameter, "")
    return {
        "total": page.total,
        "shown": len(page),
        "more": more,
        "first": _address(context, **{parameter: ""}) if at else "",
        "next": _address(context, **{parameter: page.next_after}) if page.next_after else "",
    }


@register.inclusion_tag("ui/components/filter_form.html", takes_context=True)
def filter_form(context: template.Context, filters: Sequence[Filter], keep: str = "sort") -> dict[str, Any]:
    """Draw a form that filters by address (GET); `keep` names parameters, by spaces, that stay."""
    asked = context["request"].GET
    return {
        "filters": filters,
        "kept": [(name, asked[name]) for name in keep.split() if name in asked],
        "path": context["request"].path,
        # A default that nobody asked for is nothing to clear.
        "filtered": any(asked.get(one.name) for one in filters),
    }


@register.inclusion_tag("ui/components/timeline.html")
def timeline(happenings: Sequence[Happening]) -> dict[str, Any]:
    """Draw a time line of Happenings in the order given."""
    return {"happenings": happenings}


@register.inclusion_tag("ui/components/key_values.html")
def key_values(pairs: Sequence[tuple[str, object]]) -> dict[str, Any]:
    """Draw a list of (name, value)."""
    return {"pairs": pairs}


@register.inclusion_tag("ui/components/empty_state.html")
def empty_state(title: str, text: str = "", href: str = "", label: str = "") -> dict[str, Any]:
    """Say that there is nothing, why, and what one can do."""
    return {"title": title, "text": text, "href": href, "label": label}


@register.inclusion_tag("ui/components/chart.html")
def chart(chart: Chart) -> dict[str, Any]:
    """Draw a Chart with its legend and the table of its numbers."""
    return {"chart": chart}


@register.inclusion_tag("ui/components/progress.html")
def progress_banner(progress: Progress | None) -> dict[str, Any]:
    """Draw the banner of a long piece of work; htmx asks /progress/ again until it is done."""
    return {"progress": progress}
