"""Demonstration: a few answered consultations, filed through the same steps as everybody's."""

from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path

import msgspec
from django.db import transaction

from yichuang.calendar.values import LawFile
from yichuang.feedback.acting import act_on
from yichuang.feedback.domain.decide import Act
from yichuang.feedback.domain.lifecycle import Kind, Step
from yichuang.feedback.models import Matter
from yichuang.feedback.opening import add_party, open_matter
from yichuang.kernel.actor import Actor, ActorKind

_OWNER = "demonstration"
_ASKER = Actor(id=_OWNER, name="演示", kind=ActorKind.APPLICANT)
_ANSWERER = Actor(id=_OWNER, name="孙主任（演示）", division="610924")
_FILE = Path(__file__).parent / "data" / "demonstration.yaml"


class _Consultation(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    division: str
    organisation: str
    title: str
    text: str
    name: str
    phone: str
    days_ago: int
    answer: str


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    consultations: tuple[_Consultation, ...]


@lru_cache(maxsize=1)
def _consultations() -> tuple[_Consultation, ...]:
    return LawFile(_FILE).read(_File).consultations


def ensure(*, at: datetime) -> int:
    """File and answer the demonstration's consultations unless some are there already; return how many were filed."""
    if Matter.objects.filter(owner=_OWNER).exists():
        return 0
    with transaction.atomic():
        for consultation in _consultations():
            asked_at = at - timedelta(days=consultation.days_ago)
            matter = open_matter(
                kind=Kind.CONSULTATION,
                division=consultation.division,
                organisation=consultation.organisation,
                title=consultation.title,
                text=consultation.text,
                owner=_OWNER,
                may_publish=True,
                by=_ASKER,
                at=asked_at,
            )
            add_party(matter, name=consultation.name, phone=consultation.phone)
            act = Act(Step.ANSWER, consultation.answer)
            answered_at = asked_at + timedelta(days=1)
            act_on(number=matter.number, act=act, by=_ANSWERER, at=answered_at, expected_version=None)
    return len(_consultations())
