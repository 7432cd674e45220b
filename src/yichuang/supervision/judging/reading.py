"""Reading findings: pages, counts and single files of what was found, inside the reader's scope."""

from collections.abc import Iterable
from typing import Any

import msgspec
from django.db.models import Count, Q, QuerySet
from django.db.models.functions import TruncWeek

from yichuang.accounts.queries import within
from yichuang.accounts.values import Scope
from yichuang.calendar.queries import get_calendar
from yichuang.calendar.values import local_day
from yichuang.kernel.page import Page
from yichuang.kernel.refusal import Refusal
from yichuang.kernel.words import N_
from yichuang.supervision.cards.reading import rows_of_findings
from yichuang.supervision.domain.refusals import FindingNotKnown
from yichuang.supervision.domain.rulefile import read_rule
from yichuang.supervision.domain.words import GRAVITY, CardState, Colour, EndReason, Scheme
from yichuang.supervision.models import Card, Finding, JudgingRun
from yichuang.supervision.values import FindingFile, FindingFilter, FindingRow, Run

_NONE, _ANY = "none", "any"
_GROUPS = {
    "colour": ("colour",),
    "county": ("county",),
    "department": ("department",),
    "organisation": ("organisation",),
    "rule": ("rule",),
    "rule_class": ("rule_class",),
    "item": ("item",),
    "source": ("source",),
    "day": ("occurred_on",),
}
_ORDERS = {"found": ("-id",), "occurred": ("-occurred_on", "-id")}


class FindingsPageUnknown(Refusal):
    """The cursor of a page does not decode."""

    sentence = N_("没有这一页")
    remedy = N_("请从列表第一页开始")


def chosen_findings(chosen: FindingFilter, *, scope: Scope) -> "QuerySet[Finding, Finding]":
    """Return what a filter selects inside a scope."""
    rows = Finding.objects.filter(within(scope, division="division", organisation="organisation", centre="centre"))
    if chosen.state == "standing":
        rows = rows.filter(ended_at__isnull=True)
    elif chosen.state == "ended":
        rows = rows.filter(ended_at__isnull=False)
    same = ("rule", "rule_class", "county", "department", "organisation", "item", "source", "number")
    rows = rows.filter(**{name: value for name in same if (value := getattr(chosen, name))})
    if chosen.colour == _ANY:
        rows = rows.exclude(colour="")
    elif chosen.colour:
        rows = rows.filter(colour="" if chosen.colour == _NONE else chosen.colour)
    if chosen.from_on:
        rows = rows.filter(occurred_on__gte=chosen.from_on)
    if chosen.until:
        rows = rows.filter(occurred_on__lt=chosen.until)
    if chosen.text:
        rows = rows.filter(number__startswith=chosen.text.strip().upper())
    if chosen.card_state == _NONE:
        rows = rows.filter(cards__isnull=True)
    elif chosen.card_state:
        rows = rows.filter(pk__in=Card.objects.filter(state=chosen.card_state).values("finding"))
    return rows


def page_findings(
    *, chosen: FindingFilter, scope: Scope, after: str = "", limit: int = 50, order: str = "found"
) -> Page[FindingRow]:
    """Return one page of findings, the newest found first, or by `order` "occurred" the latest breach first.

    Raises FindingsPageUnknown.
    """
    rows = chosen_findings(chosen, scope=scope)
    if after:
        rows = rows.filter(_behind(after, order))
    found = list(rows.select_related("rule_version").order_by(*_ORDERS[order])[: limit + 1])
    shown = found[:limit]
    last = shown[-1] if shown else None
    more = len(found) > limit and last is not None
    return Page(finding_rows(shown), _cursor(last, order) if more and last else "")


def _cursor(row: Finding, order: str) -> str:
    return str(row.pk) if order == "found" else f"{row.occurred_on.isoformat()}~{row.pk}"


def _behind(after: str, order: str) -> Q:
    on, _, pk = after.rpartition("~")
    if not pk.isdecimal() or (order == "found") is bool(on):
        raise FindingsPageUnknown()
    if order == "found":
        return Q(pk__lt=int(pk))
    try:
        return Q(occurred_on__lt=on) | Q(occurred_on=on, pk__lt=int(pk))
    except ValueError as fault:
        raise FindingsPageUnknown() from fault


