"""Findings: measures what a bulletin says of supervision: which problems, how many, whose, as known at one moment.

Stands between the doors of supervision and the sentences; every number is a figure of the annex, counted from the
findings themselves, so that it leads to them and can be counted again.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from yichuang.calendar.values import local_day
from yichuang.documents import Figure
from yichuang.kernel.periods import Period, PeriodKind
from yichuang.reporting.bulletins import supervised
from yichuang.reporting.bulletins.book import Book
from yichuang.reporting.bulletins.evidence import finding_count
from yichuang.reporting.bulletins.queries import FindingsQuery
from yichuang.reporting.bulletins.rules import Compared, problems_on
from yichuang.reporting.bulletins.supervised import ColourLine, Lead, Named, Supervised
from yichuang.supervision import queries as supervision

Name = Callable[[str], str]

_RULES_OF_A_MONTH = 10
_DAY = timedelta(days=1)
_COLOURS = {"red": "红牌", "yellow": "黄牌", "reminder": "预警"}
_FOUND = "情形发生在期内的监察发现数，按起草时所知；已查明不成立的除外，待核实的疑点另计"
_OF_RULE = "情形发生在期内的监察发现数，按起草时所知；已查明不成立的除外"
_STANDING = "起草时仍然成立的监察发现数"


class FindingMeasures:
    """Enters the figures about findings of one area and period into the book; of nothing there is no figure."""

    def __init__(self, book: Book, whole: FindingsQuery, *, whose: str) -> None:
        self._book, self._whole, self._whose = book, whole, whose

    def query(self, **narrow: Any) -> FindingsQuery:
        """Return the query of the whole area, narrowed; where rules are named, none is left out."""
        told: dict[str, Any] = {name: getattr(self._whole, name) for name in self._whole.__struct_fields__} | narrow
        if told["rules"]:
            told["except_rules"] = ()
        if told["county"]:
            told["counties"] = ()
        return FindingsQuery(**told)

    def count(self, key: str, label: str, *, whose: str = "", definition: str = _FOUND, **narrow: Any) -> Figure:
        """Enter the number of findings of a narrower query."""
        query = self.query(**narrow)
        return self._book.enter(f"findings.{key}", query, label=f"{whose or self._whose}{label}", definition=definition)

    def some(self, key: str, label: str, *, definition: str = _FOUND, **narrow: Any) -> Figure | None:
        """Enter a number; None where it is 0, or where no rule stands for it."""
        if narrow.get("rules") == ():
            return None
        figure = self.count(key, label, definition=definition, **narrow)
        return figure if self._book.count(figure) else None

    def ranked(self, by: str, **narrow: Any) -> tuple[str, ...]:
        """Return keys, most first: who is named is decided by the very findings that are counted."""
        return tuple(key for key, _count in supervision.rank_findings(finding_count(self.query(**narrow)), by=by))


@dataclass(frozen=True, slots=True)
class _Told:
    """How a sentence tells a number: its id and label, by which field its parts are named, how, and how many."""

    key: str
    label: str
    by: str
    name: Name
    most: int
    definition: str = _OF_RULE


def observe(
    book: Book,
    *,
    period: Period,
    county: str,
    counties: Mapping[str, str],
    whose: str,
    known_at: datetime,
    department: Name,
) -> Supervised:
    """Return what supervision found in a period, as known at a moment; `counties` are a city's by code, else empty.

    What is not found is not told: a bulletin of a time before supervision speaks of centres and cases alone.
    """
    problems = problems_on(period.last_on)
    whole = FindingsQuery(
        known_at=known_at,
        start_on=period.start_on,
        until=period.until,
        county=county,
        counties=tuple(counties),
        except_rules=problems.leads,
    )
    measures = FindingMeasures(book, whole, whose=whose)
    by, name = ("county", counties.__getitem__) if counties else ("department", department)
    lines = _lines(measures, by=by, name=name)
    rules = measures.ranked("rule")
    told, most = problems.sentences, problems.departments_named

    def of_departments(key: str, label: str, definition: str = _OF_RULE) -> _Told:
        return _Told(key, label, "department", lambda code: f"{department(code)}系统", most, definition)

    today = local_day(known_at)
    current = (today - period.last_on).days <= problems.current_within_days
    return Supervised(
        found=measures.some("all", "监察发现"),
        red=measures.some("red", "达到红牌标准的监察发现", colour="red"),
        yellow=measures.some("yellow", "达到黄牌标准的监察发现", colour="yellow"),
        reminder=measures.some("reminder", "达到预警标准的监察发现", colour="reminder"),
        issued=measures.some(
            "issued", "已发牌的监察发现", definition=f"{_FOUND}；起草时已经发牌、未撤销的", issued=True
        ),
        worst=_worst(lines, book=book, most=problems.counties_named),
        rules=_by_rule(measures, rules[: problems.rules_named]),
        lines=lines,
        rule_lines=_by_rule(measures, rules[:_RULES_OF_A_MONTH]) if period.kind is PeriodKind.MONTH else (),
        off_system=_compared(
            measures, told.off_system, of_departments("off_system", "体外循环疑点", _STANDING), word="体外循环"
        ),
        double_track=_compared(
            measures, told.double_track, of_departments("double_track", "双轨运行疑点", _STANDING), word="双轨运行"
        ),
        authority=_lead(measures, of_departments("authority", "授权名单以外人员作出的决定"), rules=told.authority),
        two_offices=_lead(measures, of_departments("two_offices", "在单位之间来回流转的办件"), rules=told.two_offices),
        not_entered=_lead(
            measures,
            _Told("not_entered", "列入清单未进驻的事项", by, name, problems.counties_named, _STANDING),
            rules=told.not_entered,
            standing=True,
            start_on=None,
            until=today + _DAY,
        )
        if current
        else Lead(),
    )


def _compared(measures: FindingMeasures, rules: Compared, told: _Told, *, word: str) -> supervised.Compared:
    """Return what was confirmed, and the leads that still stand, with the departments that have most of them."""
    confirmed = measures.some(
        f"{told.key}.confirmed", f"经核实的{word}", definition=_STANDING, rules=rules.confirmed, standing=True
    )
    return supervised.Compared(confirmed, _lead(measures, told, rules=rules.leads, standing=True))


def _lead(measures: FindingMeasures, told: _Told, **narrow: Any) -> Lead:
    """Return a number with its parts; nothing where there is none."""
    count = measures.some(told.key, told.label, definition=told.definition, **narrow)
    if count is None:
        return Lead()
    named = []
    for code in measures.ranked(told.by, **narrow)[: told.most]:
        name, place = told.name(code), {told.by: code}
        key = f"{told.key}.{code}"
        figure = measures.count(key, told.label, whose=name, definition=told.definition, **narrow | place)
        named.append((name, figure))
    return Lead(count, tuple(named))


def _lines(measures: FindingMeasures, *, by: str, name: Name) -> tuple[ColourLine, ...]:
    lines = []
    for code in measures.ranked(by):
        called, place = name(code), {by: code}
        colours = {
            colour: measures.count(
                f"{by}.{code}.{colour}", f"达到{word}标准的监察发现", whose=called, colour=colour, **place
            )
            for colour, word in _COLOURS.items()
        }
        found = measures.count(f"{by}.{code}", "监察发现", whose=called, **place)
        lines.append(ColourLine(called, found, colours["red"], colours["yellow"], colours["reminder"]))
    return tuple(lines)


def _worst(lines: tuple[ColourLine, ...], *, book: Book, most: int) -> tuple[ColourLine, ...]:
    """Return the lines with most red and yellow, red first; those without any are not named, nor a single one."""
    ranked = [line for line in lines if book.count(line.red) + book.count(line.yellow)]
    ranked.sort(key=lambda line: (-book.count(line.red), -book.count(line.yellow)))
    return tuple(ranked[:most]) if len(lines) > 1 else ()


def _by_rule(measures: FindingMeasures, rules: tuple[str, ...]) -> Named:
    known = supervision.get_rules()
    found = []
    for rule_id in rules:
        rule = known.get(rule_id)
        title = rule.title.zh if rule else rule_id
        label = f"“{title}”的监察发现"
        found.append((title, measures.count(f"rule.{rule_id}", label, definition=_OF_RULE, rules=(rule_id,))))
    return tuple(found)
