"""Authority: asks accounts whom the letters of authority (授权书) cover for an act; the rule itself is pure."""

from datetime import date

from yichuang.accounts.queries import list_authorities, list_authorities_in
from yichuang.cases.domain import acts as a
from yichuang.cases.domain.authority import POWERS, asked_of
from yichuang.cases.domain.state import State
from yichuang.kernel.actor import Actor, ActorKind


def list_authorised(act: a.Act, state: State, *, by: Actor, on: date) -> dict[str, str] | None:
    """Return id and name of everybody who may do the act, None where nobody is asked (one query, or none).

    Only staff are asked; a case is handed over to anybody who holds some power over its item.
    """
    if by.kind is not ActorKind.STAFF or state.received is None:
        return None
    item = state.received.item
    if isinstance(act, a.HandOver):
        organisation = state.open_step.organisation if state.open_step else state.received.organisation
        rows = list_authorities_in(organisation=organisation, on=on)
        return {row.holder: row.holder_name for row in rows if row.item in ("", item)}
    power = POWERS.get(type(act))
    if power is None:
        return None
    rows = list_authorities(organisation=asked_of(act, state), item=item, power=power, on=on)
    return {row.holder: row.holder_name for row in rows}
