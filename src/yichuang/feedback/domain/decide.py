"""Decide: from where a matter stands and what somebody does to the next state and deadline, or to a refusal; pure.

Days are working days of the calendar given; a deadline is the last day on which something is still in time. What
was done on a day is judged by the amounts in force on the day the matter was opened, so that a rule changed
meanwhile does not make anybody late.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from yichuang.calendar.values import Amounts, WorkingCalendar
from yichuang.feedback.domain import refusals as r
from yichuang.feedback.domain import texts
from yichuang.feedback.domain.lifecycle import FINAL, TABLE, Kind, State, Step
from yichuang.kernel.texts import TextMissing
from yichuang.kernel.words import N_

# What the body that was rated or complained of does not do itself; the centre does.
OTHERS_ONLY: frozenset[Step] = frozenset(
    {
        *(Step.UPHOLD, Step.EXCLUDE, Step.RETURN, Step.CLOSE),
        *(Step.ACCEPT, Step.REFUSE, Step.ASSIGN, Step.REFER),
    }
)


@dataclass(frozen=True, slots=True)
class Matter:
    """What a decision needs to know of one work order, consultation or complaint."""

    kind: Kind
    state: State
    opened_on: date
    due_on: date
    number: str = ""
    organisation: str = ""
    about: str = ""
    named: bool = True
    extended: bool = False
    attempts: int = 0
    replied_by: str = ""
    appealed: bool = False
    appeal_pending: bool = False


@dataclass(frozen=True, slots=True)
class Act:
    """What somebody wants to do; `text` is what he says about it, `return_on` only counts for `REFER`."""

    step: Step
    text: str = ""
    organisation: str = ""
    return_on: date | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What follows: the state, the next deadline, whether the step came late, and what else changes on the matter."""

    step: Step
    to: State
    text: str
    due_on: date
    met_due_on: date
    late: bool
    changes: Mapping[str, object] = field(default_factory=dict)

    @property
    def is_final(self) -> bool:
        """Tell whether the matter ends with this step."""
        return self.to in FINAL


@dataclass(frozen=True, slots=True)
class Circumstances:
    """Everything from outside that a decision rests on."""

    on: date
    by_id: str
    by_organisation: str
    calendar: WorkingCalendar
    amounts: Amounts


def decide(matter: Matter, act: Act, circumstances: Circumstances) -> Outcome:
    """Return what follows from an act.

    Refuses with `NotPossibleNow` where the table has no such step, `TextMissing` or `TextUnfit` where what must be
    said is not said, and with the refusals of the single steps.
    """
    place = TABLE.get((matter.kind, matter.state, act.step))
    if place is None:
        raise r.NotPossibleNow(state=matter.state.label, step=act.step.label)
    name, required = text_of(act.step)
    text = texts.clean(name, act.text, required=required)
    _check_own(matter, act, circumstances)
    if check := _CHECKS.get(act.step):
        check(matter, act, circumstances)
    due_on = _next_due(matter, act, circumstances)
    return Outcome(
        step=act.step,
        to=place.to,
        text=text,
        due_on=due_on,
        met_due_on=matter.due_on,
        late=circumstances.on > matter.due_on,
        changes=_changes(act, text, circumstances),
    )


def text_of(step: Step) -> tuple[str, bool]:
    """Return which text is said at a step (a key of `texts.FIELDS`), and whether it must be said."""
    return _TEXTS.get(step, ("note", True))


def first_due(kind: Kind, *, on: date, calendar: WorkingCalendar, amounts: Amounts) -> date:
    """Return the first deadline of a matter opened on a day."""
    key = {
        Kind.WORK_ORDER: "contact_days",
        Kind.CONSULTATION: "consultation_days",
        Kind.COMPLAINT: "complaint_acceptance_days",
    }[kind]
    return calendar.add(on, amounts[key])


# What is said at a step, if not a note that must be there: which text it is, and whether it may be empty.
_TEXTS: dict[Step, tuple[str, bool]] = {
    Step.CLOSE: ("note", False),
    Step.ACCEPT: ("note", False),
    Step.WITHDRAW: ("note", False),
    Step.ANSWER: ("answer", True),
    Step.AMEND: ("answer", True),
    Step.REPLY: ("answer", True),
    **dict.fromkeys(
        (
            *(Step.REFUSE, Step.EXTEND, Step.TRANSFER, Step.REFER, Step.RETURN, Step.WITHHOLD),
            *(Step.APPEAL, Step.UPHOLD, Step.EXCLUDE),
        ),
        ("reason", True),
    ),
}


def _check_give_up(matter: Matter, act: Act, circumstances: Circumstances) -> None:  # noqa: ARG001 - one signature
    needed = circumstances.amounts["contact_attempts"]
    if matter.attempts < needed:
        raise r.AttemptsMissing(attempts=matter.attempts, needed=needed)


def _check_extension(matter: Matter, act: Act, circumstances: Circumstances) -> None:  # noqa: ARG001
    if matter.extended:
        raise r.AlreadyExtended(due_on=matter.due_on.isoformat())
    if circumstances.on > matter.due_on:
        raise r.ExtensionTooLate(due_on=matter.due_on.isoformat())


def _check_closing(matter: Matter, act: Act, circumstances: Circumstances) -> None:  # noqa: ARG001
    if circumstances.by_id == matter.replied_by:
        raise r.SameHand()
    if matter.kind is Kind.COMPLAINT and matter.named and matter.state is State.REPLIED:
        raise r.FeedbackMissing()


