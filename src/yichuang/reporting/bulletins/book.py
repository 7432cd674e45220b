"""Book: collects the figures of one draft, each measured once, and hands out what the text prints."""

from decimal import Decimal

from yichuang.reporting.bulletins.evidence import Evidence
from yichuang.reporting.bulletins.queries import AnyQuery, FigureRecord
from yichuang.reporting.documents import Figure
from yichuang.reporting.domain.figures import in_wan, percent

WAYS = ("count", "wan", "percent", "days")


class Book:
    """The figures of one bulletin in the order in which the text first names them."""

    def __init__(self) -> None:
        self._evidence = Evidence()
        self._records: dict[str, FigureRecord] = {}

    @property
    def records(self) -> tuple[FigureRecord, ...]:
        """All figures collected so far."""
        return tuple(self._records.values())

    def enter(
        self, figure_id: str, query: AnyQuery, *, label: str, definition: str, way: str = "count", strong: bool = False
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
                value=str(measured.value),
                count=measured.count,
                digest=measured.digest,
                query=query,
            )
            self._records[figure_id] = record
        return Figure(figure_id, record.display, strong)

    def value(self, figure_id: str) -> Decimal:
        """Return the exact value of a figure entered before."""
        return Decimal(self._records[figure_id].value)


def show(value: Decimal, *, way: str) -> str:
    """Return a value as official writing prints it: `wan` 32.63万, `percent` 99.8%, `days` 1.78, `count` 418."""
    if way == "percent":
        return percent(value)
    if way == "days":
        return str(value.quantize(Decimal("0.01")))
    return in_wan(int(value)) if way == "wan" else str(int(value))
