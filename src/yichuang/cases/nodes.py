"""Nodes: one case, one chain, one holder at a time; how a case goes from node to node and comes back verifiable.

What is taken is appended exactly as it was made elsewhere, hash by hash; whoever sent it, it must follow on what is
here. An installation without a name (`settings.NODE`) asks nothing of all this.
"""

import logging
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, connection, transaction

from yichuang.calendar.queries import get_calendar
from yichuang.calendar.values import local_day
from yichuang.cases import applicants, codec, ledger, numbers, projections
from yichuang.cases.acting import act_on, lock_case
from yichuang.cases.document_numbers import leave_out_numbers
from yichuang.cases.domain import acts as a
from yichuang.cases.domain import chain
from yichuang.cases.domain.events import CasePassedToNode
from yichuang.cases.domain.statutes import load_statutes
from yichuang.cases.effective import INDEXED
from yichuang.cases.ledger import Cursor
from yichuang.cases.lists import Lists
from yichuang.cases.values import (
    ApplicantDetails,
    CaseNotFound,
    ChangedMeanwhile,
    ForkFound,
    LinkBroken,
    LinkRow,
    LinksMissing,
    NewsRow,
    NodeUnknown,
    Origin,
    OriginDiffers,
    Taken,
    case_uuid,
)
from yichuang.kernel.actor import Actor
from yichuang.kernel.words import N_

_log = logging.getLogger(__name__)
_PASSED = codec.NAMES[CasePassedToNode]
_AT_ONCE = 500
_HEX = re.compile(r"([0-9a-f]{2})+")


class _Case(NamedTuple):
    case_id: int
    number: str
    source: str
    source_key: str
    founder: str
    holder: str


def hand_over_case(
    *, number: str, to_node: str, reason: str, by: Actor, at: datetime, expected_version: int | None = None
) -> int:
    """Hand a case to another node, which alone may append to it from then on; return the case's new version.

    Raises NodeUnknown where this installation is no node, and what `perform` raises, AlreadyThere among it.
    """
    if not settings.NODE:
        raise NodeUnknown(number=number, node=to_node, reason=N_("本系统没有节点名称"))
    with transaction.atomic():
        case_id, source = lock_case(number)
        act = a.PassToNode(to_node=to_node, from_node=settings.NODE, reason=reason)
        version = act_on(case_id, number, source, act, by=by, at=at, now=at, expected_version=expected_version)
        set_holder(case_id, to_node)
    return version


