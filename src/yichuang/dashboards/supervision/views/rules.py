"""Rules: the catalogue, and one rule as anybody can read it, with its condition in words and to the letter."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from yichuang.accounts.queries import permission
from yichuang.dashboards.supervision.asking import Asked, ask
from yichuang.dashboards.supervision.parts import parts
from yichuang.dashboards.supervision.plain import Speaker
from yichuang.dashboards.supervision.shown import measured
from yichuang.dashboards.supervision.words import MARKS, NO_CARD, WITHOUT_CARD, both, colour_of
from yichuang.kernel.words import N_
from yichuang.supervision.queries import count_findings, get_rules_state
from yichuang.supervision.values import Colour, FindingFilter, Rule, RuleClass, Scheme
from yichuang.ui.templatetags.ui import day, instant
from yichuang.ui.values import Cell, Column, Filter, Table

_LIST = "dashboards:supervision-rules"
_SCHEMES = {Scheme.A: N_("甲式"), Scheme.B: N_("乙式")}


@permission("supervision.view")
@never_cache
@require_safe
def rules(request: HttpRequest) -> HttpResponse:
    """Show the rules in force with what each of them finds now in the reader's scope."""
    asked, scope = ask(request), request.scope  # type: ignore[attr-defined]
    query = request.GET
    scheme = Scheme(query["scheme"]) if query.get("scheme") in set(Scheme) else None
    shown = [rule for rule in asked.rules.values() if _wanted(rule, query, scheme)]
    counts = count_findings(chosen=FindingFilter(), scope=scope, by="rule")
    state = get_rules_state()
    context = {
        "title": _("监察规则"),
        "crumbs": [(_("电子监察"), reverse("dashboards:supervision")), (_("监察规则"), "")],
        "parts": parts(request, here=_LIST),
        "filters": _filters(query, scheme),
        "table": _table(shown, counts, asked, scheme),
        "health": {"faults": state.faults, "silent": []},
        "digest": state.digest,
    }
    return render(request, "dashboards/supervision/rules.html", context)


def _wanted(rule: Rule, query: Any, scheme: Scheme | None) -> bool:
    if query.get("rule_class") and rule.rule_class != query["rule_class"]:
        return False
    colour = query.get("colour")
    if not colour:
        return True
    given = {rule.colour(one) for one in ([scheme] if scheme else Scheme)}
    return (None if colour == NO_CARD else colour) in given


def _filters(query: Any, scheme: Scheme | None) -> list[Filter]:
    every = ("", _("全部"))
    return [
        Filter(
            "rule_class",
            _("规则类别"),
            query.get("rule_class", ""),
            [every, *((one.value, _(one.label)) for one in RuleClass)],
        ),
        Filter(
            "colour",
            _("颜色"),
            query.get("colour", ""),
            [every, *((one.value, _(one.label)) for one in reversed(Colour)), (NO_CARD, _(WITHOUT_CARD))],
        ),
        Filter(
            "scheme",
            _("发牌方案"),
            scheme.value if scheme else "",
            [every, *((one.value, _(one.label)) for one in Scheme)],
        ),
    ]


def _table(rules: list[Rule], counts: Any, asked: Asked, scheme: Scheme | None) -> Table:
    schemes = [scheme] if scheme else list(Scheme)
    heads = [Column(_("规则")), Column(_("类别"), fixed=True)]
    heads += [Column(_(_SCHEMES[one]), fixed=True) for one in schemes]
    heads += [Column(_("依据")), Column(_("仍然存在"), numeric=True)]
    here = reverse("dashboards:supervision")
    rows = [
        [
            Cell(both(rule.title), href=reverse("dashboards:supervision-rule", args=[rule.id])),
            Cell(_(rule.rule_class.label)),
            *(_card(rule, one) for one in schemes),
            Cell(rule.citation),
            _count(counts.get(rule.id, 0), asked.address(here, rule=rule.id)),
        ]
        for rule in sorted(rules, key=_by_class)
    ]
    return Table(
        caption=_("生效的监察规则"), columns=heads, rows=rows, empty=_("没有符合条件的规则。请换一个类别或颜色")
    )


def _by_class(rule: Rule) -> tuple[int, str]:
    return list(RuleClass).index(rule.rule_class), rule.id


def _card(rule: Rule, scheme: Scheme) -> Cell:
    words, tone = colour_of(rule.colour(scheme))
    return Cell(words, tone=tone) if rule.applies(scheme) else Cell("—")


def _count(count: int, href: str) -> Cell:
    return Cell(str(count), href=href if count else "")


@permission("supervision.view")
@never_cache
@require_safe
def rule(request: HttpRequest, rule: str) -> HttpResponse:
    """Show one rule: what it is for, what must hold, its numbers with their dates, how it was tried, what it finds."""
    asked, scope = ask(request), request.scope  # type: ignore[attr-defined]
    found = asked.rules.get(rule)
    if found is None:
        raise Http404
    here = reverse("dashboards:supervision")
    counts = count_findings(chosen=FindingFilter(rule=rule, state="all"), scope=scope, by="colour")
    standing = count_findings(chosen=FindingFilter(rule=rule), scope=scope, by="colour")
    speaker = Speaker(found.relation, {one.name: one for one in found.parameters}, on=timezone.localdate())
    context = {
        "title": both(found.title),
        "crumbs": [(_("电子监察"), here), (_("监察规则"), reverse(_LIST)), (both(found.title), "")],
        "parts": parts(request, here=""),
        "rule": found,
        "rule_mark": _(MARKS[found.mark]),
        "explanation": both(found.explanation),
        "spoken": speaker.parts(found.condition),
        "cards": [(_(one.label), *_colour_words(found, one)) for one in Scheme],
        "facts": _facts(found, asked),
        "parameters": [_parameter(one) for one in found.parameters],
        "examples": [(both(one.name), instant(one.at), one.found) for one in found.examples],
        "counts": [
            (_("仍然存在"), sum(standing.values()), asked.address(here, rule=rule)),
            (_("曾经发现"), sum(counts.values()), asked.address(here, rule=rule, state="all")),
        ],
    }
    return render(request, "dashboards/supervision/rule.html", context)


def _colour_words(rule: Rule, scheme: Scheme) -> tuple[str, str]:
    if not rule.applies(scheme):
        return _("不适用"), "neutral"
    words, tone = colour_of(rule.colour(scheme))
    return words, tone.value


def _facts(rule: Rule, asked: Asked) -> list[tuple[str, str]]:
    force = _("自%(day)s起") % {"day": day(rule.from_on)}
    if rule.until:
        force = _("%(start)s起，%(end)s止") % {"start": day(rule.from_on), "end": day(rule.until)}
    relation = rule.relation
    return [
        (_("类别"), _(rule.rule_class.label)),
        (_("判定对象"), relation.zh if asked.is_chinese else relation.en),
        (_("先发给"), _(rule.level.label)),
        (_("施行"), force),
        (_("依据"), rule.citation),
    ]


def _parameter(parameter: Any) -> tuple[str, list[tuple[str, str, str, str]]]:
    values = [
        (day(one.from_on), measured(one.value, parameter), one.citation, _(MARKS[one.mark])) for one in parameter.values
    ]
    return parameter.name, values
