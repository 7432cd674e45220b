"""Loader: between a city's folder of YAML and the tables. All or nothing, and a second time nothing.

Reads the items, writes the catalogue, an implementation item for every organisation that exercises
it, the power and responsibility lists, and the entries of the centres.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import yaml
from django.db import transaction

from yichuang.catalogue import audit, guidance, store
from yichuang.catalogue.domain.codes import PUBLIC_SERVICE
from yichuang.catalogue.domain.content import ItemContent
from yichuang.catalogue.domain.entries import Candidate, Plan, demonstration_entries
from yichuang.catalogue.domain.faults import Fault
from yichuang.catalogue.domain.source import Exerciser, SourceItem, catalogue_code, exercises, read_item, to_content
from yichuang.catalogue.domain.states import STANDING, Action, State
from yichuang.catalogue.domain.validate import find_faults
from yichuang.catalogue.models import (
    CatalogueAct,
    CatalogueItem,
    CentreEntry,
    ImplementationItem,
    PowerListEntry,
    ResponsibilityListEntry,
)
from yichuang.catalogue.refusals import SourceFaulty
from yichuang.catalogue.values import LoadReport
from yichuang.kernel.actor import Actor
from yichuang.kernel.crypto import sm3
from yichuang.kernel.words import N_

CHINA = ZoneInfo("Asia/Shanghai")
# Raise it when the same files come to mean something else, so that they are loaded again.
FORMAT = 1
_YAML = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Approved(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    by: str
    approved_on: date


class _Lists(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    published_on: date
    notice: str = ""


class Head(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """catalogue.yaml: what holds for the whole folder."""

    province: str
    effective_on: date
    approvals: dict[str, _Approved]
    lists: _Lists
    duties: dict[str, tuple[str, ...]] = {}
    accountability: str = ""
    system_level: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Located:
    """One fault of the folder: the file, the line where one is known, the item or key, and what is wrong."""

    file: str
    item: str
    fault: Fault
    line: int = 0

    @property
    def place(self) -> str:
        """Return the file with its line."""
        return f"{self.file}:{self.line}" if self.line else self.file

    def __str__(self) -> str:
        return f"{self.place} {self.item} {self.fault}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """The folder as read: its head, the items of each department, the plan of entries, the guidance, the faults."""

    head: Head
    items: tuple[tuple[str, SourceItem], ...]
    plan: Plan
    guidance: guidance.Guidance
    faults: tuple[Located, ...]


def _yaml(path: Path) -> Any:
    with path.open("rb") as file:
        return yaml.load(file, Loader=_YAML)


def _located(file: str, item: str, reason: str, **details: object) -> Located:
    fault = Fault(reason=reason, remedy=N_("请改正该数据文件"), details=details)
    return Located(file=file, item=item, fault=fault)


def _read_head(folder: Path) -> Head:
    try:
        return msgspec.convert(_yaml(folder / "catalogue.yaml"), Head)
    except (OSError, yaml.YAMLError, msgspec.ValidationError) as error:
        raise SourceFaulty(count=1, first=str(error)) from error


def _read_plan(folder: Path) -> Plan:
    path = folder / "entries.yaml"
    try:
        return msgspec.convert(_yaml(path), Plan) if path.exists() else Plan()
    except (OSError, yaml.YAMLError, msgspec.ValidationError) as error:
        raise SourceFaulty(count=1, first=str(error)) from error


def _fingerprint(folder: Path, exercisers: Sequence[Exerciser]) -> str:
    """Return a digest of all that a load reads, so that a start with nothing new costs nothing."""
    paths = [folder / "catalogue.yaml", folder / "entries.yaml", *sorted((folder / "items").glob("*.yaml"))]
    paths += guidance.paths(folder)
    files = [(path.name, path.read_bytes()) for path in paths if path.exists()]
    return sm3(msgspec.msgpack.encode((FORMAT, files, exercisers))).hex()


def read_folder(folder: Path) -> Source:
    """Return the folder's contents with every fault of shape; refuses with `SourceFaulty` without a readable head."""
    head, plan = _read_head(folder), _read_plan(folder)
    items: list[tuple[str, SourceItem]] = []
    faults: list[Located] = []
    seen: dict[str, str] = {}
    # File names carry no order of their own: departments stand in the order of their numbers, the codes' first digits.
    for path in sorted((folder / "items").glob("*.yaml")):
        try:
            raw = _yaml(path)
        except (yaml.YAMLError, UnicodeDecodeError) as error:
            faults.append(_located(path.name, "", N_("文件不是有效的YAML：{why}"), why=str(error)))
            continue
        if not isinstance(raw, dict) or raw.get("department") != path.stem or not isinstance(raw.get("items"), list):
            faults.append(_located(path.name, "", N_("文件应含department（与文件名相同）和items两项")))
            continue
        for entry in raw["items"]:
            item = read_item(entry)
            code = str(entry.get("code", "")) if isinstance(entry, dict) else ""
            if isinstance(item, Fault):
                faults.append(Located(file=path.name, item=code, fault=item))
            elif item.code in seen:
                reason = N_("主项编码与{other}中的重复")
                faults.append(_located(path.name, code, reason, other=seen[item.code]))
            else:
                seen[item.code] = path.name
                items.append((path.stem, item))
    items.sort(key=lambda pair: pair[1].code)
    unread = {located.item for located in faults}
    led = guidance.read_guidance(folder, items=items, unread=unread, effective_on=head.effective_on)
    faults += [Located(file=spot.file, line=spot.line, item=spot.key, fault=spot.fault) for spot in led.faults]
    return Source(head=head, items=tuple(items), plan=plan, guidance=led, faults=tuple(faults))


