"""The lives of a work order, a consultation and a complaint as one table: (kind, state, step) -> state.

Everything that asks "may this happen now?" reads this table; the diagram is printed from it. It has no way from
an open work order to its end that leaves out the call to the rater and the reply to him: that is how the
call-back rate of bad ratings is 100 % (国办发〔2019〕51号).
"""

from dataclasses import dataclass
from enum import StrEnum

from yichuang.kernel.words import N_


class Kind(StrEnum):
    """What the public brought: a bad rating makes a work order, the others come by themselves."""

    WORK_ORDER = "work-order"
    CONSULTATION = "consultation"
    COMPLAINT = "complaint"

    @property
    def label(self) -> str:
        """Name the kind for people (a message id)."""
        return _KIND_LABELS[self]


class State(StrEnum):
    """Where a matter stands; which states a kind knows follows from the table."""

    OPEN = "open"
    CONTACTED = "contacted"
    REASONABLE = "reasonable"
    UNREASONABLE = "unreasonable"
    MALICIOUS = "malicious"
    CORRECTED = "corrected"
    ASKED = "asked"
    ANSWERED = "answered"
    FILED = "filed"
    ACCEPTED = "accepted"
    ASSIGNED = "assigned"
    REFERRED = "referred"
    FOUND = "found"
    REPLIED = "replied"
    FED_BACK = "fed-back"
    CLOSED = "closed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        """Name the state for people (a message id)."""
        return STATE_LABELS[self]


class Step(StrEnum):
    """What somebody does with a matter."""

    ATTEMPT = "attempt"
    CONTACT = "contact"
    GIVE_UP = "give-up"
    FIND_REASONABLE = "find-reasonable"
    FIND_UNREASONABLE = "find-unreasonable"
    FIND_MALICIOUS = "find-malicious"
    CORRECT = "correct"
    APPEAL = "appeal"
    UPHOLD = "uphold"
    EXCLUDE = "exclude"
    ASK = "ask"
    TRANSFER = "transfer"
    ANSWER = "answer"
    AMEND = "amend"
    WITHHOLD = "withhold"
    FILE = "file"
    ACCEPT = "accept"
    ASSIGN = "assign"
    REFER = "refer"
    FIND_PROVEN = "find-proven"
    FIND_PARTLY = "find-partly"
    FIND_NOT_PROVEN = "find-not-proven"
    REPLY = "reply"
    FEED_BACK = "feed-back"
    RETURN = "return"
    CLOSE = "close"
    EXTEND = "extend"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"
    ERASE = "erase"
    OPEN = "open"

    @property
    def label(self) -> str:
        """Name the step for people (a message id)."""
        return STEP_LABELS[self]


_KIND_LABELS = {Kind.WORK_ORDER: N_("差评工单"), Kind.CONSULTATION: N_("咨询"), Kind.COMPLAINT: N_("投诉")}

STATE_LABELS: dict[State, str] = {
    State.OPEN: N_("待联系评价人"),
    State.CONTACTED: N_("已联系，待核实"),
    State.REASONABLE: N_("属实，待整改"),
    State.UNREASONABLE: N_("不属实，待解释"),
    State.MALICIOUS: N_("恶意评价，待答复"),
    State.CORRECTED: N_("已整改，待答复"),
    State.ASKED: N_("待答复"),
    State.ANSWERED: N_("已答复"),
    State.FILED: N_("待决定是否受理"),
    State.ACCEPTED: N_("已受理，待交办"),
    State.ASSIGNED: N_("已交办，调查中"),
    State.REFERRED: N_("已转其他机关"),
    State.FOUND: N_("已查明，待答复"),
    State.REPLIED: N_("已答复，待核查"),
    State.FED_BACK: N_("已向投诉人反馈"),
    State.CLOSED: N_("已了结"),
    State.REFUSED: N_("不予处理"),
    State.WITHDRAWN: N_("已由本人撤回"),
}

STEP_LABELS: dict[Step, str] = {
    Step.ATTEMPT: N_("联系未果"),
    Step.CONTACT: N_("联系评价人"),
    Step.GIVE_UP: N_("多次联系未果，转入核实"),
    Step.FIND_REASONABLE: N_("认定属实"),
    Step.FIND_UNREASONABLE: N_("认定不属实"),
    Step.FIND_MALICIOUS: N_("认定恶意"),
    Step.CORRECT: N_("整改"),
    Step.APPEAL: N_("申请复核评价"),
    Step.UPHOLD: N_("复核维持评价"),
    Step.EXCLUDE: N_("复核剔除评价"),
    Step.ASK: N_("提出咨询"),
    Step.TRANSFER: N_("转给其他部门"),
    Step.ANSWER: N_("答复咨询"),
    Step.AMEND: N_("更正答复"),
    Step.WITHHOLD: N_("不再公开"),
    Step.FILE: N_("提出投诉"),
    Step.ACCEPT: N_("受理投诉"),
    Step.ASSIGN: N_("交办"),
    Step.REFER: N_("转其他机关处理"),
    Step.FIND_PROVEN: N_("查明属实"),
    Step.FIND_PARTLY: N_("查明部分属实"),
    Step.FIND_NOT_PROVEN: N_("查明不属实"),
    Step.REPLY: N_("书面答复"),
    Step.FEED_BACK: N_("向投诉人反馈结果"),
    Step.RETURN: N_("退回重办"),
    Step.CLOSE: N_("核查了结"),
    Step.EXTEND: N_("延长期限"),
    Step.REFUSE: N_("不予处理并说明理由"),
    Step.WITHDRAW: N_("本人撤回"),
    Step.ERASE: N_("删除提出人的个人信息"),
    Step.OPEN: N_("由差评生成工单"),
}

FIRST: dict[Kind, tuple[State, Step]] = {
    Kind.WORK_ORDER: (State.OPEN, Step.OPEN),
    Kind.CONSULTATION: (State.ASKED, Step.ASK),
    Kind.COMPLAINT: (State.FILED, Step.FILE),
}
FINAL: frozenset[State] = frozenset({State.ANSWERED, State.CLOSED, State.REFUSED, State.WITHDRAWN})


@dataclass(frozen=True, slots=True)
class Transition:
    """Where a step leads, and on what rule."""

    to: State
    basis: str


_RATING = "国办发〔2019〕51号"
_STANDARD = "GB/T 39734-2020"
_COMPLAINT = "GB/T 36113-2018"
_DATA = "GB/T 39046-2020"
_PLATFORM = "国办函〔2016〕108号"
_PRIVACY = "个人信息保护法第四十七条"

_O, _C, _T = Kind.WORK_ORDER, Kind.CONSULTATION, Kind.COMPLAINT

TABLE: dict[tuple[Kind, State, Step], Transition] = {
    (_O, State.OPEN, Step.ATTEMPT): Transition(State.OPEN, _RATING),
    (_O, State.OPEN, Step.CONTACT): Transition(State.CONTACTED, _RATING),
    (_O, State.OPEN, Step.GIVE_UP): Transition(State.CONTACTED, _RATING),
    (_O, State.CONTACTED, Step.FIND_REASONABLE): Transition(State.REASONABLE, _STANDARD),
    (_O, State.CONTACTED, Step.FIND_UNREASONABLE): Transition(State.UNREASONABLE, _STANDARD),
    (_O, State.CONTACTED, Step.FIND_MALICIOUS): Transition(State.MALICIOUS, _STANDARD),
    (_O, State.REASONABLE, Step.CORRECT): Transition(State.CORRECTED, _RATING),
    (_O, State.CORRECTED, Step.REPLY): Transition(State.REPLIED, _RATING),
    (_O, State.UNREASONABLE, Step.REPLY): Transition(State.REPLIED, _RATING),
    (_O, State.MALICIOUS, Step.REPLY): Transition(State.REPLIED, _RATING),
    (_O, State.REPLIED, Step.RETURN): Transition(State.CONTACTED, _RATING),
    (_O, State.REPLIED, Step.CLOSE): Transition(State.CLOSED, _RATING),
    (_C, State.ASKED, Step.TRANSFER): Transition(State.ASKED, _PLATFORM),
    (_C, State.ASKED, Step.EXTEND): Transition(State.ASKED, _DATA),
    (_C, State.ASKED, Step.ANSWER): Transition(State.ANSWERED, _PLATFORM),
    (_C, State.ASKED, Step.REFUSE): Transition(State.REFUSED, _PLATFORM),
    (_C, State.ASKED, Step.WITHDRAW): Transition(State.WITHDRAWN, _PLATFORM),
    (_C, State.ANSWERED, Step.AMEND): Transition(State.ANSWERED, _PLATFORM),
    (_C, State.ANSWERED, Step.WITHHOLD): Transition(State.ANSWERED, _PLATFORM),
    (_T, State.FILED, Step.ACCEPT): Transition(State.ACCEPTED, _COMPLAINT),
    (_T, State.FILED, Step.REFUSE): Transition(State.REFUSED, _COMPLAINT),
    (_T, State.FILED, Step.REFER): Transition(State.REFERRED, _COMPLAINT),
    (_T, State.ACCEPTED, Step.ASSIGN): Transition(State.ASSIGNED, _COMPLAINT),
    (_T, State.ACCEPTED, Step.REFER): Transition(State.REFERRED, _COMPLAINT),
    (_T, State.ASSIGNED, Step.ASSIGN): Transition(State.ASSIGNED, _COMPLAINT),
    (_T, State.ASSIGNED, Step.EXTEND): Transition(State.ASSIGNED, _DATA),
    (_T, State.REFERRED, Step.REPLY): Transition(State.REPLIED, _COMPLAINT),
    (_T, State.FOUND, Step.REPLY): Transition(State.REPLIED, _COMPLAINT),
    (_T, State.REPLIED, Step.FEED_BACK): Transition(State.FED_BACK, _COMPLAINT),
    (_T, State.REPLIED, Step.RETURN): Transition(State.ASSIGNED, _COMPLAINT),
    (_T, State.REPLIED, Step.CLOSE): Transition(State.CLOSED, _COMPLAINT),
    (_T, State.FED_BACK, Step.RETURN): Transition(State.ASSIGNED, _COMPLAINT),
    (_T, State.FED_BACK, Step.CLOSE): Transition(State.CLOSED, _COMPLAINT),
}
TABLE.update(
    {
        (_T, State.ASSIGNED, step): Transition(State.FOUND, _COMPLAINT)
        for step in (Step.FIND_PROVEN, Step.FIND_PARTLY, Step.FIND_NOT_PROVEN)
    }
)
TABLE.update(
    {
        (_T, state, Step.WITHDRAW): Transition(State.WITHDRAWN, _COMPLAINT)
        for state in (State.FILED, State.ACCEPTED, State.ASSIGNED)
    }
)
TABLE.update(
    {
        (kind, state, Step.ERASE): Transition(state, _PRIVACY)
        for kind, states in (
            (_C, (State.ANSWERED, State.REFUSED, State.WITHDRAWN)),
            (_T, (State.CLOSED, State.REFUSED, State.WITHDRAWN)),
        )
        for state in states
    }
)
TABLE.update(
    {
        (_O, state, Step.EXTEND): Transition(state, _RATING)
        for state in (State.OPEN, State.CONTACTED, State.REASONABLE, State.CORRECTED)
    }
)
# A rating may be appealed whatever the order's state: excluding it never spares the rater's call and reply.
TABLE.update(
    {
        (_O, state, step): Transition(state, _STANDARD)
        for state in State
        if state is State.OPEN or any(place.to is state for (kind, _, _), place in TABLE.items() if kind is _O)
        for step in (Step.APPEAL, Step.UPHOLD, Step.EXCLUDE)
    }
)


def states_of(kind: Kind) -> frozenset[State]:
    """Return the states that a kind can be in."""
    return frozenset({FIRST[kind][0], *(place.to for (of, _, _), place in TABLE.items() if of is kind)})


def possible_steps(kind: Kind, state: State) -> tuple[Step, ...]:
    """Return what may be done in a state, in the order of the table."""
    return tuple(step for of, here, step in TABLE if of is kind and here is state)


def diagram(kind: Kind) -> str:
    """Return the life of one kind as a Mermaid state diagram."""
    first, step = FIRST[kind]
    here = states_of(kind)
    lines = ["stateDiagram-v2"]
    lines += [f'    state "{STATE_LABELS[state]}" as {state.name}' for state in State if state in here]
    lines.append(f"    [*] --> {first.name}: {STEP_LABELS[step]}")
    for (of, state, doing), place in TABLE.items():
        if of is kind:
            lines.append(f"    {state.name} --> {place.to.name}: {STEP_LABELS[doing]} · {place.basis}")
    lines += [f"    {state.name} --> [*]" for state in State if state in here & FINAL]
    return "\n".join(lines) + "\n"
