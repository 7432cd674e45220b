"""Circumstances: everything from outside that a decision about a case rests on, as arguments."""

from datetime import datetime

import msgspec

from yichuang.calendar.values import CHINA, WorkingCalendar
from yichuang.cases.domain.clocks import Limit
from yichuang.cases.domain.local_rules import LocalRules
from yichuang.cases.domain.statutes import Law
from yichuang.kernel.actor import Actor

SEPARATOR = "、"
NO_RULES = LocalRules()


class Terms(msgspec.Struct, frozen=True, gc=False):
    """What the organisation's implementation list says of one item, on the day of the act.

    `key_materials` are the main review elements (主审要件), `promisable` those that a commitment may replace.
    `fees` None means that nobody looked them up.
    """

    item: str
    name: str
    implementation_code: str
    item_type: str
    kind: str
    statutory: Limit | None
    promised: Limit
    special_procedures: frozenset[str] = frozenset()
    joint: bool = False
    key_materials: frozenset[str] = frozenset()
    required_materials: tuple[str, ...] = ()
    promisable: frozenset[str] = frozenset()
    fees: tuple[str, ...] | None = None


class Circumstances(msgspec.Struct, frozen=True, gc=False):
    """Everything from outside that a decision rests on; `now` is when the act reached this system.

    `by` None means that nobody's competence is asked, as for what another system reports. `authorised` are the ids of
    those whom the authority list (授权书) covers for this act, None where the act needs no entry in it;
    `authorised_names` are their names in the same order. `node` is the name of this node, "" in an installation that
    is none.
    """

    calendar: WorkingCalendar
    law: Law
    now: datetime
    terms: Terms | None = None
    observed: bool = False
    number: str = ""
    rules: LocalRules = NO_RULES
    by: Actor | None = None
    authorised: tuple[str, ...] | None = None
    authorised_names: tuple[str, ...] = ()
    node: str = ""


def show(at: datetime | None) -> str:
    """Return an instant as people in China read it: 2015-02-13 09:30."""
    if at is None:
        return ""
    return f"{at.astimezone(CHINA):%Y-%m-%d %H:%M}"
