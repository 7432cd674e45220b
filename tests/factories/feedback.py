"""What the public says, in short sentences: rate, ask, complain, and one step further - all through commands."""

from datetime import date, datetime, timedelta

from yichuang.accounts.values import Area, Scope
from yichuang.calendar.values import CHINA
from yichuang.feedback import commands, queries
from yichuang.feedback import values as v
from yichuang.feedback.models import Matter
from yichuang.feedback.values import Level, Service, Step
from yichuang.kernel.actor import Actor, ActorKind

# A Monday; the week after next has the National Day holiday.
NOW = datetime(2026, 9, 21, 9, 0, tzinfo=CHINA)
CASE = "61092420260901000010"
CHEN = Actor(id="chen", name="陈晓演", kind=ActorKind.APPLICANT)
CHIEF = Actor(id="chief", name="郑代表", organisation="610924-guotu", division="610924")
MANAGER = Actor(id="manager", name="孙主任", division="610924")
DEPUTY = Actor(id="deputy", name="吴副主任", division="610924")
COUNTY = Scope("opinions.handle", (Area("610924"),))
GUOTU = Scope("opinions.handle", (Area("610924", "610924-guotu"),))


def on(days: int = 0) -> date:
    return NOW.date() + timedelta(days=days)


def later(days: int) -> datetime:
    return NOW + timedelta(days=days)


def rate(
    level: Level = Level.SATISFIED,
    *,
    case: str = CASE,
    service: Service = Service.COMPLETION,
    tags: tuple[str, ...] = (),
    text: str = "",
    at: datetime = NOW,
    organisation: str = "610924-guotu",
    division: str = "610924",
    digest: str | None = None,
) -> int:
    return commands.rate(
        case_number=case,
        service=service,
        level=level,
        tags=tags,
        text=text,
        channel=v.Channel.MOBILE,
        organisation=organisation,
        division=division,
        item="00123",
        rater_digest=queries.get_rater_digest(id_type="111", id_number="x") if digest is None else digest,
        at=at,
    )


def bad(**more: object) -> str:
    """Give a bad rating and return the number of its work order."""
    rate(Level.DISSATISFIED, **more)  # type: ignore[arg-type]
    return Matter.objects.latest("id").number


def ask(**more: object) -> str:
    fields: dict[str, object] = {
        "title": "要带什么材料",
        "text": "第一次办，不清楚。",
        "name": "陈晓演",
        "phone": "13900000001",
        "organisation": "610924-guotu",
        "division": "610924",
        "owner": "chen",
        "by": CHEN,
        "at": NOW,
    }
    return commands.consult(**{**fields, **more})  # type: ignore[arg-type]


def complain(**more: object) -> str:
    fields: dict[str, object] = {
        "category": "attitude",
        "title": "窗口态度",
        "text": "问三句不答一句。",
        "name": "陈晓演",
        "phone": "13900000001",
        "organisation": "610924-guotu",
        "division": "610924",
        "owner": "chen",
        "by": CHEN,
        "at": NOW,
    }
    return commands.complain(**{**fields, **more})  # type: ignore[arg-type]


def step(number: str, doing: Step, text: str = "已办", *, by: Actor = CHIEF, days: int = 0, **more: object) -> int:
    return commands.perform(number=number, step=doing, text=text, by=by, at=later(days), **more)  # type: ignore[arg-type]


def row(number: str, *, days: int = 0) -> v.MatterRow:
    return queries.get_matter(number=number, on=on(days)).row
