"""Tolerance: what may be missing at acceptance, until when, and what a written commitment may replace; pure.

容缺受理 lets secondary materials follow; 告知承诺 lets a promise stand for a proof. Both rest on local rules of the
day: how long, and how far from the promised end.
"""

from datetime import datetime

from yichuang.calendar.values import local_day
from yichuang.cases.domain import acts as a
from yichuang.cases.domain import clocks
from yichuang.cases.domain import events as e
from yichuang.cases.domain import refusals as r
from yichuang.cases.domain.circumstances import SEPARATOR, Circumstances, Terms
from yichuang.cases.domain.clocks import Limit
from yichuang.cases.domain.local_rules import Tolerance
from yichuang.cases.domain.results import Result
from yichuang.cases.domain.state import State
from yichuang.kernel.words import N_


def check(act: a.Accept, terms: Terms, promised: Limit, c: Circumstances, at: datetime) -> None:
    """Refuse an acceptance whose missing or promised materials the rules of the day do not allow.

    Raises NoSuchRule, KeyMaterialMissing, MaterialUnknown, ReasonMissing, NoTimeForTolerance, ToleranceTooLong,
    NotPromisable.
    """
    on = local_day(at)
    if act.committed:
        if c.rules.commitment is None:
            raise r.NoSuchRule(day=on.isoformat(), what=N_("告知承诺"))
        for material in act.committed:
            if material not in terms.promisable:
                raise r.NotPromisable(
                    material=material, item=terms.name, possible=SEPARATOR.join(sorted(terms.promisable)) or N_("无")
                )
    if not act.tolerated:
        return
    if c.rules.tolerance is None:
        raise r.NoSuchRule(day=on.isoformat(), what=N_("容缺受理"))
    for material in act.tolerated:
        if material in terms.key_materials:
            raise r.KeyMaterialMissing(material=material, item=terms.name)
        if terms.required_materials and material not in terms.required_materials:
            raise r.MaterialUnknown(
                material=material, item=terms.name, possible=SEPARATOR.join(terms.required_materials)
            )
    _check_term(act, c.rules.tolerance, promised, c, at)


def _check_term(act: a.Accept, rule: Tolerance, promised: Limit, c: Circumstances, at: datetime) -> None:
    if act.tolerated_until is None:
        raise r.ReasonMissing(act=N_("容缺受理"), what=N_("补齐期限"))
    calendar, on = c.calendar, local_day(at)
    end = clocks.due(calendar=calendar, started_at=at, limit=promised)
    accepted, margin = calendar.ordinal(on), rule.margin_days.value
    latest = min(accepted + rule.longest_days.value, end.ordinal - margin)
    if latest <= accepted:
        raise r.NoTimeForTolerance(due=end.on.isoformat(), margin=margin)
    if act.tolerated_until <= on or calendar.ordinal(act.tolerated_until) > latest:
        raise r.ToleranceTooLong(
            until=act.tolerated_until.isoformat(),
            longest=rule.longest_days.value,
            due=end.on.isoformat(),
            margin=margin,
            latest=calendar.day_of(latest).isoformat(),
        )


def take_tolerated(s: State, act: a.TakeTolerated, c: Circumstances, at: datetime) -> tuple[e.Event, ...]:
    """Record what came in of the tolerated materials; raises NotTolerated, ToleranceOver, ReasonMissing."""
    if not act.materials:
        raise r.ReasonMissing(act=N_("补齐容缺材料"), what=N_("材料"))
    for material in act.materials:
        if material not in s.tolerated:
            raise r.NotTolerated(number=c.number, material=material, tolerated=SEPARATOR.join(s.tolerated) or N_("无"))
    if not c.observed and s.tolerated_until is not None and local_day(at) > s.tolerated_until:
        raise r.ToleranceOver(number=c.number, until=s.tolerated_until.isoformat())
    return (e.ToleratedTaken(materials=act.materials),)


def lapse_tolerated(s: State, act: a.LapseTolerated, c: Circumstances, at: datetime) -> tuple[e.Event, ...]:
    """Return the case as the rule says; raises NotTolerated where nothing is missing, ToleranceStillRuns."""
    if not s.tolerated or s.tolerated_until is None:
        raise r.NothingTolerated(number=c.number)
    if not c.observed and local_day(at) <= s.tolerated_until:
        raise r.ToleranceStillRuns(number=c.number, until=s.tolerated_until.isoformat())
    return (
        e.ToleratedLapsed(materials=s.tolerated, note=act.note),
        e.CaseClosed(result=Result.RETURNED, explanation=act.note or N_("容缺材料逾期未补")),
    )


def check_complete(s: State, c: Circumstances) -> None:
    """Refuse a decision with yes while tolerated materials are outstanding; raises ToleratedOutstanding."""
    if s.tolerated and s.tolerated_until is not None:
        raise r.ToleratedOutstanding(
            number=c.number, materials=SEPARATOR.join(s.tolerated), until=s.tolerated_until.isoformat()
        )
