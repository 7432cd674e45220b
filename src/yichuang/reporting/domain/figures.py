"""Figures: what each published number means, and how it follows from the sums of cases.

One definition per word. 办结率 and 按期办结率 are two figures over two denominators, although the
bulletin that this system starts from prints one under the name of the other.
"""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from yichuang.kernel.words import N_


@dataclass(frozen=True, slots=True)
class Sums:
    """Sums over some set of cases; days are working days, summed over the `judged` cases only."""

    received: int = 0
    accepted: int = 0
    completed: int = 0
    on_time: int = 0
    early: int = 0
    late: int = 0
    late_statutory: int = 0
    judged: int = 0
    used_days: int = 0
    promised_days: int = 0
    statutory_days: int = 0


@dataclass(frozen=True, slots=True)
class Definition:
    """What a figure is: a count of one measure of cases, or a ratio of two sums."""

    key: str
    label: str
    text: str
    measure: str
    numerator: str
    denominator: str = ""
    less: str = ""
    unit: str = "count"


DEFINITIONS: dict[str, Definition] = {
    definition.key: definition
    for definition in (
        Definition("received", N_("收件量"), N_("期内收到的申请数"), "received", "received"),
        Definition("accepted", N_("受理量"), N_("受理日期在期内的办件数，作废和删除的除外"), "accepted", "accepted"),
        Definition(
            "completed",
            N_("办结量"),
            N_("办结日期在期内且曾经受理的办件数，作废和删除的除外"),
            "completed",
            "completed",
        ),
        Definition(
            "completion_rate",
            N_("办结率"),
            N_("办结量 ÷ 受理量。2015年上半年通报把这个比率叫作“按期办结率”"),
            "completed",
            "completed",
            "accepted",
            unit="rate",
        ),
        Definition(
            "on_time_rate",
            N_("按期办结率"),
            N_("在承诺时限内作出决定的办结量 ÷ 办结量"),
            "on-time",
            "on_time",
            "completed",
            unit="rate",
        ),
        Definition(
            "early_rate",
            N_("提前办结率"),
            N_("在承诺时限届满日之前办结的办结量 ÷ 办结量"),
            "early",
            "early",
            "completed",
            unit="rate",
        ),
        Definition("late", N_("逾期办结"), N_("超过承诺时限才作出决定的办结量"), "late", "late"),
        Definition(
            "late_statutory",
            N_("超法定时限办结"),
            N_("超过法定时限才作出决定的办结量"),
            "late-statutory",
            "late_statutory",
        ),
        Definition(
            "mean_days",
            N_("平均办结时间"),
            N_("按工作日计时的办结件：受理到决定所用工作日之和（扣除特别程序）÷ 件数"),
            "judged",
            "used_days",
            "judged",
            unit="days",
        ),
        Definition(
            "promised_speed_up",
            N_("承诺提速率"),
            N_("按工作日计时的办结件：（法定时限之和 − 承诺时限之和）÷ 法定时限之和"),
            "judged",
            "statutory_days",
            "statutory_days",
            less="promised_days",
            unit="rate",
        ),
        Definition(
            "actual_speed_up",
            N_("办理提速率"),
            N_("按工作日计时的办结件：（承诺时限之和 − 实际所用之和）÷ 承诺时限之和"),
            "judged",
            "promised_days",
            "promised_days",
            less="used_days",
            unit="rate",
        ),
    )
}


@dataclass(frozen=True, slots=True)
class Figure:
    """One number with its definition; `value` is a count, a fraction of 1, or working days; None where undefined."""

    definition: Definition
    value: Decimal | None
    numerator: int
    denominator: int | None

    @property
    def key(self) -> str:
        """Name the figure."""
        return self.definition.key


def figure(key: str, sums: Sums) -> Figure:
    """Return one figure of the sums; a ratio over nothing is None, never 0 or 100%."""
    definition = DEFINITIONS[key]
    numerator = getattr(sums, definition.numerator) - (getattr(sums, definition.less) if definition.less else 0)
    if not definition.denominator:
        return Figure(definition, Decimal(numerator), numerator, None)
    denominator = getattr(sums, definition.denominator)
    value = Decimal(numerator) / Decimal(denominator) if denominator else None
    return Figure(definition, value, numerator, denominator)


def figures(sums: Sums) -> dict[str, Figure]:
    """Return every figure of the sums, by key, in the order of the definitions."""
    return {key: figure(key, sums) for key in DEFINITIONS}


def display(number: Figure) -> str:
    """Return a figure as official Chinese writing has it: 32.63万, 99.8%, 1.78."""
    if number.value is None:
        return "—"
    if number.definition.unit == "rate":
        return percent(number.value)
    if number.definition.unit == "days":
        return str(number.value.quantize(Decimal("0.01"), ROUND_HALF_UP))
    return in_wan(int(number.value))


def percent(value: Decimal) -> str:
    """Return a fraction as a percentage with one decimal, half up."""
    return f"{(value * 100).quantize(Decimal('0.1'), ROUND_HALF_UP)}%"


def in_wan(count: int) -> str:
    """Return a count in units of ten thousand with two decimals from 10,000 on, as it is below."""
    if abs(count) < 10_000:
        return str(count)
    return f"{(Decimal(count) / 10_000).quantize(Decimal('0.01'), ROUND_HALF_UP)}万"
