"""Preparing: a whole history decided, folded and chained, ready to be written; reads terms and writes nothing.

Stands between a reported history and `filing`, which gives it a place in the ledger. Everything here can
run in a process of its own: what it returns crosses over, and only the writing is left to the one writer.
"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any, NamedTuple

from django.conf import settings
from msgspec.structs import replace

from yichuang.calendar.queries import get_calendar
from yichuang.calendar.values import WorkingCalendar, local_day
from yichuang.cases import applicants, ledger, projections
from yichuang.cases.domain import acts as a
from yichuang.cases.domain import bounds
from yichuang.cases.domain.circumstances import NO_RULES, Circumstances
from yichuang.cases.domain.decide import decide
from yichuang.cases.domain.events import Event
from yichuang.cases.domain.local_rules import rules_in_force
from yichuang.cases.domain.state import EMPTY
from yichuang.cases.domain.statutes import load_statutes
from yichuang.cases.domain.trail import Told
from yichuang.cases.lists import Lists
from yichuang.cases.terms import TermsBook
from yichuang.cases.values import ApplicantDetails, AppliedAct, Filed, Filing, NothingFiled, case_uuid
from yichuang.kernel.actor import Actor
from yichuang.kernel.identifiers.case_number import generate_number
from yichuang.kernel.refusal import Refusal

# Filled in when the case gets its place: a real case id is never 0, a real number never empty.
NO_CASE, NO_NUMBER = 0, ""


class Prepared(NamedTuple):
    """A history ready to be written: its links and facts lack only the case's id and number."""

    source: str
    source_key: str
    uuid: str
    division: str
    received_on: date
    applicant: ApplicantDetails
    salt: bytes
    links: list[ledger.Link]
    facts: tuple[Any, ...]


class Course:
    """A history as far as it has been decided: asks `decide` about the next act in the state reached."""

    __slots__ = ("_book", "_calendar", "_node", "_number", "_observed", "_statutes", "state")

    def __init__(self, *, number: str, observed: bool, calendar: WorkingCalendar, book: TermsBook) -> None:
        self.state = EMPTY
        self._book = book
        self._number = number
        self._observed = observed
        self._calendar = calendar
        self._statutes = load_statutes()
        self._node = settings.NODE

    def decide(self, applied: AppliedAct) -> tuple[Event, ...]:
        """Return the events of the next act; raises its Refusal."""
        day = local_day(applied.at)
        local_day(applied.received_at)
        received = self.state.received or applied.act
        circumstances = Circumstances(
            calendar=self._calendar,
            law=self._statutes.in_force(day),
            now=applied.received_at,
            terms=self._book.find(
                organisation=getattr(received, "organisation", ""),
                item=getattr(received, "item", ""),
                on=day,
                received_on=local_day(self.state.received_at) if self.state.received_at else None,
                with_fees=isinstance(applied.act, a.ChargeFee),
            ),
            observed=self._observed,
            number=self._number,
            rules=NO_RULES if self._observed else rules_in_force(day),
            node=self._node,
        )
        return decide(self.state, applied.act, circumstances, applied.at)


class Preparer:
    """Prepares histories that reach the ledger for the first time, all with one recorder and recorded time."""

    def __init__(self, *, by: Actor, now: datetime, observed: bool) -> None:
        self.calendar = get_calendar()
        self.book = TermsBook()
        self._lists = Lists(book=self.book)
        self._by = by
        self._now = now
        self._observed = observed
        self._native = ledger.is_native()

    def course(self, number: str) -> Course:
        """Return the beginning of a history."""
        return Course(number=number, observed=self._observed, calendar=self.calendar, book=self.book)

    def prepare(self, filing: Filing) -> Prepared | Filed:
        """Return the history ready to be written, or what it was refused for and at which act.

        What its source has deleted before it was ever filed is not filed at all.
        """
        if filing.deleted:
            return Filed(filing.source_key, NO_NUMBER, 0)
        course, salt, place = self.course(filing.source_key), applicants.new_salt(), 0
        uuid = case_uuid(source=filing.source, source_key=filing.source_key).hex
        chainer = ledger.Chainer(case_id=NO_CASE, uuid=uuid, actor=self._by, recorded_at=self._now, native=self._native)
        folded, links = projections.Folded(), []
        try:
            for place, applied in enumerate(_with_digest(filing, salt), start=1):  # noqa: B007 - read in the handler
                for event in course.decide(applied):
                    link = chainer.add(event, source_at=applied.at, received_at=applied.received_at)
                    told = Told(event, applied.at, applied.received_at, self._by.id, self._by.name)
                    folded.take(told, link.hash)
                    links.append(link)
                course.state = folded.state
            # Here, so that a limit or a place that cannot be costs its own filing and not the batch.
            facts = self.facts_for(folded, filing)
        except Refusal as refusal:
            return Filed(filing.source_key, NO_NUMBER, 0, refusal, place)
        row = projections.row_of(
            folded, case_id=NO_CASE, number=NO_NUMBER, head=chainer.head, facts=facts, native=self._native
        )
        return Prepared(
            source=filing.source,
            source_key=filing.source_key,
            uuid=uuid,
            division=facts.standing.county,
            received_on=facts.standing.received_on,
            applicant=filing.applicant,
            salt=salt,
            links=links,
            facts=row,
        )

    def facts_for(
        self, folded: projections.Folded, filing: Filing, *, now: datetime | None = None
    ) -> projections.Facts:
        """Return the facts of a history; raises the refusals of its periods and of the place in its case number.

        An open pause is counted to the arrival of the last act; `now` is for a filing without any.
        """
        state = folded.state
        if state.received is None or state.received_at is None:
            raise NothingFiled(source_key=filing.source_key)
        generate_number(division=state.received.division[:6], on=local_day(state.received_at), serial=0)
        return projections.facts_of_case(
            folded,
            calendar=self.calendar,
            statutes=load_statutes(),
            lists=self._lists,
            source=filing.source,
            on=local_day(filing.history[-1].received_at if filing.history or now is None else now),
        )


def prepare_histories(
    filings: Iterable[Filing], *, by: Actor, now: datetime, observed: bool = True
) -> list[Prepared | Filed]:
    """Prepare histories that are new to the ledger, in order, for `record_prepared`; nothing is written."""
    preparer = Preparer(by=by, now=now, observed=observed)
    return [preparer.prepare(filing) for filing in filings]


def _with_digest(filing: Filing, salt: bytes) -> Iterator[Any]:
    if not filing.history:
        return
    bounds.check(filing, bounds.ORIGIN)
    applicants.check(filing.applicant)
    first = filing.history[0]
    if isinstance(first.act, a.Receive):
        digest = applicants.digest_of(filing.applicant, salt=salt)
        yield replace(first, act=replace(first.act, applicant_digest=digest))
    else:
        yield first
    yield from filing.history[1:]
