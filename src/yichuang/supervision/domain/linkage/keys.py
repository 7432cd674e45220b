"""Exact keys: pairs that need no weighing. Case number; certificate number with a second sign; holder, item and days.

A key counts only where it leads to one case from one entry of its register: whatever is not unique is weighed.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from rapidfuzz.distance import Levenshtein

from yichuang.supervision.domain.linkage.records import Record

CASE_NUMBER, DOCUMENT, HOLDER = "case-number", "document", "holder"
_SHORTEST_DOCUMENT = 6
_SIMILAR = 0.6


class ExactLink(NamedTuple):
    """An entry and its case, and by which key they were found to be one matter."""

    entry: Record
    case: Record
    key: str


def similar_names(one: Record, other: Record) -> bool:
    """Return whether two names may be one: alike in sound, one inside the other, or few characters apart."""
    if not one.name or not other.name:
        return False
    if one.sound == other.sound or one.name in other.name or other.name in one.name:
        return True
    return Levenshtein.normalized_similarity(one.name, other.name) >= _SIMILAR


def same_holder(one: Record, other: Record) -> bool:
    """Return whether the numbers of the holders are the same."""
    return bool((one.code and one.code == other.code) or (one.digest and one.digest == other.digest))


def _corroborated(entry: Record, case: Record) -> bool:
    """Return whether a second sign speaks for a certificate's number: one wrong figure leads to another certificate."""
    if same_holder(entry, case):
        return True
    nameless = not entry.name
    by_item = bool(entry.item) and entry.item == case.item
    return similar_names(entry, case) or (nameless and by_item and entry.day == case.day)


def link_exactly(entries: Sequence[Record], cases: Iterable[Record], *, days: int) -> list[ExactLink]:
    """Return the pairs that exact keys give, one case an entry and one entry of a register a case, by entry.

    `days`: by how many calendar days the day of decision may differ where only holder and item agree.
    """
    by_number: dict[str, Record] = {}
    by_document: dict[tuple[str, str], list[Record]] = defaultdict(list)
    by_holder: dict[tuple[str, str, str], list[Record]] = defaultdict(list)
    for case in cases:
        by_number[case.case_number] = case
        if len(case.document) >= _SHORTEST_DOCUMENT:
            by_document[case.county, case.document].append(case)
        if holder := case.code or case.digest:
            by_holder[case.county, holder, case.item].append(case)
    links: list[ExactLink] = []
    for register in _by_register(entries).values():
        links += _link_register(register, by_number, by_document, by_holder, days=days)
    return sorted(links, key=lambda link: link.entry.id)


def _by_register(entries: Sequence[Record]) -> Mapping[str, list[Record]]:
    registers: dict[str, list[Record]] = defaultdict(list)
    for entry in sorted(entries, key=lambda one: one.id):
        registers[entry.register].append(entry)
    return registers


def _link_register(
    entries: list[Record],
    by_number: Mapping[str, Record],
    by_document: Mapping[tuple[str, str], list[Record]],
    by_holder: Mapping[tuple[str, str, str], list[Record]],
    *,
    days: int,
) -> list[ExactLink]:
    links: list[ExactLink] = []
    done: set[str] = set()
    taken: set[str] = set()

    def take(claims: Mapping[str, list[ExactLink]]) -> None:
        """Keep the claims of entries that claim one case which no other entry claims."""
        wanted: dict[str, int] = defaultdict(int)
        for claim in claims.values():
            for link in claim:
                wanted[link.case.id] += 1
        for claim in claims.values():
            if len(claim) == 1 and wanted[claim[0].case.id] == 1:
                links.append(claim[0])
                done.add(claim[0].entry.id)
                taken.add(claim[0].case.id)

    take(
        {
            entry.id: [ExactLink(entry, by_number[entry.case_number], CASE_NUMBER)]
            for entry in entries
            if entry.case_number in by_number and by_number[entry.case_number].county == entry.county
        }
    )
    take(
        {
            entry.id: [
                ExactLink(entry, case, DOCUMENT)
                for case in by_document.get((entry.county, entry.document), ())
                if case.id not in taken and _corroborated(entry, case)
            ]
            for entry in entries
            if entry.id not in done and len(entry.document) >= _SHORTEST_DOCUMENT
        }
    )
    take(
        {
            entry.id: [
                ExactLink(entry, case, HOLDER)
                for case in by_holder.get((entry.county, entry.code or entry.digest, entry.item), ())
                if case.id not in taken and _near(entry, case, days)
            ]
            for entry in entries
            if entry.id not in done and entry.item and (entry.code or entry.digest)
        }
    )
    return links


def _near(entry: Record, case: Record, days: int) -> bool:
    return entry.day is not None and case.day is not None and abs(entry.day - case.day) <= days
