"""Gathering: reads over all cases for those who compare them with other lists; values out, one or two queries each.

Meant for once a day, not for a page.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import connection

from yichuang.cases import codec, ledger, selection
from yichuang.cases.course import course_select
from yichuang.cases.domain import events as e
from yichuang.cases.domain.gathered import ChargedFee, Closings, ItemTally, SharedFile, SourceTally
from yichuang.cases.effective import last_corrections
from yichuang.cases.models.ledger import GATHERED
from yichuang.cases.rows import as_day
from yichuang.cases.values import OWN_SOURCE

# As the index says it, word for word: SQLite does not see that one condition follows from another.
_INDEXED = f"v.name IN ({', '.join(repr(name) for name in GATHERED)})"
_CHARGED, _PAID, _TAKEN = (codec.NAMES[kind] for kind in (e.FeeCharged, e.FeePaid, e.MaterialsTaken))
_AT_ONCE = 5_000


def _named(name: str, columns: str, tables: str) -> Iterator[Sequence[Any]]:
    """Yield the columns of every event of a name that counts, behind the id of its case."""
    corrected = last_corrections()
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT v.seq, v.case_id, {columns} FROM cases_event v {tables} WHERE v.name = %s AND {_INDEXED}"
            " ORDER BY v.case_id, v.seq",
            [name],
        )
        while rows := cursor.fetchmany(_AT_ONCE):
            for seq, case_id, *told in rows:
                if case_id not in corrected or corrected[case_id].counts(seq):
                    yield case_id, *told


def list_charged_fees() -> Iterator[ChargedFee]:
    """Yield every fee that was asked for by itself, case by case, with whether it has been paid."""
    receipts: dict[int, list[str]] = defaultdict(list)
    for case_id, payload in _named(_PAID, "v.payload", ""):
        event = codec.decode(_PAID, payload)
        assert isinstance(event, e.FeePaid)
        receipts[case_id].append(event.name)
    joined = "JOIN cases_facts f ON f.case_id = v.case_id"
    columns = "v.payload, v.source_at, f.number, f.county, f.organisation, f.item, f.received_on"
    last, place = 0, 0
    for case_id, payload, at, number, county, organisation, item, received_on in _named(_CHARGED, columns, joined):
        charged = codec.decode(_CHARGED, payload)
        assert isinstance(charged, e.FeeCharged)
        last, place = case_id, place + 1 if case_id == last else 1
        yield ChargedFee(
            number=number,
            place=place,
            county=county,
            organisation=organisation,
            item=item,
            received_on=as_day(received_on),
            name=charged.name,
            amount=charged.amount,
            charged_at=ledger.aware(at),
            paid=charged.name in receipts.get(case_id, ()),
        )


def list_shared_files() -> Iterator[SharedFile]:
    """Yield every file that was taken in more than one case, by digest; applicants are told apart by their numbers."""
    cases: dict[str, dict[int, datetime]] = defaultdict(dict)
    for case_id, payload, at in _named(_TAKEN, "v.payload, v.source_at", ""):
        event = codec.decode(_TAKEN, payload)
        assert isinstance(event, e.MaterialsTaken)
        for entry in event.entries:
            if entry.digest:
                cases[entry.digest].setdefault(case_id, ledger.aware(at))
    shared = {digest: found for digest, found in cases.items() if len(found) > 1}
    known = _places_of(sorted({case_id for found in shared.values() for case_id in found}))
    for digest, found in sorted(shared.items()):
        number, county, organisation, _ = known[min(found)]
        yield SharedFile(
            digest=digest,
            number=number,
            county=county,
            organisation=organisation,
            cases=len(found),
            applicants=len({known[case_id][3] for case_id in found}),
            first_at=min(found.values()),
            last_at=max(found.values()),
        )


def _places_of(case_ids: Sequence[int]) -> dict[int, tuple[str, str, str, str]]:
    """Return number, county, organisation and the applicant's number of these cases."""
    found: dict[int, tuple[str, str, str, str]] = {}
    for start in range(0, len(case_ids), 500):
        part = case_ids[start : start + 500]
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT f.case_id, f.number, f.county, f.organisation, a.id_type, a.id_number, a.name"
                " FROM cases_facts f JOIN cases_applicant a ON a.case_id = f.case_id"
                f" WHERE f.case_id IN ({_places(part)})",
                part,
            )
            for case_id, number, county, organisation, id_type, id_number, name in cursor.fetchall():
                found[case_id] = (number, county, organisation, f"{id_type} {id_number or name}")
    return found


