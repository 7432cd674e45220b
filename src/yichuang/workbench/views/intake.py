"""The window: find the item, take the application in, and have its number, all from the keyboard."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from yichuang.accounts.queries import get_actor, permission
from yichuang.accounts.values import Area, Scope
from yichuang.cases.commands import drop_draft, save_draft, start_draft, store_upload, submit_draft
from yichuang.cases.queries import get_draft, list_attachments, list_drafts, list_earlier
from yichuang.cases.values import Application, ApplicationIncomplete, Draft, DraftChanged, DraftSubmitted, Place
from yichuang.catalogue.queries import get_intake, get_item_guide, get_situation, search_items
from yichuang.catalogue.values import APPLICANT, LEGAL, NATURAL, Intake, ItemGuide, ItemRow, Situation
from yichuang.kernel.identifiers import resident_number, uscc
from yichuang.kernel.refusal import Refusal
from yichuang.regions.queries import list_centres
from yichuang.ui import casework
from yichuang.ui.names import get_item_names, get_names
from yichuang.workbench.forms.intake import IntakeForm
from yichuang.workbench.reach import arguments, choose, county_of

# As many as there are keys from 1 to 9, out of so many that match.
_FOUND, _SEARCHED = 9, 60
# Where the main item stands in an implementation code (GB/T 39554.1-2020).
_MAIN_ITEM = slice(23, 28)
_LONGEST_SEARCH = 60
_REFUSED, _CONFLICT = 422, 409


@dataclass(frozen=True, slots=True)
class Counter:
    """Where the clerk sits: the division that receives, the centre or hall, and what may be received there."""

    division: str
    county: str
    centre: str
    organisations: tuple[str, ...]

    @property
    def is_town(self) -> bool:
        """Tell whether this is a town's hall, which receives for its county."""
        return self.division != self.county


def counter_of(scope: Scope, *, on: date) -> Counter:
    """Return the clerk's counter, from the first area in which he may receive."""
    area = choose(scope, "").area or Area()
    county = county_of(area)
    centre = area.centre
    if not centre:
        rows = list_centres(on=on, division=area.division)
        centre = rows[0].code if rows else ""
    return Counter(division=area.division or county, county=county, centre=centre, organisations=scope.organisations)


# -- finding the item ------------------------------------------------------------------------------


def _found(request: HttpRequest, counter: Counter) -> tuple[ItemRow, ...]:
    text = request.GET.get("q", "").strip()[:_LONGEST_SEARCH].replace("\0", "")
    if not text:
        return ()
    own = counter.organisations
    page = search_items(
        text=text, division=counter.division, department=own[0] if len(own) == 1 else "", limit=_SEARCHED
    )
    rows = [row for row in page if row.receivable and (not own or row.organisation_code in own)]
    return tuple(rows[:_FOUND])


@permission("cases.receive")
@never_cache
def receive(request: HttpRequest) -> HttpResponse:
    """Show the search box, what it found, and the clerk's unfinished applications."""
    counter = counter_of(request.scope, on=timezone.localdate())  # type: ignore[attr-defined]
    names, items = get_names(on=timezone.localdate()), get_item_names(on=timezone.localdate())
    context = {
        "title": _("窗口收件"),
        "crumbs": [(_("工作台"), reverse("workbench:home")), (_("窗口收件"), "")],
        "region": {"name": names.division(counter.division)},
        "asked": request.GET.get("q", ""),
        "found": _found(request, counter),
        "counter": counter,
        "drafts": [(row, items.item(row.item[_MAIN_ITEM])) for row in list_drafts(owner=get_actor(request.user).id)],
    }
    template = "workbench/parts/found.html" if request.headers.get("HX-Request") else "workbench/receive.html"
    return render(request, template, context)


@permission("cases.receive")
@require_POST
def start(request: HttpRequest) -> HttpResponse:
    """Open a draft of the chosen item; its key makes a second click harmless."""
    actor = get_actor(request.user)
    guide = get_item_guide(code=request.POST.get("item", "").strip())
    if guide.handling is None and len(guide.handling_codes) > 1:
        return _choose_handling(request, guide)
    handling = guide.content.implementation_code + guide.handling.code if guide.handling else ""
    if not handling and guide.handling_codes:
        handling = guide.handling_codes[0][0]
    key = start_draft(
        owner=actor.id,
        item=guide.content.implementation_code,
        handling_code=handling,
        by=actor,
        at=timezone.now(),
    )
    return HttpResponseRedirect(reverse("workbench:intake", args=[key]))


