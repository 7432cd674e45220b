"""Filing: whole histories into the ledger, thousands a transaction, through the same decide and fold.

Connectors and scenarios come in by this door. A history is filed wholly or not at all. Reported
again unchanged it changes nothing; reported again with more at its end, the rest is appended;
reported again with another past, it is refused.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from itertools import islice
from typing import NamedTuple

from django.db import IntegrityError, connection, transaction
from msgspec.structs import replace

from yichuang.cases import applicants, ledger, numbers, projections
from yichuang.cases.domain.events import Event
from yichuang.cases.domain.trail import Told
from yichuang.cases.preparing import Prepared, Preparer
from yichuang.cases.values import ChangedMeanwhile, Filed, Filing, HistoryDiffers, case_uuid
from yichuang.kernel.actor import Actor
from yichuang.kernel.identifiers.case_number import generate_number
from yichuang.kernel.refusal import Refusal

BATCH = 2_000


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
        except (IntegrityError, ChangedMeanwhile):
            # Another writer filed one of these cases in the meantime: now it is known.
            with transaction.atomic():
                outcome = _record(chunk, by=by, now=now, observed=observed)
        yield outcome


def record_prepared(prepared: Sequence[Prepared | Filed]) -> list[Filed]:
    """Write prepared histories in one transaction; return what became of each, in order.

    A case that stands in the ledger by now is left as it is and counts no new event: report its history
    again by `record_histories` to have it compared.
    """
    with transaction.atomic():
        known = _known([one for one in prepared if isinstance(one, Prepared)])
        fresh = [one for one in prepared if isinstance(one, Prepared) and (one.source, one.source_key) not in known]
        numbers_of = dict(zip((one.source_key for one in fresh), _insert(fresh), strict=True)) if fresh else {}
    return [
        one
        if isinstance(one, Filed)
        else Filed(one.source_key, numbers_of[one.source_key], len(one.links))
        if one.source_key in numbers_of
        else Filed(one.source_key, known[one.source, one.source_key].number, 0)
        for one in prepared
    ]


def _record(chunk: Sequence[Filing], *, by: Actor, now: datetime, observed: bool) -> list[Filed]:
    preparer = Preparer(by=by, now=now, observed=observed)
    known = _known(chunk)
    outcome: list[Filed | None] = [None] * len(chunk)
    fresh: dict[tuple[str, str], tuple[int, Prepared]] = {}
    again: list[int] = []
    for index, filing in enumerate(chunk):
        key = (filing.source, filing.source_key)
        if key in known or key in fresh:
            again.append(index)
            continue
        prepared = preparer.prepare(filing)
        if isinstance(prepared, Filed):
            outcome[index] = prepared
        else:
            fresh[key] = (index, prepared)
    if fresh:
        numbers_of = _insert([prepared for _, prepared in fresh.values()])
        for (index, prepared), number in zip(fresh.values(), numbers_of, strict=True):
            outcome[index] = Filed(prepared.source_key, number, len(prepared.links))
    if again:
        known = _known([chunk[index] for index in again], lock=True)
        for index in again:
            case = known[chunk[index].source, chunk[index].source_key]
            outcome[index] = _continue(chunk[index], case, by=by, now=now, preparer=preparer)
    return [filed for filed in outcome if filed is not None]


def _known(chunk: Sequence[Filing | Prepared], *, lock: bool = False) -> dict[tuple[str, str], _Known]:
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


def _insert(prepared: Sequence[Prepared]) -> list[str]:
    """Give each history its id and number and write it; return the numbers in order."""
    case_ids, numbers_of = _take_ids(len(prepared)), _take_numbers(prepared)
    cases, people, links, facts = [], [], [], []
    for case_id, number, one in zip(case_ids, numbers_of, prepared, strict=True):
        cases.append((case_id, one.uuid, number, one.source, one.source_key))
        people.append(applicants.row_of(case_id, one.applicant, salt=one.salt))
        links += [(case_id, *link[1:]) for link in one.links]
        facts.append((case_id, number, *one.facts[2:]))
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


def _take_numbers(prepared: Sequence[Prepared]) -> list[str]:
    places: dict[tuple[str, date], list[int]] = defaultdict(list)
    for place, one in enumerate(prepared):
        places[one.division, one.received_on].append(place)
    result = [""] * len(prepared)
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
    preparer: Preparer,
) -> Filed:
    """Append what is new at the end of a history already in the ledger; anything else about it must be the same."""
    native = ledger.is_native()
    entries = ledger.read_case(case.case_id)
    course, folded = preparer.course(case.number), projections.Folded()
    uuid = case_uuid(source=filing.source, source_key=filing.source_key).hex
    place, seq, head = 0, 0, ledger.chain.GENESIS
    chainer: ledger.Chainer | None = None
    links: list[ledger.Link] = []
    try:
        for place, applied in enumerate(filing.history, start=1):
            for decided in course.decide(applied):
                if seq < len(entries):
                    if not _same(entries[seq], decided, applied.at):
                        raise HistoryDiffers(number=case.number, source_key=filing.source_key, place=place)
                    # When it first reached us counts, not when it was reported again.
                    told, head = projections.told_of(entries[seq]), entries[seq].hash
                else:
                    chainer = chainer or ledger.Chainer(
                        case_id=case.case_id, uuid=uuid, seq=seq, head=head, actor=by, recorded_at=now, native=native
                    )
                    links.append(chainer.add(decided, source_at=applied.at, received_at=applied.received_at))
                    told = Told(decided, applied.at, applied.received_at, by.id, by.name)
                    head = chainer.head
                seq += 1
                folded.take(told, head)
                course.state = folded.state
        if seq < len(entries):
            raise HistoryDiffers(number=case.number, source_key=filing.source_key, place=seq + 1)
        facts = preparer.facts_for(folded, filing)
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
