"""Correcting: a history that its source reports again with another past, compared with what counts and set right.

Nothing is rewritten. What is no longer reported is withdrawn by a correcting event, what is new stands behind it, and
what was the same keeps its place, its hash and the time at which it first reached us. What was done here meanwhile - by
our own staff, by time, between nodes - is not the source's to withdraw and stays where its time puts it.
"""

from collections import defaultdict, deque
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import connection
from msgspec.structs import replace

from yichuang.cases import applicants, ledger, projections
from yichuang.cases.domain import acts as a
from yichuang.cases.domain import corrections
from yichuang.cases.domain.events import (
    ApplicationReceived,
    CaseArchived,
    CasePassedToNode,
    Event,
    HistoryCorrected,
)
from yichuang.cases.domain.lifecycle import Status
from yichuang.cases.domain.results import Result
from yichuang.cases.domain.state import apply
from yichuang.cases.domain.trail import Told
from yichuang.cases.effective import corrections_in, effective
from yichuang.cases.preparing import Preparer
from yichuang.cases.values import AppliedAct, Filed, Filing, HeldElsewhere, case_uuid
from yichuang.kernel.actor import Actor
from yichuang.kernel.refusal import Refusal


class Standing(NamedTuple):
    """A case that stands in the ledger, locked; `elsewhere` is the node that holds it, "" where it is this one."""

    case_id: int
    number: str
    elsewhere: str = ""


class _Held(NamedTuple):
    """An event of the ledger in the line of those that count."""

    entry: ledger.Entry
    event: Event


class _New(NamedTuple):
    """An event that is new in that line."""

    event: Event
    at: datetime
    received_at: datetime


class _Line(NamedTuple):
    """What counts from now on, in order; with a `salt` the applicant's details are new ones."""

    steps: Sequence[_Held | _New]
    operation: str = ""
    salt: bytes = b""


def same(stored: Event, event: Event) -> bool:
    """Compare a stored event with one reported again; a salted digest and the node that filed it do not count."""
    if type(stored) is not type(event):
        return False
    if isinstance(stored, ApplicationReceived):
        event = replace(event, applicant_digest=stored.applicant_digest, node=stored.node)
    # As values: the same instant may be written in another zone.
    return stored == event


def correct(filing: Filing, case: Standing, *, by: Actor, now: datetime, preparer: Preparer) -> Filed:
    """Bring a case that stands in the ledger to the history its source reports now, or to its deletion."""
    comparison = _Comparison(filing, case, now=now, preparer=preparer)
    try:
        line = comparison.delete() if filing.deleted else comparison.line()
        return comparison.write(line, by=by)
    except Refusal as refusal:
        return Filed(filing.source_key, case.number, 0, refusal, comparison.place)


