"""Standards of fees (收费标准): which amounts a text of the implementation list names, and whether one is fixed; pure.

The list holds what the pricing authority wrote, such as 9元/对 or 首次申领20元，补领40元; nothing in it is computed.
"""

import re
from decimal import Decimal

import msgspec

_AMOUNT = re.compile(r"([0-9]+(?:\.[0-9]{1,2})?)\s*(万?)元")
# Words of a standard that is graded, reduced or left to another rule: no single amount is owed by everybody.
_VARIES = re.compile("分档|按|减|免|不等|以上|以下|每|首次|起")
_TEN_THOUSAND = 10_000


class ListedFee(msgspec.Struct, frozen=True, gc=False):
    """One fee of an item: the highest amount in fen that its standard names (None: none), and whether it is fixed."""

    name: str
    most_fen: int | None = None
    fixed: bool = False


def read_standard(name: str, standard: str) -> ListedFee:
    """Return a fee with the amounts of its standard understood."""
    amounts = [
        int(Decimal(figure) * 100) * (_TEN_THOUSAND if unit else 1) for figure, unit in _AMOUNT.findall(standard)
    ]
    fixed = len(amounts) == 1 and amounts[0] > 0 and _VARIES.search(standard) is None
    return ListedFee(name, max(amounts, default=None), fixed)
