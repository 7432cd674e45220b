"""What the other contexts may see of reporting: figures, breakdowns and bulletins."""

from dataclasses import dataclass
from datetime import datetime

from yichuang.documents import DocumentNumber, OfficialNotice, render_docx, render_html, render_pdf
from yichuang.kernel.periods import Period
from yichuang.kernel.refusal import Refusal
from yichuang.kernel.words import N_
from yichuang.reporting.bulletins.queries import Annex, FigureRecord
from yichuang.reporting.domain.figures import DEFINITIONS, Definition, Figure, Sums, display, figures, in_wan, percent

__all__ = [
    "DEFINITIONS",
    "Annex",
    "BreakdownRow",
    "BulletinFile",
    "BulletinNotFound",
    "BulletinRow",
    "Definition",
    "DocumentNumber",
    "Figure",
    "FigureRecord",
    "FigureSet",
    "OfficialNotice",
    "Progress",
    "Scope",
    "ScopeTooNarrow",
    "Sums",
    "display",
    "figures",
    "in_wan",
    "percent",
    "render_docx",
    "render_html",
    "render_pdf",
]


@dataclass(frozen=True, slots=True)
class Scope:
    """Which cases figures speak of: empty fields do not narrow; county is a six-digit code, the city's own its own.

    `counties` names all that a city's figures take in, so that cases of a guest system stay out of them.
    """

    county: str = ""
    counties: tuple[str, ...] = ()
    town: str = ""
    department: str = ""
    item: str = ""
    channel: str = ""


@dataclass(frozen=True, slots=True)
class FigureSet:
    """The figures of one scope and period, with what stood open at its end."""

    period: Period
    scope: Scope
    sums: Sums
    figures: dict[str, Figure]
    open: int
    open_late: int


@dataclass(frozen=True, slots=True)
class BreakdownRow:
    """One line of a breakdown: the key it stands for and its figures."""

    key: str
    sums: Sums
    figures: dict[str, Figure]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far figures lag behind the ledger: events not yet counted."""

    counted_events: int
    events: int


class ScopeTooNarrow(Refusal):
    """Figures are kept by one dimension at a time."""

    sentence = N_("统计数不同时按{first}和{second}分列")
    remedy = N_("请只选其一，或者打开办件清单逐件筛选")


class BulletinNotFound(Refusal):
    """No such bulletin."""

    sentence = N_("没有找到{period}的通报")
    remedy = N_("请先起草：yichuang bulletin {period} --region {division} -o bulletin.docx")


@dataclass(frozen=True, slots=True)
class BulletinRow:
    """One line of the list of bulletins."""

    id: int
    period: str
    division: str
    title: str
    drafted_at: datetime
    drafted_by: str


@dataclass(frozen=True, slots=True)
class BulletinFile:
    """A drafted bulletin: the notice as a value and its annex as data."""

    row: BulletinRow
    notice: OfficialNotice
    annex: Annex
