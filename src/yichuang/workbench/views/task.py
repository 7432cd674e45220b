"""One officer's task on one case: show its form, do its act, and lose nothing when somebody else was faster."""

from collections.abc import Callable, Iterable
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from yichuang.accounts.queries import confirm, has_recently_confirmed, permission
from yichuang.accounts.values import LockedOut, OutsideScope
from yichuang.cases.commands import finish_on_the_spot, perform, supplement
from yichuang.cases.queries import list_changes, list_opinions
from yichuang.cases.values import ChangedMeanwhile, EventLine, HeldElsewhere, OpinionRow
from yichuang.exchange.commands import hand_over
from yichuang.kernel.refusal import Refusal
from yichuang.ui import casework
from yichuang.ui.casework import happening
from yichuang.ui.templatetags.ui import instant
from yichuang.ui.values import Happening
from yichuang.workbench.certifying import issue_certificate
from yichuang.workbench.desk import Desk, open_desk
from yichuang.workbench.forms.passing import PassForm
from yichuang.workbench.forms.receiving import FinishForm, SupplementedForm
from yichuang.workbench.forms.result import IssueForm
from yichuang.workbench.forms.task import TaskForm
from yichuang.workbench.heading import head_of
from yichuang.workbench.nodes import is_among_nodes
from yichuang.workbench.tasks.offers import Offer, barred, is_his, is_open
from yichuang.workbench.tasks.registry import AGREE, HAND_ON, INVITES, ON_THE_SPOT
from yichuang.workbench.tasks.task import Task

CONFLICT, REFUSED = 409, 422


def task_view(task: Task) -> Callable[..., HttpResponseBase]:
    """Return the view of one task, guarded by the task's own permission."""

    @permission(task.permission)
    @never_cache
    @sensitive_post_parameters("password", "code")
    @require_http_methods(["GET", "HEAD", "POST"])
    def view(request: HttpRequest, number: str) -> HttpResponseBase:
        desk = open_desk(request, number=number, scope=request.scope)  # type: ignore[attr-defined]
        if task.slug == HAND_ON and not is_among_nodes():
            raise Http404
        if not is_his(desk, task):
            raise OutsideScope(action=_(task.label))
        if request.method == "POST":
            return _answer(desk, task)
        return task_page(desk, task, form_of(desk, task))

    return view


def form_of(desk: Desk, task: Task, *, confirms: bool = False) -> TaskForm:
    """Return the form of a task, as it was sent or with what it begins with; `confirms` asks for the password."""
    request = desk.request
    confirmed = not (confirms or task.confirms) or has_recently_confirmed(request)
    if request.method == "POST":
        return task.form(request.POST, request.FILES, desk=desk, confirmed=confirmed)
    form = task.form(desk=desk, confirmed=confirmed)
    form.initial |= _chosen_opinion(desk, task)
    return form


def _opinions(desk: Desk, task: Task) -> tuple[OpinionRow, ...]:
    if not task.opinions:
        return ()
    return list_opinions(organisation=desk.state.organisation, owner=desk.actor.id, kind=task.opinions)


def _chosen_opinion(desk: Desk, task: Task) -> dict[str, str]:
    """Return the template asked for in the address; agreeing begins with the first, so that one tap is enough."""
    asked = desk.request.GET.get("opinion", "1" if task.slug == AGREE else "")
    rows = _opinions(desk, task)
    at = int(asked) if asked.isdecimal() else 0
    return {task.opinion_field: rows[at - 1].text} if 0 < at <= len(rows) else {}


def _answer(desk: Desk, task: Task) -> HttpResponse:
    """Do the act; every refusal comes back above the form with all that was typed in it."""
    form = form_of(desk, task)
    if not form.is_valid() or not confirmed(desk.request, form):
        return task_page(desk, task, form, status=REFUSED)
    try:
        done(desk, form)
    except (ChangedMeanwhile, HeldElsewhere):
        return _overtaken(desk, task, form)
    except Refusal as refusal:
        form.refuse(refusal)
        return task_page(desk, task, form, status=REFUSED)
    messages.success(desk.request, _("%(task)s：已办理") % {"task": _(task.label)})
    # Whoever has his result is asked how it went before he leaves the window.
    after = "workbench:rating" if task.slug in INVITES else "workbench:case"
    return HttpResponseRedirect(reverse(after, args=[desk.state.number]))


