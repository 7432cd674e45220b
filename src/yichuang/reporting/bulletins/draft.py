"""Draft: gathers what a bulletin speaks of, measures it, and composes notice and annex."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import msgspec

from yichuang.cases import queries as cases
from yichuang.catalogue import queries as catalogue
from yichuang.kernel.periods import Period
from yichuang.regions import queries as regions
from yichuang.regions.values import CentreRow, CentreStateKind, DivisionTree, Level
from yichuang.reporting import queries as figures
from yichuang.reporting.bulletins import text
from yichuang.reporting.bulletins.book import Book
from yichuang.reporting.bulletins.queries import (
    FORM,
    Annex,
    CasesQuery,
    CentresQuery,
    EnteredQuery,
    MeanDaysQuery,
    RatioQuery,
    WithoutSupervisionQuery,
)
from yichuang.reporting.documents import DocumentNumber, Figure, OfficialNotice
from yichuang.reporting.values import DEFINITIONS, Scope

LAW = Path(__file__).resolve().parent.parent / "law" / "issuers.yaml"


class Issuer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who issues a division's bulletin."""

    authority: str
    agency_code: str
    addressees: str
    copies_to: tuple[str, ...] = ()


class _Law(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    issuers: dict[str, Issuer]
    new_within_days: int
    departments_named: int
    counties_named: int


@lru_cache(maxsize=1)
def _law() -> _Law:
    return msgspec.yaml.decode(LAW.read_bytes(), type=_Law)


@dataclass(frozen=True, slots=True)
class Draft:
    """A notice and the annex that proves it."""

    notice: OfficialNotice
    annex: Annex


class _Area(NamedTuple):
    """What the bulletin covers: the scope of figures, its name, and the counties inside it."""

    scope: Scope
    name: str
    is_city: bool
    counties: tuple[tuple[str, str], ...]


def _area(division: str, tree: DivisionTree) -> _Area:
    name = tree.name_of(division)
    is_city = division.endswith("00")
    counties = tuple((code, _named(tree, code)) for code in tree.children(division)) if is_city else ()
    scope = Scope() if is_city else Scope(county=division)
    return _Area(scope, name, is_city, ((division, "市本级"), *counties) if is_city else ())


def _named(tree: DivisionTree, code: str) -> str:
    row = tree.get(code)
    return row.short_name if row.level is Level.ZONE else row.name


def draft(
    *,
    period: Period,
    division: str,
    at: datetime,
    dated_on: date,
    number: DocumentNumber | None = None,
    final: bool = False,
) -> Draft:
    """Return the drafted bulletin of a division and period.

    Figures are counted from the records at this moment. Without a document number the first of the year is
    put in, for the editor to change; a draft that is not final carries a watermark.
    """
    on = period.last_on
    tree = regions.get_tree(on=on)
    area = _area(division, tree)
    issuer = _issuer(division, area.name)
    book = Book()
    seen = _observe(book, period=period, area=area, on=on)
    notice = text.compose(
        seen,
        text.Issue(
            authority=issuer.authority,
            document_number=number or DocumentNumber(agency_code=issuer.agency_code, year=dated_on.year, serial=1),
            addressees=issuer.addressees,
            copies_to=issuer.copies_to,
            dated_on=dated_on,
            draft=not final,
        ),
    )
    annex = Annex(
        form=FORM,
        title=notice.title,
        period=period.label,
        division=division,
        drafted_at=at.isoformat(),
        ledger_events=cases.count_events(),
        figures=book.records,
    )
    return Draft(notice, annex)


def _issuer(division: str, name: str) -> Issuer:
    issuers = _law().issuers
    if division in issuers:
        return issuers[division]
    default = issuers["default"]
    return msgspec.structs.replace(default, authority=default.authority.format(division=name))


class _Measure:
    """Enters figures of one scope into the book under ids with a common beginning."""

    def __init__(self, book: Book, *, period: Period, scope: Scope, prefix: str = "", whose: str = "") -> None:
        self._book = book
        self._period = period
        self._scope = scope
        self._prefix = prefix
        self._whose = whose

    def query(self, measure: str) -> CasesQuery:
        """Return the query of a measure in this scope."""
        return CasesQuery(
            measure=measure,
            start_on=self._period.start_on,
            until=self._period.until,
            county=self._scope.county,
            department=self._scope.department,
        )

    def count(self, key: str, measure: str, *, way: str = "count") -> Figure:
        """Enter the number of cases of a measure."""
        return self._enter(key, self.query(measure), way)

    def ratio(self, key: str, above: str, below: str) -> Figure:
        """Enter the ratio of two measures."""
        return self._enter(key, RatioQuery(numerator=self.query(above), denominator=self.query(below)), "percent")

    def mean_days(self) -> Figure:
        """Enter the mean of working days."""
        return self._enter("mean_days", MeanDaysQuery(cases=self.query("judged")), "days")

    def _enter(self, key: str, query: CasesQuery | RatioQuery | MeanDaysQuery, way: str) -> Figure:
        definition = DEFINITIONS[key]
        return self._book.enter(
            f"{self._prefix}{key}",
            query,
            label=f"{self._whose}{definition.label}",
            definition=definition.text,
            way=way,
        )


def _observe(book: Book, *, period: Period, area: _Area, on: date) -> text.Observations:
    whole = _Measure(book, period=period, scope=area.scope, whose=area.name)
    late = whole.count("late", "late")
    title = period.title
    seen = text.Observations(
        division_name=area.name,
        whole="全市" if area.is_city else area.name,
        centres="市、县区" if area.is_city else area.name,
        period_title=title,
        half=title.split("年", 1)[1] if "年" in title else title,
        accepted=whole.count("accepted", "accepted", way="wan"),
        completed=whole.count("completed", "completed", way="wan"),
        completion_rate=whole.ratio("completion_rate", "completed", "accepted"),
        on_time_rate=whole.ratio("on_time_rate", "on-time", "completed"),
        early_rate=whole.ratio("early_rate", "early", "completed"),
        mean_days=whole.mean_days(),
        late=late,
        late_count=int(book.value("late")),
        late_departments=_late_departments(book, period=period, scope=area.scope),
    )
    if not area.is_city:
        return seen
    return _with_city(book, seen, period=period, area=area, on=on)


def _late_departments(book: Book, *, period: Period, scope: Scope) -> tuple[tuple[str, Figure], ...]:
    rows = [row for row in figures.list_breakdown(period=period, by="department", scope=scope) if row.sums.late]
    rows.sort(key=lambda row: (-row.sums.late, row.key))
    names = {
        row.department_key: row.short_name for row in regions.list_organisations(division="610900", on=period.last_on)
    }
    found = []
    for row in rows[: _law().departments_named]:
        name = names.get(row.key, row.key)
        one = Scope(county=scope.county, department=row.key)
        measure = _Measure(book, period=period, scope=one, prefix=f"department.{row.key}.", whose=name)
        found.append((f"{name}系统", measure.count("late", "late")))
    return tuple(found)


def _with_city(book: Book, seen: text.Observations, *, period: Period, area: _Area, on: date) -> text.Observations:
    centres = regions.list_centres(on=on)
    counties = [row for row in centres if row.level is Level.COUNTY]
    zones = [row for row in centres if row.level is Level.ZONE]
    names = dict(area.counties)
    new_since = on - timedelta(days=_law().new_within_days)
    return replace(
        seen,
        city_centres=_centres(book, on, Level.CITY),
        county_centres=_centres(book, on, Level.COUNTY),
        town_centres=_centres(book, on, Level.TOWN),
        planned=tuple(
            text.CentreNote(names[row.division], "")
            for row in counties
            if row.state in {CentreStateKind.PLANNED, CentreStateKind.BUILDING}
        ),
        new=_new(counties, zones, names, since=new_since),
        without_supervision=book.enter(
            "without_supervision",
            WithoutSupervisionQuery(on=on),
            label="无电子监察系统的县区数",
            definition="该日县区中心登记为没有电子监察系统的个数",
        ),
        without_supervision_names=tuple(_short(names[row.division]) for row in counties if row.supervision is False),
        incompatible_names=tuple(
            _short(names[row.division]) for row in counties if row.supervision and row.compatible is False
        ),
        lines=_lines(book, period=period, area=area),
        **_entered(book, period=period, centres=counties, names=names, on=on),
    )


def _short(name: str) -> str:
    return name.removesuffix("县").removesuffix("区")


def _centres(book: Book, on: date, level: Level) -> Figure:
    titles = {Level.CITY: "市级", Level.COUNTY: "县（区）级", Level.TOWN: "镇级"}
    return book.enter(
        f"centres.{level.value}",
        CentresQuery(on=on, level=level.value),
        label=f"{titles[level]}中心数",
        definition="该日处于运行状态的本级中心个数",
    )


def _new(
    counties: Sequence[CentreRow], zones: Sequence[CentreRow], names: dict[str, str], *, since: date
) -> tuple[text.CentreNote, ...]:
    notes = []
    for row in (*counties, *zones):
        opened = row.state_since if row.state is CentreStateKind.RUNNING else None
        opened = max(filter(None, (opened, row.opened_on)), default=None)
        if row.state is CentreStateKind.RUNNING and opened and opened >= since:
            state = f"政务中心{opened.month}月{'底' if opened.day > 25 else '份'}投入使用，仍处于建设完善阶段"
            notes.append(text.CentreNote(names[row.division], state, opened))
    return tuple(sorted(notes, key=lambda note: (note.since or since, note.name)))


def _lines(book: Book, *, period: Period, area: _Area) -> tuple[text.CountyLine, ...]:
    lines = []
    for code, name in area.counties:
        measure = _Measure(book, period=period, scope=Scope(county=code), prefix=f"county.{code}.", whose=name)
        accepted = measure.count("accepted", "accepted")
        if not int(book.value(f"county.{code}.accepted")):
            continue
        lines.append(
            text.CountyLine(
                name=name,
                accepted=accepted,
                completed=measure.count("completed", "completed"),
                completion_rate=measure.ratio("completion_rate", "completed", "accepted"),
                on_time_rate=measure.ratio("on_time_rate", "on-time", "completed"),
                mean_days=measure.mean_days(),
            )
        )
    return tuple(lines)


def _entered(
    book: Book, *, period: Period, centres: Sequence[CentreRow], names: dict[str, str], on: date
) -> dict[str, object]:
    counts: list[tuple[int, str, str, Figure]] = []
    growth = []
    for row in centres:
        if row.state is not CentreStateKind.RUNNING:
            continue
        name = names[row.division]
        figure = _enter_entered(book, row.code, name, on)
        counts.append((int(book.value(f"entered.{row.code}.{on}")), row.division, name, figure))
        growth += _growth(book, period=period, centre=row.code, name=name)
    counts.sort()
    most = counts[-1] if counts else None
    return {
        "most_entered": (most[2], most[3]) if most else None,
        "fewest_entered": tuple((name, figure) for _, _, name, figure in counts[: _law().counties_named]),
        "growth": tuple(growth),
    }


def _enter_entered(book: Book, centre: str, name: str, on: date) -> Figure:
    return book.enter(
        f"entered.{centre}.{on}",
        EnteredQuery(centre=centre, on=on),
        label=f"{name}进驻事项数",
        definition="该日已进驻中心的业务办理项个数",
    )


def _growth(book: Book, *, period: Period, centre: str, name: str) -> list[text.Growth]:
    """Find the month of the period in which most items entered, if they are more than a tenth of what stood before."""
    best: tuple[int, date, date] | None = None
    for year, month in period.months():
        first = date(year, month, 1)
        following = date(year + month // 12, month % 12 + 1, 1)
        before, last = first - timedelta(days=1), following - timedelta(days=1)
        added = catalogue.count_entered(centre=centre, on=last) - catalogue.count_entered(centre=centre, on=before)
        if added > 0 and (best is None or added > best[0]):
            best = (added, before, last)
    if (
        best is None
        or best[0] * 10 <= catalogue.count_entered(centre=centre, on=best[1])
        or not catalogue.count_entered(centre=centre, on=best[1])
    ):
        return []
    return [
        text.Growth(
            name=f"{name}政务服务中心",
            month=best[2].month,
            before=_enter_entered(book, centre, name, best[1]),
            after=_enter_entered(book, centre, name, best[2]),
        )
    ]
