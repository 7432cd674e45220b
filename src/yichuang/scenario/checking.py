"""Checking: between what a demonstration half-year planted and what supervision finds in it. Everything, and no more?

What must be found beside the planted cases, the late ones and those near their end, is worked out here a second time,
from dates and the calendar, without any rule.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

from yichuang.calendar.queries import get_calendar
from yichuang.calendar.values import CHINA, WorkingCalendar, local_day
from yichuang.cases import queries as cases
from yichuang.cases.values import CaseFilter, CaseRow, Status, acts
from yichuang.scenario.domain.untruth import shared_digest
from yichuang.scenario.setting import Setting, load_setting
from yichuang.supervision import queries as supervision

Subjects = dict[str, set[str]]
_PAGE = 2_000
# What is found in the lists and feeds themselves, not in cases, was not planted by a half-year.
_OF_CASES = frozenset({"cases", "fees", "closings", "files"})
_BULK, _SAME_FILE = "closed-in-bulk", "same-file-in-many-cases"
_NEAR_DAYS, _SHARE = 1, 90


@dataclass(frozen=True, slots=True)
class CheckRow:
    """One rule: how many were planted, how many more must be found by the dates, what is missed, what is too much."""

    rule: str
    planted: int
    by_dates: int
    found: int
    missed: tuple[str, ...] = ()
    others: tuple[str, ...] = field(default=())
    of_cases: bool = True

    @property
    def right(self) -> bool:
        """Tell whether everything that must be found is, and, of cases, nothing else."""
        return not self.missed and not (self.of_cases and self.others)


def check_findings(*, name: str, seed: int, scale: float, at: datetime | None = None) -> list[CheckRow]:
    """Return for every rule how what it finds at an instant (the period's end) agrees with what was planted.

    Refuses with ScenarioUnknown, StoryFaulty or NothingOffered. Fills the stored relations anew as of that day.
    """
    setting = load_setting(name=name, seed=seed, scale=scale)
    at = at or datetime.combine(setting.story.until, time(), CHINA) - timedelta(minutes=1)
    planted, dated = list_planted(setting), list_by_dates(setting.source, at=at)
    found: Subjects = defaultdict(set)
    of_cases: dict[str, bool] = {}
    for row in supervision.list_found(at=at):
        of_cases[row.rule] = row.relation in _OF_CASES
        if not row.source or row.relation not in {"cases"} or row.source == setting.source:
            found[row.rule].add(row.number if row.relation in {"cases", "fees"} else row.key)
    relation_of = {rule.id: rule.relation_name for rule in supervision.get_rules().rules}
    rows = []
    for rule, relation in sorted(relation_of.items()):
        must = planted[rule] | dated[rule]
        rows.append(
            CheckRow(
                rule=rule,
                planted=len(planted[rule]),
                by_dates=len(dated[rule] - planted[rule]),
                found=len(found[rule]),
                missed=tuple(sorted(must - found[rule])),
                others=tuple(sorted(found[rule] - must)),
                of_cases=relation in _OF_CASES,
            )
        )
    return rows


def list_planted(setting: Setting) -> Subjects:
    """Return what each rule must find of what was planted: numbers of cases, or keys of what cases have in common."""
    numbers = cases.list_source_numbers(setting.source)
    subjects: Subjects = defaultdict(set)
    for place, planted in setting.planted.items():
        number = numbers.get(str(place))
        if number is None:
            continue
        for rule in planted.finds:
            subject = number
            if rule == _SAME_FILE:
                subject = shared_digest(planted)
            elif rule == _BULK:
                subject = _closing(setting, place)
            subjects[rule].add(subject)
    return subjects


def _closing(setting: Setting, place: int) -> str:
    filing = setting.courses.make(place, setting.plan[place])
    receive = filing.history[0].act
    decider = next(one.act.decider for one in filing.history if isinstance(one.act, acts.Grant))
    closed = int(filing.history[-1].at.timestamp())
    assert isinstance(receive, acts.Receive)
    return f"{receive.organisation}|{decider}|{closed - closed % 60}"


def list_by_dates(source: str, *, at: datetime) -> Subjects:
    """Return what the rules on the promised and the statutory clock must find, by dates and the calendar alone."""
    calendar, subjects = get_calendar(), defaultdict[str, set[str]](set)
    late = {row.number for row in _rows("late", source)}
    by_law = {row.number for row in _rows("late-statutory", source)}
    for number in late | by_law:
        case = cases.get_case(number)
        first = _law_first(case.row, case.statutory_due_at, calendar)
        if first and number in by_law:
            subjects["statutory-overdue"].add(number)
        if not first and number in late:
            subjects["promised-overdue"].add(number)
            if number in by_law:
                subjects["both-clocks-overdue"].add(number)
    for row in _rows("open", source):
        if row.status is Status.ACCEPTED and row.promised_due_at is not None:
            for rule in _open(row, calendar, at=at):
                subjects[rule].add(row.number)
    return subjects


def _rows(measure: str, source: str) -> Iterator[CaseRow]:
    after = ""
    while True:
        page = cases.page_cases(CaseFilter(measure=measure, source=source), after=after, limit=_PAGE)
        yield from page.rows
        if not page.next_after:
            return
        after = page.next_after


def _law_first(row: CaseRow, statutory: datetime | None, calendar: WorkingCalendar) -> bool:
    if statutory is None or row.promised_due_at is None:
        return False
    return calendar.ordinal(local_day(statutory)) < calendar.ordinal(local_day(row.promised_due_at))


def _open(row: CaseRow, calendar: WorkingCalendar, *, at: datetime) -> Iterator[str]:
    """Yield the rules that must find an open case whose clock runs."""
    case = cases.get_case(row.number)
    assert row.promised_due_at is not None and row.accepted_at is not None
    today, promised = calendar.ordinal(local_day(at)), calendar.ordinal(local_day(row.promised_due_at))
    statutory = calendar.ordinal(local_day(case.statutory_due_at)) if case.statutory_due_at else promised
    if row.limit_unit == "opening-hours":
        if row.promised_due_at < at:
            yield "promised-overdue"
        return
    if statutory < promised:
        if statutory < today:
            yield "statutory-overdue"
    elif promised < today:
        yield "promised-overdue"
        if case.statutory_due_at and statutory < today:
            yield "both-clocks-overdue"
    if today <= min(promised, statutory) <= today + _NEAR_DAYS:
        yield "promised-near-due"
    start = calendar.ordinal(local_day(row.accepted_at)) + case.paused_days
    if today <= promised and promised > start and 100 * (today - start) >= _SHARE * (promised - start):
        yield "promise-ninety-percent"


def show(rows: list[CheckRow]) -> Mapping[str, int]:
    """Return the sums of a check: planted, by dates, found, missed, others, and rules that are not right."""
    return {
        "planted": sum(row.planted for row in rows),
        "by_dates": sum(row.by_dates for row in rows),
        "found": sum(row.found for row in rows),
        "missed": sum(len(row.missed) for row in rows),
        "others": sum(len(row.others) for row in rows if row.of_cases),
        "wrong": sum(not row.right for row in rows),
    }
