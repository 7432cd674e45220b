"""Cards: the life of a card as one table, the fold of its events, and the decisions of those who act on it; pure.

A card is never deleted. It waits (待发), is issued (已发), put under supervision (督办), appealed (申诉中), upheld
(维持), put right (已整改), withdrawn (撤销) or, while it waited, cancelled (取消), each with who, when and why.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from yichuang.calendar.values import WorkingCalendar
from yichuang.kernel.actor import Actor, ActorKind
from yichuang.kernel.words import N_
from yichuang.supervision.domain import cardevents as e
from yichuang.supervision.domain import refusals as r
from yichuang.supervision.domain.cardevents import CardAct
from yichuang.supervision.domain.terms import Terms
from yichuang.supervision.domain.words import CardState, Colour, Scheme

# A card's number: this, the county's code, the year, a serial.
CARD_PREFIX = "JC"
_SEPARATOR = "、"
LONGEST_TEXT = 4_000
MOST_FILES = 10


@dataclass(frozen=True, slots=True)
class Transition:
    """Where an event leads, and the ground it rests on."""

    to: CardState
    ground: str


_OVERSIGHT = r.OVERSIGHT
_LOCAL = "电子监察办法（见 law/cards.yaml）"
_P, _I, _S, _A = CardState.PENDING, CardState.ISSUED, CardState.SUPERVISED, CardState.APPEALED
_U, _R, _W, _C = CardState.UPHELD, CardState.RECTIFIED, CardState.WITHDRAWN, CardState.CANCELLED

TABLE: dict[tuple[CardState | None, type[e.CardEvent]], Transition] = {
    (None, e.CardProposed): Transition(_P, _OVERSIGHT),
    (_P, e.CardIssued): Transition(_I, _OVERSIGHT),
    (_P, e.CardCancelled): Transition(_C, _OVERSIGHT),
    (_I, e.CardReplied): Transition(_I, _LOCAL),
    (_S, e.CardReplied): Transition(_S, _LOCAL),
    (_U, e.CardReplied): Transition(_U, _LOCAL),
    (_I, e.CardAppealed): Transition(_A, _LOCAL),
    (_S, e.CardAppealed): Transition(_A, _LOCAL),
    (_A, e.CardUpheld): Transition(_U, _LOCAL),
    (_I, e.PutUnderSupervision): Transition(_S, _OVERSIGHT),
    (_S, e.PutUnderSupervision): Transition(_S, _OVERSIGHT),
    (_U, e.PutUnderSupervision): Transition(_S, _OVERSIGHT),
    (_I, e.SupervisionLetterSent): Transition(_S, _OVERSIGHT),
    (_S, e.SupervisionLetterSent): Transition(_S, _OVERSIGHT),
    (_U, e.SupervisionLetterSent): Transition(_S, _OVERSIGHT),
    (_I, e.CardEscalated): Transition(_I, _LOCAL),
    (_S, e.CardEscalated): Transition(_S, _LOCAL),
    (_U, e.CardEscalated): Transition(_U, _LOCAL),
    (_I, e.RectificationAccepted): Transition(_R, _OVERSIGHT),
    (_S, e.RectificationAccepted): Transition(_R, _OVERSIGHT),
    (_U, e.RectificationAccepted): Transition(_R, _OVERSIGHT),
    **{(state, e.CardWithdrawn): Transition(_W, _OVERSIGHT) for state in (_I, _S, _A, _U, _R)},
}


@dataclass(frozen=True, slots=True)
class Card:
    """A card as folded from its events; `state` is None before the first."""

    number: str
    state: CardState | None = None
    version: int = 0
    colour: Colour | None = None
    scheme: Scheme | None = None
    organisation: str = ""
    officer_id: str = ""
    officer_name: str = ""
    issued_on: date | None = None
    reply_due_on: date | None = None
    appeal_due_on: date | None = None
    supervised_until: date | None = None
    appealed: bool = False
    escalated: bool = False
    reason: str = ""
    letter_number: str = ""


def apply(card: Card, event: e.CardEvent) -> Card:
    """Return the card after an event; raises KeyError for one that the table does not know from where it stands."""
    card = replace(card, state=TABLE[card.state, type(event)].to, version=card.version + 1)
    fold = _FOLDS.get(type(event))
    return replace(card, **fold(event)) if fold else card


def _supervised(event: Any) -> dict[str, Any]:
    return {"supervised_until": event.until}


_FOLDS: dict[type[e.CardEvent], Callable[[Any], dict[str, Any]]] = {
    e.CardProposed: lambda event: {"colour": Colour(event.colour), "scheme": Scheme(event.scheme)},
    e.CardIssued: lambda event: {
        "officer_id": event.officer_id,
        "officer_name": event.officer_name,
        "issued_on": event.issued_on,
        "reply_due_on": event.reply_due_on,
        "appeal_due_on": event.appeal_due_on,
        "supervised_until": event.supervised_until,
    },
    e.PutUnderSupervision: _supervised,
    e.SupervisionLetterSent: lambda event: {
        "supervised_until": event.until,
        "letter_number": event.document_number,
    },
    e.CardAppealed: lambda _: {"appealed": True},
    e.CardUpheld: lambda event: {"supervised_until": event.supervised_until},
    e.CardEscalated: lambda _: {"escalated": True},
    e.CardWithdrawn: lambda event: {"reason": event.reason},
    e.CardCancelled: lambda event: {"reason": event.reason},
}


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What a decision may look at besides the card: the day, the calendar, the terms in force, and who acts."""

    on: date
    calendar: WorkingCalendar
    terms: Terms
    by: Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """Issue a card to an officer ("" where none is known)."""

    officer_id: str = ""
    officer_name: str = ""
    automatic: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancel:
    """Do not issue a card that waits."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """Say what was done; `files` are digests."""

    text: str
    files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Appeal:
    """Object to a card; `files` are digests."""

    grounds: str
    files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DecideAppeal:
    """Decide whether the card stays."""

    upheld: bool
    reasons: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Supervise:
    """Put a card under supervision until a day (by default the term in force)."""

    until: date | None = None
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SendLetter:
    """Send a supervision letter under a number."""

    document_number: str
    addressee: str
    demand: str
    until: date | None = None
    office: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptRectification:
    """Find that what was wrong has been put right."""

    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Escalate:
    """Note that a graver card follows."""

    by_card: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdraw:
    """Take an issued card back."""

    reason: str


Act = (
    Issue | Cancel | Reply | Appeal | DecideAppeal | Supervise | SendLetter | AcceptRectification | Escalate | Withdraw
)


def _issue(card: Card, act: Issue, c: Circumstances) -> e.CardEvent:
    # Under scheme B a yellow card orders at once that the matter be finished within the supervision period.
    ordered = card.scheme is Scheme.B and card.colour is Colour.YELLOW
    return e.CardIssued(
        issued_on=c.on,
        reply_due_on=c.calendar.add(c.on, c.terms.reply_days.value),
        appeal_due_on=c.calendar.add(c.on, c.terms.appeal_days.value),
        officer_id=act.officer_id,
        officer_name=act.officer_name,
        supervised_until=c.calendar.add(c.on, c.terms.supervision_days.value) if ordered else None,
        automatic=act.automatic,
        ground=c.terms.reply_days.citation,
    )


def _cancel(_card: Card, act: Cancel, _c: Circumstances) -> e.CardEvent:
    return e.CardCancelled(reason=_stated(act.reason, act=CardAct.CANCEL, what=N_("理由")))


def _reply(card: Card, act: Reply, c: Circumstances) -> e.CardEvent:
    _check_concerned(card, c.by, act=CardAct.REPLY)
    return e.CardReplied(text=_stated(act.text, act=CardAct.REPLY, what=N_("情况说明")), files=_few(act.files))


def _appeal(card: Card, act: Appeal, c: Circumstances) -> e.CardEvent:
    _check_concerned(card, c.by, act=CardAct.APPEAL)
    if card.appealed:
        raise r.AppealDecided(number=card.number)
    if card.appeal_due_on is not None and c.on > card.appeal_due_on:
        raise r.AppealTooLate(
            number=card.number, due=card.appeal_due_on.isoformat(), ground=c.terms.appeal_days.citation
        )
    return e.CardAppealed(
        grounds=_stated(act.grounds, act=CardAct.APPEAL, what=N_("申诉理由")),
        decide_by=c.calendar.add(c.on, c.terms.decision_days.value),
        files=_few(act.files),
    )


def _decide_appeal(card: Card, act: DecideAppeal, c: Circumstances) -> e.CardEvent:
    reasons = _stated(act.reasons, act=CardAct.DECIDE_APPEAL, what=N_("理由"))
    if not act.upheld:
        return e.CardWithdrawn(reason=reasons, after_appeal=True)
    # What ran out while the appeal was looked into must not count against those who appealed.
    again = c.calendar.add(c.on, c.terms.supervision_days.value) if card.supervised_until else None
    return e.CardUpheld(reasons=reasons, supervised_until=again)


def _supervise(_card: Card, act: Supervise, c: Circumstances) -> e.CardEvent:
    return e.PutUnderSupervision(
        until=_ahead(act.until, c, days=c.terms.supervision_days.value), words=act.words.strip()[:LONGEST_TEXT]
    )


def _send_letter(_card: Card, act: SendLetter, c: Circumstances) -> e.CardEvent:
    return e.SupervisionLetterSent(
        document_number=act.document_number,
        addressee=act.addressee,
        until=_ahead(act.until, c, days=c.terms.rectification_days.value),
        demand=_stated(act.demand, act=CardAct.SEND_LETTER, what=N_("要求")),
        office=act.office,
    )


def _accept(_card: Card, act: AcceptRectification, _c: Circumstances) -> e.CardEvent:
    return e.RectificationAccepted(words=act.words.strip()[:LONGEST_TEXT])


def _escalate(_card: Card, act: Escalate, _c: Circumstances) -> e.CardEvent:
    return e.CardEscalated(by_card=act.by_card)


def _withdraw(_card: Card, act: Withdraw, _c: Circumstances) -> e.CardEvent:
    return e.CardWithdrawn(reason=_stated(act.reason, act=CardAct.WITHDRAW, what=N_("理由")))


def _stated(text: str, *, act: CardAct, what: str) -> str:
    text = text.strip()
    if not text:
        raise r.ReasonMissing(act=act.label, what=what)
    return text[:LONGEST_TEXT]


def _few(files: tuple[str, ...]) -> tuple[str, ...]:
    if len(files) > MOST_FILES:
        raise r.TooManyEvidenceFiles(most=MOST_FILES, count=len(files))
    return files


def _ahead(until: date | None, c: Circumstances, *, days: int) -> date:
    chosen = until or c.calendar.add(c.on, days)
    if chosen <= c.on:
        raise r.UntilNotAhead(until=chosen.isoformat(), today=c.on.isoformat())
    return chosen


def _check_concerned(card: Card, by: Actor, *, act: CardAct) -> None:
    """Refuse one who is neither the officer addressed nor of his organisation; a card of no office is the scope's."""
    if by.kind is ActorKind.STAFF and (not card.organisation or by.id == card.officer_id):
        return
    if by.kind is not ActorKind.STAFF or (by.organisation and by.organisation != card.organisation):
        raise r.CardNotYours(number=card.number, act=act.label)