def expand(source: Source, exercisers: Sequence[Exerciser]) -> tuple[list[ItemContent], tuple[Located, ...]]:
    """Return the content of every item at every organisation that exercises it, and every fault of every content."""
    names = {e.code: e.name for e in exercisers}
    by_tier: dict[tuple[str, str], list[Exerciser]] = defaultdict(list)
    for exerciser in exercisers:
        by_tier[exerciser.tier, "" if exerciser.tier == "town" else exerciser.department].append(exerciser)
    contents: list[ItemContent] = []
    faults: list[Located] = []
    for department, item in source.items:
        told: set[str] = set()
        for tier in ("city", "county", "town"):
            for exerciser in by_tier.get((tier, "" if tier == "town" else department), ()):
                if not exercises(item, department, exerciser):
                    continue
                content = to_content(
                    item,
                    exerciser=exerciser,
                    names=names,
                    province=source.head.province,
                    system_level=source.head.system_level,
                )
                contents.append(content)
                for fault in find_faults(content):
                    # The same fault at forty organisations is one fault of the file.
                    if str(fault) not in told:
                        told.add(str(fault))
                        faults.append(Located(file=f"{department}.yaml", item=item.code, fault=fault))
    return contents, tuple(faults)


def _catalogue(source: Source, approval: store.Approval, *, by: Actor, at: datetime) -> tuple[dict[str, int], int]:
    """Write what is new in the catalogue list; return the newest row of each code and how many were written."""
    versions: dict[str, list[CatalogueItem]] = defaultdict(list)
    for row in CatalogueItem.objects.order_by("code", "version"):
        versions[row.code].append(row)
    fresh: list[CatalogueItem] = []
    for department, item in source.items:
        code = catalogue_code(item, province=source.head.province)
        before = versions[code]
        wanted = (item.name, list(item.levels), department)
        if any((row.name, row.levels, row.department) == wanted for row in before):
            continue
        _supersede_standing(before, source.head.effective_on)
        fresh.append(
            CatalogueItem(
                code=code,
                item_code=item.code,
                basic_code=code[2:],
                name=item.name,
                type_code=item.type,
                department=department,
                levels=list(item.levels),
                version=before[-1].version + 1 if before else 1,
                action=Action.CHANGE if before else Action.ADD,
                state=State.PUBLISHED,
                effective_on=source.head.effective_on,
                created_by=by.name,
                created_at=at,
                **approval.columns(),
            )
        )
    for row in CatalogueItem.objects.bulk_create(fresh, batch_size=store.BATCH):
        versions[row.code].append(row)
    return {code: rows[-1].pk for code, rows in versions.items() if rows}, len(fresh)


def _supersede_standing(rows: Sequence[CatalogueItem] | Sequence[ImplementationItem], on: date) -> None:
    for row in rows:
        if row.state in STANDING:
            row.state = State.SUPERSEDED
            row.effective_until = max(on, row.effective_on or on)
            row.save(update_fields=["state", "effective_until"])


def _implementation(
    contents: Sequence[ItemContent],
    catalogue: Mapping[str, int],
    approval: store.Approval,
    effective_on: date,
    *,
    by: Actor,
    at: datetime,
) -> tuple[int, int]:
    """Write what is new in the implementation list; return how many were written and how many stood already.

    A content that any version ever had is not new: what the operator changed or cancelled since stays so.
    """
    known: dict[str, list[ImplementationItem]] = defaultdict(list)
    for row in ImplementationItem.objects.only(
        "implementation_code", "version", "digest", "state", "effective_on", "effective_until"
    ).order_by("implementation_code", "version"):
        known[row.implementation_code].append(row)
    versions = []
    for content in contents:
        before = known[content.implementation_code]
        digest = content.digest
        if any(row.digest == digest for row in before):
            continue
        _supersede_standing(before, effective_on)
        versions.append(
            store.NewVersion(
                content=content,
                catalogue_item=catalogue[content.catalogue_code],
                version=before[-1].version + 1 if before else 1,
                action=Action.CHANGE if before else Action.ADD,
                state=State.PUBLISHED,
                effective_on=effective_on,
                approval=approval,
            )
        )
    store.write(versions, by=by, at=at)
    return len(versions), len(contents) - len(versions)


