"""The door for changing reporting: follow the ledger, draft a bulletin, verify an annex."""

from dataclasses import dataclass
from datetime import date, datetime

import msgspec

from yichuang.kernel.actor import Actor
from yichuang.kernel.periods import Period
from yichuang.kernel.refusal import Refusal
from yichuang.kernel.words import N_
from yichuang.reporting import cells
from yichuang.reporting.bulletins.book import show
from yichuang.reporting.bulletins.codec import encode_notice
from yichuang.reporting.bulletins.draft import Draft, draft
from yichuang.reporting.bulletins.evidence import Evidence
from yichuang.reporting.bulletins.queries import Annex, FigureRecord
from yichuang.reporting.documents import DocumentNumber
from yichuang.reporting.models import Bulletin

__all__ = ["Recount", "draft_bulletin", "follow_ledger", "rebuild_figures", "verify_annex"]


class AnnexUnreadable(Refusal):
    """The file is no annex of a bulletin."""

    sentence = N_("附件“{file}”不是通报的数据附件：{reason}")
    remedy = N_("请给出 yichuang bulletin 命令写出的 .annex.json 文件")


def follow_ledger() -> int:
    """Bring the figures up to the end of the ledger; return the number of days counted anew."""
    return cells.follow()


def rebuild_figures() -> int:
    """Count all figures from the beginning; return the number of days."""
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
    """Draft the bulletin of a division and period, keep it, and return it."""
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
    """One figure recounted: what the annex says and what the records say now."""

    record: FigureRecord
    value: str
    display: str
    count: int
    digest: str

    @property
    def agrees(self) -> bool:
        """Tell whether value, count and digest are the same."""
        return (self.value, self.count, self.digest) == (self.record.value, self.record.count, self.record.digest)


def verify_annex(content: bytes, *, file: str = "") -> tuple[Annex, tuple[Recount, ...]]:
    """Recount every figure of an annex from the records; raises AnnexUnreadable."""
    try:
        annex = msgspec.json.decode(content, type=Annex)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise AnnexUnreadable(file=file, reason=str(error)) from error
    evidence = Evidence()
    recounts = []
    for record in annex.figures:
        measured = evidence.measure(record.query)
        recounts.append(
            Recount(
                record=record,
                value=str(measured.value),
                display=show(measured.value, way=record.way),
                count=measured.count,
                digest=measured.digest,
            )
        )
    return annex, tuple(recounts)