def _choose_handling(request: HttpRequest, guide: ItemGuide) -> HttpResponse:
    """Ask which of an item's handling items it is."""
    context = {
        "title": guide.content.name,
        "crumbs": [
            (_("工作台"), reverse("workbench:home")),
            (_("窗口收件"), reverse("workbench:receive")),
            (guide.content.name, ""),
        ],
        "choices": guide.handling_codes,
    }
    return render(request, "workbench/handling.html", context)


# -- one application -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A draft with everything its form needs."""

    draft: Draft
    guide: ItemGuide
    intake: Intake
    counter: Counter
    audiences: tuple[str, ...]

    def situation(self, answers: dict[str, str]) -> Situation:
        kind = answers.get(APPLICANT)
        given = {**answers, APPLICANT: kind if kind in self.audiences else self.audiences[0]}
        return get_situation(guide=self.guide, intake=self.intake, answers=given)

    def form(self, request: HttpRequest, application: Application) -> IntakeForm:
        answers = dict(application.answers)
        if request.method == "POST":
            # What is asked for next hangs on what has just been answered.
            posted = {k.partition(".")[2]: str(v) for k, v in request.POST.items() if k.startswith("answers.")}
            answers |= {**posted, APPLICANT: request.POST.get("applicant_type", "")}
        data, files = (request.POST, request.FILES) if request.method == "POST" else (None, None)
        return IntakeForm(
            data,
            files,
            situation=self.situation(answers),
            audiences=self.audiences,
            application=application,
            materials=[one.name for one in self.guide.content.materials],
        )

    @property
    def is_for_another(self) -> bool:
        """Tell whether a town's hall takes it in for a body above it (镇收县办)."""
        return self.counter.is_town and self.guide.content.division != self.counter.division


def _sheet(request: HttpRequest, key: str) -> _Sheet:
    draft = get_draft(key=key, owner=get_actor(request.user).id)
    guide = get_item_guide(code=draft.handling_code or draft.item)
    served = guide.content.objects_served
    audiences = tuple(
        kind for kind, there in ((NATURAL, "1" in served), (LEGAL, any(code != "1" for code in served))) if there
    )
    counter = counter_of(request.scope, on=timezone.localdate())  # type: ignore[attr-defined]
    language = get_language() or "zh-hans"
    return _Sheet(draft, guide, get_intake(item=draft.item, language=language), counter, audiences or (NATURAL,))


@permission("cases.receive")
@never_cache
def intake(request: HttpRequest, key: str) -> HttpResponse:
    """Show the form of one application, save it, or take it in."""
    sheet = _sheet(request, key)
    if sheet.draft.number:
        return HttpResponseRedirect(reverse("workbench:received", args=[sheet.draft.number]))
    if request.method != "POST":
        return _page(request, sheet, sheet.form(request, sheet.draft.application))
    return _take(request, sheet)


def _take(request: HttpRequest, sheet: _Sheet) -> HttpResponse:
    """Save what was typed; then, unless only that was asked for, take the application in."""
    actor, now = get_actor(request.user), timezone.now()
    form = sheet.form(request, sheet.draft.application)
    if not form.is_valid():
        return _page(request, sheet, form, status=_REFUSED)
    key, owner = sheet.draft.key, actor.id
    faults = _store(request, sheet, form)
    if request.POST.get("action") == "look":
        # What the answers change is only shown: the page goes on with the version it has.
        return _page(request, sheet, form, status=_REFUSED if faults else 200)
    application = form.application(attached=_attached(key))
    try:
        save_draft(
            key=key,
            owner=owner,
            application=application,
            by=actor,
            at=now,
            expected_version=form.cleaned_data["version"],
        )
        if request.POST.get("action") == "save" or faults:
            return _page(request, _sheet(request, key), form, status=_REFUSED if faults else 200)
        number = submit_draft(key=key, owner=owner, place=_place(sheet), by=actor, at=now, now=now)
    except DraftSubmitted as submitted:
        # The first of two clicks was faster: both lead to the one case.
        number = str(submitted.details["number"])
    except Refusal as refusal:
        return _refused(request, key, form, refusal)
    messages.success(request, _("已收件，编号 %(number)s") % {"number": number})
    return HttpResponseRedirect(reverse("workbench:received", args=[number]))


