"""Casework: a case in words and tones: its light, its clocks, its applicant as far as the reader may see."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from yichuang.cases.values import (
    CHANNEL_LABELS,
    KIND_LABELS,
    RESULT_LABELS,
    STATUS_LABELS,
    ApplicantDetails,
    CaseRow,
    EventLine,
    Result,
)
from yichuang.dashboards.names import ItemNames, Names
from yichuang.dashboards.words import COMPANY_ID_TYPES, ID_TYPES, UNITS
from yichuang.kernel.masking import DocumentKind, mask_identifier, mask_name, mask_phone
from yichuang.kernel.words import N_
from yichuang.ui.values import Cell, Column, Happening, Light, Table, Tone

# An open case turns yellow when so much is left: a whole day of warning before the light is red.
_WARNED = timedelta(days=2)
_EVENT_TONES = {
    "application-granted": Tone.GOOD,
    "case-closed": Tone.GOOD,
    "application-refused": Tone.BAD,
    "acceptance-refused": Tone.BAD,
    "supplement-requested": Tone.WARN,
    "special-procedure-started": Tone.WARN,
    "period-extended": Tone.WARN,
    "case-voided": Tone.BAD,
    "application-received": Tone.INFO,
    "application-accepted": Tone.INFO,
}


@dataclass(frozen=True, slots=True)
class Person:
    """The applicant as a page shows him; `masked` says that parts were hidden before they came here."""

    name: str
    id_type: str
    id_number: str
    phone: str
    masked: bool


def light_of(row: CaseRow, *, now: datetime) -> tuple[Light, str] | None:
    """Return the light of a case and its words; None before acceptance, where no clock runs."""
    if row.accepted_at is None:
        return None
    if row.closed_at is not None or row.late_promised is not None:
        return (Light.RED, _("逾期办结")) if row.late_promised else (Light.GREEN, _("按期办结"))
    if row.promised_due_at is None:
        return None
    if row.promised_due_at < now:
        return Light.RED, _("已超期")
    if row.promised_due_at - now < _WARNED:
        return Light.YELLOW, _("临近时限")
    return Light.GREEN, _("时限内")


def limit(amount: int | None, unit: str) -> str:
    """Write a limit with its unit."""
    return "" if amount is None else f"{amount} {_(UNITS.get(unit, unit))}"


def case_table(rows: Sequence[CaseRow], *, names: Names, items: ItemNames, now: datetime, caption: str) -> Table:
    """Return the table of a page of cases; no personal data."""
    columns = (
        Column(_("办件编号")),
        Column(_("事项")),
        Column(_("部门")),
        Column(_("渠道")),
        Column(_("受理")),
        Column(_("办结")),
        Column(_("状态")),
        Column(_("时限")),
    )
    return Table(
        caption=caption,
        columns=columns,
        rows=[_line(row, names=names, items=items, now=now) for row in rows],
        empty=_("没有符合条件的办件。请放宽条件，或换一个期间"),
    )


def _line(row: CaseRow, *, names: Names, items: ItemNames, now: datetime) -> list[Cell]:
    light = light_of(row, now=now)
    return [
        Cell(row.number, href=reverse("dashboards:case", args=[row.number])),
        Cell(items.item(row.item)),
        Cell(names.organisation(row.organisation)),
        Cell(_(CHANNEL_LABELS.get(row.channel, row.channel))),
        Cell(day(row.accepted_at)),
        Cell(day(row.closed_at)),
        Cell(status_of(row)),
        Cell(light[1], light=light[0]) if light else Cell("—"),
    ]


def status_of(row: CaseRow) -> str:
    """Name the result where there is one, else the status."""
    if row.result and row.result in set(Result):
        return _(RESULT_LABELS[Result(row.result)])
    return _(STATUS_LABELS[row.status])


def day(moment: datetime | None) -> str:
    """Write the day of an instant in local time, short."""
    return "—" if moment is None else f"{timezone.localtime(moment):%Y-%m-%d}"


def person(details: ApplicantDetails | None, *, whole: bool) -> Person | None:
    """Return the applicant, masked unless the reader may see him whole."""
    if details is None:
        return None
    label = _(ID_TYPES.get(details.id_type, N_("证件号码")))
    if whole:
        return Person(details.name, label, details.id_number, details.phone, masked=False)
    company = details.id_type in COMPANY_ID_TYPES
    kind = DocumentKind.USCC if company else DocumentKind.RESIDENT_NUMBER
    return Person(
        name=mask_name(details.name, is_company=company),
        id_type=label,
        id_number=mask_identifier(kind, details.id_number),
        phone=mask_phone(details.phone),
        masked=True,
    )


def happening(event: EventLine, *, when: str, names: Names) -> Happening:
    """Return one event as an entry of the time line."""
    return Happening(
        title=_(event.title),
        when=when,
        who=_(event.actor),
        body="；".join(
            f"{_(label)}：{_said(text, names)}{_(unit) if unit else ''}" for label, text, unit in event.details
        ),
        tone=_EVENT_TONES.get(event.name.split(".")[1], Tone.NEUTRAL),
    )


def _said(text: str, names: Names) -> str:
    for labels in (CHANNEL_LABELS, KIND_LABELS):
        if text in labels:
            return _(labels[text])
    if text in set(Result):
        return _(RESULT_LABELS[Result(text)])
    return names.organisations.get(text, text)
