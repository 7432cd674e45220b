"""Properties of cases: fold is total and splits anywhere, the codec loses nothing, the chain hides nothing."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.factories.stories import Story, china, receipt, terms, working_days
from yichuang.calendar.queries import get_calendar
from yichuang.calendar.values import CHINA
from yichuang.cases import codec
from yichuang.cases.domain import acts as a
from yichuang.cases.domain import chain
from yichuang.cases.domain import events as e
from yichuang.cases.domain.clocks import Limit, Unit
from yichuang.cases.domain.decide import possible_acts
from yichuang.cases.domain.lifecycle import FINAL, TABLE, Status
from yichuang.cases.domain.materials import MaterialEntry
from yichuang.cases.domain.state import State, apply, fold
from yichuang.cases.domain.statutes import load_statutes
from yichuang.cases.domain.trail import Told, follow
from yichuang.cases.projections import Folded
from yichuang.kernel.refusal import Refusal

# --- what can happen, from the types of the fields: a new field is covered the day it is written ---------------------

TEXT = st.text(st.characters(codec="utf-8"), max_size=12)
INSTANTS = st.datetimes(
    datetime(2004, 7, 1), datetime(2026, 12, 31), timezones=st.sampled_from([CHINA, UTC])
)  # fmt: skip
LIMITS = st.builds(Limit, st.integers(0, 90), st.sampled_from(Unit))
BY_TYPE: dict[Any, st.SearchStrategy[Any]] = {
    str: TEXT,
    int: st.integers(0, 90),
    bool: st.booleans(),
    date: st.dates(date(2004, 7, 1), date(2049, 12, 31)),
    datetime: INSTANTS,
    Limit: LIMITS,
    tuple[int, ...]: st.lists(st.integers(0, 20), max_size=6).map(tuple),
    tuple[str, ...]: st.lists(TEXT, max_size=4).map(tuple),
    tuple[MaterialEntry, ...]: st.lists(
        st.builds(
            MaterialEntry, TEXT, st.sampled_from(["bring", "upload", "reuse", "promise"]), st.integers(0, 9), TEXT
        ),
        max_size=3,
    ).map(tuple),
}
for kind in (Limit, date, datetime):
    BY_TYPE[kind | None] = st.none() | BY_TYPE[kind]


def built(kind: type[msgspec.Struct], **fixed: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Return a strategy for a struct by the types of its fields."""
    fields = {field.name: BY_TYPE[field.type] for field in msgspec.structs.fields(kind)}
    return st.builds(kind, **{**fields, **fixed})


EVENTS = st.one_of([built(kind) for kind in e.EVENT_TYPES])


@st.composite
def histories(draw: st.DrawFn) -> list[tuple[e.Event, datetime]]:
    """Draw a walk through the life-cycle table: any history that the ledger may hold, breaches included."""
    status, at = Status.NEW, draw(INSTANTS)
    told: list[tuple[e.Event, datetime]] = []
    for _ in range(draw(st.integers(0, 14))):
        ways = [(kind, transition.to) for (start, kind), transition in TABLE.items() if start is status]
        if not ways:
            break
        kind, status = draw(st.sampled_from(ways))
        at += timedelta(minutes=draw(st.integers(0, 60 * 24 * 20)))
        told.append((draw(built(kind)), at))
    return told


# --- fold -------------------------------------------------------------------------------------------------------------


@given(histories())
def test_fold_takes_every_history_that_the_table_allows_and_is_deterministic(told: list[Any]) -> None:
    state = fold(told)
    assert state == fold(list(told))
    assert state.seq == len(told)
    assert state.last_at == (told[-1][1] if told else None)


@given(histories(), st.data())
def test_a_history_may_be_folded_in_any_two_parts(told: list[Any], data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, len(told)))
    assert fold(told[cut:], fold(told[:cut])) == fold(told)


@given(histories(), EVENTS, INSTANTS)
def test_an_event_without_a_place_breaks_the_fold_and_one_with_a_place_moves_it(
    told: list[Any], event: e.Event, at: datetime
) -> None:
    state = fold(told)
    transition = TABLE.get((state.status, type(event)))
    try:
        after: State | None = apply(state, event, at)
    except Refusal:
        after = None
    assert (after is None) is (transition is None)
    if after is not None and transition is not None:
        assert after.status is transition.to
        assert after.seq == state.seq + 1


@given(histories())
def test_what_was_stored_and_read_back_folds_to_the_same_state(told: list[Any]) -> None:
    read_back = [(codec.decode(*codec.encode(event)), at.astimezone(UTC)) for event, at in told]
    assert fold(read_back) == fold(told)


@given(histories())
def test_folding_event_by_event_is_folding_at_once(told: list[Any]) -> None:
    folded = Folded()
    for event, at in told:
        folded.take(Told(event, at, at), b"\0" * 32)
    assert folded.state == fold(told)


