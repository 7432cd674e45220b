"""Ratings: the five levels, what may be rated and how, and what many ratings add up to.

Two rates that are easily mixed up stand apart: 评议率 is ratings given over services that could be rated, 满意率 is
ratings of levels 1 to 3 over ratings that count. Nobody's silence is a rating here: there are no defaults.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from fractions import Fraction

from yichuang.kernel.words import N_


class Level(IntEnum):
    """The five levels with their codes (GB/T 39046-2020, A.8); the last two are bad ratings (差评)."""

    VERY_SATISFIED = 1
    SATISFIED = 2
    FAIRLY_SATISFIED = 3
    DISSATISFIED = 4
    VERY_DISSATISFIED = 5

    @property
    def label(self) -> str:
        """Name the level for people (a message id)."""
        return _LEVEL_LABELS[self]

    @property
    def is_bad(self) -> bool:
        """Tell whether it is a bad rating, which must be followed up."""
        return self >= Level.DISSATISFIED

    @property
    def stars(self) -> int:
        """Give the number of stars that people know the level by."""
        return 6 - self


class Service(StrEnum):
    """The stretch of service that is rated, once each for a case."""

    ACCEPTANCE = "acceptance"
    COMPLETION = "completion"

    @property
    def label(self) -> str:
        """Name the stretch for people (a message id)."""
        return {"acceptance": N_("受理环节"), "completion": N_("办结环节")}[self.value]


class Channel(StrEnum):
    """By which way a rating came (GB/T 39046-2020, 服务评价)."""

    PC = "pc"
    MOBILE = "mobile"
    QR = "qr"
    HALL_PAD = "hall-pad"
    TERMINAL = "terminal"
    PHONE = "phone"
    SMS = "sms"

    @property
    def label(self) -> str:
        """Name the way for people (a message id)."""
        return _CHANNEL_LABELS[self]


_LEVEL_LABELS = {
    Level.VERY_SATISFIED: N_("非常满意"),
    Level.SATISFIED: N_("满意"),
    Level.FAIRLY_SATISFIED: N_("基本满意"),
    Level.DISSATISFIED: N_("不满意"),
    Level.VERY_DISSATISFIED: N_("非常不满意"),
}
_CHANNEL_LABELS = {
    Channel.PC: N_("电脑"),
    Channel.MOBILE: N_("手机"),
    Channel.QR: N_("扫二维码"),
    Channel.HALL_PAD: N_("大厅平板"),
    Channel.TERMINAL: N_("自助终端"),
    Channel.PHONE: N_("电话"),
    Channel.SMS: N_("短信"),
}


@dataclass(frozen=True, slots=True)
class RatingSummary:
    """What the ratings of a place and time add up to; `excluded` ones were taken out on review and count nowhere.

    `services` is how many services could have been rated, as the asker knows it; None where he does not say.
    """

    organisation: str
    levels: Mapping[Level, int]
    excluded: int = 0
    services: int | None = None

    @property
    def rated(self) -> int:
        """Give the number of ratings that count."""
        return sum(self.levels.values())

    @property
    def satisfied(self) -> int:
        """Give the number of ratings of levels 1 to 3."""
        return sum(count for level, count in self.levels.items() if not level.is_bad)

    @property
    def bad(self) -> int:
        """Give the number of bad ratings that count."""
        return self.rated - self.satisfied

    @property
    def satisfaction_rate(self) -> Fraction | None:
        """Give 满意率: satisfied over rated; None when nobody rated, which is neither 0 nor 100 %."""
        return Fraction(self.satisfied, self.rated) if self.rated else None

    @property
    def rating_rate(self) -> Fraction | None:
        """Give 评议率: rated (with the excluded) over services; None where the services are unknown or none."""
        return Fraction(self.rated + self.excluded, self.services) if self.services else None


@dataclass(frozen=True, slots=True)
class FollowUpSummary:
    """How the bad ratings of a place and time were followed up; in time is by the limits of their day."""

    orders: int
    contacted: int
    contacted_in_time: int
    replied: int
    replied_in_time: int
    closed: int

    @property
    def contact_rate(self) -> Fraction | None:
        """Give the call-back rate; None when there was no bad rating."""
        return Fraction(self.contacted, self.orders) if self.orders else None
