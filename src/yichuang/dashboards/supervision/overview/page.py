"""Page: what the overview and the wall begin with: what was chosen, the names of that day, where one may look."""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from yichuang.accounts.queries import allowed, require
from yichuang.accounts.values import Scope as Reach
from yichuang.dashboards.drawing import Links
from yichuang.dashboards.periods import ChosenPeriod, choose_period
from yichuang.dashboards.supervision.overview.drawing import Ways
from yichuang.dashboards.supervision.overview.words import MEASURES
from yichuang.dashboards.supervision.words import both
from yichuang.supervision.queries import get_rules
from yichuang.supervision.values import RuleClass
from yichuang.ui.names import ItemNames, Names, get_item_names, get_names
from yichuang.ui.values import Filter


@dataclass(frozen=True)
class OverviewPage:
    """What one page was asked for, and by whom."""

    request: HttpRequest
    chosen: ChosenPeriod
    names: Names
    items: ItemNames
    reach: Reach
    counties: tuple[str, ...]
    rule_class: str
    measure: str

    @property
    def kept(self) -> dict[str, str]:
        """Return what every address of these pages keeps."""
        asked = {"period": self.chosen.period.label, "rule_class": self.rule_class}
        if self.measure != "cards":
            asked["map"] = self.measure
        return {name: value for name, value in asked.items() if value}

    def address(self, *parts: str, **more: str) -> str:
        """Return the address of the page of a county, an office, an item."""
        level = ("", "-county", "-department", "-item")[len(parts)]
        base = reverse(f"dashboards:supervision-overview{level}", args=parts)
        return f"{base}?{urlencode({**self.kept, **more})}"

    def rule(self, rule: str) -> str:
        """Return the title of a rule, its id where it is no longer in force."""
        found = get_rules().get(rule)
        return both(found.title) if found else rule

    def ways(self, *, name: Callable[[str], str], below: Callable[[str], str]) -> Ways:
        """Return where the numbers of this page lead."""
        links = Links(self.chosen, allowed(self.request.user, "cases.view"), self.names.city)
        return Ways(
            links=links,
            kept=self.kept,
            name=name,
            rule=self.rule,
            below=below,
            department=self.names.department,
            city_department=lambda key: self.address(department=key),
        )

    def crumbs(self, *more: tuple[str, str]) -> list[tuple[str, str]]:
        """Return the way from the desk to here."""
        return [(_("电子监察"), reverse("dashboards:supervision")), (_("监察总览"), self.address()), *more]

    def filters(self, *, department: str | None = None, city: bool = False) -> list[Filter]:
        """Return the form's fields: period, class of rules, and for the city a department and what the map shows."""
        every = ("", _("全部"))
        found = [
            Filter("period", _("统计期间"), self.chosen.period.label, self.chosen.choices),
            Filter(
                "rule_class", _("规则类别"), self.rule_class, [every, *((one.value, _(one.label)) for one in RuleClass)]
            ),
        ]
        if department is not None:
            own = sorted(self.names.departments, key=self.names.department)
            choices = [every, *((key, self.names.department(key)) for key in own)]
            found.append(Filter("department", _("部门"), department, choices))
        if city:
            found.append(
                Filter("map", _("地图显示"), self.measure, [(key, _(label)) for key, label in MEASURES.items()])
            )
        return found


def open_page(request: HttpRequest) -> OverviewPage:
    """Read what was asked for; refuses a reader for whom no county is open."""
    chosen = choose_period(request, today=timezone.localdate())
    names = get_names(on=chosen.period.last_on)
    at_start = get_names(on=chosen.period.start_on)
    reach: Reach = request.scope  # type: ignore[attr-defined]
    counties = tuple(code for code in dict.fromkeys((*names.counties, *at_start.counties)) if may_see(reach, code))
    # A place that knows no county yet has an empty page, not one that is shut.
    if names.counties and not counties:
        require(reach, division=names.city)
    rule_class, measure = request.GET.get("rule_class", ""), request.GET.get("map", "")
    return OverviewPage(
        request=request,
        chosen=chosen,
        names=names,
        items=get_item_names(on=chosen.period.last_on),
        reach=reach,
        counties=counties,
        rule_class=rule_class if rule_class in set(RuleClass) else "",
        measure=measure if measure in MEASURES else "cards",
    )


def may_see(reach: Reach, county: str) -> bool:
    """Tell whether the numbers of a county are open: to who watches over it, and to who runs its centre."""
    return reach.covers(division=county) or reach.covers(division=county, centre=f"{county}-centre")
