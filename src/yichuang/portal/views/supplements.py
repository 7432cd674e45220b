"""Bringing what was missing, on line: one page, every material of the notice, in one go or piece by piece."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from yichuang.accounts.queries import get_actor, permission
from yichuang.cases.commands import remove_attachment
from yichuang.cases.commands import supplement as hand_in
from yichuang.cases.queries import get_case, get_supplement, list_attachments
from yichuang.cases.values import AttachmentRow, MaterialChoice, SupplementNotAwaited
from yichuang.catalogue.queries import get_item_guide
from yichuang.catalogue.values import ItemUnknown, Material
from yichuang.kernel.refusal import Refusal
from yichuang.portal.owning import require_own
from yichuang.portal.pages import show
from yichuang.portal.views.uploads import begin_for, store_for, telling
from yichuang.ui.names import get_item_names


@dataclass(frozen=True, slots=True)
class _Part:
    """One material of the notice with the files that have arrived for it."""

    at: int
    name: str
    material: Material | None
    attachments: tuple[AttachmentRow, ...]
    missing: bool


@permission("applications.own")
@require_http_methods(["GET", "HEAD", "POST"])
def supplement(request: HttpRequest, number: str) -> HttpResponse:
    """Show what the notice asks for; hand in what has arrived. With all of it the case goes on by itself."""
    require_own(request, number)
    if request.method == "POST":
        return _hand_in(request, number)
    asked = get_supplement(number=number)
    file = get_case(number)
    if file.row.status != "supplementing":
        return HttpResponseRedirect(reverse("portal:case", args=[number]))
    files = [row for row in list_attachments(number=number) if not row.taken]
    known = _materials(file.implementation_code)
    context = {
        "title": _("补充材料"),
        "crumbs": [
            (_("首页"), "/"),
            (_("我的"), reverse("portal:mine")),
            (number, reverse("portal:case", args=[number])),
            (_("补充材料"), ""),
        ],
        "row": file.row,
        "item": get_item_names(on=timezone.localdate(file.row.received_at)).item(file.row.item),
        "supplement": asked,
        "parts": [
            _Part(at, name, known.get(name), tuple(row for row in files if row.material == name), name in asked.missing)
            for at, name in enumerate(asked.asked)
        ],
    }
    return show(request, "portal/supplement.html", context)


def _materials(code: str) -> dict[str, Material]:
    try:
        return {material.name: material for material in get_item_guide(code=code).content.materials}
    except ItemUnknown:
        # The item was withdrawn meanwhile: the names of the notice say enough.
        return {}


def _hand_in(request: HttpRequest, number: str) -> HttpResponse:
    actor = get_actor(request.user)
    arrived = {row.material for row in list_attachments(number=number) if not row.taken}
    choices = tuple(
        MaterialChoice(name=name, way="upload") for name in get_supplement(number=number).asked if name in arrived
    )
    try:
        told = hand_in(number=number, owner=actor.id, choices=choices, by=actor, at=timezone.now())
    except SupplementNotAwaited as refusal:
        messages.error(request, refusal.explain(_))
        return HttpResponseRedirect(reverse("portal:case", args=[number]))
    if told.complete:
        messages.success(request, _("材料已补齐，窗口会继续核对"))
        return HttpResponseRedirect(reverse("portal:case", args=[number]))
    missing = _("、").join(told.missing)
    messages.error(request, _("还缺：%(missing)s。已交的都保存了，可以以后再补") % {"missing": missing})
    return HttpResponseRedirect(reverse("portal:supplement", args=[number]))


@permission("applications.own")
@require_POST
def upload(request: HttpRequest, number: str) -> HttpResponse:
    """Take a whole file for a material of the notice and go back to the list."""
    require_own(request, number)
    store_for(request, number=number)
    return HttpResponseRedirect(reverse("portal:supplement", args=[number]))


@permission("applications.own")
@require_POST
@telling
def begin(request: HttpRequest, number: str) -> HttpResponseBase:
    """Begin a file that comes in pieces for a material of the notice."""
    require_own(request, number)
    return begin_for(request, number=number)


@permission("applications.own")
@require_POST
def remove(request: HttpRequest, number: str, key: str) -> HttpResponse:
    """Delete a file that was not handed in yet."""
    require_own(request, number)
    try:
        remove_attachment(key=key, by=get_actor(request.user))
    except Refusal as refusal:
        messages.error(request, refusal.explain(_))
    return HttpResponseRedirect(reverse("portal:supplement", args=[number]))
