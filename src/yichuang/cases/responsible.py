"""Responsible: who has or had a case in hand, asked for many cases at once by those who address him."""

from collections.abc import Sequence

from django.db import connection

from yichuang.cases.codec import NAMES
from yichuang.cases.domain import events as e
from yichuang.cases.values import OWN_SOURCE
from yichuang.kernel.actor import SYSTEM

_AT_ONCE = 200
# These an applicant does himself, or anybody for him.
_APPLICANTS = tuple(
    NAMES[kind] for kind in (e.ApplicationReceived, e.MaterialsTaken, e.SupplementReceived, e.ApplicationWithdrawn)
)


def list_handlers(*, numbers: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Return for each case number who is answerable for it, as (id, name); the id is "" where none is known.

    Whoever handles it, or else decided it, or else (in own cases) was the last of staff to act. Cases of which nobody
    is known are left out.
    """
    found: dict[str, tuple[str, str]] = {}
    for start in range(0, len(numbers), _AT_ONCE):
        part = [*numbers[start : start + _AT_ONCE]]
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT c.number, f.handler, f.handler_name, f.decider, v.actor_id, v.actor_name FROM cases_case c"
                " JOIN cases_facts f ON f.case_id = c.id"
                " LEFT JOIN cases_event v ON v.case_id = c.id AND c.source = %s AND v.seq ="
                " (SELECT MAX(l.seq) FROM cases_event l WHERE l.case_id = c.id AND l.actor_id <> %s"
                f" AND l.name NOT IN ({', '.join(['%s'] * len(_APPLICANTS))}))"
                f" WHERE c.number IN ({', '.join(['%s'] * len(part))})",
                [OWN_SOURCE, SYSTEM.id, *_APPLICANTS, *part],
            )
            rows = cursor.fetchall()
        for number, handler, handler_name, decider, last, last_name in rows:
            known = ((handler, handler_name), (last, last_name) if last else ("", ""), ("", decider))
            if decider and last_name != decider:
                known = (known[0], known[2], known[1])
            officer = next((one for one in known if one[1]), None)
            if officer:
                found[number] = officer
    return found
