"""What a list is asked for: between an address and the filter of findings or cards that it means.

Everything a reader chose stands in the address, so that it survives reloading, going back and sending on. What the
address says and nobody knows (a rule that is gone, a broken date) is left out rather than refused.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, QueryDict
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from yichuang.dashboards.supervision.names import NamesOverTime, get_names_over_time
from yichuang.dashboards.supervision.words import ANY_CARD, NO_CARD, STATES, WITH_CARD, WITHOUT_CARD, both
from yichuang.supervision.queries import get_rules
from yichuang.supervision.values import CardFilter, CardState, Colour, FindingFilter, Rule, RuleClass
from yichuang.ui.values import Filter

_DAY = timedelta(days=1)
_TEXTS = ("colour", "rule_class", "rule", "county", "department", "item", "state", "organisation", "text", "number")
_SHORT = 64


@dataclass(frozen=True)
class Asked:
    """The names a list is told in, the rules in force, and what of the address is kept in links."""

    query: Mapping[str, str]
    names: NamesOverTime
    rules: Mapping[str, Rule]

    def address(self, base: str, **changes: str) -> str:
        """Return an address with this list's choices, some of them changed; "" takes one away."""
        kept = {key: value for key, value in {**self.query, **changes}.items() if value}
        return f"{base}?{urlencode(kept)}" if kept else base

    @property
    def is_chinese(self) -> bool:
        """Tell whether the reader reads Chinese."""
        return (get_language() or "zh").startswith("zh")

    def title(self, rule: str) -> str:
        """Return the title of a rule, its id where it is no longer in force."""
        found = self.rules.get(rule)
        return both(found.title) if found else rule

    def item(self, code: str) -> str:
        """Return the name of an item, "" for none."""
        return self.names.items.item(code) if code else ""


def day_of(text: str) -> date | None:
    """Return the day that a field of the address names, None for none and for what is no day."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _typed(asked: QueryDict) -> dict[str, str]:
    return {name: asked.get(name, "").strip()[:_SHORT] for name in (*_TEXTS, "from", "until")}


def ask(request: HttpRequest) -> Asked:
    """Read what a list was asked for."""
    typed = _typed(request.GET)
    return Asked(
        query={name: value for name, value in typed.items() if value},
        names=get_names_over_time(on=timezone.localdate()),
        rules={rule.id: rule for rule in get_rules().rules},
    )


def ask_desk(request: HttpRequest) -> Asked:
    """Read what the desk was asked for; asked for nothing, it shows what calls for a card."""
    asked = ask(request)
    return asked if asked.query else replace(asked, query={"colour": ANY_CARD})


def _common(asked: Asked) -> dict[str, Any]:
    query = asked.query
    until = day_of(query.get("until", ""))
    return {
        **{
            name: query.get(name, "") for name in ("rule", "rule_class", "county", "department", "item", "organisation")
        },
        "colour": query.get("colour", "") if query.get("colour") in {*Colour, NO_CARD, ANY_CARD} else "",
        "from_on": day_of(query.get("from", "")),
        # The last day that is meant is said; the filter's end is exclusive.
        "until": until + _DAY if until else None,
        "text": query.get("text", ""),
        "number": query.get("number", ""),
    }


def findings_of(asked: Asked) -> FindingFilter:
    """Return the filter of findings that an address means."""
    state = asked.query.get("state", "")
    return FindingFilter(**_common(asked), state=state if state in dict(STATES) else "standing")


def cards_of(asked: Asked) -> CardFilter:
    """Return the filter of cards that an address means."""
    state = asked.query.get("state", "")
    known = {*CardState, "open", "standing", "all"}
    common = _common(asked)
    # Every card has a colour.
    common["colour"] = "" if common["colour"] in (NO_CARD, ANY_CARD) else common["colour"]
    return CardFilter(**common, state=state if state in known else "open")


def filters(asked: Asked, *, states: Iterable[tuple[str, str]], state: str, counties: Iterable[str]) -> list[Filter]:
    """Return the fields of the form that asks for such a list; `counties` are those that the reader may see."""
    query, names = asked.query, asked.names
    every = ("", _("全部"))
    department = query.get("department", "")
    own = sorted(names.items.of_department(department) | ({query.get("item", "")} - {""}))
    shown = [rule for rule in asked.rules.values() if query.get("rule_class", "") in ("", rule.rule_class)]
    return [
        Filter(
            "colour",
            _("颜色"),
            query.get("colour", ""),
            [
                # Said in the address: the desk that is asked for nothing shows what calls for a card.
                ("all", _("全部")),
                (ANY_CARD, _(WITH_CARD)),
                *((one.value, _(one.label)) for one in reversed(Colour)),
                (NO_CARD, _(WITHOUT_CARD)),
            ],
        ),
        Filter(
            "rule_class",
            _("规则类别"),
            query.get("rule_class", ""),
            [every, *((one.value, _(one.label)) for one in RuleClass)],
        ),
        Filter(
            "rule",
            _("规则"),
            query.get("rule", ""),
            [every, *sorted(((rule.id, both(rule.title)) for rule in shown), key=_label)],
        ),
        Filter("county", _("县区"), query.get("county", ""), [every, *((one, names.county(one)) for one in counties)]),
        Filter(
            "department",
            _("部门"),
            department,
            [every, *sorted(((key, names.department(key)) for key in names.departments), key=_label)],
        ),
        Filter(
            "item",
            _("事项"),
            query.get("item", ""),
            [every, *sorted(((code, names.items.item(code)) for code in own), key=_label)],
        ),
        Filter("state", _("状态"), state, [*states]),
        Filter("from", _("发生日自"), query.get("from", ""), kind="date"),
        Filter("until", _("发生日至"), query.get("until", ""), kind="date"),
        Filter("text", _("办件编号开头"), query.get("text", ""), kind="search"),
    ]


def _label(pair: tuple[str, str]) -> str:
    return pair[1]
