"""One finding: the thing that was judged beside the rule that caught it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from yichuang.accounts.queries import allowed, permission
from yichuang.accounts.values import Scope
from yichuang.cases.queries import get_case
from yichuang.cases.values import CaseFile, CaseNotFound
from yichuang.dashboards.supervision.asking import Asked, ask
from yichuang.dashboards.supervision.lines import card_lines, finding_lines, place_of
from yichuang.dashboards.supervision.parts import parts
from yichuang.dashboards.supervision.proof import proof_of
from yichuang.dashboards.supervision.reach import covers
from yichuang.dashboards.supervision.words import MARKS, both, colour_of, standing_of
from yichuang.kernel.refusal import Refusal
from yichuang.supervision.queries import get_finding, list_findings_of
from yichuang.supervision.values import NOW_S, TODAY_WD, FindingFile, FindingNotKnown, FindingRow
from yichuang.ui import casework
from yichuang.ui.templatetags.ui import instant

_NOBODY = Scope(action="supervision.handle")


@permission("supervision.view")
@never_cache
@require_safe
def finding(request: HttpRequest, finding: int) -> HttpResponse:
    """Show what was found, beside the rule with the numbers of that day filled in."""
    file = get_finding(finding)
    row, scope = file.row, request.scope  # type: ignore[attr-defined]
    if not covers(scope, row):
        # The same words as for one that does not exist: whether it does is not the reader's business.
        raise FindingNotKnown(finding=finding)
    asked = ask(request)
    colour, tone = colour_of(row.colour)
    state, state_tone = standing_of(row)
    case = _case(row)
    today = timezone.localdate()
    context = {
        "title": both(file.rule.title),
        "crumbs": [(_("电子监察"), reverse("dashboards:supervision")), (_("发现 %(id)s") % {"id": row.id}, "")],
        "region": {"name": asked.names.place(county=row.county, town=row.town)} if row.county else None,
        "parts": parts(request, here=""),
        "row": row,
        "colour": colour,
        "tone": tone,
        "state": state,
        "state_tone": state_tone,
        "thing": _thing(file, asked),
        "facts": _facts(row, case, asked),
        "case_href": _case_address(request, row) if case else "",
        "proof": proof_of(
            file.rule,
            facts=file.facts,
            evidence={**file.evidence, TODAY_WD: file.today_wd, NOW_S: file.now_s},
            occurred_on=row.occurred_on,
            number=row.number if case else "",
            asked=asked,
        ),
        "rule": file.rule,
        "rule_mark": _(MARKS[file.rule.mark]),
        "explanation": both(file.rule.explanation),
        "sees_findings": True,
        "cards": card_lines(file.cards, asked, page="dashboards:supervision-card", on=today),
        "others": _others(row, asked, scope),
    }
    return render(request, "dashboards/supervision/finding.html", context)


def _case(row: FindingRow) -> CaseFile | None:
    if not row.number:
        return None
    try:
        return get_case(row.number)
    except (CaseNotFound, Refusal):
        # A complaint has a number too, and a register may name a case that never came here.
        return None


def _case_address(request: HttpRequest, row: FindingRow) -> str:
    return reverse("dashboards:case", args=[row.number]) if covers(allowed(request.user, "cases.view"), row) else ""


def _thing(file: FindingFile, asked: Asked) -> str:
    """Name what was judged: the item of a case, or the kind of row."""
    row = file.row
    relation = file.rule.relation
    if row.item and row.relation == "cases":
        return asked.item(row.item)
    return relation.zh if asked.is_chinese else relation.en


def _facts(row: FindingRow, case: CaseFile | None, asked: Asked) -> list[tuple[str, Any]]:
    told: list[tuple[str, Any]] = [(_("责任单位"), place_of(row, asked) or "—")]
    if row.item and row.relation != "cases":
        told.append((_("事项"), asked.item(row.item)))
    if case is None:
        told.append((_("编号"), row.number or row.key))
    else:
        told += [
            (_("办件编号"), row.number),
            (_("状态"), casework.status_of(case.row)),
            (_("收件时间"), instant(case.row.received_at)),
            (_("承诺期限届满"), instant(case.row.promised_due_at)),
            (_("来源系统"), casework.source_of(case.source)),
        ]
    told.append((_("发牌方案"), _(row.scheme.label)))
    if row.ended_at:
        told.append((_("消除时间"), instant(row.ended_at)))
    return told


def _others(row: FindingRow, asked: Asked, scope: Scope) -> list[Any]:
    """Return what else was found on the same case."""
    if not row.number:
        return []
    rows = [one for one in list_findings_of(row.number) if one.id != row.id and covers(scope, one)]
    return finding_lines(rows, asked, since=0, handled=_NOBODY)
