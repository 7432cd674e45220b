"""The to-do: by deadline, filtered by the address; agreeing to several at once; opinion templates."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from yichuang.accounts.queries import allowed, get_actor, has_recently_confirmed, permission
from yichuang.cases.commands import grant_many, remove_opinion, save_opinion
from yichuang.cases.queries import list_opinions, page_todo
from yichuang.cases.values import OPINION_KINDS, CaseNotFound
from yichuang.kernel.refusal import Refusal
from yichuang.ui.names import get_names
from yichuang.ui.values import Filter
from yichuang.workbench.desk import open_desk
from yichuang.workbench.forms.lists import MOST_AT_ONCE, BulkForm, OpinionForm
from yichuang.workbench.lists import ASKED, ELSEWHERE, lines_of, tabs_of, todo_address
from yichuang.workbench.nodes import titled
from yichuang.workbench.reach import arguments, choose
from yichuang.workbench.views.task import confirmed

_REFUSED = 422


@permission("cases.view")
@never_cache
def todo(request: HttpRequest) -> HttpResponse:
    """Show the cases that wait for the officer, the first deadline first."""
    return _page(request, BulkForm(confirmed=has_recently_confirmed(request)))


def _page(request: HttpRequest, bulk: BulkForm, *, status: int = 200) -> HttpResponse:
    asked = request.GET
    tabs = tabs_of(request)
    tab = next((one for one in tabs if one.key == asked.get("kind")), tabs[0])
    chosen = choose(allowed(request.user, tab.action) or request.scope, asked.get("area", ""))  # type: ignore[attr-defined]
    actor, now = get_actor(request.user), timezone.now()
    who = asked.get("who", "")
    # What was asked of my organisation is another's case: it lies outside my own area.
    asked_of_mine = tab.key == ASKED or (tab.key == ELSEWHERE and who == ASKED)
    limits = {"asked": actor.organisation or "-"} if asked_of_mine else arguments(chosen.area)
    page = page_todo(
        **limits,
        handler=actor.id if who == "mine" else "",
        agent=actor.id if who == "agent" else "",
        statuses=tab.statuses,
        elsewhere=tab.key == ELSEWHERE,
        after=asked.get("after", ""),
    )
    names = get_names(on=timezone.localdate(now))
    whose = [("", _("全部")), ("mine", _("我经办的")), ("agent", _("我代办的"))]
    if tab.key == ELSEWHERE:
        whose.append((ASKED, _("请我答复的")))
    filters = [Filter("who", _("谁的"), who, whose)]
    if len(chosen.areas) > 1:
        filters.insert(0, Filter("area", _("我的权限范围"), str(chosen.at), chosen.choices(names)))
    context = {
        "title": _("待办"),
        "crumbs": [(_("工作台"), reverse("workbench:home")), (_("待办"), "")],
        "tabs": [
            {
                "label": _(one.label),
                "href": todo_address(kind=one.key, who=who, area=asked.get("area", "")),
                "current": one is tab,
            }
            for one in tabs
        ],
        "filters": filters,
        "todo": lines_of(page, now=now),
        "page": page,
        "more": bool(page.next_after),
        "elsewhere": tab.key == ELSEWHERE,
        "tickable": tab.key == "decide" and bool(allowed(request.user, "cases.handle")),
        "bulk": bulk,
    }
    return render(request, "workbench/todo.html", context, status=status)


@permission("cases.handle")
@never_cache
@sensitive_post_parameters("password", "code")
@require_POST
def agree_many(request: HttpRequest) -> HttpResponse:
    """Agree to the ticked cases under one opinion, each in its own transaction, and say what became of each."""
    form = BulkForm(request.POST, confirmed=has_recently_confirmed(request))
    numbers = tuple(dict.fromkeys(request.POST.getlist("numbers")))[:MOST_AT_ONCE]
    if not numbers:
        form.add_error(None, _("请先选中要准予的办件"))
    if not form.is_valid() or not confirmed(request, form):
        return _page(request, form, status=_REFUSED)
    actor, now = get_actor(request.user), timezone.now()
    # Out of scope is answered like unknown, case by case.
    mine, foreign = [], []
    for number in numbers:
        (mine if _is_mine(request, number) else foreign).append(number)
    try:
        outcomes = grant_many(numbers=tuple(mine), opinion=form.cleaned_data["opinion"], by=actor, at=now)
    except Refusal as refusal:
        form.refuse(refusal)
        return _page(request, form, status=_REFUSED)
    told = [
        {"number": one.number, "reason": titled(one.refusal).explain(_) if one.refusal else ""} for one in outcomes
    ] + [{"number": number, "reason": CaseNotFound(number=number).explain(_)} for number in foreign]
    context = {
        "title": _("批量准予"),
        "crumbs": [
            (_("工作台"), reverse("workbench:home")),
            (_("待办"), reverse("workbench:todo")),
            (_("批量准予"), ""),
        ],
        "outcomes": told,
        "done": sum(1 for one in told if not one["reason"]),
    }
    return render(request, "workbench/agreed.html", context)


def _is_mine(request: HttpRequest, number: str) -> bool:
    try:
        open_desk(request, number=number, scope=request.scope)  # type: ignore[attr-defined]
    except Refusal:
        return False
    return True


@permission("cases.handle")
@never_cache
def opinions(request: HttpRequest) -> HttpResponse:
    """Show the opinion templates of a kind; save one of one's own."""
    actor = get_actor(request.user)
    asked = request.GET.get("kind", "")
    kind = asked if asked in OPINION_KINDS else next(iter(OPINION_KINDS))
    rows = list_opinions(organisation=actor.organisation, owner=actor.id, kind=kind)
    editing = next((row for row in rows if row.own and str(row.id) == request.GET.get("edit", "")), None)
    initial: dict[str, Any] = {"kind": kind}
    if editing:
        initial |= {"id": editing.id, "title": editing.title, "text": editing.text}
    form = OpinionForm(request.POST or None, initial=initial)
    status = 200
    if request.method == "POST":
        status = _REFUSED
        if form.is_valid():
            typed = form.cleaned_data
            try:
                save_opinion(
                    organisation=actor.organisation,
                    kind=typed["kind"],
                    title=typed["title"],
                    text=typed["text"],
                    opinion=typed["id"] or None,
                    by=actor,
                    at=timezone.now(),
                )
            except Refusal as refusal:
                form.refuse(refusal)
            else:
                messages.success(request, _("模板已保存"))
                return HttpResponseRedirect(f"{reverse('workbench:opinions')}?{urlencode({'kind': typed['kind']})}")
    context = {
        "title": _("意见模板"),
        "crumbs": [(_("工作台"), reverse("workbench:home")), (_("意见模板"), "")],
        "kind": kind,
        "rows": rows,
        "form": form,
        "editing": editing,
        "tabs": [
            {"label": _(label), "href": f"?kind={key}", "current": key == kind} for key, label in OPINION_KINDS.items()
        ],
    }
    return render(request, "workbench/opinions.html", context, status=status)


@permission("cases.handle")
@require_POST
def opinion_remove(request: HttpRequest, opinion: int) -> HttpResponse:
    """Throw a template of one's own away."""
    remove_opinion(opinion=opinion, by=get_actor(request.user), at=timezone.now())
    kind = request.POST.get("kind", "")
    query = f"?{urlencode({'kind': kind})}" if kind in OPINION_KINDS else ""
    return HttpResponseRedirect(reverse("workbench:opinions") + query)
