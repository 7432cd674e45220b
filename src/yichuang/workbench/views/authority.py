"""The authority list: what is authorised here per item and power, what is not, on which letters; registering them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from yichuang.accounts.commands import grant_authority, revoke_authority
from yichuang.accounts.queries import allowed, get_actor, list_authorities_in, list_colleagues, permission
from yichuang.accounts.values import AuthorityRow, Power, Scope
from yichuang.catalogue.queries import get_terms
from yichuang.kernel.refusal import Refusal
from yichuang.ui.names import Names, get_names
from yichuang.ui.values import Filter
from yichuang.workbench.forms.authority import AuthorityForm, EndAuthorityForm
from yichuang.workbench.reach import choose, county_of, organisations_of

_REFUSED = 422


@dataclass(frozen=True, slots=True)
class ItemLine:
    """One item and who holds each power over it, in the order of Power; nobody means not authorised."""

    code: str
    name: str
    holders: tuple[tuple[str, str, bool], ...]
    complete: bool


def _organisations(scope: Scope, asked: str, names: Names) -> tuple[str, list[tuple[str, str]]]:
    """Return the organisation shown, and all that the reader may choose."""
    today = timezone.localdate()
    area = choose(scope, "").area
    county = county_of(area) or (names.counties[0] if names.counties else "")
    if area is not None and area.organisation:
        codes = [area.organisation]
    else:
        with_items = {organisation for organisation, _item in get_terms(on=today)}
        codes = [code for code in organisations_of(county, on=today) if code in with_items]
    chosen = asked if asked in codes else codes[0] if codes else ""
    return chosen, [(code, names.organisation(code)) for code in codes]


def _items(organisation: str) -> list[tuple[str, str]]:
    terms = get_terms(on=timezone.localdate())
    return sorted((item, entry.name) for (owner, item), entry in terms.items() if owner == organisation)


@permission("authority.view")
@never_cache
def authority(request: HttpRequest) -> HttpResponse:
    """Show each item of an organisation with who may receive, review, decide and seal."""
    today = timezone.localdate()
    names = get_names(on=today)
    organisation, choices = _organisations(request.scope, request.GET.get("organisation", ""), names)  # type: ignore[attr-defined]
    rows = list_authorities_in(organisation=organisation, on=today) if organisation else ()
    me = get_actor(request.user).id
    lines = [_line(code, name, rows, me) for code, name in _items(organisation)]
    may_grant = allowed(request.user, "authority.grant").covers(
        division=organisation.partition("-")[0], organisation=organisation
    )
    context = {
        "title": _("授权清单"),
        "crumbs": [(_("工作台"), reverse("workbench:home")), (_("授权清单"), "")],
        "region": {"name": names.organisation(organisation)},
        "organisation": organisation,
        "filters": [Filter("organisation", _("部门"), organisation, choices)] if len(choices) > 1 else [],
        "powers": [(power, _(power.label)) for power in Power],
        "lines": lines,
        "authorised": sum(1 for line in lines if line.complete),
        "letters": _letters(rows, dict(_items(organisation))),
        "may_grant": may_grant,
    }
    return render(request, "workbench/authority.html", context)


def _line(code: str, name: str, rows: Iterable[AuthorityRow], me: str) -> ItemLine:
    found: dict[Power, list[AuthorityRow]] = {power: [] for power in Power}
    for row in rows:
        if row.item in ("", code):
            found[row.power].append(row)
    holders = tuple(
        (
            _(power.label),
            "、".join(dict.fromkeys(row.holder_name for row in some)),
            any(row.holder == me for row in some),
        )
        for power, some in found.items()
    )
    return ItemLine(code, name, holders, complete=all(found[power] for power in Power))


def _letters(rows: Iterable[AuthorityRow], items: dict[str, str]) -> list[tuple[str, list[tuple[AuthorityRow, str]]]]:
    """Return the letters of authority with their lines and the items they speak of, in the order of the list."""
    found: dict[str, list[tuple[AuthorityRow, str]]] = {}
    for row in rows:
        item = items.get(row.item, row.item) if row.item else _("本部门全部事项")
        found.setdefault(row.document, []).append((row, item))
    return list(found.items())


@permission("authority.grant")
@never_cache
def grant(request: HttpRequest) -> HttpResponse:
    """Register a letter of authority."""
    today = timezone.localdate()
    names = get_names(on=today)
    asked = request.POST.get("organisation") or request.GET.get("organisation", "")
    organisation, choices = _organisations(request.scope, asked, names)  # type: ignore[attr-defined]
    people = [(one.id, one.name) for one in list_colleagues(organisation=organisation, on=today)]
    form = AuthorityForm(request.POST or None, people=people, items=_items(organisation), initial={"valid_from": today})
    status = 200
    if request.method == "POST":
        status = _REFUSED
        if form.is_valid() and _register(request, organisation, form):
            messages.success(request, _("授权书已登记"))
            return HttpResponseRedirect(f"{reverse('workbench:authority')}?organisation={organisation}")
    context = {
        "title": _("登记授权书"),
        "crumbs": [
            (_("工作台"), reverse("workbench:home")),
            (_("授权清单"), reverse("workbench:authority")),
            (_("登记授权书"), ""),
        ],
        "organisation": organisation,
        "organisation_name": names.organisation(organisation),
        "filters": [Filter("organisation", _("部门"), organisation, choices)] if len(choices) > 1 else [],
        "form": form,
        "people": people,
    }
    return render(request, "workbench/authority_grant.html", context, status=status)


def _register(request: HttpRequest, organisation: str, form: AuthorityForm) -> bool:
    """Register every power of the letter, or none; a refusal stands above the form."""
    typed, actor = form.cleaned_data, get_actor(request.user)
    try:
        with transaction.atomic():
            for power in typed["powers"]:
                grant_authority(
                    holder=typed["holder"],
                    organisation=organisation,
                    item=typed["item"],
                    power=Power(power),
                    valid_from=typed["valid_from"],
                    valid_until=typed["valid_until"],
                    document=typed["document"],
                    by=actor,
                    at=timezone.now(),
                )
    except Refusal as refusal:
        form.refuse(refusal)
        return False
    return True


@permission("authority.grant")
@never_cache
def end(request: HttpRequest, authority: int) -> HttpResponse:
    """End one line of the list on a day."""
    today = timezone.localdate()
    form = EndAuthorityForm(request.POST or None, initial={"last_on": today})
    status = 200
    if request.method == "POST":
        status = _REFUSED
        if form.is_valid():
            try:
                revoke_authority(
                    authority=authority,
                    valid_until=form.cleaned_data["last_on"] + timedelta(days=1),
                    by=get_actor(request.user),
                    at=timezone.now(),
                )
            except Refusal as refusal:
                form.refuse(refusal)
            else:
                messages.success(request, _("已登记终止日期"))
                return HttpResponseRedirect(reverse("workbench:authority"))
    context: dict[str, Any] = {
        "title": _("终止授权"),
        "crumbs": [
            (_("工作台"), reverse("workbench:home")),
            (_("授权清单"), reverse("workbench:authority")),
            (_("终止授权"), ""),
        ],
        "form": form,
        "submit": _("终止"),
        "back": reverse("workbench:authority"),
    }
    return render(request, "workbench/form.html", context, status=status)
