"""Booking a slot at a centre: see where there is room, take a place, give it back."""

from datetime import date, time

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from yichuang.accounts.queries import get_actor, permission
from yichuang.catalogue.queries import find_item
from yichuang.halls.commands import book as take_place
from yichuang.halls.commands import cancel_booking
from yichuang.halls.queries import list_areas, list_bookings, list_days, list_slots
from yichuang.halls.values import BookingStep
from yichuang.kernel.refusal import Refusal
from yichuang.portal.identity import person_of
from yichuang.portal.owning import is_own
from yichuang.portal.pages import show
from yichuang.portal.region import get_region
from yichuang.regions.queries import list_centres
from yichuang.regions.values import CentreStateKind

_LONGEST = 60


def _text(request: HttpRequest, name: str) -> str:
    given = request.POST if request.method == "POST" else request.GET
    return given.get(name, "").replace("\0", "").strip()[:_LONGEST]


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _time(text: str) -> time | None:
    try:
        return time.fromisoformat(text)
    except ValueError:
        return None


@permission("catalogue.view")
@require_safe
def book(request: HttpRequest) -> HttpResponse:
    """Show the centres of the region, the open days of one, and the free slots of a day."""
    now = timezone.now()
    region = get_region(request)
    centre, area, on = _text(request, "centre"), _text(request, "area"), _day(_text(request, "on"))
    centres = [
        row
        for division in dict.fromkeys((region.code, region.county or region.code))
        for row in list_centres(on=timezone.localdate(now), division=division)
        if row.state is CentreStateKind.RUNNING
    ]
    if not centre and len(centres) == 1:
        centre = centres[0].code
    subject = {name: _text(request, name) for name in ("item", "number")}
    item = find_item(code=subject["item"]) if subject["item"] else None
    areas = list_areas(centre=centre, on=timezone.localdate(now)) if centre else ()
    area = area or next(iter(areas), "")
    context = {
        "title": _("预约到窗口办理"),
        "crumbs": [(_("首页"), "/"), (_("预约到窗口办理"), "")],
        "centres": centres,
        "centre": next((row for row in centres if row.code == centre), None),
        "code": centre,
        "areas": areas,
        "area": area,
        "days": list_days(centre=centre, at=now, area=area) if centre else (),
        "on": on,
        "slots": list_slots(centre=centre, on=on, at=now, area=area) if centre and on else (),
        "item": item,
        **subject,
    }
    return show(request, "portal/book.html", context, region=region)


@permission("applications.own")
@require_POST
def take(request: HttpRequest) -> HttpResponse:
    """Take a place in the signed-in person's name; where it is gone meanwhile, say so and show the others."""
    person, actor = person_of(request.user), get_actor(request.user)
    centre, area = _text(request, "centre"), _text(request, "area")
    on, start = _day(_text(request, "on")), _time(_text(request, "start"))
    number, item = _text(request, "number"), _text(request, "item")
    back = f"{reverse('portal:book')}?centre={centre}&area={area}&on={on or ''}"
    if on is None or start is None:
        return HttpResponseRedirect(back)
    try:
        row = take_place(
            centre=centre,
            on=on,
            start=start,
            area=area,
            item=item,
            case_number=number if number and is_own(request, number) else "",
            name=person.name,
            phone=person.phone,
            owner=actor.id,
            by=actor,
            at=timezone.now(),
        )
    except Refusal as refusal:
        messages.error(request, refusal.explain(_))
        return HttpResponseRedirect(back)
    messages.success(request, _("预约成功，预约码 %(code)s") % {"code": row.spoken})
    return HttpResponseRedirect(reverse("portal:bookings"))


@permission("applications.own")
@require_safe
def bookings(request: HttpRequest) -> HttpResponse:
    """Show the signed-in person's bookings, each with its code."""
    centres = {row.code: row.name for row in list_centres(on=timezone.localdate())}
    rows = list_bookings(owner=get_actor(request.user).id)
    context = {
        "title": _("我的预约"),
        "crumbs": [(_("首页"), "/"), (_("我的"), reverse("portal:mine")), (_("我的预约"), "")],
        "rows": [(row, centres.get(row.centre, row.centre), BookingStep.CANCEL in row.possible) for row in rows],
    }
    return show(request, "portal/bookings.html", context)


@permission("applications.own")
@require_POST
def cancel(request: HttpRequest, code: str) -> HttpResponse:
    """Give a place back before its slot begins."""
    actor = get_actor(request.user)
    try:
        cancel_booking(code=code, owner=actor.id, by=actor, at=timezone.now())
    except Refusal as refusal:
        messages.error(request, refusal.explain(_))
    else:
        messages.success(request, _("预约已取消"))
    return HttpResponseRedirect(reverse("portal:bookings"))
