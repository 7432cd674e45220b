"""The parts of supervision: which of its pages a reader may open, as tabs above each of them."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from yichuang.accounts.queries import allowed

_DESK = "dashboards:supervision"


def parts(request: HttpRequest, *, here: str) -> list[dict[str, Any]]:
    """Return the tabs that the reader may open; `here` names the address of the page itself."""
    # address, label, the action that shows it
    every = (
        ("", _("监察台"), "supervision.view"),
        ("-cards", pgettext("several", "监察卡"), "supervision.view"),
        ("-rules", _("监察规则"), "supervision.view"),
        ("-ranking", _("量化测评"), "supervision.view"),
        ("-overview", _("监察总览"), "supervision.view"),
        ("-feeds", _("数据报送"), "supervision.view"),
        ("-leads", _("体外循环疑点"), "supervision.review"),
        ("-callbacks", _("抽样回访"), "supervision.review"),
    )
    return [
        {"href": reverse(f"{_DESK}{part}"), "label": label, "current": f"{_DESK}{part}" == here}
        for part, label, action in every
        if allowed(request.user, action)
    ]