@given(histories())
def test_what_a_history_leaves_behind_can_be_told_of_any_that_the_table_allows(told: list[Any]) -> None:
    trail = follow(
        [Told(event, at, at) for event, at in told], calendar=get_calendar(), statutes=load_statutes(), own=False
    )
    assert trail.lag_days == 0
    assert trail.special_over_days >= 0
    assert trail.consult_over_days >= 0
    assert trail.off_day_acts <= len(told)
    assert (trail.earliest is None) is (trail.latest is None)


# --- decide -----------------------------------------------------------------------------------------------------------

# A year with rules on tolerance and commitment.
START = date(2021, 3, 1)
LATER = date(2021, 3, 10)
ORDINARY: list[a.Act] = [
    receipt(),
    a.CorrectMaterials(),
    a.PreExamine(passed=True),
    a.RequestSupplement(missing=("章程",)),
    a.TakeSupplement(),
    a.LapseSupplement(),
    a.RefuseAcceptance(ground="no-licence-needed", reason="不"),
    a.Accept(),
    a.Accept(automatic=True),
    a.Accept(promised=working_days(3)),
    a.StartStep(step="审核", limit=working_days(2)),
    a.FinishStep(step="审核"),
    a.Consult(organisation="甲"),
    a.AnswerConsultation(organisation="甲", answer=""),
    a.StartSpecialProcedure(procedure="hearing", reason="依申请"),
    a.EndSpecialProcedure(),
    a.Extend(days=5, reason="复杂", approved_by="局长"),
    a.Forward(to_organisation="市", reason="权限"),
    a.Grant(),
    a.Refuse(reason="不符", remedies="复议"),
    a.IssueCertificate(name="证", certificate_number="1"),
    a.Deliver(),
    a.Withdraw(),
    a.Close(),
    a.Void(reason="错"),
    a.Archive(),
    a.TakeMaterials(entries=(MaterialEntry("住所证明", "upload"), MaterialEntry("照片", "bring", 2))),
    a.Accept(tolerated=("照片",), tolerated_until=LATER, committed=("无犯罪记录证明",)),
    a.TakeTolerated(materials=("照片",)),
    a.LapseTolerated(),
    a.HandOver(to_id="b-post", to_name="乙岗", reason="外出"),
    a.AssignAgent(agent_id="agent-1", agent_name="代办员"),
    a.OpenGreenChannel(reason="重点项目", approved_by="中心主任"),
    a.ReviewOnSite(on=START, participants=("甲", "乙"), minutes="纪要", conclusion="通过"),
    a.MoveMaterials(to_centre="610924-centre-b", materials=("申请书",)),
    a.ChargeFee(name="证照工本费", amount="10.5"),
    a.PayFee(receipt_number="票1"),
]


@settings(max_examples=300)
@given(
    st.lists(st.tuples(st.sampled_from(ORDINARY), st.integers(0, 12)), max_size=40),
    st.booleans(),
)
def test_whatever_is_tried_the_case_stays_lawful_and_its_facts_can_be_told(
    tries: list[tuple[a.Act, int]], observed: bool
) -> None:
    story = Story(terms=terms(), observed=observed)
    day = START
    for act, later in tries:
        day += timedelta(days=later)
        before = story.state
        possible = type(act) in possible_acts(before, observed=observed)
        try:
            events = story.then(act, day.isoformat())
        except Refusal as refusal:
            assert story.state == before
            assert str(refusal)
            assert "{" not in str(refusal)
            continue
        assert possible
        assert events
        assert story.state == fold(story.history)
        facts = story.facts(on=day.isoformat())
        if facts.used_days is not None:
            assert facts.used_days >= 0
            assert facts.accepted_on is not None
        assert not (facts.early and facts.late_promised)
        assert facts.paused_days == 0 or facts.special_count > 0
        assert facts.counted is (story.state.status is not Status.VOIDED)
        course = story.course(on=day.isoformat())
        assert (course.decision != "") is (story.state.decided_at is not None)
        assert course.entry_lag_days == 0
        assert (course.special_open_wd is not None) is (story.state.status is Status.SUSPENDED)
        if not observed:
            breaches = (
                course.decided_unaccepted, course.certificate_early, course.delivered_early, course.late_supplements,
                course.supplements_unasked, course.promise_over_statutory, course.reviewed_alone,
                course.extensions_unapproved,
            )  # fmt: skip
            assert not any(breaches), "our own commands bring about no breach of order or content"
        # A deadline of the office's stands exactly where something lies with the office.
        waiting = {Status.RECEIVED, Status.ACCEPTED, Status.GRANTED, Status.REFUSED}
        assert (facts.next_due_at is not None) is (story.state.status in waiting)
        assert facts.tolerated_until is None or story.state.tolerated
        assert facts.green_channel is bool(story.state.green)
        if story.state.status in FINAL:
            assert facts.involved == ""
        if not observed:
            assert story.state.decided_at is None or story.state.accepted_at is not None
            assert story.state.supplement_requests <= 1
            assert story.state.extension_days <= 10
            assert not (story.state.tolerated and story.state.status is Status.GRANTED)


