"""The hall: windows and who sits there, cases by state, what is about to be late, bookings, announcements."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from yichuang.accounts.queries import allowed, get_actor, permission, require
from yichuang.accounts.values import Scope
from yichuang.cases.queries import count_states, page_todo
from yichuang.cases.values import STATUS_LABELS, StateCount
from yichuang.halls.commands import mark_arrived, mark_no_show, publish_announcement, withdraw_announcement
from yichuang.halls.queries import count_bookings, get_announcement, get_booking, page_announcements, page_bookings
from yichuang.halls.values import BookingState, BookingStep
from yichuang.kernel.refusal import Refusal
from yichuang.regions.queries import get_successors, list_centres, list_posts, list_windows
from yichuang.regions.values import CentreRow
from yichuang.ui.names import Names, get_names
from yichuang.ui.values import Cell, Column, Filter, Table, Tone
from yichuang.workbench import hallplan
from yichuang.workbench.forms.hall import AnnouncementForm, ReasonForm
from yichuang.workbench.lists import ELSEWHERE, lines_of, todo_address
from yichuang.workbench.reach import arguments, choose, county_of

_SOON = 10
_COUNTY = 6
_REFUSED = 422


def _centres(scope: Scope) -> list[CentreRow]:
    """Return the centre of the manager's area and the halls of its towns, the centre first."""
    today = timezone.localdate()
    area = choose(scope, "").area
    rows = list_centres(on=today)
    if area is not None and area.centre:
        return [row for row in rows if row.code == area.centre]
    county = county_of(area)
    inside = [row for row in rows if not county or row.division[:_COUNTY] == county]
    return sorted(inside, key=lambda row: (len(row.division), row.code))


def _chosen(request: HttpRequest) -> tuple[CentreRow, list[CentreRow]]:
    centres = _centres(request.scope)  # type: ignore[attr-defined]
    if not centres:
        raise Http404
    asked = request.GET.get("centre", "")
    return next((row for row in centres if row.code == asked), centres[0]), centres


def _crumbs(*more: tuple[str, str]) -> list[tuple[str, str]]:
    return [(_("工作台"), reverse("workbench:home")), (_("大厅"), reverse("workbench:hall")), *more]


@permission("hall.manage")
@never_cache
def hall(request: HttpRequest) -> HttpResponse:
    """Show the hall as it stands now."""
    centre, centres = _chosen(request)
    now = timezone.now()
    today = timezone.localdate(now)
    names = get_names(on=today)
    limits = arguments(choose(allowed(request.user, "cases.view"), "").area)
    counts = count_states(**limits, on=today)
    away = count_states(**limits, on=today, elsewhere=True)
    soon = page_todo(**limits, limit=_SOON)
    context = {
        "title": centre.name,
        "crumbs": [(_("工作台"), reverse("workbench:home")), (_("大厅"), "")],
        "region": {"name": names.division(centre.division)},
        "filters": [Filter("centre", _("中心"), centre.code, [(row.code, row.name) for row in centres])],
        "centre": centre,
        "areas": hallplan.areas_of(
            list_windows(on=today, centre=centre.code),
            posts=list_posts(on=today, centre=centre.code),
            counts=counts,
            successors=get_successors(on=today),
        ),
        "states": _states(counts, names),
        "late": sum(one.overdue for one in counts),
        "due_soon": sum(one.due_soon for one in counts),
        "away": sum(one.count for one in away) if away else None,
        "away_href": todo_address(kind=ELSEWHERE),
        "todo": lines_of(soon, now=now),
        "bookings": [(_(state.label), count) for state, count in count_bookings(centre=centre.code, on=today).items()],
    }
    return render(request, "workbench/hall.html", context)


def _states(counts: tuple[StateCount, ...], names: Names) -> Table:
    columns = (
        Column(_("部门")),
        Column(_("状态")),
        Column(_("件数"), numeric=True),
        Column(_("临近"), numeric=True),
        Column(_("超期"), numeric=True),
    )
    ordered = sorted(counts, key=lambda one: (-one.overdue, -one.due_soon, one.organisation, one.status))
    return Table(
        caption=_("在办件数，按部门和状态"),
        columns=columns,
        rows=[
            [
                Cell(names.organisation(one.organisation)),
                Cell(_(STATUS_LABELS[one.status])),
                Cell(str(one.count)),
                Cell(str(one.due_soon), tone=Tone.WARN) if one.due_soon else Cell("0"),
                Cell(str(one.overdue), tone=Tone.BAD) if one.overdue else Cell("0"),
            ]
            for one in ordered
        ],
        empty=_("现在没有在办的件"),
    )


