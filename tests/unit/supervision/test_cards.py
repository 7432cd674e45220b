"""Cards: every step of their life, who may take it, by when, and what is refused in which words."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from tests.factories.stories import china
from yichuang.calendar.queries import get_calendar
from yichuang.kernel.actor import SYSTEM, Actor, ActorKind
from yichuang.kernel.refusal import Refusal
from yichuang.supervision.domain import cardevents as e
from yichuang.supervision.domain import cards as c
from yichuang.supervision.domain import refusals as r
from yichuang.supervision.domain.cardevents import CardAct
from yichuang.supervision.domain.terms import terms_on
from yichuang.supervision.domain.words import CardState, Colour, Scheme

ON = date(2026, 3, 2)
NUMBER = "JC6109242026000001"
OFFICE = "610924-guotu"
SUPERVISOR = Actor(id="supervisor-1", name="李监察", division="610900")
OFFICER = Actor(id="officer-1", name="钱审批", organisation=OFFICE, division="610924")
COLLEAGUE = Actor(id="officer-2", name="王审批", organisation=OFFICE, division="610924")
STRANGER = Actor(id="officer-3", name="冯会审", organisation="610924-zhujian", division="610924")
APPLICANT = Actor(id="applicant-1", name="陈*", kind=ActorKind.APPLICANT)


class Life:
    """One card as it goes."""

    def __init__(self, *, colour: Colour = Colour.RED, scheme: Scheme = Scheme.A, organisation: str = OFFICE) -> None:
        proposed = e.CardProposed(
            rule="promised-overdue",
            rule_digest="0" * 64,
            facts_digest="1" * 64,
            colour=colour.value,
            scheme=scheme.value,
            level="department",
            occurred_on=ON,
            finding=1,
        )
        self.card = c.apply(c.Card(number=NUMBER, organisation=organisation), proposed)

    def then(self, act: c.Act, *, on: date = ON, by: Actor = SUPERVISOR) -> e.CardEvent:
        """Let somebody act; return the event, or raise the refusal and leave the card where it was."""
        circumstances = c.Circumstances(on=on, calendar=get_calendar(), terms=terms_on(on), by=by)
        event = c.decide(self.card, act, circumstances)
        self.card = c.apply(self.card, event)
        return event

    def issued(self) -> "Life":
        """Issue the card to the officer."""
        self.then(c.Issue(officer_id=OFFICER.id, officer_name=OFFICER.name))
        return self


def test_a_card_waits_until_it_is_issued_with_its_terms_in_working_days() -> None:
    life = Life()
    assert life.card.state is CardState.PENDING
    event = life.then(c.Issue(officer_id=OFFICER.id, officer_name=OFFICER.name))
    assert isinstance(event, e.CardIssued)
    days = terms_on(ON).reply_days.value
    assert get_calendar().between(ON, event.reply_due_on) == days
    assert life.card.state is CardState.ISSUED
    assert (life.card.officer_id, life.card.reply_due_on) == (OFFICER.id, event.reply_due_on)


def test_terms_count_over_the_spring_festival_in_working_days_only() -> None:
    life = Life()
    event = life.then(c.Issue(), on=date(2015, 2, 13))
    assert isinstance(event, e.CardIssued)
    assert event.reply_due_on == get_calendar().add(date(2015, 2, 13), terms_on(ON).reply_days.value)
    assert event.reply_due_on > date(2015, 2, 24)


def test_a_yellow_card_of_scheme_b_orders_at_once_a_supervision_period_and_a_red_one_of_a_does_not() -> None:
    ordered = Life(colour=Colour.YELLOW, scheme=Scheme.B).issued().card
    assert ordered.supervised_until == get_calendar().add(ON, terms_on(ON).supervision_days.value)
    assert Life(colour=Colour.RED, scheme=Scheme.A).issued().card.supervised_until is None


def test_the_officer_and_his_colleagues_reply_and_the_card_stays_where_it_is() -> None:
    life = Life().issued()
    life.then(c.Reply(text="已办结"), by=OFFICER)
    life.then(c.Reply(text="补充说明"), by=COLLEAGUE)
    assert life.card.state is CardState.ISSUED


@pytest.mark.parametrize("by", [STRANGER, APPLICANT], ids=["another office", "an applicant"])
@pytest.mark.parametrize("act", [c.Reply(text="说明"), c.Appeal(grounds="理由")], ids=["reply", "appeal"])
def test_whom_a_card_does_not_concern_neither_replies_nor_appeals(act: c.Act, by: Actor) -> None:
    with pytest.raises(r.CardNotYours):
        Life().issued().then(act, by=by)


def test_the_officer_addressed_replies_even_after_he_has_moved_to_another_office() -> None:
    moved = replace(OFFICER, organisation="610924-zhujian")
    Life().issued().then(c.Reply(text="当时的情况是……"), by=moved)


def test_an_appeal_within_the_term_is_decided_and_upheld_with_a_new_supervision_period() -> None:
    life = Life(colour=Colour.YELLOW, scheme=Scheme.B).issued()
    assert life.card.appeal_due_on is not None
    life.then(c.Appeal(grounds="停电三日"), on=life.card.appeal_due_on, by=OFFICER)
    assert life.card.state is CardState.APPEALED
    decided = life.card.appeal_due_on + timedelta(days=10)
    life.then(c.DecideAppeal(upheld=True, reasons="停电不中止时限"), on=decided)
    assert life.card.state is CardState.UPHELD
    assert life.card.supervised_until == get_calendar().add(decided, terms_on(ON).supervision_days.value)


def test_an_appeal_that_is_right_withdraws_the_card_with_the_reasons() -> None:
    life = Life().issued()
    life.then(c.Appeal(grounds="已依法延长"), by=OFFICER)
    event = life.then(c.DecideAppeal(upheld=False, reasons="延长文书属实"))
    assert event == e.CardWithdrawn(reason="延长文书属实", after_appeal=True)
    assert (life.card.state, life.card.reason) == (CardState.WITHDRAWN, "延长文书属实")


def test_an_appeal_after_the_term_is_refused_and_names_the_day_and_the_ground() -> None:
    life = Life().issued()
    assert life.card.appeal_due_on is not None
    with pytest.raises(r.AppealTooLate) as refused:
        life.then(c.Appeal(grounds="理由"), on=life.card.appeal_due_on + timedelta(days=1), by=OFFICER)
    assert life.card.appeal_due_on.isoformat() in str(refused.value)
    assert terms_on(ON).appeal_days.citation in str(refused.value)


def test_a_card_is_appealed_once() -> None:
    life = Life().issued()
    life.then(c.Appeal(grounds="理由"), by=OFFICER)
    life.then(c.DecideAppeal(upheld=True, reasons="不成立"))
    life.then(c.Supervise())
    with pytest.raises(r.AppealDecided):
        life.then(c.Appeal(grounds="再次申诉"), by=OFFICER)
    assert CardAct.APPEAL not in c.possible_acts(life.card, on=ON)


def test_a_card_under_supervision_bears_its_last_day_and_a_letter_its_number() -> None:
    life = Life().issued()
    life.then(c.Supervise(until=ON + timedelta(days=7), words="尽快办结"))
    assert (life.card.state, life.card.supervised_until) == (CardState.SUPERVISED, ON + timedelta(days=7))
    life.then(c.SendLetter(document_number="紫监督字〔2026〕1号", addressee="紫阳县国土资源局", demand="限期办结"))
    assert life.card.letter_number == "紫监督字〔2026〕1号"
    assert life.card.supervised_until == get_calendar().add(ON, terms_on(ON).rectification_days.value)


def test_a_period_ends_after_the_day_it_is_set() -> None:
    with pytest.raises(r.UntilNotAhead):
        Life().issued().then(c.Supervise(until=ON))


@pytest.mark.parametrize(
    "act",
    [
        c.Reply(text=" "),
        c.Appeal(grounds=""),
        c.Withdraw(reason="\n"),
        c.SendLetter(document_number="1", addressee="局", demand=""),
    ],
    ids=lambda act: type(act).__name__,
)
def test_what_is_done_without_a_word_is_refused(act: c.Act) -> None:
    with pytest.raises(r.ReasonMissing):
        Life().issued().then(act, by=OFFICER)


def test_what_waits_is_cancelled_for_a_reason_and_never_withdrawn() -> None:
    life = Life()
    with pytest.raises(r.CardNotPossibleNow):
        life.then(c.Withdraw(reason="误判"))
    with pytest.raises(r.ReasonMissing):
        life.then(c.Cancel(reason=""))
    life.then(c.Cancel(reason="县里补报旧账"))
    assert life.card.state is CardState.CANCELLED


@pytest.mark.parametrize("end", [CardState.WITHDRAWN, CardState.CANCELLED])
def test_nothing_happens_any_more_to_a_card_that_is_withdrawn_or_cancelled(end: CardState) -> None:
    life = Life()
    if end is CardState.WITHDRAWN:
        life.issued().then(c.Withdraw(reason="误判"))
    else:
        life.then(c.Cancel(reason="误判"))
    assert c.possible_acts(life.card, on=ON) == ()
    for act in (c.Issue(), c.Supervise(), c.AcceptRectification(), c.Reply(text="说明")):
        with pytest.raises(r.CardNotPossibleNow):
            life.then(act, by=OFFICER)


def test_a_card_that_was_put_right_may_still_be_withdrawn_and_nothing_else() -> None:
    life = Life().issued()
    life.then(c.AcceptRectification(words="已办结"))
    assert c.possible_acts(life.card, on=ON) == (CardAct.WITHDRAW,)


def test_a_refusal_names_what_is_possible_instead() -> None:
    with pytest.raises(r.CardNotPossibleNow) as refused:
        Life().then(c.Reply(text="说明"), by=OFFICER)
    assert CardAct.ISSUE.label in str(refused.value)
    assert "行政许可法" in str(refused.value)


def test_the_system_issues_and_withdraws_as_people_do() -> None:
    life = Life()
    life.then(c.Issue(automatic=True), by=SYSTEM)
    life.then(c.Withdraw(reason="日历更正"), by=SYSTEM)
    assert life.card.state is CardState.WITHDRAWN


# --- history ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", e.EVENT_TYPES, ids=lambda kind: kind.__name__)
def test_every_event_has_a_versioned_name_a_label_and_a_place_in_the_table(kind: type[e.CardEvent]) -> None:
    assert e.NAMES[kind].startswith("supervision.") and e.NAMES[kind].endswith(".v1")
    assert kind.label()
    assert any(event is kind for _, event in c.TABLE)


def test_an_event_is_stored_and_read_back_the_same() -> None:
    event = e.CardAppealed(grounds="停电三日", decide_by=date(2026, 3, 9), files=("a" * 64,))
    name, payload = e.encode(event)
    assert e.decode(name, payload) == event
    with pytest.raises(e.UnknownCardEvent):
        e.decode("supervision.card-eaten.v1", b"{}")


@pytest.mark.parametrize("changed", ["card", "seq", "name", "at", "actor", "payload"])
def test_the_chain_tells_any_change(changed: str) -> None:
    told = {
        "card": NUMBER,
        "seq": 2,
        "name": "supervision.card-issued.v1",
        "at": china("2026-03-02"),
        "actor": ("a", "李"),
        "payload": b"{}",
    }
    other = {
        "card": "JC6109242026000002",
        "seq": 3,
        "name": "supervision.card-replied.v1",
        "at": china("2026-03-03"),
        "actor": ("b", "李"),
        "payload": b'{"text":"1"}',
    }
    first = e.link(e.GENESIS, **told)  # type: ignore[arg-type]
    assert first != e.link(e.GENESIS, **{**told, changed: other[changed]})  # type: ignore[arg-type]
    assert e.link(first, **told) != first  # type: ignore[arg-type]


def test_the_diagram_names_every_state_and_every_step() -> None:
    drawn = c.diagram()
    for state in CardState:
        assert state.label in drawn
    for kind in e.EVENT_TYPES:
        assert kind.label() in drawn


def test_refusals_are_sentences_with_what_to_do_next() -> None:
    for kind in vars(r).values():
        if isinstance(kind, type) and issubclass(kind, Refusal) and kind is not Refusal:
            assert kind.sentence
            assert kind.remedy
