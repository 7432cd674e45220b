"""Centres and town halls: which there are, what is on record for one and since when, and the acts on it."""

from collections import Counter
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache

from yichuang.accounts.queries import get_actor, permission, require
from yichuang.accounts.values import Scope
from yichuang.kernel.refusal import Refusal
from yichuang.regions.commands import register_centre
from yichuang.regions.queries import list_centres, list_contradictions, list_organisations, list_upcoming, list_windows
from yichuang.regions.values import AmendmentKind, AmendmentRow, CentreRow, CentreStateKind, Level
from yichuang.ui.names import Names, get_names
from yichuang.ui.templatetags.ui import day
from yichuang.ui.values import Cell, Column, Filter, Table
from yichuang.workbench.centredesk import CentreDesk, open_centre
from yichuang.workbench.centreheading import crumbs_of, heading_of
from yichuang.workbench.centrewords import STATE_TONES, amendment_words, happening_of, kind_words, origin, system_words
from yichuang.workbench.forms.centres import RegisterForm
from yichuang.workbench.tasks.centres import Subject, tasks_of

_CONFLICT, _REFUSED = 409, 422
_COUNTY = 6


# -- the list --------------------------------------------------------------------------------------


@permission("centres.manage")
@never_cache
def centres(request: HttpRequest) -> HttpResponse:
    """Show the centres and halls of the area: since when they run, how many windows they have, what will change."""
    today = timezone.localdate()
    names = get_names(on=today)
    rows = _in_scope(request.scope)  # type: ignore[attr-defined]
    counties = sorted({row.division[:_COUNTY] for row in rows})
    asked = {
        name: request.GET.get(name, "").replace("\0", "").strip()[:64] for name in ("q", "county", "level", "state")
    }
    shown = [row for row in rows if _is_asked(row, asked, names)]
    filters = [Filter("q", _("名称"), asked["q"], kind="search")]
    if len(counties) > 1:
        choices = [("", _("全部")), *((code, names.division(code)) for code in counties)]
        filters.append(Filter("county", _("县区"), asked["county"], choices))
    levels = [("", _("全部")), *((level.value, _(level.label)) for level in Level)]
    states = [("", _("全部")), *((state.value, _(state.label)) for state in CentreStateKind)]
    filters += [
        Filter("level", _("层级"), asked["level"], levels),
        Filter("state", _("状态"), asked["state"], states),
    ]
    context = {
        "title": _("中心与窗口"),
        "crumbs": [(_("工作台"), reverse("workbench:home")), (_("中心与窗口"), "")],
        "filters": filters,
        "table": _table(shown, names),
    }
    return render(request, "workbench/centres.html", context)


def _in_scope(scope: Scope) -> list[CentreRow]:
    """Return the centres of a scope: the city's first, then each county's before its towns'."""
    rows = [
        row for row in list_centres(on=timezone.localdate()) if scope.covers(division=row.division, centre=row.code)
    ]
    return sorted(rows, key=lambda row: (row.level is not Level.CITY, row.division, row.code))


def _name(row: CentreRow, names: Names) -> str:
    return names.body(row.code) if row.code in names.centres else row.name


def _is_asked(row: CentreRow, asked: dict[str, str], names: Names) -> bool:
    state = row.state.value if row.state else ""
    return (
        (not asked["q"] or asked["q"].casefold() in f"{row.name} {_name(row, names)} {row.code}".casefold())
        and asked["county"] in ("", row.division[:_COUNTY])
        and asked["level"] in ("", row.level.value)
        and asked["state"] in ("", state)
    )


def _table(rows: list[CentreRow], names: Names) -> Table:
    today = timezone.localdate()
    windows = Counter(window.centre for window in list_windows(on=today))
    upcoming = list_upcoming(on=today)
    columns = (
        Column(_("中心")),
        Column(_("区划")),
        Column(_("状态")),
        Column(_("自"), fixed=True),
        Column(_("窗口"), numeric=True),
        Column(_("即将变更")),
    )
    return Table(
        caption=_("中心与窗口"),
        columns=columns,
        rows=[
            [
                Cell(_name(row, names), href=reverse("workbench:centre", args=[row.code])),
                Cell(names.division(row.division)),
                Cell(_(row.state.label), tone=STATE_TONES[row.state]) if row.state else Cell("—"),
                Cell(day(row.state_since) if row.state_since else "—"),
                Cell(str(windows[row.code])),
                Cell(_next_change(upcoming.get(row.code, ()))),
            ]
            for row in rows
        ],
        empty=_("没有中心"),
    )


def _next_change(rows: tuple[AmendmentRow, ...]) -> str:
    if not rows:
        return "—"
    return _("%(day)s：%(kind)s") % {"day": day(rows[0].in_force_on), "kind": _(rows[0].kind.label)}


# -- one centre ------------------------------------------------------------------------------------


@permission("centres.manage")
@never_cache
def centre(request: HttpRequest, centre: str) -> HttpResponse:
    """Show one centre with its windows, where each fact comes from, its history, and what can be done."""
    desk = open_centre(request, centre=centre)
    return render(request, "workbench/centre.html", heading_of(desk) | _facts(desk))