@permission("hall.manage")
@never_cache
def bookings(request: HttpRequest) -> HttpResponse:
    """Show the bookings of a day."""
    centre, centres = _chosen(request)
    today = timezone.localdate()
    on = parse_date(request.GET.get("on", "")) or today
    page = page_bookings(centre=centre.code, on=on, after=request.GET.get("after", ""), personal=True)
    context = {
        "title": _("预约"),
        "crumbs": _crumbs((_("预约"), "")),
        "filters": [
            Filter("centre", _("中心"), centre.code, [(row.code, row.name) for row in centres]),
            Filter("on", _("日期"), on.isoformat(), kind="date"),
        ],
        "rows": [(row, _(row.state.label), _TONES.get(row.state, Tone.NEUTRAL)) for row in page],
        "page": page,
        "more": bool(page.next_after),
        "on": on,
        "here": request.get_full_path(),
    }
    return render(request, "workbench/bookings.html", context)


_TONES = {BookingState.BOOKED: Tone.INFO, BookingState.ARRIVED: Tone.GOOD, BookingState.NO_SHOW: Tone.WARN}


@permission("hall.manage")
@require_POST
def booking_do(request: HttpRequest, code: str, what: str) -> HttpResponse:
    """Note that somebody came, or did not."""
    act = {BookingStep.ARRIVE.value: mark_arrived, BookingStep.MISS.value: mark_no_show}.get(what)
    row = get_booking(code=code)
    if act is None or row.centre not in {one.code for one in _centres(request.scope)}:  # type: ignore[attr-defined]
        raise Http404
    try:
        act(code=code, by=get_actor(request.user), at=timezone.now())
    except Refusal as refusal:
        messages.error(request, refusal.explain(_))
    else:
        messages.success(request, _("已登记"))
    address = reverse("workbench:bookings")
    return HttpResponseRedirect(f"{address}?centre={row.centre}&on={row.on.isoformat()}")


@permission("hall.manage")
@never_cache
def announcements(request: HttpRequest) -> HttpResponse:
    """List what was announced, withdrawn ones too; publish another."""
    names = get_names(on=timezone.localdate())
    area = choose(request.scope, "").area  # type: ignore[attr-defined]
    county = county_of(area)
    divisions = sorted(
        {row.division for row in _centres(request.scope)} | ({county} if county else set()),  # type: ignore[attr-defined]
        key=lambda code: (len(code), code),
    )
    form = AnnouncementForm(
        request.POST or None,
        divisions=[(code, names.division(code)) for code in divisions],
        initial={"from_on": timezone.localdate()},
    )
    status = 200
    if request.method == "POST":
        status = _REFUSED
        if form.is_valid() and _publish(request, form):
            messages.success(request, _("公告已发布"))
            return HttpResponseRedirect(reverse("workbench:announcements"))
    page = page_announcements(scope=request.scope, after=request.GET.get("after", ""))  # type: ignore[attr-defined]
    context = {
        "title": _("公告"),
        "crumbs": _crumbs((_("公告"), "")),
        "rows": [(row, names.division(row.division)) for row in page],
        "page": page,
        "more": bool(page.next_after),
        "form": form,
    }
    return render(request, "workbench/announcements.html", context, status=status)


def _publish(request: HttpRequest, form: AnnouncementForm) -> bool:
    typed = form.cleaned_data
    require(request.scope, division=typed["division"], **_narrowest(request))  # type: ignore[attr-defined]
    try:
        publish_announcement(
            division=typed["division"],
            title=typed["title"],
            text=typed["text"],
            from_on=typed["from_on"],
            until=typed["until"],
            by=get_actor(request.user),
            at=timezone.now(),
        )
    except Refusal as refusal:
        form.refuse(refusal)
        return False
    return True


def _narrowest(request: HttpRequest) -> dict[str, str]:
    """Return the centre of a grant that is narrowed to one: its manager announces for that centre's division."""
    area = choose(request.scope, "").area  # type: ignore[attr-defined]
    return {"centre": area.centre} if area is not None and area.centre else {}


@permission("hall.manage")
@never_cache
def announcement_withdraw(request: HttpRequest, announcement: int) -> HttpResponse:
    """Take an announcement off the public pages, with a reason."""
    row = get_announcement(announcement=announcement)
    require(request.scope, division=row.division, **_narrowest(request))  # type: ignore[attr-defined]
    form = ReasonForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = _REFUSED
        if form.is_valid():
            try:
                withdraw_announcement(
                    announcement=announcement,
                    reason=form.cleaned_data["reason"],
                    by=get_actor(request.user),
                    at=timezone.now(),
                )
            except Refusal as refusal:
                form.refuse(refusal)
            else:
                messages.success(request, _("公告已撤下"))
                return HttpResponseRedirect(reverse("workbench:announcements"))
    back = reverse("workbench:announcements")
    context = {
        "title": _("撤下公告"),
        "crumbs": _crumbs((_("公告"), back), (_("撤下公告"), "")),
        "lead": row.title,
        "form": form,
        "submit": _("撤下"),
        "back": back,
    }
    return render(request, "workbench/form.html", context, status=status)
