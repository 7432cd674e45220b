"""Staff and their posts: accounts in the administrator's area, roles given and ended, passwords, locks."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from yichuang.accounts.commands import (
    create_staff,
    end_grant,
    grant_role,
    reset_second_factor,
    set_active,
    set_password,
    unlock,
    update_staff,
)
from yichuang.accounts.queries import get_actor, get_staff, page_account_log, page_staff, permission
from yichuang.accounts.values import Area, Role, Scope, StaffRow
from yichuang.kernel.refusal import Refusal
from yichuang.kernel.words import N_
from yichuang.regions.queries import list_centres
from yichuang.ui.names import Names, get_names
from yichuang.ui.templatetags.ui import instant
from yichuang.ui.values import Filter, Happening
from yichuang.workbench.forms.staff import EndRoleForm, NewStaffForm, PasswordForm, RoleForm, StaffForm, place_key
from yichuang.workbench.reach import choose, county_of, organisations_of

_REFUSED = 422
_COUNTY = 6
_ROLES = [role for role in Role if role is not Role.APPLICANT]


def _places(scope: Scope, names: Names) -> list[tuple[str, str]]:
    """Return every place of the administrator's area as a choice: the division, organisations, centres and halls."""
    today = timezone.localdate()
    area = choose(scope, "").area
    county = county_of(area)
    division = county or names.city
    places = [(place_key(Area(division)), names.division(division))]
    places += [
        (place_key(Area(division, code)), names.organisation(code)) for code in organisations_of(division, on=today)
    ]
    places += [
        (place_key(Area(row.division, "", row.code)), row.name)
        for row in list_centres(on=today)
        if not county or row.division[:_COUNTY] == county
    ]
    return places


def _area_name(area: Area, names: Names, centres: dict[str, str]) -> str:
    parts = [names.organisation(area.organisation)] if area.organisation else []
    if area.centre:
        parts.append(centres.get(area.centre, area.centre))
    return " · ".join(parts) or (names.division(area.division) if area.division else _("全部"))


def _crumbs(*more: tuple[str, str]) -> list[tuple[str, str]]:
    return [(_("工作台"), reverse("workbench:home")), (_("人员与岗位"), reverse("workbench:staff")), *more]


@permission("staff.manage")
@never_cache
def staff(request: HttpRequest) -> HttpResponse:
    """List the accounts of the administrator's area."""
    now = timezone.now()
    names = get_names(on=timezone.localdate(now))
    asked = request.GET.get("q", "").strip()[:64].replace("\0", "")
    page = page_staff(scope=request.scope, search=asked, after=request.GET.get("after", ""), at=now)  # type: ignore[attr-defined]
    centres = {row.code: row.name for row in list_centres(on=timezone.localdate(now))}
    context = {
        "title": _("人员与岗位"),
        "crumbs": [(_("工作台"), reverse("workbench:home")), (_("人员与岗位"), "")],
        "filters": [Filter("q", _("姓名、用户名或者工号"), asked, kind="search")],
        "rows": [(row, _area_name(row.place, names, centres), _roles(row)) for row in page],
        "page": page,
        "more": bool(page.next_after),
    }
    return render(request, "workbench/staff.html", context)


def _roles(row: StaffRow) -> str:
    today = timezone.localdate()
    held = [
        one.role
        for one in row.grants
        if one.valid_from <= today and (one.valid_until is None or today < one.valid_until)
    ]
    return "、".join(_(role.label) for role in dict.fromkeys(held)) or _("没有岗位")


@permission("staff.manage")
@never_cache
def person(request: HttpRequest, staff: str) -> HttpResponse:
    """Show one account: its roles, whether it is locked, what happened to it."""
    now = timezone.now()
    names = get_names(on=timezone.localdate(now))
    row = get_staff(staff=staff, scope=request.scope, at=now)  # type: ignore[attr-defined]
    centres = {one.code: one.name for one in list_centres(on=timezone.localdate(now))}
    log = page_account_log(staff=staff, limit=20)
    context = {
        "title": row.name,
        "crumbs": _crumbs((row.name, "")),
        "row": row,
        "home": _area_name(row.place, names, centres),
        "grants": [(one, _(one.role.label), _area_name(one.area, names, centres)) for one in row.grants],
        "facts": [
            (_("用户名"), row.username),
            (_("工号"), row.employee_number or "—"),
            (_("所在单位"), _area_name(row.place, names, centres)),
            (_("两步验证"), _("已启用") if row.has_second_factor else _("未启用")),
            (_("锁定到"), instant(row.locked_until) if row.locked_until else _("未锁定")),
        ],
        "log": [
            Happening(title=_(one.event.label), when=instant(one.at), who=one.by_name, body=one.detail) for one in log
        ],
    }
    return render(request, "workbench/person.html", context)


def _act(request: HttpRequest, form: Form, do: Callable[[], object]) -> bool:
    """Do one command of accounts; its refusal stands above the form."""
    try:
        do()
    except Refusal as refusal:
        form.add_error(None, refusal.explain(_))
        return False
    messages.success(request, _("已保存"))
    return True


def _form_page(
    request: HttpRequest, *, title: str, form: Form, back: str, crumbs: list[tuple[str, str]]
) -> HttpResponse:
    context: dict[str, Any] = {"title": title, "crumbs": crumbs, "form": form, "submit": _("保存"), "back": back}
    return render(request, "workbench/form.html", context, status=_REFUSED if form.errors else 200)


