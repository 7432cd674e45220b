"""Live: a few cases in hand, so that the workbench of a demonstration shows every state when it is first opened.

They go through the same doors as a clerk's and an approver's own: drafts, acts, authority. Each act is done at an hour
of an earlier working day, in the name of the demonstration's staff, and recorded as of that hour.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from random import Random
from typing import Any

import yaml

from yichuang.accounts.queries import get_staff_actor
from yichuang.calendar.queries import get_calendar
from yichuang.calendar.values import CHINA, local_day
from yichuang.cases import commands as cases
from yichuang.cases.queries import count_source, get_application, get_state
from yichuang.cases.values import OWN_SOURCE, Application, MaterialChoice, Party, Place
from yichuang.catalogue.queries import get_intake, get_item_guide, narrow
from yichuang.certificates.commands import issue
from yichuang.kernel.actor import Actor
from yichuang.papers.queries import suggest_remedies
from yichuang.scenario.domain.people import Crowd
from yichuang.scenario.setting import load_story

DATA = Path(__file__).parent / "data" / "ankang-live.yaml"
STORY = "ankang-2015h1"
_NINE = time(9, 20)
_FIELDS = {
    "location": "紫阳县城关镇河堤路{serial}号",
    "area": "120.5",
    "use": "housing",
    "old-certificate": "紫国用（2010）第{serial}号",
    "change-reason": "房屋买卖",
    "village": "联合村三组",
    "household-size": "4",
    "floors": "2",
}
_ANSWERS = {"source": "purchase", "mortgaged": "no", "old-homestead": "none", "farmland": "no"}
# Telephones as the demonstration invents them everywhere; they end like those of the half-year.
_PREFIX = "1390000"


@dataclass(frozen=True, slots=True)
class _Desk:
    """Who works on the demonstration's cases, and where."""

    clerk: Actor
    townclerk: Actor
    approver: Actor
    organisation: str
    division: str
    centre: str
    words: dict[str, Any]


def file_live(*, now: datetime) -> int:
    """File the cases in hand unless own cases stand already; return how many were filed."""
    if count_source(OWN_SOURCE):
        return 0
    data = yaml.safe_load(DATA.read_text(encoding="utf-8"))
    desk = _Desk(
        clerk=get_staff_actor(username="clerk"),
        townclerk=get_staff_actor(username="townclerk"),
        approver=get_staff_actor(username="approver"),
        organisation=data["organisation"],
        division=data["division"],
        centre=data["centre"],
        words=data["words"],
    )
    crowd, chance = Crowd(load_story(name=STORY).people, [desk.division]), Random(2015)
    # The first received is the first filed, as at a real window.
    for serial, plan in enumerate(sorted(data["cases"], key=lambda one: -one["days_ago"]), start=1):
        hours = _hours(plan["days_ago"], now=now)
        number = _receive(plan, desk, crowd.person(chance, desk.division), serial=serial, at=next(hours))
        _COURSES[plan["course"]](number, desk, hours)
    return len(data["cases"])


def _hours(days_ago: int, *, now: datetime) -> Iterator[datetime]:
    """Yield one hour of each working day from so many days ago on, none of them later than now."""
    calendar, today = get_calendar(), local_day(now)
    first = calendar.ordinal(today) - days_ago
    for ordinal in range(first, first + 60):
        on = calendar.day_of(ordinal)
        yield min(_at(on), now)


def _at(on: date) -> datetime:
    return datetime.combine(on, _NINE, CHINA)


