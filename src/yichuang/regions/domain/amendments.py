"""Amendments: what a centre manager records beside the data files, as the domain sees it.

An amendment says one thing about one centre from a day on. It is never rewritten; one that has not come into force
yet may be withdrawn by another.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from yichuang.kernel.words import N_
from yichuang.regions.domain.tables import Row, Table


class AmendmentKind(StrEnum):
    """What an amendment does to a centre."""

    REGISTERED = "centre-registered"
    STATE_CHANGED = "state-changed"
    SYSTEM_CHANGED = "system-changed"
    WINDOW_OPENED = "window-opened"
    WINDOW_RENAMED = "window-renamed"
    WINDOW_RESEATED = "window-reseated"
    WINDOW_CLOSED = "window-closed"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        """Name the kind for people (a message id)."""
        return _KIND_LABELS[self]


_KIND_LABELS = {
    AmendmentKind.REGISTERED: N_("登记中心"),
    AmendmentKind.STATE_CHANGED: N_("变更建设状态"),
    AmendmentKind.SYSTEM_CHANGED: N_("变更电子监察系统"),
    AmendmentKind.WINDOW_OPENED: N_("开设窗口"),
    AmendmentKind.WINDOW_RENAMED: N_("窗口更名"),
    AmendmentKind.WINDOW_RESEATED: N_("更换进驻部门"),
    AmendmentKind.WINDOW_CLOSED: N_("关闭窗口"),
    AmendmentKind.WITHDRAWN: N_("撤回修订"),
}


@dataclass(frozen=True, slots=True)
class Amended:
    """One amendment on record: `on` is the day from which it holds, `details` its cells as the data files write them.

    `source` is what the column of that name says of rows that it makes.
    """

    id: int
    centre: str
    kind: AmendmentKind
    on: date
    details: Mapping[str, Any]
    source: str = ""

    def row(self, table: Table) -> Row:
        """Return the row that the amendment adds to a table, from its day on and without end."""
        cells = {**self.details[table.file], "valid_from": self.on.isoformat()}
        if any(column.name == "source" for column in table.columns):
            cells["source"] = self.source
        return {column.name: column.value(cells.get(column.name, "")) for column in table.columns}


def standing(amendments: Iterable[Amended]) -> list[Amended]:
    """Return the amendments that count, in the order in which they came into force, then in that of recording."""
    found = list(amendments)
    withdrawn = {int(one.details["amendment"]) for one in found if one.kind is AmendmentKind.WITHDRAWN}
    kept = (one for one in found if one.kind is not AmendmentKind.WITHDRAWN and one.id not in withdrawn)
    return sorted(kept, key=lambda one: (one.on, one.id))


class Reason(StrEnum):
    """How a data file and an amendment contradict each other, and which of them holds."""

    FILE_LATER = "file-later"
    AMENDMENT_LATER = "amendment-later"
    SAME_DAY = "same-day"
    SAME_NUMBER = "same-number"
    ENDED_BEFORE = "ended-before"
    BEGINS_AFTER = "begins-after"

    @property
    def label(self) -> str:
        """Say it for people (a message id)."""
        return _REASON_LABELS[self]


_REASON_LABELS = {
    Reason.FILE_LATER: N_("数据文件的这一行生效更晚，自其起始日起以数据文件为准"),
    Reason.AMENDMENT_LATER: N_("数据文件给这一行写了另外的期间，修订生效更晚，以修订为准"),
    Reason.SAME_DAY: N_("数据文件的这一行与修订同日生效而内容不同，以修订为准"),
    Reason.SAME_NUMBER: N_("数据文件在同一天用同一窗口号登记了另一个窗口，以数据文件为准"),
    Reason.ENDED_BEFORE: N_("数据文件的这一行在修订生效前已经终止，修订不再起作用"),
    Reason.BEGINS_AFTER: N_("数据文件的这一行在窗口关闭后才开始，请核对"),
}


def _same(text: str) -> str:
    return text


@dataclass(frozen=True, slots=True)
class Contradiction:
    """One place where a data file and an amendment say different things: in which file, of which row, since when."""

    file: str
    code: str
    centre: str
    amendment: int
    on: date
    reason: Reason

    def explain(self, translate: Callable[[str], str] = _same) -> str:
        """Return file, row, amendment and what holds as one line in the language of `translate`."""
        return translate(N_("{file} {code}：{reason}（修订{amendment}，{on}起）")).format(
            file=f"{self.file}.csv",
            code=self.code,
            reason=translate(self.reason.label),
            amendment=self.amendment,
            on=self.on.isoformat(),
        )
