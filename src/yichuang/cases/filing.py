"""Filing: whole histories into the ledger, thousands a transaction, through the same decide and fold.

Connectors and scenarios come in by this door. A history is filed wholly or not at all. Reported
again unchanged it changes nothing; reported again with more at its end, the rest is appended;
reported again with another past, it is refused.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from itertools import islice
from typing import Any, NamedTuple

from django.db import IntegrityError, connection, transaction
from msgspec.structs import replace

from yichuang.calendar.queries import get_calendar
from yichuang.calendar.values import WorkingCalendar, local_day
from yichuang.cases import applicants, ledger, numbers, projections
from yichuang.cases.domain import acts as a
from yichuang.cases.domain import bounds
from yichuang.cases.domain.decide import Circumstances, decide
from yichuang.cases.domain.events import Event
from yichuang.cases.domain.facts import FactsRow, facts_of
from yichuang.cases.domain.state import EMPTY, State, apply
from yichuang.cases.domain.statutes import load_statutes
from yichuang.cases.terms import TermsBook
from yichuang.cases.values import AppliedAct, Filed, Filing, HistoryDiffers, NothingFiled, case_uuid
from yichuang.kernel.actor import Actor
from yichuang.kernel.identifiers.case_number import generate_number
from yichuang.kernel.refusal import Refusal

BATCH = 2_000


class Happened(NamedTuple):
    """One event on its way into the ledger."""

    event: Event
    at: datetime
    received_at: datetime


class _Decided(NamedTuple):
    filing: Filing
    state: State
    facts: FactsRow
    happened: list[Happened]
    salt: bytes


class _Known(NamedTuple):
    case_id: int
    number: str


def record_histories(
    filings: Iterable[Filing], *, by: Actor, now: datetime, observed: bool = True, batch: int = BATCH
) -> Iterator[list[Filed]]:
    """Record histories batch by batch, each batch one transaction; yield what became of its filings, in order.

    `now` is the recorded time. `observed` histories were made elsewhere and are only recorded: breaches
    of the law stay visible, impossible orders of time are refused. A refusal costs its own filing only.
    """
    source = iter(filings)
    while chunk := list(islice(source, batch)):
        try:
            with transaction.atomic():
                outcome = _record(chunk, by=by, now=now, observed=observed)
        except (IntegrityError, ledger.ChangedMeanwhile):
            # Another writer filed one of these cases in the meantime: now it is known.
            with transaction.atomic():
                outcome = _record(chunk, by=by, now=now, observed=observed)
        yield outcome


class _Course:
    """A history as far as it has been decided: asks `decide` about the next act in the state reached."""

    __slots__ = ("_book", "_calendar", "_number", "_observed", "_statutes", "state")

    def __init__(self, *, number: str, observed: bool, calendar: WorkingCalendar, book: TermsBook) -> None:
        self.state = EMPTY
        self._book = book
        self._number = number
        self._observed = observed
        self._calendar = calendar
        self._statutes = load_statutes()

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
                organisation=getattr(received, "organisation", ""), item=getattr(received, "item", ""), on=day
            ),
            observed=self._observed,
            number=self._number,
        )
        return decide(self.state, applied.act, circumstances, applied.at)


def _record(chunk: Sequence[Filing], *, by: Actor, now: datetime, observed: bool) -> list[Filed]:
    calendar, book = get_calendar(), TermsBook()
    known = _known(chunk)
    outcome: list[Filed | None] = [None] * len(chunk)
    fresh: dict[tuple[str, str], tuple[int, _Decided]] = {}
    again: list[int] = []
    for index, filing in enumerate(chunk):
        key = (filing.source, filing.source_key)
        if key in known or key in fresh:
            again.append(index)
            continue
        course, happened, place = (
            _Course(number=filing.source_key, observed=observed, calendar=calendar, book=book),
            [],
            0,
        )
        salt = applicants.new_salt()
        try:
            for place, applied in enumerate(_with_digest(filing, salt), start=1):  # noqa: B007 - read in the handler
                for event in course.decide(applied):
                    course.state = apply(course.state, event, applied.at)
                    happened.append(Happened(event, applied.at, applied.received_at))
            # Here, so that a limit or a place that cannot be costs its own filing and not the batch.
            facts = _facts(course.state, filing, calendar=calendar)
        except Refusal as refusal:
            outcome[index] = Filed(filing.source_key, "", 0, refusal, place)
        else:
            fresh[key] = (index, _Decided(filing, course.state, facts, happened, salt))
    if fresh:
        numbers_of = _insert([decided for _, decided in fresh.values()], by=by, now=now)
        for (index, decided), number in zip(fresh.values(), numbers_of, strict=True):
            outcome[index] = Filed(decided.filing.source_key, number, len(decided.happened))
    if again:
        known = _known([chunk[index] for index in again], lock=True)
        for index in again:
            case = known[chunk[index].source, chunk[index].source_key]
            outcome[index] = _continue(
                chunk[index], case, by=by, now=now, observed=observed, calendar=calendar, book=book
            )
    return [filed for filed in outcome if filed is not None]


def _facts(state: State, filing: Filing, *, calendar: WorkingCalendar) -> FactsRow:
    """Return the facts of a history; raises the refusals of its periods and of the place in its case number."""
    if state.received is None or state.received_at is None:
        raise NothingFiled(source_key=filing.source_key)
    generate_number(division=state.received.division[:6], on=local_day(state.received_at), serial=0)
    on = local_day(filing.history[-1].received_at)
    return facts_of(state, calendar=calendar, source=filing.source, on=on)


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


def _known(chunk: Sequence[Filing], *, lock: bool = False) -> dict[tuple[str, str], _Known]:
    """Return the cases of these filings that stand already; with `lock` they are ours until the transaction ends."""
    # In one order for all writers, so that two of them cannot wait for each other.
    locked = " ORDER BY id FOR UPDATE" if lock and ledger.is_native() else ""
    keys: dict[str, list[str]] = defaultdict(list)
    for filing in chunk:
        keys[filing.source].append(filing.source_key)
    found: dict[tuple[str, str], _Known] = {}
    with connection.cursor() as cursor:
        for source, source_keys in keys.items():
            for start in range(0, len(source_keys), 500):
                part = source_keys[start : start + 500]
                cursor.execute(
                    "SELECT source_key, id, number FROM cases_case WHERE source = %s AND source_key IN"
                    f" ({', '.join(['%s'] * len(part))}){locked}",
                    [source, *part],
                )
                found.update({(source, key): _Known(case_id, number) for key, case_id, number in cursor.fetchall()})
    return found


def _insert(decided: Sequence[_Decided], *, by: Actor, now: datetime) -> list[str]:
    case_ids = _take_ids(len(decided))
    numbers_of = _take_numbers(decided)
    cases, people, links, facts = [], [], [], []
    native = ledger.is_native()
    for case_id, number, (filing, state, known_facts, happened, salt) in zip(
        case_ids, numbers_of, decided, strict=True
    ):
        uuid = case_uuid(source=filing.source, source_key=filing.source_key)
        cases.append((case_id, uuid if native else uuid.hex, number, filing.source, filing.source_key))
        people.append(applicants.row_of(case_id, filing.applicant, salt=salt))
        chainer = ledger.Chainer(case_id=case_id, uuid=uuid.hex, actor=by, recorded_at=now, native=native)
        folded = projections.Folded(state)
        for event, at, received_at in happened:
            link = chainer.add(event, source_at=at, received_at=received_at)
            folded.note(event, link.hash)
            links.append(link)
        facts.append(
            projections.row_of(
                folded,
                case_id=case_id,
                number=number,
                head=chainer.head,
                facts=known_facts,
                native=native,
            )
        )
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO cases_case (id, uuid, number, source, source_key) VALUES (%s, %s, %s, %s, %s)", cases
        )
        ledger.append(links)
        cursor.executemany(applicants.INSERT, people)
    projections.save(facts, new=True)
    return numbers_of


def _take_ids(count: int) -> list[int]:
    with connection.cursor() as cursor:
        if ledger.is_native():
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence('cases_case', 'id')) FROM generate_series(1, %s)", [count]
            )
            return [row[0] for row in cursor.fetchall()]
        # SQLite has one writer and this transaction is it: the next ids are ours.
        cursor.execute("SELECT COALESCE(MAX(seq), 0) FROM sqlite_sequence WHERE name = 'cases_case'")
        first = int(cursor.fetchone()[0]) + 1
        return list(range(first, first + count))


def _take_numbers(decided: Sequence[_Decided]) -> list[str]:
    places: dict[tuple[str, date], list[int]] = defaultdict(list)
    for place, one in enumerate(decided):
        received = one.state.received
        assert received is not None and one.state.received_at is not None
        places[received.division[:6], local_day(one.state.received_at)].append(place)
    result = [""] * len(decided)
    # One order for all writers, so that two of them cannot wait for each other.
    for (division, on), wanted in sorted(places.items()):
        first = numbers.take_serials(division=division, on=on, count=len(wanted))
        for serial, place in enumerate(wanted, start=first):
            result[place] = generate_number(division=division, on=on, serial=serial)
    return result


def _continue(
    filing: Filing,
    case: _Known,
    *,
    by: Actor,
    now: datetime,
    observed: bool,
    calendar: WorkingCalendar,
    book: TermsBook,
) -> Filed:
    """Append what is new at the end of a history already in the ledger; anything else about it must be the same."""
    native = ledger.is_native()
    entries = ledger.read_case(case.case_id)
    course, folded = _Course(number=case.number, observed=observed, calendar=calendar, book=book), projections.Folded()
    uuid = case_uuid(source=filing.source, source_key=filing.source_key).hex
    place, seq, head = 0, 0, ledger.chain.GENESIS
    chainer: ledger.Chainer | None = None
    links: list[ledger.Link] = []
    try:
        for place, applied in enumerate(filing.history, start=1):
            for decided in course.decide(applied):
                event = decided
                if seq < len(entries):
                    if not _same(entries[seq], decided, applied.at):
                        raise HistoryDiffers(number=case.number, source_key=filing.source_key, place=place)
                    event, head = entries[seq].event(), entries[seq].hash
                else:
                    chainer = chainer or ledger.Chainer(
                        case_id=case.case_id, uuid=uuid, seq=seq, head=head, actor=by, recorded_at=now, native=native
                    )
                    links.append(chainer.add(event, source_at=applied.at, received_at=applied.received_at))
                    head = chainer.head
                seq += 1
                folded.take(event, applied.at, head)
                course.state = folded.state
        if seq < len(entries):
            raise HistoryDiffers(number=case.number, source_key=filing.source_key, place=seq + 1)
        facts = _facts(folded.state, filing, calendar=calendar)
    except Refusal as refusal:
        return Filed(filing.source_key, case.number, 0, refusal, place)
    if links:
        ledger.append(links, number=case.number)
        row = projections.row_of(
            folded,
            case_id=case.case_id,
            number=case.number,
            head=head,
            facts=facts,
            native=native,
        )
        projections.save([row], new=False)
    return Filed(filing.source_key, case.number, len(links))


def _same(entry: ledger.Entry, event: Event, at: datetime) -> bool:
    """Compare a stored event with one reported again; the salted digest differs by its salt and does not count."""
    if entry.source_at != at:
        return False
    stored = entry.event()
    if type(stored) is not type(event):
        return False
    if hasattr(stored, "applicant_digest"):
        event = replace(event, applicant_digest=stored.applicant_digest)
    # As values: the same instant may be written in another zone.
    return stored == event
