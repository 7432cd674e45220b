"""Pages of cases: the list within the reader's scope, its download, and one case with its whole time line."""

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from yichuang.accounts.queries import allowed, permission
from yichuang.accounts.values import Area
from yichuang.cases.queries import get_case, page_cases
from yichuang.cases.values import CHANNEL_LABELS, KIND_LABELS, CaseFilter, CaseNotFound
from yichuang.dashboards.casework import case_table
from yichuang.dashboards.export import ROWS, csv_lines
from yichuang.dashboards.periods import ChosenPeriod, choose_period
from yichuang.dashboards.reach import covers, narrow, reachable
from yichuang.dashboards.totals import find_total
from yichuang.dashboards.words import MEASURES
from yichuang.exchange.queries import list_node_names
from yichuang.kernel.identifiers.case_number import NATIONAL_LENGTH, parse_national, parse_number
from yichuang.kernel.refusal import Refusal
from yichuang.ui import casework
from yichuang.ui.lights import Judge
from yichuang.ui.names import ItemNames, Names, get_item_names, get_names
from yichuang.ui.templatetags.ui import instant
from yichuang.ui.values import Filter

_FIELDS = ("county", "town", "department", "item", "channel")


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a list was asked for: the filter within the reader's reach, and the names it is told in."""

    chosen: ChosenPeriod
    wanted: CaseFilter
    areas: tuple[Area, ...]
    area: int
    names: Names
    items: ItemNames


def _ask(request: HttpRequest) -> _Asked:
    chosen = choose_period(request, today=timezone.localdate())
    period = chosen.period
    areas = reachable(request.scope)  # type: ignore[attr-defined]
    number = request.GET.get("area", "0")
    at = int(number) if number.isdecimal() and int(number) < len(areas) else 0
    fields: dict[str, Any] = {name: request.GET.get(name, "").strip() for name in _FIELDS}
    wanted = CaseFilter(
        measure=request.GET.get("measure", "accepted"), start_on=period.start_on, until=period.until, **fields
    )
    return _Asked(
        chosen=chosen,
        wanted=narrow(wanted, areas[at] if areas else None),
        areas=areas,
        area=at,
        names=get_names(on=period.last_on),
        items=get_item_names(on=period.last_on),
    )


@permission("cases.view")
def cases(request: HttpRequest) -> HttpResponse:
    """Show the cases that a figure counts, within the reader's scope; a number opens its case."""
    number, refusal = request.GET.get("number", "").strip(), ""
    if number:
        try:
            return HttpResponseRedirect(reverse("dashboards:case", args=[_canonical(number)]))
        except Refusal as refused:
            refusal = refused.explain(_)
    asked = _ask(request)
    page = page_cases(asked.wanted, after=request.GET.get("after", ""))
    total = find_total(asked.wanted, items=asked.items)
    judge = Judge(now=timezone.now())
    measure = _(MEASURES.get(asked.wanted.measure, asked.wanted.measure))
    caption = _("%(period)s%(measure)s的办件") % {"period": asked.chosen.title, "measure": measure}
    query = {k: v for k, v in request.GET.items() if k not in {"after", "number"} and v}
    context = {
        "title": _("办件"),
        "crumbs": [(_("总览"), reverse("dashboards:overview")), (_("办件"), "")],
        "number": number,
        "refusal": refusal,
        "filters": _filters(asked),
        "table": case_table(page.rows, names=asked.names, items=asked.items, judge=judge, caption=caption),
        "judged": judge.days(page.rows),
        "page": replace(page, total=total),
        "more": total is None and bool(page.next_after),
        "download": f"{reverse('dashboards:cases-csv')}?{urlencode(query)}",
        "limit": ROWS,
    }
    return render(request, "dashboards/cases.html", context)


def _canonical(text: str) -> str:
    """Return the number as the ledger writes it; refuses with the reason for the person who typed it."""
    if len(text) == NATIONAL_LENGTH:
        return parse_national(text).number
    return parse_number(text).number


