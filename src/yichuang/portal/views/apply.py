"""Applying on line, step by step: saved at every step, left and come back to, with every fault told at once."""

from typing import Any

import msgspec
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from yichuang.accounts.queries import get_actor, list_represented, permission
from yichuang.cases.commands import save_draft, start_draft
from yichuang.cases.queries import get_draft, list_drafts, upload_limits
from yichuang.cases.values import (
    DraftChanged,
    DraftSubmitted,
    DraftTooLarge,
)
from yichuang.catalogue.queries import get_intake, get_item_guide, narrow
from yichuang.portal.applying.inputs import typed
from yichuang.portal.applying.steps import CONTEXT, FILL, address_of
from yichuang.portal.applying.work import (
    CHECK,
    MATERIALS,
    SITUATION,
    TITLES,
    Work,
    in_readers_language,
)
from yichuang.portal.guide import limit, readiness
from yichuang.portal.identity import person_of
from yichuang.portal.pages import show

_HANDLING_LENGTH = 33


@permission("applications.own")
@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest, code: str) -> HttpResponse:
    """Say what one needs before one begins; begin a draft, or go on with one."""
    guide = get_item_guide(code=code)
    now = timezone.now()
    owner = get_actor(request.user)
    if request.method == "POST":
        key = start_draft(
            owner=owner.id, item=guide.content.implementation_code, handling_code=_handling(code), by=owner, at=now
        )
        answers = {
            name.removeprefix("answers."): typed(request.POST, name)
            for name in request.POST
            if name.startswith("answers.")
        }
        if answers:
            draft = get_draft(key=key, owner=owner.id)
            changed = msgspec.structs.replace(draft.application, answers={**draft.application.answers, **answers})
            save_draft(key=key, owner=owner.id, application=changed, by=owner, at=now)
        return HttpResponseRedirect(reverse("portal:draft", args=[key]))
    begun = [row for row in list_drafts(owner=owner.id) if row.item == guide.content.implementation_code]
    context = {
        "title": _("申请：%(name)s") % {"name": guide.handling.name if guide.handling else guide.content.name},
        "crumbs": [
            (_("首页"), "/"),
            (guide.content.name, reverse("portal:item", args=[code])),
            (_("申请"), ""),
        ],
        "guide": guide,
        "code": code,
        "begun": begun,
        "draft_days": upload_limits(on=timezone.localdate(now)).draft_days,
        "answers": [(name, value) for name, value in request.GET.items() if name.startswith("answers.")],
        "materials": narrow(guide=guide, intake=get_intake(item=code), answers={}),
        "promised": limit(guide.content.promised_amount, guide.content.promised_unit),
        "ready": readiness(guide.content, today=timezone.localdate()),
    }
    return show(request, "portal/apply/start.html", context)


def _handling(code: str) -> str:
    """Return the handling item's whole code where the address names one, else "" (the answers decide)."""
    return code if len(code) == _HANDLING_LENGTH else ""


def open_work(request: HttpRequest, key: str) -> Work:
    owner = get_actor(request.user).id
    draft = get_draft(key=key, owner=owner)
    today = timezone.localdate()
    return Work(
        draft=draft,
        guide=get_item_guide(code=draft.handling_code or draft.item, on=today),
        person=person_of(request.user),
        firms=list_represented(request.user),
        today=today,
    )


@permission("applications.own")
@require_http_methods(["GET", "HEAD"])
def resume(request: HttpRequest, key: str) -> HttpResponse:
    """Go on where something is still to be done."""
    work = open_work(request, key)
    if work.draft.number:
        return HttpResponseRedirect(reverse("portal:receipt", args=[work.draft.number]))
    begun = bool(work.application.applicant.id_number or work.application.answers)
    return HttpResponseRedirect(address_of(key, work.first_faulty if begun else work.steps[0]))