def _receive(plan: dict[str, Any], desk: _Desk, person: Any, *, serial: int, at: datetime) -> str:
    clerk = desk.townclerk if plan.get("town") else desk.clerk
    guide = get_item_guide(code=plan["item"], organisation=desk.organisation)
    answers = {"handling": plan["handling"], **_ANSWERS}
    needs = narrow(guide=guide, intake=get_intake(item=plan["item"]), answers=answers)
    application = Application(
        applicant=Party(
            name=person.name,
            id_type=person.id_type,
            id_number=person.id_number,
            phone=_PREFIX + person.phone[-4:],
            address="陕西省紫阳县城关镇",
        ),
        answers=answers,
        fields={key: text.format(serial=serial) for key, text in _FIELDS.items()},
        materials=tuple(MaterialChoice(name=need.name, way="bring") for need in needs if need.required),
        contact=(),
    )
    code = guide.content.implementation_code
    key = cases.start_draft(owner=clerk.id, item=code, handling_code=code + plan["handling"], by=clerk, at=at)
    cases.save_draft(key=key, owner=clerk.id, application=application, by=clerk, at=at)
    place = Place(
        organisation=desk.organisation,
        division=desk.division,
        receiving_division=clerk.division,
        centre=f"{clerk.division}-hall" if plan.get("town") else desk.centre,
        channel="window",
    )
    return cases.submit_draft(key=key, owner=clerk.id, place=place, by=clerk, at=at, now=at)


_Hours = Iterator[datetime]
_Course = Callable[[str, _Desk, _Hours], None]


def _received(number: str, desk: _Desk, hours: _Hours) -> None:
    """Leave the case where it is."""


def _supplement(number: str, desk: _Desk, hours: _Hours) -> None:
    cases.request_supplement(number=number, missing=tuple(desk.words["missing"]), by=desk.clerk, at=next(hours))


def _accepted(number: str, desk: _Desk, hours: _Hours) -> None:
    cases.accept_application(number=number, by=desk.clerk, at=next(hours))


def _examined(number: str, desk: _Desk, hours: _Hours) -> None:
    _accepted(number, desk, hours)
    cases.start_step(
        number=number,
        step=desk.words["step"],
        organisation=desk.organisation,
        officer=desk.approver.name,
        by=desk.approver,
        at=next(hours),
    )


def _consulted(number: str, desk: _Desk, hours: _Hours) -> None:
    _accepted(number, desk, hours)
    other = f"{desk.division}-zhujian"
    cases.consult(number=number, organisation=other, question=desk.words["question"], by=desk.approver, at=next(hours))


def _granted(number: str, desk: _Desk, hours: _Hours) -> None:
    _accepted(number, desk, hours)
    cases.grant_application(number=number, opinion=desk.words["opinion"], by=desk.approver, at=next(hours))


def _issued(number: str, desk: _Desk, hours: _Hours) -> None:
    _granted(number, desk, hours)
    state, at = get_state(number), next(hours)
    guide = get_item_guide(code=state.item, organisation=desk.organisation)
    form = get_application(number) or Application()
    certificate = issue(
        case_number=number,
        kind="certificate",
        name=guide.content.result_name,
        organisation=desk.organisation,
        organisation_name=guide.content.organisation_name,
        division=desk.division,
        item=state.item,
        holder_name=form.applicant.name,
        holder_id_type=form.applicant.id_type,
        holder_id=form.applicant.id_number,
        statements=tuple((label, form.fields.get(key, "")) for label, key in desk.words["statements"].items()),
        valid_from=local_day(at),
        by=desk.approver,
        at=at,
    )
    cases.issue_certificate(
        number=number, name=certificate.name, certificate_number=certificate.number, by=desk.approver, at=at
    )


def _refused(number: str, desk: _Desk, hours: _Hours) -> None:
    _accepted(number, desk, hours)
    at = next(hours)
    remedies = suggest_remedies(organisation=desk.organisation, on=local_day(at))
    cases.refuse_application(number=number, reason=desk.words["reason"], remedies=remedies, by=desk.approver, at=at)


_COURSES: dict[str, _Course] = {
    "received": _received,
    "supplement": _supplement,
    "accepted": _accepted,
    "examined": _examined,
    "consulted": _consulted,
    "granted": _granted,
    "issued": _issued,
    "refused": _refused,
}
