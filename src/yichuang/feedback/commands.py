"""Commands of feedback: one function per act, each one transaction, each leaving a line of history.

A bad rating and its work order are born together. Who may act where is decided by the caller with
`accounts.queries.require`; which steps there are stands in `domain/lifecycle.py`.
"""

from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction

from yichuang.calendar.values import local_day
from yichuang.feedback import demonstration, looking_up, throttle
from yichuang.feedback.acting import act_on, load
from yichuang.feedback.domain import refusals as r
from yichuang.feedback.domain import texts
from yichuang.feedback.domain.decide import Act
from yichuang.feedback.domain.handling import check_category, check_tags, load_amounts, load_tags
from yichuang.feedback.domain.lifecycle import Kind, Step
from yichuang.feedback.models import Rating
from yichuang.feedback.opening import add_party, check_place, county_of, open_matter
from yichuang.feedback.values import Channel, Level, MatterFile, Service
from yichuang.kernel.actor import SYSTEM, Actor
from yichuang.kernel.texts import clean_phone

__all__ = ["complain", "consult", "ensure_demonstration", "look_up_matter", "perform", "rate", "withdraw"]

# --- ratings ----------------------------------------------------------------------------------------------------------


def rate(
    *,
    case_number: str,
    service: Service,
    level: Level,
    tags: tuple[str, ...] = (),
    text: str = "",
    channel: Channel,
    organisation: str,
    division: str,
    item: str = "",
    rater_digest: str,
    served_on: date | None = None,
    at: datetime,
) -> int:
    """Keep one rating of one stretch of service of one case and return its id (GB/T 39734-2020: 一次一评、一事一评).

    The level has no default. A bad one (4, 5) opens a work order in the same transaction. `rater_digest` comes from
    `queries.get_rater_digest`; that the rater owns the case is for the caller to know. `served_on` is the day the
    service ended, where known. Refuses with `AlreadyRated`, `RaterMissing`, `RatingTooLate`, `TagNotKnown` or
    `TextUnfit`.
    """
    on, level, service = local_day(at), Level(level), Service(service)
    item = texts.clean("item", item)
    if not rater_digest:
        raise r.RaterMissing()
    amounts = load_amounts().in_force(on)
    if served_on is not None and on > (until := served_on + timedelta(days=amounts["rating_days"])):
        raise r.RatingTooLate(until=until.isoformat())
    try:
        with transaction.atomic():
            rating = Rating.objects.create(
                case_number=case_number,
                service=service.value,
                level=level.value,
                tags=list(check_tags(tags, level=level, known=load_tags().in_force(on))),
                text=texts.clean("rating", text),
                channel=Channel(channel).value,
                organisation=organisation,
                division=division,
                county=county_of(division),
                item=item,
                rater_digest=rater_digest,
                rated_at=at,
                rated_on=on,
            )
            if level.is_bad:
                open_matter(
                    kind=Kind.WORK_ORDER,
                    division=division,
                    organisation=organisation,
                    item=item,
                    case_number=case_number,
                    rating=rating,
                    by=SYSTEM,
                    at=at,
                )
    except IntegrityError:
        if not Rating.objects.filter(case_number=case_number, service=service.value).exists():
            raise
        raise r.AlreadyRated(case_number=case_number, service=service.label) from None
    return rating.pk


# --- consultations and complaints -------------------------------------------------------------------------------------


@transaction.atomic
def consult(
    *,
    title: str,
    text: str,
    name: str,
    phone: str,
    organisation: str,
    division: str,
    item: str = "",
    owner: str = "",
    may_publish: bool = False,
    address: str = "",
    by: Actor,
    at: datetime,
) -> str:
    """File a consultation and return its number; `organisation` may be "" when the asker does not know whom to ask.

    With `may_publish` question and answer become public once answered, the name masked. `address` is the network
    address of a visitor, for the throttle. Refuses with `TextMissing`, `TextUnfit`, `PhoneUnfit`,
    `TooManyFromOneAddress`, `DivisionNotKnown` or `OrganisationNotKnown`.
    """
    fields = {"title": texts.clean("title", title, required=True), "text": texts.clean("text", text, required=True)}
    person = {"name": texts.clean("name", name, required=True), "phone": clean_phone(phone, required=True)}
    check_place(division=division, organisation=organisation, at=at)
    throttle.count(purpose=throttle.SUBMIT, address=address, on=local_day(at))
    matter = open_matter(
        kind=Kind.CONSULTATION,
        division=division,
        organisation=organisation,
        item=texts.clean("item", item),
        owner=owner,
        may_publish=may_publish,
        by=by,
        at=at,
        **fields,
    )
    add_party(matter, **person)
    return matter.number