def _places(values: Sequence[object]) -> str:
    return ", ".join(["%s"] * len(values))


def tally_items(*, since: date) -> tuple[ItemTally, ...]:
    """Return how many cases of each item of each organisation were accepted, in all and since a day."""
    day = selection.stored_day(since)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT organisation, item, COUNT(*), SUM(CASE WHEN accepted_on >= %s THEN 1 ELSE 0 END), MAX(accepted_on)"
            " FROM cases_facts WHERE accepted_on IS NOT NULL GROUP BY organisation, item ORDER BY organisation, item",
            [day],
        )
        return tuple(ItemTally(*row[:3], int(row[3]), as_day(row[4])) for row in cursor.fetchall())


def count_accepted_from(days: Mapping[tuple[str, str], date]) -> dict[tuple[str, str], int]:
    """Return how many cases of each (organisation, item) were accepted on its day or later; one query an item."""
    counts = {}
    with connection.cursor() as cursor:
        for (organisation, item), day in days.items():
            cursor.execute(
                "SELECT COUNT(*) FROM cases_facts WHERE organisation = %s AND item = %s AND accepted_on >= %s",
                [organisation, item, selection.stored_day(day)],
            )
            counts[organisation, item] = int(cursor.fetchone()[0])
    return counts


# What GB/T 39046—2020 makes mandatory of acceptance, handling and completion, and of the applicant.
_INCOMPLETE = (
    "a.name = '' OR a.id_number = '' OR f.organisation = '' OR f.item = ''"
    " OR (f.result IN ('granted', 'not-granted') AND (f.accepted_on IS NULL OR f.decision = '' OR f.decider = ''))"
)


def tally_sources(*, since: date) -> tuple[SourceTally, ...]:
    """Return what every other source has filed, and how complete its cases received or closed since a day are."""
    day = selection.stored_day(since)
    tallies: dict[str, SourceTally] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT source, county, COUNT(*) FROM cases_facts WHERE source <> %s GROUP BY source, county"
            " ORDER BY source, COUNT(*) DESC, county",
            [OWN_SOURCE],
        )
        for source, county, count in cursor.fetchall():
            known = tallies.get(source)
            tallies[source] = (
                SourceTally(source, county, count, 0, 0) if known is None else known._replace(cases=known.cases + count)
            )
        cursor.execute(
            f"SELECT f.source, COUNT(*), SUM(CASE WHEN {_INCOMPLETE} THEN 1 ELSE 0 END) FROM cases_facts f"
            " JOIN cases_applicant a ON a.case_id = f.case_id"
            " WHERE (f.received_on >= %s OR f.closed_on >= %s) AND f.source <> %s GROUP BY f.source",
            [day, day, OWN_SOURCE],
        )
        for source, recent, incomplete in cursor.fetchall():
            tallies[source] = tallies[source]._replace(recent=recent, incomplete=int(incomplete))
    return tuple(tallies.values())


def count_received(*, days: Sequence[date]) -> dict[tuple[str, date], int]:
    """Return how many cases each centre took in on these days, by centre and day."""
    counts: dict[tuple[str, date], int] = {}
    for start in range(0, len(days), 500):
        part = [selection.stored_day(day) for day in days[start : start + 500]]
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT centre, received_on, COUNT(*) FROM cases_facts"
                f" WHERE received_on IN ({_places(part)}) GROUP BY centre, received_on",
                part,
            )
            for centre, day, count in cursor.fetchall():
                counts[centre, as_day(day)] = count
    return counts


def list_closings(*, least: int = 2) -> Iterator[Closings]:
    """Yield every minute in which one named person of an organisation closed at least so many cases."""
    relation = course_select(dialect="postgresql" if ledger.is_native() else "sqlite")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT MIN(r.county), r.organisation, MIN(r.source), r.closed_by, MIN(r.closed_s), MIN(r.closed_wd),"
            " COUNT(*), SUM(CASE WHEN r.kind = 'promised' THEN 1 ELSE 0 END)"
            f" FROM ({relation}) AS r WHERE r.closed_s IS NOT NULL AND r.counted AND r.closed_by <> ''"
            " GROUP BY r.organisation, r.closed_by, r.closed_s - (r.closed_s %% 60) HAVING COUNT(*) >= %s"
            " ORDER BY r.organisation, r.closed_by, MIN(r.closed_s)",
            [least],
        )
        while rows := cursor.fetchmany(_AT_ONCE):
            for row in rows:
                yield Closings(*row[:4], int(row[4]) // 60 * 60, *row[5:7], int(row[7]))
