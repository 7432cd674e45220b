"""Heading: what stands above every page of one centre: name, code, state, and the way there."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from yichuang.workbench.centredesk import CentreDesk
from yichuang.workbench.centrewords import STATE_TONES


def crumbs_of(*more: tuple[str, str]) -> list[tuple[str, str]]:
    """Return the way to a page of centres."""
    return [(_("工作台"), reverse("workbench:home")), (_("中心与窗口"), reverse("workbench:centres")), *more]


def heading_of(desk: CentreDesk) -> dict[str, Any]:
    """Return the context of a centre's heading."""
    row = desk.record.centre
    address = reverse("workbench:centre", args=[row.code])
    name = desk.names.body(row.code) if row.code in desk.names.centres else row.name
    return {
        "title": name,
        "crumbs": crumbs_of((name, address)),
        "region": {"name": desk.names.division(row.division)},
        "code": row.code,
        "centre_name": name,
        "state": _(row.state.label) if row.state else _("未登记"),
        "tone": STATE_TONES[row.state] if row.state else "neutral",
        "back": address,
    }