class _Comparison:
    """One case on its way from what counts to what its source says."""

    def __init__(self, filing: Filing, case: Standing, *, now: datetime, preparer: Preparer) -> None:
        self.filing, self.case, self.now, self.preparer = filing, case, now, preparer
        self.place = 0
        self.entries = ledger.read_case(case.case_id)
        events = {entry.seq: entry.event() for entry in self.entries}
        self.held = {entry.seq: _Held(entry, events[entry.seq]) for entry in self.entries}
        self.stood = [self.held[entry.seq] for entry in effective(self.entries)]
        made = corrections_in(self.entries)
        self._deletions = {seq + 1 for seq, event in made.items() if event.operation == corrections.DELETE}
        branches = ((seq, event) for seq, event in made.items() if event.batch == corrections.FORK)
        self._branches = {place for seq, event in branches for place in event.order if place > seq}

    def line(self) -> _Line:
        """Return what counts when the history as it is reported now is the true one; raises its refusals."""
        salt, digest = self._applicant()
        pool = self._pool(receipts=not salt)
        own = deque(step for step in self.stood if self._is_own(step))
        course = self.preparer.course(self.case.number)
        steps: list[_Held | _New] = []
        used: set[int] = set()

        def take(step: _Held | _New) -> None:
            at = step.entry.source_at if isinstance(step, _Held) else step.at
            steps.append(step)
            course.state = apply(course.state, step.event, at)

        def take_own(before: datetime | None) -> None:
            while own and (before is None or own[0].entry.source_at < before):
                step = own.popleft()
                if step.entry.seq not in used:
                    take(step)

        for applied in self._history(digest):
            self.place += 1
            if steps:
                take_own(applied.at)
            for event in course.decide(applied):
                known = next((step for step in pool[type(event), applied.at] if same(step.event, event)), None)
                if known is None:
                    take(_New(event, applied.at, self._heard_at(event, applied)))
                    continue
                pool[type(event), applied.at].remove(known)
                used.add(known.entry.seq)
                take(known)
        take_own(None)
        return _Line(steps, salt=salt)

    def _heard_at(self, event: Event, applied: AppliedAct) -> datetime:
        """Return when it first reached us that this was done then: what is told of it now may be amended.

        When that came is told by the correcting event; a wrong telephone number put right is no late entry.
        """
        before = (step.entry for step in self.stood if type(step.event) is type(event))
        return min(
            (entry.received_at for entry in before if entry.source_at == applied.at), default=applied.received_at
        )

    def delete(self) -> _Line:
        """Return what counts when the source has deleted the case: all as it was, and its end (code 3)."""
        state = projections.fold_entries(self.entries).state
        if state.status is Status.VOIDED:
            return _Line(self.stood)
        steps: list[_Held | _New] = [step for step in self.stood if not isinstance(step.event, CaseArchived)]
        course = self.preparer.course(self.case.number)
        for step in self.stood:
            if not isinstance(step.event, CaseArchived):
                course.state = apply(course.state, step.event, step.entry.source_at)
        at = max(self.filing.changed_at or self.now, course.state.last_at or self.now)
        void = AppliedAct(a.Void(reason=self.filing.deleted, result=Result.DELETED), at, max(at, self.now))
        steps += [_New(event, at, void.received_at) for event in course.decide(void)]
        return _Line(steps, operation=corrections.DELETE)

    def write(self, line: _Line, *, by: Actor) -> Filed:
        """Append what is new, behind a correcting event where more than the end has changed; project the facts."""
        stood = [step.entry.seq for step in self.stood]
        used = [step.entry.seq for step in line.steps if isinstance(step, _Held)]
        fresh = [step for step in line.steps if isinstance(step, _New)]
        key, number = self.filing.source_key, self.case.number
        continued = used == stood and all(isinstance(step, _Held) for step in line.steps[: len(used)])
        if continued and not fresh:
            return Filed(key, number, 0)
        if self.case.elsewhere:
            raise HeldElsewhere(number=number, holder=self.case.elsewhere)
        native = ledger.is_native()
        chainer = ledger.Chainer(
            case_id=self.case.case_id,
            uuid=case_uuid(source=self.filing.source, source_key=key).hex,
            seq=len(self.entries),
            head=self.entries[-1].hash,
            actor=by,
            recorded_at=self.now,
            native=native,
        )
        links = []
        if not continued or line.operation:
            operation = line.operation or corrections.operation_of(stood=stood, stands=used)
            links.append(self._correction(line, fresh, operation, chainer))
        folded = projections.Folded()
        for step in line.steps:
            if isinstance(step, _Held):
                folded.take(projections.told_of(step.entry), step.entry.hash)
                continue
            links.append(chainer.add(step.event, source_at=step.at, received_at=step.received_at))
            folded.take(Told(step.event, step.at, step.received_at, by.id, by.name), chainer.head)
        folded.reach(chainer.seq)
        facts = self.preparer.facts_for(folded, self.filing, now=self.now)
        ledger.append(links, number=number)
        if line.salt:
            applicants.replace_applicant(self.case.case_id, self.filing.applicant, salt=line.salt)
        row = projections.row_of(
            folded, case_id=self.case.case_id, number=number, head=chainer.head, facts=facts, native=native
        )
        projections.save([row], new=False)
        return Filed(key, number, len(links), corrected=len(set(stood) - set(used)))

    def _correction(self, line: _Line, fresh: Sequence[_New], operation: str, chainer: ledger.Chainer) -> ledger.Link:
        """Return the correcting event's link: the new ones will stand directly behind it."""
        places = iter(range(chainer.seq + 2, chainer.seq + 2 + len(fresh)))
        arrived_at = max((applied.received_at for applied in self.filing.history), default=self.now)
        event = HistoryCorrected(
            order=tuple(step.entry.seq if isinstance(step, _Held) else next(places) for step in line.steps),
            operation=operation,
            reason=self.filing.deleted or self.filing.reason,
            batch=self.filing.batch,
        )
        return chainer.add(event, source_at=self.filing.changed_at or arrived_at, received_at=arrived_at)

    def _history(self, digest: str) -> Iterator[AppliedAct]:
        for place, applied in enumerate(self.filing.history):
            if place == 0 and isinstance(applied.act, a.Receive):
                applied = replace(applied, act=replace(applied.act, applicant_digest=digest))  # noqa: PLW2901
            yield applied

    def _applicant(self) -> tuple[bytes, str]:
        """Return (new salt, digest) where the applicant's details have changed, else (nothing, the one that stands)."""
        applicants.check(self.filing.applicant)
        receipt = next((step.event for step in self.stood if isinstance(step.event, ApplicationReceived)), None)
        stands = receipt.applicant_digest if receipt else ""
        with connection.cursor() as cursor:
            cursor.execute("SELECT salt FROM cases_applicant WHERE case_id = %s", [self.case.case_id])
            found = cursor.fetchone()
        # Erased details do not come back by a correction.
        if found is None or applicants.digest_of(self.filing.applicant, salt=bytes(found[0])) == stands:
            return b"", stands
        salt = applicants.new_salt()
        return salt, applicants.digest_of(self.filing.applicant, salt=salt)

    def _pool(self, *, receipts: bool) -> dict[tuple[type[Event], datetime], list[_Held]]:
        """Return every event that may be found again, those that count first.

        Once withdrawn, an event that is reported as before counts again. A receipt names its applicant: only the one
        that stands is known to name this one.
        """
        counting = {step.entry.seq for step in self.stood}
        pool: dict[tuple[type[Event], datetime], list[_Held]] = defaultdict(list)
        for step in (*self.stood, *(step for seq, step in self.held.items() if seq not in counting)):
            kind = type(step.event)
            if kind is HistoryCorrected or kind is CasePassedToNode:
                continue
            if kind is ApplicationReceived and not (receipts and step.entry.seq in counting):
                continue
            pool[kind, step.entry.source_at].append(step)
        return pool

    def _is_own(self, step: _Held) -> bool:
        """Tell what was done here from what was reported: it stands in the ledger the instant it is done."""
        if isinstance(step.event, CasePassedToNode):
            return True
        if step.entry.seq in self._branches:
            return True
        if step.entry.seq in self._deletions:
            return False
        return step.entry.source_at == step.entry.received_at == step.entry.recorded_at
