"""Document numbers: an act that makes a paper carries the next number of its organisation.

The number is taken in the transaction of the act, so that a refused act gives it back and no gap remains. Nodes that
act for one organisation take theirs from ranges of their own, so that no two papers bear one number while the link
between them is down.
"""

from collections.abc import Iterable
from datetime import date

from django.conf import settings
from msgspec.structs import replace

from yichuang.cases.domain import acts as a
from yichuang.cases.domain.state import State
from yichuang.cases.ledger import Entry
from yichuang.certificates.commands import leave_out_number, take_document_number
from yichuang.kernel.actor import Actor, ActorKind
from yichuang.regions.values import OrganisationNotKnown

# Act -> (kind of document, the field that carries its number).
_NUMBERED: dict[type[a.Act], tuple[str, str]] = {
    a.RequestSupplement: ("supplement", "document_number"),
    a.RefuseAcceptance: ("non-acceptance", "document_number"),
    a.Accept: ("acceptance", "document_number"),
    a.StartSpecialProcedure: ("special-procedure", "document_number"),
    a.Extend: ("extension", "document_number"),
    a.Grant: ("grant", "document_number"),
    a.Refuse: ("refusal", "document_number"),
    a.MoveMaterials: ("movement", "document_number"),
    a.ChargeFee: ("fee", "document_number"),
    a.Deliver: ("delivery", "receipt_number"),
}
# Documents of another system bear its own numbers.
_FOREIGN = frozenset({ActorKind.CONNECTOR, ActorKind.NODE})


def numbered(act: a.Act, state: State, *, by: Actor, on: date) -> a.Act:
    """Return the act with the number of the paper it makes, unless it brings one or makes none."""
    kind, field = _NUMBERED.get(type(act), ("", ""))
    if not kind or state.received is None or by.kind in _FOREIGN or getattr(act, field):
        return act
    try:
        number = take_document_number(
            organisation=state.received.organisation, division=state.received.division, kind=kind, on=on
        )
    except OrganisationNotKnown:
        # An organisation that stands on no register has no sign; its papers go by the case's number.
        return act
    return replace(act, **{field: number})


def leave_out_numbers(entries: Iterable[Entry]) -> None:
    """Never give out again the numbers that these events bear: they came back to a node that was restored."""
    if not settings.NODE_SERIALS:
        return
    for entry in entries:
        if "_number" in entry.payload:
            event = entry.event()
            for field in ("document_number", "receipt_number", "certificate_number"):
                leave_out_number(number=getattr(event, field, ""))
