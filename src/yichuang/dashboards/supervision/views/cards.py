"""Cards for supervision: the list, one card with its history, every act on it, its files and letters."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from yichuang.accounts.queries import get_actor, permission
from yichuang.dashboards.supervision.acts import BY_SLUG, Task, do, who_may
from yichuang.dashboards.supervision.asking import ask, cards_of, filters
from yichuang.dashboards.supervision.cardfile import card_context, open_card, open_own
from yichuang.dashboards.supervision.forms import ActForm
from yichuang.dashboards.supervision.lines import card_lines
from yichuang.dashboards.supervision.parts import parts
from yichuang.dashboards.supervision.reach import counties_in
from yichuang.dashboards.supervision.words import card_states, state_label
from yichuang.kernel.refusal import Refusal
from yichuang.supervision.commands import mark_read
from yichuang.supervision.queries import count_cards, open_card_file, page_cards, render_letter
from yichuang.supervision.values import CardChangedMeanwhile, CardFile, CardState

_REFUSED, _CONFLICT = 422, 409
_SANDBOX = "default-src 'none'; sandbox"
_PAGE = 30
_LIST = "dashboards:supervision-cards"
_MINE = "dashboards:supervision-mine"


@permission("supervision.view")
@never_cache
@require_safe
def cards(request: HttpRequest) -> HttpResponse:
    """Show the cards within the reader's scope by state; what is chosen stands in the address."""
    asked, scope = ask(request), request.scope  # type: ignore[attr-defined]
    chosen = cards_of(asked)
    page = page_cards(chosen=chosen, scope=scope, after=request.GET.get("after", ""), limit=_PAGE)
    counts = count_cards(chosen=replace(chosen, state="all"), scope=scope, by="state")
    here = reverse(_LIST)
    context = {
        "title": pgettext("several", "监察卡"),
        "crumbs": [(_("电子监察"), reverse("dashboards:supervision")), (pgettext("several", "监察卡"), "")],
        "parts": parts(request, here=_LIST),
        "lines": card_lines(page, asked, page="dashboards:supervision-card", on=timezone.localdate()),
        "page": page,
        "filters": filters(
            asked, states=card_states(), state=chosen.state, counties=counties_in(scope, asked.names.counties)
        ),
        "filtered": bool(asked.query),
        "counts": [
            (
                state_label(one),
                counts.get(one.value, 0),
                asked.address(here, state=one.value),
                chosen.state == one.value,
            )
            for one in CardState
        ],
    }
    return render(request, "dashboards/supervision/cards.html", context)


@permission("supervision.view")
@never_cache
@require_safe
def card(request: HttpRequest, number: str) -> HttpResponse:
    """Show one card: what was found, who is asked, what happened, what can be done now."""
    file = open_card(request, number, scope=request.scope)  # type: ignore[attr-defined]
    return render(request, "dashboards/supervision/card.html", _shown(request, file, own=False))


@permission("supervision.own")
@never_cache
@require_safe
def own_card(request: HttpRequest, number: str) -> HttpResponse:
    """Show a card to those whom it concerns; what they were told about it has then been read."""
    file = open_own(request, number)
    if request.method == "GET":
        mark_read(owner=get_actor(request.user).id, number=file.row.number, at=timezone.now())
    return render(request, "dashboards/supervision/card.html", _shown(request, file, own=True))


def _shown(request: HttpRequest, file: CardFile, *, own: bool) -> dict[str, Any]:
    above = (_("我的监察卡"), reverse(_MINE)) if own else (pgettext("several", "监察卡"), reverse(_LIST))
    return card_context(request, file, own=own) | {"crumbs": [above, (file.row.number, "")]}


# -- acts ------------------------------------------------------------------------------------------------


@permission("supervision.handle")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def act(request: HttpRequest, number: str, act: str) -> HttpResponse:
    """Do one of supervision's acts on a card, in its own form."""
    task = _task(act, theirs=False)
    return _act(request, task, lambda: open_card(request, number, scope=request.scope), own=False)  # type: ignore[attr-defined]


@permission("supervision.own")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def own_act(request: HttpRequest, number: str, act: str) -> HttpResponse:
    """Reply to a card or appeal it, with evidence."""
    return _act(request, _task(act, theirs=True), lambda: open_own(request, number), own=True)