def set_holder(case_id: int, node: str) -> None:
    """Note in a case's row which node may append to it."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE cases_case SET holder = %s WHERE id = %s", [_stored(node), case_id])


def _stored(node: str) -> str:
    """Return a node's name as a case's row has it."""
    return "" if node == settings.NODE else node


# -- what goes out -----------------------------------------------------------------------------------------------------


def list_links(*, uuid: str | UUID, after_seq: int = 0) -> tuple[LinkRow, ...]:
    """Return the links of a case behind a place, oldest first; nothing of a case that is not here."""
    found = _find(UUID(str(uuid)))
    if found is None:
        return ()
    return tuple(_row(entry) for entry in ledger.read_case(found.case_id) if entry.seq > after_seq)


def _row(entry: ledger.Entry) -> LinkRow:
    times = (chain.canonical_time(at) for at in (entry.source_at, entry.received_at, entry.recorded_at))
    return LinkRow(entry.seq, entry.name, entry.payload, *times, entry.actor_id, entry.actor_name, entry.hash.hex())


def get_origin(uuid: str | UUID) -> Origin:
    """Return the identity of a case with its applicant, for another node and nobody else; raises CaseNotFound."""
    identity = UUID(str(uuid))
    found = _find(identity)
    if found is None:
        raise CaseNotFound(number=str(uuid))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT salt, name, id_type, id_number, phone FROM cases_applicant WHERE case_id = %s", [found.case_id]
        )
        who = cursor.fetchone()
    return Origin(
        uuid=identity.hex,
        number=found.number,
        source=found.source,
        source_key=found.source_key,
        node=found.founder or settings.NODE,
        applicant=ApplicantDetails(*who[1:]) if who else None,
        salt=bytes(who[0]).hex() if who else "",
    )


def _find(uuid: UUID, *, lock: bool = False) -> _Case | None:
    locked = " FOR UPDATE" if lock and ledger.is_native() else ""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id, number, source, source_key, founder, holder FROM cases_case WHERE uuid = %s{locked}",
            [_identity(uuid)],
        )
        found = cursor.fetchone()
    return _Case(*found) if found else None


def _identity(uuid: UUID) -> Any:
    return uuid if ledger.is_native() else uuid.hex


def read_news(after: Cursor = ledger.START, limit: int = 1_000) -> tuple[tuple[NewsRow, ...], Cursor]:
    """Return what this node's ledger gained behind a cursor, in its trusted order, and the new cursor.

    Events that were taken from other nodes are among them, marked as not appended here.
    """
    entries, end = ledger.read(after=after, limit=limit)
    case_ids = sorted({entry.case_id for entry in entries})
    cases, turns = _cases(case_ids), _turns(case_ids)
    rows = []
    for entry in entries:
        uuid, number, founder = cases[entry.case_id]
        turned = [turn for turn in turns.get(entry.case_id, ()) if turn[0] <= entry.seq]
        held = (founder or settings.NODE, *(turn.to_node for _, turn in turned))
        rows.append(
            NewsRow(
                uuid=uuid,
                number=number,
                seq=entry.seq,
                name=entry.name,
                recorded_at=entry.recorded_at,
                holder=held[-1],
                holders=tuple(dict.fromkeys(held)),
                own_appended=_appended_by(entry.seq, turned, held) == settings.NODE,
            )
        )
    return tuple(rows), end


def _appended_by(seq: int, turned: Sequence[tuple[int, CasePassedToNode]], held: Sequence[str]) -> str:
    """Return the node that appended the event at a place: whoever held the case before it, or took it over by it."""
    if not turned or turned[-1][0] != seq:
        return held[-1]
    return held[-1] if turned[-1][1].taken_over else held[-2]


def _parts(case_ids: Sequence[int]) -> Iterator[tuple[str, Sequence[int]]]:
    for start in range(0, len(case_ids), _AT_ONCE):
        part = case_ids[start : start + _AT_ONCE]
        yield ", ".join(["%s"] * len(part)), part


def _cases(case_ids: Sequence[int]) -> dict[int, tuple[str, str, str]]:
    """Return (uuid, number, founder) of each."""
    found: dict[int, tuple[str, str, str]] = {}
    for marks, part in _parts(case_ids):
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT id, uuid, number, founder FROM cases_case WHERE id IN ({marks})", part)
            for case_id, uuid, number, founder in cursor.fetchall():
                found[case_id] = (uuid.hex if hasattr(uuid, "hex") else str(uuid), number, founder)
    return found


def _turns(case_ids: Sequence[int]) -> dict[int, list[tuple[int, CasePassedToNode]]]:
    """Return every handing-over between nodes with its place, oldest first, of each case that had one."""
    found: dict[int, list[tuple[int, CasePassedToNode]]] = defaultdict(list)
    for marks, part in _parts(case_ids):
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT case_id, seq, name, payload FROM cases_event WHERE {INDEXED} AND case_id IN ({marks})"
                " ORDER BY case_id, seq",
                part,
            )
            for case_id, seq, name, payload in cursor.fetchall():
                if name == _PASSED:
                    event = codec.decode(name, payload)
                    assert isinstance(event, CasePassedToNode)
                    found[case_id].append((seq, event))
    return found


# -- what comes in -----------------------------------------------------------------------------------------------------


def take_links(*, origin: Origin, links: Sequence[LinkRow], by: Actor, at: datetime) -> Taken:
    """Append links of a case that another node sent, exactly as they are, and project its facts; again changes nothing.

    Where they differ from what is here, nothing is written and the fork is returned. `at` is the day to which an open
    pause is counted; no time of the links is touched. Raises LinksMissing with the place expected, LinkBroken,
    OriginDiffers, and what an event of another release or a broken payload raises. Who may send what is the caller's
    question; `by` is the sender.
    """
    if not links:
        return Taken(origin.number, 0)
    try:
        with transaction.atomic():
            taken = _take(origin, links, at=at)
    except (IntegrityError, ChangedMeanwhile):
        # The same came by two ways at once: now it is here.
        with transaction.atomic():
            taken = _take(origin, links, at=at)
    if taken.conflict:
        _log.warning("%s: fork at seq %d, links of %s not taken", origin.number, taken.conflict.seq, by.id)
    return taken


def _take(origin: Origin, links: Sequence[LinkRow], *, at: datetime) -> Taken:
    uuid = case_uuid(source=origin.source, source_key=origin.source_key)
    known = _find(uuid, lock=True)
    _check_identity(origin, uuid, known)
    ours = ledger.read_case(known.case_id) if known else []
    if links[0].seq > len(ours) + 1:
        raise LinksMissing(number=origin.number, known=len(ours), first=links[0].seq, expected_seq=len(ours) + 1)
    theirs = _verified(origin, links, head=ours[links[0].seq - 2].hash if links[0].seq > 1 else chain.GENESIS)
    for link, entry in zip(links, theirs, strict=True):
        if link.seq <= len(ours) and ours[link.seq - 1].hash != entry.hash:
            return Taken(origin.number, 0, _fork(origin.number, link.seq, ours, links))
    new = [entry for entry in theirs if entry.seq > len(ours)]
    if not new:
        if known:
            _take_applicant(known.case_id, origin, projections.fold_entries(ours), known=True)
        return Taken(origin.number, 0)
    folded = projections.fold_entries([*ours, *new])
    if folded.state.received is None:
        raise LinkBroken(number=origin.number, seq=links[0].seq, reason=N_("没有收件事件"))
    founder = known.founder if known else _founder(origin, folded)
    case_id = known.case_id if known else _insert_case(origin, uuid, founder)
    native = ledger.is_native()
    leave_out_numbers(new)
    ledger.append([_stored_link(case_id, entry, native=native) for entry in new], number=origin.number)
    _take_applicant(case_id, origin, folded, known=known is not None)
    set_holder(case_id, folded.state.holder or founder)
    facts = projections.facts_of_case(
        folded,
        calendar=get_calendar(),
        statutes=load_statutes(),
        lists=Lists(whole=False),
        source=origin.source,
        on=local_day(at),
    )
    row = projections.row_of(
        folded, case_id=case_id, number=origin.number, head=new[-1].hash, facts=facts, native=native
    )
    projections.save([row], new=known is None)
    return Taken(origin.number, len(new))


def _check_identity(origin: Origin, uuid: UUID, known: _Case | None) -> None:
    if origin.uuid != uuid.hex:
        raise OriginDiffers(number=origin.number, reason=N_("标识与来源编号不符"))
    if known is not None:
        if (known.number, known.source, known.source_key) != (origin.number, origin.source, origin.source_key):
            raise OriginDiffers(number=origin.number, reason=N_("同一办件在本节点的编号或来源不同"))
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT uuid FROM cases_case WHERE number = %s OR (source = %s AND source_key = %s)",
            [origin.number, origin.source, origin.source_key],
        )
        standing = cursor.fetchall()
    if (_identity(uuid),) in standing:
        # It was founded by another way since it was looked for.
        raise ChangedMeanwhile(number=origin.number)
    if standing:
        raise OriginDiffers(number=origin.number, reason=N_("本节点已有使用该编号的另一办件"))


def _founder(origin: Origin, folded: projections.Folded) -> str:
    """Return the founding node as a row has it; the ledger's word goes before the sender's."""
    named = (folded.state.received.node if folded.state.received else "") or origin.node
    if not named:
        raise OriginDiffers(number=origin.number, reason=N_("没有写明由哪个节点收件"))
    return _stored(named)


def _verified(origin: Origin, links: Sequence[LinkRow], *, head: bytes) -> list[ledger.Entry]:
    """Return the links as entries, each recomputed; raises LinkBroken."""
    entries = []
    for place, link in enumerate(links, start=links[0].seq):
        if link.seq != place or link.seq < 1:
            raise LinkBroken(number=origin.number, seq=link.seq, reason=N_("序号不连续"))
        texts = (link.source_at, link.received_at, link.recorded_at)
        head = chain.link(
            head,
            case_uuid=origin.uuid,
            seq=link.seq,
            name=link.name,
            times=texts,
            actor=(link.actor_id, link.actor_name),
            payload=link.payload.encode(),
        )
        if head.hex() != link.hash:
            raise LinkBroken(number=origin.number, seq=link.seq, reason=N_("哈希与内容不符"))
        times = [_instant(origin, link, text) for text in texts]
        entries.append(
            ledger.Entry(0, 0, link.seq, link.name, link.payload, *times, link.actor_id, link.actor_name, head)
        )
    return entries


def _instant(origin: Origin, link: LinkRow, text: str) -> datetime:
    """Return an instant of the chain's form, and only of that form: another one would hash otherwise once read back."""
    try:
        at = datetime.fromisoformat(text)
        if at.tzinfo is not None and chain.canonical_time(at) == text:
            return at
    except ValueError:
        pass
    raise LinkBroken(number=origin.number, seq=link.seq, reason=N_("时间格式不符"))


