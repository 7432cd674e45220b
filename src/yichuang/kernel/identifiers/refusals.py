"""Why an identifier is refused: between a mistyped code and the person who must correct it.

Answers: which identifier, which position, what stood there, what was expected, and what to do next.
Positions count from 1, as people count. Values of personal identifiers are never quoted whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Self

from yichuang.kernel.refusal import Refusal
from yichuang.kernel.words import N_


@dataclass(frozen=True, slots=True)
class IdentifierKind:
    """The name people know an identifier by, and the standard that defines it."""

    name: str
    citation: str


def _same(text: str) -> str:
    return text


class IdentifierRefused(Refusal):
    """Base of the refusals of this package; the citation is that of the identifier, hence not of the class."""

    sentence = N_("{identifier}不符合编码规则")
    remedy = N_("请与证件或来源系统逐位核对后重填")

    def __init__(self, *, kind: IdentifierKind, **details: object) -> None:
        super().__init__(identifier=kind.name, **details)
        self.kind = kind

    def explain(self, translate: Callable[[str], str] = _same) -> str:
        """Return the sentence and remedy in the language of `translate`, then the standard of the identifier."""
        text = super().explain(translate)
        return f"{text}（{translate(self.kind.citation)}）" if self.kind.citation else text

    def moved(self, *, kind: IdentifierKind, offset: int) -> Self:
        """Return the same refusal as seen from an outer code that holds the refused one after `offset` characters."""
        details = {name: value for name, value in self.details.items() if name != "identifier"}
        for name in ("position", "last_position"):
            place = details.get(name)
            if isinstance(place, int):
                details[name] = place + offset
        return type(self)(kind=kind, **details)


class WrongLength(IdentifierRefused):
    """The number of characters fits no form of the identifier."""

    sentence = N_("{identifier}应为{expected}位，实为{found}位")
    remedy = N_("请核对是否漏填、多填，或误填了另一种号码")


class WrongCharacter(IdentifierRefused):
    """A character cannot stand where it stands."""

    sentence = N_("{identifier}第{position}位（{part}）应为{expected}，实为“{found}”")
    remedy = N_("请核对该位，注意字母O与数字0、字母I与数字1的区别")


class WrongCheckCharacter(IdentifierRefused):
    """The check character does not follow from the characters before it."""

    sentence = N_("{identifier}第{position}位（{part}）应为“{expected}”，实为“{found}”")
    remedy = N_("请逐位核对：可能是校验码填错，也可能是它前面某一位填错或两位颠倒")


class WrongPart(IdentifierRefused):
    """A group of characters holds a value that the standard does not know."""

    sentence = N_("{identifier}第{position}至{last_position}位（{part}）应为{expected}，实为“{found}”")
    remedy = N_("请与代码表核对该段后重填")


class ImpossibleDate(IdentifierRefused):
    """The characters of a date name a day that no calendar has."""

    sentence = N_("{identifier}第{position}至{last_position}位（{part}）应为真实存在的年月日，实为“{found}”")
    remedy = N_("请核对年月日；只有闰年才有2月29日")


class DateInFuture(IdentifierRefused):
    """The date within the identifier is later than the day on which it was shown."""

    sentence = N_("{identifier}第{position}至{last_position}位（{part}）应不晚于{expected}，实为“{found}”")
    remedy = N_("请核对年份，并核对本机日期")


class OldResidentNumber(IdentifierRefused):
    """A 15-digit resident number of the first generation, out of use since 2013-01-01."""

    sentence = N_("{identifier}应为18位，实为15位的旧号码")
    remedy = N_("第一代身份证已停用，请按第二代身份证填写18位号码，不要自行补位")


class DivisionUnknown(IdentifierRefused):
    """The division code has the right shape, but no record knows it."""

    sentence = N_("没有代码为{code}的行政区划")
    remedy = N_("请从区划列表中选择；新设区划请先登记入区划表")


class DivisionNotYetInForce(IdentifierRefused):
    """The division was set up later than the day asked about."""

    sentence = N_("区划代码{code}（{name}）自{from_on}起启用，{on}尚未启用")
    remedy = N_("请改用当日有效的区划代码，或核对日期")


class DivisionNoLongerInForce(IdentifierRefused):
    """The division was abolished before the day asked about and nothing is recorded to follow it."""

    sentence = N_("区划代码{code}（{name}）自{until}起停用，{on}已不能使用")
    remedy = N_("请改用当日有效的区划代码，或核对日期")


class DivisionReplaced(DivisionNoLongerInForce):
    """The division was abolished before the day asked about and others took its place."""

    remedy = N_("请改用{successors}")


@contextmanager
def inside(kind: IdentifierKind, *, offset: int) -> Iterator[None]:
    """Restate refusals of an embedded code in positions of the outer code, so that people find the place."""
    try:
        yield
    except IdentifierRefused as refusal:
        raise refusal.moved(kind=kind, offset=offset) from None
