"""Commands of the catalogue: one function per legal act, each one transaction, each leaving an audit row.

A code of 12 digits names the catalogue list, a code of 31 the implementation list.
"""

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

from django.db import transaction

from yichuang.catalogue import audit, loader, store, versions
from yichuang.catalogue.domain.content import ItemContent
from yichuang.catalogue.domain.source import Exerciser
from yichuang.catalogue.domain.states import STANDING, Action, Approver, State
from yichuang.catalogue.models import CatalogueItem, CentreEntry, HandlingItem
from yichuang.catalogue.refusals import AlreadyEntered, ItemUnknown, LeavesBeforeEntering, NotEntered
from yichuang.catalogue.values import ImportReport, LoadReport
from yichuang.kernel.actor import Actor

__all__ = [
    "BUNDLED",
    "Exerciser",
    "approve_item",
    "cancel_item",
    "enter_centre",
    "import_workbook",
    "leave_centre",
    "load_catalogue",
    "propose_catalogue_item",
    "propose_item",
    "publish_item",
    "resume_item",
    "send_item",
    "suspend_item",
]

BUNDLED = Path(__file__).parent / "data" / "ankang"
"""The catalogue that comes with the house."""


def load_catalogue(
    *, folder: Path, by: Actor, at: datetime, exercisers: Sequence[Exerciser] | None = None
) -> LoadReport:
    """Load a city's catalogue from its folder; the second time nothing changes.

    `exercisers` are the organisations that exercise items, by default those of regions on the day the catalogue
    takes effect. What the operator changed since an earlier load stays. Refuses with `SourceFaulty`, and then
    nothing is loaded.
    """
    return loader.load(folder=folder, exercisers=exercisers, by=by, at=at)


@transaction.atomic
def propose_catalogue_item(
    *,
    code: str,
    name: str,
    department: str,
    levels: Sequence[str],
    action: Action,
    by: Actor,
    at: datetime,
    predecessors: Sequence[str] = (),
    reason: str = "",
) -> int:
    """Draft a version of a catalogue code (12) and return its number; `predecessors` are the codes split or merged.

    Refuses with the item code's own refusals, and with `WrongState` while another version is open
    (国办函〔2016〕108号: 新增、变更、拆分、合并).
    """
    from yichuang.kernel.identifiers import item_code  # the registers behind it are not needed by other commands

    parsed = item_code.parse_basic(code)
    versions.refuse_open_version(code)
    row = CatalogueItem.objects.create(
        code=code,
        item_code=parsed.main_item,
        basic_code=code[2:],
        name=name,
        type_code=parsed.item_type,
        department=department,
        levels=list(levels),
        version=versions.next_version(code),
        action=action,
        reason=reason,
        predecessors=list(predecessors),
        created_by=by.name,
        created_at=at,
    )
    versions.record(row, "propose", by=by, at=at, action=action, reason=reason)
    return row.version


@transaction.atomic
def propose_item(*, content: ItemContent, action: Action, by: Actor, at: datetime, reason: str = "") -> int:
    """Draft a version of an implementation item and return its number.

    Refuses with `ItemUnknown` where the catalogue list has no such code, `WrongState` while another version is open,
    `PromiseExceedsStatutory` (行政许可法第四十二条) and `ContentFaulty`.
    """
    versions.check_content(content)
    code = content.implementation_code
    versions.refuse_open_version(code)
    catalogue = versions.get_version(content.catalogue_code, None, states=(State.PUBLISHED,))
    new = store.NewVersion(
        content=content,
        catalogue_item=catalogue.pk,
        version=versions.next_version(code),
        action=action,
        reason=reason,
    )
    (row,) = store.write([new], by=by, at=at)
    versions.record(row, "propose", by=by, at=at, action=action, reason=reason, digest=content.digest)
    return new.version


@transaction.atomic
def send_item(*, code: str, by: Actor, at: datetime, version: int | None = None) -> None:
    """Send a draft for approval; refuses with `ItemUnknown` or `WrongState`."""
    row = versions.get_version(code, version)
    row.state = versions.move(row, "send")
    row.save(update_fields=["state"])
    versions.record(row, "send", by=by, at=at)


@transaction.atomic
def approve_item(*, code: str, role: Approver, by: Actor, at: datetime, version: int | None = None) -> None:
    """Record the approval of the staffing (编制) or the legal (法制) department (国办函〔2016〕108号).

    Refuses with `WrongState`, `AlreadyApproved`, or `SameApprover` where one person would give both.
    """
    row = versions.get_version(code, version)
    versions.approve(row, role=role, by=by, at=at)
    versions.record(row, f"approve-{role}", by=by, at=at)


