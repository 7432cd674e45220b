"""Measures: enters the figures about cases of one place into the book.

Stands between a draft and the book; answers: which query is behind the figure of this name, place and period?
"""

from yichuang.documents import Figure
from yichuang.kernel.periods import Period
from yichuang.reporting.bulletins.book import Book
from yichuang.reporting.bulletins.queries import CasesQuery, MeanDaysQuery, RatioQuery, Way
from yichuang.reporting.domain.figures import DEFINITIONS


class Measures:
    """The figures of one place and period; their ids have a common beginning."""

    def __init__(
        self,
        book: Book,
        *,
        period: Period,
        county: str = "",
        counties: tuple[str, ...] = (),
        department: str = "",
        prefix: str = "",
        whose: str = "",
    ) -> None:
        self._book = book
        self._period = period
        self._county = county
        self._counties = counties
        self._department = department
        self._prefix = prefix
        self._whose = whose

    def query(self, measure: str) -> CasesQuery:
        """Return the query of a measure in this place."""
        return CasesQuery(
            measure=measure,
            start_on=self._period.start_on,
            until=self._period.until,
            county=self._county,
            counties=self._counties,
            department=self._department,
        )

    def count(self, key: str, *, way: Way = "count") -> Figure:
        """Enter the number of cases that a definition counts."""
        return self._enter(key, self.query(DEFINITIONS[key].measure), way)

    def ratio(self, key: str) -> Figure | None:
        """Enter the ratio that a definition names; None over nothing."""
        definition = DEFINITIONS[key]
        below = DEFINITIONS[definition.denominator].measure
        query = RatioQuery(numerator=self.query(definition.measure), denominator=self.query(below))
        return self._if_defined(self._enter(key, query, "percent"))

    def mean_days(self) -> Figure | None:
        """Enter the mean of working days; None over nothing."""
        return self._if_defined(self._enter("mean_days", MeanDaysQuery(cases=self.query("judged")), "days"))

    def _if_defined(self, figure: Figure) -> Figure | None:
        return figure if self._book.is_defined(figure) else None

    def _enter(self, key: str, query: CasesQuery | RatioQuery | MeanDaysQuery, way: Way) -> Figure:
        definition = DEFINITIONS[key]
        return self._book.enter(
            f"{self._prefix}{key}",
            query,
            label=f"{self._whose}{definition.label}",
            definition=definition.text,
            way=way,
        )
