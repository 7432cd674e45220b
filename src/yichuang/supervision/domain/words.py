"""The words of findings and cards: colours, schemes, why a finding ends, how a card stands, who is addressed."""

from enum import StrEnum

from yichuang.kernel.words import N_


class Colour(StrEnum):
    """How grave a card is, mildest first."""

    REMINDER = "reminder"
    YELLOW = "yellow"
    RED = "red"

    @property
    def label(self) -> str:
        """Return the Chinese title, a message id."""
        return _COLOURS[self]


_COLOURS = {Colour.REMINDER: N_("预警"), Colour.YELLOW: N_("黄牌"), Colour.RED: N_("红牌")}
# The worst first: what is shown of a case that has several.
GRAVITY: dict[Colour, int] = {Colour.RED: 3, Colour.YELLOW: 2, Colour.REMINDER: 1}


class Scheme(StrEnum):
    """The two card schemes: A yellow near due, red overdue; B reminder, yellow overdue, red when not put right."""

    A = "A"
    B = "B"

    @property
    def label(self) -> str:
        """Return the Chinese title, a message id."""
        return _SCHEMES[self]


_SCHEMES = {Scheme.A: N_("甲式：临期黄牌，超期红牌"), Scheme.B: N_("乙式：临期预警，超期黄牌，督办期满未整改红牌")}


class EndReason(StrEnum):
    """Why a finding no longer stands."""

    PASSED = "passed"
    FELL_AWAY = "fell-away"
    CORRECTED = "corrected"
    RULE_WITHDRAWN = "rule-withdrawn"

    @property
    def label(self) -> str:
        """Return the Chinese title, a message id."""
        return _ENDS[self]


_ENDS = {
    EndReason.PASSED: N_("办件已推进，情形消失"),
    EndReason.FELL_AWAY: N_("日历或事实更正后不再成立"),
    EndReason.CORRECTED: N_("发牌后已整改"),
    EndReason.RULE_WITHDRAWN: N_("规则修改或停用后不再成立"),
}


class CardState(StrEnum):
    """How a card stands; it is never deleted."""

    PENDING = "pending"
    ISSUED = "issued"
    SUPERVISED = "supervised"
    APPEALED = "appealed"
    UPHELD = "upheld"
    RECTIFIED = "rectified"
    WITHDRAWN = "withdrawn"
    CANCELLED = "cancelled"

    @property
    def label(self) -> str:
        """Return the Chinese title, a message id."""
        return _STATES[self]


_STATES = {
    CardState.PENDING: N_("待发"),
    CardState.ISSUED: N_("已发"),
    CardState.SUPERVISED: N_("督办"),
    CardState.APPEALED: N_("申诉中"),
    CardState.UPHELD: N_("维持"),
    CardState.RECTIFIED: N_("已整改"),
    CardState.WITHDRAWN: N_("撤销"),
    CardState.CANCELLED: N_("取消"),
}
# In force against whom it was issued: these count in scores.
STANDING: frozenset[CardState] = frozenset(
    {CardState.ISSUED, CardState.SUPERVISED, CardState.APPEALED, CardState.UPHELD, CardState.RECTIFIED}
)
# Something is still to be done about these.
OPEN: frozenset[CardState] = frozenset(
    {CardState.PENDING, CardState.ISSUED, CardState.SUPERVISED, CardState.APPEALED, CardState.UPHELD}
)


class Level(StrEnum):
    """The three levels of responsibility: who is addressed first."""

    OFFICER = "officer"
    DEPARTMENT = "department"
    LEADER = "leader"

    @property
    def label(self) -> str:
        """Return the Chinese title, a message id."""
        return _LEVELS[self]


_LEVELS = {Level.OFFICER: N_("经办人"), Level.DEPARTMENT: N_("部门负责人"), Level.LEADER: N_("中心负责人")}
