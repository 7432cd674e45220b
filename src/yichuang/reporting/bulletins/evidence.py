"""Evidence: counts a query from the records themselves and digests what was counted.

Stands between the annex and the contexts that hold the records. Drafting and verifying both come
here, so a figure is recomputed by the same rule by which it was made, and never from the stored sums.
"""

from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

from yichuang.cases import queries as cases
from yichuang.cases.values import CaseFilter
from yichuang.catalogue import queries as catalogue
from yichuang.kernel.crypto import sm3
from yichuang.regions import queries as regions
from yichuang.regions.values import CentreStateKind, Level
from yichuang.reporting.bulletins.queries import (
    AnyQuery,
    CasesQuery,
    CentresQuery,
    EnteredQuery,
    FindingsQuery,
    MeanDaysQuery,
    RatioQuery,
    WithoutSupervisionQuery,
)
from yichuang.supervision import queries as supervision
from yichuang.supervision.values import FindingCount


class Measured(NamedTuple):
    """A figure's exact value (None: a ratio over nothing), the number of things behind it, and SM3 over their lines."""

    value: Decimal | None
    count: int
    digest: str


def _digest(lines: Iterable[str]) -> str:
    return sm3("".join(lines).encode()).hex()


def _filter(query: CasesQuery) -> CaseFilter:
    return CaseFilter(
        measure=query.measure,
        start_on=query.start_on,
        until=query.until,
        county=query.county,
        counties=query.counties,
        town=query.town,
        department=query.department,
        item=query.item,
        channel=query.channel,
    )


def finding_count(query: FindingsQuery) -> FindingCount:
    """Return what a query asks of supervision."""
    return FindingCount(
        known_at=query.known_at,
        start_on=query.start_on,
        until=query.until,
        rules=query.rules,
        except_rules=query.except_rules,
        colour=query.colour,
        county=query.county,
        counties=query.counties,
        department=query.department,
        standing=query.standing,
        issued=query.issued,
    )


class Evidence:
    """Counts queries now; the same set of cases is counted and digested once for all figures that speak of it."""

    def __init__(self) -> None:
        self._counted: dict[CasesQuery, Measured] = {}

    def measure(self, query: AnyQuery) -> Measured:
        """Return value, count and digest of a query; the digest covers what was counted, in a fixed order."""
        match query:
            case CasesQuery():
                return self._cases(query)
            case RatioQuery():
                above, below = self._cases(query.numerator), self._cases(query.denominator)
                value = Decimal(above.count) / below.count if below.count else None
                return Measured(value, below.count, _digest(self.lines(query)))
            case MeanDaysQuery():
                counted = self._cases(query.cases)
                used = cases.sum_used_days(_filter(query.cases))
                value = Decimal(used) / counted.count if counted.count else None
                return Measured(value, counted.count, counted.digest)
            case _:
                lines = list(self.lines(query))
                return Measured(Decimal(len(lines)), len(lines), _digest(lines))

    def lines(self, query: AnyQuery) -> Iterable[str]:
        """Return the lines, each with its line feed, over which SM3 gives the digest of a query.

        Cases: number, tab, hash of the event that makes the case count. Ratio: the digests of its two parts.
        Centres and items: their codes. Findings: rule, key, case number, day and hash of the rule's text, by tabs.
        """
        match query:
            case CasesQuery():
                return cases.list_evidence(_filter(query))
            case RatioQuery():
                return [f"{self._cases(part).digest}\n" for part in (query.numerator, query.denominator)]
            case MeanDaysQuery():
                return cases.list_evidence(_filter(query.cases))
            case FindingsQuery():
                return supervision.list_found_lines(finding_count(query))
            case _:
                return _listed(self._codes(query))

    def _codes(self, query: CentresQuery | WithoutSupervisionQuery | EnteredQuery) -> Iterable[str]:
        match query:
            case CentresQuery():
                rows = regions.list_centres(on=query.on, level=Level(query.level))
                return (row.code for row in rows if row.state is CentreStateKind.RUNNING)
            case WithoutSupervisionQuery():
                rows = regions.list_centres(on=query.on, level=Level.COUNTY)
                return (row.code for row in rows if row.supervision is False)
            case EnteredQuery():
                return catalogue.list_entered(centre=query.centre, on=query.on)

    def _cases(self, query: CasesQuery) -> Measured:
        if query not in self._counted:
            count, digest = cases.digest_cases(_filter(query))
            self._counted[query] = Measured(Decimal(count), count, digest)
        return self._counted[query]


def _listed(codes: Iterable[str]) -> list[str]:
    return [f"{code}\n" for code in sorted(codes)]