def _filters(asked: _Asked) -> list[Filter]:
    wanted, names = asked.wanted, asked.names
    every = ("", _("全部"))
    filters = [
        Filter("measure", _("口径"), wanted.measure, [(key, _(label)) for key, label in MEASURES.items()]),
        Filter("period", _("统计期间"), asked.chosen.period.label, asked.chosen.choices),
        Filter("county", _("县区"), wanted.county, [every, *((code, names.county(code)) for code in names.counties)]),
        Filter("department", _("部门"), wanted.department, [every, *_departments(names)]),
        Filter("item", _("事项"), wanted.item, _item_choices(asked, every)),
        Filter(
            "channel", _("渠道"), wanted.channel, [every, *((key, _(text)) for key, text in CHANNEL_LABELS.items())]
        ),
    ]
    if wanted.town:
        towns = [every, (wanted.town, names.division(wanted.town))]
        filters.insert(3, Filter("town", _("镇（街道）"), wanted.town, towns))
    if len(asked.areas) > 1:
        choices = [(str(at), _area(area, names)) for at, area in enumerate(asked.areas)]
        filters.insert(0, Filter("area", _("我的权限范围"), str(asked.area), choices))
    return filters


def _departments(names: Names) -> list[tuple[str, str]]:
    return sorted(((key, names.department(key)) for key in names.departments), key=_by_name)


def _by_name(pair: tuple[str, str]) -> str:
    return pair[1]


def _item_choices(asked: _Asked, every: tuple[str, str]) -> list[tuple[str, str]]:
    """Offer the items of the chosen department: all items of a city would be a list nobody reads."""
    own = asked.items.of_department(asked.wanted.department) | ({asked.wanted.item} - {""})
    return [every, *sorted(((code, asked.items.item(code)) for code in own), key=_by_name)]


def _area(area: Area, names: Names) -> str:
    return names.organisation(area.organisation) if area.organisation else names.division(area.division)


@permission("cases.view")
def cases_csv(request: HttpRequest) -> HttpResponseBase:
    """Send the shown list as a file, within the same scope."""
    asked = _ask(request)
    lines = csv_lines(asked.wanted, names=asked.names, items=asked.items, judge=Judge(now=timezone.now()))
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    name = f"cases-{asked.wanted.measure}-{asked.chosen.period.label}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response


@permission("cases.view")
def case(request: HttpRequest, number: str) -> HttpResponse:
    """Show one case: clocks, light, applicant (masked), the whole time line, the chain that proves it."""
    file = get_case(number, personal=True)
    row = file.row
    place = {"county": row.county, "town": row.town, "organisation": row.organisation}
    if not covers(request.scope, **place):  # type: ignore[attr-defined]
        # The same words as for a number nobody has: whether it exists is not the reader's business.
        raise CaseNotFound(number=number)
    on = timezone.localdate(row.received_at)
    names, items = get_names(on=on), get_item_names(on=on)
    judge = Judge(now=timezone.now())
    where = names.place(county=row.county, town=row.town)
    titles = {node.name: node.title for node in list_node_names()} if file.holder else {}
    context = {
        "title": items.item(row.item),
        "crumbs": [
            (_("总览"), reverse("dashboards:overview")),
            (_("办件"), reverse("dashboards:cases")),
            (row.number, ""),
        ],
        "region": {"name": where},
        "case": file,
        "row": row,
        "light": judge.light(row),
        "judged": judge.days([row]),
        "status": casework.status_of(row),
        "tone": casework.tone_of(row),
        "promised": casework.limit(row.promised_amount, row.limit_unit),
        "person": casework.person(file.applicant, whole=covers(allowed(request.user, "cases.personal"), **place)),
        "facts": [
            (_("受理部门"), names.organisation(row.organisation)),
            (_("区划"), where),
            (_("渠道"), _(CHANNEL_LABELS.get(row.channel, row.channel))),
            (_("办件类型"), _(KIND_LABELS.get(row.kind, row.kind))),
            (_("收件时间"), instant(row.received_at)),
            (_("受理时间"), instant(row.accepted_at)),
            (_("办结时间"), instant(row.closed_at)),
            (_("来源系统"), casework.source_of(file.source)),
            *([(_("办理节点"), titles.get(file.holder, file.holder))] if file.holder else []),
        ],
        "happenings": [casework.happening(one, when=instant(one.source_at), names=names) for one in file.events],
    }
    return render(request, "dashboards/case.html", context)
