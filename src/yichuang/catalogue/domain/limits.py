"""Limits compared: whether a promised limit surely stays within the statutory one, across units.

Days and hours cannot be compared exactly without a calendar, and the catalogue has none: an item
is published once and applies on every day. So the promise is stretched to the longest span of
ordinary weeks (each started week of working days brings a whole weekend) and the law's limit is
taken at its shortest. Public holidays can still lengthen one case; its own statutory clock sees to that.
"""

from math import ceil

from yichuang.catalogue.domain.codes import Unit

WORKING_DAYS_A_WEEK = 5
WEEKEND_DAYS = 2
# The shortest ordinary opening day: promises in hours stretch over more days the shorter the day is.
OPENING_HOURS_A_DAY = 7
LONGEST_OPENING_DAY = 8


def _working_days(amount: int, unit: str) -> int:
    return ceil(amount / OPENING_HOURS_A_DAY) if unit == Unit.OPENING_HOURS else amount


def exceeds(*, promised: int, promised_unit: str, statutory: int, statutory_unit: str) -> bool:
    """Tell whether the promise may take longer than the law allows (Administrative Licence Law, article 42).

    Equal units compare as numbers. n calendar days never outlast n working days; n working days are
    stretched by their weekends before they are held against calendar days.
    """
    if promised_unit == statutory_unit:
        return promised > statutory
    if promised_unit == Unit.CALENDAR_DAYS:
        return promised > _working_days(statutory, statutory_unit)
    days = _working_days(promised, promised_unit)
    if statutory_unit == Unit.CALENDAR_DAYS:
        return days + WEEKEND_DAYS * ceil(days / WORKING_DAYS_A_WEEK) > statutory
    return days > _working_days(statutory, statutory_unit)


def is_immediate(*, amount: int, unit: str) -> bool:
    """Tell whether a promise means "at once" (即办): no days at all, or hours within one opening day."""
    return amount <= LONGEST_OPENING_DAY if unit == Unit.OPENING_HOURS else amount == 0
