"""Steps: what each page of an application reads out of what was sent, and what it shows."""

from collections.abc import Callable
from typing import Any

import msgspec
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from yichuang.cases.values import CONTACTS, DELIVERIES, Application
from yichuang.catalogue.values import NATURAL_PERSON
from yichuang.portal.applying import materials, who
from yichuang.portal.applying.inputs import Input, input_of, tell, typed
from yichuang.portal.applying.work import CHECK, DELIVERY, FORM, MATERIALS, SITUATION, TITLES, WHO, Work, step_of
from yichuang.portal.filled import answer_of, value_of
from yichuang.portal.guide import readiness
from yichuang.regions.queries import list_centres


def address_of(key: str, step: str) -> str:
    """Return the address of a step of a draft."""
    return reverse("portal:step", args=[key, step])


def _fill_situation(work: Work, request: HttpRequest) -> Application:
    answers = dict(work.application.answers)
    for question in work.intake.questions:
        given = typed(request.POST, f"answers.{question.key}")
        if given:
            answers[question.key] = given
    return msgspec.structs.replace(work.application, answers=answers)


def _fill_who(work: Work, request: HttpRequest) -> Application:
    return who.fill(work.application, request.POST, person=work.person, firms=work.firms)


def _fill_form(work: Work, request: HttpRequest) -> Application:
    fields = dict(work.application.fields)
    for field in work.situation.fields:
        name = f"fields.{field.key}"
        if name in request.POST:
            fields[field.key] = typed(request.POST, name)
    return msgspec.structs.replace(work.application, fields=fields)


def _fill_materials(work: Work, request: HttpRequest) -> Application:
    return materials.fill(work.application, request.POST, needs=work.needs, files=work.attachments)


def _fill_delivery(work: Work, request: HttpRequest) -> Application:
    post = request.POST
    return msgspec.structs.replace(
        work.application,
        delivery=post.get("delivery", ""),
        delivery_address=typed(post, "delivery_address"),
        delivery_centre=typed(post, "delivery_centre"),
        contact=tuple(key for key in CONTACTS if key in post.getlist("contact")),
    )


def _nothing(work: Work, _request: HttpRequest) -> Application:
    return work.application


def _show_situation(work: Work, faults: dict[str, tuple[str, str]]) -> dict[str, Any]:
    return {
        "questions": [
            (one, work.answers.get(one.key, ""), faults.get(f"answers.{one.key}")) for one in work.situation.questions
        ]
    }


def _show_who(work: Work, faults: dict[str, tuple[str, str]]) -> dict[str, Any]:
    objects = work.guide.content.objects_served
    natural = not objects or NATURAL_PERSON in objects
    legal = not objects or any(one != NATURAL_PERSON for one in objects)
    inputs = [*who.relative_inputs(work.application, faults), *who.own_inputs(work.application, work.person, faults)]
    shown = {one.name: one for one in inputs}
    summary = [(f"#{one.name}", one.fault[0]) for one in inputs if one.fault]
    # A fault of an identity that the account gives has no input: it is mended in the account.
    summary += [
        ("#capacity", text[0]) for name, text in faults.items() if text[0] not in {one for _href, one in summary}
    ]
    return {
        "capacities": who.capacities(work.person, work.firms, natural=natural, legal=legal),
        "chosen": who.capacity_of(work.application),
        "relative": [one for one in inputs if one.name.startswith("applicant.")],
        "own": [one for one in inputs if one.name.startswith("own.")],
        "summary": summary,
        "shown": shown,
    }


def _show_form(work: Work, faults: dict[str, tuple[str, str]]) -> dict[str, Any]:
    inputs = [input_of(field, work.application.fields.get(field.key, ""), faults) for field in work.situation.fields]
    return {"inputs": inputs}


def _show_materials(work: Work, faults: dict[str, tuple[str, str]]) -> dict[str, Any]:
    application = materials.with_files(work.application, work.needs, work.attachments)
    parts = materials.parts(application, work.needs, attachments=work.attachments, held=work.held, faults=faults)
    summary = [(f"#{part.field}", part.fault[0]) for part in parts if part.fault]
    return {"parts": parts, "summary": summary}


def _show_delivery(work: Work, faults: dict[str, tuple[str, str]]) -> dict[str, Any]:
    application = work.application
    # The county's own centre first, then its town halls: who lives far out collects near by.
    here = work.guide.content.division
    centres = [row for row in list_centres(on=work.today) if row.division.startswith(here)]
    offered = [key for key in DELIVERIES if key != "post" or work.guide.content.express]
    return {
        "deliveries": [(key, _(DELIVERIES[key])) for key in offered],
        "delivery": application.delivery,
        "may_post": "post" in offered,
        "centres": [(row.code, row.name) for row in centres],
        "centre": application.delivery_centre,
        "address": Input(
            "delivery_address",
            _("邮寄地址"),
            kind="long",
            value=application.delivery_address,
            required=False,
            longest=200,
            complete="street-address",
            help=_("选择邮寄时填写：省市县、街道、门牌号和收件人"),
            fault=faults.get("delivery_address"),
        ),
        "contacts": [(key, _(text), key in application.contact) for key, text in CONTACTS.items()],
        "delivery_fault": faults.get("delivery"),
        "contact_fault": faults.get("contact"),
    }


def _show_check(work: Work, _faults: dict[str, tuple[str, str]]) -> dict[str, Any]:
    application = materials.with_files(work.application, work.needs, work.attachments)
    labels = {f"fields.{field.key}": field.label for field in work.situation.fields}
    told = tell(work.faults, labels)
    return {
        "told": [(step_of(name), _(TITLES[step_of(name)]), text) for name, text in told.items()],
        "summary": [(address_of(work.draft.key, step_of(name)) + "?judge", text[0]) for name, text in told.items()],
        "answers": [(one.text, answer_of(one, work.answers.get(one.key, ""))) for one in work.situation.questions],
        "people": who.described(application),
        "fields": [
            (field.label, value_of(field, application.fields.get(field.key, ""))) for field in work.situation.fields
        ],
        "parts": materials.parts(application, work.needs, attachments=work.attachments, held=work.held, faults={}),
        "delivery": _(DELIVERIES.get(application.delivery, "")) if application.delivery else "",
        "address": application.delivery_address if application.delivery == "post" else "",
        "contact": [_(CONTACTS[key]) for key in application.contact if key in CONTACTS],
        "ready": readiness(work.guide.content, today=work.today),
    }


FILL: dict[str, Callable[[Work, HttpRequest], Application]] = {
    SITUATION: _fill_situation,
    WHO: _fill_who,
    FORM: _fill_form,
    MATERIALS: _fill_materials,
    DELIVERY: _fill_delivery,
    CHECK: _nothing,
}
CONTEXT: dict[str, Callable[[Work, dict[str, tuple[str, str]]], dict[str, Any]]] = {
    SITUATION: _show_situation,
    WHO: _show_who,
    FORM: _show_form,
    MATERIALS: _show_materials,
    DELIVERY: _show_delivery,
    CHECK: _show_check,
}
