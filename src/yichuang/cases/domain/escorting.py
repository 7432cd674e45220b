"""Escorting: who has a case, who goes along with it, and where its papers are; pure.

Hand-over between A/B posts, the agent who goes the whole way (全程代办), the green channel, the look on the spot
(现场会审), the movement of papers between town and county, and fees.
"""

import re
from datetime import datetime

from yichuang.calendar.values import local_day
from yichuang.cases.domain import acts as a
from yichuang.cases.domain import bounds
from yichuang.cases.domain import events as e
from yichuang.cases.domain import refusals as r
from yichuang.cases.domain.authority import check_receiver
from yichuang.cases.domain.circumstances import SEPARATOR, Circumstances
from yichuang.cases.domain.state import State
from yichuang.kernel.words import N_

# Art. 34: an inspection on the spot is made by two or more officers.
LEAST_OFFICERS = 2
_YUAN = re.compile(r"[0-9]{1,10}(\.[0-9]{1,2})?")


def _need(value: object, *, act: str, what: str) -> None:
    if not value:
        raise r.ReasonMissing(act=act, what=what)


def hand_over(s: State, act: a.HandOver, c: Circumstances, at: datetime) -> tuple[e.Event, ...]:
    """Lay the case before another; raises ReasonMissing, AlreadyThere, OutsideAuthority, TextUnfit."""
    bounds.check(act, bounds.HAND_OVER)
    _need(act.to_id and act.to_name, act=N_("移交"), what=N_("接办人"))
    _need(act.reason, act=N_("移交"), what=N_("理由"))
    if act.to_id == s.handler:
        raise r.AlreadyThere(number=c.number, place=act.to_name)
    check_receiver(act, c, s)
    return (e.CaseHandedOver(to_id=act.to_id, to_name=act.to_name, reason=act.reason),)


def pass_to_node(s: State, act: a.PassToNode, c: Circumstances, at: datetime) -> tuple[e.Event, ...]:
    """Hand the case to another node; raises AlreadyThere, ReasonMissing, TextUnfit."""
    bounds.check(act, bounds.NODE)
    _need(act.to_node, act=N_("移交节点"), what=N_("接收节点"))
    if act.to_node == act.from_node:
        raise r.AlreadyThere(number=c.number, place=act.to_node)
    return (
        e.CasePassedToNode(to_node=act.to_node, from_node=act.from_node, reason=act.reason, taken_over=act.taken_over),
    )


def assign_agent(s: State, act: a.AssignAgent, c: Circumstances, at: datetime) -> tuple[e.Event, ...]:
    """Name the agent; raises ReasonMissing, AlreadyThere, TextUnfit."""
    bounds.check(act, bounds.AGENT)
    _need(act.agent_id and act.agent_name, act=N_("指派代办员"), what=N_("代办员"))
    if act.agent_id == s.agent:
        raise r.AlreadyThere(number=c.number, place=act.agent_name)
    return (e.AgentAssigned(agent_id=act.agent_id, agent_name=act.agent_name, note=act.note),)


def open_green(s: State, act: a.OpenGreenChannel, c: Circumstances, at: datetime) -> tuple[e.Event, ...]:
    """Let the case go first; raises ReasonMissing, AlreadyGreen."""
    _need(act.reason, act=N_("开通绿色通道"), what=N_("理由"))
    _need(act.approved_by, act=N_("开通绿色通道"), what=N_("批准人"))
    if s.green:
        raise r.AlreadyGreen(number=c.number, reason=s.green)
    return (e.GreenChannelOpened(reason=act.reason, approved_by=act.approved_by),)


def review_on_site(s: State, act: a.ReviewOnSite, c: Circumstances, at: datetime) -> tuple[e.Event, ...]:
    """Record the look on the spot; raises TooFewOfficers, ReasonMissing, ReviewDateWrong."""
    officers = tuple(name.strip() for name in act.participants if name.strip())
    if len(set(officers)) < LEAST_OFFICERS and not c.observed:
        raise r.TooFewOfficers(count=len(set(officers)), least=LEAST_OFFICERS)
    _need(act.minutes, act=N_("现场会审"), what=N_("会审纪要"))
    _need(act.conclusion, act=N_("现场会审"), what=N_("会审结论"))
    first = local_day(s.received_at) if s.received_at else act.on
    if not first <= act.on <= local_day(at):
        raise r.ReviewDateWrong(on=act.on.isoformat(), first=first.isoformat(), last=local_day(at).isoformat())
    return (e.SiteReviewed(on=act.on, participants=officers, minutes=act.minutes, conclusion=act.conclusion),)


def move_materials(s: State, act: a.MoveMaterials, c: Circumstances, at: datetime) -> tuple[e.Event, ...]:
    """Send papers to another centre; raises ReasonMissing, AlreadyThere, TextUnfit."""
    bounds.check(act, bounds.MOVEMENT)
    _need(act.to_centre, act=N_("流转材料"), what=N_("送达的中心"))
    _need(act.materials, act=N_("流转材料"), what=N_("材料"))
    if act.to_centre == s.papers_at:
        raise r.AlreadyThere(number=c.number, place=act.to_centre)
    return (
        e.MaterialsMoved(
            to_centre=act.to_centre,
            materials=act.materials,
            carrier=act.carrier,
            note=act.note,
            document_number=act.document_number,
        ),
    )


def charge_fee(s: State, act: a.ChargeFee, c: Circumstances, at: datetime) -> tuple[e.Event, ...]:
    """Ask for a fee that the item lists (arts. 58, 59); raises FeeNotListed, AmountWrong, FeeAlreadyCharged."""
    if not c.observed and (c.terms is None or act.name not in (c.terms.fees or ())):
        listed = c.terms.fees if c.terms else ()
        raise r.FeeNotListed(name=act.name, possible=SEPARATOR.join(listed or ()) or N_("无"))
    if not _YUAN.fullmatch(act.amount) or float(act.amount) <= 0:
        raise r.AmountWrong(amount=act.amount)
    if any(fee.name == act.name for fee in s.fees):
        raise r.FeeAlreadyCharged(number=c.number, name=act.name)
    whole, _, rest = act.amount.partition(".")
    return (
        e.FeeCharged(
            name=act.name,
            amount=f"{int(whole)}.{rest:0<2}",
            basis=act.basis,
            document_number=act.document_number,
        ),
    )


def pay_fee(s: State, act: a.PayFee, c: Circumstances, at: datetime) -> tuple[e.Event, ...]:
    """Record a payment; raises ReasonMissing without a receipt's number, NothingToPay."""
    _need(act.receipt_number, act=N_("登记缴费"), what=N_("缴费票据编号"))
    unpaid = [fee.name for fee in s.fees if not fee.receipt_number]
    name = act.name or (unpaid[0] if len(unpaid) == 1 else "")
    if name not in unpaid:
        raise r.NothingToPay(number=c.number, name=name, unpaid=SEPARATOR.join(unpaid) or N_("无"))
    return (e.FeePaid(receipt_number=act.receipt_number, name=name),)
