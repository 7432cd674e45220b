"""Lapse: what time itself brings about in own cases, looked for once a day by `yichuang tick`."""

import logging
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection

from yichuang.calendar.queries import get_calendar
from yichuang.calendar.values import local_day
from yichuang.cases import selection
from yichuang.cases.acting import perform
from yichuang.cases.domain import acts as a
from yichuang.cases.domain.lifecycle import Status
from yichuang.cases.domain.local_rules import rules_in_force
from yichuang.cases.domain.refusals import AutomaticTooEarly, NotPossibleNow
from yichuang.cases.domain.statutes import load_statutes
from yichuang.cases.values import OWN_SOURCE, ChangedMeanwhile
from yichuang.kernel.actor import SYSTEM
from yichuang.kernel.refusal import Refusal

_log = logging.getLogger(__name__)


def accept_by_lapse(*, now: datetime) -> tuple[str, ...]:
    """Accept every own application whose five days for the supplement notice are over; return their numbers.

    Art. 32 no. 4: it counts as accepted from the day of receipt. Cases of other systems are recorded here,
    not acted upon. A case that somebody else moves at the same moment is left to him.
    """
    calendar, today = get_calendar(), local_day(now)
    days = load_statutes().in_force(today).supplement_notice_days
    waiting = _numbers(
        "status = %s AND source = %s AND received_wd < %s",
        [Status.RECEIVED.value, OWN_SOURCE, calendar.ordinal(today) - days],
    )
    return _each(waiting, lambda: a.Accept(automatic=True), now=now)


def return_by_lapse(*, now: datetime) -> tuple[str, ...]:
    """Return every own case whose applicant did not bring in time what he owed; return their numbers.

    Tolerated materials (容缺) and supplements (补正), each only where the local rule of the day says that the return is
    automatic. Where it does not, the case stays in the to-do list and somebody decides.
    """
    today = local_day(now)
    rules = rules_in_force(today)
    returned: tuple[str, ...] = ()
    if rules.tolerance is not None and rules.tolerance.return_automatically.value:
        late = _numbers(
            "closed_on IS NULL AND source = %s AND tolerated_until < %s", [OWN_SOURCE, selection.stored_day(today)]
        )
        returned += _each(late, a.LapseTolerated, now=now)
    if rules.supplement is not None and rules.supplement.return_automatically.value:
        late = _numbers(
            "closed_on IS NULL AND source = %s AND supplement_until < %s", [OWN_SOURCE, selection.stored_day(today)]
        )
        returned += _each(late, a.LapseSupplement, now=now)
    return returned


def _numbers(condition: str, parameters: list[Any]) -> list[str]:
    if settings.NODE:
        # What another node holds lapses there.
        condition += " AND case_id IN (SELECT id FROM cases_case WHERE holder IN ('', %s))"
        parameters = [*parameters, settings.NODE]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT number FROM cases_facts WHERE {condition} ORDER BY case_id", parameters)
        return [row[0] for row in cursor.fetchall()]


def _each(waiting: Iterable[str], make: Callable[[], a.Act], *, now: datetime) -> tuple[str, ...]:
    done = []
    for number in waiting:
        try:
            perform(number=number, act=make(), by=SYSTEM, at=now)
        except (AutomaticTooEarly, NotPossibleNow, ChangedMeanwhile):
            # Supplemented later than received, or moved meanwhile: its turn comes with the next tick.
            continue
        except Refusal as refusal:
            # One that cannot be moved (its item was cancelled, its clock is wrong) must not hold up the others.
            _log.warning("%s: %s", number, refusal)
            continue
        done.append(number)
    return tuple(done)
