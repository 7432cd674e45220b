"""What the scenario context hands over: what is offered where, and what a build came to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import msgspec

from yichuang.catalogue.values import ListedFee
from yichuang.kernel.refusal import Refusal
from yichuang.kernel.words import N_
from yichuang.scenario.domain.story import StoryFaulty

__all__ = ["BuildReport", "NothingOffered", "Offer", "ScenarioUnknown", "Staffing", "StoryFaulty", "Tick"]


class ScenarioUnknown(Refusal):
    """No scenario of this name."""

    sentence = N_("没有名为“{name}”的演示情景")
    remedy = N_("可选：{possible}")


class NothingOffered(Refusal):
    """The catalogue has nothing to offer: it was not loaded."""

    sentence = N_("区划{division}没有可以办理的事项，不能生成演示办件")
    remedy = N_("请先载入区划和事项目录：yichuang demonstration")


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """One item at one organisation, with everything the invention of its cases needs; days are working days.

    `statutory_calendar` is the statutory period where the law counts calendar days, else 0. `handling` are (code,
    centre or "", first day, last day exclusive or None). `above` is the organisation of the city that exercises the
    same item, "" when there is none.
    """

    county: int
    organisation: str
    item: str
    name: str
    on_the_spot: bool
    in_hours: bool
    promised: float
    statutory: float
    steps: tuple[tuple[str, int], ...]
    special: tuple[str, ...]
    result_type: str
    result_name: str
    handling: tuple[tuple[str, str, date, date | None], ...]
    materials: tuple[str, ...]
    objects: tuple[str, ...]
    weight: float
    town_weight: float
    supplement: float
    special_share: float
    refusal: float
    withdrawal: float
    web: float
    median_used: float
    above: str
    statutory_calendar: int = 0
    fees: tuple[ListedFee, ...] = ()


class Staffing(msgspec.Struct, frozen=True):
    """Who stands at an organisation's windows, sits in its sections and signs."""

    windows: tuple[str, ...]
    sections: tuple[str, ...]
    leaders: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Tick:
    """How far a build has come."""

    done: int
    total: int
    seconds: float
    filed: int
    events: int


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build came to: cases of the plan, of them filed now, events appended now, and what was refused."""

    source: str
    planned: int
    filed: int
    events: int
    seconds: float
    refusals: Sequence[str] = ()
