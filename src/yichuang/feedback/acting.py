"""Acting: one step on a matter in one transaction: load and lock, decide, append to the history, change the matter."""

from datetime import datetime

from django.db import transaction

from yichuang.calendar.queries import get_calendar
from yichuang.calendar.values import CHINA, local_day
from yichuang.feedback.domain import refusals as r
from yichuang.feedback.domain.decide import Act, Circumstances, Outcome, decide
from yichuang.feedback.domain.decide import Matter as Facts
from yichuang.feedback.domain.handling import load_amounts
from yichuang.feedback.domain.lifecycle import Kind, State, Step
from yichuang.feedback.models import Appeal, Matter, MatterStep, Party, Rating
from yichuang.feedback.numbers import tidy
from yichuang.kernel.actor import Actor
from yichuang.regions import queries as regions


def act_on(*, number: str, act: Act, by: Actor, at: datetime, expected_version: int | None) -> int:
    """Do one step and return the matter's new version.

    Refuses with `MatterNotKnown`, with `ChangedMeanwhile` when `expected_version` is not what stands, with
    `OrganisationNotKnown` for a body that regions do not know, and with the refusals of `decide`.
    """
    with transaction.atomic():
        matter = load(number)
        if expected_version is not None and expected_version != matter.version:
            raise _changed(matter)
        on = local_day(at)
        outcome = decide(
            facts_of(matter),
            act,
            Circumstances(
                on=on,
                by_id=by.id,
                by_organisation=by.organisation,
                calendar=get_calendar(),
                # By the rules of the day it was opened: a rule changed since must not make anybody late.
                amounts=load_amounts().in_force(matter.opened_on),
            ),
        )
        if act.organisation:
            regions.get_organisation_in_force(code=act.organisation, on=on)
        _append(matter, act, outcome, by=by, at=at)
        _beside(matter, outcome, by=by, at=at)
        return matter.version


def load(number: str) -> Matter:
    """Return a matter, locked until the transaction ends; refuses with `MatterNotKnown`."""
    found = Matter.objects.select_for_update().filter(number=tidy(number)).first()
    if found is None:
        raise r.MatterNotKnown(number=number)
    return found


def facts_of(matter: Matter) -> Facts:
    """Return what a decision needs to know of a matter."""
    appeal = None
    if matter.kind == Kind.WORK_ORDER:
        appeal = Appeal.objects.filter(order=matter).first()
    return Facts(
        kind=Kind(matter.kind),
        state=State(matter.state),
        number=matter.number,
        opened_on=matter.opened_on,
        due_on=matter.due_on,
        organisation=matter.organisation,
        about=matter.about,
        # A rating always has a rater; a complaint is named when it says by whom.
        named=matter.kind != Kind.COMPLAINT or Party.objects.filter(matter=matter).exclude(name="").exists(),
        extended=matter.extended,
        attempts=matter.attempts,
        replied_by=matter.replied_by,
        appealed=appeal is not None,
        appeal_pending=appeal is not None and appeal.decided_at is None,
    )


def _append(matter: Matter, act: Act, outcome: Outcome, *, by: Actor, at: datetime) -> None:
    matter.version += 1
    matter.state = outcome.to.value
    matter.due_on = outcome.due_on
    matter.attempts += outcome.step is Step.ATTEMPT
    if outcome.is_final and matter.closed_at is None:
        matter.closed_at = at
    for name, value in outcome.changes.items():
        setattr(matter, name, value)
    MatterStep.objects.create(
        matter=matter,
        seq=matter.version,
        step=outcome.step.value,
        state=outcome.to.value,
        at=at,
        by_id=by.id,
        by_name=by.name,
        by_organisation=by.organisation,
        text=outcome.text,
        organisation=act.organisation,
        met_due_on=outcome.met_due_on,
        late=outcome.late,
        due_on=outcome.due_on,
    )
    matter.save()


def _beside(matter: Matter, outcome: Outcome, *, by: Actor, at: datetime) -> None:
    """Change what a step touches outside the matter's own row."""
    if outcome.step is Step.APPEAL:
        amounts = load_amounts().in_force(local_day(at))
        due_on = get_calendar().add(local_day(at), amounts["appeal_decision_days"])
        Appeal.objects.create(order=matter, lodged_at=at, due_on=due_on, reason=outcome.text, by_name=by.name)
    elif outcome.step in (Step.UPHOLD, Step.EXCLUDE):
        excluded = outcome.step is Step.EXCLUDE
        Appeal.objects.filter(order=matter).update(
            decided_at=at, decided_by=by.name, excluded=excluded, decision=outcome.text
        )
        if excluded:
            Rating.objects.filter(pk=matter.rating_id).update(excluded_at=at, excluded_reason=outcome.text)
    elif outcome.step is Step.ERASE:
        Party.objects.filter(matter=matter).delete()
        Matter.objects.filter(pk=matter.pk).update(owner="", target="")


def _changed(matter: Matter) -> r.ChangedMeanwhile:
    last = MatterStep.objects.filter(matter=matter).order_by("-seq")[0]
    when = last.at.astimezone(CHINA).strftime("%Y-%m-%d %H:%M")
    return r.ChangedMeanwhile(by=last.by_name, at=when, step=Step(last.step).label)
