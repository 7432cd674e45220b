"""The state of judging for whoever watches over it: which rules are in force, when was last judged, what waits."""

from yichuang.cases import queries as cases
from yichuang.supervision.judging.judgement import NAME
from yichuang.supervision.models import Judging
from yichuang.supervision.rulebook import faults, get_rules
from yichuang.supervision.values import RulesState

_COUNTED = 1_000


def get_rules_state() -> RulesState:
    """Return which rules are in force, the faults that keep newer files out, and how far judging has come.

    `behind` counts cases of which there is news, up to a thousand. Raises RulesFaulty without any good set.
    """
    rules, broken = get_rules(), faults()
    row = Judging.objects.filter(name=NAME).first()
    read = cases.find_cursor(follower=NAME) or cases.START
    waiting, _ = cases.list_changed_cases(read, limit=_COUNTED)
    return RulesState(
        digest=rules.digest,
        rules=len(rules.rules),
        faults=tuple(str(fault) for fault in broken),
        judged_at=row.judged_at if row else None,
        judged_on=row.judged_on if row else None,
        behind=len(waiting),
    )
