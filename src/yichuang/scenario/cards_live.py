"""Cards live: the demonstration's people act on the first cards of their office, so that every state is there to see.

Judging comes first, by the same doors as every day; then officer, department and supervisor do what they would do.
"""

from collections.abc import Callable
from datetime import datetime

from yichuang.accounts.queries import get_staff_actor
from yichuang.accounts.values import Area, Scope
from yichuang.kernel.actor import Actor
from yichuang.kernel.page import Page
from yichuang.supervision import commands
from yichuang.supervision.queries import page_cards
from yichuang.supervision.values import CardFilter, CardRow

_OFFICE = Area(division="610924", organisation="610924-guotu")
_MOST = 20

_Act = Callable[[str, Actor, Actor, datetime], object]


def _reply(number: str, officer: Actor, _: Actor, at: datetime) -> None:
    commands.reply(number=number, text="申请人外出务工，现已联系上，本周内办结。", by=officer, at=at)


def _appeal(number: str, officer: Actor, _: Actor, at: datetime) -> None:
    grounds = "该件收件当日系统停机，实际受理日期晚一日，请核对后撤销。"
    commands.appeal(number=number, grounds=grounds, by=officer, at=at)


def _uphold(number: str, officer: Actor, supervisor: Actor, at: datetime) -> None:
    _appeal(number, officer, supervisor, at)
    reasons = "停机当日下午已恢复，不影响受理时限，理由不成立。"
    commands.decide_appeal(number=number, upheld=True, reasons=reasons, by=supervisor, at=at)


def _withdraw(number: str, officer: Actor, supervisor: Actor, at: datetime) -> None:
    _appeal(number, officer, supervisor, at)
    reasons = "经核对中心停机记录，申诉理由成立。"
    commands.decide_appeal(number=number, upheld=False, reasons=reasons, by=supervisor, at=at)


def _letter(number: str, _: Actor, supervisor: Actor, at: datetime) -> None:
    commands.send_letter(number=number, demand="立即办结该件，并书面说明超期原因", by=supervisor, at=at)


def _supervise(number: str, _: Actor, supervisor: Actor, at: datetime) -> None:
    commands.put_under_supervision(number=number, words="请尽快办结", by=supervisor, at=at)


def _accept(number: str, officer: Actor, supervisor: Actor, at: datetime) -> None:
    _reply(number, officer, supervisor, at)
    commands.accept_rectification(number=number, words="已核实整改到位", by=supervisor, at=at)


def _leave(_number: str, _officer: Actor, _supervisor: Actor, _at: datetime) -> None:
    """Leave the card as it was issued."""


# By turns: the first card to whom it was issued first.
_TURNS: tuple[_Act, ...] = (_leave, _letter, _appeal, _reply, _uphold, _supervise, _withdraw, _accept)


def play_cards(*, now: datetime) -> int:
    """Judge what stands in the ledger and let people act on the office's first cards; return how many were touched.

    Where too few are fresh enough to be issued by themselves, the supervisor issues some that wait.
    """
    commands.tick(at=now)
    officer, supervisor = get_staff_actor(username="approver"), get_staff_actor(username="supervisor")
    fresh = _cards("issued", _OFFICE)
    for row in _cards("pending", _OFFICE)[: len(_TURNS) - len(fresh)]:
        commands.issue_card(number=row.number, by=supervisor, at=now)
    # What is fresh goes first, so that the cases in hand show the plainest states.
    others = [row for row in _cards("issued", _OFFICE) if row.number not in {one.number for one in fresh}]
    for place, row in enumerate([*fresh, *others]):
        _TURNS[place % len(_TURNS)](row.number, officer, supervisor, now)
    return len(fresh) + len(others)


def _cards(state: str, area: Area) -> list[CardRow]:
    scope = Scope(action="supervision.handle", areas=(area,))
    page: Page[CardRow] = page_cards(chosen=CardFilter(state=state), scope=scope, limit=_MOST)
    return sorted(page, key=lambda row: row.number)
