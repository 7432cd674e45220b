"""Filling: brings the exchange tables of a target to the end of the ledger, from where the last filling stopped.

Cases that have changed are told anew, row by row compared with what stands at the target: I for what is new, U for
what is different, D for what no longer is. So it may be broken off anywhere, and done again, and nothing is said twice.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from yichuang.accounts.values import Area
from yichuang.calendar.values import local_day
from yichuang.cases.queries import START, Cursor, end_of_ledger, list_changed_cases
from yichuang.cases.values import CodeVariant
from yichuang.catalogue.queries import get_terms_register
from yichuang.exchange.domain.exchange_tables import CHINA, TABLES, Event, Row, Told, rows_of
from yichuang.exchange.export.histories import Story, stories
from yichuang.exchange.export.targets import DELETED, Target, open_target
from yichuang.exchange.models import ExportRun
from yichuang.regions.queries import get_organisation_names

_STRIDE = 2_000
_INSERT, _UPDATE = "I", "U"


@dataclass(frozen=True, slots=True, kw_only=True)
class FillReport:
    """What a filling did: cases looked at, rows inserted, changed, withdrawn, and batches written."""

    cases: int = 0
    inserted: int = 0
    updated: int = 0
    deleted: int = 0
    batches: int = 0


def fill(
    *,
    into: str,
    at: datetime,
    area: Area = Area(),  # noqa: B008 - frozen
    variant: CodeVariant = CodeVariant.NEWER,
    source: str = "yichuang",
    progress: Callable[[int, int], None] | None = None,
) -> FillReport:
    """Fill the exchange tables of a database (SQLAlchemy address) or a folder with what has changed since last time.

    `source` goes into data_source; `variant` is the list of result codes. `progress` is called with (events read, in
    all). It may be broken off and is simply done again. Raises TargetRefused.
    """
    target = open_target(into)
    try:
        return _fill(target, at=at, area=area, variant=variant, source=source, progress=progress)
    finally:
        target.close()


def _fill(
    target: Target,
    *,
    at: datetime,
    area: Area,
    variant: CodeVariant,
    source: str,
    progress: Callable[[int, int], None] | None,
) -> FillReport:
    run, _ = ExportRun.objects.get_or_create(target=target.name)
    place, end = Cursor(run.transaction_id, run.position), end_of_ledger(START)
    report = FillReport()
    while True:
        changed, behind = list_changed_cases(place, limit=_STRIDE)
        if behind == place:
            break
        told = [
            story
            for story in stories(case_ids=list(changed), personal=True)
            if area.covers(
                division=story.case.row.town or story.case.row.county, organisation=story.case.row.organisation
            )
        ]
        number = f"{at.astimezone(CHINA):%Y%m%d}{run.batch + 1:08d}"
        with target.batch(number):
            counts = _write(target, told, variant=variant, source=source, number=number, at=at)
        place, run.transaction_id, run.position = behind, behind.transaction_id, behind.position
        run.batch += bool(sum(counts))
        run.finished_at = at
        # The target is written before we note it: broken off in between, it is compared again and nothing changes.
        with transaction.atomic():
            run.save()
        report = FillReport(
            cases=report.cases + len(told),
            inserted=report.inserted + counts[0],
            updated=report.updated + counts[1],
            deleted=report.deleted + counts[2],
            batches=report.batches + bool(sum(counts)),
        )
        if progress is not None:
            progress(min(place.position, end.position), end.position)
    return report


def _write(
    target: Target, told: Sequence[Story], *, variant: CodeVariant, source: str, number: str, at: datetime
) -> tuple[int, int, int]:
    """Write what differs of some cases; return how many rows were inserted, changed and withdrawn."""
    moment = at.astimezone(CHINA).replace(tzinfo=None, microsecond=0)
    wanted: dict[str, list[Row]] = {name: [] for name in TABLES}
    names = get_organisation_names()
    for story in told:
        events = [Event(one.name, one.fields, one.at) for one in story.events]
        for table, rows in rows_of(_told(story, names, source), events, variant=variant).items():
            wanted[table] += rows
    numbers = [story.case.row.number for story in told]
    inserted = updated = deleted = 0
    for table, rows in wanted.items():
        there = target.standing(table, numbers)
        fresh, changed = [], []
        for row in rows:
            stands = there.pop(row["row_guid"], None)
            if stands is not None and stands.operation != DELETED and stands.said == target.said(table, row):
                continue
            row |= {"cd_batch": number, "cd_time": moment, "cd_operation": _INSERT if stands is None else _UPDATE}
            (fresh if stands is None else changed).append(row)
        carried = {"cd_batch": number, "cd_time": moment, "cd_operation": DELETED}
        gone = [guid for guid, one in there.items() if one.operation != DELETED]
        target.write(table, fresh, new=True)
        target.write(table, changed, new=False)
        target.withdraw(table, gone, carried)
        inserted, updated, deleted = inserted + len(fresh), updated + len(changed), deleted + len(gone)
    return inserted, updated, deleted


def _told(story: Story, names: dict[str, str], source: str) -> Told:
    row, case = story.case.row, story.case
    on = local_day(row.accepted_at or row.received_at)
    terms = get_terms_register().find(row.organisation, row.item, on)
    applicant = case.applicant
    return Told(
        uuid=case.uuid,
        number=row.number,
        organisation=row.organisation,
        organisation_name=names.get(row.organisation, ""),
        implementation_code=case.implementation_code or (terms.implementation_code if terms else ""),
        catalogue_code=terms.catalogue_code if terms else "",
        handling_item=case.handling_item,
        item_name=terms.name if terms else row.item,
        kind=row.kind,
        channel=row.channel,
        applicant_type=case.applicant_type,
        name=applicant.name if applicant else "",
        id_type=applicant.id_type if applicant else "",
        id_number=applicant.id_number if applicant else "",
        phone=applicant.phone if applicant else "",
        promised_due_at=row.promised_due_at,
        source=source,
    )
