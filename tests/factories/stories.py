"""Stories of single cases, told act by act through `decide`: pure, and refused where the law refuses."""

from datetime import date, datetime

from tests.factories import catalogue
from yichuang.calendar.queries import get_calendar
from yichuang.calendar.values import CHINA, WorkingCalendar, local_day
from yichuang.cases.domain import acts as a
from yichuang.cases.domain import events as e
from yichuang.cases.domain.circumstances import Circumstances, Terms
from yichuang.cases.domain.clocks import Limit, Unit
from yichuang.cases.domain.course_facts import CourseRow, course_of
from yichuang.cases.domain.decide import decide
from yichuang.cases.domain.facts import FactsRow, facts_of
from yichuang.cases.domain.listed import NO_DECIDERS, UNLISTED, Deciders, Listed
from yichuang.cases.domain.local_rules import rules_in_force
from yichuang.cases.domain.state import EMPTY, State, apply
from yichuang.cases.domain.statutes import load_statutes
from yichuang.cases.domain.trail import Told
from yichuang.kernel.actor import Actor, ActorKind

NUMBER = "610924201502130000X"


def china(text: str) -> datetime:
    """Return a written time as people in China mean it; a day alone means ten o'clock."""
    at = datetime.fromisoformat(text)
    return (at.replace(hour=10) if len(text) == 10 else at).replace(tzinfo=CHINA)


def working_days(amount: int) -> Limit:
    """Return a limit in working days."""
    return Limit(amount, Unit.WORKING_DAYS)


def terms(
    *,
    promised: Limit | None = None,
    statutory: Limit | None = None,
    special_procedures: frozenset[str] = frozenset({"hearing", "inspection"}),
    joint: bool = False,
    kind: str = "promised",
) -> Terms:
    """Return an item's terms; 10 of 20 working days unless said otherwise."""
    return Terms(
        item=catalogue.LICENCE,
        name="公司设立登记",
        implementation_code=catalogue.implementation_code_of(catalogue.LICENCE),
        item_type="01",
        kind=kind,
        statutory=statutory or working_days(20),
        promised=promised or working_days(10),
        special_procedures=special_procedures,
        joint=joint,
        key_materials=frozenset({"申请书"}),
        required_materials=("申请书", "住所证明", "无犯罪记录证明", "照片"),
        promisable=frozenset({"无犯罪记录证明"}),
        fees=catalogue.FEES,
    )


def receipt(item: str = catalogue.LICENCE, *, county: str = "610924", town: str = "", channel: str = "window",
            joint: bool = False) -> a.Receive:  # fmt: skip
    """Return the act of taking an application in."""
    return a.Receive(
        item=item,
        organisation=catalogue.organisation_of(item, county=county),
        division=county,
        receiving_division=town,
        centre=f"{county}-centre",
        channel=channel,
        joint=joint,
    )


class Story:
    """One case as it goes: what has happened, and the state reached."""

    def __init__(
        self, *, terms: Terms | None = None, observed: bool = False, calendar: WorkingCalendar | None = None
    ) -> None:
        self.terms = terms
        self.observed = observed
        self.calendar = calendar or get_calendar()
        self.state: State = EMPTY
        self.history: list[tuple[e.Event, datetime]] = []
        self.told: list[Told] = []
        self.holders: dict[str, str] = {}

    def then(self, act: a.Act, at: str, *, now: str = "", by: Actor | None = None) -> tuple[e.Event, ...]:
        """Let somebody act; return the events, or raise the refusal and leave the story where it was.

        Without `by` nobody's competence is asked; of staff it is asked whether `holders` (id, name) have him.
        """
        instant = china(at)
        events = decide(
            self.state,
            act,
            Circumstances(
                calendar=self.calendar,
                law=load_statutes().in_force(local_day(instant)),
                now=china(now) if now else instant,
                terms=self.terms,
                observed=self.observed,
                number=NUMBER,
                rules=rules_in_force(local_day(instant)),
                by=by,
                authorised=tuple(self.holders) if by and by.kind is ActorKind.STAFF else None,
                authorised_names=tuple(self.holders.values()) if by and by.kind is ActorKind.STAFF else (),
            ),
            instant,
        )
        for event in events:
            self.state = apply(self.state, event, instant)
            self.history.append((event, instant))
            who = (by.id, by.name) if by else ("", "")
            self.told.append(Told(event, instant, china(now) if now else instant, *who))
        return events

    def facts(self, *, on: str = "2015-12-31") -> FactsRow:
        """Return the facts of the case as of a day."""
        return facts_of(
            self.state, calendar=self.calendar, statutes=load_statutes(), source="test", on=date.fromisoformat(on)
        )

    def course(
        self, *, on: str = "2015-12-31", own: bool = False, listed: Listed = UNLISTED, deciders: Deciders = NO_DECIDERS
    ) -> CourseRow:
        """Return how the case went, as of a day; `own` as if it had all been done in this system."""
        return course_of(
            self.told,
            self.state,
            self.facts(on=on),
            calendar=self.calendar,
            statutes=load_statutes(),
            on=date.fromisoformat(on),
            own=own,
            listed=listed,
            deciders=deciders,
        )


def received(at: str = "2015-02-13", *, story: Story | None = None, joint: bool = False) -> Story:
    """Return a case that has been taken in."""
    told = story or Story(terms=terms())
    told.then(receipt(joint=joint), at)
    return told


def accepted(at: str = "2015-02-13", *, promised: Limit | None = None, statutory: Limit | None = None,
             joint: bool = False, observed: bool = False, due_at: str = "") -> Story:  # fmt: skip
    """Return a case received and accepted in the same minute, with a promise."""
    told = received(at, story=Story(terms=terms(promised=promised, statutory=statutory, joint=joint),
                                    observed=observed))  # fmt: skip
    told.then(a.Accept(due_at=china(due_at) if due_at else None), at)
    return told


def granted(at: str, *, accepted_at: str = "2015-02-13", promised: Limit | None = None) -> Story:
    """Return a case decided with yes."""
    told = accepted(accepted_at, promised=promised)
    told.then(a.Grant(decider="局长", opinion="同意"), at)
    return told
