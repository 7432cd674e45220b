"""The setting: between regions, catalogue and volumes, and the invention. What is offered where, by whom?

Reads other contexts by their doors and turns what it finds into plain values.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from random import Random

import msgspec
import yaml

from yichuang.calendar.queries import get_calendar
from yichuang.catalogue import queries as catalogue
from yichuang.catalogue.commands import BUNDLED
from yichuang.catalogue.values import ItemOffer, ItemTerms
from yichuang.regions import queries as regions
from yichuang.regions.values import CentreStateKind, Level, PostRole
from yichuang.scenario.domain.course import Courses, Place
from yichuang.scenario.domain.days import Days
from yichuang.scenario.domain.plan import Plan, make_plan
from yichuang.scenario.domain.planting import Violation, choose_places, read_violations
from yichuang.scenario.domain.scene import Planted
from yichuang.scenario.domain.story import County, Story, StoryFaulty, read_story
from yichuang.scenario.values import Offer, ScenarioUnknown, Staffing

_YAML = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_DATA = Path(__file__).parent / "data"
_CITY = "610900"
_WEB = {"web", "mobile"}


class Volume(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How often one item is asked for at each level, and how its cases usually go."""

    code: str
    city: float = 0
    county: float = 0
    town: float = 0
    supplement: float = 0
    special: float = 0
    refusal: float = 0
    withdrawal: float = 0
    online: float = 0
    median_used: float = 0.5


@dataclass(frozen=True, slots=True)
class Setting:
    """A half-year ready to be filed."""

    source: str
    story: Story
    days: Days
    plan: Plan
    courses: Courses
    offers: Sequence[Offer]
    planted: Mapping[int, Planted]


def source_of(*, name: str, seed: int, scale: float) -> str:
    """Return the source under which a build's cases are filed; refuses with ScenarioUnknown."""
    if not (_DATA / f"{name}.yaml").is_file():
        raise ScenarioUnknown(name=name, possible="、".join(sorted(path.stem for path in _DATA.glob("*.yaml"))))
    return f"scenario:{name}:{seed}:{scale:g}"


def load_story(*, name: str) -> Story:
    """Return the story of a name; refuses with ScenarioUnknown or StoryFaulty."""
    source_of(name=name, seed=0, scale=1)
    path = _DATA / f"{name}.yaml"
    return read_story(yaml.load(path.read_text("utf-8"), Loader=_YAML), file=path.name)


def load_violations(*, name: str) -> tuple[Violation, ...]:
    """Return what is planted by a data file; refuses with StoryFaulty."""
    path = _DATA / f"{name}.yaml"
    return read_violations(yaml.load(path.read_text("utf-8"), Loader=_YAML), file=path.name)


def count_planned(story: Story, *, scale: float) -> int:
    """Return how many cases a build files in all, those on top included."""
    on_top = story.on_top
    extra = sum(round(count * scale) for count in (on_top.not_accepted, on_top.lapsed, on_top.void, on_top.pending))
    return round(story.accepted.count * scale) + extra


def load_setting(*, name: str, seed: int, scale: float) -> Setting:
    """Return everything that a build needs; refuses with ScenarioUnknown, StoryFaulty or NothingOffered."""
    story = load_story(name=name)
    days = Days(get_calendar(), start_on=story.start_on, until=story.until)
    on = story.start_on
    offers = _offers(story, on=on)
    source = source_of(name=name, seed=seed, scale=scale)
    plan = make_plan(story, days, offers, seed=seed, scale=scale)
    planted = {}
    if story.violations:
        planted = choose_places(
            load_violations(name=story.violations), plan, story, days, offers, seed=seed, scale=scale
        )
    courses = Courses(
        story=story,
        days=days,
        offers=offers,
        places=_places(story, on=on),
        staffing=_staffing(story, offers, on=on, seed=seed),
        seed=seed,
        source=source,
        planted=planted,
    )
    return Setting(source=source, story=story, days=days, plan=plan, courses=courses, offers=offers, planted=planted)


def _volumes() -> dict[str, Volume]:
    path = BUNDLED / "volumes.yaml"
    raw = yaml.load(path.read_text("utf-8"), Loader=_YAML)
    try:
        return {volume.code: volume for volume in msgspec.convert(raw["volumes"], list[Volume], strict=False)}
    except msgspec.ValidationError as error:
        raise StoryFaulty(file=path.name, reason=str(error)) from error


