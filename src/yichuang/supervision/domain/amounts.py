"""Amounts of money as whole fen, from the yuan that events carry; pure."""

from decimal import Decimal, InvalidOperation

_MOST = 10**15


def fen(yuan: str) -> int:
    """Return an amount of yuan such as 80 or 80.50 in fen; what is no amount, or beyond any, is 0."""
    try:
        amount = Decimal(yuan) * 100
    except InvalidOperation:
        return 0
    return int(amount) if amount.is_finite() and abs(amount) < _MOST else 0