def _fork(number: str, seq: int, ours: Sequence[ledger.Entry], links: Sequence[LinkRow]) -> ForkFound:
    return ForkFound(
        number=number,
        seq=seq,
        ours=tuple(_row(entry) for entry in ours if entry.seq >= seq),
        theirs=tuple(link for link in links if link.seq >= seq),
    )


def _insert_case(origin: Origin, uuid: UUID, founder: str) -> int:
    if not founder:
        numbers.leave_out(origin.number)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO cases_case (uuid, number, source, source_key, founder) VALUES (%s, %s, %s, %s, %s)"
            " RETURNING id",
            [_identity(uuid), origin.number, origin.source, origin.source_key, founder],
        )
        return int(cursor.fetchone()[0])


def _stored_link(case_id: int, entry: ledger.Entry, *, native: bool) -> ledger.Link:
    times = (ledger.stored_time(at, native=native) for at in (entry.source_at, entry.received_at, entry.recorded_at))
    return ledger.Link(
        case_id, entry.seq, entry.name, entry.payload, *times, entry.actor_id, entry.actor_name, entry.hash
    )


def _take_applicant(case_id: int, origin: Origin, folded: projections.Folded, *, known: bool) -> None:
    """Keep the applicant that the ledger's receipt names; one it does not name is not kept, whoever sent him.

    A receipt may be corrected in links that are still on their way: its applicant comes with them.
    """
    receipt = folded.state.received
    if origin.applicant is None or receipt is None or not _HEX.fullmatch(origin.salt):
        return
    salt = bytes.fromhex(origin.salt)
    if applicants.digest_of(origin.applicant, salt=salt) != receipt.applicant_digest:
        return
    if known and _has_applicant(case_id, salt):
        return
    applicants.check(origin.applicant)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM cases_applicant WHERE case_id = %s", [case_id])
    applicants.store_applicant(case_id, origin.applicant, salt=salt)


def _has_applicant(case_id: int, salt: bytes) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT salt FROM cases_applicant WHERE case_id = %s", [case_id])
        found = cursor.fetchone()
    return found is not None and bytes(found[0]) == salt
