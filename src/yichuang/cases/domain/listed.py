"""Listed: what lists outside the ledger say of one case: the authority list and the item's published terms; pure."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

import msgspec

from yichuang.accounts.values import AuthorityRow, Power


class Listed(msgspec.Struct, frozen=True, gc=False):
    """What is known of one case's item; None where nothing was published.

    `materials_required` counts the materials that must be there, `fee_fixed` whether the item lists a fixed fee.
    """

    materials_required: int | None = None
    fee_fixed: bool = False


UNLISTED = Listed()


class Deciders:
    """Every line of the authority lists, ended ones too: who had the power to decide what on which day."""

    __slots__ = ("_lines",)

    def __init__(self, rows: Iterable[AuthorityRow] = ()) -> None:
        lines: dict[str, list[AuthorityRow]] = defaultdict(list)
        for row in rows:
            lines[row.organisation].append(row)
        self._lines = dict(lines)

    def lists(self, *, organisation: str, item: str, on: date, who: str, own: bool) -> bool | None:
        """Return whether the list of the day gives somebody the power to decide; None where it has no line at all.

        An act of our own carries the account's id, another system's history only a name.
        """
        found: bool | None = None
        for row in self._lines.get(organisation, ()):
            if row.valid_from > on or (row.valid_until is not None and on >= row.valid_until):
                continue
            found = found or False
            if row.power is Power.DECIDE and row.item in ("", item) and who == (row.holder if own else row.holder_name):
                return True
        return found


NO_DECIDERS = Deciders()