@transaction.atomic
def complain(
    *,
    category: str,
    title: str,
    text: str,
    name: str = "",
    phone: str = "",
    organisation: str,
    division: str,
    target: str = "",
    case_number: str = "",
    item: str = "",
    owner: str = "",
    address: str = "",
    by: Actor,
    at: datetime,
) -> str:
    """File a complaint about an organisation and return its number; without a name it is anonymous.

    `category` is a key of `queries.list_categories`, `target` the person or window complained of. A named complainant
    must give a phone, because he is told the reasons. Refuses like `consult`, and with `CategoryNotKnown`.
    """
    fields = {
        "title": texts.clean("title", title, required=True),
        "text": texts.clean("text", text, required=True),
        "target": texts.clean("target", target),
        "category": check_category(category),
    }
    named = texts.clean("name", name)
    person = {"name": named, "phone": clean_phone(phone, required=bool(named))}
    check_place(division=division, organisation=organisation, at=at)
    throttle.count(purpose=throttle.SUBMIT, address=address, on=local_day(at))
    matter = open_matter(
        kind=Kind.COMPLAINT,
        division=division,
        about=organisation,
        item=texts.clean("item", item),
        case_number=texts.clean("case_number", case_number),
        owner=owner,
        by=by,
        at=at,
        **fields,
    )
    add_party(matter, **person)
    return matter.number


# --- handling ---------------------------------------------------------------------------------------------------------


def perform(
    *,
    number: str,
    step: Step,
    text: str = "",
    organisation: str = "",
    return_on: date | None = None,
    by: Actor,
    at: datetime,
    expected_version: int | None = None,
) -> int:
    """Do one step on a work order, a consultation or a complaint and return the matter's new version.

    `text` is what is said at the step: facts, reasons, the answer itself (`MatterFile.possible` names it).
    `organisation` is whom `TRANSFER` and `ASSIGN` hand it to, `return_on` by when `REFER` wants an answer,
    `expected_version` the version that the page showed. Refuses with `MatterNotKnown`, `ChangedMeanwhile`,
    `NotPossibleNow`, `TextMissing`, `TextUnfit`, and by step: `AttemptsMissing` (GIVE_UP), `AlreadyExtended` and
    `ExtensionTooLate` (EXTEND), `AppealTooLate` and `AlreadyAppealed` (APPEAL), `NothingToReview` (UPHOLD, EXCLUDE),
    `SameHand` and `FeedbackMissing` (CLOSE), `ReturnDateUnfit` (REFER), `OrganisationNotKnown`; `OwnMatter` when the
    body concerned would judge itself.
    """
    act = Act(step=Step(step), text=text, organisation=organisation, return_on=return_on)
    return act_on(number=number, act=act, by=by, at=at, expected_version=expected_version)


# --- whoever brought it -----------------------------------------------------------------------------------------------


@transaction.atomic
def withdraw(*, number: str, owner: str, note: str = "", by: Actor, at: datetime) -> int:
    """Take one's own consultation or complaint back; refuses with `NotYours`."""
    if not owner or load(number).owner != owner:
        raise r.NotYours()
    return act_on(number=number, act=Act(Step.WITHDRAW, note), by=by, at=at, expected_version=None)


def look_up_matter(*, number: str, phone_tail: str, address: str = "", at: datetime) -> MatterFile:
    """Find one's consultation or complaint by its number and the last four digits of the phone given.

    Every try of an address is counted. Refuses with `LookUpRefused` in the same words for an unknown number and
    wrong digits, and with `TooManyFromOneAddress`.
    """
    throttle.count(purpose=throttle.LOOK_UP, address=address, on=local_day(at))
    return looking_up.find(number=number, phone_tail=phone_tail, on=local_day(at))


def ensure_demonstration(*, at: datetime) -> int:
    """File and answer the demonstration's consultations where none exists yet; return how many were filed."""
    return demonstration.ensure(at=at)
