"""The story: between a half-year's data file and those who invent it. What shall have happened, where, how often?"""

from datetime import date
from typing import Literal

import msgspec

from yichuang.kernel.refusal import Refusal
from yichuang.kernel.words import N_


class StoryFaulty(Refusal):
    """The data file of a scenario does not hold together."""

    sentence = N_("情景文件{file}有错：{reason}")
    remedy = N_("请对照文件开头的说明改正")


class _Stated(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    count: int
    mark: Literal["V", "K"]
    source: str


class County(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One place: how many cases, in which rhythm, how they reach the city."""

    division: str
    cases: int
    months: tuple[float, ...]
    web: float
    town: float
    late: float
    arrival: Literal["own", "backfill"]
    mark: Literal["V", "K"]
    source: str
    open_from: date | None = None


class Season(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, rename={"from_on": "from"}):
    """Days that are busier or quieter than others; `until` is exclusive."""

    from_on: date
    until: date
    factor: float
    note: str = ""


class OnTop(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, rename="kebab"):
    """Applications that no figure counts as accepted."""

    not_accepted: int
    lapsed: int
    void: int
    pending: int


class GreenChannel(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Where and how often an agent carries a case through."""

    divisions: tuple[str, ...]
    share: float
    name: str


class Joint(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, rename={"from_on": "from"}):
    """The item that is approved jointly, by whom, and where from which day."""

    item: str
    consulted: tuple[str, ...]
    from_on: dict[str, date]
    certificate: str


class NotAccepted(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One way of refusing acceptance (art. 32)."""

    ground: str
    reason: str
    organ: str


class Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What officers write."""

    passed: tuple[str, ...]
    decided: tuple[str, ...]
    pre_examined: str
    consulted: str
    answered: str
    refusals: tuple[str, ...]
    remedies: str
    not_accepted: tuple[NotAccepted, ...]
    lapsed: str
    withdrawals: tuple[str, ...]
    voided: str
    special: str
    special_done: str
    extended: str
    head: str
    forwarded: str
    supplements: tuple[str, ...]


class People(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What synthetic names are put together from."""

    surnames: str
    given: str
    firms: tuple[str, ...]
    trades: tuple[str, ...]


class PlannedBulletin(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The bulletin that is drafted once all cases stand."""

    division: str
    dated_on: date


class Story(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A whole half-year."""

    title: str
    start_on: date
    until: date
    accepted: _Stated
    completed: _Stated
    bulletin: PlannedBulletin
    counties: tuple[County, ...]
    weekdays: tuple[float, ...]
    seasons: tuple[Season, ...]
    hours: dict[int, float]
    on_top: OnTop
    overdue: int
    on_the_spot: float
    pace: float
    spread: float
    late: float
    late_statutory: float
    extension: float
    forward: float
    green_channel: GreenChannel
    supplement: float
    departments: dict[str, float]
    joint: Joint
    words: Words
    people: People
    violations: str = ""


def read_story(raw: object, *, file: str) -> Story:
    """Return the story that a data file tells; refuses with StoryFaulty."""
    try:
        story = msgspec.convert(raw, Story, strict=False)
    except msgspec.ValidationError as error:
        raise StoryFaulty(file=file, reason=str(error)) from error
    total = sum(county.cases for county in story.counties)
    if total != story.accepted.count:
        raise StoryFaulty(file=file, reason=f"counties: {total} != accepted: {story.accepted.count}")
    if story.completed.count > story.accepted.count or story.overdue > story.accepted.count - story.completed.count:
        raise StoryFaulty(file=file, reason="completed, overdue")
    return story


def apportion(total: int, weights: list[float]) -> list[int]:
    """Return whole shares of a total in proportion to weights, by largest remainder, so that they sum up exactly."""
    whole = sum(weights)
    exact = [total * weight / whole for weight in weights]
    shares = [int(share) for share in exact]
    by_remainder = sorted(range(len(weights)), key=lambda place: (shares[place] - exact[place], place))
    for place in by_remainder[: total - sum(shares)]:
        shares[place] += 1
    return shares