def _task(slug: str, *, theirs: bool) -> Task:
    task = BY_SLUG.get(slug)
    if task is None or task.theirs is not theirs:
        raise Http404
    return task


def _act(request: HttpRequest, task: Task, opened: Callable[[], CardFile], *, own: bool) -> HttpResponse:
    file = opened()
    number = file.row.number
    back = reverse("dashboards:supervision-mine-card" if own else "dashboards:supervision-card", args=[number])
    if request.method != "POST":
        return _form_page(request, task, file, task.form(initial={"version": file.row.version}), back=back, own=own)
    form = task.form(request.POST, request.FILES)
    if not form.is_valid():
        return _form_page(request, task, file, form, back=back, own=own, status=_REFUSED)
    try:
        do(task, number=number, typed=form.cleaned_data, by=get_actor(request.user), at=timezone.now())
    except CardChangedMeanwhile as refusal:
        fresh = opened()
        data = request.POST.copy()
        data["version"] = str(fresh.row.version)
        again = task.form(data, request.FILES)
        again.is_valid()
        again.refuse(refusal)
        since = form.cleaned_data["version"]
        return _form_page(request, task, fresh, again, back=back, own=own, status=_CONFLICT, since=since)
    except Refusal as refusal:
        form.refuse(refusal)
        return _form_page(request, task, file, form, back=back, own=own, status=_REFUSED)
    messages.success(request, _("%(task)s：已办理") % {"task": _(task.label)})
    return HttpResponseRedirect(back)


def _form_page(
    request: HttpRequest,
    task: Task,
    file: CardFile,
    form: ActForm,
    *,
    back: str,
    own: bool,
    status: int = 200,
    since: int | None = None,
) -> HttpResponse:
    shown = _shown(request, file, own=own)
    barred = (
        ""
        if task.act in file.possible
        else _("这张卡现在是“%(state)s”，不能%(act)s")
        % {
            "state": shown["state"],
            "act": _(task.label),
        }
    )
    context = shown | {
        "crumbs": [*shown["crumbs"][:1], (file.row.number, back), (_(task.label), "")],
        "task": task,
        "form": form,
        "back": back,
        "barred": barred,
        "may": who_may(task),
        "with_files": "files" in form.fields,
        "changes": [] if since is None else shown["happenings"][since:],
    }
    return render(request, "dashboards/supervision/act.html", context, status=status)


# -- files and letters -----------------------------------------------------------------------------------


@permission("supervision.view")
@never_cache
@require_safe
def paper(request: HttpRequest, number: str, key: str) -> HttpResponseBase:
    """Send one file of evidence to supervision."""
    open_card(request, number, scope=request.scope)  # type: ignore[attr-defined]
    return _paper(number, key)


@permission("supervision.own")
@never_cache
@require_safe
def own_paper(request: HttpRequest, number: str, key: str) -> HttpResponseBase:
    """Send one file of evidence to those whom the card concerns."""
    open_own(request, number)
    return _paper(number, key)


def _paper(number: str, key: str) -> HttpResponseBase:
    """Send a file, always to be saved: it is a stranger's and never opens in our pages."""
    row, content = open_card_file(number=number, key=key)
    answer = FileResponse(content, as_attachment=True, filename=row.file_name, content_type="application/octet-stream")
    answer["Content-Security-Policy"] = _SANDBOX
    return answer


@permission("supervision.view")
@never_cache
@require_safe
def letter(request: HttpRequest, number: str, seq: int) -> HttpResponseBase:
    """Send a supervision letter as PDF."""
    open_card(request, number, scope=request.scope)  # type: ignore[attr-defined]
    return _letter(number, seq)


@permission("supervision.own")
@never_cache
@require_safe
def own_letter(request: HttpRequest, number: str, seq: int) -> HttpResponseBase:
    """Send a supervision letter to those whom it concerns."""
    open_own(request, number)
    return _letter(number, seq)


def _letter(number: str, seq: int) -> HttpResponseBase:
    content = render_letter(card_number=number, place=seq)
    answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Disposition"] = f"inline; filename*=UTF-8''{quote(f'{number}-{seq}')}.pdf"
    return answer
