"""Submission: a draft becomes a case. Receipt, form, files, materials and applicant in one transaction, or nothing.

Submitting again - a double click, a page sent twice over a slow line, two windows at once - gives the same number.
"""

from datetime import datetime

import msgspec
from django.db import transaction

from yichuang.calendar.values import local_day
from yichuang.cases.acting import perform, receive_application
from yichuang.cases.applicants import new_salt
from yichuang.cases.domain.acts import Receive, TakeMaterials
from yichuang.cases.domain.application import Application, Draft, Place, in_whose_name, phones_of
from yichuang.cases.domain.belongings import together
from yichuang.cases.domain.completeness import ApplicationIncomplete
from yichuang.cases.domain.materials import MaterialEntry
from yichuang.cases.drafts import (
    decode_application,
    encode_application,
    forget_uploads,
    lock_draft,
    value_of,
)
from yichuang.cases.forms import digest_of
from yichuang.cases.models import Attachment, Case, DraftRevision, Form, Upload
from yichuang.cases.needs import WINDOW, Demand, demand_of, faults_of, settled
from yichuang.cases.uploads import storage
from yichuang.cases.uploads.homes import Home
from yichuang.cases.uploads.shelf import attached_to
from yichuang.cases.values import ApplicantDetails
from yichuang.kernel.actor import Actor, ActorKind

Files = dict[str, list[Attachment]]


def submit_draft(*, key: str, owner: str, place: Place, by: Actor, at: datetime, now: datetime) -> str:
    """Receive the application of a draft and return its case number; again and again the same (art. 29).

    `at` is when it was handed in, `now` when this system heard of it. Raises DraftUnknown, ApplicationIncomplete with
    every fault, ItemUnknown, and what `receive_application` raises.
    """
    on = local_day(at)
    with transaction.atomic():
        row = lock_draft(key=key, owner=owner)
        if row.case_id is not None:
            return str(Case.objects.values_list("number", flat=True).get(pk=row.case_id))
        home = Home(draft=row.pk)
        files = attached_to(home)
        application = settled(
            decode_application(row.content), {name: tuple(one.key for one in held) for name, held in files.items()}
        )
        draft: Draft = value_of(row)
        demand = demand_of(draft, application, organisation=place.organisation, on=on)
        if faults := faults_of(application, demand, on=on, channel=place.channel):
            raise ApplicationIncomplete(count=len(faults), faults=faults)
        application = _only_needed(application, demand)
        content, salt = encode_application(application), new_salt()
        number = receive_application(
            receipt=_receipt(application, demand, place, form_digest=digest_of(content, salt=salt)),
            applicant=details_of(application),
            by=by,
            at=at,
            now=now,
        )
        case = Case.objects.get(number=number)
        Form.objects.create(
            case=case,
            owner="" if by.kind is ActorKind.STAFF else owner,
            content=content,
            salt=salt,
            submitted_at=at,
        )
        entries = entries_of(application, files, handed_over=place.channel == WINDOW)
        if entries:
            perform(number=number, act=TakeMaterials(entries=entries), by=by, at=at, now=now)
        _bind(home, case, {choice.name for choice in application.materials}, at=at)
        DraftRevision.objects.filter(draft=row).delete()
        row.case, row.content = case, "{}"
        row.save(update_fields=["case", "content"])
    return number


def details_of(application: Application) -> ApplicantDetails:
    """Return the applicant before the law, with a phone by which somebody is reached."""
    name, id_type, id_number = in_whose_name(application)
    phones = phones_of(application)
    return ApplicantDetails(name=name, id_type=id_type, id_number=id_number, phone=phones[0] if phones else "")


def _receipt(application: Application, demand: Demand, place: Place, *, form_digest: str) -> Receive:
    # The reason a person gives stays in the form: the ledger keeps nothing personal.
    return Receive(
        item=demand.item,
        organisation=place.organisation,
        division=place.division,
        receiving_division=place.receiving_division,
        centre=place.centre,
        handling_item=demand.handling_item,
        channel=place.channel,
        applicant_type=application.applicant_type,
        form_digest=form_digest,
        agent=application.agent_relation if application.agent else "",
    )


def _only_needed(application: Application, demand: Demand) -> Application:
    """Return the application with what its situation asks for: changed answers leave no old materials behind."""
    names = {need.name for need in demand.situation.materials}
    keys = {field.key for field in demand.situation.fields}
    return msgspec.structs.replace(
        application,
        answers=dict(demand.situation.answers),
        fields={key: text for key, text in application.fields.items() if key in keys},
        materials=tuple(choice for choice in application.materials if choice.way and choice.name in names),
    )


def entries_of(application: Application, files: Files, *, handed_over: bool) -> tuple[MaterialEntry, ...]:
    """Return what the ledger says was taken in; what is still to be brought is not."""
    return tuple(
        MaterialEntry(
            name=choice.name,
            way=choice.way,
            copies=choice.copies,
            digest=together(one.digest for one in files.get(choice.name, ())),
        )
        for choice in application.materials
        if handed_over or choice.way != "bring"
    )


def _bind(home: Home, case: Case, materials: set[str], *, at: datetime) -> None:
    """Move the files of the materials to the case; the others, and what never arrived whole, go."""
    mine = Attachment.objects.filter(**home.columns)
    left_over = mine.exclude(material__in=materials)
    forget_uploads(Upload.objects.filter(**home.columns).values_list("pk", flat=True))
    storage.discard(left_over.values_list("stored", flat=True))
    left_over.delete()
    mine.update(draft=None, case=case, taken_at=at)
