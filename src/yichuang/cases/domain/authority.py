"""Authority: which power an act takes, and whether the letter of authority (授权书) covers him who acts; pure.

The list itself is kept by accounts. What an applicant may do himself, anybody at a window may record for him; what
binds him takes a power; what time, another system or another node brings about is nobody's act and is not asked.
"""

from yichuang.accounts.values import Power
from yichuang.cases.domain import acts as a
from yichuang.cases.domain import refusals as r
from yichuang.cases.domain.circumstances import SEPARATOR, Circumstances
from yichuang.cases.domain.state import State
from yichuang.kernel.actor import ActorKind
from yichuang.kernel.words import N_

POWERS: dict[type[a.Act], Power] = {
    **dict.fromkeys(
        (
            a.CorrectMaterials,
            a.PreExamine,
            a.RequestSupplement,
            a.LapseSupplement,
            a.RefuseAcceptance,
            a.Accept,
            a.TakeTolerated,
            a.LapseTolerated,
            a.ChargeFee,
        ),
        Power.RECEIVE,
    ),
    **dict.fromkeys(
        (a.StartStep, a.FinishStep, a.Consult, a.AnswerConsultation, a.EndSpecialProcedure),
        Power.REVIEW,
    ),
    **dict.fromkeys((a.StartSpecialProcedure, a.Extend, a.Forward, a.Grant, a.Refuse, a.Void), Power.DECIDE),
    a.IssueCertificate: Power.SEAL,
}
FOR_APPLICANTS: frozenset[type[a.Act]] = frozenset({a.Receive, a.TakeMaterials, a.TakeSupplement, a.Withdraw})


def asked_of(act: a.Act, state: State) -> str:
    """Return the organisation whose letter of authority must cover the act.

    A consulted department answers under its own; a step lies with the department that has it now.
    """
    if isinstance(act, a.AnswerConsultation):
        return act.organisation
    if isinstance(act, a.FinishStep) and state.open_step is not None:
        return state.open_step.organisation
    return state.received.organisation if state.received else ""


def check_actor(act: a.Act, c: Circumstances, state: State) -> None:
    """Refuse an act that its actor may not do; raises NotForApplicants, OutsideAuthority."""
    by = c.by
    if by is None:
        return
    if by.kind is ActorKind.APPLICANT:
        if type(act) not in FOR_APPLICANTS:
            raise r.NotForApplicants(number=c.number, act=a.ACT_LABELS[type(act)])
    elif type(act) in POWERS and c.authorised is not None and by.id not in c.authorised:
        raise _outside(by.name, c, state, act=a.ACT_LABELS[type(act)])


def check_approver(approved_by: str, c: Circumstances, state: State, *, act: str) -> None:
    """Refuse where the named approver (by id or name) has no power to decide; raises OutsideAuthority."""
    if c.authorised is not None and approved_by not in (*c.authorised, *c.authorised_names):
        raise _outside(approved_by, c, state, act=act)


def check_receiver(act: a.HandOver, c: Circumstances, state: State) -> None:
    """Refuse to lay a case before somebody whom no power covers; raises OutsideAuthority."""
    if c.authorised is not None and act.to_id not in c.authorised:
        raise _outside(act.to_name, c, state, act=N_("接办"))


def _outside(who: str, c: Circumstances, state: State, *, act: str) -> r.OutsideAuthority:
    item = c.terms.name if c.terms else state.received.item if state.received else ""
    names = dict.fromkeys(c.authorised_names)
    return r.OutsideAuthority(
        number=c.number, who=who, act=act, item=item, holders=SEPARATOR.join(names) or N_("无（尚未登记授权书）")
    )
