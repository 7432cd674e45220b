"""The door for changing reporting: follow the ledger, draft a bulletin, verify an annex."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

import msgspec

from yichuang.documents import DocumentNumber
from yichuang.kernel.actor import Actor
from yichuang.kernel.periods import Period
from yichuang.reporting import cells, finding_cells
from yichuang.reporting.bulletins.book import exact, show
from yichuang.reporting.bulletins.codec import decode_annex, encode_annex, encode_notice
from yichuang.reporting.bulletins.draft import Draft, draft
from yichuang.reporting.bulletins.evidence import Evidence
from yichuang.reporting.bulletins.files import check_places, write_together
from yichuang.reporting.bulletins.moment import one_moment
from yichuang.reporting.bulletins.queries import Annex, FigureRecord, RatioQuery
from yichuang.reporting.bulletins.refusals import FigureNotInAnnex
from yichuang.reporting.models import Bulletin

__all__ = [
    "Recount",
    "check_places",
    "draft_bulletin",
    "encode_annex",
    "follow_findings",
    "follow_ledger",
    "list_annex_lines",
    "rebuild_figures",
    "verify_annex",
    "write_together",
]


def follow_ledger() -> int:
    """Bring the figures up to the end of the ledger; return the number of days counted anew."""
    return cells.follow()


def follow_findings() -> int:
    """Add the findings of supervision that are new to their sums, to the last one; return how many."""
    total = 0
    while found := finding_cells.follow():
        total += found
    return total


def rebuild_figures() -> int:
    """Count all figures from the beginning, those of findings too; return the number of days."""
    finding_cells.rebuild()
    return cells.rebuild()


def draft_bulletin(
    *,
    period: Period,
    division: str,
    by: Actor,
    at: datetime,
    dated_on: date,
    number: DocumentNumber | None = None,
    final: bool = False,
) -> Draft:
    """Draft the bulletin of a division and period, keep it, and return it.

    Refuses with DivisionNotKnown and NoBulletinOfTown.
    """
    # Which departments are named is read from the sums: they must stand where the ledger stands.
    cells.follow()
    with one_moment():
        made = draft(period=period, division=division, at=at, dated_on=dated_on, number=number, final=final)
    Bulletin.objects.create(
        period=period.label,
        division=division,
        drafted_at=at,
        drafted_by=by.name,
        notice=encode_notice(made.notice),
        annex=msgspec.json.encode(made.annex).decode(),
    )
    return made


@dataclass(frozen=True, slots=True)
class Recount:
    """One figure recounted: what the annex says and what the records say now; `display` shows it as the annex would."""

    record: FigureRecord
    value: str
    display: str
    count: int
    digest: str

    @property
    def agrees(self) -> bool:
        """Tell whether what is printed, the exact value, the count and the digest are all the same."""
        record = self.record
        found = (self.display, self.value, self.count, self.digest)
        return found == (record.display, record.value, record.count, record.digest)


def verify_annex(content: bytes, *, file: str = "") -> tuple[Annex, tuple[Recount, ...]]:
    """Recount every figure of an annex from the records; raises AnnexUnreadable."""
    annex = decode_annex(content, file=file)
    evidence = Evidence()
    recounts = []
    with one_moment():
        for record in annex.figures:
            measured = evidence.measure(record.query)
            recounts.append(
                Recount(
                    record=record,
                    value=exact(measured.value),
                    display=show(measured.value, way=record.way),
                    count=measured.count,
                    digest=measured.digest,
                )
            )
    return annex, tuple(recounts)


def list_annex_lines(content: bytes, *, figure: str, part: str = "", file: str = "") -> Iterable[str]:
    """Return the lines behind one figure of an annex, each with its line feed; SM3 over them is its digest.

    `part` is "numerator" or "denominator" of a ratio. Raises AnnexUnreadable and FigureNotInAnnex.
    """
    annex = decode_annex(content, file=file)
    query = next((record.query for record in annex.figures if record.id == figure), None)
    if query is None:
        raise FigureNotInAnnex(figure=figure, file=file, possible="、".join(record.id for record in annex.figures))
    if part and isinstance(query, RatioQuery):
        query = query.numerator if part == "numerator" else query.denominator
    return Evidence().lines(query)
