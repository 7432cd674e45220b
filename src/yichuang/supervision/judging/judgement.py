"""One judgement: the day, the instant and the rules by which a batch is judged, and the one lock of all who judge.

Whoever writes findings holds the row of `supervision_judging` until his transaction ends, so that two processes never
write the same finding and ids of findings become visible in their order.
"""

import time
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import NamedTuple

from django.db import connection

from yichuang.calendar.queries import get_calendar
from yichuang.calendar.values import WorkingCalendar, local_day
from yichuang.kernel.crypto import sm3
from yichuang.supervision.domain.moment import Moment, moment_of
from yichuang.supervision.domain.refusals import ClockMovedBack
from yichuang.supervision.domain.words import Colour
from yichuang.supervision.models import Judging, JudgingRun, RuleVersion
from yichuang.supervision.rulebook import RuleSet, get_rules
from yichuang.supervision.values import SweepReport

NAME = "supervision.findings"


@dataclass(frozen=True)
class Judgement:
    """By what a batch is judged; `kind` is live, tick, sweep, rebuild, calendar, clock or rules."""

    kind: str
    at: datetime
    day: date
    moment: Moment
    calendar: WorkingCalendar
    rules: RuleSet

    def day_of(self, ordinal: int) -> date:
        """Return the date of a working-day ordinal."""
        return self.calendar.day_of(ordinal)


class State(NamedTuple):
    """On which day, at which instant and by which rules was last judged."""

    judged_on: date | None
    judged_at: datetime | None
    rules_digest: str


def read_state() -> State:
    """Return how far judging has come; by bare SQL, because it is asked for every event."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT judged_on, judged_at, rules_digest FROM supervision_judging WHERE name = %s", [NAME])
        row = cursor.fetchone()
    return State(row[0], as_instant(row[1]), row[2]) if row else State(None, None, "")


def judgement(*, kind: str, at: datetime, state: State | None = None) -> Judgement:
    """Return what a batch that begins now is judged by; raises ClockMovedBack, RulesFaulty without any good set.

    Within a day time never runs backwards; an earlier day than the last one judged means that this clock is or was
    wrong, and judging by it would end or begin findings by mistake.
    """
    last = state or read_state()
    day = local_day(at)
    if last.judged_on is not None and day < last.judged_on:
        raise ClockMovedBack(today=day.isoformat(), judged=last.judged_on.isoformat())
    if last.judged_at is not None:
        at = max(at, last.judged_at)
    calendar = get_calendar()
    return Judgement(
        kind=kind, at=at, day=local_day(at), moment=moment_of(at, calendar), calendar=calendar, rules=get_rules()
    )


def at_instant(by: Judgement, at: datetime, *, rules: RuleSet | None = None) -> Judgement:
    """Return a judgement as it is at another instant, or by other rules."""
    return replace(by, at=at, day=local_day(at), moment=moment_of(at, by.calendar), rules=rules or by.rules)


def lock() -> Judging:
    """Take the lock of judging inside the caller's transaction and return its row."""
    row, _ = Judging.objects.select_for_update().get_or_create(name=NAME)
    return row


def hold() -> None:
    """Take the lock of judging inside the caller's transaction; on SQLite whoever writes holds it already."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM supervision_judging WHERE name = %s FOR UPDATE", [NAME])


def note_judged(by: Judgement) -> None:
    """Keep the day and the instant of a judgement, unless a later one is kept already."""
    at, on = connection.ops.adapt_datetimefield_value(by.at), connection.ops.adapt_datefield_value(by.day)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE supervision_judging SET judged_at = %s, judged_on = %s"
            " WHERE name = %s AND (judged_at IS NULL OR judged_at < %s)",
            [at, on, NAME, at],
        )


@dataclass
class Tally:
    """What a run has done so far; written as one line of the log of runs."""

    begun: float = field(default_factory=time.monotonic)
    judged: int = 0
    found: int = 0
    changed: int = 0
    ended: int = 0
    colours: dict[Colour | None, int] = field(default_factory=dict)

    def add(self, other: "Tally") -> None:
        """Add another tally to this one."""
        self.judged += other.judged
        self.found += other.found
        self.changed += other.changed
        self.ended += other.ended
        for colour, count in other.colours.items():
            self.colours[colour] = self.colours.get(colour, 0) + count

    def report(self) -> SweepReport:
        """Return the tally as a value."""
        return SweepReport(judged=self.judged, found=self.found, ended=self.ended, changed=self.changed)


def log_run(tally: Tally, by: Judgement) -> None:
    """Write the line of a run."""
    JudgingRun.objects.create(
        kind=by.kind,
        started_at=by.at,
        milliseconds=int((time.monotonic() - tally.begun) * 1000),
        judged=tally.judged,
        rules_digest=by.rules.digest,
        reminders=tally.colours.get(Colour.REMINDER, 0),
        yellow=tally.colours.get(Colour.YELLOW, 0),
        red=tally.colours.get(Colour.RED, 0),
        found=tally.found,
        changed=tally.changed,
        ended=tally.ended,
    )


def version_ids(rules: RuleSet, wanted: set[str], *, at: datetime) -> dict[str, int]:
    """Return the row of the present text of each wanted rule, made where this text was never used before."""
    texts = {rule.id: rule for rule in rules.rules if rule.id in wanted}
    known = RuleVersion.objects.filter(rule__in=texts).values_list("rule", "digest", "id")
    found = {rule: pk for rule, digest, pk in known if texts[rule].digest == digest}
    for name, rule in texts.items():
        if name not in found:
            row, _ = RuleVersion.objects.get_or_create(
                rule=name, digest=rule.digest, defaults={"text": rule.text, "first_used_at": at}
            )
            found[name] = row.pk
    return found


def as_instant(value: datetime | None) -> datetime | None:
    """Return an aware instant as bare SQL gives it (SQLite keeps UTC, and does not say so)."""
    return value.replace(tzinfo=UTC) if value is not None and value.tzinfo is None else value


def digest_of(text: str) -> str:
    """Return SM3 of a text in hexadecimal."""
    return sm3(text.encode()).hex()
