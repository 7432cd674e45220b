"""The parts of supervision: which of its pages a reader may open, as tabs above each of them."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from yichuang.accounts.queries import allowed
from yichuang.kernel.words import N_

# address, label, the action that shows it
_PARTS: tuple[tuple[str, str, str], ...] = (
    ("dashboards:supervision", N_("监察台"), "supervision.view"),
    ("dashboards:supervision-cards", N_("监察卡"), "supervision.view"),
    ("dashboards:supervision-rules", N_("监察规则"), "supervision.view"),
    ("dashboards:supervision-ranking", N_("量化测评"), "supervision.view"),
    ("dashboards:supervision-overview", N_("监察总览"), "supervision.view"),
    ("dashboards:supervision-feeds", N_("数据报送"), "supervision.view"),
    ("dashboards:supervision-leads", N_("体外循环疑点"), "supervision.review"),
    ("dashboards:supervision-callbacks", N_("抽样回访"), "supervision.review"),
)


def parts(request: HttpRequest, *, here: str) -> list[dict[str, Any]]:
    """Return the tabs that the reader may open; `here` names the address of the page itself."""
    return [
        {"href": reverse(name), "label": _(label), "current": name == here}
        for name, label, action in _PARTS
        if allowed(request.user, action)
    ]
