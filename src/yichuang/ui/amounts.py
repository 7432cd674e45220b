"""Amounts of time in words: a number with its unit, in the singular where the language has one."""

from django.utils.translation import ngettext


def measured(amount: int, unit: str) -> str:
    """Write an amount of working days, calendar days or hours; of any other unit, the number and the unit's key."""
    if unit == "working-days":
        text = ngettext("%(amount)s 个工作日", "%(amount)s 个工作日", amount)
    elif unit == "calendar-days":
        text = ngettext("%(amount)s 个自然日", "%(amount)s 个自然日", amount)
    elif unit == "opening-hours":
        text = ngettext("%(amount)s 个工作小时", "%(amount)s 个工作小时", amount)
    else:
        text = f"%(amount)s {unit}"
    return text % {"amount": amount}