@transaction.atomic
def publish_item(*, code: str, effective_on: date, by: Actor, at: datetime, version: int | None = None) -> None:
    """Let a version stand from `effective_on`; the version before it ends on that day.

    Refuses with `NotApproved` without both approvals, `PromiseExceedsStatutory` (行政许可法第四十二条),
    `ContentFaulty`, `DatesOutOfOrder` or `WrongState`.
    """
    row = versions.get_version(code, version)
    versions.publish(row, effective_on=effective_on)
    versions.record(row, "publish", by=by, at=at, effective_on=effective_on.isoformat())


@transaction.atomic
def suspend_item(*, code: str, on: date, reason: str, by: Actor, at: datetime) -> None:
    """Suspend (暂停) the standing version from a day on; refuses with `ItemUnknown` or `WrongState`."""
    row = versions.get_version(code, None, states=STANDING)
    row.state = versions.move(row, "suspend")
    row.suspended_on = on
    row.save(update_fields=["state", "suspended_on"])
    versions.record(row, "suspend", by=by, at=at, on=on.isoformat(), reason=reason)


@transaction.atomic
def resume_item(*, code: str, on: date, by: Actor, at: datetime) -> None:
    """Let a suspended version stand again; the audit keeps when it was suspended. Refuses with `WrongState`."""
    row = versions.get_version(code, None, states=STANDING)
    row.state = versions.move(row, "resume")
    suspended_on, row.suspended_on = row.suspended_on, None
    row.save(update_fields=["state", "suspended_on"])
    versions.record(row, "resume", by=by, at=at, on=on.isoformat(), suspended_on=str(suspended_on))


@transaction.atomic
def cancel_item(*, code: str, on: date, reason: str, by: Actor, at: datetime, version: int | None = None) -> None:
    """Cancel (取消) a version, the standing one unless another is named; refuses with `ItemUnknown` or `WrongState`.

    Cancelling a catalogue code leaves its implementation items standing: 应取消未取消 is a finding, not a side effect.
    """
    row = versions.get_version(code, version, states=STANDING)
    row.state = versions.move(row, "cancel")
    if row.effective_on is not None:
        row.effective_until = max(on, row.effective_on)
    row.save(update_fields=["state", "effective_until"])
    versions.record(row, "cancel", by=by, at=at, on=on.isoformat(), reason=reason)


@transaction.atomic
def enter_centre(*, centre: str, handling_items: Sequence[str], on: date, by: Actor, at: datetime) -> int:
    """Let handling items (codes of 33) enter a centre (进驻) on a day; return how many entered.

    Refuses with `ItemUnknown` or `AlreadyEntered`, and then none enters.
    """
    organisations: dict[str, str] = dict(
        HandlingItem.objects.filter(full_code__in=handling_items).values_list("full_code", "item__organisation_code")
    )
    standing = dict(
        CentreEntry.objects.filter(centre=centre, left_on__isnull=True, handling_code__in=handling_items).values_list(
            "handling_code", "entered_on"
        )
    )
    for code in handling_items:
        if code not in organisations:
            raise ItemUnknown(code=code)
        if code in standing:
            raise AlreadyEntered(code=code, centre=centre, entered_on=standing[code])
    CentreEntry.objects.bulk_create(
        CentreEntry(centre=centre, handling_code=code, organisation_code=organisations[code], entered_on=on)
        for code in dict.fromkeys(handling_items)
    )
    audit.record(act="enter-centre", subject=centre, by=by, at=at, details={"on": str(on), "items": [*handling_items]})
    return len(organisations)


@transaction.atomic
def leave_centre(*, centre: str, handling_items: Sequence[str], on: date, by: Actor, at: datetime) -> int:
    """Let handling items leave a centre from a day on; return how many left.

    Refuses with `NotEntered` or `LeavesBeforeEntering`, and then none leaves.
    """
    rows = {
        row.handling_code: row
        for row in CentreEntry.objects.select_for_update().filter(
            centre=centre, left_on__isnull=True, handling_code__in=handling_items
        )
    }
    for code in handling_items:
        if code not in rows:
            raise NotEntered(code=code, centre=centre)
        if on <= rows[code].entered_on:
            raise LeavesBeforeEntering(code=code, left_on=on, entered_on=rows[code].entered_on)
    CentreEntry.objects.filter(pk__in=[row.pk for row in rows.values()]).update(left_on=on)
    audit.record(act="leave-centre", subject=centre, by=by, at=at, details={"on": str(on), "items": [*handling_items]})
    return len(rows)


def import_workbook(
    *, file: Path | bytes, by: Actor, at: datetime, reason: str = "", dry_run: bool = False
) -> ImportReport:
    """Read a workbook of implementation items into new drafts: all of them, or none and every fault at its cell.

    Rows that say what already stands make no version. Drafts still need both approvals. Refuses with
    `WorkbookUnreadable` a file that is no workbook or too large to be one.
    """
    from yichuang.catalogue.workbook.importing import run  # the readers of workbooks are slow to import

    return run(file=file, by=by, at=at, reason=reason, dry_run=dry_run)
