"""What the public says and what comes of it: published ratings, consultations and complaints, asking and looking up."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from yichuang.accounts.queries import get_actor, permission
from yichuang.cases.queries import find_case_scope
from yichuang.catalogue.queries import list_departments
from yichuang.feedback.commands import complain as file_complaint
from yichuang.feedback.commands import consult as file_consultation
from yichuang.feedback.commands import look_up_matter
from yichuang.feedback.queries import (
    get_own_matter,
    list_categories,
    page_published_matters,
    page_published_ratings,
    summary,
)
from yichuang.feedback.values import FINDING_LABELS, Kind, Level
from yichuang.kernel.refusal import Refusal
from yichuang.portal.pages import show
from yichuang.portal.region import Region, get_region
from yichuang.portal.visitor import actor_of, known_person, owner_of
from yichuang.ui.names import get_item_names, get_names

_YEAR = timedelta(days=365)
_FIELDS = ("title", "text", "name", "phone", "organisation", "category", "target", "number")
_SHOWN = "looked_up"


@permission("opinions.view")
@require_safe
def opinions(request: HttpRequest) -> HttpResponse:
    """Show what the ratings of the region add up to, the newest ones, answered questions and settled complaints."""
    today = timezone.localdate()
    region = get_region(request)
    names, items = get_names(on=today), get_item_names(on=today)
    found = summary(division=region.code, start_on=today - _YEAR, until=today + timedelta(days=1))
    ratings = page_published_ratings(division=region.code, after=request.GET.get("after", ""))
    most = max(found.levels.values(), default=0)
    context = {
        "title": _("评价、咨询与投诉"),
        "crumbs": [(_("首页"), "/"), (_("评价、咨询与投诉"), "")],
        "summary": found,
        "levels": [(_(level.label), found.levels[level]) for level in Level],
        "most": most,
        "page": ratings,
        "ratings": [
            (row, _(row.level.label), row.level.stars, names.organisation(row.organisation), items.item(row.item))
            for row in ratings
        ],
        "findings": FINDING_LABELS,
        "consultations": _published(Kind.CONSULTATION, region, names),
        "complaints": _published(Kind.COMPLAINT, region, names),
    }
    return show(request, "portal/opinions.html", context, region=region)


def _published(kind: Kind, region: Region, names: Any) -> list[tuple[Any, str, str]]:
    page = page_published_matters(kind=kind, division=region.code, limit=10)
    return [(row, names.organisation(row.organisation), _(FINDING_LABELS.get(row.finding, ""))) for row in page]


def _typed(request: HttpRequest) -> dict[str, str]:
    return {name: request.POST.get(name, "").replace("\0", "").strip() for name in _FIELDS}


def _form(request: HttpRequest, kind: Kind, *, refusal: str = "") -> HttpResponse:
    region = get_region(request)
    given = _typed(request)
    person = known_person(request)
    if request.method != "POST" and person is not None:
        given |= {"name": person.name, "phone": person.phone}
    given["number"] = given["number"] or request.GET.get("number", "")[:40]
    scope = find_case_scope(given["number"]) if given["number"] else None
    if scope and not given["organisation"]:
        given["organisation"] = scope[1]
    consultation = kind is Kind.CONSULTATION
    division = scope[0] if scope else region.code
    departments = list_departments(division=division) or list_departments(division=region.county)
    context = {
        "title": _("我要咨询") if consultation else _("我要投诉"),
        "crumbs": [(_("首页"), "/"), (_("评价、咨询与投诉"), reverse("portal:opinions")), (_(kind.label), "")],
        "consultation": consultation,
        "given": given,
        "agreed": request.POST.get("may_publish") == "1",
        "refusal": refusal,
        "departments": [(row.organisation_code, row.organisation_name) for row in departments],
        "categories": [] if consultation else [(one.key, _(one.title)) for one in list_categories()],
    }
    return show(request, "portal/ask.html", context, region=region, status=422 if refusal else 200)


@permission("opinions.give")
@require_http_methods(["GET", "HEAD", "POST"])
def consult(request: HttpRequest) -> HttpResponse:
    """Ask a question and get a number under which the answer is found."""
    return _ask(request, Kind.CONSULTATION)


@permission("opinions.give")
@require_http_methods(["GET", "HEAD", "POST"])
def complain(request: HttpRequest) -> HttpResponse:
    """Complain, with or without a name, and get a number under which one learns what came of it."""
    return _ask(request, Kind.COMPLAINT)


def _ask(request: HttpRequest, kind: Kind) -> HttpResponse:
    if request.method != "POST":
        return _form(request, kind)
    try:
        number = _file(request, kind, _typed(request))
    except Refusal as refusal:
        return _form(request, kind, refusal=refusal.explain(_))
    request.session[_SHOWN] = number
    messages.success(
        request, _("已收到，编号 %(number)s。请记下编号，凭编号和手机号后四位查询答复") % {"number": number}
    )
    return HttpResponseRedirect(reverse("portal:matter", args=[number]))


def _file(request: HttpRequest, kind: Kind, given: dict[str, str]) -> str:
    said: dict[str, Any] = {
        **{name: given[name] for name in ("title", "text", "name", "phone", "organisation")},
        "division": _division(request, given["organisation"]),
        "owner": owner_of(request),
        "address": request.META.get("REMOTE_ADDR", ""),
        "by": actor_of(request),
        "at": timezone.now(),
    }
    if kind is Kind.CONSULTATION:
        return file_consultation(**said, may_publish=request.POST.get("may_publish") == "1")
    known = bool(given["number"]) and find_case_scope(given["number"]) is not None
    return file_complaint(
        **said,
        category=given["category"],
        target=given["target"],
        case_number=given["number"] if known else "",
    )


def _division(request: HttpRequest, organisation: str) -> str:
    """Return the place of what is said: that of the organisation, else the visitor's region."""
    place = organisation.partition("-")[0]
    return place if place.isdecimal() else get_region(request).code


