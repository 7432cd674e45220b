"""`yichuang findings`: what supervision has found, of one county, one connected system or one rule, on the terminal."""

import io
import json
from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from rich.console import Console
from rich.table import Table

from yichuang.accounts.values import Area, Scope
from yichuang.regions.queries import get_organisation_names
from yichuang.supervision.commands import follow
from yichuang.supervision.queries import get_rules, page_findings
from yichuang.supervision.values import FindingFilter, FindingRow

_MOST = 10_000
_EVERYTHING = Scope(action="supervision.review", areas=(Area(),))


class Command(BaseCommand):
    """Judge what is new in the ledger, then list; exit code 0, whether anything was found or not."""

    help = _("监察发现：先判到账本末尾，再按县、来源或规则列出")

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare what to choose by."""
        parser.add_argument("--county", default="", help=_("县区的行政区划代码"))
        parser.add_argument("--source", default="", help=_("来源系统"))
        parser.add_argument("--rule", default="", help=_("规则"))
        parser.add_argument("--state", choices=("standing", "ended", "all"), default="standing")
        parser.add_argument("--limit", type=int, default=20, help=_("逐条列出多少条"))
        parser.add_argument("--json", action="store_true", help=_("以JSON输出全部"))

    def handle(self, **options: Any) -> None:
        """List them."""
        while follow():
            pass
        chosen = FindingFilter(
            rule=options["rule"], state=options["state"], county=options["county"], source=options["source"]
        )
        rows = page_findings(chosen=chosen, scope=_EVERYTHING, limit=_MOST, order="occurred").rows
        if options["json"]:
            self.stdout.write(json.dumps([_plain(row) for row in rows], ensure_ascii=False, indent=2))
            return
        if rows:
            text = io.StringIO()
            console = Console(file=text, width=120, force_terminal=self.stdout.isatty())
            console.print(self._counted(rows))
            console.print(self._listed(rows[: options["limit"]]))
            self.stdout.write(text.getvalue())
        self.stdout.write(_("共 {count} 条").format(count=len(rows)))

    def _counted(self, rows: tuple[FindingRow, ...]) -> Table:
        titles = _titles()
        table = Table(title=_("监察发现"))
        for heading in (_("规则"), _("颜色")):
            table.add_column(heading, overflow="fold")
        table.add_column(_("条数"), justify="right")
        counted = Counter((row.rule, row.colour) for row in rows)
        for (rule, colour), count in sorted(counted.items(), key=lambda one: (-one[1], one[0][0])):
            table.add_row(titles.get(rule, rule), _(colour.label) if colour else _("无牌"), str(count))
        return table

    def _listed(self, rows: tuple[FindingRow, ...]) -> Table:
        titles, names = _titles(), get_organisation_names()
        table = Table()
        for heading in (_("发生日"), _("办件编号"), _("单位"), _("规则"), _("颜色")):
            table.add_column(heading, overflow="fold")
        for row in rows:
            colour = _(row.colour.label) if row.colour else _("无牌")
            table.add_row(
                row.occurred_on.isoformat(), row.number or row.key, names.get(row.organisation, row.organisation),
                titles.get(row.rule, row.rule), colour,
            )  # fmt: skip
        return table


def _titles() -> dict[str, str]:
    return {rule.id: rule.title.of(get_language() or "") for rule in get_rules().rules}


def _plain(row: FindingRow) -> dict[str, Any]:
    return {
        "rule": row.rule,
        "number": row.number,
        "county": row.county,
        "organisation": row.organisation,
        "item": row.item,
        "source": row.source,
        "colour": row.colour.value if row.colour else "",
        "occurred_on": row.occurred_on.isoformat(),
        "found_at": row.found_at.isoformat(),
    }
