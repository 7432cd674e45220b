"""One task on a centre: show its form, record its amendment, and lose nothing when somebody else was faster."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from yichuang.accounts.queries import get_actor, list_colleagues, permission
from yichuang.kernel.refusal import Refusal
from yichuang.regions.commands import amend_centre
from yichuang.regions.queries import list_changes
from yichuang.regions.values import AmendmentRow, CentreChanged
from yichuang.ui.templatetags.ui import day
from yichuang.workbench.centredesk import CentreDesk, open_centre
from yichuang.workbench.centreheading import heading_of
from yichuang.workbench.centrewords import amendment_words, happening_of
from yichuang.workbench.forms.centres import CentreForm
from yichuang.workbench.tasks.centres import CentreTask

_CONFLICT, _REFUSED = 409, 422


def task_view(task: CentreTask) -> Callable[..., HttpResponseBase]:
    """Return the view of one task on a centre, a window or an amendment."""

    @permission("centres.manage")
    @never_cache
    @require_http_methods(["GET", "HEAD", "POST"])
    def view(request: HttpRequest, centre: str, window: str = "", amendment: int = 0) -> HttpResponseBase:
        desk = open_centre(request, centre=centre, window=window, amendment=amendment)
        if request.method == "POST":
            return _answer(desk, task)
        return _page(desk, task, task.form(desk=desk))

    return view


def _answer(desk: CentreDesk, task: CentreTask) -> HttpResponse:
    """Record the act; every refusal comes back above the form with all that was typed in it."""
    request = desk.request
    form = task.form(request.POST, desk=desk)
    if not form.is_valid() or not _is_told(desk, form):
        return _page(desk, task, form, status=_REFUSED)
    try:
        amend_centre(
            centre=desk.record.centre.code,
            act=form.act(),
            in_force_on=form.cleaned_data.get("in_force_on", desk.today),
            reason=form.cleaned_data["reason"],
            by=get_actor(request.user),
            at=timezone.now(),
            expected_version=form.cleaned_data["version"],
        )
    except CentreChanged:
        return _overtaken(desk, task, form)
    except Refusal as refusal:
        form.refuse(refusal)
        return _page(desk, task, form, status=_REFUSED)
    messages.success(request, _("%(task)s：已办理") % {"task": _(task.label)})
    return HttpResponseRedirect(reverse("workbench:centre", args=[desk.record.centre.code]))


def _is_told(desk: CentreDesk, form: CentreForm) -> bool:
    """Hold back what would leave people with a booking before a closed door, until they have been told."""
    if "told" not in form.fields or form.cleaned_data["told"]:
        return True
    count, last = desk.broken_promises(form.act(), on=form.cleaned_data["in_force_on"])
    if count:
        form.add_error(
            "told",
            ngettext(
                "这一天起还有 %(count)s 个预约，最后一个在%(day)s。请选更晚的日子，或者告知预约的人后勾选",
                "这一天起还有 %(count)s 个预约，最后一个在%(day)s。请选更晚的日子，或者告知预约的人后勾选",
                count,
            )
            % {"count": count, "day": day(last)},
        )
    return not count


def _overtaken(desk: CentreDesk, task: CentreTask, form: CentreForm) -> HttpResponse:
    """Show what changed since the page was opened, above the same form on what is on record now.

    The second of two clicks on one button finds its own act done: that is an answer, not a conflict.
    """
    request, code = desk.request, desk.record.centre.code
    changes = list_changes(centre=code, since=form.cleaned_data["version"])
    me, reason = get_actor(request.user).id, " ".join(form.cleaned_data["reason"].split())
    if all(isinstance(one, AmendmentRow) and one.by_id == me for one in changes) and any(
        isinstance(one, AmendmentRow) and one.kind is task.kind and one.reason == reason for one in changes
    ):
        messages.info(request, _("%(task)s：刚才已经办理，没有重复提交") % {"task": _(task.label)})
        return HttpResponseRedirect(reverse("workbench:centre", args=[code]))
    try:
        again = open_centre(request, centre=code, window=desk.window, amendment=desk.amendment)
    except Http404:
        # The window itself has gone meanwhile: its centre's page says what became of it.
        messages.error(request, _("您填写期间，这个窗口已经不在了，请看下面的记录"))
        return HttpResponseRedirect(reverse("workbench:centre", args=[code]))
    lines = [happening_of(one, again.names) for one in changes]
    return _page(again, task, form.renewed(again), status=_CONFLICT, changes=lines)


def _page(desk: CentreDesk, task: CentreTask, form: CentreForm, *, status: int = 200, **more: Any) -> HttpResponse:
    heading = heading_of(desk)
    known = {one.id: one for one in desk.record.amendments}
    context = {
        **heading,
        "title": _(task.label),
        "crumbs": [*heading["crumbs"], (_(task.label), "")],
        "task": task,
        "form": form,
        "window": desk.open_window.row if desk.window else None,
        "about": amendment_words(known[desk.amendment], desk.names) if desk.amendment else "",
        "people": len(list_colleagues(centre=desk.record.centre.code, on=desk.today))
        if form.asks_about_bookings
        else 0,
        **more,
    }
    return render(desk.request, task.template, context, status=status)
