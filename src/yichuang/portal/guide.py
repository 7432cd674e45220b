"""Guide: what an applicant asks first, computed: what he needs, how long it takes, and when it would be ready."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from yichuang.calendar.queries import get_calendar
from yichuang.catalogue.queries import get_intake, get_item_guide, get_situation
from yichuang.catalogue.values import ItemContent, MaterialNeed
from yichuang.kernel.words import N_
from yichuang.portal.ways import offered
from yichuang.regions.queries import get_organisation_names, list_centres
from yichuang.ui.amounts import measured

ANSWER = "answers."
# Who does a step, as the catalogue's data name it.
_POSTS: dict[str, str] = {
    "window": N_("窗口"),
    "site": N_("现场"),
    "section": N_("业务股室"),
    "leader": N_("负责人"),
    "certificate": N_("制证"),
    "joint": N_("联合审查"),
}


def post(key: str) -> str:
    """Name the post that does a step."""
    return _(_POSTS.get(key, key)) if key else ""


@dataclass(frozen=True, slots=True)
class Readiness:
    """The day by which a result is promised; `provisional` where that year's holidays are not yet published."""

    on: date
    provisional: bool = False


def limit(amount: int | None, unit: str) -> str:
    """Write a limit with its unit; on the spot where no time is needed, "" where none is set."""
    if amount is None:
        return ""
    return _("当场办结") if not amount else measured(amount, unit)


def readiness(content: ItemContent, *, today: date) -> Readiness:
    """Return the day by which an application accepted today is decided, counted in the country's calendar."""
    calendar = get_calendar()
    amount = content.promised_amount
    if content.promised_unit == "working-days":
        on = calendar.add(today, amount) if amount else today
    elif content.promised_unit == "calendar-days":
        on = today + timedelta(days=amount)
    else:
        on = today
    return Readiness(on, calendar.is_provisional(on))


def answers_in(query: Mapping[str, str]) -> dict[str, str]:
    """Return the answers to the questions of an item that stand in an address or a form."""
    return {name.removeprefix(ANSWER): query[name] for name in query if name.startswith(ANSWER) and query[name]}


def guide_page(code: str, *, query: Mapping[str, str], today: date) -> dict[str, Any]:
    """Return everything that the page of an item's guide shows; the answers in its address narrow the materials.

    Refuses with `ItemUnknown`.
    """
    guide = get_item_guide(code=code)
    content = guide.content
    intake = get_intake(item=code, language=get_language() or "zh-hans")
    situation = get_situation(guide=guide, intake=intake, answers=answers_in(query))
    centres = {row.code: row for row in list_centres(on=today, division=content.division)}
    kept = urlencode({ANSWER + key: value for key, value in situation.answers.items()})
    return {
        "title": guide.handling.name if guide.handling else content.name,
        "crumbs": [(_("首页"), "/"), (pgettext("list", "事项"), reverse("portal:items")), (content.name, "")],
        "guide": guide,
        "code": code,
        "content": content,
        "questions": [(one, situation.answers.get(one.key, ""), None) for one in situation.questions],
        "answered": bool(situation.answers),
        "unanswered": situation.unanswered,
        "notes": situation.notes,
        "materials": [_material(need) for need in situation.materials],
        "all_materials": len(content.materials),
        "kept": kept,
        "apply": f"{reverse('portal:apply', args=[code])}{'?' if kept else ''}{kept}",
        "promised": limit(content.promised_amount, content.promised_unit),
        "statutory": limit(content.statutory_amount, content.statutory_unit),
        "steps": [
            (step.name, post(step.post), limit(step.amount, content.promised_unit) if step.amount else "")
            for step in content.steps
        ],
        "ready": readiness(content, today=today),
        "today": today,
        "centres": [centres.get(centre, {"name": centre, "code": ""}) for centre in guide.centres],
        "joint": _joint(content.joint_codes, content.joint_names),
    }


def _material(need: MaterialNeed) -> tuple[MaterialNeed, list[str]]:
    return need, [_(way) for way in offered(need)]


def _joint(codes: tuple[str, ...], names: tuple[str, ...]) -> tuple[str, ...]:
    """Name the organisations that decide together; a code without a name of its own is looked up."""
    if names or not codes:
        return names
    known = get_organisation_names()
    return tuple(known.get(code, code) for code in codes)
