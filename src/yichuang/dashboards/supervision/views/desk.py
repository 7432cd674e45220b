"""The supervisor's desk: what was found, the newest first and live; several cards at once; the list as a file."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from yichuang.accounts.queries import allowed, permission
from yichuang.accounts.values import Scope
from yichuang.dashboards.supervision.asking import Asked, ask, ask_desk, filters, findings_of
from yichuang.dashboards.supervision.bulk import perform_many
from yichuang.dashboards.supervision.export import ROWS, finding_csv
from yichuang.dashboards.supervision.forms import MOST_AT_ONCE, BulkForm
from yichuang.dashboards.supervision.lines import finding_lines
from yichuang.dashboards.supervision.parts import parts
from yichuang.dashboards.supervision.reach import counties_in
from yichuang.dashboards.supervision.words import ANY_CARD, NO_CARD, colour_of, finding_states
from yichuang.supervision.queries import (
    count_findings,
    get_rules_state,
    last_finding_id,
    list_runs,
    page_findings,
)
from yichuang.supervision.values import Colour, FindingFilter
from yichuang.ui.values import Tone

_REFUSED = 422
_PAGE = 30
_AT_ONCE = 100
# News that has waited for so long says that judging stands still.
STILL_SECONDS = 120


def _scope(request: HttpRequest) -> Scope:
    scope: Scope = request.scope  # type: ignore[attr-defined]
    return scope


@permission("supervision.view")
@never_cache
@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """Show what was found within the reader's scope; what is chosen stands in the address."""
    return _page(request, BulkForm())


def _page(request: HttpRequest, form: BulkForm, *, status: int = 200, **more: Any) -> HttpResponse:
    # Read before the list: what is found meanwhile is told as new, never passed over.
    last = last_finding_id()
    asked, scope = ask_desk(request), _scope(request)
    chosen, now = findings_of(asked), timezone.now()
    page = page_findings(chosen=chosen, scope=scope, after=request.GET.get("after", ""), limit=_PAGE)
    handled = allowed(request.user, "supervision.handle")
    since = _number(request.GET.get("since", ""))
    here = reverse("dashboards:supervision")
    chosen_here = {name for name, value in asked.query.items() if (name, value) != ("colour", ANY_CARD)}
    context = {
        "title": _("电子监察"),
        "crumbs": [(_("电子监察"), "")],
        "lines": finding_lines(page, asked, since=since, handled=handled),
        "page": page,
        "filters": filters(
            asked, states=finding_states(), state=chosen.state, counties=counties_in(scope, asked.names.counties)
        ),
        "filtered": bool(chosen_here),
        "cards": _colours(asked, chosen, scope, here),
        "form": form,
        "tickable": bool(handled),
        "now": now,
        "health": _health(asked, scope, now, here),
        "last": last,
        "stream": stream_address(request),
        "news": asked.address(reverse("dashboards:supervision-new"), since=str(last)),
        "fresh": asked.address(here, since=str(last)),
        "download": asked.address(reverse("dashboards:supervision-csv")),
        "limit": ROWS,
        "parts": parts(request, here="dashboards:supervision"),
        **more,
    }
    return render(request, "dashboards/supervision/desk.html", context, status=status)


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 19 else 0


def _colours(asked: Asked, chosen: FindingFilter, scope: Scope, here: str) -> list[dict[str, Any]]:
    """Return one figure a colour, each leading to its part of this list."""
    counts = count_findings(chosen=replace(chosen, colour=""), scope=scope, by="colour")
    cards = []
    for colour in (*reversed(Colour), None):
        words, tone = colour_of(colour)
        key = colour.value if colour else NO_CARD
        cards.append(
            {
                "label": words,
                "value": counts.get(colour.value if colour else "", 0),
                "href": asked.address(here, colour="" if asked.query.get("colour") == key else key),
                "current": asked.query.get("colour") == key,
                "tone": {Tone.NEUTRAL: ""}.get(tone, tone.value),
            }
        )
    return cards


def _health(asked: Asked, scope: Scope, now: datetime, here: str) -> dict[str, Any]:
    """Return how judging stands: rules that cannot be read, feeds that are silent, when was last judged."""
    state = get_rules_state()
    judged_at = state.judged_at
    runs = list_runs(limit=1)
    feeds = {rule.id for rule in asked.rules.values() if rule.relation_name == "feeds"}
    standing: Mapping[str, int] = count_findings(chosen=FindingFilter(), scope=scope, by="rule") if feeds else {}
    silent = [
        (asked.title(rule), standing[rule], asked.address(here, rule=rule)) for rule in sorted(feeds & set(standing))
    ]
    return {
        "faults": state.faults,
        "rules": state.rules,
        "behind": state.behind,
        "judged_at": judged_at,
        "still": bool(state.behind) and (judged_at is None or (now - judged_at).total_seconds() > STILL_SECONDS),
        "run": runs[0] if runs else None,
        "silent": silent,
    }


def stream_address(request: HttpRequest) -> str:
    """Return where an open page listens; the stream has a port of its own beside the pages'."""
    if settings.STREAM_ADDRESS:
        return str(settings.STREAM_ADDRESS)
    host = urlsplit(f"//{request.get_host()}").hostname or ""
    port = settings.STREAM_PORT or int(request.get_port()) + 1
    shown = f"[{host}]" if ":" in host else host
    return f"{request.scheme}://{shown}:{port}/supervision/stream"


@permission("supervision.view")
@never_cache
@require_safe
def new(request: HttpRequest) -> HttpResponse:
    """Say how many findings of this list are newer than what an open page shows."""
    asked = ask(request)
    since = _number(request.GET.get("since", ""))
    page = page_findings(chosen=findings_of(asked), scope=_scope(request), after="", limit=_AT_ONCE)
    fresh = [row for row in page if row.id > since]
    context = {
        "count": len(fresh),
        "many": len(fresh) == _AT_ONCE,
        "red": sum(row.colour is Colour.RED for row in fresh),
        "fresh": asked.address(reverse("dashboards:supervision"), since=str(since)),
    }
    return render(request, "dashboards/supervision/parts/new.html", context)


@permission("supervision.view")
@require_safe
def csv(request: HttpRequest) -> HttpResponseBase:
    """Send the list as a file, within the same scope."""
    asked = ask(request)
    lines = finding_csv(findings_of(asked), scope=_scope(request), asked=asked)
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="findings-{timezone.localdate():%Y%m%d}.csv"'
    response["Cache-Control"] = "no-store"
    return response


@permission("supervision.handle")
@never_cache
@require_POST
def handle_many(request: HttpRequest) -> HttpResponse:
    """Do one act with every card that was ticked, each for itself, and say what became of each."""
    form = BulkForm(request.POST)
    numbers = tuple(dict.fromkeys(request.POST.getlist("cards")))[:MOST_AT_ONCE]
    if not numbers:
        form.add_error(None, _("请先在列表里选中要处理的监察卡"))
    if not form.is_valid():
        viewing = allowed(request.user, "supervision.view")
        request.scope = viewing  # type: ignore[attr-defined]
        return _page(request, form, status=_REFUSED, ticked=numbers)
    outcomes = perform_many(request, numbers=numbers, typed=form.cleaned_data)
    context = {
        "title": _("批量处理"),
        "crumbs": [(_("电子监察"), reverse("dashboards:supervision")), (_("批量处理"), "")],
        "outcomes": outcomes,
        "done": sum(1 for one in outcomes if not one["reason"]),
        "back": ask(request).address(reverse("dashboards:supervision")),
    }
    return render(request, "dashboards/supervision/handled.html", context)