@permission("staff.manage")
@never_cache
@sensitive_post_parameters("password")
def new(request: HttpRequest) -> HttpResponse:
    """Open an account."""
    places = _places(request.scope, get_names(on=timezone.localdate()))  # type: ignore[attr-defined]
    form = NewStaffForm(request.POST or None, places=places)
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        keys: list[str] = []
        if _act(
            request,
            form,
            lambda: keys.append(
                create_staff(
                    username=typed["username"],
                    password=typed["password"],
                    name=typed["name"],
                    employee_number=typed["employee_number"],
                    place=form.area,
                    by=get_actor(request.user),
                    at=timezone.now(),
                )
            ),
        ):
            return HttpResponseRedirect(reverse("workbench:person", args=[keys[0]]))
    return _form_page(
        request,
        title=_("新建账号"),
        form=form,
        back=reverse("workbench:staff"),
        crumbs=_crumbs((_("新建账号"), "")),
    )


def _person_form(
    request: HttpRequest, staff: str, title: str, make: Callable[[StaffRow], Form], do: Callable[[Any], object]
) -> HttpResponse:
    """Show and answer one form on one account."""
    row = get_staff(staff=staff, scope=request.scope, at=timezone.now())  # type: ignore[attr-defined]
    back = reverse("workbench:person", args=[staff])
    form = make(row)
    if request.method == "POST" and form.is_valid() and _act(request, form, lambda: do(form)):
        return HttpResponseRedirect(back)
    return _form_page(request, title=title, form=form, back=back, crumbs=_crumbs((row.name, back), (title, "")))


@permission("staff.manage")
@never_cache
def edit(request: HttpRequest, staff: str) -> HttpResponse:
    """Change name, number and home."""
    places = _places(request.scope, get_names(on=timezone.localdate()))  # type: ignore[attr-defined]

    def make(row: StaffRow) -> StaffForm:
        initial = {"name": row.name, "employee_number": row.employee_number, "place": place_key(row.place)}
        return StaffForm(request.POST or None, places=places, initial=initial)

    def do(form: StaffForm) -> None:
        update_staff(
            staff=staff,
            name=form.cleaned_data["name"],
            employee_number=form.cleaned_data["employee_number"],
            place=form.area,
            by=get_actor(request.user),
            at=timezone.now(),
        )

    return _person_form(request, staff, _("修改资料"), make, do)


@permission("staff.manage")
@never_cache
def role(request: HttpRequest, staff: str) -> HttpResponse:
    """Give a role at a place."""
    places = _places(request.scope, get_names(on=timezone.localdate()))  # type: ignore[attr-defined]

    def make(row: StaffRow) -> RoleForm:
        initial = {"place": place_key(row.place), "valid_from": timezone.localdate()}
        return RoleForm(request.POST or None, places=places, roles=_ROLES, initial=initial)

    def do(form: RoleForm) -> None:
        grant_role(
            user=staff,
            role=Role(form.cleaned_data["role"]),
            area=form.area,
            valid_from=form.cleaned_data["valid_from"],
            valid_until=form.cleaned_data["valid_until"],
            by=get_actor(request.user),
            at=timezone.now(),
        )

    return _person_form(request, staff, _("授予岗位"), make, do)


@permission("staff.manage")
@never_cache
def role_end(request: HttpRequest, staff: str, grant: int) -> HttpResponse:
    """End a role on a day."""

    def make(row: StaffRow) -> EndRoleForm:
        if all(one.id != grant for one in row.grants):
            raise Http404
        return EndRoleForm(request.POST or None, initial={"last_on": timezone.localdate()})

    def do(form: EndRoleForm) -> None:
        last = form.cleaned_data["last_on"]
        end_grant(grant=grant, valid_until=last + timedelta(days=1), by=get_actor(request.user), at=timezone.now())

    return _person_form(request, staff, _("终止岗位"), make, do)


@permission("staff.manage")
@never_cache
@sensitive_post_parameters("password")
def password(request: HttpRequest, staff: str) -> HttpResponse:
    """Give an account a new password."""

    def do(form: PasswordForm) -> None:
        set_password(staff=staff, password=form.cleaned_data["password"], by=get_actor(request.user), at=timezone.now())

    return _person_form(request, staff, _("重设密码"), lambda _row: PasswordForm(request.POST or None), do)


_DOINGS: dict[str, tuple[str, Callable[..., object]]] = {
    "close": (N_("账号已停用"), lambda **given: set_active(active=False, **given)),
    "open": (N_("账号已恢复"), lambda **given: set_active(active=True, **given)),
    "unlock": (N_("已解除锁定"), unlock),
    "forget-second-factor": (N_("两步验证已重置"), reset_second_factor),
}


@permission("staff.manage")
@require_POST
def do(request: HttpRequest, staff: str, what: str) -> HttpResponse:
    """Do one thing that needs no form: close, open, unlock an account, forget its second factor."""
    if what not in _DOINGS:
        raise Http404
    get_staff(staff=staff, scope=request.scope, at=timezone.now())  # type: ignore[attr-defined]
    told, act = _DOINGS[what]
    try:
        act(staff=staff, by=get_actor(request.user), at=timezone.now())
    except Refusal as refusal:
        messages.error(request, refusal.explain(_))
    else:
        messages.success(request, _(told))
    return HttpResponseRedirect(reverse("workbench:person", args=[staff]))
