"""Rows: from a stored matter, rating or appeal to the value that others see."""

from datetime import date

from yichuang.calendar.queries import get_calendar
from yichuang.feedback.domain.decide import OTHERS_ONLY, text_of
from yichuang.feedback.domain.lifecycle import Kind, State, Step, possible_steps
from yichuang.feedback.domain.ratings import Channel, Level, Service
from yichuang.feedback.domain.texts import FIELDS
from yichuang.feedback.models import Appeal, Matter, MatterStep, Rating
from yichuang.feedback.values import AppealRow, MatterRow, PossibleStep, RatingRow, StepLine


def days_left(due_on: date, *, on: date) -> int:
    """Return the working days up to a deadline; 0 on the last day, negative when it is over."""
    left = get_calendar().between(on, due_on)
    # A weekend after the deadline has no working day in it, and yet the deadline is over.
    return min(left, -1) if on > due_on else left


def matter_row(matter: Matter, *, on: date) -> MatterRow:
    """Return one matter in a list; the rating, if any, must have been selected with it."""
    return MatterRow(
        number=matter.number,
        kind=Kind(matter.kind),
        state=State(matter.state),
        version=matter.version,
        title=matter.title,
        division=matter.division,
        organisation=matter.organisation or matter.about,
        centre=matter.centre,
        item=matter.item,
        case_number=matter.case_number,
        category=matter.category,
        opened_at=matter.opened_at,
        due_on=matter.due_on,
        closed_at=matter.closed_at,
        extended=matter.extended,
        finding=matter.finding,
        days_left=days_left(matter.due_on, on=on) if matter.closed_at is None else None,
        provisional=get_calendar().is_provisional(matter.due_on),
        level=Level(matter.rating.level) if matter.rating else None,
    )


def rating_row(rating: Rating, *, order: str) -> RatingRow:
    """Return one rating; who gave it is not in it."""
    return RatingRow(
        id=rating.pk,
        case_number=rating.case_number,
        service=Service(rating.service),
        level=Level(rating.level),
        tags=tuple(rating.tags),
        text=rating.text,
        channel=Channel(rating.channel),
        organisation=rating.organisation,
        division=rating.division,
        item=rating.item,
        rated_at=rating.rated_at,
        excluded_at=rating.excluded_at,
        excluded_reason=rating.excluded_reason,
        order=order,
    )


def step_line(step: MatterStep) -> StepLine:
    """Return one line of history."""
    return StepLine(
        seq=step.seq,
        step=Step(step.step),
        state=State(step.state),
        at=step.at,
        by=step.by_name,
        by_organisation=step.by_organisation,
        text=step.text,
        organisation=step.organisation,
        met_due_on=step.met_due_on,
        late=step.late,
    )


def appeal_row(appeal: Appeal, *, on: date) -> AppealRow:
    """Return one appeal; its order and the order's rating must have been selected with it."""
    order, rating = appeal.order, appeal.order.rating
    assert rating is not None  # the database holds that a work order has a rating
    return AppealRow(
        order=order.number,
        organisation=order.organisation,
        division=order.division,
        level=Level(rating.level),
        reason=appeal.reason,
        by=appeal.by_name,
        lodged_at=appeal.lodged_at,
        due_on=appeal.due_on,
        days_left=days_left(appeal.due_on, on=on) if appeal.decided_at is None else None,
        excluded=appeal.excluded,
        decision=appeal.decision,
        decided_by=appeal.decided_by,
        decided_at=appeal.decided_at,
    )


def possible(matter: Matter, *, appealed: bool, appeal_pending: bool) -> tuple[PossibleStep, ...]:
    """Return the steps that make sense now, with what a form must ask for at each."""
    steps = possible_steps(Kind(matter.kind), State(matter.state))
    hidden = {Step.APPEAL} if appealed else set()
    hidden |= set() if appeal_pending else {Step.UPHOLD, Step.EXCLUDE}
    hidden |= {Step.EXTEND} if matter.extended else set()
    return tuple(_possible(step) for step in steps if step not in hidden)


def _possible(step: Step) -> PossibleStep:
    name, required = text_of(step)
    label, limit = FIELDS[name]
    return PossibleStep(
        step=step,
        label=step.label,
        text_label=label,
        text_required=required,
        text_limit=limit,
        needs_organisation=step in (Step.TRANSFER, Step.ASSIGN),
        needs_return_on=step is Step.REFER,
        others_only=step in OTHERS_ONLY,
    )