def confirmed(request: HttpRequest, form: Any) -> bool:
    """Check password and code where the form asks for them; a fault stands at the field."""
    if "password" not in form.fields:
        return True
    try:
        if confirm(request, password=form.cleaned_data["password"], code=form.cleaned_data["code"]):
            return True
    except LockedOut as refusal:
        form.refuse(refusal, "password")
        return False
    form.add_error("password", _("密码或验证码不正确，请重新输入"))
    return False


@transaction.atomic
def done(desk: Desk, form: TaskForm) -> None:
    """Do the act together with the certificate it makes: both or neither."""
    state, version = desk.state, form.cleaned_data["version"]
    if isinstance(form, FinishForm):
        finish_on_the_spot(
            number=state.number,
            opinion=form.cleaned_data["opinion"],
            result_name=form.cleaned_data["result_name"],
            certificate_number=issue_certificate(
                desk, name=form.cleaned_data["result_name"], kind=desk.result_kind, valid_from=desk.today
            ),
            by=desk.actor,
            at=desk.now,
            expected_version=version,
        )
        return
    if isinstance(form, SupplementedForm):
        if version != state.version:
            raise ChangedMeanwhile(number=state.number)
        supplement(number=state.number, owner="", choices=form.choices(), by=desk.actor, at=desk.now)
        return
    if isinstance(form, IssueForm):
        chosen = form.cleaned_data
        form.certificate_number = issue_certificate(
            desk,
            name=chosen["name"],
            kind=chosen["kind"],
            valid_from=chosen["valid_from"],
            valid_until=chosen["valid_until"],
        )
    if isinstance(form, PassForm):
        hand_over(
            number=state.number,
            to_node=form.cleaned_data["to_node"],
            reason=form.cleaned_data["reason"],
            by=desk.actor,
            at=desk.now,
            expected_version=version,
        )
        return
    perform(number=state.number, act=form.act(), by=desk.actor, at=desk.now, expected_version=version)


def _overtaken(desk: Desk, task: Task, form: TaskForm) -> HttpResponse:
    """Show what happened since the page was opened, above the same form on the new version.

    Among it may be that the case went to another node: then the form can be read and no more be sent. The second of two
    clicks on one button finds its own act done: that is an answer, not a conflict.
    """
    request = desk.request
    again = open_desk(request, number=desk.state.number, scope=request.scope)  # type: ignore[attr-defined]
    changes = list_changes(desk.state.number, after_version=form.cleaned_data["version"])
    mine = bool(changes) and all(line.actor == desk.actor.name for line in changes)
    if mine and not is_open(again, task) and (task.slug == HAND_ON or not again.state.holder):
        messages.info(request, _("%(task)s：刚才已经办理，没有重复提交") % {"task": _(task.label)})
        return HttpResponseRedirect(reverse("workbench:case", args=[desk.state.number]))
    return task_page(
        again, task, form_of(again, task).renewed(), status=CONFLICT, changes=lines_of_changes(again, changes)
    )


def lines_of_changes(desk: Desk, changes: Iterable[EventLine]) -> list[Happening]:
    """Return what has happened meanwhile, in words."""
    return [happening(line, when=instant(line.source_at), names=desk.names) for line in changes]


def applicant_of(desk: Desk) -> casework.Person | None:
    """Return who applies, masked unless the officer may see him whole; None without a form of ours."""
    application = desk.application
    return casework.person(application.applicant, whole=desk.whole) if application else None


def task_page(desk: Desk, task: Task, form: TaskForm, *, status: int = 200, **more: Any) -> HttpResponse:
    """Return the page of one task; `more` adds to its context."""
    offer = Offer(task, desk.state.number, barred(desk, task))
    context = {
        **head_of(desk),
        "title": _(task.label),
        "desk": desk,
        "task": task,
        "form": form,
        "offer": offer,
        "open": is_open(desk, task),
        "applicant": applicant_of(desk),
        "opinions": _opinions(desk, task),
        "on_the_spot": task.slug == ON_THE_SPOT,
        **more,
    }
    return render(desk.request, task.template, context, status=status)
