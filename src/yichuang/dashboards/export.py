"""Export: a list of cases as CSV that a spreadsheet opens rightly and runs nothing of."""

import csv
from collections.abc import Iterable, Iterator
from datetime import datetime
from io import StringIO

from django.utils import timezone
from django.utils.translation import gettext as _

from yichuang.cases.queries import page_cases
from yichuang.cases.values import CHANNEL_LABELS, CaseFilter, CaseRow
from yichuang.ui.casework import status_of
from yichuang.ui.lights import Judge
from yichuang.ui.names import ItemNames, Names

ROWS = 10_000
_PAGE = 1_000
# Excel takes a file for UTF-8 by this mark only.
MARK = "\ufeff"
_FORMULAS = ("=", "+", "-", "@", "\t", "\r")


def escape_cell(text: str) -> str:
    """Return the text such that no spreadsheet takes it for a formula."""
    return f"'{text}" if text.startswith(_FORMULAS) else text


def csv_lines(chosen: CaseFilter, *, names: Names, items: ItemNames, judge: Judge) -> Iterator[str]:
    """Yield the lines of the file, at most ROWS cases, page by page."""
    heads = (
        "办件编号",
        "事项",
        "部门",
        "县区",
        "渠道",
        "收件",
        "受理",
        "办结",
        "承诺期限",
        "用时（工作日）",
        "状态",
        "时限",
    )
    yield MARK + csv_line([_(head) for head in heads])
    for row in _rows(chosen):
        light = judge.light(row)
        yield csv_line(
            [
                row.number,
                items.item(row.item),
                names.organisation(row.organisation),
                names.county(row.county),
                _(CHANNEL_LABELS.get(row.channel, row.channel)),
                _moment(row.received_at),
                _moment(row.accepted_at),
                _moment(row.closed_at),
                _moment(row.promised_due_at),
                "" if row.used_days is None else str(row.used_days),
                status_of(row),
                light[1] if light else "",
            ]
        )


def _rows(chosen: CaseFilter) -> Iterator[CaseRow]:
    after, left = "", ROWS
    while left:
        page = page_cases(chosen, after=after, limit=min(_PAGE, left))
        yield from page
        left -= len(page)
        after = page.next_after
        if not after:
            return


def csv_line(cells: Iterable[str]) -> str:
    """Return one line of the file."""
    buffer = StringIO()
    csv.writer(buffer).writerow([escape_cell(cell) for cell in cells])
    return buffer.getvalue()


def _moment(moment: datetime | None) -> str:
    return "" if moment is None else f"{timezone.localtime(moment):%Y-%m-%d %H:%M}"
