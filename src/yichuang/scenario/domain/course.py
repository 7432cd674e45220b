"""Courses: between a slot of the plan and the history that is filed. What happened to this case, and when?

A case depends on the seed and its place in the plan only: the same one draws from the same numbers, whoever
asks first. Times are in working time (`days.py`), so nothing but a receipt over the web falls on a day off.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from math import log
from random import Random
from typing import TypeVar

from yichuang.cases.values import ApplicantDetails, AppliedAct, Filing, acts
from yichuang.scenario.domain import desk as d
from yichuang.scenario.domain.breaches import make_breach
from yichuang.scenario.domain.days import DAY_SECONDS, Days
from yichuang.scenario.domain.desk import Desk
from yichuang.scenario.domain.lateness import late_shares
from yichuang.scenario.domain.papers import EXTENSION_DAYS, Papers
from yichuang.scenario.domain.people import Crowd
from yichuang.scenario.domain.plan import Fate, Slot
from yichuang.scenario.domain.scene import Planted, Scene
from yichuang.scenario.domain.steps import finished_in_time
from yichuang.scenario.domain.story import Story
from yichuang.scenario.values import Offer, Staffing

MINUTE = 1 / 420
_LAGS = tuple(timedelta(seconds=second) for second in range(2, 10))
# Reports of places without a system: after closing (17:40 to 19:40) or the next morning (8:05 to 8:55).
_EVENING, _MORNING = (63_600, 70_800), (DAY_SECONDS + 29_100, DAY_SECONDS + 32_100)
# A centre's own system reports what was done at one sitting together.
_ONE_SITTING = timedelta(minutes=20)
_SUPPLEMENT_DAYS = 15.0
# A lower organ forwards within the twenty working days of its review (art. 43).
_REVIEW_DAYS = 19.0
_SPREAD = 0.65
_Choice = TypeVar("_Choice")

History = list[tuple[acts.Act, float]]


class Place:
    """One county as the courses need it: its name and the town halls that receive for it."""

    def __init__(self, name: str, halls: Sequence[tuple[str, str]], *, backfill: bool, division: str) -> None:
        self.name = name
        self.halls = tuple(halls)
        self.backfill = backfill
        self.division = division


class Courses:
    """Invents histories, one by one and in any order."""

    def __init__(
        self,
        *,
        story: Story,
        days: Days,
        offers: Sequence[Offer],
        places: Sequence[Place],
        staffing: dict[str, Staffing],
        seed: int,
        source: str,
        planted: Mapping[int, Planted] | None = None,
    ) -> None:
        self._planted = planted or {}
        self._story, self._days, self._offers, self._places = story, days, offers, places
        self._words = story.words
        self._staffing = staffing
        self._seed, self._source = seed, source
        self._random = Random()
        self._crowd = Crowd(story.people, [place.division for place in places])
        self._desks: dict[int, Desk] = {}
        self._late = late_shares(story, offers)
        joint = story.joint
        self._joint_from = {division: days.find_place(day) for division, day in joint.from_on.items()}
        self._pre_examined = acts.PreExamine(passed=True, opinion=story.words.pre_examined)

    def make(self, place: int, slot: Slot) -> Filing:
        """Return the filing of the case at a place of the plan."""
        random = self._random
        random.seed(self._seed << 32 | place)
        offer = self._offers[slot.offer]
        county = self._places[offer.county]
        desk = self._desks.get(slot.offer)
        if desk is None:
            desk = self._desks[slot.offer] = Desk(offer, self._staffing[offer.organisation], self._words)
        opened = self._days.when_open(slot.received)
        applicant_type, applicant = self._applicant(offer, county)
        receive = self._receive(slot, offer, county, applicant_type, int(opened))
        if place in self._planted:
            scene = Scene(
                planted=self._planted[place],
                receive=receive,
                slot=slot,
                offer=offer,
                desk=desk,
                days=self._days,
                papers=self._papers(offer, place),
                words=self._words,
                certificate=self._certificate(offer, desk, place),
            )
            return Filing(self._source, str(place), applicant, make_breach(scene))
        if slot.fate > Fate.STUCK:
            history = self._on_top(slot, offer, opened)
        elif slot.fate:
            history = self._unfinished(slot, offer, desk, opened, place)
        elif offer.on_the_spot:
            history = self._on_the_spot(offer, desk, opened, place)
        else:
            history = self._promised(slot, offer, desk, opened, place, joint=receive.joint)
        return Filing(self._source, str(place), applicant, self._timed(receive, slot.received, history, county))

    def _applicant(self, offer: Offer, county: Place) -> tuple[str, ApplicantDetails]:
        objects, random = offer.objects, self._random
        business = "enterprise" in objects
        if "natural" in objects and (not business or random.random() < 0.6):
            return "natural", self._crowd.person(random, county.division)
        if business:
            return "enterprise", self._crowd.firm(random, county.division, county.name)
        return "institution", self._crowd.institution(random, county.name)

    def _receive(self, slot: Slot, offer: Offer, county: Place, applicant_type: str, opened: int) -> acts.Receive:
        story, draw = self._story, self._random.random
        day = self._days.all[self._days.working[opened]]
        standing = [one for one in offer.handling if one[2] <= day and (one[3] is None or day < one[3])]
        # The first sub-matters of an item are what most people come for.
        standing = standing or list(offer.handling)
        code, centre, _, _ = standing[int(draw() * draw() * len(standing))]
        town = ""
        if slot.town and county.halls:
            town, centre = county.halls[int(draw() * len(county.halls))]
        channel = "window"
        if slot.web:
            channel = "mobile" if draw() < 0.15 else "web"
        green = story.green_channel
        return acts.Receive(
            item=offer.item,
            organisation=offer.organisation,
            division=county.division,
            receiving_division=town or county.division,
            centre=centre,
            handling_item=code,
            channel=channel,
            applicant_type=applicant_type,
            joint=self._is_joint(offer, county, opened),
            green_channel=green.name
            if county.division in green.divisions and not offer.on_the_spot and draw() < green.share
            else "",
        )

    def _is_joint(self, offer: Offer, county: Place, opened: int) -> bool:
        if offer.item != self._story.joint.item:
            return False
        first = self._joint_from.get(county.division)
        return first is not None and opened >= first

    # --- courses ------------------------------------------------------------------------------------------------------

    def _on_the_spot(self, offer: Offer, desk: Desk, opened: float, place: int) -> History:
        draw = self._random.random
        closing = int(opened) + 0.9995
        left = closing - opened
        length = min((3 + 22 * draw() * draw()) * MINUTE, left)
        accepted = opened + 0.25 * length
        decided = opened + 0.8 * length
        if draw() < offer.refusal:
            refused = self._papers(offer, place).refusal(_pick(desk.refused, draw()))
            return [(d.ACCEPT, accepted), (refused, decided), (d.CLOSE, opened + length)]
        history: History = [(d.ACCEPT, accepted), (_pick(desk.decided_on_the_spot, draw()), decided)]
        if desk.document:
            history.append((self._certificate(offer, desk, place), opened + 0.9 * length))
        history.append((d.CLOSE, opened + length))
        return history

    def _papers(self, offer: Offer, place: int) -> Papers:
        return Papers(self._places[offer.county].name, place)

    def _certificate(self, offer: Offer, desk: Desk, place: int, name: str = "") -> acts.IssueCertificate:
        number = f"{self._places[offer.county].division}{offer.item}2015{place:06d}"
        return acts.IssueCertificate(name=name or desk.result_name, certificate_number=number)

    def _promised(self, slot: Slot, offer: Offer, desk: Desk, opened: float, place: int, *, joint: bool) -> History:
        draw, last = self._random.random, self._days.last
        history, accepted = self._until_acceptance(slot, offer, opened)
        if draw() < offer.withdrawal:
            span = min(offer.promised * 0.6 * draw(), last - accepted)
            history.append((_pick(desk.withdrawn, draw()), accepted + span))
            return history
        length, paused = self._length(slot, offer, accepted)
        before, start = len(history), accepted
        extended = 0.0
        if not paused and draw() < self._story.extension and accepted + offer.promised + 7 < last:
            extended = int(accepted) + offer.promised - 0.5
            length = max(extended - accepted, 0.0) + 0.6 + 4.5 * draw()
        if paused:
            start = accepted + 0.2 * min(length, 1.0)
            history += self._paused(offer, start, paused, place)
            start += paused
            length -= 0.2 * min(length, 1.0)
        if joint:
            history += self._consulted(offer, start, length)
        decided = start + length
        in_time = int(decided) - int(accepted) - paused <= offer.promised + (EXTENSION_DAYS if extended else 0)
        for step in desk.steps:
            officer = int(draw() * len(step.starts))
            begin = max(start + length * step.begin, history[-1][1])
            history.append((step.starts[officer], begin))
            history.append((_pick(step.finishes[officer], draw()), max(start + length * step.end, begin)))
        if extended:
            history = [*history, (self._papers(offer, place).extension(self._words), max(extended, accepted))]
            history[before:] = sorted(history[before:], key=_when)
        if offer.above and draw() < self._story.forward and length <= _REVIEW_DAYS:
            history.append((acts.Forward(to_organisation=offer.above, reason=self._words.forwarded), decided))
        else:
            history += self._decision(offer, desk, decided, place, joint=joint)
        history = _squeezed(history, before, accepted, last, draw())
        return finished_in_time(history) if in_time else history

    def _until_acceptance(self, slot: Slot, offer: Offer, opened: float) -> tuple[History, float]:
        draw, last = self._random.random, self._days.last
        at = min(opened + (4 + 20 * draw()) * MINUTE, last)
        history: History = []
        if slot.web:
            history.append((self._pre_examined, at))
            at = min(at + (5 + 60 * draw()) * MINUTE, last)
        if draw() < offer.supplement and at + 3 < last:
            history.append((self._notice(offer), at))
            wait = 0.3 + min(self._random.expovariate(0.4), _SUPPLEMENT_DAYS)
            at = min(at + wait, last - 0.2)
            history.append((d.TAKE_SUPPLEMENT, at))
            at += 10 * MINUTE
        history.append((d.ACCEPT, at))
        return history, at

    def _notice(self, offer: Offer) -> acts.RequestSupplement:
        materials = offer.materials or self._words.supplements
        count = min(len(materials), 1 + int(self._random.random() * 3))
        return acts.RequestSupplement(missing=tuple(self._random.sample(materials, count)))

    def _length(self, slot: Slot, offer: Offer, accepted: float) -> tuple[float, int]:
        """Return the working time from acceptance to decision without pauses, and the whole days of a pause."""
        random, story = self._random, self._story
        draw = random.random
        paused = 0
        if offer.special and draw() < offer.special_share:
            paused = 2 + int(draw() * 7)
        whole = int(accepted)
        room = self._days.last - 1.7 - paused
        if draw() < self._late[slot.offer]:
            beyond = offer.promised + 1 + int(random.expovariate(1.1))
            if draw() < story.late_statutory:
                beyond = max(beyond, offer.statutory + 1 + int(draw() * 4))
            at = whole + beyond + 0.05 + 0.8 * draw()
            if at < room:
                return at - accepted, paused
        median = max(offer.median_used * story.pace * offer.promised, 0.15)
        length = random.lognormvariate(log(median), story.spread)
        latest = min(whole + int(offer.promised), self._lawful(offer, whole)) + 0.5 + 0.45 * draw()
        if accepted + length >= latest:
            length = max(latest - accepted, 5 * MINUTE)
        if accepted + length + paused > self._days.last:
            paused = 0
        return max(length, 5 * MINUTE), paused

    def _lawful(self, offer: Offer, whole: int) -> int:
        """Return the place of the last day of a statutory period in calendar days: a festival eats it up."""
        days = self._days
        if not offer.statutory_calendar or whole >= days.count:
            return days.count
        return days.find_place(days.all[days.working[whole]] + timedelta(days=offer.statutory_calendar))

    def _paused(self, offer: Offer, start: float, paused: int, place: int) -> History:
        procedure = _pick(offer.special, self._random.random())
        begin = self._papers(offer, place).special(procedure, self._words.special, days=paused)
        return [(begin, start), (acts.EndSpecialProcedure(result=self._words.special_done), start + paused)]

    def _consulted(self, offer: Offer, start: float, length: float) -> History:
        division, words = self._places[offer.county].division, self._words
        asked = [f"{division}-{key}" for key in self._story.joint.consulted]
        history: History = [
            (acts.Consult(organisation=one, question=words.consulted), start + 0.05 * length) for one in asked
        ]
        history += [
            (acts.AnswerConsultation(organisation=one, answer=words.answered), start + (0.1 + 0.05 * number) * length)
            for number, one in enumerate(asked)
        ]
        return history

    def _decision(self, offer: Offer, desk: Desk, decided: float, place: int, *, joint: bool) -> History:
        draw = self._random.random
        history: History = []
        delivered = decided + (0.02 + 0.9 * draw() * draw())
        papers = self._papers(offer, place)
        if draw() < offer.refusal:
            history.append((papers.refusal(_pick(desk.refused, draw())), decided))
        else:
            granted = _pick(desk.decided, draw())
            history.append((granted if desk.document else papers.approval(granted), decided))
            if desk.document:
                name = self._story.joint.certificate if joint else ""
                history.append((self._certificate(offer, desk, place, name), decided + 0.4 * (delivered - decided)))
        history.append((d.DELIVER["post" if draw() < 0.03 else "window"], delivered))
        history.append((d.CLOSE, delivered + MINUTE))
        return history

    def _unfinished(self, slot: Slot, offer: Offer, desk: Desk, opened: float, place: int) -> History:
        draw, last = self._random.random, self._days.last
        accepted = min(opened + (4 + 20 * draw()) * MINUTE, last)
        history: History = [(d.ACCEPT, accepted)]
        left = last - accepted
        if left < 0.1 or offer.on_the_spot:
            return history
        for number, step in enumerate(desk.steps):
            officer = int(draw() * len(step.starts))
            begin = max(accepted + left * (0.1 + 0.4 * number), history[-1][1])
            limit = step.starts[officer].limit
            if slot.fate == Fate.UNDER_WAY and limit is not None:
                # Within its own limit still, as the case is within its promise.
                begin = max(begin, min(self._days.count - 1 - limit.amount + 0.3 * draw(), last - 0.05 * left))
            history.append((step.starts[officer], begin))
            # The last step stays open: it is what the case waits for.
            if number == len(desk.steps) - 1 or draw() < 0.5:
                break
            history.append((_pick(step.finishes[officer], draw()), min(begin + 0.3 * left, last - 0.04 * left)))
        if slot.fate != Fate.UNDER_WAY:
            return history
        if draw() < self._story.extension * 10:
            history.append((self._papers(offer, place).extension(self._words), last - 0.05 * left))
        return finished_in_time(sorted(history, key=_when))

    def _on_top(self, slot: Slot, offer: Offer, opened: float) -> History:
        draw, last, words = self._random.random, self._days.last, self._words
        at = min(opened + (4 + 20 * draw()) * MINUTE, last)
        if slot.fate == Fate.NOT_ACCEPTED:
            chosen = _pick(words.not_accepted, draw())
            refusal = acts.RefuseAcceptance(ground=chosen.ground, reason=chosen.reason, competent_organ=chosen.organ)
            return [(refusal, at)]
        if slot.fate == Fate.LAPSED:
            until = min(at + _SUPPLEMENT_DAYS + 5 * draw(), last)
            return [(self._notice(offer), at), (acts.LapseSupplement(note=words.lapsed), until)]
        if slot.fate == Fate.VOID:
            return [(d.ACCEPT, at), (acts.Void(reason=words.voided), min(at + 0.1 + draw(), last))]
        return [(self._notice(offer), at)] if draw() < 0.7 else []

    # --- times --------------------------------------------------------------------------------------------------------

    def _timed(self, receive: acts.Receive, received: int, history: History, county: Place) -> list[AppliedAct]:
        """Return the acts with their instants and arrivals; acts that arrive together share one instant."""
        days, draw = self._days, self._random.random
        midnights, working, seconds = days.midnights, days.working, days.seconds
        day, second = divmod(received, DAY_SECONDS)
        done: list[tuple[acts.Act, int, int, datetime]] = [
            (receive, day, second, midnights[day] + timedelta(0, second)),
        ]
        for act, at in history:
            place = int(at)
            opened = seconds[place]
            day, second = working[place], opened[int((at - place) * len(opened))]
            done.append((act, day, second, midnights[day] + timedelta(0, second)))
        arrival: datetime | None = None
        result: list[AppliedAct] = []
        if county.backfill:
            first, last = _EVENING if draw() < 0.7 else _MORNING
            reported = int(first + draw() * (last - first))
            reported_day = -1
            for act, day, second, when in done:
                on = day if second < reported else day + 1
                if arrival is None or on != reported_day:
                    arrival, reported_day = midnights[on] + timedelta(0, reported), on
                result.append(AppliedAct(act, when, arrival))
            return result
        lag = _LAGS[int(draw() * len(_LAGS))]
        for act, _, _, when in reversed(done):
            if arrival is None or arrival - when > _ONE_SITTING:
                arrival = when + lag
            result.append(AppliedAct(act, when, arrival))
        result.reverse()
        return result


def _when(one: tuple[acts.Act, float]) -> float:
    return one[1]


def _pick(choices: Sequence[_Choice], draw: float) -> _Choice:
    return choices[int(draw * len(choices))]


def _squeezed(history: History, start: int, accepted: float, last: float, draw: float) -> History:
    """Return a history whose part after acceptance fits before the end of the period.

    The ends are spread over the time that was left: nobody closes a hundred cases in the last minute of a half-year.
    """
    end = history[-1][1]
    if end <= last:
        return history
    factor = (last - accepted) * (1 - _SPREAD * draw) / (end - accepted)
    return history[:start] + [(act, accepted + (at - accepted) * factor) for act, at in history[start:]]
