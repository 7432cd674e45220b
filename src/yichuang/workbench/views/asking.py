"""Asking the node that holds a case for one act, with the form by which the act would be done here."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from yichuang.accounts.queries import permission
from yichuang.accounts.values import OutsideScope
from yichuang.cases.queries import list_changes
from yichuang.cases.values import ChangedMeanwhile
from yichuang.exchange.commands import request_act
from yichuang.kernel.refusal import Refusal
from yichuang.workbench.desk import Desk, open_desk
from yichuang.workbench.forms.task import TaskForm
from yichuang.workbench.nodes import PASS, title_of
from yichuang.workbench.tasks.offers import is_open, may_ask
from yichuang.workbench.tasks.registry import ASKED_OF_OTHERS, BY_SLUG
from yichuang.workbench.tasks.task import Task
from yichuang.workbench.views.task import CONFLICT, REFUSED, confirmed, form_of, lines_of_changes, task_page


@permission(PASS)
@never_cache
@sensitive_post_parameters("password", "code")
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, number: str, slug: str) -> HttpResponse:
    """Ask the holder of a case for a task; where it has come here meanwhile, its page says what can be done."""
    if not settings.NODE or slug not in ASKED_OF_OTHERS:
        raise Http404
    task = BY_SLUG[slug]
    desk = open_desk(request, number=number, scope=request.scope)  # type: ignore[attr-defined]
    if not may_ask(desk, task):
        raise OutsideScope(action=_(task.label))
    if not desk.state.holder:
        messages.info(request, _("这个办件现在由本节点办理，请直接办理"))
        return HttpResponseRedirect(reverse("workbench:case", args=[number]))
    form = form_of(desk, task, confirms=True)
    return _send(desk, task, form) if request.method == "POST" else _page(desk, task, form)


def _send(desk: Desk, task: Task, form: TaskForm) -> HttpResponse:
    """Send the request; every refusal comes back above the form with all that was typed in it."""
    if not form.is_valid() or not confirmed(desk.request, form):
        return _page(desk, task, form, status=REFUSED)
    number, version = desk.state.number, form.cleaned_data["version"]
    try:
        request_act(number=number, act=form.act(), by=desk.actor, at=desk.now, expected_version=version)
    except ChangedMeanwhile:
        changes = lines_of_changes(desk, list_changes(number, after_version=version))
        return _page(desk, task, form.renewed(), status=CONFLICT, changes=changes)
    except Refusal as refusal:
        form.refuse(refusal)
        return _page(desk, task, form, status=REFUSED)
    told = {"node": title_of(desk.state.holder), "task": _(task.label)}
    messages.success(desk.request, _("已请%(node)s办理：%(task)s。答复到达后显示在本页。") % told)
    return HttpResponseRedirect(reverse("workbench:case", args=[number]))


def _page(desk: Desk, task: Task, form: TaskForm, *, status: int = 200, **more: object) -> HttpResponse:
    title = _("请%(node)s办理：%(act)s") % {"node": title_of(desk.state.holder), "act": _(task.label)}
    context = {"title": title, "asked": True, "open": is_open(desk, task, there=True), **more}
    return task_page(desk, task, form, status=status, **context)
