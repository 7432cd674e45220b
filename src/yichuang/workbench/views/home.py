"""The first page of the workbench: what waits for me, by role, and what is about to be late."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from yichuang.accounts.queries import allowed, permission
from yichuang.cases.queries import count_states, page_todo
from yichuang.cases.values import StateCount
from yichuang.feedback.queries import count_open
from yichuang.kernel.words import N_
from yichuang.workbench.lists import ASKED, ELSEWHERE, lines_of, tabs_of, todo_address
from yichuang.workbench.reach import arguments, choose

_FIRST = 5
# address, label, hint, actions of which one shows it
_DOORS: tuple[tuple[str, str, str, tuple[str, ...]], ...] = (
    ("workbench:receive", N_("窗口收件"), N_("收下申请，打印回执"), ("cases.receive",)),
    (
        "workbench:todo",
        N_("待办"),
        N_("按期限排列的办件"),
        ("cases.receive", "cases.handle", "cases.deliver", "cases.escort"),
    ),
    ("workbench:authority", N_("授权清单"), N_("哪些事项授权到位，哪些没有"), ("authority.view",)),
    ("workbench:hall", N_("大厅"), N_("窗口、办件、预约和公告"), ("hall.manage",)),
    ("workbench:matters", N_("评价、咨询与投诉"), N_("差评工单和期限"), ("opinions.handle",)),
    ("workbench:opinions", N_("意见模板"), N_("常用的审查意见"), ("cases.handle",)),
    ("workbench:staff", N_("人员与岗位"), N_("账号、岗位和授权范围"), ("staff.manage",)),
    ("workbench:items", N_("事项清单"), N_("版本、审核、发布、暂停和恢复"), ("catalogue.manage",)),
    ("workbench:centres", N_("中心与窗口"), N_("建设状态、窗口和进驻部门"), ("centres.manage",)),
)


@permission("account.own")
@never_cache
def home(request: HttpRequest) -> HttpResponse:
    """Show the officer's figures, the doors of his posts, and the first deadlines; an applicant has his own page."""
    if allowed(request.user, "applications.own") and not allowed(request.user, "cases.view"):
        return HttpResponseRedirect(reverse("portal:mine"))
    now = timezone.now()
    context: dict[str, Any] = {
        "title": _("工作台"),
        "crumbs": [],
        "doors": [
            (reverse(name), _(label), _(hint))
            for name, label, hint, actions in _DOORS
            if any(allowed(request.user, action) for action in actions)
        ],
        "cards": [],
    }
    if allowed(request.user, "cases.view"):
        context |= _cases(request)
    if scope := allowed(request.user, "opinions.handle"):
        counts = count_open(scope=scope, on=timezone.localdate(now))
        context["cards"] += [
            {
                "label": _(kind.label),
                "value": opened,
                "unit": _("件"),
                "href": reverse("workbench:matters") + f"?kind={kind.value}",
                "note": _("超期 %(late)s 件") % {"late": late} if late else "",
                "tone": "bad" if late else "",
            }
            for kind, (opened, late) in counts.items()
            if opened
        ]
    return render(request, "workbench/home.html", context)


def _cases(request: HttpRequest) -> dict[str, Any]:
    """Return figures and first deadlines of the officer's first area."""
    now = timezone.now()
    tabs = [tab for tab in tabs_of(request) if tab.key != ELSEWHERE]
    scope = allowed(request.user, tabs[0].action) or allowed(request.user, "cases.view")
    limits = arguments(choose(scope, "").area)
    counts = count_states(**limits, on=timezone.localdate(now))
    cards = [
        _card(tab.key, _(tab.label), [one for one in counts if one.status in tab.statuses])
        for tab in tabs
        if tab.key != ASKED
    ]
    if away := count_states(**limits, on=timezone.localdate(now), elsewhere=True):
        cards.append(_card(ELSEWHERE, _("其他节点办理中"), list(away)))
    page = page_todo(**limits, statuses=tuple(status for tab in tabs for status in tab.statuses), limit=_FIRST)
    return {"cards": cards, "todo": lines_of(page, now=now), "more": bool(page.next_after)}


def _card(key: str, label: str, counts: list[StateCount]) -> dict[str, Any]:
    late, soon = sum(one.overdue for one in counts), sum(one.due_soon for one in counts)
    note = _("超期 %(late)s 件") % {"late": late} if late else _("临近 %(soon)s 件") % {"soon": soon} if soon else ""
    return {
        "label": label,
        "value": sum(one.count for one in counts),
        "unit": _("件"),
        "href": todo_address(kind=key),
        "note": note,
        "tone": "bad" if late else "warn" if soon else "",
    }