def _refused(request: HttpRequest, key: str, form: IntakeForm, refusal: Refusal) -> HttpResponse:
    """Show what was refused, each fault at its field, with everything that was typed."""
    if isinstance(refusal, ApplicationIncomplete):
        form.tell(refusal.faults)
    else:
        form.refuse(refusal)
    status = _CONFLICT if isinstance(refusal, DraftChanged) else _REFUSED
    return _page(request, _sheet(request, key), form, status=status)


def _place(sheet: _Sheet) -> Place:
    """Return who decides, and where it was received: a town receives for its county."""
    content, counter = sheet.guide.content, sheet.counter
    return Place(
        organisation=content.organisation_code,
        division=content.division,
        receiving_division=counter.division if counter.is_town else content.division,
        centre=counter.centre,
        channel="window",
    )


def _store(request: HttpRequest, sheet: _Sheet, form: IntakeForm) -> bool:
    """Store the scans; return whether one was refused, its reason standing at its field."""
    refused = False
    actor, now = get_actor(request.user), timezone.now()
    for at, need in form.numbered:
        upload = form.cleaned_data.get(f"file.{at}")
        if not upload:
            continue
        try:
            store_upload(
                draft=sheet.draft.key, material=need.name, file_name=upload.name, file=upload, by=actor, at=now
            )
        except Refusal as refusal:
            form.refuse(refusal, f"file.{at}")
            refused = True
    return refused


def _attached(key: str) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for row in list_attachments(draft=key):
        found[row.material] = (*found.get(row.material, ()), str(row.key))
    return found


def _page(request: HttpRequest, sheet: _Sheet, form: IntakeForm, *, status: int = 200) -> HttpResponse:
    content = sheet.guide.content
    names = get_names(on=timezone.localdate())
    files = {}
    for row in list_attachments(draft=sheet.draft.key):
        files.setdefault(row.material, []).append(row)
    context = {
        "title": sheet.guide.handling.name if sheet.guide.handling else content.name,
        "crumbs": [
            (_("工作台"), reverse("workbench:home")),
            (_("窗口收件"), reverse("workbench:receive")),
            (content.name, ""),
        ],
        "region": {"name": names.division(sheet.counter.division)},
        "draft": sheet.draft,
        "form": form,
        "rows": [{**row, "files": files.get(row["need"].name, ())} for row in form.material_rows],
        "content": content,
        "promised": casework.limit(content.promised_amount, content.promised_unit),
        "deciding": content.organisation_name,
        "for_another": sheet.is_for_another,
    }
    return render(request, "workbench/intake.html", context, status=status)


@permission("cases.receive")
@require_POST
def drop(request: HttpRequest, key: str) -> HttpResponse:
    """Throw an unfinished application away."""
    actor = get_actor(request.user)
    drop_draft(key=key, owner=actor.id)
    messages.info(request, _("已删除这份未提交的申请"))
    return HttpResponseRedirect(reverse("workbench:receive"))


# -- the applicant's number ------------------------------------------------------------------------


@permission("cases.receive")
@never_cache
def applicant(request: HttpRequest) -> HttpResponse:
    """Check a number as it is typed, and say which earlier cases of the same person lie within the clerk's scope."""
    number = request.GET.get("applicant.id_number", "") or request.GET.get("represented.uscc", "")
    number, firm = number.strip()[:64], "represented.uscc" in request.GET and not request.GET.get("applicant.id_number")
    context: dict[str, Any] = {"asked": number}
    id_type = "001" if firm else request.GET.get("applicant.id_type", "111")
    if number:
        try:
            context["told"] = _told(id_type, number)
        except Refusal as refusal:
            context["refusal"] = refusal.explain(_)
        else:
            area = choose(request.scope, "").area  # type: ignore[attr-defined]
            rows = list_earlier(id_number=number, limit=5, **arguments(area))
            items = get_item_names(on=timezone.localdate())
            context["earlier"] = [(row, items.item(row.item), casework.status_of(row)) for row in rows]
    return render(request, "workbench/parts/applicant.html", context)


def _told(id_type: str, number: str) -> str:
    """Return what a correct number says by itself; raises the number's own refusal."""
    if id_type == "001":
        uscc.check(number)
        return _("统一社会信用代码校验通过")
    if id_type != "111":
        return ""
    resident_number.check(number, on=timezone.localdate())
    return _("号码校验通过")
