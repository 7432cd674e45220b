"""Bulk: which cases may be agreed to together with others; pure.

Each case is decided by itself all the same: what makes one differ from the ordinary keeps it out.
"""

from collections.abc import Callable

from yichuang.cases.domain import refusals as r
from yichuang.cases.domain.circumstances import Circumstances
from yichuang.cases.domain.local_rules import Bulk
from yichuang.cases.domain.state import State
from yichuang.kernel.words import N_

_PASSED = "pass"
# What keeps a case out, in the order in which it is told.
_HINDRANCES: tuple[tuple[Callable[[State, Bulk], object], str], ...] = (
    (lambda s, rule: s.acceptance is None or s.acceptance.kind not in rule.kinds, N_("该办件类型不适用批量同意")),
    (
        lambda s, rule: s.received is None or s.received.implementation_code[21:23] not in rule.item_types,
        N_("该事项类型不适用批量同意"),
    ),
    (lambda s, _: s.received and s.received.joint, N_("联合办理的办件须逐件决定")),
    (lambda s, _: s.consultations, N_("征求意见尚未答复")),
    (lambda s, _: s.pauses, N_("经过特别程序的办件须逐件决定")),
    (lambda s, _: s.tolerated, N_("容缺材料尚未补齐")),
    (
        lambda s, rule: rule.reviewed.value and not any(step.action == _PASSED for step in s.finished_steps),
        N_("还没有通过的审查环节"),
    ),
)


def find_hindrance(state: State, rule: Bulk | None) -> str:
    """Return why a case must be decided by itself, as a marked text; "" where it may be agreed to with others."""
    if rule is None:
        return N_("当日没有批量同意的规定")
    return next((text for holds, text in _HINDRANCES if holds(state, rule)), "")


def check(state: State, c: Circumstances) -> None:
    """Refuse a bulk agreement that the rule of the day does not allow; raises NotInBulk."""
    if reason := find_hindrance(state, c.rules.bulk):
        raise r.NotInBulk(number=c.number, reason=reason)
