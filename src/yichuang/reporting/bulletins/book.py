"""Book: collects the figures of one draft, each measured once, and hands out what the text prints."""

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

from yichuang.documents import Figure
from yichuang.reporting.bulletins.evidence import Evidence
from yichuang.reporting.bulletins.queries import AnyQuery, FigureRecord, Way
from yichuang.reporting.domain.figures import in_wan, percent

UNDEFINED = "—"


class Book:
    """The figures that one draft asks for; which of them the text prints is known only when it is written."""

    def __init__(self) -> None:
        self._evidence = Evidence()
        self._records: dict[str, FigureRecord] = {}

    def records_of(self, printed: Iterable[Figure]) -> tuple[FigureRecord, ...]:
        """Return the records of the figures that a text prints, in the order in which it first prints them."""
        return tuple(self._records[figure_id] for figure_id in dict.fromkeys(figure.id for figure in printed))

    def enter(
        self, figure_id: str, query: AnyQuery, *, label: str, definition: str, way: Way = "count", strong: bool = False
    ) -> Figure:
        """Measure a figure, keep its record and return it as the text prints it; once only."""
        record = self._records.get(figure_id)
        if record is None:
            measured = self._evidence.measure(query)
            record = FigureRecord(
                id=figure_id,
                label=label,
                definition=definition,
                way=way,
                display=show(measured.value, way=way),
                value=exact(measured.value),
                count=measured.count,
                digest=measured.digest,
                query=query,
            )
            self._records[figure_id] = record
        return Figure(figure_id, record.display, strong)

    def count(self, figure: Figure) -> int:
        """Return the number of things behind a figure entered before."""
        return self._records[figure.id].count

    def is_defined(self, figure: Figure) -> bool:
        """Tell whether a figure entered before has a value at all."""
        return bool(self._records[figure.id].value)


def exact(value: Decimal | None) -> str:
    """Return a value as the annex keeps it, "" for none."""
    return "" if value is None else str(value)


def show(value: Decimal | None, *, way: Way) -> str:
    """Return a value as official writing prints it: `wan` 32.63万, `percent` 99.8%, `days` 1.78, `count` 418."""
    if value is None:
        return UNDEFINED
    if way == "percent":
        return percent(value)
    if way == "days":
        return str(value.quantize(Decimal("0.01"), ROUND_HALF_UP))
    return in_wan(int(value)) if way == "wan" else str(int(value))
