"""Samples for the tests of the scenario: the shipped story with a handful of offers in every place."""

from datetime import date

from msgspec.structs import replace

from yichuang.calendar.queries import get_calendar
from yichuang.catalogue.values import ListedFee
from yichuang.scenario.domain.course import Courses, Place
from yichuang.scenario.domain.days import Days
from yichuang.scenario.domain.plan import Plan, make_plan
from yichuang.scenario.domain.planting import choose_places
from yichuang.scenario.domain.scene import Planted
from yichuang.scenario.domain.story import Story
from yichuang.scenario.setting import load_story, load_violations
from yichuang.scenario.values import Offer, Staffing

NAME = "ankang-2015h1"


def story() -> Story:
    """Return the story that the house ships."""
    return load_story(name=NAME)


def days() -> Days:
    """Return the days of the half-year."""
    return Days(get_calendar(), start_on=date(2015, 1, 1), until=date(2015, 7, 1))


def offer(county: int, division: str, **changes: object) -> Offer:
    """Return one offer, with some fields changed."""
    fields: dict[str, object] = {
        "county": county,
        "organisation": f"{division}-guotu",
        "item": "11001",
        "name": "土地登记",
        "on_the_spot": False,
        "in_hours": False,
        "promised": 10.0,
        "statutory": 20.0,
        "steps": (("受理", 1), ("审核", 4), ("决定", 3), ("发证", 2)),
        "special": ("inspection",),
        "result_type": "certificate",
        "result_name": "土地使用证",
        "handling": (("01", f"{division}-centre", date(2014, 1, 1), None),),
        "materials": ("申请书", "身份证明", "权属来源证明"),
        "objects": ("natural", "enterprise"),
        "weight": 3.0,
        "town_weight": 0.0,
        "supplement": 0.2,
        "special_share": 0.1,
        "refusal": 0.02,
        "withdrawal": 0.01,
        "web": 0.3,
        "median_used": 0.6,
        "above": "" if division == "610900" else "610900-guotu",
        "fees": (ListedFee("登记费", 8_000, True),),
    }
    return Offer(**(fields | changes))  # type: ignore[arg-type]


def offers(told: Story) -> list[Offer]:
    """Return three offers in every place: promised, on the spot, and one that towns receive."""
    found = []
    for place, county in enumerate(told.counties):
        division = county.division
        web = 0.3 * min(county.web, 1)
        spot = {"on_the_spot": True, "in_hours": True, "promised": 2 / 7, "statutory": 15.0, "supplement": 0.0}
        found += [
            offer(place, division, web=web),
            offer(place, division, organisation=f"{division}-guoshui", item="03002", weight=6.0, web=web, **spot),
            offer(
                place, division, organisation=f"{division}-minzheng", item="16001", weight=1.0, web=0, town_weight=1.0
            ),
        ]
    return found


def plan(*, scale: float, seed: int = 2015) -> Plan:
    """Return a plan over the sample offers."""
    told = story()
    return make_plan(told, days(), offers(told), seed=seed, scale=scale)


def planted(*, scale: float, seed: int = 2015) -> dict[int, Planted]:
    """Return which places of the sample plan hold a violation."""
    told = story()
    violations = load_violations(name=told.violations)
    return choose_places(violations, plan(scale=scale, seed=seed), told, days(), offers(told), seed=seed, scale=scale)


def courses(*, seed: int = 2015, item: str = "", planted: dict[int, Planted] | None = None) -> Courses:
    """Return the inventor of histories over the sample offers; `item` replaces that of the promised ones."""
    told = story()
    staffing = Staffing(("张三",), ("李四", "王五"), ("赵六",))
    found = [replace(one, item=item) if item and one.item == "11001" else one for one in offers(told)]
    return Courses(
        story=told,
        days=days(),
        offers=found,
        places=[
            Place(
                county.division,
                [(f"{county.division}101", f"{county.division}101-hall")],
                backfill=county.arrival == "backfill",
                division=county.division,
            )
            for county in told.counties
        ],
        staffing=dict.fromkeys((one.organisation for one in found), staffing),
        seed=seed,
        source="scenario:test",
        planted=planted,
    )
