"""The words of feedback that other contexts see: levels, kinds, states, rows and the refusals.

Stands between the tables of feedback and everybody who shows, counts or handles what the public says.
Texts may be translated (`label`, `title` are message ids); what people typed never is.
"""

from dataclasses import dataclass
from datetime import date, datetime

from yichuang.feedback.domain.handling import Category, Tag
from yichuang.feedback.domain.lifecycle import Kind, State, Step
from yichuang.feedback.domain.ratings import Channel, FollowUpSummary, Level, RatingSummary, Service
from yichuang.feedback.domain.refusals import (
    AlreadyAppealed,
    AlreadyExtended,
    AlreadyRated,
    AppealTooLate,
    AttemptsMissing,
    CategoryNotKnown,
    ChangedMeanwhile,
    ExtensionTooLate,
    FeedbackMissing,
    LookUpRefused,
    MatterNotKnown,
    NothingToReview,
    NotPossibleNow,
    NotYours,
    OwnMatter,
    RaterMissing,
    RatingTooLate,
    ReturnDateUnfit,
    SameHand,
    TagNotKnown,
    TooManyFromOneAddress,
)
from yichuang.kernel.texts import PhoneUnfit, TextMissing, TextUnfit
from yichuang.kernel.words import N_

__all__ = [
    "FINDING_LABELS",
    "AlreadyAppealed",
    "AlreadyExtended",
    "AlreadyRated",
    "AppealRow",
    "AppealTooLate",
    "AttemptsMissing",
    "Category",
    "CategoryNotKnown",
    "ChangedMeanwhile",
    "Channel",
    "ExtensionTooLate",
    "FeedbackMissing",
    "FollowUpSummary",
    "Kind",
    "Level",
    "LookUpRefused",
    "MatterFile",
    "MatterNotKnown",
    "MatterRow",
    "NotPossibleNow",
    "NotYours",
    "NothingToReview",
    "OwnMatter",
    "PhoneUnfit",
    "PossibleStep",
    "PublishedMatter",
    "PublishedRating",
    "RaterMissing",
    "RatingRow",
    "RatingSummary",
    "RatingTooLate",
    "ReturnDateUnfit",
    "SameHand",
    "Service",
    "State",
    "Step",
    "StepLine",
    "Tag",
    "TagNotKnown",
    "TextMissing",
    "TextUnfit",
    "TooManyFromOneAddress",
]

FINDING_LABELS: dict[str, str] = {
    "": "",
    "reasonable": N_("属实"),
    "unreasonable": N_("不属实"),
    "malicious": N_("恶意评价"),
    "proven": N_("查明属实"),
    "partly-proven": N_("查明部分属实"),
    "not-proven": N_("查明不属实"),
}


@dataclass(frozen=True, slots=True)
class RatingRow:
    """One rating as those see it who may see the case; `order` is the number of its work order, "" without."""

    id: int
    case_number: str
    service: Service
    level: Level
    tags: tuple[str, ...]
    text: str
    channel: Channel
    organisation: str
    division: str
    item: str
    rated_at: datetime
    excluded_at: datetime | None = None
    excluded_reason: str = ""
    order: str = ""

    @property
    def counts(self) -> bool:
        """Tell whether it counts in the rates."""
        return self.excluded_at is None


@dataclass(frozen=True, slots=True)
class PublishedRating:
    """One rating as everybody may see it: long numbers in the text are hidden, nothing says who rated.

    `tags` are titles. `excluded` ones are shown with the reason. For a bad rating `state` tells how far the
    follow-up is, `finding` and `correction` what came of it; None and "" for others.
    """

    id: int
    level: Level
    tags: tuple[str, ...]
    text: str
    service: Service
    organisation: str
    item: str
    rated_on: date
    excluded: bool
    excluded_reason: str
    state: State | None = None
    finding: str = ""
    correction: str = ""


@dataclass(frozen=True, slots=True)
class MatterRow:
    """One work order, consultation or complaint in a list.

    `due_on` is the last day on which the next step is in time; `days_left` counts working days up to it (negative
    when late, None when nothing is due); `provisional` when the holidays of its year are not published yet.
    `level` is that of the rating, None for the others.
    """

    number: str
    kind: Kind
    state: State
    version: int
    title: str
    division: str
    organisation: str
    centre: str
    item: str
    case_number: str
    category: str
    opened_at: datetime
    due_on: date
    closed_at: datetime | None
    extended: bool
    finding: str
    days_left: int | None
    provisional: bool
    level: Level | None = None

    @property
    def is_open(self) -> bool:
        """Tell whether something remains to be done."""
        return self.closed_at is None

    @property
    def is_late(self) -> bool:
        """Tell whether what remains to be done is overdue."""
        return self.days_left is not None and self.days_left < 0


@dataclass(frozen=True, slots=True)
class StepLine:
    """One line of history; `late` when it came after the deadline `met_due_on`."""

    seq: int
    step: Step
    state: State
    at: datetime
    by: str
    by_organisation: str
    text: str
    organisation: str
    met_due_on: date | None
    late: bool


@dataclass(frozen=True, slots=True)
class AppealRow:
    """A department's request to leave a rating out; `excluded` is None while undecided."""

    order: str
    organisation: str
    division: str
    level: Level
    reason: str
    by: str
    lodged_at: datetime
    due_on: date
    days_left: int | None
    excluded: bool | None = None
    decision: str = ""
    decided_by: str = ""
    decided_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class PossibleStep:
    """A step that the table allows now, and what a form must ask for; labels are message ids.

    `others_only`: the body that was rated or complained of may not do it itself.
    """

    step: Step
    label: str
    text_label: str
    text_required: bool
    text_limit: int
    needs_organisation: bool
    needs_return_on: bool
    others_only: bool


@dataclass(frozen=True, slots=True)
class MatterFile:
    """One matter with everything about it; `name` and `phone` are masked unless asked for in full.

    `possible` are the steps that the table allows now, whoever may do them.
    """

    row: MatterRow
    text: str
    about: str
    target: str
    answer: str
    correction: str
    may_publish: bool
    name: str
    phone: str
    steps: tuple[StepLine, ...]
    possible: tuple[PossibleStep, ...]
    rating: RatingRow | None = None
    appeal: AppealRow | None = None


@dataclass(frozen=True, slots=True)
class PublishedMatter:
    """A consultation with its answer, or what came of a complaint (without its text), as everybody may see it.

    `name` is masked; of a complaint it is "" like `title`, `text` and `answer`; `category` is a title.
    """

    number: str
    kind: Kind
    title: str
    text: str
    answer: str
    name: str
    organisation: str
    division: str
    item: str
    category: str
    finding: str
    opened_on: date
    answered_on: date | None
    working_days: int | None
