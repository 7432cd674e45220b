"""Workflow: what people do with cards, each act in one transaction: lock, fold, decide, append, project, tell."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime

from django.db import transaction

from yichuang.calendar.queries import get_calendar
from yichuang.calendar.values import local_day
from yichuang.kernel.actor import Actor
from yichuang.kernel.refusal import Refusal
from yichuang.supervision.cards import files, letters, notices
from yichuang.supervision.cards.addressees import Addressees
from yichuang.supervision.cards.history import append, lock_card
from yichuang.supervision.domain import cards
from yichuang.supervision.domain.terms import terms_on
from yichuang.supervision.domain.words import Colour, Level
from yichuang.supervision.models import Card
from yichuang.supervision.values import Given, Outcome

_Before = Callable[[Card, cards.Card], cards.Act]
_EVERYBODY = tuple(Level)
_CONCERNED = (Level.OFFICER, Level.DEPARTMENT)


def act_on(
    number: str,
    act: cards.Act | _Before,
    *,
    by: Actor,
    at: datetime,
    expected_version: int | None = None,
    told: str = "",
    levels: Sequence[Level] | None = None,
) -> int:
    """Do one act on a card and return its new version; raises CardNotKnown, CardChangedMeanwhile and what decides.

    An act may be given as a function of the locked card, for what must be looked up or numbered inside the transaction.
    """
    day = local_day(at)
    terms = terms_on(day)
    with transaction.atomic():
        row, card = lock_card(number, expected_version=expected_version)
        chosen = act(row, card) if callable(act) else act
        circumstances = cards.Circumstances(on=day, calendar=get_calendar(), terms=terms, by=by)
        after = append(row, card, cards.decide(card, chosen, circumstances), by=by, at=at)
        if told:
            to = Addressees([row], on=day)
            wanted = terms.told.value[Colour(row.colour)] if levels is None else levels
            notices.tell([row], text=told, levels=wanted, to=to, at=at)
        return after.version


def issue_card(*, number: str, by: Actor, at: datetime, expected_version: int | None = None) -> int:
    """Issue a card that waits, to the officer of its case (发牌); returns its new version.

    Raises CardNotKnown, CardChangedMeanwhile, CardNotPossibleNow.
    """
    return act_on(number, _issue(at), by=by, at=at, expected_version=expected_version, told=notices.ISSUED)


def _issue(at: datetime) -> _Before:
    def issue(row: Card, _: cards.Card) -> cards.Act:
        officer = Addressees([row], on=local_day(at)).officer(row)
        return cards.Issue(officer_id=officer.id if officer else "", officer_name=officer.name if officer else "")

    return issue


def issue_cards(*, numbers: Iterable[str], by: Actor, at: datetime) -> tuple[Outcome, ...]:
    """Issue several cards, each by itself, and return how each fared."""
    return _each(numbers, lambda number: issue_card(number=number, by=by, at=at))


def cancel(*, number: str, reason: str, by: Actor, at: datetime, expected_version: int | None = None) -> int:
    """Do not issue a card that waits (取消), for a reason; returns its new version.

    Raises CardNotKnown, CardChangedMeanwhile, CardNotPossibleNow, ReasonMissing.
    """
    return act_on(number, cards.Cancel(reason=reason), by=by, at=at, expected_version=expected_version)


def cancel_cards(*, numbers: Iterable[str], reason: str, by: Actor, at: datetime) -> tuple[Outcome, ...]:
    """Cancel several cards that wait, for one reason, and return how each fared."""
    return _each(numbers, lambda number: cancel(number=number, reason=reason, by=by, at=at))


def _each(numbers: Iterable[str], do: Callable[[str], int]) -> tuple[Outcome, ...]:
    outcomes = []
    for number in dict.fromkeys(numbers):
        try:
            do(number)
        except Refusal as refusal:
            outcomes.append(Outcome(number, refusal))
        else:
            outcomes.append(Outcome(number))
    return tuple(outcomes)


def put_under_supervision(
    *,
    number: str,
    until: date | None = None,
    words: str = "",
    by: Actor,
    at: datetime,
    expected_version: int | None = None,
) -> int:
    """Put a card under supervision (督办) until a day, by default the term in force; returns its new version.

    Raises CardNotKnown, CardChangedMeanwhile, CardNotPossibleNow, UntilNotAhead.
    """
    act = cards.Supervise(until=until, words=words)
    return act_on(
        number, act, by=by, at=at, expected_version=expected_version, told=notices.SUPERVISED, levels=_EVERYBODY
    )


def reply(
    *,
    number: str,
    text: str,
    files_given: Sequence[Given] = (),
    by: Actor,
    at: datetime,
    expected_version: int | None = None,
) -> int:
    """Say what was done about a card (反馈), with evidence; returns its new version.

    Raises CardNotKnown, CardNotYours, CardChangedMeanwhile, CardNotPossibleNow, ReasonMissing, TooManyEvidenceFiles
    and what the inspection of files refuses.
    """
    return _with_files(
        number, files_given, lambda kept: cards.Reply(text=text, files=kept), by=by, at=at, version=expected_version
    )


def appeal(
    *,
    number: str,
    grounds: str,
    files_given: Sequence[Given] = (),
    by: Actor,
    at: datetime,
    expected_version: int | None = None,
) -> int:
    """Object to a card (申诉), once and within the term, with evidence; returns its new version.

    Raises what `reply` raises, AppealTooLate and AppealDecided.
    """
    return _with_files(
        number, files_given, lambda kept: cards.Appeal(grounds=grounds, files=kept), by=by, at=at,
        version=expected_version,
    )  # fmt: skip


def _with_files(
    number: str,
    given: Sequence[Given],
    make: Callable[[tuple[str, ...]], cards.Act],
    *,
    by: Actor,
    at: datetime,
    version: int | None,
) -> int:
    # Asked without the files first: a large file is not inspected for an act that is refused anyway.
    files.check_count(given)
    _try(number, make(()), by=by, at=at, version=version)
    stored = files.take_in(given, at=at)

    def act(row: Card, _: cards.Card) -> cards.Act:
        files.keep(row, stored, by=by, at=at)
        return make(tuple(file.digest for file in stored))

    return act_on(number, act, by=by, at=at, expected_version=version)


def _try(number: str, act: cards.Act, *, by: Actor, at: datetime, version: int | None) -> None:
    day = local_day(at)
    with transaction.atomic():
        _, card = lock_card(number, expected_version=version)
        cards.decide(card, act, cards.Circumstances(on=day, calendar=get_calendar(), terms=terms_on(day), by=by))


def decide_appeal(
    *, number: str, upheld: bool, reasons: str, by: Actor, at: datetime, expected_version: int | None = None
) -> int:
    """Decide an appeal: the card stays (维持) or is withdrawn (撤销), with reasons; returns its new version.

    Raises CardNotKnown, CardChangedMeanwhile, CardNotPossibleNow, ReasonMissing.
    """
    return act_on(
        number,
        cards.DecideAppeal(upheld=upheld, reasons=reasons),
        by=by,
        at=at,
        expected_version=expected_version,
        told=notices.UPHELD if upheld else notices.WITHDRAWN,
        levels=_CONCERNED,
    )


def accept_rectification(
    *, number: str, words: str = "", by: Actor, at: datetime, expected_version: int | None = None
) -> int:
    """Find that what a card says has been put right (认可整改); returns its new version.

    Raises CardNotKnown, CardChangedMeanwhile, CardNotPossibleNow.
    """
    return act_on(number, cards.AcceptRectification(words=words), by=by, at=at, expected_version=expected_version)


def withdraw(*, number: str, reason: str, by: Actor, at: datetime, expected_version: int | None = None) -> int:
    """Take an issued card back (撤销), for a reason; it stays to be seen. Returns its new version.

    Raises CardNotKnown, CardChangedMeanwhile, CardNotPossibleNow, ReasonMissing.
    """
    return act_on(
        number,
        cards.Withdraw(reason=reason),
        by=by,
        at=at,
        expected_version=expected_version,
        told=notices.WITHDRAWN,
        levels=_CONCERNED,
    )


def send_letter(
    *,
    number: str,
    demand: str,
    until: date | None = None,
    by: Actor,
    at: datetime,
    expected_version: int | None = None,
) -> str:
    """Send a supervision letter (督办函) about a card and return its document number; the card is under supervision.

    Raises CardNotKnown, CardChangedMeanwhile, CardNotPossibleNow, ReasonMissing, UntilNotAhead.
    """
    taken = []

    def act(row: Card, card: cards.Card) -> cards.Act:
        # Refused before a number is taken, so that the book has no gaps; taken in this transaction for the same reason.
        sample = cards.SendLetter(document_number="-", addressee="-", demand=demand, until=until)
        day = local_day(at)
        cards.decide(card, sample, cards.Circumstances(on=day, calendar=get_calendar(), terms=terms_on(day), by=by))
        office, document_number = letters.take_number(row, by=by, on=day)
        taken.append(document_number)
        return cards.SendLetter(
            document_number=document_number,
            addressee=letters.addressee_of(row, on=day),
            demand=demand,
            until=until,
            office=office,
        )

    act_on(number, act, by=by, at=at, expected_version=expected_version, told=notices.LETTER, levels=_EVERYBODY)
    return taken[0]