def _lists(head: Head, contents: Sequence[ItemContent]) -> int:
    """Write the power and responsibility lists. A public service is no power and stands on neither."""
    powers = [c for c in contents if c.type_code != PUBLIC_SERVICE]
    listed = set(PowerListEntry.objects.values_list("organisation_code", "catalogue_code"))
    fresh = [c for c in powers if (c.organisation_code, c.catalogue_code) not in listed]

    def columns(content: ItemContent) -> dict[str, Any]:
        return {
            "organisation_code": content.organisation_code,
            "division": content.division,
            "catalogue_code": content.catalogue_code,
            "name": content.name,
            "published_on": head.lists.published_on,
            "notice": head.lists.notice,
        }

    def duties(content: ItemContent) -> list[str]:
        return list(head.duties.get(content.type_code, head.duties.get("default", ())))

    PowerListEntry.objects.bulk_create(
        [PowerListEntry(**columns(c), type_code=c.type_code) for c in fresh], batch_size=store.BATCH
    )
    ResponsibilityListEntry.objects.bulk_create(
        [ResponsibilityListEntry(**columns(c), duties=duties(c), accountability=head.accountability) for c in fresh],
        batch_size=store.BATCH,
    )
    return len(fresh)


def load_entries(
    *, plan: Plan, contents: Sequence[ItemContent], exercisers: Sequence[Exerciser]
) -> tuple[int, tuple[str, ...]]:
    """Write the entries of a plan that are not there yet; return how many, and the waves that fell short."""
    by_code = {e.code: e for e in exercisers}
    candidates = [
        Candidate(
            centre=by_code[c.organisation_code].centre,
            department=by_code[c.organisation_code].department,
            organisation_code=c.organisation_code,
            handling_code=c.implementation_code + handling.code,
        )
        for c in contents
        for handling in c.handling_items
        if by_code[c.organisation_code].centre
    ]
    entries, shortfalls = demonstration_entries(plan=plan, candidates=candidates)
    known = set(CentreEntry.objects.values_list("centre", "handling_code"))
    fresh = [
        CentreEntry(
            centre=e.centre,
            handling_code=e.handling_code,
            organisation_code=e.organisation_code,
            entered_on=e.entered_on,
        )
        for e in entries
        if (e.centre, e.handling_code) not in known
    ]
    CentreEntry.objects.bulk_create(fresh, batch_size=store.BATCH)
    return len(fresh), tuple(f"{s.centre} {s.since}: {s.stands}/{s.wanted}" for s in shortfalls)


def load(*, folder: Path, exercisers: Sequence[Exerciser] | None, by: Actor, at: datetime) -> LoadReport:
    """Load a city's folder in one transaction; see `commands.load_catalogue`."""
    head = _read_head(folder)
    if exercisers is None:
        from yichuang.catalogue.organisations import list_exercisers  # only this way in needs the tables of regions

        exercisers = list_exercisers(on=head.effective_on)
    fingerprint = _fingerprint(folder, exercisers)
    if CatalogueAct.objects.filter(act="load", details__fingerprint=fingerprint).exists():
        return LoadReport(unchanged=ImplementationItem.objects.count())
    source = read_folder(folder)
    contents, faults = expand(source, exercisers)
    faults = (*source.faults, *faults)
    if faults:
        raise SourceFaulty(count=len(faults), first=str(faults[0]))
    staffing, legal = head.approvals["staffing"], head.approvals["legal"]
    approval = store.Approval(
        staffing_by=staffing.by,
        staffing_at=datetime.combine(staffing.approved_on, time(), CHINA),
        legal_by=legal.by,
        legal_at=datetime.combine(legal.approved_on, time(), CHINA),
    )
    with transaction.atomic():
        catalogue, written = _catalogue(source, approval, by=by, at=at)
        items, unchanged = _implementation(contents, catalogue, approval, head.effective_on, by=by, at=at)
        powers = _lists(head, contents)
        entries, shortfalls = load_entries(plan=source.plan, contents=contents, exercisers=exercisers)
        led = guidance.write(source.guidance, by=by, at=at)
        exercised = {c.catalogue_code for c in contents}
        report = LoadReport(
            catalogue_items=written,
            implementation_items=items,
            handling_items=sum(len(c.handling_items) for c in contents) if items else 0,
            power_list_entries=powers,
            centre_entries=entries,
            guidance=led,
            unchanged=unchanged,
            without_exerciser=tuple(
                i.code for _, i in source.items if catalogue_code(i, province=head.province) not in exercised
            ),
            shortfalls=shortfalls,
        )
        audit.record(
            act="load",
            subject=folder.name,
            by=by,
            at=at,
            details={
                "catalogue": written,
                "items": items,
                "powers": powers,
                "entries": entries,
                "guidance": led,
                "fingerprint": fingerprint,
            },
        )
    return report