@permission("applications.own")
@require_http_methods(["GET", "HEAD", "POST"])
def step(request: HttpRequest, key: str, step: str) -> HttpResponse:
    """Show one step, or save it and go on; a step with faults is saved too and says what is wrong."""
    work = open_work(request, key)
    if work.draft.number:
        return HttpResponseRedirect(reverse("portal:receipt", args=[work.draft.number]))
    if step not in TITLES:
        raise Http404
    if request.method == "POST":
        return _save(request, work, step)
    return _draw(request, work, step, judged="judge" in request.GET)


def _save(request: HttpRequest, work: Work, step: str) -> HttpResponse:
    key, owner = work.draft.key, get_actor(request.user)
    filled = in_readers_language(FILL[step](work, request))
    version = request.POST.get("version", "")
    try:
        save_draft(
            key=key,
            owner=owner.id,
            application=filled,
            by=owner,
            at=timezone.now(),
            expected_version=int(version) if version.isdecimal() else None,
        )
    except DraftChanged as refusal:
        # What he typed stays before him; the page now carries the newest version, so that he may save it all the same.
        messages.error(request, refusal.explain(_))
        return _draw(request, work.with_application(filled), step, judged=True, status=409)
    except DraftTooLarge as refusal:
        messages.error(request, refusal.explain(_))
        return _draw(request, work.with_application(filled), step, judged=True, status=422)
    except DraftSubmitted:
        return HttpResponseRedirect(reverse("portal:draft", args=[key]))
    then = request.POST.get("then", "")
    if then == "later":
        messages.success(request, _("已保存。您可以随时回来继续填写"))
    return HttpResponseRedirect(
        _where_next(then, step, before=work, now=work.with_draft(get_draft(key=key, owner=owner.id)))
    )


def _where_next(then: str, step: str, *, before: Work, now: Work) -> str:
    """Return where a saved step leads: on, back, away, or to itself where something is still to be mended."""
    key = now.draft.key
    if then == "later":
        return reverse("portal:drafts")
    if then == "back" and now.before(step):
        return address_of(key, now.before(step))
    if step == SITUATION and (led_to := _new_question(before, now)):
        # An answer has led to another question: that is no fault.
        return f"{address_of(key, step)}#answers.{led_to}"
    if now.faults_of(step):
        return f"{address_of(key, step)}?judge#fault-summary"
    return address_of(key, now.after(step))


def _new_question(before: Work, now: Work) -> str:
    """Return the first open question that was not on the page that was sent; "" where there is none."""
    shown = {question.key for question in before.situation.questions}
    return next((key for key in now.situation.unanswered if key not in shown), "")


def _draw(request: HttpRequest, work: Work, step: str, *, judged: bool, status: int = 200) -> HttpResponse:
    faults = work.faults_of(step) if judged and step != CHECK else {}
    context: dict[str, Any] = {
        "title": _(TITLES[step]),
        "crumbs": [
            (_("首页"), "/"),
            (_("我的"), reverse("portal:mine")),
            (work.guide.content.name, reverse("portal:item", args=[work.draft.handling_code or work.draft.item])),
            (_("申请"), ""),
        ],
        "work": work,
        "step": step,
        "steps": [
            (one, _(TITLES[one]), address_of(work.draft.key, one), work.steps.index(one) <= _reached(work, step))
            for one in work.steps
        ],
        "back": work.before(step),
        **CONTEXT[step](work, faults),
    }
    context.setdefault("summary", [(f"#{name}", fault[0]) for name, fault in faults.items()])
    return show(request, f"portal/apply/{step}.html", context, status=status)


def _reached(work: Work, step: str) -> int:
    """Return the place of the farthest step that may be opened: the one shown, or the first that has a fault."""
    steps = work.steps
    at = steps.index(step) if step in steps else 0
    return max(at, steps.index(work.first_faulty) if work.first_faulty in steps else 0)


def save_materials(request: HttpRequest, key: str) -> None:
    """Save the ways chosen on the page of materials, which another button of the page has sent along."""
    work, owner = open_work(request, key), get_actor(request.user)
    filled = FILL[MATERIALS](work, request)
    save_draft(key=key, owner=owner.id, application=filled, by=owner, at=timezone.now())