def finding_rows(rows: Iterable[Finding]) -> tuple[FindingRow, ...]:
    """Return the values of findings with the gravest card of each (one query)."""
    rows = list(rows)
    gravest: dict[int, tuple[int, str, str]] = {}
    for finding, number, state, colour in Card.objects.filter(finding__in=rows).values_list(
        "finding_id", "number", "state", "colour"
    ):
        gravest[finding] = max(gravest.get(finding, (0, "", "")), (GRAVITY[Colour(colour)], number, state))
    return tuple(_row(row, gravest.get(row.pk)) for row in rows)


def _row(row: Finding, card: tuple[int, str, str] | None) -> FindingRow:
    return FindingRow(
        id=row.pk,
        rule=row.rule,
        rule_class=row.rule_class,
        rule_version=row.rule_version.digest,
        relation=row.relation,
        key=row.key,
        number=row.number,
        county=row.county,
        town=row.town,
        centre=row.centre,
        organisation=row.organisation,
        department=row.department,
        item=row.item,
        source=row.source,
        colour=Colour(row.colour) if row.colour else None,
        scheme=Scheme(row.scheme),
        occurred_on=row.occurred_on,
        found_at=row.found_at,
        ended_at=row.ended_at,
        end_reason=EndReason(row.end_reason) if row.end_reason else None,
        card_number=card[1] if card else "",
        card_state=CardState(card[2]) if card else None,
    )


def count_findings(*, chosen: FindingFilter, scope: Scope, by: str = "") -> dict[Any, int]:
    """Return how many findings a filter selects, by a field; without `by` under the key "".

    `by` is colour ("" for none), county, department, organisation, rule, rule_class, item, source, day, week (its
    Monday) or county-week (pairs).
    """
    rows = chosen_findings(chosen, scope=scope).order_by()
    if not by:
        return {"": rows.count()}
    if by in ("week", "county-week"):
        rows = rows.annotate(week=TruncWeek("occurred_on"))
        names = ("week",) if by == "week" else ("county", "week")
    else:
        names = _GROUPS[by]
    counted = rows.values_list(*names).annotate(counted=Count("pk", distinct=True)).order_by(*names)
    return {(row[:-1] if len(names) > 1 else row[0]): row[-1] for row in counted}


def get_finding(finding: int) -> FindingFile:
    """Return one finding with the text of the rule that caught it and its numbers; raises FindingNotKnown."""
    row = Finding.objects.select_related("rule_version").filter(pk=finding).first()
    if row is None:
        raise FindingNotKnown(finding=finding)
    rule = read_rule(row.rule_version.text, file=f"{row.rule}.yaml")
    facts = msgspec.json.decode(row.evidence)
    return FindingFile(
        row=finding_rows([row])[0],
        rule=rule,
        evidence={name: facts[name] for name in rule.evidence if name in facts},
        facts=facts,
        parameters=rule.judged_with(facts, get_calendar(), local_day(row.found_at)),
        today_wd=row.today_wd,
        now_s=row.now_s,
        cards=rows_of_findings([row.pk]),
    )


def list_findings_of(number: str) -> tuple[FindingRow, ...]:
    """Return all findings about one case, standing and ended, the newest found first."""
    return finding_rows(Finding.objects.select_related("rule_version").filter(number=number).order_by("-id"))


def newest_findings(*, after_id: int, limit: int) -> tuple[FindingRow, ...]:
    """Return up to `limit` findings with ids above `after_id`, in the order in which they were found."""
    rows = Finding.objects.select_related("rule_version").filter(pk__gt=after_id).order_by("id")[:limit]
    return finding_rows(rows)


def last_finding_id() -> int:
    """Return the id of the newest finding, 0 where there is none."""
    return Finding.objects.order_by("-id").values_list("id", flat=True).first() or 0


def list_runs(*, limit: int) -> tuple[Run, ...]:
    """Return the last runs of judging, newest first."""
    return tuple(
        Run(
            id=row.pk,
            kind=row.kind,
            started_at=row.started_at,
            milliseconds=row.milliseconds,
            judged=row.judged,
            found=row.found,
            ended=row.ended,
            reminders=row.reminders,
            yellow=row.yellow,
            red=row.red,
            rules_digest=row.rules_digest,
        )
        for row in JudgingRun.objects.order_by("-id")[:limit]
    )
