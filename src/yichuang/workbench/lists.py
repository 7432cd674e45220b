"""Lists: cases by deadline as an officer's to-do, with lights, names and the tabs that divide it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from yichuang.accounts.queries import allowed
from yichuang.cases.values import Status, TodoRow
from yichuang.kernel.words import N_
from yichuang.ui import casework
from yichuang.ui.lights import Judge
from yichuang.ui.names import get_item_names, get_names
from yichuang.ui.values import Light, Tone
from yichuang.workbench.nodes import get_titles, is_among_nodes


@dataclass(frozen=True, slots=True)
class Tab:
    """One part of the to-do: which statuses, and the action of one who works on them."""

    key: str
    label: str
    statuses: tuple[Status, ...]
    action: str


# What other departments have asked mine; what another node holds.
ASKED, ELSEWHERE = "asked", "elsewhere"
_ELSEWHERE = Tab(ELSEWHERE, N_("其他节点办理中"), (), "cases.view")
TABS: tuple[Tab, ...] = (
    Tab("receive", N_("待受理"), (Status.RECEIVED,), "cases.receive"),
    Tab("supplement", N_("补正中"), (Status.SUPPLEMENTING,), "cases.receive"),
    Tab("decide", N_("待审批"), (Status.ACCEPTED,), "cases.handle"),
    Tab("special", N_("特别程序中"), (Status.SUSPENDED,), "cases.handle"),
    Tab(ASKED, N_("请我答复的"), (Status.ACCEPTED,), "cases.handle"),
    Tab("deliver", N_("待送达"), (Status.GRANTED, Status.REFUSED, Status.DELIVERED), "cases.deliver"),
)


def tabs_of(request: HttpRequest) -> tuple[Tab, ...]:
    """Return the parts that the officer works on; one who only looks sees all.

    Where there are nodes the last part is no work of his: what others hold.
    """
    own = tuple(tab for tab in TABS if allowed(request.user, tab.action)) or TABS
    return (*own, _ELSEWHERE) if is_among_nodes() else own


@dataclass(frozen=True, slots=True)
class TodoLine:
    """One case of a list, in words."""

    row: TodoRow
    item: str
    organisation: str
    status: str
    tone: Tone
    light: tuple[Light, str] | None
    holder: str = ""


def lines_of(rows: Iterable[TodoRow], *, now: datetime) -> list[TodoLine]:
    """Return the cases in words; costs the same however many there are."""
    titles = get_titles()
    names, items, judge = (
        get_names(on=timezone.localdate(now)),
        get_item_names(on=timezone.localdate(now)),
        Judge(now=now),
    )
    return [
        TodoLine(
            row=row,
            item=items.item(row.item),
            organisation=names.organisation(row.organisation),
            status=casework.status_of(row),
            tone=casework.tone_of(row),
            light=_light(row, judge, now),
            holder=titles.get(row.holder, row.holder),
        )
        for row in rows
    ]


def _light(row: TodoRow, judge: Judge, now: datetime) -> tuple[Light, str] | None:
    """Return the light of the promise, or that of another deadline that has passed."""
    if row.accepted_at is not None and row.status in (Status.ACCEPTED, Status.SUSPENDED):
        return judge.light(row)
    if row.next_due_at is None:
        return None
    if row.next_due_at < now:
        return Light.RED, _("已超期")
    today = timezone.localdate(now)
    return (Light.YELLOW, _("今天到期")) if timezone.localdate(row.next_due_at) <= today else (Light.GREEN, _("时限内"))


def todo_address(**query: str) -> str:
    """Return the address of the to-do list with these filters."""
    kept = "&".join(f"{key}={value}" for key, value in query.items() if value)
    return reverse("workbench:todo") + (f"?{kept}" if kept else "")
