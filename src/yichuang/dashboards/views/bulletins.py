"""Pages of bulletins: the list, the notice itself, its files, and each figure with its evidence."""

from typing import Any

import msgspec
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from yichuang.accounts.queries import allowed, get_actor, permission, require
from yichuang.dashboards.evidence import parts_of
from yichuang.dashboards.forms import DraftForm
from yichuang.dashboards.periods import choose_period
from yichuang.dashboards.refusals import FigureNotFound, FormNotOffered
from yichuang.kernel.periods import Period
from yichuang.reporting.commands import draft_bulletin, verify_annex
from yichuang.reporting.queries import get_bulletin, list_bulletins
from yichuang.reporting.values import BulletinFile, FigureRecord, OfficialNotice, render_docx, render_html, render_pdf
from yichuang.ui.names import Names, get_names

_TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
    "annex.json": "application/json; charset=utf-8",
}


def _crumbs(*more: tuple[str, str]) -> list[tuple[str, str]]:
    return [(_("总览"), reverse("dashboards:overview")), (_("通报"), reverse("dashboards:bulletins")), *more]


def _period(label: str) -> str:
    """Name the period of a bulletin in the reader's language."""
    return Period.parse(label).describe(_)


def _list(request: HttpRequest, form: DraftForm | None, status: int = 200) -> HttpResponse:
    rows = list_bulletins()
    names = get_names(on=timezone.localdate())
    context = {
        "title": _("通报"),
        "crumbs": [*_crumbs()[:1], (_("通报"), "")],
        "rows": [(row, row.title.replace("\n", ""), names.division(row.division), _period(row.period)) for row in rows],
        "form": form,
    }
    return render(request, "dashboards/bulletins.html", context, status=status)


def _form(request: HttpRequest, *, data: Any = None) -> DraftForm | None:
    """Return the form with the places for which the reader may draft; None for nowhere."""
    scope = allowed(request.user, "bulletins.draft")
    if not scope:
        return None
    today = timezone.localdate()
    period = choose_period(request, today=today).period
    names = get_names(on=period.last_on)
    regions = [(code, names.division(code)) for code in names.counties if scope.covers(division=code)]
    initial = DraftForm.beginning(period=period.label, region=regions[0][0] if regions else "", today=today)
    return DraftForm(data, regions=regions, initial=initial)


@permission("bulletins.view")
def bulletins(request: HttpRequest) -> HttpResponse:
    """Show the drafted bulletins, newest first, and to editors the form for a new one."""
    return _list(request, _form(request))


@permission("bulletins.draft")
@require_POST
def draft(request: HttpRequest) -> HttpResponse:
    """Draft a bulletin and open it; a faulty form comes back with its faults."""
    form = _form(request, data=request.POST)
    if form is None or not form.is_valid():
        return _list(request, form, status=422)
    said = form.cleaned_data
    require(request.scope, division=said["region"])  # type: ignore[attr-defined]
    period: Period = said["period"]
    draft_bulletin(
        period=period,
        division=said["region"],
        by=get_actor(request.user),
        at=timezone.now(),
        dated_on=said["dated_on"],
        number=said["number"],
    )
    return HttpResponseRedirect(reverse("dashboards:bulletin", args=[period.label, said["region"]]))


@permission("bulletins.view")
def bulletin(request: HttpRequest, period: str, division: str) -> HttpResponse:
    """Show a bulletin as a page; every figure in it leads to its evidence."""
    file = get_bulletin(period=period, division=division)

    def figure_url(figure_id: str) -> str:
        return reverse("dashboards:figure", args=[period, division, figure_id])

    context = {
        "title": file.row.title.replace("\n", ""),
        "crumbs": _crumbs((_period(file.row.period), "")),
        "file": file,
        # The renderer has escaped every word of the notice.
        "notice": mark_safe(render_html(file.notice, figure_url=figure_url)),
        "figures": file.annex.figures,
    }
    return render(request, "dashboards/bulletin.html", context)


@permission("bulletins.view")
def download(_request: HttpRequest, period: str, division: str, form: str) -> HttpResponse:
    """Send a bulletin as DOCX or PDF, or its annex as JSON."""
    if form not in _TYPES:
        raise FormNotOffered(form=form)
    file = get_bulletin(period=period, division=division)
    response = HttpResponse(_written(file, form), content_type=_TYPES[form])
    response["Content-Disposition"] = f'attachment; filename="bulletin-{period}-{division}.{form}"'
    return response


def _written(file: BulletinFile, form: str) -> bytes:
    notice: OfficialNotice = file.notice
    if form == "docx":
        return render_docx(notice)
    if form == "pdf":
        return render_pdf(notice)
    return msgspec.json.format(msgspec.json.encode(file.annex), indent=2)


def _record(file: BulletinFile, figure_id: str) -> FigureRecord:
    record = next((one for one in file.annex.figures if one.id == figure_id), None)
    if record is None:
        raise FigureNotFound(id=figure_id)
    return record


@permission("bulletins.view")
@require_http_methods(["GET", "HEAD"])
def figure(request: HttpRequest, period: str, division: str, figure_id: str) -> HttpResponse:
    """Show one figure of a bulletin: definition, value, digest, query, and the cases behind it."""
    return _figure(request, period=period, division=division, figure_id=figure_id)


def _figure(request: HttpRequest, *, period: str, division: str, figure_id: str, recount: Any = None) -> HttpResponse:
    file = get_bulletin(period=period, division=division)
    record = _record(file, figure_id)
    names: Names = get_names(on=Period.parse(file.annex.period).last_on)
    here = reverse("dashboards:bulletin", args=[period, division])
    context = {
        "title": record.label,
        "crumbs": _crumbs((_period(file.row.period), here), (record.label, "")),
        "file": file,
        "record": record,
        "parts": parts_of(
            record,
            names=names,
            reach=allowed(request.user, "cases.view"),
            watched=allowed(request.user, "supervision.view"),
        ),
        "ratio": record.way == "percent",
        "query": msgspec.json.format(msgspec.json.encode(record.query), indent=2).decode(),
        "may_recount": allowed(request.user, "bulletins.draft").covers(division=division),
        "recount": recount,
    }
    return render(request, "dashboards/figure.html", context)


@permission("bulletins.draft")
@require_POST
def recount(request: HttpRequest, period: str, division: str, figure_id: str) -> HttpResponse:
    """Count one figure of a bulletin anew from the records and show whether it agrees."""
    require(request.scope, division=division)  # type: ignore[attr-defined]
    file = get_bulletin(period=period, division=division)
    only = msgspec.structs.replace(file.annex, figures=(_record(file, figure_id),))
    _annex, recounts = verify_annex(msgspec.json.encode(only))
    found = recounts[0]
    said = _("重算一致：与通报所载相同") if found.agrees else _("重算不一致：通报之后有新的或补录的办件")
    messages.add_message(request, messages.INFO if found.agrees else messages.ERROR, said)
    return _figure(request, period=period, division=division, figure_id=figure_id, recount=found)
