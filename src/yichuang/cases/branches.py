"""Branches: two nodes both appended to one case while one was lost, and a person has decided what becomes of it.

The ancestor takes the case over, and where he says so the other branch's events are filed behind ours as what they are:
reported by another system, late.
"""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.db import connection, transaction

from yichuang.calendar.queries import get_calendar
from yichuang.calendar.values import local_day
from yichuang.cases import codec, ledger, projections
from yichuang.cases.acting import act_on, find_case, lock_case
from yichuang.cases.correcting import same
from yichuang.cases.domain import acts as a
from yichuang.cases.domain import corrections
from yichuang.cases.domain.events import CasePassedToNode, Event, HistoryCorrected
from yichuang.cases.domain.lifecycle import STATUS_LABELS
from yichuang.cases.domain.state import EMPTY, LedgerBroken, apply
from yichuang.cases.domain.statutes import load_statutes
from yichuang.cases.domain.trail import Told
from yichuang.cases.effective import effective
from yichuang.cases.ledger import Chainer
from yichuang.cases.lines import title_of
from yichuang.cases.lists import Lists
from yichuang.cases.nodes import set_holder
from yichuang.cases.values import BranchUnfit, LinkRow, NodeUnknown
from yichuang.kernel.actor import Actor
from yichuang.kernel.words import N_

# An event of the line that counts: the place it has in the ledger (0: not yet), itself, when it happened.
_Step = tuple[int, Event, datetime]


def take_over_case(*, number: str, reason: str, by: Actor, at: datetime) -> int:
    """Take a case from a node that is lost, retired or restored: this node holds it from now on; return the version.

    That this node may (it stands above the other) is the caller's question. Raises NodeUnknown where this installation
    is no node, AlreadyThere where it holds the case, NotPossibleNow, CaseNotFound.
    """
    if not settings.NODE:
        raise NodeUnknown(number=number, node="", reason=N_("本系统没有节点名称"))
    with transaction.atomic():
        case_id, source, elsewhere = find_case(number)
        act = a.PassToNode(to_node=settings.NODE, from_node=elsewhere or settings.NODE, reason=reason, taken_over=True)
        version = act_on(case_id, number, source, act, by=by, at=at, now=at, expected_version=None)
        set_holder(case_id, settings.NODE)
    return version


def file_branch(*, number: str, links: Sequence[LinkRow], by: Actor, at: datetime) -> int:
    """File the events of another branch behind ours, each at its own time and received now; return the version.

    What both branches have stands once; how the other branch went from node to node and was corrected stays out. Raises
    BranchUnfit where the two cannot both have happened, HeldElsewhere, CaseNotFound.
    """
    with transaction.atomic():
        case_id, source = lock_case(number)
        entries = ledger.read_case(case_id)
        ours = [(entry.seq, entry.event(), entry.source_at) for entry in effective(entries)]
        new = _new_of(links, ours)
        if not new:
            return len(entries)
        line = sorted([*ours, *new], key=lambda step: step[2])
        _check(line, number)
        with connection.cursor() as cursor:
            cursor.execute("SELECT uuid FROM cases_case WHERE id = %s", [case_id])
            uuid = cursor.fetchone()[0]
        chainer = Chainer(
            case_id=case_id,
            uuid=uuid.hex if hasattr(uuid, "hex") else str(uuid),
            seq=len(entries),
            head=entries[-1].hash,
            actor=by,
            recorded_at=at,
            native=ledger.is_native(),
        )
        places = iter(range(len(entries) + 2, len(entries) + 2 + len(new)))
        correction = HistoryCorrected(
            order=tuple(seq or next(places) for seq, _, _ in line), operation=corrections.LATE, batch=corrections.FORK
        )
        written = [chainer.add(correction, source_at=at, received_at=at)]
        # In the order of the line, as the places were given out.
        hashes = {entry.seq: (projections.told_of(entry), entry.hash) for entry in entries}
        folded = projections.Folded()
        for seq, event, happened_at in line:
            if seq:
                folded.take(*hashes[seq])
                continue
            written.append(chainer.add(event, source_at=happened_at, received_at=at))
            folded.take(Told(event, happened_at, at, by.id, by.name), chainer.head)
        folded.reach(chainer.seq)
        ledger.append(written, number=number)
        facts = projections.facts_of_case(
            folded,
            calendar=get_calendar(),
            statutes=load_statutes(),
            lists=Lists(whole=False),
            source=source,
            on=local_day(at),
        )
        row = projections.row_of(
            folded, case_id=case_id, number=number, head=chainer.head, facts=facts, native=ledger.is_native()
        )
        projections.save([row], new=False)
    return chainer.seq


def _new_of(links: Sequence[LinkRow], ours: Sequence[_Step]) -> list[_Step]:
    """Return the events of a branch that are not among ours, by kind, instant and content."""
    found: list[_Step] = []
    left = list(ours)
    for link in links:
        event, happened_at = codec.decode(link.name, link.payload), datetime.fromisoformat(link.source_at)
        if isinstance(event, CasePassedToNode | HistoryCorrected):
            continue
        twin = next((step for step in left if step[2] == happened_at and same(step[1], event)), None)
        if twin is not None:
            left.remove(twin)
            continue
        found.append((0, event, happened_at))
    return found


def _check(line: Sequence[_Step], number: str) -> None:
    """Refuse a line that the table of a case's life does not allow."""
    state = EMPTY
    for place, (_, event, happened_at) in enumerate(line, start=1):
        try:
            state = apply(state, event, happened_at)
        except LedgerBroken as refusal:
            raise BranchUnfit(
                number=number, seq=place, event=title_of(event), status=STATUS_LABELS[state.status]
            ) from refusal
