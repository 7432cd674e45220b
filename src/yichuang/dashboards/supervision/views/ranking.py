"""The monthly ranking: every department's score with the reason for every point, and publishing it."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from yichuang.accounts.queries import allowed, get_actor, permission, require
from yichuang.accounts.values import Scope
from yichuang.dashboards.supervision.asking import Asked, ask
from yichuang.dashboards.supervision.forms import PublishForm
from yichuang.dashboards.supervision.parts import parts
from yichuang.dashboards.supervision.reach import counties_in
from yichuang.kernel.refusal import Refusal
from yichuang.supervision.commands import publish_ranking
from yichuang.supervision.queries import get_ranking, get_scores
from yichuang.supervision.values import Ranking, RankingNotPublished, RankingRow, ScoreReason
from yichuang.ui.values import Filter, Tone

_HERE = "dashboards:supervision-ranking"
_MONTHS_BACK = 18
_GRADES = {"excellent": Tone.GOOD, "good": Tone.GOOD, "pass": Tone.WARN, "fail": Tone.BAD}


@dataclass(frozen=True, slots=True)
class PartLine:
    """One part of a score, with a sentence for every point that is missing."""

    title: str
    base: int
    points: int
    reasons: list[tuple[str, list[tuple[str, str]]]]


@dataclass(frozen=True, slots=True)
class ScoreLine:
    """One department of the ranking."""

    place: int
    name: str
    score: str
    grade: str
    tone: Tone
    cards: str
    parts: list[PartLine]
    bonus: list[tuple[str, list[tuple[str, str]]]]


def _months(today: date) -> list[str]:
    found, first = [], today.replace(day=1)
    for _turn in range(_MONTHS_BACK):
        found.append(f"{first:%Y-%m}")
        first = (first - timedelta(days=1)).replace(day=1)
    return found


def _month(text: str, today: date) -> str:
    """Return the month asked for, the last one that is over where none is, or where it is no month."""
    try:
        return f"{date.fromisoformat(f'{text}-01'):%Y-%m}"
    except ValueError:
        return _months(today)[1]


def _divisions(scope: Scope, asked: Asked) -> list[str]:
    """Return the places whose departments the reader may rank: the city where he sees all of it, then his counties."""
    counties = counties_in(scope, asked.names.counties)
    whole = scope.covers(division=asked.names.city)
    return [code for code in counties if whole or code != asked.names.city]


@permission("supervision.view")
@never_cache
@require_safe
def ranking(request: HttpRequest) -> HttpResponse:
    """Show a month's scores: as published, or as they stand now while nothing is published."""
    return _page(request, month=request.GET.get("month", ""), division=request.GET.get("division", ""))


def _page(request: HttpRequest, *, month: str, division: str, fault: str = "", status: int = 200) -> HttpResponse:
    asked, scope = ask(request), request.scope  # type: ignore[attr-defined]
    today = timezone.localdate()
    month, places = _month(month, today), _divisions(scope, asked)
    chosen = division if division in places else places[0] if places else ""
    published = _published(month, chosen) if chosen else None
    rows = published.rows if published else get_scores(month=month, division=chosen) if chosen else ()
    handled = allowed(request.user, "supervision.handle")
    months = _months(today)
    context = {
        "title": _("量化测评"),
        "crumbs": [(_("电子监察"), reverse("dashboards:supervision")), (_("量化测评"), "")],
        "parts": parts(request, here=_HERE),
        "filters": [
            Filter("month", _("月份"), month, [(one, one) for one in sorted({*months, month}, reverse=True)]),
            Filter("division", _("区划"), chosen, [(code, asked.names.division(code)) for code in places]),
        ],
        "lines": [_line(row, asked) for row in rows],
        "published": published,
        "month": month,
        "division": chosen,
        "place": asked.names.division(chosen) if chosen else "",
        "may_publish": bool(chosen) and handled.covers(division=chosen) and month < f"{today:%Y-%m}",
        "form": PublishForm(initial={"month": month, "division": chosen}),
        "fault": fault,
    }
    return render(request, "dashboards/supervision/ranking.html", context, status=status)


def _published(month: str, division: str) -> Ranking | None:
    try:
        return get_ranking(month=month, division=division)
    except RankingNotPublished:
        return None


def _line(row: RankingRow, asked: Asked) -> ScoreLine:
    score = row.score
    return ScoreLine(
        place=row.place,
        name=asked.names.organisation(score.organisation),
        score=f"{score.score}",
        grade=_both(score.grade.title),
        tone=_GRADES.get(score.grade.key, Tone.NEUTRAL),
        cards=_("红牌 %(red)s，黄牌 %(yellow)s，预警 %(reminders)s")
        % {"red": score.red, "yellow": score.yellow, "reminders": score.reminders},
        parts=[
            PartLine(_both(part.title), part.base, part.points, [_reason(one) for one in part.reasons])
            for part in score.parts
        ],
        bonus=[_reason(one) for one in score.bonus],
    )


def _both(title: Any) -> str:
    return str(title.zh if (get_language() or "zh").startswith("zh") else title.en)


def _reason(reason: ScoreReason) -> tuple[str, list[tuple[str, str]]]:
    """Return the sentence of a reason, and its cards with their addresses."""
    details = {key: _(value) if isinstance(value, str) and value else value for key, value in reason.details.items()}
    links = [(number, reverse("dashboards:supervision-card", args=[number])) for number in reason.cards]
    return _(reason.text).format(**details), links


@permission("supervision.handle")
@never_cache
@require_POST
def publish(request: HttpRequest) -> HttpResponse:
    """Publish a month's ranking; what was published before stays on record."""
    form = PublishForm(request.POST)
    if not form.is_valid():
        return HttpResponseRedirect(reverse(_HERE))
    month, division = form.cleaned_data["month"], form.cleaned_data["division"]
    require(request.scope, division=division)  # type: ignore[attr-defined]
    try:
        publish_ranking(month=month, division=division, by=get_actor(request.user), at=timezone.now())
    except Refusal as refusal:
        request.scope = allowed(request.user, "supervision.view")  # type: ignore[attr-defined]
        return _page(request, month=month, division=division, fault=refusal.explain(_), status=422)
    messages.success(request, _("已公布"))
    return HttpResponseRedirect(f"{reverse(_HERE)}?month={month}&division={division}")
