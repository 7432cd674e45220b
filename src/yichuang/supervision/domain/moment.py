"""The moment of judging: today as a working-day ordinal, now in seconds, and the date as a number."""

from dataclasses import dataclass
from datetime import datetime

from yichuang.calendar.values import WorkingCalendar, local_day

# The names under which every condition may ask for it.
TODAY_WD, NOW_S, TODAY = "today_wd", "now_s", "today"
MOMENT_NAMES = frozenset({TODAY_WD, NOW_S, TODAY})


@dataclass(frozen=True, slots=True)
class Moment:
    """When rules are judged: ordinal of the day, seconds since 1970 (UTC), and the day as yyyymmdd in China."""

    today_wd: int
    now_s: int
    today: int

    def numbers(self) -> dict[str, int]:
        """Return the three by the names that conditions use."""
        return {TODAY_WD: self.today_wd, NOW_S: self.now_s, TODAY: self.today}


def moment_of(at: datetime, calendar: WorkingCalendar) -> Moment:
    """Return the moment of an aware instant; raises NaiveInstant, DayOutsideCalendar."""
    day = local_day(at)
    return Moment(
        today_wd=calendar.ordinal(day),
        now_s=int(at.timestamp()),
        today=day.year * 10_000 + day.month * 100 + day.day,
    )