# Act -> its name for people, what decides, and the event that the table must know.
_DECISIONS: dict[type[Any], tuple[CardAct | None, Callable[[Card, Any, Circumstances], e.CardEvent], Any]] = {
    Issue: (CardAct.ISSUE, _issue, e.CardIssued),
    Cancel: (CardAct.CANCEL, _cancel, e.CardCancelled),
    Reply: (CardAct.REPLY, _reply, e.CardReplied),
    Appeal: (CardAct.APPEAL, _appeal, e.CardAppealed),
    DecideAppeal: (CardAct.DECIDE_APPEAL, _decide_appeal, e.CardUpheld),
    Supervise: (CardAct.SUPERVISE, _supervise, e.PutUnderSupervision),
    SendLetter: (CardAct.SEND_LETTER, _send_letter, e.SupervisionLetterSent),
    AcceptRectification: (CardAct.ACCEPT_RECTIFICATION, _accept, e.RectificationAccepted),
    Withdraw: (CardAct.WITHDRAW, _withdraw, e.CardWithdrawn),
    Escalate: (None, _escalate, e.CardEscalated),
}


def possible_acts(card: Card, *, on: date) -> tuple[CardAct, ...]:
    """Return what may be done with a card on a day, whoever asks, in a fixed order."""
    return tuple(
        act
        for act, _, event in _DECISIONS.values()
        if act is not None and (card.state, event) in TABLE and not (act is CardAct.APPEAL and _over(card, on))
    )


