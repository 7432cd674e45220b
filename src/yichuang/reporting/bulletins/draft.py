"""Draft: gathers what a bulletin speaks of, measures it, and composes notice and annex."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from yichuang.cases import queries as cases
from yichuang.documents import DocumentNumber, Figure, OfficialNotice, figures_of
from yichuang.kernel.periods import Period, PeriodKind
from yichuang.regions import queries as regions
from yichuang.regions.values import DivisionRow, DivisionTree, Level
from yichuang.reporting import queries as sums
from yichuang.reporting.bulletins import centres, findings, supervised, text, weekly
from yichuang.reporting.bulletins.book import Book
from yichuang.reporting.bulletins.measures import Measures
from yichuang.reporting.bulletins.queries import FORM, Annex
from yichuang.reporting.bulletins.refusals import NoBulletinOfTown
from yichuang.reporting.bulletins.rules import get_rules, issuer_of
from yichuang.reporting.values import Scope

_BELOW_CITY = {Level.COUNTY, Level.ZONE}


@dataclass(frozen=True, slots=True)
class Draft:
    """A notice and the annex that proves it."""

    notice: OfficialNotice
    annex: Annex


class _Area(NamedTuple):
    """What the bulletin covers: one division, and the counties under which its cases are counted, by name."""

    row: DivisionRow
    names: dict[str, str]

    @property
    def is_city(self) -> bool:
        return self.row.level is Level.CITY

    @property
    def name(self) -> str:
        return _called(self.row)

    @property
    def whole(self) -> str:
        """Give 全市, 全县 or 全区."""
        return f"全{self.row.name[-1:]}"

    @property
    def county(self) -> str:
        return "" if self.is_city else self.row.code

    @property
    def counties(self) -> tuple[str, ...]:
        return tuple(self.names) if self.is_city else ()


def _called(row: DivisionRow) -> str:
    return row.short_name if row.level is Level.ZONE else row.name


def _area(division: str, *, first: DivisionTree, last: DivisionTree) -> _Area:
    """Return the area as of the last day; a county that ended within the period is one of the city's all the same."""
    row = last.get(division)
    if row.level is Level.TOWN:
        raise NoBulletinOfTown(name=row.name, division=division, above=last.county_of(division))
    if row.level is not Level.CITY:
        return _Area(row, {division: _called(row)})
    found = {
        code: _called(tree.get(code))
        for tree in (first, last)
        if division in tree
        for code in tree.children(division)
        if tree.level_of(code) in _BELOW_CITY
    }
    return _Area(row, {division: "市本级", **dict(sorted(found.items()))})


def draft(
    *,
    period: Period,
    division: str,
    at: datetime,
    dated_on: date,
    number: DocumentNumber | None = None,
    final: bool = False,
) -> Draft:
    """Return the drafted bulletin of a city, county or zone and period; of a week it is the weekly notice (周公示).

    Figures are counted from the records at this moment. Without a document number the first of the year is
    put in, for the editor to change; a draft that is not final carries a watermark. Refuses with
    DivisionNotKnown and NoBulletinOfTown.
    """
    on = period.last_on
    area = _area(division, first=regions.get_tree(on=period.start_on), last=regions.get_tree(on=on))
    is_week = period.kind is PeriodKind.WEEK
    issuer = issuer_of(area.row, weekly=is_week)
    book = Book()
    seen = _observe(book, period=period, area=area, at=at)
    notice = (weekly if is_week else text).compose(
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
        figures=book.records_of(figures_of(notice)),
    )
    return Draft(notice, annex)


def _observe(book: Book, *, period: Period, area: _Area, at: datetime) -> text.Observations:
    whole = Measures(book, period=period, county=area.county, counties=area.counties, whose=area.name)
    accepted, completed = whole.count("accepted", way="wan"), whole.count("completed", way="wan")
    late = whole.count("late")
    seen = text.Observations(
        whole=area.whole,
        centres="市、县区" if area.is_city else area.name,
        titled=text.titled(period),
        spoken=text.spoken(period),
        as_of=period.last_on,
        accepted=accepted,
        completed=completed,
        is_empty=not (book.count(accepted) or book.count(completed)),
        completion_rate=whole.ratio("completion_rate"),
        on_time_rate=whole.ratio("on_time_rate"),
        early_rate=whole.ratio("early_rate"),
        mean_days=whole.mean_days(),
        late=late if book.count(late) else None,
        late_departments=_late_departments(book, period=period, area=area),
        lines=_lines(book, period=period, area=area) if area.is_city else (),
        supervised=_supervised(book, period=period, area=area, at=at),
    )
    observe = centres.observe_city if area.is_city else centres.observe_county
    return observe(book, seen, period=period, names=area.names, on=period.last_on)


def _supervised(book: Book, *, period: Period, area: _Area, at: datetime) -> supervised.Supervised:
    departments = _department_names(period, division=area.row.code)
    return findings.observe(
        book,
        period=period,
        county=area.county,
        counties=area.names if area.is_city else {},
        whose=area.name,
        known_at=at,
        department=lambda key: departments.get(key, key),
    )


def _late_departments(book: Book, *, period: Period, area: _Area) -> tuple[tuple[str, Figure], ...]:
    rows = [
        row
        for row in sums.list_breakdown(period=period, by="department", scope=Scope(county=area.county))
        if row.sums.late
    ]
    rows.sort(key=lambda row: (-row.sums.late, row.key))
    names = _department_names(period, division=area.row.code)
    found = []
    for row in rows:
        name = names.get(row.key, row.key)
        measures = Measures(
            book,
            period=period,
            county=area.county,
            counties=area.counties,
            department=row.key,
            prefix=f"department.{row.key}.",
            whose=name,
        )
        late = measures.count("late")
        # The sums know cases of guests too, who are no part of the city.
        if book.count(late):
            found.append((f"{name}系统", late))
        if len(found) == get_rules().departments_named:
            break
    return tuple(found)


def _department_names(period: Period, *, division: str) -> dict[str, str]:
    """Return short names by key: the division's own before others', those of the last day before the first day's."""
    rows = [row for on in (period.start_on, period.last_on) for row in regions.list_organisations(on=on)]
    rows.sort(key=lambda row: row.division == division)
    return {row.department_key: row.short_name for row in rows if row.department_key}


def _lines(book: Book, *, period: Period, area: _Area) -> tuple[text.CountyLine, ...]:
    lines = []
    for code, name in area.names.items():
        measures = Measures(book, period=period, county=code, prefix=f"county.{code}.", whose=name)
        accepted, completed = measures.count("accepted"), measures.count("completed")
        if book.count(accepted) or book.count(completed):
            lines.append(
                text.CountyLine(
                    name=name,
                    accepted=accepted,
                    completed=completed,
                    completion_rate=measures.ratio("completion_rate"),
                    on_time_rate=measures.ratio("on_time_rate"),
                    mean_days=measures.mean_days(),
                )
            )
    return tuple(lines)