# --- codec ------------------------------------------------------------------------------------------------------------


@given(EVENTS)
def test_every_event_comes_back_from_its_text_as_it_went(event: e.Event) -> None:
    name, payload = codec.encode(event)
    assert codec.decode(name, payload) == event
    assert codec.decode(name, payload.decode()) == event
    assert codec.encode(codec.decode(name, payload)) == (name, payload)


@given(EVENTS, EVENTS)
def test_different_events_have_different_texts(one: e.Event, other: e.Event) -> None:
    assert (codec.encode(one) == codec.encode(other)) is (one == other)


# --- chain ------------------------------------------------------------------------------------------------------------


def chained(told: list[Any]) -> list[dict[str, Any]]:
    """Return the links of a history as an outsider holds them."""
    head, rows = chain.GENESIS, []
    for seq, (event, at) in enumerate(told, start=1):
        name, payload = codec.encode(event)
        times = (chain.canonical_time(at),) * 3
        row: dict[str, Any] = {
            "case_uuid": "6f1c2a526a0e5d0c9a536a7c8f0b5b11",
            "seq": seq,
            "name": name,
            "times": times,
            "actor": ("clerk-07", "窗口七号"),
            "payload": payload,
        }
        head = chain.link(head, **row)
        rows.append({**row, "hash": head})
    return rows


def is_whole(rows: list[dict[str, Any]]) -> bool:
    """Recompute every link."""
    head = chain.GENESIS
    for row in rows:
        covered = {name: value for name, value in row.items() if name != "hash"}
        head = chain.link(head, **covered)
        if head != row["hash"]:
            return False
    return True


def flipped(data: bytes, place: int, bit: int) -> bytes:
    """Change one bit."""
    return data[:place] + bytes([data[place] ^ (1 << bit)]) + data[place + 1 :]


@given(histories().filter(bool), st.data())
def test_any_single_changed_bit_of_any_link_is_found(told: list[Any], data: st.DataObject) -> None:
    rows = chained(told)
    assert is_whole(rows)
    victim = data.draw(st.integers(0, len(rows) - 1))
    bit = data.draw(st.integers(0, 7))
    field = data.draw(st.sampled_from(["payload", "hash"]))
    place = data.draw(st.integers(0, len(rows[victim][field]) - 1))
    spoiled = [*rows]
    spoiled[victim] = {**rows[victim], field: flipped(rows[victim][field], place, bit)}
    assert not is_whole(spoiled)


@given(histories().filter(lambda told: len(told) > 1), st.data())
def test_a_changed_order_a_gap_or_another_time_or_actor_is_found(told: list[Any], data: st.DataObject) -> None:
    rows = chained(told)
    victim = data.draw(st.integers(0, len(rows) - 2))
    swapped = [*rows]
    swapped[victim], swapped[victim + 1] = rows[victim + 1], rows[victim]
    assert not is_whole(swapped)
    assert not is_whole(rows[:victim] + rows[victim + 1 :])
    at = chain.canonical_time(told[victim][1] + timedelta(microseconds=1))
    for place in range(3):
        times = list(rows[victim]["times"])
        times[place] = at
        assert not is_whole([*rows[:victim], {**rows[victim], "times": tuple(times)}, *rows[victim + 1 :]])
    for place in range(2):
        actor = list(rows[victim]["actor"])
        actor[place] += "x"
        assert not is_whole([*rows[:victim], {**rows[victim], "actor": tuple(actor)}, *rows[victim + 1 :]])


# --- facts ------------------------------------------------------------------------------------------------------------


@given(st.dates(date(2005, 1, 1), date(2024, 12, 31)), st.integers(0, 60), st.integers(0, 60), st.integers(0, 40))
def test_late_is_using_more_working_days_than_promised(
    accepted_on: date, promise: int, pause: int, decided_after: int
) -> None:
    story = Story(terms=terms(promised=working_days(promise), statutory=working_days(60)))
    story.then(receipt(), accepted_on.isoformat())
    story.then(a.Accept(), accepted_on.isoformat())
    story.then(a.StartSpecialProcedure(procedure="hearing", reason="依申请"), accepted_on.isoformat())
    ended = accepted_on + timedelta(days=pause)
    story.then(a.EndSpecialProcedure(), ended.isoformat())
    decided = ended + timedelta(days=decided_after)
    story.then(a.Grant(), decided.isoformat())

    facts = story.facts()

    assert facts.used_days is not None
    assert facts.accepted_wd is not None
    assert facts.ended_wd == story.calendar.ordinal(decided)
    assert facts.used_days == facts.ended_wd - facts.accepted_wd - facts.paused_days
    on_a_day_off = promise == pause == 0 and not story.calendar.is_working_day(accepted_on)
    if not on_a_day_off:
        assert facts.late_promised is (facts.used_days > promise)
    assert not facts.early or facts.used_days <= promise
    assert facts.promised_due_at is not None
    assert facts.promised_due_at >= china(accepted_on.isoformat()) or promise == 0
