"""The history of a case as decoded events, for contexts above that write about single acts."""

from collections.abc import Sequence
from datetime import datetime

from django.db import connection

from yichuang.calendar.queries import get_calendar
from yichuang.calendar.values import local_day
from yichuang.cases import ledger
from yichuang.cases.domain.facts import facts_of
from yichuang.cases.domain.state import EMPTY, apply
from yichuang.cases.domain.statutes import load_statutes
from yichuang.cases.effective import effective
from yichuang.cases.values import OWN_SOURCE, ActLine, CaseNotFound
from yichuang.kernel.identifiers.case_number import check_number


def list_acts(number: str) -> tuple[ActLine, ...]:
    """Return the decoded events of a case that count, oldest first, each with the deadlines as they stood after it.

    What its source has taken back is not among them: nothing may be written about it any more. Raises CaseNotFound or
    the number's own refusal.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM cases_case WHERE number = %s", [number])
        found = cursor.fetchone()
    if found is None:
        check_number(number)
        raise CaseNotFound(number=number)
    return acts_of(ledger.read_case(found[0]))


def acts_of(entries: Sequence[ledger.Entry]) -> tuple[ActLine, ...]:
    """Return the same from all the entries of a case that have been read."""
    calendar, statutes = get_calendar(), load_statutes()
    state, lines = EMPTY, []
    for entry in effective(entries):
        event = entry.event()
        state = apply(state, event, entry.source_at)
        deadlines: tuple[datetime | None, datetime | None] = (None, None)
        if state.accepted_at is not None:
            facts = facts_of(
                state, calendar=calendar, statutes=statutes, source=OWN_SOURCE, on=local_day(entry.source_at)
            )
            deadlines = facts.promised_due_at, facts.statutory_due_at
        lines.append(
            ActLine(
                seq=entry.seq,
                event=event,
                at=entry.source_at,
                recorded_at=entry.recorded_at,
                actor_id=entry.actor_id,
                actor=entry.actor_name,
                digest=entry.hash.hex(),
                promised_due_at=deadlines[0],
                statutory_due_at=deadlines[1],
            )
        )
    return tuple(lines)