def _over(card: Card, on: date) -> bool:
    return card.appealed or (card.appeal_due_on is not None and on > card.appeal_due_on)


def decide(card: Card, act: Act, circumstances: Circumstances) -> e.CardEvent:
    """Return the event that an act on a card brings about.

    Raises CardNotPossibleNow, CardNotYours, ReasonMissing, AppealTooLate, AppealDecided, UntilNotAhead,
    TooManyEvidenceFiles.
    """
    name, decision, event = _DECISIONS[type(act)]
    if (card.state, event) not in TABLE:
        possible = _SEPARATOR.join(each.label for each in possible_acts(card, on=circumstances.on))
        raise r.CardNotPossibleNow(
            number=card.number,
            state=card.state.label if card.state else "",
            act=name.label if name else N_("升级"),
            possible=possible or N_("无"),
        )
    return decision(card, act, circumstances)


def diagram() -> str:
    """Return the table as a Mermaid state diagram."""
    lines = ["stateDiagram-v2", *(f'    state "{state.label}" as {state.name}' for state in CardState)]
    for (state, event), transition in TABLE.items():
        start = state.name if state else "[*]"
        lines.append(f"    {start} --> {transition.to.name}: {event.label()} · {transition.ground}")
    return "\n".join(lines) + "\n"
