"""Spans: how long something takes or lasts, in the largest unit that says it."""

from django.utils.translation import ngettext

_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400


def span(seconds: float) -> str:
    """Return seconds in words: below two minutes in seconds, below two hours in minutes, below two days in hours."""
    whole = max(round(seconds), 0)
    if whole < 2 * _MINUTE:
        return ngettext("%(count)d 秒", "%(count)d 秒", whole) % {"count": whole}
    if whole < 2 * _HOUR:
        minutes = whole // _MINUTE
        return ngettext("%(count)d 分钟", "%(count)d 分钟", minutes) % {"count": minutes}
    if whole < 2 * _DAY:
        hours = whole // _HOUR
        return ngettext("%(count)d 小时", "%(count)d 小时", hours) % {"count": hours}
    days = whole // _DAY
    return ngettext("%(count)d 天", "%(count)d 天", days) % {"count": days}