def _facts(desk: CentreDesk) -> dict[str, Any]:
    record, names, row = desk.record, desk.names, desk.record.centre
    known = {one.id: one for one in record.amendments}
    own = [
        (_("区划"), names.division(row.division)),
        (_("层级"), _(row.level.label)),
        (_("运行机构"), names.organisation(row.organisation)),
        (_("面积（平方米）"), f"{row.floor_area:f}" if row.floor_area is not None else "—"),
        (_("电子监察系统"), system_words(row.supervision, row.compatible)),
        (_("来源"), origin(record.amendment, amendments=known)),
    ]
    coming = [
        (one, _(one.kind.label), amendment_words(one, names))
        for one in reversed(record.amendments)
        if one.in_force_on > desk.today and one.withdrawn_by is None and one.kind is not AmendmentKind.WITHDRAWN
    ]
    return {
        "facts": own,
        "contradictions": [one.explain(_) for one in list_contradictions(centre=row.code)],
        "tasks": tasks_of(Subject.CENTRE),
        "coming": coming,
        "windows": [_window(desk, at, known) for at in range(len(record.windows))],
        "window_tasks": tasks_of(Subject.WINDOW),
        "states": _periods(_("建设状态"), [(one, _(one.state.label), one.source) for one in record.states], known),
        "systems": _periods(
            _("电子监察系统"),
            [(one, system_words(one.supervision, one.compatible), one.source) for one in record.systems],
            known,
        ),
        "history": [happening_of(one, names) for one in record.amendments],
    }


def _window(desk: CentreDesk, at: int, known: dict[int, AmendmentRow]) -> dict[str, Any]:
    one = desk.record.windows[at]
    row = one.row
    period = _("%(start)s 起") % {"start": day(row.valid_from)}
    if row.valid_until:
        period = _("%(start)s 至 %(until)s 前") % {"start": day(row.valid_from), "until": day(row.valid_until)}
    return {
        "row": row,
        "organisation": desk.names.organisation(row.organisation),
        "facts": [
            (_("进驻部门"), desk.names.organisation(row.organisation)),
            (_("窗口类别"), kind_words(row.kind)),
            (_("功能区"), _(row.area) if row.area else "—"),
            (_("期间"), period),
            (_("任职"), ngettext("%(count)s 人", "%(count)s 人", one.posts) % {"count": one.posts}),
            (_("来源"), origin(one.amendment, filed=one.filed, amendments=known)),
        ],
        # What ends already is not changed again; what is to begin can be withdrawn.
        "open": row.valid_until is None and row.valid_from <= desk.today,
        "mark": _("将关闭") if row.valid_until else _("将开设") if row.valid_from > desk.today else "",
    }


def _periods(caption: str, rows: list[tuple[Any, str, str]], known: dict[int, AmendmentRow]) -> Table:
    return Table(
        caption=caption,
        columns=(Column(caption), Column(_("自"), fixed=True), Column(_("至（不含）"), fixed=True), Column(_("来源"))),
        rows=[
            [
                Cell(words),
                Cell(day(one.valid_from)),
                Cell(day(one.valid_until) if one.valid_until else "—"),
                Cell(origin(one.amendment, source=source, filed=one.filed, amendments=known)),
            ]
            for one, words, source in reversed(rows)
        ],
        empty=_("未登记"),
    )


# -- registering -----------------------------------------------------------------------------------


@permission("centres.manage")
@never_cache
def new(request: HttpRequest) -> HttpResponse:
    """Register a centre or hall: first the division, then the rest."""
    today = timezone.localdate()
    names = get_names(on=today)
    taken = {row.division for row in list_centres(on=today)}
    free = [
        row
        for row in names.tree
        if row.code not in taken and request.scope.covers(division=row.code)  # type: ignore[attr-defined]
    ]
    asked = request.POST.get("division") or request.GET.get("division", "")
    if asked:
        require(request.scope, division=asked)  # type: ignore[attr-defined]
    chosen = next((row for row in free if row.code == asked), None)
    form, status = None, 200
    if chosen is not None:
        bodies = [row for code in dict.fromkeys((chosen.code, chosen.parent)) if code for row in _bodies(code)]
        form = RegisterForm(
            request.POST or None,
            organisations=[(code, names.organisation(code)) for code in bodies],
            initial={"division": chosen.code, "in_force_on": today},
        )
    if request.method == "POST" and form is not None:
        status = _REFUSED
        if form.is_valid():
            try:
                code = register_centre(
                    act=form.act(),
                    in_force_on=form.cleaned_data["in_force_on"],
                    reason=form.cleaned_data["reason"],
                    by=get_actor(request.user),
                    at=timezone.now(),
                )
            except Refusal as refusal:
                form.refuse(refusal)
            else:
                messages.success(request, _("登记中心：已办理"))
                return HttpResponseRedirect(reverse("workbench:centre", args=[code]))
    choices = [("", _("请选择")), *((row.code, _division_path(row.code, names)) for row in free)]
    context = {
        "title": _("登记中心"),
        "crumbs": crumbs_of((_("登记中心"), "")),
        "filters": [Filter("division", _("在哪个区划"), chosen.code if chosen else "", choices)],
        "none_free": not free,
        "lead": names.division(chosen.code) if chosen else "",
        "form": form,
        "back": reverse("workbench:centres"),
    }
    return render(request, "workbench/centres/register.html", context, status=status)


def _bodies(division: str) -> list[str]:
    return [row.code for row in list_organisations(division=division, on=timezone.localdate())]


def _division_path(code: str, names: Names) -> str:
    return " · ".join(names.division(one) for one in names.tree.path(code)[1:]) or names.division(code)