@permission("opinions.view")
@require_http_methods(["GET", "HEAD", "POST"])
def look_up(request: HttpRequest) -> HttpResponse:
    """Find one's own question or complaint by its number and the last digits of the phone."""
    refusal = ""
    number = request.POST.get("number", "").strip()[:40]
    if request.method == "POST":
        try:
            found = look_up_matter(
                number=number,
                phone_tail=request.POST.get("tail", "")[:4],
                address=request.META.get("REMOTE_ADDR", ""),
                at=timezone.now(),
            )
        except Refusal as refused:
            refusal = refused.explain(_)
        else:
            request.session[_SHOWN] = found.row.number
            return _matter(request, found)
    context = {
        "title": _("查询答复"),
        "crumbs": [(_("首页"), "/"), (_("评价、咨询与投诉"), reverse("portal:opinions")), (_("查询答复"), "")],
        "number": number,
        "refusal": refusal,
    }
    return show(request, "portal/look_up.html", context, status=404 if refusal else 200)


@permission("opinions.view")
@require_safe
def matter(request: HttpRequest, number: str) -> HttpResponse:
    """Show one's own question or complaint; whoever sent it without an account sees only that it has arrived."""
    if request.user.is_authenticated:
        owner = get_actor(request.user).id
        return _matter(request, get_own_matter(number=number, owner=owner, on=timezone.localdate()))
    if request.session.get(_SHOWN) != number:
        return HttpResponseRedirect(reverse("portal:look-up"))
    context = {
        "title": _("已收到"),
        "crumbs": [(_("首页"), "/"), (_("评价、咨询与投诉"), reverse("portal:opinions")), (number, "")],
        "number": number,
    }
    return show(request, "portal/arrived.html", context)


def _matter(request: HttpRequest, file: Any) -> HttpResponse:
    names = get_names(on=timezone.localdate())
    context = {
        "title": file.row.title or _(file.row.kind.label),
        "crumbs": [(_("首页"), "/"), (_("评价、咨询与投诉"), reverse("portal:opinions")), (file.row.number, "")],
        "file": file,
        "organisation": names.organisation(file.row.organisation) if file.row.organisation else "",
        "finding": _(FINDING_LABELS.get(file.row.finding, "")),
    }
    return show(request, "portal/matter.html", context)