def _offers(story: Story, *, on: date) -> list[Offer]:
    volumes, terms = _volumes(), catalogue.get_terms(on=on)
    places = {county.division: place for place, county in enumerate(story.counties)}
    rows = [row for row in catalogue.list_offers(on=on) if row.division in places and row.handling]
    above = {row.item_code: row.organisation_code for row in rows if row.division == _CITY}
    running = {
        centre.division
        for centre in regions.list_centres(on=story.until - timedelta(days=1))
        if centre.state in {CentreStateKind.TRIAL, CentreStateKind.RUNNING}
    }
    return [
        _offer(
            story,
            row,
            terms=terms[row.organisation_code, row.item_code],
            volume=volumes[row.item_code],
            place=places[row.division],
            above=above.get(row.item_code, "") if row.division != _CITY else "",
            has_centre=row.division in running,
        )
        for row in rows
        if row.item_code in volumes and (row.organisation_code, row.item_code) in terms
    ]


def _offer(
    story: Story, row: ItemOffer, *, terms: ItemTerms, volume: Volume, place: int, above: str, has_centre: bool
) -> Offer:
    county: County = story.counties[place]
    on_the_spot = terms.kind == "on-the-spot"
    factor = story.on_the_spot if on_the_spot else 1.0
    promised = _working_days(terms.promised_amount, terms.promised_unit)
    statutory = promised
    if terms.statutory_amount is not None:
        statutory = max(promised, _working_days(terms.statutory_amount, terms.statutory_unit))
    entered = not has_centre or any(entries for _, entries in row.handling)
    return Offer(
        county=place,
        organisation=row.organisation_code,
        item=row.item_code,
        name=terms.name,
        on_the_spot=on_the_spot,
        in_hours=terms.promised_unit == "opening-hours",
        promised=promised,
        statutory=statutory,
        steps=terms.steps,
        special=terms.special_procedures,
        result_type=terms.result_type,
        result_name=terms.result_name,
        handling=_standing(row, story, has_centre=has_centre and entered),
        materials=row.materials,
        objects=row.objects,
        # What never entered a running centre is not taken in there; its town halls may still receive it.
        weight=factor * entered * (volume.city if row.division == _CITY else volume.county),
        town_weight=factor * volume.town,
        supplement=0.0 if on_the_spot else volume.supplement * story.supplement,
        special_share=volume.special,
        refusal=volume.refusal,
        withdrawal=volume.withdrawal,
        web=min(volume.online * county.web, 0.9) if _WEB & set(row.channels) else 0.0,
        median_used=volume.median_used,
        above=above,
        fees=terms.fees,
        statutory_calendar=(terms.statutory_amount or 0) if terms.statutory_unit == "calendar-days" else 0,
    )


def _standing(row: ItemOffer, story: Story, *, has_centre: bool) -> tuple[tuple[str, str, date, date | None], ...]:
    """Return when each sub-matter is handled in a centre; where there is none, at the department's own office."""
    if not has_centre:
        return tuple((code, "", story.start_on, None) for code, _ in row.handling)
    return tuple(
        (code, entry.centre, entry.entered_on, entry.left_on) for code, entries in row.handling for entry in entries
    )


def _working_days(amount: int, unit: str) -> float:
    """Return about how many working days a limit gives."""
    if unit == "opening-hours":
        return amount / 7
    return float(amount) if unit == "working-days" else float(amount * 5 // 7)


def _places(story: Story, *, on: date) -> list[Place]:
    tree = regions.get_tree(on=on)
    halls: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for centre in regions.list_centres(on=on, level=Level.TOWN):
        halls[centre.division[:6]].append((centre.division, centre.code))
    return [
        Place(
            tree.get(county.division).short_name,
            halls[county.division],
            backfill=county.arrival == "backfill",
            division=county.division,
        )
        for county in story.counties
    ]


def _staffing(story: Story, offers: list[Offer], *, on: date, seed: int) -> dict[str, Staffing]:
    """Return who works where: the posts of regions, and invented names where a place has none on record."""
    found: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for post in regions.list_posts(on=on):
        kind = {PostRole.LEADER: "leaders", PostRole.SECTION: "sections"}.get(post.role, "windows")
        found[post.organisation][kind].append(post.staff_name)
    staffing = {}
    for organisation in sorted({offer.organisation for offer in offers}):
        names, random = found[organisation], Random(f"staff:{seed}:{organisation}")
        windows = names["windows"] or _invented(story, random)
        sections = names["sections"] or names["windows"] or _invented(story, random)
        leaders = names["leaders"] or _invented(story, random)
        staffing[organisation] = Staffing(tuple(windows), tuple(sections), tuple(leaders))
    return staffing


def _invented(story: Story, random: Random) -> list[str]:
    people = story.people
    return [random.choice(people.surnames) + "".join(random.sample(people.given, 2)) for _ in range(2)]
