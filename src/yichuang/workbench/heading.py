"""Heading: what stands above every page of one case: item, number, status, light, days left."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from yichuang.cases.values import CaseRow
from yichuang.ui import casework
from yichuang.ui.lights import Judge
from yichuang.workbench.desk import Desk
from yichuang.workbench.nodes import title_of


def row_of(desk: Desk) -> CaseRow:
    """Return the case as a line of a list, for the words and lights that lists use."""
    state = desk.state
    return CaseRow(
        case_id=state.case_id,
        number=state.number,
        item=state.item,
        organisation=state.organisation,
        county=state.county,
        town=desk.town,
        channel=state.channel,
        kind=state.kind,
        status=state.status,
        result=state.result,
        received_at=state.received_at,
        accepted_at=state.accepted_at,
        closed_at=state.closed_at,
        promised_due_at=state.promised_due_at,
        used_days=None,
        promised_amount=state.promised.amount if state.promised else None,
        limit_unit=state.promised.unit if state.promised else "",
        late_promised=None,
        source=state.source,
    )


def head_of(desk: Desk) -> dict[str, Any]:
    """Return the context of a case's heading."""
    state = desk.state
    item = desk.items.item(state.item)
    place = desk.names.place(county=state.county, town=desk.town)
    row = row_of(desk)
    return {
        "case_number": state.number,
        "item_name": item,
        "status": casework.status_of(row),
        "tone": casework.tone_of(row),
        "light": Judge(now=desk.now).light(row) if state.closed_at is None else None,
        "due_at": state.promised_due_at,
        "organisation_name": desk.names.organisation(state.organisation),
        "region": {"name": place},
        "held": title_of(state.holder) if state.holder else "",
        "crumbs": [
            (_("工作台"), reverse("workbench:home")),
            (_("待办"), reverse("workbench:todo")),
            (state.number, reverse("workbench:case", args=[state.number])),
        ],
    }
