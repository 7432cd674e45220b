"""Centres: what a bulletin says of the centres themselves: how many run, what entered them, what they lack."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

from yichuang.catalogue import queries as catalogue
from yichuang.documents import Figure
from yichuang.kernel.periods import Period
from yichuang.regions import queries as regions
from yichuang.regions.values import CentreRow, CentreStateKind, Level
from yichuang.reporting.bulletins import text
from yichuang.reporting.bulletins.book import Book
from yichuang.reporting.bulletins.queries import CentresQuery, EnteredQuery, LevelName, WithoutSupervisionQuery
from yichuang.reporting.bulletins.rules import get_rules

_LEVELS: dict[LevelName, str] = {"city": "市级", "county": "县（区）级", "town": "镇级"}
_UNBUILT = {CentreStateKind.PLANNED, CentreStateKind.BUILDING}
_SHORTEST_NAME = 2
_LATE_IN_MONTH = 25


def observe_city(
    book: Book, seen: text.Observations, *, period: Period, names: Mapping[str, str], on: date
) -> text.Observations:
    """Return the observations with what is said of all centres of a city; `names` are its counties by code."""
    centres = [row for row in regions.list_centres(on=on) if row.division in names]
    counties = [row for row in centres if row.level is Level.COUNTY]
    lacking = [names[row.division] for row in counties if row.supervision is False]
    seen = replace(
        seen,
        city_centres=_running(book, "city", on),
        county_centres=_running(book, "county", on),
        town_centres=_running(book, "town", on),
        planned=tuple(names[row.division] for row in counties if row.state in _UNBUILT),
        new=_new([row for row in centres if row.level in {Level.COUNTY, Level.ZONE}], names, on=on),
        without_supervision=book.enter(
            "without_supervision",
            WithoutSupervisionQuery(on=on),
            label="无电子监察系统的县区数",
            definition="该日县区中心登记为没有电子监察系统的个数",
        ),
        without_supervision_names=tuple(map(_short, lacking)),
        without_supervision_unit="个县" if all(name.endswith("县") for name in lacking) else "个县（区）",
        incompatible_names=tuple(
            _short(names[row.division]) for row in counties if row.supervision and row.compatible is False
        ),
    )
    return _with_entered(book, seen, period=period, centres=counties, names=names, on=on)


def observe_county(
    book: Book, seen: text.Observations, *, period: Period, names: Mapping[str, str], on: date
) -> text.Observations:
    """Return the observations with what is said of the one centre of a county or zone."""
    centres = [row for row in regions.list_centres(on=on) if row.division in names and row.level is not Level.TOWN]
    seen = _with_entered(book, seen, period=period, centres=centres, names=names, on=on)
    planned = tuple(names[row.division] for row in centres if row.state in _UNBUILT)
    return replace(seen, planned=planned, fewest_entered=())


def _short(name: str) -> str:
    """Return 石泉 for 石泉县; a name of two characters stays whole, as it is always written."""
    return name[:-1] if len(name) > _SHORTEST_NAME and name[-1] in "县区市" else name


def _running(book: Book, level: LevelName, on: date) -> Figure:
    return book.enter(
        f"centres.{level}",
        CentresQuery(on=on, level=level),
        label=f"{_LEVELS[level]}中心数",
        definition="该日处于运行状态的本级中心个数",
    )


def _new(rows: Sequence[CentreRow], names: Mapping[str, str], *, on: date) -> tuple[text.NewCentre, ...]:
    """Return the centres that were opened or moved shortly before a day, earliest first."""
    since = on - timedelta(days=get_rules().new_within_days)
    notes = []
    for row in rows:
        opened = max(filter(None, (row.state_since, row.opened_on)), default=None)
        if row.state is CentreStateKind.RUNNING and opened and since <= opened <= on:
            year = f"{opened.year}年" if opened.year != on.year else ""
            month = f"{year}{opened.month}月{'底' if opened.day > _LATE_IN_MONTH else '份'}"
            notes.append((opened, names[row.division], month))
    return tuple(text.NewCentre(name, month) for _, name, month in sorted(notes))


def _with_entered(
    book: Book,
    seen: text.Observations,
    *,
    period: Period,
    centres: Sequence[CentreRow],
    names: Mapping[str, str],
    on: date,
) -> text.Observations:
    counts: list[tuple[int, str, Figure]] = []
    growth = []
    for row in centres:
        if row.state is CentreStateKind.RUNNING:
            name = names[row.division]
            figure = _entered(book, row.code, name, on)
            counts.append((book.count(figure), name, figure))
            growth += _growth(book, period=period, centre=row.code, name=name)
    # Sorted by count alone: the rows came in order of code.
    counts.sort(key=lambda row: row[0])
    rules = get_rules()
    total = sum(count for count, _, _ in counts)
    few = [
        (name, figure)
        for count, name, figure in counts
        if count * 100 * len(counts) < total * rules.few_entered_percent
    ]
    most = counts[-1] if total else None
    return replace(
        seen,
        most_entered=(most[1], most[2]) if most else None,
        fewest_entered=tuple(few[: rules.counties_named]),
        growth=tuple(growth),
    )


def _entered(book: Book, centre: str, name: str, on: date) -> Figure:
    return book.enter(
        f"entered.{centre}.{on}",
        EnteredQuery(centre=centre, on=on),
        label=f"{name}进驻事项数",
        definition="该日已进驻中心的业务办理项个数",
    )


def _growth(book: Book, *, period: Period, centre: str, name: str) -> list[text.Growth]:
    """Find the month of the period in which most items entered, if they are more than a tenth of what stood before."""
    best: tuple[int, date, date] | None = None
    stood = 0
    for year, month in period.months():
        first = date(year, month, 1)
        before, last = first - timedelta(days=1), date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
        had = catalogue.count_entered(centre=centre, on=before)
        added = catalogue.count_entered(centre=centre, on=last) - had
        if added > 0 and (best is None or added > best[0]):
            best, stood = (added, before, last), had
    if best is None or not stood or best[0] * 10 <= stood:
        return []
    year = f"{best[2].year}年" if period.start_on.year != period.last_on.year else ""
    return [
        text.Growth(
            name=f"{name}政务服务中心",
            month=f"{year}{best[2].month}月份",
            before=_entered(book, centre, name, best[1]),
            after=_entered(book, centre, name, best[2]),
        )
    ]
