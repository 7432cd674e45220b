"""Evidence: a figure's query in words, with the way to the cases behind each of its parts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import msgspec
from django.urls import reverse
from django.utils.translation import gettext as _

from yichuang.accounts.values import Scope as Reach
from yichuang.dashboards.supervision.words import both
from yichuang.dashboards.words import MEASURES
from yichuang.kernel.periods import Period
from yichuang.regions.values import Level
from yichuang.reporting.values import FigureRecord
from yichuang.supervision.queries import get_rules
from yichuang.supervision.values import Colour
from yichuang.ui.names import Names
from yichuang.ui.templatetags.ui import instant

_DAY = timedelta(days=1)
_FIELDS = ("county", "town", "department", "item", "channel")


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a query: what it counts in words, and the list of just that if the reader may see it."""

    words: str
    href: str = ""
    of_findings: bool = False


def parts_of(record: FigureRecord, *, names: Names, reach: Reach, watched: Reach) -> tuple[Part, ...]:
    """Return the parts of a figure's query; the query is read as the plain data of the annex.

    `reach` is where the reader may list cases, `watched` where he may list findings.
    """
    query: dict[str, Any] = msgspec.to_builtins(record.query)
    match query["kind"]:
        case "cases":
            found = [_cases(query, names=names, reach=reach)]
        case "ratio":
            found = [_cases(query[part], names=names, reach=reach) for part in ("numerator", "denominator")]
        case "mean-days":
            found = [_cases(query["cases"], names=names, reach=reach)]
        case "findings":
            found = [_findings(query, names=names, reach=watched)]
        case "centres":
            level = _(Level(query["level"]).label)
            found = [Part(_("%(day)s处于运行状态的%(level)s级中心") % {"day": query["on"], "level": level})]
        case "without-supervision":
            found = [Part(_("%(day)s登记为没有电子监察系统的县区中心") % {"day": query["on"]})]
        case _:
            centre = names.division(str(query["centre"]).partition("-")[0])
            found = [Part(_("%(day)s已进驻%(place)s中心的业务办理项") % {"day": query["on"], "place": centre})]
    return tuple(found)


def _cases(query: Mapping[str, Any], *, names: Names, reach: Reach) -> Part:
    period = Period(date.fromisoformat(query["start_on"]), date.fromisoformat(query["until"]))
    county, department = query.get("county", ""), query.get("department", "")
    place = names.county(county) if county else names.division(names.city)
    if department:
        place = _("%(place)s%(name)s") % {"place": place, "name": names.department(department)}
    words = _("%(place)s%(period)s（%(first)s至%(last)s）%(measure)s的办件") % {
        "place": place,
        "period": period.describe(_),
        "first": period.start_on.isoformat(),
        "last": (period.until - _DAY).isoformat(),
        "measure": _(MEASURES.get(query["measure"], query["measure"])),
    }
    if not reach.covers(division=query.get("town") or county or names.city):
        return Part(words)
    asked = {"measure": query["measure"], "period": period.label}
    asked |= {name: query[name] for name in _FIELDS if query.get(name)}
    return Part(words, f"{reverse('dashboards:cases')}?{urlencode(asked)}")


def _findings(query: Mapping[str, Any], *, names: Names, reach: Reach) -> Part:
    """Say which findings a figure counts, with the desk's list of them where one filter tells them."""
    county, department = query.get("county", ""), query.get("department", "")
    place = names.county(county) if county else names.division(names.city)
    if department:
        place = _("%(place)s%(name)s") % {"place": place, "name": names.department(department)}
    known = instant(datetime.fromisoformat(query["known_at"]))
    last_on = date.fromisoformat(query["until"]) - _DAY
    start = query.get("start_on")
    if start:
        words = _("%(place)s%(first)s至%(last)s发生的监察发现，按%(known)s所知") % {
            "place": place,
            "first": start,
            "last": last_on.isoformat(),
            "known": known,
        }
    else:
        words = _("%(place)s%(known)s仍然成立的监察发现") % {"place": place, "known": known}
    rules = query.get("rules", ())
    said = [words, *(both(rule.title) if (rule := get_rules().get(one)) else one for one in rules)]
    if query.get("colour"):
        said.append(_(Colour(query["colour"]).label))
    if query.get("issued"):
        said.append(_("已发牌"))
    words = " · ".join(said)
    if not reach.covers(division=county or names.city) or len(rules) > 1:
        return Part(words)
    asked = {
        "state": "standing" if query.get("standing") else "all",
        "rule": rules[0] if rules else "",
        "colour": query.get("colour", ""),
        "county": county,
        "department": department,
        "from": start or "",
        "until": last_on.isoformat(),
    }
    href = f"{reverse('dashboards:supervision')}?{urlencode({k: v for k, v in asked.items() if v})}"
    return Part(words, href, of_findings=True)
