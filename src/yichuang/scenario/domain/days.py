"""Days: between the working calendar and invented instants. When is the counter open, and what is 1.5 days from now?

Time inside the period is a float: whole part the place of a working day, fraction the part of its opening
hours that has passed. Sums of it never fall on a day off.
"""

from bisect import bisect_left
from datetime import date, datetime, time, timedelta

from yichuang.calendar.values import CHINA, WorkingCalendar

QUARTER_SECONDS = 900
DAY_SECONDS = 86_400
# Reports may arrive some days after the period.
_DAYS_AFTER = 20


class Days:
    """The days of a period with its opening seconds; `last` is the last usable instant."""

    def __init__(self, calendar: WorkingCalendar, *, start_on: date, until: date) -> None:
        self.start_on = start_on
        count = (until - start_on).days
        self.all = tuple(start_on + timedelta(days=day) for day in range(count))
        self.midnights = tuple(
            datetime.combine(start_on + timedelta(days=day), time(), CHINA) for day in range(count + _DAYS_AFTER)
        )
        self.working = tuple(place for place, day in enumerate(self.all) if calendar.is_working_day(day))
        self.count = len(self.working)
        self.last = self.count - 0.0005
        kinds: dict[tuple[int, ...], tuple[int, ...]] = {}
        self.quarters: list[tuple[int, ...]] = []
        self.seconds: list[tuple[int, ...]] = []
        for place in self.working:
            quarters = self._open_quarters(calendar, place)
            if quarters not in kinds:
                starts = [quarter * QUARTER_SECONDS for quarter in quarters]
                kinds[quarters] = tuple(start + second for start in starts for second in range(QUARTER_SECONDS))
            self.quarters.append(quarters)
            self.seconds.append(kinds[quarters])
        # For each day of the period the first working day not before it.
        self.next_working = tuple(bisect_left(self.working, place) for place in range(count))

    def _open_quarters(self, calendar: WorkingCalendar, place: int) -> tuple[int, ...]:
        midnight = self.midnights[place]
        marks = [midnight + timedelta(seconds=QUARTER_SECONDS * number) for number in range(97)]
        return tuple(
            number
            for number in range(96)
            if calendar.opening_seconds(marks[number], marks[number + 1]) == QUARTER_SECONDS
        )

    def find_place(self, day: date) -> int:
        """Return the place of the first working day not before `day` (the count of working days when there is none)."""
        offset = (day - self.start_on).days
        return 0 if offset < 0 else bisect_left(self.working, offset)

    def when_open(self, received: int) -> float:
        """Return the first working time at or after a second of the period."""
        day, second = divmod(received, DAY_SECONDS)
        place = self.next_working[day]
        if place >= self.count:
            return self.last
        if self.working[place] != day:
            return float(place)
        seconds = self.seconds[place]
        if second > seconds[-1]:
            return float(min(place + 1, self.count - 1))
        # The middle of the second: its edge could fall into the one before by rounding.
        return place + (bisect_left(seconds, second) + 0.5) / len(seconds)

    def closing_second(self, place: int) -> int:
        """Return the second of the period at which a working day closes."""
        return self.working[place] * DAY_SECONDS + self.seconds[place][-1] + 1
