"""What the public brought: work orders of bad ratings, consultations, complaints; by deadline, and step by step."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache

from yichuang.accounts.queries import get_actor, permission, require
from yichuang.feedback.commands import perform
from yichuang.feedback.queries import count_open, get_matter, page_matters
from yichuang.feedback.values import FINDING_LABELS, ChangedMeanwhile, Kind, MatterFile, PossibleStep, Step
from yichuang.kernel.refusal import Refusal
from yichuang.ui.names import Names, get_names
from yichuang.ui.templatetags.ui import day, instant
from yichuang.ui.values import Filter, Happening, Tone
from yichuang.workbench.forms.matters import MatterForm
from yichuang.workbench.reach import organisations_of

_REFUSED, _CONFLICT = 422, 409


@permission("opinions.handle")
@never_cache
def matters(request: HttpRequest) -> HttpResponse:
    """List what is open, the first deadline first; `?open=0` what is closed."""
    scope, today = request.scope, timezone.localdate()  # type: ignore[attr-defined]
    asked = request.GET.get("kind", "")
    kind = Kind(asked) if asked in set(Kind) else None
    is_open = request.GET.get("open", "1") != "0"
    page = page_matters(scope=scope, on=today, kind=kind, is_open=is_open, after=request.GET.get("after", ""))
    counts = count_open(scope=scope, on=today)
    names = get_names(on=today)
    total = sum(opened for opened, _late in counts.values())
    tabs = [{"label": f"{_('全部')} {total}", "href": "?", "current": kind is None}]
    tabs += [
        {"label": f"{_(one.label)} {counts[one][0]}", "href": f"?kind={one.value}", "current": one is kind}
        for one in Kind
    ]
    context = {
        "title": _("评价、咨询与投诉"),
        "crumbs": [(_("工作台"), reverse("workbench:home")), (_("评价、咨询与投诉"), "")],
        "tabs": tabs,
        "filters": [
            Filter("open", _("状态"), "1" if is_open else "0", [("1", _("未了结")), ("0", _("已了结"))]),
        ],
        "rows": [(row, names.organisation(row.organisation), _deadline(row)) for row in page],
        "page": page,
        "more": bool(page.next_after),
    }
    return render(request, "workbench/matters.html", context)


def _deadline(row: Any) -> tuple[str, str]:
    """Return light and words of a matter's deadline."""
    if row.days_left is None:
        return "", ""
    if row.is_late:
        over = -row.days_left
        return "red", ngettext("超期 %(days)s 个工作日", "超期 %(days)s 个工作日", over) % {"days": over}
    colour = "yellow" if row.days_left <= 1 else "green"
    left = row.days_left
    return colour, ngettext("还剩 %(days)s 个工作日", "还剩 %(days)s 个工作日", left) % {"days": left}


def _open(request: HttpRequest, number: str, *, personal: bool = False) -> MatterFile:
    """Return the matter, held against the reader's scope."""
    file = get_matter(number=number, on=timezone.localdate(), personal=personal)
    row = file.row
    require(
        request.scope,  # type: ignore[attr-defined]
        division=row.division,
        organisation=_handled_by(file),
        centre=row.centre,
    )
    return file


def _handled_by(file: MatterFile) -> str:
    """Return whose matter it is: the body complained of does not read a complaint before somebody was given it."""
    if file.row.kind is not Kind.COMPLAINT:
        return file.row.organisation
    return next((line.organisation for line in reversed(file.steps) if line.step is Step.ASSIGN), "")


@permission("opinions.handle")
@never_cache
def matter(request: HttpRequest, number: str) -> HttpResponse:
    """Show one matter with its history and what may be done now; the caller's phone is for who must call."""
    file = _open(request, number, personal=True)
    names = get_names(on=timezone.localdate())
    row = file.row
    context = {
        **_heading(file, names),
        "file": file,
        "row": row,
        "light": _deadline(row),
        "finding": _(FINDING_LABELS.get(row.finding, row.finding)),
        "facts": [
            (_("部门"), names.organisation(row.organisation) or _("未指定")),
            (_("提出时间"), instant(row.opened_at)),
            (_("最后一天"), day(row.due_on)),
        ],
        "possible": [one for one in file.possible if _may(request, file, one)],
        "happenings": [
            Happening(
                title=_(line.step.label),
                when=instant(line.at),
                who=line.by,
                body=line.text,
                tone=Tone.WARN if line.late else Tone.NEUTRAL,
            )
            for line in reversed(file.steps)
        ],
    }
    return render(request, "workbench/matter.html", context)


def _heading(file: MatterFile, names: Names) -> dict[str, Any]:
    row = file.row
    return {
        "title": row.title or _(row.kind.label),
        "crumbs": [
            (_("工作台"), reverse("workbench:home")),
            (_("评价、咨询与投诉"), reverse("workbench:matters")),
            (row.number, reverse("workbench:matter", args=[row.number])),
        ],
        "region": {"name": names.division(row.division)},
    }


def _may(request: HttpRequest, file: MatterFile, one: PossibleStep) -> bool:
    """Leave out what the body concerned may not do itself, and what is the asker's own step."""
    if one.step is Step.WITHDRAW:
        return False
    own = get_actor(request.user).organisation
    return not (one.others_only and own and own in (file.row.organisation, file.about))


@permission("opinions.handle")
@never_cache
def step(request: HttpRequest, number: str, step: str) -> HttpResponse:
    """Do one step on a matter; another's step in the meantime loses nothing that was typed."""
    file = _open(request, number)
    found = next((one for one in file.possible if one.step.value == step and _may(request, file, one)), None)
    if found is None:
        if step not in set(Step):
            raise Http404
        messages.info(request, _("这一步已经办过，或者现在不能办"))
        return HttpResponseRedirect(reverse("workbench:matter", args=[number]))
    names = get_names(on=timezone.localdate())
    form = _form(request.POST or None, file, found, names)
    status = 200
    if request.method == "POST":
        status = _REFUSED
        if form.is_valid():
            try:
                _perform(request, number, found, form)
            except ChangedMeanwhile as refusal:
                again = _open(request, number)
                data = request.POST.copy()
                data["version"] = str(again.row.version)
                form, status = _form(data, again, found, names), _CONFLICT
                form.is_valid()
                form.refuse(refusal)
            except Refusal as refusal:
                form.refuse(refusal)
            else:
                messages.success(request, _("%(step)s：已办理") % {"step": _(found.label)})
                return HttpResponseRedirect(reverse("workbench:matter", args=[number]))
    context = {
        **_heading(file, names),
        "title": _(found.label),
        "lead": file.row.title,
        "form": form,
        "submit": _(found.label),
        "back": reverse("workbench:matter", args=[number]),
    }
    return render(request, "workbench/form.html", context, status=status)


def _form(data: Any, file: MatterFile, found: PossibleStep, names: Names) -> MatterForm:
    organisations = []
    if found.needs_organisation:
        codes = organisations_of(file.row.division[:6], on=timezone.localdate())
        organisations = [(code, names.organisation(code)) for code in codes]
    return MatterForm(data, possible=found, organisations=organisations, initial={"version": file.row.version})


def _perform(request: HttpRequest, number: str, found: PossibleStep, form: MatterForm) -> None:
    typed = form.cleaned_data
    perform(
        number=number,
        step=found.step,
        text=typed.get("text", ""),
        organisation=typed.get("organisation", ""),
        return_on=typed.get("return_on"),
        by=get_actor(request.user),
        at=timezone.now(),
        expected_version=typed["version"],
    )
