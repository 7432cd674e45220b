"""Filing: whole histories into the ledger, thousands a transaction, through the same decide and fold.

Connectors and scenarios come in by this door. A history is filed wholly or not at all. Reported
again unchanged it changes nothing; reported again with more at its end, the rest is appended;
reported again with another past, it is refused, or corrected where the connection allows that (`correcting`).
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from functools import partial
from itertools import islice

from django.db import IntegrityError, connection, transaction

from yichuang.cases import applicants, ledger, numbers, projections
from yichuang.cases.acting import held_elsewhere
from yichuang.cases.correcting import Standing, correct, same
from yichuang.cases.domain.events import Event
from yichuang.cases.domain.trail import Told
from yichuang.cases.effective import effective
from yichuang.cases.preparing import Prepared, Preparer
from yichuang.cases.values import (
    OWN_SOURCE,
    ChangedMeanwhile,
    Filed,
    Filing,
    HeldElsewhere,
    HistoryDiffers,
    SerialsUsedUp,
    case_uuid,
)
from yichuang.kernel.actor import Actor
from yichuang.kernel.identifiers.case_number import generate_number
from yichuang.kernel.refusal import Refusal

BATCH = 2_000


def record_histories(
    filings: Iterable[Filing],
    *,
    by: Actor,
    now: datetime,
    observed: bool = True,
    batch: int = BATCH,
    corrections: bool = False,
) -> Iterator[list[Filed]]:
    """Record histories batch by batch, each batch one transaction; yield what became of its filings, in order.

    `now` is the recorded time. `observed` histories were made elsewhere and are only recorded: breaches
    of the law stay visible, impossible orders of time are refused. A refusal costs its own filing only. With
    `corrections` another past, or a deletion, by the source becomes a correcting event; without it is refused. A case
    that another node holds is compared all the same, and only a change is refused (HeldElsewhere).
    """
    source = iter(filings)
    while chunk := list(islice(source, batch)):
        record = partial(_record, by=by, now=now, observed=observed, corrections=corrections)
        try:
            with transaction.atomic():
                outcome = record(chunk)
        except (IntegrityError, ChangedMeanwhile):
            # Another writer filed one of these cases in the meantime: now it is known.
            with transaction.atomic():
                outcome = record(chunk)
        except SerialsUsedUp:
            outcome = [_alone(filing, record) for filing in chunk]
        yield outcome


def _alone(filing: Filing, record: Callable[[Sequence[Filing]], list[Filed]]) -> Filed:
    """Record one filing in a transaction of its own, where a place has no numbers left for some of a batch."""
    try:
        with transaction.atomic():
            return record([filing])[0]
    except SerialsUsedUp as refusal:
        return Filed(filing.source_key, "", 0, refusal, 1)


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


def _record(
    chunk: Sequence[Filing], *, by: Actor, now: datetime, observed: bool, corrections: bool = False
) -> list[Filed]:
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
            # What was done in this system is nobody else's to correct.
            go_on = correct if corrections and chunk[index].source != OWN_SOURCE else _continue
            outcome[index] = go_on(chunk[index], case, by=by, now=now, preparer=preparer)
    return [filed for filed in outcome if filed is not None]


def _known(chunk: Sequence[Filing | Prepared], *, lock: bool = False) -> dict[tuple[str, str], Standing]:
    """Return the cases of these filings that stand already; with `lock` they are ours until the transaction ends."""
    # In one order for all writers, so that two of them cannot wait for each other.
    locked = " ORDER BY id FOR UPDATE" if lock and ledger.is_native() else ""
    keys: dict[str, list[str]] = defaultdict(list)
    for filing in chunk:
        keys[filing.source].append(filing.source_key)
    found: dict[tuple[str, str], Standing] = {}
    with connection.cursor() as cursor:
        for source, source_keys in keys.items():
            for start in range(0, len(source_keys), 500):
                part = source_keys[start : start + 500]
                cursor.execute(
                    "SELECT source_key, id, number, holder FROM cases_case WHERE source = %s AND source_key IN"
                    f" ({', '.join(['%s'] * len(part))}){locked}",
                    [source, *part],
                )
                for key, case_id, number, holder in cursor.fetchall():
                    found[source, key] = Standing(case_id, number, held_elsewhere(holder))
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
    case: Standing,
    *,
    by: Actor,
    now: datetime,
    preparer: Preparer,
) -> Filed:
    """Append what is new at the end of a history already in the ledger; anything else about it must be the same."""
    native = ledger.is_native()
    entries = ledger.read_case(case.case_id)
    counting = effective(entries)
    course, folded = preparer.course(case.number), projections.Folded()
    uuid = case_uuid(source=filing.source, source_key=filing.source_key).hex
    place, done = 0, 0
    chainer: ledger.Chainer | None = None
    links: list[ledger.Link] = []
    try:
        if filing.deleted:
            raise HistoryDiffers(number=case.number, source_key=filing.source_key, place=1)
        for place, applied in enumerate(filing.history, start=1):
            for decided in course.decide(applied):
                if done < len(counting):
                    if not _same(counting[done], decided, applied.at):
                        raise HistoryDiffers(number=case.number, source_key=filing.source_key, place=place)
                    # When it first reached us counts, not when it was reported again.
                    folded.take(projections.told_of(counting[done]), counting[done].hash)
                else:
                    chainer = chainer or ledger.Chainer(
                        case_id=case.case_id,
                        uuid=uuid,
                        seq=len(entries),
                        head=entries[-1].hash,
                        actor=by,
                        recorded_at=now,
                        native=native,
                    )
                    links.append(chainer.add(decided, source_at=applied.at, received_at=applied.received_at))
                    folded.take(Told(decided, applied.at, applied.received_at, by.id, by.name), chainer.head)
                done += 1
                course.state = folded.state
        if done < len(counting):
            raise HistoryDiffers(number=case.number, source_key=filing.source_key, place=done + 1)
        if chainer is None:
            # Nothing new: that its facts can be told was shown when they were written.
            return Filed(filing.source_key, case.number, 0)
        if case.elsewhere:
            raise HeldElsewhere(number=case.number, holder=case.elsewhere)
        folded.reach(chainer.seq)
        facts = preparer.facts_for(folded, filing, now=now)
    except Refusal as refusal:
        return Filed(filing.source_key, case.number, 0, refusal, place)
    ledger.append(links, number=case.number)
    row = projections.row_of(
        folded, case_id=case.case_id, number=case.number, head=chainer.head, facts=facts, native=native
    )
    projections.save([row], new=False)
    return Filed(filing.source_key, case.number, len(links))


def _same(entry: ledger.Entry, event: Event, at: datetime) -> bool:
    return entry.source_at == at and same(entry.event(), event)
