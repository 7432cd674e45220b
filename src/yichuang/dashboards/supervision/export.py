"""Export: a list of findings as CSV that a spreadsheet opens rightly and runs nothing of; no personal data."""

from collections.abc import Iterator

from django.utils import timezone
from django.utils.translation import gettext as _

from yichuang.accounts.values import Scope
from yichuang.dashboards.export import MARK, csv_line
from yichuang.dashboards.supervision.asking import Asked
from yichuang.dashboards.supervision.words import colour_of, standing_of
from yichuang.supervision.queries import page_findings
from yichuang.supervision.values import FindingFilter, FindingRow

ROWS = 10_000
_PAGE = 500


def finding_csv(chosen: FindingFilter, *, scope: Scope, asked: Asked) -> Iterator[str]:
    """Yield the lines of the file, at most ROWS findings, page by page."""
    heads = (
        *(_("编号"), _("规则"), _("规则代号"), _("颜色"), _("县区"), _("部门"), _("事项"), _("办件编号")),
        *(_("发生日"), _("发现时间"), _("消除时间"), _("状态"), _("监察卡编号")),
    )
    yield MARK + csv_line(heads)
    for row in _rows(chosen, scope):
        yield csv_line(_cells(row, asked))


def _cells(row: FindingRow, asked: Asked) -> list[str]:
    names = asked.names
    return [
        str(row.id),
        asked.title(row.rule),
        row.rule,
        colour_of(row.colour)[0],
        names.county(row.county) if row.county else "",
        names.organisation(row.organisation) if row.organisation else "",
        asked.item(row.item),
        row.number,
        row.occurred_on.isoformat(),
        f"{timezone.localtime(row.found_at):%Y-%m-%d %H:%M}",
        f"{timezone.localtime(row.ended_at):%Y-%m-%d %H:%M}" if row.ended_at else "",
        standing_of(row)[0],
        row.card_number,
    ]


def _rows(chosen: FindingFilter, scope: Scope) -> Iterator[FindingRow]:
    after, left = "", ROWS
    while left:
        page = page_findings(chosen=chosen, scope=scope, after=after, limit=min(_PAGE, left))
        yield from page
        left -= len(page)
        after = page.next_after
        if not after:
            return
