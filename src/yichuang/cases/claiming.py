"""Claiming: a case taken in at a window comes into the account of the applicant whom it is about.

The ledger is not touched: what changes is only under whose account the form beside it is found. Whoever is not the
applicant is told what somebody is told who asks for a number that nobody has.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from yichuang.cases.acting import lock_case
from yichuang.cases.domain.texts import storable
from yichuang.cases.models import Applicant, Form
from yichuang.cases.values import CaseNotFound
from yichuang.kernel.actor import Actor, ActorKind
from yichuang.kernel.identifiers.spelling import normalise


def claim_case(*, number: str, owner: str, id_type: str, id_number: str, by: Actor, at: datetime) -> str:
    """Put a case that nobody's account owns under the account of its applicant and return its number.

    `id_type` and `id_number` are what an identity provider has verified of the person, or of an organisation that he
    may act for. Claiming one's own case again changes nothing; of two who claim at once one gets it. Raises
    CaseNotFound for every other case: unknown, another's, handed in later than `at`, or come without a form.
    """
    number = storable(number)
    if by.kind is not ActorKind.APPLICANT or not owner or by.id != owner:
        raise CaseNotFound(number=number)
    with transaction.atomic():
        case_id, _ = lock_case(number)
        form = Form.objects.filter(pk=case_id, submitted_at__lte=at)
        if form.filter(owner=owner).exists():
            return number
        if not _matching([case_id], [(id_type, id_number)]).exists():
            raise CaseNotFound(number=number)
        if not form.filter(owner="").update(owner=owner):
            raise CaseNotFound(number=number)
    return number


def find_claim(*, number: str, identities: Iterable[tuple[str, str]]) -> tuple[str, str] | None:
    """Return which of somebody's verified identities, (id type, id number), could claim a case; None where none could.

    One query; the case itself is not read.
    """
    held = list(identities)
    form = Form.objects.filter(case__number=storable(number), owner="").values("case_id")
    found = _matching(form, held).values_list("id_type", "id_number").first()
    if found is None:
        return None
    return next((one for one in held if one[0] == found[0] and normalise(one[1]) == normalise(found[1])), None)


def _matching(case_ids: Any, identities: Iterable[tuple[str, str]]) -> QuerySet[Applicant]:
    """Return the applicants of cases who are one of the identities; an empty number is nobody's."""
    held = Q(pk__in=[])
    for id_type, id_number in identities:
        canonical = normalise(storable(id_number))
        if id_type and canonical:
            # Filed histories keep a number as their source spelled it.
            held |= Q(
                id_type=storable(id_type), id_number__in=sorted({canonical, canonical.lower(), storable(id_number)})
            )
    return Applicant.objects.filter(held, pk__in=case_ids).order_by("pk")
