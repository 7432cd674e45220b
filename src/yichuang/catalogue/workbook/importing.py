"""Importing: a workbook -> drafts in the implementation list. All rows, or none and every fault at its cell."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext

from yichuang.catalogue import audit, store
from yichuang.catalogue.domain.content import ItemContent
from yichuang.catalogue.domain.faults import Part
from yichuang.catalogue.domain.states import STANDING, Action, State
from yichuang.catalogue.models import CatalogueItem, ImplementationItem
from yichuang.catalogue.refusals import WorkbookUnreadable
from yichuang.catalogue.values import CellFault, ImportReport
from yichuang.catalogue.versions import next_version
from yichuang.catalogue.workbook import guard
from yichuang.catalogue.workbook.reading import Reader
from yichuang.kernel.actor import Actor
from yichuang.kernel.words import N_

_IMPLEMENTATION_LENGTH = 31
_USCC_LENGTH = 18
_LEVEL = 18
_ITEM_SHEET = "事项"


def _bases(codes: Iterable[str]) -> dict[str, ItemContent]:
    """Return the content each row is laid over: its standing or newest version, or a blank one of its organisation."""
    wanted = set(codes)
    newest: dict[str, int] = {}
    rows = ImplementationItem.objects.filter(implementation_code__in=wanted)
    for pk, code, state in rows.order_by("version").values_list("pk", "implementation_code", "state"):
        if state in STANDING or code not in newest:
            newest[code] = pk
    found = store.read(ImplementationItem.objects.filter(pk__in=newest.values()))
    bases = {content.implementation_code: content for content in found.values()}
    for code in wanted - set(bases):
        blank = _blank(code)
        if blank is not None:
            bases[code] = blank
    return bases


def _blank(code: str) -> ItemContent | None:
    """Return an empty content for a code not implemented yet, where its organisation and catalogue code are known."""
    if len(code) != _IMPLEMENTATION_LENGTH:
        return None
    organisation = ImplementationItem.objects.filter(
        organisation_uscc=code[:_USCC_LENGTH], level=code[_LEVEL], state__in=STANDING
    ).first()
    catalogue = CatalogueItem.objects.filter(code=code[_LEVEL + 1 :], state=State.PUBLISHED).first()
    if organisation is None or catalogue is None:
        return None
    return ItemContent(
        implementation_code=code,
        organisation_code=organisation.organisation_code,
        organisation_name=organisation.organisation_name,
        organisation_uscc=organisation.organisation_uscc,
        organisation_nature=organisation.organisation_nature,
        division=organisation.division,
        division_name=organisation.division_name,
        level=organisation.level,
        catalogue_code=catalogue.code,
        name=catalogue.name,
        type_code=catalogue.type_code,
        promised_amount=0,
        promised_unit="working-days",
        kind="promised",
        review="review",
        system_level=organisation.system_level,
    )


def _sort(
    contents: list[ItemContent], reader: Reader
) -> tuple[list[tuple[ItemContent, ImplementationItem | None]], int]:
    """Return the contents that say something new, each with the draft it replaces, and how many say nothing new."""
    open_rows = {
        row.implementation_code: row
        for row in ImplementationItem.objects.filter(
            implementation_code__in=[content.implementation_code for content in contents],
            state__in=[State.DRAFT, State.IN_APPROVAL],
        )
    }
    known = set(
        ImplementationItem.objects.filter(
            implementation_code__in=[content.implementation_code for content in contents],
            state__in=[State.DRAFT, State.IN_APPROVAL, *STANDING],
        ).values_list("implementation_code", "digest")
    )
    fresh: list[tuple[ItemContent, ImplementationItem | None]] = []
    for content in contents:
        code = content.implementation_code
        if (code, content.digest) in known:
            continue
        row = open_rows.get(code)
        if row is not None and row.state == State.IN_APPROVAL:
            number = next(r.number for r in reader.pages[Part.ITEM].rows if r.code == code)
            reader.tell(
                _ITEM_SHEET,
                reader.cell(Part.ITEM, number, "implementation_code"),
                code,
                N_("该事项第{version}版正在审核，不能另行起草"),
                N_("请待审核结束，或先取消该版"),
                version=row.version,
            )
        fresh.append((content, row))
    return fresh, len(contents) - len(fresh)


def _write(
    fresh: list[tuple[ItemContent, ImplementationItem | None]], *, reason: str, by: Actor, at: datetime
) -> tuple[tuple[str, int], ...]:
    catalogue = {
        row.code: row.pk
        for row in CatalogueItem.objects.filter(
            code__in=[content.catalogue_code for content, _ in fresh], state__in=[*STANDING, State.SUPERSEDED]
        ).order_by("version")
    }
    new = []
    drafts = []
    for content, row in fresh:
        version = row.version if row is not None else next_version(content.implementation_code)
        draft = store.NewVersion(
            content=content,
            catalogue_item=catalogue[content.catalogue_code],
            version=version,
            action=Action.ADD if version == 1 else Action.CHANGE,
            reason=reason,
        )
        drafts.append((content.implementation_code, version))
        if row is not None:
            store.replace_draft(row, draft, by=by, at=at)
        else:
            new.append(draft)
    store.write(new, by=by, at=at)
    return tuple(drafts)


def _in_reading_order(faults: list[CellFault]) -> tuple[CellFault, ...]:
    sheets = ["事项", "材料", "环节", "依据", "办理项"]

    def place(fault: CellFault) -> tuple[int, int, int, str]:
        letters = fault.cell.rstrip("0123456789")
        digits = fault.cell[len(letters) :]
        return sheets.index(fault.sheet), int(digits or 0), len(letters), letters

    return tuple(sorted(faults, key=place))


def run(*, file: Path | bytes, by: Actor, at: datetime, reason: str, dry_run: bool) -> ImportReport:
    """Import one workbook; see `commands.import_workbook`."""
    try:
        if isinstance(file, Path) and file.stat().st_size > guard.MOST_BYTES:
            raise WorkbookUnreadable(reason=N_("文件超过16 MiB"))
        data = file.read_bytes() if isinstance(file, Path) else file
    except OSError as error:
        raise WorkbookUnreadable(reason=str(error)) from error
    reader = Reader(translate=gettext)
    reader.read(data, guard.check(data))
    with transaction.atomic():
        contents = reader.contents(_bases(reader.codes()))
        fresh, unchanged = _sort(contents, reader)
        report = ImportReport(
            dry_run=dry_run,
            rows=len(contents),
            faults=_in_reading_order(reader.faults),
            unchanged=unchanged,
        )
        if reader.faults or dry_run:
            return report
        drafts = _write(fresh, reason=reason, by=by, at=at)
        if drafts:
            audit.record(
                act="import-workbook",
                subject=file.name[:64] if isinstance(file, Path) else "workbook",
                by=by,
                at=at,
                details={"drafts": [list(draft) for draft in drafts], "reason": reason},
            )
    return replace(report, drafts=drafts)