def _check_appeal(matter: Matter, act: Act, circumstances: Circumstances) -> None:  # noqa: ARG001
    if matter.appealed:
        raise r.AlreadyAppealed()
    until = circumstances.calendar.add(matter.opened_on, circumstances.amounts["appeal_days"])
    if circumstances.on > until:
        raise r.AppealTooLate(until=until.isoformat())


def _check_own(matter: Matter, act: Act, circumstances: Circumstances) -> None:
    """Refuse when the body that was rated or complained of would do what only others may."""
    own = circumstances.by_organisation in {matter.organisation, matter.about} - {""}
    if own and matter.kind is not Kind.CONSULTATION and act.step in OTHERS_ONLY:
        raise r.OwnMatter(step=act.step.label)


def _check_review(matter: Matter, act: Act, circumstances: Circumstances) -> None:  # noqa: ARG001
    if not matter.appeal_pending:
        raise r.NothingToReview(number=matter.number)


def _check_target(matter: Matter, act: Act, circumstances: Circumstances) -> None:  # noqa: ARG001
    if not act.organisation:
        raise TextMissing(field=N_("承办部门"))


def _check_return_date(matter: Matter, act: Act, circumstances: Circumstances) -> None:  # noqa: ARG001
    if act.return_on is None or act.return_on <= circumstances.on:
        raise r.ReturnDateUnfit(day=act.return_on.isoformat() if act.return_on else "—")


_CHECKS: dict[Step, Callable[[Matter, Act, Circumstances], None]] = {
    Step.GIVE_UP: _check_give_up,
    Step.EXTEND: _check_extension,
    Step.CLOSE: _check_closing,
    Step.APPEAL: _check_appeal,
    Step.UPHOLD: _check_review,
    Step.EXCLUDE: _check_review,
    Step.TRANSFER: _check_target,
    Step.ASSIGN: _check_target,
    Step.REFER: _check_return_date,
}


class _Start(StrEnum):
    """From which day a period runs."""

    TODAY = "today"
    OPENING = "opening"
    DEADLINE = "deadline"


_O, _C, _T = Kind.WORK_ORDER, Kind.CONSULTATION, Kind.COMPLAINT
# Which step sets which new deadline; every other leaves it as it is. To transfer a consultation, or to assign a
# complaint anew, wins no time; nor does calling a complex matter complex spare anybody the call on the first day.
DEADLINES: dict[tuple[Kind, State, Step], tuple[_Start, str]] = {
    (_O, State.OPEN, Step.CONTACT): (_Start.OPENING, "simple_days"),
    (_O, State.OPEN, Step.GIVE_UP): (_Start.OPENING, "simple_days"),
    **{
        (_O, state, Step.EXTEND): (_Start.OPENING, "complex_days")
        for state in (State.CONTACTED, State.REASONABLE, State.CORRECTED)
    },
    **{
        (_O, state, Step.REPLY): (_Start.TODAY, "checking_days")
        for state in (State.CORRECTED, State.UNREASONABLE, State.MALICIOUS)
    },
    (_O, State.REPLIED, Step.RETURN): (_Start.TODAY, "simple_days"),
    (_C, State.ASKED, Step.EXTEND): (_Start.DEADLINE, "consultation_extension_days"),
    (_T, State.FILED, Step.ACCEPT): (_Start.TODAY, "assignment_days"),
    (_T, State.ACCEPTED, Step.ASSIGN): (_Start.TODAY, "complaint_days"),
    (_T, State.ASSIGNED, Step.EXTEND): (_Start.DEADLINE, "complaint_extension_days"),
    (_T, State.FOUND, Step.REPLY): (_Start.TODAY, "checking_days"),
    (_T, State.REFERRED, Step.REPLY): (_Start.TODAY, "checking_days"),
    (_T, State.REPLIED, Step.RETURN): (_Start.TODAY, "complaint_days"),
    (_T, State.FED_BACK, Step.RETURN): (_Start.TODAY, "complaint_days"),
}


def _next_due(matter: Matter, act: Act, circumstances: Circumstances) -> date:
    if act.step is Step.REFER and act.return_on is not None:
        return act.return_on
    rule = DEADLINES.get((matter.kind, matter.state, act.step))
    if rule is None:
        return matter.due_on
    start, key = rule
    if matter.extended and start is _Start.OPENING:
        key = "complex_days"
    begin = {_Start.TODAY: circumstances.on, _Start.OPENING: matter.opened_on, _Start.DEADLINE: matter.due_on}[start]
    return circumstances.calendar.add(begin, circumstances.amounts[key])


_FINDINGS = {
    Step.FIND_REASONABLE: "reasonable",
    Step.FIND_UNREASONABLE: "unreasonable",
    Step.FIND_MALICIOUS: "malicious",
    Step.FIND_PROVEN: "proven",
    Step.FIND_PARTLY: "partly-proven",
    Step.FIND_NOT_PROVEN: "not-proven",
}
_SAID = frozenset({Step.ANSWER, Step.AMEND, Step.REPLY, Step.REFUSE})


def _changes(act: Act, text: str, circumstances: Circumstances) -> dict[str, object]:
    """Return what a step changes on the matter besides state and deadline."""
    if act.step in _FINDINGS:
        return {"finding": _FINDINGS[act.step]}
    if act.step in _SAID:
        return {"answer": text, "replied_by": circumstances.by_id, "answered_on": circumstances.on}
    changes: dict[Step, dict[str, object]] = {
        Step.CORRECT: {"correction": text},
        Step.TRANSFER: {"organisation": act.organisation},
        Step.ASSIGN: {"organisation": act.organisation},
        Step.EXTEND: {"extended": True},
        Step.WITHHOLD: {"may_publish": False},
    }
    return changes.get(act.step, {})
