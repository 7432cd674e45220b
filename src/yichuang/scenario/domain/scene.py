"""Scenes: the hand-made history of one planted case, act by act on chosen working days and hours.

Stands between the recipes of breaches and the calendar: day 0 is the day of receipt, hours are those of the clock, and
everything that a recipe does not touch is done as the law wants it.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple

from msgspec.structs import replace

from yichuang.cases.values import AppliedAct, Limit, MaterialEntry, Unit, acts
from yichuang.scenario.domain import desk as d
from yichuang.scenario.domain.days import DAY_SECONDS, Days
from yichuang.scenario.domain.desk import Desk
from yichuang.scenario.domain.papers import Papers
from yichuang.scenario.domain.plan import Slot
from yichuang.scenario.domain.story import Words
from yichuang.scenario.values import Offer

_LAG = timedelta(seconds=5)
_SITTING = 600


class Planted(NamedTuple):
    """What is planted at one place: the kind, the rules that must find it, and its group.

    Members of a group share `day` (the place of a working day on which all of them are ended) and `number`.
    """

    kind: str
    finds: tuple[str, ...]
    number: int
    member: int = 0
    day: int = 0


class Scene:
    """One case being written."""

    def __init__(
        self,
        *,
        planted: Planted,
        receive: acts.Receive,
        slot: Slot,
        offer: Offer,
        desk: Desk,
        days: Days,
        papers: Papers,
        words: Words,
        certificate: acts.IssueCertificate,
    ) -> None:
        self.planted, self.offer, self.desk, self.papers, self.words = planted, offer, desk, papers, words
        self.receive, self.certificate = receive, certificate
        self._days = days
        day, self._second = divmod(slot.received, DAY_SECONDS)
        self.first = days.next_working[day]
        self.promised, self.statutory = int(offer.promised), int(offer.statutory)
        # So that a few cases of a kind do not all look alike.
        self.turn = planted.number % 3
        self._done: list[tuple[acts.Act, datetime]] = [(receive, days.midnights[day] + timedelta(0, self._second))]

    # --- time ---------------------------------------------------------------------------------------------------------

    def at(self, day: int, hour: float) -> datetime:
        """Return an hour of the clock on a working day after the day of receipt."""
        return self._days.midnights[self._days.working[self.first + day]] + timedelta(hours=hour)

    def day_off(self, hour: float) -> tuple[datetime, int]:
        """Return an hour of the first day off after the receipt, and the working day that follows it, from day 0."""
        working = self._days.working
        place = self.first
        while working[place + 1] == working[place] + 1:
            place += 1
        return self._days.midnights[working[place] + 1] + timedelta(hours=hour), place + 1 - self.first

    # --- acts ---------------------------------------------------------------------------------------------------------

    def do(self, act: acts.Act, day: int, hour: float) -> None:
        """Do an act on a working day."""
        self._done.append((act, self.at(day, hour)))

    def do_at(self, act: acts.Act, at: datetime) -> None:
        """Do an act at an instant."""
        self._done.append((act, at))

    def soon(self, act: acts.Act, sittings: float = 1.0) -> None:
        """Do an act some ten minutes after the one before."""
        self._done.append((act, self._done[-1][1] + timedelta(0, _SITTING * sittings)))

    def take_materials(self, *, leave_out: int = 0, digest: str = "", way: str = "bring") -> None:
        """Take in the required materials; the first one in a way and with a file of its own."""
        names = self.offer.materials[leave_out:]
        entries = tuple(
            MaterialEntry(name=name, way="bring" if place else way, digest="" if place else digest)
            for place, name in enumerate(names)
        )
        self.soon(acts.TakeMaterials(entries=entries), 0.3)

    def accept(self, *, promised: int = 0) -> None:
        """Accept at once; with another promise where one is given."""
        self.soon(acts.Accept(promised=Limit(promised, Unit.WORKING_DAYS)) if promised else d.ACCEPT)

    def step(self, *, opinion: str | None = None) -> None:
        """Go through the desk's last step on the day of receipt, within its limit."""
        step = self.desk.steps[-1]
        self.soon(step.starts[0])
        finish = step.finishes[0][0]
        self.soon(finish if opinion is None else replace(finish, opinion=opinion), 2)

    def prepare(self) -> None:
        """Accept and go through the step, all as it should be."""
        self.accept()
        self.step()

    def decided(self) -> acts.Grant:
        """Return the decision that grants; a document itself where no certificate follows."""
        granted = self.desk.decided[0]
        return granted if self.desk.document else self.papers.approval(granted)

    def end(self, day: int, *, decision: acts.Act | None = None, deliver: int = 0, close: acts.Close = d.CLOSE) -> None:
        """Decide in the morning of a day, make the certificate, hand it over (`deliver` days later) and close."""
        decision = decision or self.decided()
        # Not all in one minute: that would be another breach.
        minutes = (7 * self.planted.number + 11 * self.planted.member) % 50 / 60
        self.do(decision, day, 10.0 + minutes)
        if self.desk.document and isinstance(decision, acts.Grant):
            self.do(self.certificate, day, 10.1 + minutes)
        self.do(d.DELIVER["window"], day + deliver, 15.0 + minutes)
        self.do(close, day + deliver, 15.1 + minutes)

    def history(self, *, arrival: Callable[[datetime], datetime] | None = None) -> list[AppliedAct]:
        """Return what happened; each act is reported seconds later unless `arrival` says when."""
        told = arrival or (lambda at: at + _LAG)
        return [AppliedAct(act, at, told(at)) for act, at in self._done]
