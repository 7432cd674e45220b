"""Evidence: a figure's query in words, with the way to the cases behind each of its parts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

import msgspec
from django.urls import reverse
from django.utils.translation import gettext as _

from yichuang.accounts.values import Scope as Reach
from yichuang.dashboards.words import MEASURES
from yichuang.kernel.periods import Period
from yichuang.regions.values import Level
from yichuang.reporting.values import FigureRecord
from yichuang.ui.names import Names

_DAY = timedelta(days=1)
_FIELDS = ("county", "town", "department", "item", "channel")


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a query: what it counts in words, and the list of exactly those cases if the reader may see it."""

    words: str
    href: str = ""


def parts_of(record: FigureRecord, *, names: Names, reach: Reach) -> tuple[Part, ...]:
    """Return the parts of a figure's query; the query is read as the plain data of the annex."""
    query: dict[str, Any] = msgspec.to_builtins(record.query)
    match query["kind"]:
        case "cases":
            return (_cases(query, names=names, reach=reach),)
        case "ratio":
            return tuple(_cases(query[part], names=names, reach=reach) for part in ("numerator", "denominator"))
        case "mean-days":
            return (_cases(query["cases"], names=names, reach=reach),)
        case "centres":
            level = _(Level(query["level"]).label)
            return (Part(_("%(day)s处于运行状态的%(level)s级中心") % {"day": query["on"], "level": level}),)
        case "without-supervision":
            return (Part(_("%(day)s登记为没有电子监察系统的县区中心") % {"day": query["on"]}),)
        case _:
            centre = names.division(str(query["centre"]).partition("-")[0])
            return (Part(_("%(day)s已进驻%(place)s中心的业务办理项") % {"day": query["on"], "place": centre}),)


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
