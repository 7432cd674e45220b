"""What every page knows: navigation, reading mode, version, whether this is the demonstration."""

from importlib.metadata import PackageNotFoundError, version
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from yichuang.accounts.queries import allowed
from yichuang.ui.progress import read_progress
from yichuang.ui.values import Progress

ELDER_COOKIE = "elder"
CONTRAST_COOKIE = "contrast"

# address, label, permission that shows the entry
_NAVIGATION = (
    ("/", _("首页"), "catalogue.view"),
    ("/items/", _("事项"), "catalogue.view"),
    ("/overview/", _("总览"), "overview.view"),
    ("/bulletins/", _("通报"), "bulletins.view"),
    ("/cases/", _("办件"), "cases.view"),
)


def _version() -> str:
    try:
        return version("yichuang")
    except PackageNotFoundError:
        # Run from a source tree that was never installed: it has no number.
        return ""


_VERSION = _version()


def _is_current(address: str, path: str) -> bool:
    return path == address if address == "/" else path.startswith(address)


def _navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """Return the main navigation; a visitor sees 办件 too, because signing in may open it."""
    user = getattr(request, "user", None)
    return [
        {"href": href, "label": label, "current": _is_current(href, request.path)}
        for href, label, action in _NAVIGATION
        if user is None or not user.is_authenticated or allowed(user, action)
    ]


def _unfinished() -> Progress | None:
    """Return how far a filling is; one that has ended needs no banner on a page that shows its result."""
    found = read_progress()
    return None if found is None or found.done else found


def furniture(request: HttpRequest) -> dict[str, Any]:
    """Return the furniture's context; the navigation is computed only when a page draws it."""
    return {
        "navigation": SimpleLazyObject(lambda: _navigation(request)),
        "site_name": getattr(settings, "SITE_NAME", _("安康市政务服务")),
        "elder": request.COOKIES.get(ELDER_COOKIE) == "1",
        "contrast": request.COOKIES.get(CONTRAST_COOKIE) == "1",
        "progress": SimpleLazyObject(_unfinished),
        "demonstration": settings.DEMONSTRATION,
        "version": _VERSION,
    }
