"""What every page knows: navigation, reading mode, version, whether this is the demonstration."""

from importlib.metadata import PackageNotFoundError, version
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yichuang.accounts.queries import allowed, get_actor
from yichuang.supervision.queries import count_unread
from yichuang.ui.progress import read_progress
from yichuang.ui.values import Progress

ELDER_COOKIE = "elder"
CONTRAST_COOKIE = "contrast"

# What an applicant, or a visitor who may become one, looks for: (address, label).
_ITEMS = pgettext_lazy("list", "事项")
_PUBLIC = (("/", _("首页")), ("/items/", _ITEMS), ("/track/", _("进度查询")), ("/my/", _("我的")))
# Beside this entry stands how many notices of cards the reader has not read yet.
_OWN_CARDS = "/supervision/mine/"
# What the staff look for, and the actions of which one shows the entry.
_STAFF = (
    ("/workbench/", _("工作台"), ("cases.view", "hall.manage", "staff.manage", "catalogue.manage")),
    ("/items/", _ITEMS, ("catalogue.view",)),
    ("/overview/", _("总览"), ("overview.view",)),
    ("/bulletins/", _("通报"), ("bulletins.view",)),
    ("/cases/", _("办件"), ("cases.view",)),
    ("/supervision/", _("电子监察"), ("supervision.view",)),
    (_OWN_CARDS, _("我的监察卡"), ("supervision.own",)),
    ("/exchange/", _("数据交换"), ("imports.view",)),
)
_FOOTER = (
    ("/overview/", _("总览")),
    ("/bulletins/", _("通报")),
    ("/opinions/", _("评价、咨询与投诉")),
    ("/verify/", _("文书核验")),
)
# Contexts whose pages are for the staff, and the figures: they link the whole stylesheets.
_STAFF_APPS = frozenset({"workbench", "dashboards"})


def _version() -> str:
    try:
        return version("yichuang")
    except PackageNotFoundError:
        # Run from a source tree that was never installed: it has no number.
        return ""


_VERSION = _version()


def _is_current(address: str, path: str) -> bool:
    return path == address if address == "/" else path.startswith(address)


def _entry(href: str, label: str, path: str) -> dict[str, Any]:
    return {"href": href, "label": label, "current": _is_current(href, path), "count": 0}


def _navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """Return the main navigation of the reader's role; a visitor is met as an applicant."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated or allowed(user, "applications.own"):
        return [_entry(href, label, request.path) for href, label in _PUBLIC]
    entries = [
        _entry(href, label, request.path)
        for href, label, actions in _STAFF
        if any(allowed(user, action) for action in actions)
    ]
    # An address below another entry's is that of one of them only: the nearest.
    nearest = max((entry["href"] for entry in entries if entry["current"]), key=len, default="")
    return [
        entry
        | {
            "current": entry["href"] == nearest,
            "count": count_unread(get_actor(user).id) if entry["href"] == _OWN_CARDS else 0,
        }
        for entry in entries
    ]


def _is_staff_page(request: HttpRequest) -> bool:
    found = request.resolver_match
    return found is not None and found.app_name in _STAFF_APPS


def _unfinished() -> Progress | None:
    """Return how far a filling is; one that has ended needs no banner on a page that shows its result."""
    found = read_progress()
    return None if found is None or found.done else found


def furniture(request: HttpRequest) -> dict[str, Any]:
    """Return the furniture's context; the navigation is computed only when a page draws it."""
    return {
        "navigation": SimpleLazyObject(lambda: _navigation(request)),
        "footer_links": [{"href": href, "label": label} for href, label in _FOOTER],
        "staff_page": _is_staff_page(request),
        "site_name": getattr(settings, "SITE_NAME", _("安康市政务服务")),
        "elder": request.COOKIES.get(ELDER_COOKIE) == "1",
        "contrast": request.COOKIES.get(CONTRAST_COOKIE) == "1",
        "progress": SimpleLazyObject(_unfinished),
        "demonstration": settings.DEMONSTRATION,
        "version": _VERSION,
    }
