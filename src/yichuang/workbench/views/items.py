"""The item list from inside: every version, and drafting, approving, publishing, suspending, resuming, cancelling."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from yichuang.accounts.queries import get_actor, permission, require
from yichuang.catalogue import commands
from yichuang.catalogue.queries import get_item_guide, list_versions, page_versions
from yichuang.catalogue.values import Action, Approver, State, VersionRow
from yichuang.kernel.refusal import Refusal
from yichuang.ui.values import Filter, Tone
from yichuang.workbench.forms.items import FORMS, ChangeForm, told

_REFUSED = 422
_TONES = {
    State.PUBLISHED: Tone.GOOD,
    State.SUSPENDED: Tone.WARN,
    State.DRAFT: Tone.NEUTRAL,
    State.IN_APPROVAL: Tone.INFO,
}


def _crumbs(*more: tuple[str, str]) -> list[tuple[str, str]]:
    return [(_("工作台"), reverse("workbench:home")), (_("事项清单"), reverse("workbench:items")), *more]


@permission("catalogue.manage")
@never_cache
def items(request: HttpRequest) -> HttpResponse:
    """List the versions in work and standing."""
    asked, state = request.GET.get("q", "").replace("\0", ""), request.GET.get("state", "")
    page = page_versions(scope=request.scope, state=state, search=asked, after=request.GET.get("after", ""))  # type: ignore[attr-defined]
    states = [
        ("", _("全部")),
        (State.DRAFT.value, _("草稿")),
        (State.IN_APPROVAL.value, _("审核中")),
        (State.PUBLISHED.value, _("已发布")),
        (State.SUSPENDED.value, _("已暂停")),
    ]
    context = {
        "title": _("事项清单"),
        "crumbs": [(_("工作台"), reverse("workbench:home")), (_("事项清单"), "")],
        "filters": [
            Filter("q", _("事项、部门或者编码"), asked, kind="search"),
            Filter("state", _("状态"), state, states),
        ],
        "rows": [(row, _(row.state_name), _TONES.get(State(row.state), Tone.NEUTRAL)) for row in page],
        "page": page,
        "more": bool(page.next_after),
    }
    return render(request, "workbench/items.html", context)


def _versions(request: HttpRequest, code: str) -> tuple[VersionRow, ...]:
    """Return the versions of a code within the reader's scope."""
    rows = list_versions(code=code)
    if not rows:
        raise Http404
    newest = rows[0]
    require(request.scope, division=newest.division, organisation=newest.organisation_code)  # type: ignore[attr-defined]
    return rows


@permission("catalogue.manage")
@never_cache
def item(request: HttpRequest, code: str) -> HttpResponse:
    """Show an item's versions and what can be done with each."""
    rows = _versions(request, code)
    in_work = any(row.state in (State.DRAFT, State.IN_APPROVAL) for row in rows)
    context = {
        "title": rows[0].name,
        "crumbs": _crumbs((rows[0].name, "")),
        "code": code,
        "organisation_name": rows[0].organisation_name,
        "rows": [
            {
                "row": row,
                "state": _(row.state_name),
                "tone": _TONES.get(State(row.state), Tone.NEUTRAL),
                "acts": [(act, told(act)) for act in row.possible],
            }
            for row in rows
        ],
        "may_change": not in_work and any(row.state == State.PUBLISHED for row in rows),
    }
    return render(request, "workbench/item.html", context)


@permission("catalogue.manage")
@never_cache
def change(request: HttpRequest, code: str) -> HttpResponse:
    """Draft a new version of an item."""
    rows = _versions(request, code)
    content = get_item_guide(code=code).content
    form = ChangeForm(request.POST or None, content=content)
    status = 200
    if request.method == "POST":
        status = _REFUSED
        if form.is_valid():
            try:
                commands.propose_item(
                    content=replace(content, **form.changes()),
                    action=Action.CHANGE,
                    by=get_actor(request.user),
                    at=timezone.now(),
                    reason=form.cleaned_data["reason"],
                )
            except Refusal as refusal:
                form.refuse(refusal)
            else:
                messages.success(request, _("新版草稿已建立，送审并经两个部门同意后才能发布"))
                return HttpResponseRedirect(reverse("workbench:item", args=[code]))
    return _form_page(request, title=_("起草新版"), name=rows[0].name, code=code, form=form, status=status)


def _form_page(request: HttpRequest, *, title: str, name: str, code: str, form: Any, status: int) -> HttpResponse:
    back = reverse("workbench:item", args=[code])
    context = {
        "title": title,
        "crumbs": _crumbs((name, back), (title, "")),
        "lead": name,
        "form": form,
        "submit": title,
        "back": back,
    }
    return render(request, "workbench/form.html", context, status=status)


@permission("catalogue.manage")
@never_cache
def act(request: HttpRequest, code: str, version: int, act: str) -> HttpResponse:
    """Do one act on one version: send, approve, publish, suspend, resume, cancel."""
    rows = _versions(request, code)
    row = next((one for one in rows if one.version == version), None)
    if row is None or act not in FORMS:
        raise Http404
    today = timezone.localdate()
    form = FORMS[act](request.POST or None, initial={"effective_on": today, "on": today})
    status = 200
    if request.method == "POST":
        # A form without fields is valid as soon as it is sent.
        form.is_bound, form.data = True, request.POST
        status = _REFUSED
        if form.is_valid():
            given = {"code": code, "by": get_actor(request.user), "at": timezone.now()}
            try:
                _ACTS[act](row, form.cleaned_data, given)
            except Refusal as refusal:
                form.refuse(refusal)
            else:
                messages.success(request, _("%(act)s：已办理") % {"act": told(act)})
                return HttpResponseRedirect(reverse("workbench:item", args=[code]))
    return _form_page(request, title=told(act), name=row.name, code=code, form=form, status=status)


_ACTS: dict[str, Callable[[VersionRow, dict[str, Any], dict[str, Any]], object]] = {
    "send": lambda row, typed, given: commands.send_item(version=row.version, **given),  # noqa: ARG005
    "approve": lambda row, typed, given: commands.approve_item(
        version=row.version, role=Approver(typed["role"]), **given
    ),
    "publish": lambda row, typed, given: commands.publish_item(
        version=row.version, effective_on=typed["effective_on"], **given
    ),
    "suspend": lambda row, typed, given: commands.suspend_item(on=typed["on"], reason=typed["reason"], **given),  # noqa: ARG005
    "resume": lambda row, typed, given: commands.resume_item(on=typed["on"], **given),  # noqa: ARG005
    "cancel": lambda row, typed, given: commands.cancel_item(
        version=row.version, on=typed["on"], reason=typed["reason"], **given
    ),
}
