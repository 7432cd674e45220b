"""Number and date formats: how figures and days are written in official Chinese, and in English.

Pure: the language is an argument. Stands between values and every page; templates reach it through
the filters of `templatetags/ui.py`.
"""

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

CHINESE = "zh-hans"
NOTHING = "—"
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)

Number = int | float | Decimal


def _exact(value: Number) -> Decimal:
    """Return the decimal that the digits show, so that 0.285 rounds as a reader would round it."""
    return value if isinstance(value, Decimal) else Decimal(str(value))


def _rounded(value: Decimal, places: int) -> Decimal:
    rounded = value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    return abs(rounded) if rounded.is_zero() else rounded


def thousands(value: Number | None, *, places: int = 0) -> str:
    """Return the number with thousands separators: 326,300."""
    return NOTHING if value is None else f"{_rounded(_exact(value), places):,}"


def wan(value: Number | None, *, language: str = CHINESE) -> str:
    """Return a count as notices write it: from ten thousand on in 万 with two decimals (32.63万).

    Smaller counts are written out. English has no word for 万: the full number is given.
    """
    if value is None:
        return NOTHING
    exact = _exact(value)
    if abs(exact) < 10_000 or not language.startswith("zh"):
        return thousands(exact)
    return f"{_rounded(exact / 10_000, 2)}万"


def percent(ratio: Number | None, *, places: int = 1) -> str:
    """Return a ratio (0..1) as a percentage with one decimal: 0.998 -> 99.8%."""
    return NOTHING if ratio is None else f"{_rounded(_exact(ratio) * 100, places)}%"


def day(value: date | None, *, language: str = CHINESE) -> str:
    """Return a date as 2015年6月30日, in English 30 June 2015."""
    if value is None:
        return NOTHING
    if language.startswith("zh"):
        return f"{value.year}年{value.month}月{value.day}日"
    return f"{value.day} {_MONTHS[value.month - 1]} {value.year}"


def instant(value: datetime | None, *, language: str = CHINESE) -> str:
    """Return date and time to the minute; the caller has put the instant into local time."""
    if value is None:
        return NOTHING
    separator = " " if language.startswith("zh") else ", "
    return f"{day(value, language=language)}{separator}{value:%H:%M}"
