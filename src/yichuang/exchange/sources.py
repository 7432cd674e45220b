"""Sources: how regularly each source reports and how much of it waits, from the imports; two queries."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max
from django.db.models.functions import Coalesce, TruncDate

from yichuang.exchange.models import ExchangeBatch, QuarantinedRecord
from yichuang.exchange.values import OPEN


@dataclass(frozen=True, slots=True)
class SourceReport:
    """One source: when it last reported, on how many days so far, and how many of its records wait in quarantine."""

    source: str
    last_at: datetime
    days: int
    waiting: int


def list_sources() -> tuple[SourceReport, ...]:
    """Return every source that ever reported by an import, in order of its name."""
    waiting = dict(
        QuarantinedRecord.objects.filter(state__in=OPEN).order_by().values_list("source").annotate(Count("id"))
    )
    batches = (
        ExchangeBatch.objects.order_by("source")
        .values_list("source")
        .annotate(last=Max(Coalesce("finished_at", "started_at")), days=Count(TruncDate("started_at"), distinct=True))
    )
    return tuple(SourceReport(source, last, days, waiting.get(source, 0)) for source, last, days in batches)
