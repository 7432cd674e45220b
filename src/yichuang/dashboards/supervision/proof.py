"""Proof: why something was found, as a page shows it: what held, the clock, the numbers of the law.

Stands between a finding or a card with its facts and the page that puts the case beside the rule that caught it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from yichuang.calendar.values import local_day
from yichuang.cases.queries import get_case, get_state
from yichuang.cases.values import CaseFile, CaseNotFound, CaseState
from yichuang.dashboards.supervision import clockline
from yichuang.dashboards.supervision.asking import Asked
from yichuang.dashboards.supervision.clockline import ClockLine, Kind, Mark
from yichuang.dashboards.supervision.plain import Speaker
from yichuang.dashboards.supervision.shown import measured
from yichuang.dashboards.supervision.words import MARKS
from yichuang.supervision.values import Rule
from yichuang.ui import casework
from yichuang.ui.casework import PROCEDURES
from yichuang.ui.lights import Judge


@dataclass(frozen=True, slots=True)
class ParameterLine:
    """One number of the rule as it counted that day."""

    name: str
    value: str
    citation: str
    mark: str


@dataclass(frozen=True, slots=True)
class Proof:
    """Everything that a page shows of why; `clock` is None where no case is concerned."""

    spoken: list[str]
    evidence: list[tuple[str, str]]
    parameters: list[ParameterLine]
    clock: ClockLine | None


def proof_of(
    rule: Rule, *, facts: Mapping[str, Any], evidence: Mapping[str, Any], occurred_on: date, number: str, asked: Asked
) -> Proof:
    """Return why the rule caught what it caught."""
    parameters = {one.name: one for one in rule.parameters}
    speaker = Speaker(rule.relation, parameters, {**evidence, **facts}, on=occurred_on, codes=codes_of(asked))
    known = [name for name in rule.evidence if name in evidence and name in rule.relation.columns]
    return Proof(
        spoken=speaker.parts(rule.condition),
        evidence=[(speaker.name(rule.relation.columns[name]), speaker.value(name)) for name in known],
        parameters=parameters_of(rule, on=occurred_on),
        clock=clock_of(number, occurred_on=occurred_on) if number else None,
    )


def codes_of(asked: Asked) -> dict[str, Callable[[str], str]]:
    """Return what names the codes of a row's columns."""
    names = asked.names
    return {
        "county": names.county,
        "town": names.division,
        "centre": names.body,
        "organisation": names.organisation,
        "department": names.department,
        "item": asked.item,
        "source": casework.source_of,
    }


def parameters_of(rule: Rule, *, on: date) -> list[ParameterLine]:
    """Return the numbers of a rule in force on a day, each with its source."""
    return [
        ParameterLine(one.name, measured(value.value, one), value.citation, _(MARKS[value.mark]))
        for one, value in ((one, one.on(on)) for one in rule.parameters)
    ]


def clock_of(number: str, *, occurred_on: date) -> ClockLine | None:
    """Draw the clock of a case as it stands now; None where the case is not here or was never taken in."""
    try:
        file, state = get_case(number), get_state(number)
    except CaseNotFound:
        return None
    return _draw(file, state, occurred_on=occurred_on)


def _draw(file: CaseFile, state: CaseState, *, occurred_on: date) -> ClockLine:
    row = file.row
    now = Judge(now=timezone.now()).at(row.source)
    ended_at = state.decided_at or row.closed_at
    end = local_day(ended_at) if ended_at else local_day(now)
    start = local_day(row.accepted_at or row.received_at)
    due = local_day(row.promised_due_at) if row.promised_due_at else None
    marks = [Mark(local_day(row.received_at), _("收件"), Kind.START)]
    if row.accepted_at:
        marks.append(Mark(start, _("受理"), Kind.START))
    for pause in state.pauses:
        name = _(PROCEDURES.get(pause.procedure, pause.procedure))
        marks.append(Mark(pause.started_on, _("中止：%(what)s") % {"what": name}, Kind.PAUSED))
        if pause.ended_on:
            marks.append(Mark(pause.ended_on, _("恢复计时"), Kind.PAUSED))
    if due:
        marks.append(Mark(due, _("承诺到期"), Kind.DUE))
    if file.statutory_due_at:
        marks.append(Mark(local_day(file.statutory_due_at), _("法定到期"), Kind.DUE))
    marks.append(Mark(occurred_on, _("规则所指的情形发生"), Kind.BREACH))
    if ended_at:
        marks.append(Mark(end, _("办结"), Kind.END))
    else:
        marks.append(Mark(end, _("今日") if now.date() == timezone.now().date() else _("来源最后报送"), Kind.NOW))
    pauses = [(pause.started_on, pause.ended_on) for pause in state.pauses]
    parts = clockline.stretches(start=start, due=due, end=max(end, start), pauses=pauses)
    return clockline.draw(marks, parts)
