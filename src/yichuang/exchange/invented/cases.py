"""Cases: what happened at an invented county, before any vendor has written it down in his own way.

Whatever is written by a vendor is planted here first, so that whoever reads his tables can be told what must
come out: how many cases, how each ended, which were late, which were typed in afterwards.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from yichuang.calendar.queries import get_calendar
from yichuang.calendar.values import CHINA
from yichuang.cases.values import Result
from yichuang.kernel.identifiers import resident_number, uscc

_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
_GIVEN = ("国强", "晓燕", "建军", "丽华", "志明", "春梅", "海涛", "秀英", "文博", "雨桐", "㛃", "𬱖林")
_FIRMS = ("富硒茶业", "山泉食品", "汉水建材", "秦巴药材", "任河农业", "瀛湖旅游")
_OFFICERS = ("陈科长", "周主任", "吴股长", "郑干事")
LONG_AGO = datetime(1970, 1, 1, tzinfo=CHINA)
_OPEN_EVERY, _LATE_EVERY, _REFUSED_EVERY, _NOT_ACCEPTED_EVERY = 9, 7, 11, 13
_A_DAY, _DAYS = 12, 110
_SPECIAL_EVERY, _SUPPLEMENT_EVERY, _FIRM_EVERY = 8, 10, 3


@dataclass(frozen=True, slots=True)
class Offer:
    """One item as one organisation of the county offers it; the promised period is in working days."""

    item: str
    implementation_code: str
    name: str
    organisation: str
    organisation_name: str
    promised_days: int

    @property
    def basic_code(self) -> str:
        """Return the basic code (12) within the implementation code (31)."""
        return self.implementation_code[19:]

    @property
    def body(self) -> str:
        """Return the unified code (18) of the organisation within the implementation code."""
        return self.implementation_code[:18]


# Items of the packaged catalogue that Ziyang county (610924) offers.
OFFERS = (
    Offer("11001", "11610924YC580916864611011001000", "建设项目用地预审", "610924-guotu", "紫阳县国土资源局", 10),
    Offer("12002", "11610924YC249985494610112002000", "企业投资项目核准", "610924-fagai", "紫阳县发展和改革局", 12),
    Offer(
        "22002",
        "11610924YC015357754610122002000",
        "烟花爆竹经营（零售）许可",
        "610924-anjian",
        "紫阳县安全生产监督管理局",
        10,
    ),
    Offer("01004", "11610924YC727756454610101004000", "个体工商户登记", "610924-gongshang", "紫阳县工商行政管理局", 2),
    Offer("35001", "13610924YC647114604610735001000", "残疾人证办理", "610924-canlian", "紫阳县残疾人联合会", 15),
)


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the handling."""

    name: str
    started_at: datetime
    finished_at: datetime
    officer: str
    opinion: str


@dataclass(frozen=True, slots=True)
class Special:
    """One special procedure, during which the clock stands still."""

    name: str
    started_at: datetime
    ended_at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Supplement:
    """One request for what was missing, and when it came."""

    asked_at: datetime
    missing: str
    taken_at: datetime


@dataclass(frozen=True, slots=True)
class Ending:
    """How it ended."""

    result: Result
    at: datetime
    explanation: str = ""


@dataclass(frozen=True, slots=True)
class InventedCase:
    """One case. `reported_at` is when the county's system wrote its last row; `late`, `backfilled` are the truth."""

    serial: int
    number: str
    offer: Offer
    applicant: str
    legal_person: bool
    id_number: str
    phone: str
    received_at: datetime
    accepted_at: datetime | None
    due_at: datetime | None
    steps: tuple[Step, ...] = ()
    special: Special | None = None
    supplement: Supplement | None = None
    ending: Ending | None = None
    late: bool = False
    backfilled: bool = False
    deleted: bool = False
    corrected: bool = False
    reported_at: datetime = LONG_AGO


