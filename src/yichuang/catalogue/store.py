"""Store: between contents (pure) and the tables of the implementation list. The only writer of those tables.

Reads and writes whole contents in bulk: the load of a city writes some tens of thousands of rows.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.db.models import Model, QuerySet

from yichuang.catalogue import models
from yichuang.catalogue.domain import content as c
from yichuang.catalogue.domain.states import State
from yichuang.kernel.actor import Actor

PARTS: dict[str, tuple[type[Model], type[Any]]] = {
    "materials": (models.Material, c.Material),
    "steps": (models.Step, c.Step),
    "legal_basis": (models.LegalBasis, c.Basis),
    "handling_items": (models.HandlingItem, c.HandlingItem),
    "fees": (models.Fee, c.Fee),
}
_PART_FIELDS = {name: tuple(f.name for f in fields(value)) for name, (_, value) in PARTS.items()}
_SCALARS = tuple(f.name for f in fields(c.ItemContent) if f.name not in PARTS)
_LISTS = frozenset(f.name for f in fields(c.ItemContent) if f.default == () and f.name not in PARTS)
BATCH = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """Both approvals, as a published version must carry them."""

    staffing_by: str
    staffing_at: datetime
    legal_by: str
    legal_at: datetime

    def columns(self) -> dict[str, object]:
        """Return the four columns of a version."""
        return {
            "staffing_approved_by": self.staffing_by,
            "staffing_approved_at": self.staffing_at,
            "legal_approved_by": self.legal_by,
            "legal_approved_at": self.legal_at,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class NewVersion:
    """One version to be written."""

    content: c.ItemContent
    catalogue_item: int
    version: int
    action: str
    reason: str = ""
    state: str = State.DRAFT
    effective_on: date | None = None
    approval: Approval | None = None


def _item(new: NewVersion, by: Actor, at: datetime) -> models.ImplementationItem:
    content = new.content
    columns: dict[str, Any] = {name: getattr(content, name) for name in _SCALARS}
    for name in _LISTS:
        columns[name] = list(columns[name])
    if new.approval:
        columns |= new.approval.columns()
    return models.ImplementationItem(
        **columns,
        catalogue_item_id=new.catalogue_item,
        version=new.version,
        action=new.action,
        reason=new.reason,
        state=new.state,
        effective_on=new.effective_on,
        basic_code=content.catalogue_code[2:],
        item_code=content.item_code,
        digest=content.digest,
        created_by=by.name,
        created_at=at,
    )


def _part_rows(name: str, item_id: int, content: c.ItemContent) -> Iterator[tuple[object, ...]]:
    names = _PART_FIELDS[name]
    for position, part in enumerate(getattr(content, name)):
        row = (item_id, position, *(getattr(part, field) for field in names))
        yield (*row, content.implementation_code + part.code) if name == "handling_items" else row


def _write_parts(pairs: Iterable[tuple[int, c.ItemContent]]) -> None:
    """Write the parts of contents by row id, past the ORM: a city has a hundred thousand of them."""
    pairs = list(pairs)
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        for name, (model, _) in PARTS.items():
            rows = [row for item_id, content in pairs for row in _part_rows(name, item_id, content)]
            if not rows:
                continue
            extra = ("full_code",) if name == "handling_items" else ()
            fields_written = [model._meta.get_field(n) for n in ("item", "position", *_PART_FIELDS[name], *extra)]
            columns = ", ".join(quote(field.column) for field in fields_written)
            marks = ", ".join(["%s"] * len(fields_written))
            cursor.executemany(f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES ({marks})", rows)


def write(versions: Sequence[NewVersion], *, by: Actor, at: datetime) -> list[models.ImplementationItem]:
    """Write versions with all their parts and return their rows; the caller holds the transaction."""
    rows = models.ImplementationItem.objects.bulk_create([_item(new, by, at) for new in versions], batch_size=BATCH)
    _write_parts((row.pk, new.content) for row, new in zip(rows, versions, strict=True))
    return rows


def replace_draft(row: models.ImplementationItem, new: NewVersion, *, by: Actor, at: datetime) -> None:
    """Write a content over the row of a draft, keeping its version."""
    fresh = _item(new, by, at)
    fresh.pk = row.pk
    fresh.save(force_update=True)
    for model, _ in PARTS.values():
        model._default_manager.filter(item=row.pk).delete()
    _write_parts([(row.pk, new.content)])


def read(rows: QuerySet[models.ImplementationItem]) -> dict[int, c.ItemContent]:
    """Return the contents of the rows of a query, by row id: one query for the items and one for each part."""
    items = list(rows)
    parts: dict[str, dict[int, list[Any]]] = {}
    for name, (model, value) in PARTS.items():
        grouped: dict[int, list[Any]] = defaultdict(list)
        names = _PART_FIELDS[name]
        wanted = model._default_manager.filter(item__in=rows.order_by().values("pk"))
        for item_id, *columns in wanted.order_by("item_id", "position").values_list("item_id", *names):
            grouped[item_id].append(value(**dict(zip(names, columns, strict=True))))
        parts[name] = grouped
    contents = {}
    for item in items:
        columns = {name: getattr(item, name) for name in _SCALARS}
        for name in _LISTS:
            columns[name] = tuple(columns[name])
        contents[item.pk] = c.ItemContent(
            **columns, **{name: tuple(grouped.get(item.pk, ())) for name, grouped in parts.items()}
        )
    return contents


def read_one(row: models.ImplementationItem) -> c.ItemContent:
    """Return the content of one row."""
    return read(models.ImplementationItem.objects.filter(pk=row.pk))[row.pk]
