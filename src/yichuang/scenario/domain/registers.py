"""Registers: between the cases of a half-year and the lists that departments keep of them for themselves.

Copies each matter into its department's list with the errors that such lists have, leaves some out, and plants matters
that never were cases (outside; shadow where the item does run in the centre) and cases whose list contradicts their
times (conflict). What was planted is told apart, for whoever measures how much of it is found. A row depends on the
seed and its matter alone, whatever else is in the list.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Literal, NamedTuple

import msgspec

from yichuang.scenario.domain import misspelling as m
from yichuang.scenario.domain.people import RESIDENT_CARD, Crowd
from yichuang.scenario.domain.story import StoryFaulty

INSIDE, OUTSIDE, SHADOW, CONFLICT = "inside", "outside", "shadow", "conflict"
# Planted matters number their papers from here: no place of a plan comes so far.
_PLANTED_FROM = 500_000


class _Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    pass


class Texts(_Part, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How often a list lacks something, or has a code for its item."""

    missing_code: float
    missing_document: float
    coded_item: float


class Shape(_Part, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What lists of one kind look like and which departments keep them."""

    kind: Literal["licences", "publicity", "seals", "ledger", "fees"]
    per: Literal["county", "division"]
    departments: tuple[str, ...]
    file: Literal["xlsx", "csv"]
    columns: dict[str, str]
    dates: str
    text: Texts
    title: str = ""
    encoding: str = "utf-8"


class Planted(_Part, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Shares of what is planted and left out."""

    outside: float
    double: float
    shadow: float
    known_applicant: float
    omitted: float


class Noise(_Part, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Shares of errors."""

    name: float
    name_kinds: dict[str, float]
    firm_short: float
    firm_form: float
    traditional: float
    bracket: float
    code: float
    masked: float
    document: float
    document_form: float
    day: float
    slip: float
    short_item: float


class RegisterStory(_Part, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The whole data file."""

    story: str
    registers: tuple[Shape, ...]
    planted: Planted
    conflict_days: tuple[int, int]
    noise: Noise
    shapes: tuple[str, ...]


class Matter(NamedTuple):
    """What a department did once; `place` is the case's place in the plan, -1 where there is no case."""

    place: int
    organisation: str
    item: str
    county: str
    town: str
    name: str
    number: str
    personal: bool
    received: date
    day: date
    document: str


@dataclass(frozen=True, slots=True)
class Words:
    """Names that lists are written with, by code; `items` and `results` by (organisation, item)."""

    organisations: Mapping[str, str]
    counties: Mapping[str, str]
    towns: Mapping[str, str]
    items: Mapping[tuple[str, str], str]
    results: Mapping[tuple[str, str], str]


class Line(NamedTuple):
    """One row of a list: its cells in the order of the columns, what it truly is, and of which case."""

    cells: tuple[object, ...]
    truth: str
    place: int


@dataclass(frozen=True, slots=True)
class List:
    """One list, ready to be written; `code` is that of its register."""

    code: str
    shape: Shape
    organisation: str
    county: str
    title: str
    lines: Sequence[Line]


def read_registers(raw: object, *, file: str) -> RegisterStory:
    """Return what the data file tells; refuses with StoryFaulty."""
    try:
        return msgspec.convert(raw, RegisterStory, strict=False)
    except msgspec.ValidationError as error:
        raise StoryFaulty(file=file, reason=str(error)) from error


class Registrar:
    """Keeps the lists of all departments of one half-year."""

    def __init__(
        self,
        story: RegisterStory,
        words: Words,
        crowd: Crowd,
        *,
        offers: Iterable[tuple[str, str, bool]],
        brought: Iterable[tuple[str, str]],
        seed: int,
        start_on: date,
        until: date,
    ) -> None:
        """`offers` are (organisation, item, personal) of all that departments may do, `brought` those with cases."""
        self._story, self._words, self._crowd, self._seed = story, words, crowd, seed
        self._shape_of = {key: shape for shape in story.registers for key in shape.departments}
        brought = frozenset(brought)
        self._free = [one for one in sorted(offers) if self.keeps(one[0]) and one[:2] not in brought]
        self._start_on, self._days = start_on, (until - start_on).days
        self._misspeller = m.Misspeller(story.shapes, story.noise.name_kinds)

    def keeps(self, organisation: str) -> bool:
        """Return whether a department keeps a list."""
        return organisation.partition("-")[2] in self._shape_of

    def make(self, matters: Iterable[Matter]) -> list[List]:
        """Return all lists, of the matters of departments that keep one, in order of their codes."""
        planted = self._story.planted
        known = [one for one in matters if self.keeps(one.organisation)]
        random = Random(f"registers:{self._seed}")
        rows = [(one, INSIDE) for one in known if not self._draw(one).random() < planted.omitted]
        doubles = round(len(rows) * planted.double)
        shadows = round(doubles * planted.shadow)
        for place in random.sample(range(len(rows)), min(doubles - shadows, len(rows))):
            rows[place] = (self._conflicting(rows[place][0]), CONFLICT)
        outside = round(len(known) * planted.outside)
        rows += [(one, SHADOW) for one in self._shadows(known, shadows, random)]
        rows += [(one, OUTSIDE) for one in self._outside(known, outside, random)]
        return self._written(rows)

    def _draw(self, matter: Matter) -> Random:
        return Random(f"{self._seed}:{matter.place}:{matter.document}")

    # --- what is planted ----------------------------------------------------------------------------------------------

    def _conflicting(self, matter: Matter) -> Matter:
        first, last = self._story.conflict_days
        days = self._draw(matter).randint(first, last)
        return matter._replace(day=matter.received - timedelta(days=days))

    def _shadows(self, known: Sequence[Matter], count: int, random: Random) -> Iterable[Matter]:
        """Yield matters of items that run in the centre, for applicants some of whom have other cases there."""
        for number in range(count if known else 0):
            model, other = random.choice(known), random.choice(known)
            one = self._planted(model.organisation, model.item, model.personal, number, random)
            if random.random() < self._story.planted.known_applicant and other.county == one.county:
                one = one._replace(name=other.name, number=other.number, personal=other.personal)
            yield one

    def _outside(self, known: Sequence[Matter], count: int, random: Random) -> Iterable[Matter]:
        """Yield matters of items that the department never brought to the centre; some applicants have cases there."""
        free = self._free
        by_county: dict[str, list[Matter]] = defaultdict(list)
        for matter in known:
            by_county[matter.county].append(matter)
        for number in range(_PLANTED_FROM, _PLANTED_FROM + count if free else _PLANTED_FROM):
            organisation, item, personal = random.choice(free)
            one = self._planted(organisation, item, personal, number, random)
            others = by_county[one.county]
            if others and random.random() < self._story.planted.known_applicant:
                other = random.choice(others)
                # Somebody who was at this department's window some days ago for something else.
                near = [more for more in others if more.organisation == organisation]
                other = random.choice(near) if near and random.random() < 0.5 else other
                day = min(max(other.day + timedelta(days=random.randint(-9, 9)), self._start_on), self._last)
                one = one._replace(name=other.name, number=other.number, personal=other.personal, day=day)
            yield one

    @property
    def _last(self) -> date:
        return self._start_on + timedelta(days=self._days - 1)

    def _planted(self, organisation: str, item: str, personal: bool, number: int, random: Random) -> Matter:
        county = organisation.partition("-")[0]
        maker = self._crowd.person if personal else None
        applicant = maker(random, county) if maker else self._crowd.firm(random, county, self._words.counties[county])
        day = self._start_on + timedelta(days=random.randrange(self._days))
        document = f"{county}{item}{day.year}{_PLANTED_FROM + number % _PLANTED_FROM:06d}"
        return Matter(
            -1, organisation, item, county, "", applicant.name, applicant.id_number, personal, day, day, document
        )

    # --- how it is written --------------------------------------------------------------------------------------------

    def _written(self, rows: Sequence[tuple[Matter, str]]) -> list[List]:
        lists: dict[str, list[tuple[Matter, str]]] = defaultdict(list)
        for matter, truth in rows:
            lists[self._code_of(matter.organisation)].append((matter, truth))
        return [self._list(code, lists[code]) for code in sorted(lists)]

    def _code_of(self, organisation: str) -> str:
        division, _, key = organisation.partition("-")
        shape = self._shape_of[key]
        return f"{division}-{shape.kind}" if shape.per == "division" else f"{division}-{key}-{shape.kind}"

    def _list(self, code: str, rows: list[tuple[Matter, str]]) -> List:
        first = rows[0][0]
        shape = self._shape_of[first.organisation.partition("-")[2]]
        whose = self._words.counties[first.county]
        organisation = ""
        if shape.per == "county":
            organisation, whose = first.organisation, self._words.organisations[first.organisation]
        rows.sort(key=lambda row: (row[0].day, row[0].document, row[0].place))
        lines = [
            Line(self._cells(shape, matter, number, code), truth, matter.place)
            for number, (matter, truth) in enumerate(rows, start=1)
        ]
        title = f"{whose}{shape.title}" if shape.title else ""
        return List(code, shape, organisation, first.county, title, lines)

    def _cells(self, shape: Shape, matter: Matter, number: int, code: str) -> tuple[object, ...]:
        random, noise, text = self._draw(matter), self._story.noise, shape.text
        key = (matter.organisation, matter.item)
        day = matter.day
        if random.random() < noise.day:
            day = m.moved(day, random)
        elif random.random() < noise.slip:
            day = m.slipped(day)
        item = self._words.items[key]
        if random.random() < noise.short_item and len(item) > 6:
            item = item[: len(item) - 2]
        cells = {
            "serial": number,
            "own": f"{code}-{number:05d}",
            "document": self._document(matter, text, random),
            "holder": self._holder(matter, random),
            "code": self._code(matter, shape, random),
            "item": item,
            "item_code": matter.item if random.random() < text.coded_item else "",
            "result": self._words.results[key] or item,
            "organisation": self._words.organisations[matter.organisation],
            "day": day if shape.dates == "native" else day.strftime(shape.dates),
            "published": (day + timedelta(days=random.randint(1, 9))).strftime(
                shape.dates.replace("native", "%Y-%m-%d")
            ),
            "amount": f"{random.choice((5, 10, 20, 40, 80, 120, 200)):.2f}",
            "town": self._words.towns.get(matter.town, ""),
        }
        return tuple(cells[name] for name in shape.columns.values())

    def _holder(self, matter: Matter, random: Random) -> str:
        name, noise = matter.name, self._story.noise
        if not matter.personal:
            place = self._words.counties[matter.county]
            if random.random() < noise.firm_short:
                name = m.shortened(name, place, random)
            elif random.random() < noise.firm_form:
                name = m.other_form(name)
        if random.random() < noise.name:
            name = self._misspeller.name(name, random, first=1 if matter.personal else 0)
        if random.random() < noise.traditional:
            name = m.traditional(name)
        return m.wide(name, random) if random.random() < noise.bracket else name

    def _code(self, matter: Matter, shape: Shape, random: Random) -> str:
        noise = self._story.noise
        if random.random() < shape.text.missing_code:
            return ""
        number = m.number(matter.number, random) if random.random() < noise.code else matter.number
        if shape.kind == "publicity" and matter.personal:
            return m.masked(number) if random.random() < noise.masked else ""
        return number

    def _document(self, matter: Matter, text: Texts, random: Random) -> str:
        noise = self._story.noise
        if random.random() < text.missing_document:
            return ""
        document = m.number(matter.document, random) if random.random() < noise.document else matter.document
        if random.random() < noise.document_form:
            document = f"第{document}号" if random.random() < 0.5 else m.wide(document, random)
        return document


def personal_of(id_type: str) -> bool:
    """Return whether an applicant of this kind of number is a person."""
    return id_type == RESIDENT_CARD