def invent(
    count: int, *, seed: int, since: date, division: str, prefix: str, offers: Sequence[Offer] = OFFERS
) -> Iterator[InventedCase]:
    """Yield cases in order of receipt, twelve on each working day from `since` on, more of a great many, so that all
    fall within half a year; the same seed, the same cases.

    By their serial numbers: each 9th is open, each 7th of the others late, each 11th refused, each 13th not accepted.
    """
    calendar = get_calendar()
    dice = random.Random(f"{prefix}{seed}")
    # Working days of the calendar, found once: a month of cases asks for few of them.
    first = calendar.add(since, 0)
    a_day = max(_A_DAY, count // _DAYS)
    for serial in range(1, count + 1):
        day = calendar.add(first, (serial - 1) // a_day)
        yield _case(serial, day, dice, calendar, division=division, prefix=prefix, offers=offers)


def _case(
    serial: int,
    day: date,
    dice: random.Random,
    calendar: object,
    *,
    division: str,
    prefix: str,
    offers: Sequence[Offer],
) -> InventedCase:
    offer = dice.choice(offers)
    firm = serial % _FIRM_EVERY == 0
    person = f"{dice.choice(_SURNAMES)}{dice.choice(_GIVEN)}"
    applicant = f"{division_name(offer)}{person[1:]}{dice.choice(_FIRMS)}有限公司" if firm else person
    received = _at(day, 8 * 60 + 30 + dice.randrange(190))
    accepted = received + timedelta(minutes=5 + dice.randrange(40))
    case = InventedCase(
        serial=serial,
        number=f"{prefix}{day:%Y%m%d}{serial:06d}",
        offer=offer,
        applicant=applicant,
        legal_person=firm,
        id_number=_firm_code(division, serial) if firm else _person_code(division, serial, dice),
        phone=f"139{dice.randrange(10**8):08d}",
        received_at=received,
        accepted_at=accepted,
        due_at=_at(calendar.add(day, offer.promised_days), 18 * 60),  # type: ignore[attr-defined]
    )
    if serial % _NOT_ACCEPTED_EVERY == 0:
        refused = Ending(Result.NOT_ACCEPTED, accepted, "不属于本机关职权范围，已告知向市级机关申请")
        return replace(case, accepted_at=None, due_at=None, ending=refused, reported_at=accepted)
    return _handled(case, day, dice, calendar)


def _handled(case: InventedCase, day: date, dice: random.Random, calendar: object) -> InventedCase:
    add = calendar.add  # type: ignore[attr-defined]
    serial, days = case.serial, case.offer.promised_days
    assert case.accepted_at is not None
    late = serial % _LATE_EVERY == 0 and serial % _OPEN_EVERY != 0
    used = days + 5 + dice.randrange(5) if late else max(days // 3, 1)
    end = add(day, used)
    step_day = add(day, max(used // 2, 1)) if used > 1 else end
    officer = dice.choice(_OFFICERS)
    steps = (
        Step("审查", case.accepted_at + timedelta(minutes=30), _at(step_day, 10 * 60), officer, "材料齐全，符合条件"),
        Step("决定", _at(step_day, 10 * 60 + 5), _at(end, 14 * 60 + dice.randrange(60)), "分管领导", "同意"),
    )
    special = None
    if serial % _SPECIAL_EVERY == 0 and used > 2 and not late:
        special = Special("专家评审", _at(step_day, 11 * 60), _at(add(step_day, 3), 9 * 60), "需要专家评审")
        end = add(end, 3)
        steps = (steps[0], replace(steps[1], started_at=special.ended_at, finished_at=_at(end, 15 * 60)))
    supplement = None
    if serial % _SUPPLEMENT_EVERY == 0 and case.received_at.hour < 11:
        asked = case.received_at + timedelta(minutes=2)
        supplement = Supplement(asked, "身份证明复印件", asked + timedelta(minutes=2))
    case = replace(case, steps=steps, special=special, supplement=supplement, late=late)
    if serial % _OPEN_EVERY == 0:
        opened = (steps[0],)
        return replace(case, steps=opened, special=None, reported_at=opened[-1].finished_at)
    closed = steps[-1].finished_at + timedelta(minutes=10)
    refused = serial % _REFUSED_EVERY == 0
    result = Result.NOT_GRANTED if refused else Result.GRANTED
    ending = Ending(result, closed, "不符合法定条件" if refused else "")
    return replace(case, ending=ending, reported_at=closed)


def division_name(offer: Offer) -> str:
    """Return the county's name as it begins the name of its organisations."""
    return offer.organisation_name.partition("县")[0][-2:]


def _at(day: date, minutes: int) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=CHINA) + timedelta(minutes=minutes)


def _person_code(division: str, serial: int, dice: random.Random) -> str:
    born = date(1955, 1, 1) + timedelta(days=dice.randrange(15_000))
    return resident_number.generate(division=division, born_on=born, sequence=serial % 999 + 1)


def _firm_code(division: str, serial: int) -> str:
    return uscc.generate(department="9", category="1", division=division, organisation_body=f"MA{serial % 10**6:06d}")
