"""The work of one run, in memory: verdicts, exact keys, weights, assignment, outcomes. Reads and writes no table.

What reviewers said stands above what is computed; everything is done in the order of ids, so that the same entries,
cases and verdicts give the same result whatever the order in which they came.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol

from yichuang.kernel.crypto import sm3
from yichuang.supervision.domain.linkage.assignment import Assigned, Pair, assign
from yichuang.supervision.domain.linkage.comparisons import level_of
from yichuang.supervision.domain.linkage.keys import ExactLink, link_exactly
from yichuang.supervision.domain.linkage.outcomes import (
    Judged,
    Thresholds,
    Times,
    capped,
    judge_linked,
    judge_unlinked,
)
from yichuang.supervision.domain.linkage.records import Record
from yichuang.supervision.domain.linkage.terms import LinkTerms
from yichuang.supervision.domain.linkage.words import LinkKind


class Said(Protocol):
    """A reviewer's verdict on a pair: the case, and whether it is the entry's matter (None: it does not say)."""

    case_number: str
    same: bool | None


@dataclass(slots=True)
class Found:
    """What a run says of one entry."""

    judged: Judged
    kind: LinkKind = LinkKind.NONE
    case: str = ""
    weight: int | None = None
    parts: list[list[Any]] = field(default_factory=list)


class Work:
    """One run in memory."""

    def __init__(
        self,
        entries: Sequence[Record],
        files: Sequence[Record],
        *,
        terms: LinkTerms,
        thresholds: Thresholds,
        as_of: date,
        verdicts: Mapping[str, Said],
    ) -> None:
        self.entries, self.files = entries, files
        self.terms, self.thresholds, self.as_of, self.verdicts = terms, thresholds, as_of, verdicts
        self.file_of = {one.id: one for one in files}
        self.found: dict[str, Found] = {}
        self.links: list[ExactLink] = []
        self.taken: set[tuple[str, str]] = set()
        self.volumes = Counter((one.organisation, one.item) for one in files)
        self.of_organisation = Counter(one.organisation for one in files)

    def by_verdict(self) -> None:
        """Link what reviewers said is one matter; no computation overrules them."""
        for entry in self.entries:
            verdict = self.verdicts.get(entry.id)
            if verdict is not None and verdict.same and verdict.case_number in self.file_of:
                self._link(entry, self.file_of[verdict.case_number], LinkKind.REVIEWED)

    def exactly(self) -> None:
        """Link by exact keys."""
        rest = [one for one in self.entries if one.id not in self.found]
        free = self.files
        for link in link_exactly(rest, free, days=self.terms.exact_days.value):
            if (link.entry.register, link.case.id) in self.taken or self._denied(link.entry.id, link.case.id):
                continue
            self.links.append(link)
            self._link(link.entry, link.case, LinkKind.EXACT, parts=[[link.key, "exact", 0]])

    def weigh(self, engine: Any) -> dict[str, Any]:
        """Weigh the rest, assign, and say what is left; return the model as it is kept with the run."""
        from yichuang.supervision.linkage.engine import measure, prior_of, table_of, to_json

        rest = [one for one in self.entries if one.id not in self.found]
        pairs: list[Pair] = []
        parts: dict[tuple[str, str], tuple[int, list[list[Any]]]] = {}
        model: dict[str, Any] = {}
        if rest and self.files:
            table = table_of(self.files)
            weights, counts = measure(self.links, table_of(self.entries), table)
            prior = prior_of(rest, self.files)
            model = {"weights": to_json(weights), "counts": counts, "prior": prior}
            for one in engine.weigh(table_of(rest), table, weights, prior=prior):
                if self._denied(one.entry, one.case):
                    continue
                told = [[key, _level(key, level), weight] for key, level, weight in one.parts]
                levels = {key: level for key, level, _ in told}
                weight = capped(
                    one.weight, item=levels["item"], document=levels["document"], thresholds=self.thresholds
                )
                pairs.append(Pair(one.entry, one.case, weight))
                parts[one.entry, one.case] = (weight, told)
        register_of = {one.id: one.register for one in rest}
        got = assign(pairs, register_of=register_of, taken=self.taken)
        for entry in rest:
            self._settle(entry, got.get(entry.id, Assigned(None, None)), parts)
        return model

    def _settle(
        self, entry: Record, got: Assigned, parts: Mapping[tuple[str, str], tuple[int, list[list[Any]]]]
    ) -> None:
        pair = got.pair
        if pair is not None and pair.weight >= self.thresholds.link_from:
            weight, told = parts[entry.id, pair.case]
            self._link(entry, self.file_of[pair.case], LinkKind.PROBABLE, weight=weight, parts=told)
            return
        judged = judge_unlinked(
            weight=None if pair is None else pair.weight,
            lost=None if got.lost is None else got.lost.weight,
            thresholds=self.thresholds,
            item_known=bool(entry.item or entry.options),
            tellable=bool(entry.name or entry.code or entry.digest or entry.document),
            centre_volume=self.volume(entry),
            organisation_volume=self.of_organisation[entry.organisation],
        )
        # The best case there is stands beside the entry, even where it is none: that is what the reviewer looks at.
        shown = pair or got.lost
        found = Found(judged)
        if shown is not None:
            found.case, (found.weight, found.parts) = shown.case, parts[entry.id, shown.case]
        self.found[entry.id] = found

    def volume(self, entry: Record) -> int:
        """Return how many cases the centre has of what the entry is about."""
        return sum(self.volumes[entry.organisation, item] for item in entry.options.split() or [entry.item])

    def _link(
        self,
        entry: Record,
        case: Record,
        kind: LinkKind,
        *,
        weight: int | None = None,
        parts: list[list[Any]] | None = None,
    ) -> None:
        self.taken.add((entry.register, case.id))
        times = Times(_day(case.received) or self.as_of, _day(case.day), _day(case.closed), case.granted)
        judged = judge_linked(
            on=_day(entry.day) or self.as_of,
            times=times,
            conflict_days=self.terms.conflict_days.value,
            as_of=self.as_of,
        )
        self.found[entry.id] = Found(judged, kind, case.id, weight, parts or [])

    def _denied(self, entry: str, case: str) -> bool:
        verdict = self.verdicts.get(entry)
        return verdict is not None and verdict.same is False and verdict.case_number == case

    def digest(self) -> str:
        """Return SM3 over what is said of each entry, in order of their identities: two runs are equal or not."""
        lines = [
            f"{key}\t{one.judged.outcome}\t{one.judged.ground}\t{one.case}\t{one.weight}\n"
            for key, one in sorted(self.found.items())
        ]
        return sm3("".join(lines).encode()).hex()


def _level(comparison: str, vector: int) -> str:
    level = level_of(comparison, vector)
    return "" if level is None else level.key


def _day(ordinal: int | None) -> date | None:
    return None if ordinal is None else date.fromordinal(ordinal)
