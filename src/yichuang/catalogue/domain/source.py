"""Source: between the YAML files of a city's catalogue and the contents of each organisation that exercises them.

One source item is written once for the whole city; each exerciser of its levels gets its own content,
with its own codes. Shape errors are found by field, none is raised.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import msgspec

from yichuang.catalogue.domain import codes
from yichuang.catalogue.domain.content import Basis, Fee, HandlingItem, ItemContent, Material, Step
from yichuang.catalogue.domain.faults import Fault
from yichuang.kernel.words import N_

LEVEL_CODES = {"city": "3", "county": "4", "town": "5"}
WORKING_TIME = "工作日，中心开放时间内"


class SourceLimit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A limit as the file writes it."""

    amount: int | None = None
    unit: str = "working-days"
    note: str = ""


class SourceBasis(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A legal basis as the file writes it."""

    law: str
    article: str = ""
    # YAML reads an unquoted day as a day.
    as_of: Any = ""
    verified: str = "K"


class SourceStep(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A step as the file writes it."""

    name: str
    post: str = ""
    amount: int = 0


class SourceMaterial(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A material as the file writes it."""

    name: str
    issuer: str = ""
    originals: int = 0
    copies: int = 0
    required: bool = True
    form: str = "paper"
    note: str = ""
    key: bool = False


class SourceResult(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A result as the file writes it."""

    type: str = "none"
    name: str = ""


class SourceFee(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A fee as the file writes it."""

    charged: bool = False
    basis: str = ""
    standard: str = ""


class SourceHandling(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A handling item as the file writes it."""

    code: str
    name: str


class SourceItem(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One item of a department's file."""

    code: str
    name: str
    type: str
    levels: tuple[str, ...]
    kind: str
    review: str
    promised: SourceLimit
    objects: tuple[str, ...]
    handling_items: tuple[SourceHandling, ...]
    steps: tuple[SourceStep, ...]
    statutory: SourceLimit | None = None
    legal_basis: tuple[SourceBasis, ...] = ()
    conditions: tuple[str, ...] = ()
    materials: tuple[SourceMaterial, ...] = ()
    result: SourceResult = SourceResult()
    fee: SourceFee = SourceFee()
    special_procedures: tuple[str, ...] = ()
    joint_with: tuple[str, ...] = ()
    channels: tuple[str, ...] = ("window",)
    online_depth: int = 1
    visits: int = 1
    themes: tuple[str, ...] = ()
    convenience: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Exerciser:
    """One organisation that may exercise items: `tier` is city, county (zones count as such) or town."""

    code: str
    name: str
    uscc: str
    department: str
    division: str
    division_name: str
    tier: str
    nature: str = "1"
    centre: str = ""
    place: str = ""


def read_item(raw: object) -> SourceItem | Fault:
    """Return the source item that a mapping of the file describes, or the fault of its shape."""
    try:
        return msgspec.convert(raw, SourceItem)
    except msgspec.ValidationError as error:
        where = str(error).partition(" - at ")[2].strip("`$.")
        return Fault(
            attribute=where,
            reason=N_("数据结构不符：{why}"),
            remedy=N_("请对照目录数据的字段说明改正"),
            details={"why": str(error)},
        )


def catalogue_code(item: SourceItem, *, province: str) -> str:
    """Return the basic code of 12: province, type, main item, and 000 for "no sub-item" (GB/T 39554.1-2020)."""
    return f"{province}{item.type}{item.code}000"


def _stored(code_list: codes.CodeList, keys: tuple[str, ...]) -> tuple[str, ...]:
    # An unknown key stays as it is: the rules report it with every value it could have been.
    return tuple(code_list.find(key) or key for key in keys)


def _day(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value).strip()


def to_content(
    item: SourceItem, *, exerciser: Exerciser, names: Mapping[str, str], province: str, system_level: str = ""
) -> ItemContent:
    """Return what `exerciser` promises about `item`; `names` maps organisation codes to names, for joint approval."""
    code = catalogue_code(item, province=province)
    level = LEVEL_CODES[exerciser.tier]
    statutory = item.statutory or SourceLimit(amount=None, unit=item.promised.unit)
    joint = [f"{exerciser.division}-{key}" for key in item.joint_with]
    fields: dict[str, Any] = {
        "implementation_code": f"{exerciser.uscc}{level}{code}",
        "organisation_code": exerciser.code,
        "organisation_name": exerciser.name,
        "organisation_uscc": exerciser.uscc,
        "organisation_nature": exerciser.nature,
        "division": exerciser.division,
        "division_name": exerciser.division_name,
        "level": level,
        "catalogue_code": code,
        "name": item.name.strip(),
        "type_code": item.type,
        "kind": item.kind,
        "review": item.review,
        "statutory_amount": statutory.amount,
        "statutory_unit": statutory.unit,
        "statutory_note": statutory.note.strip(),
        "promised_amount": item.promised.amount if item.promised.amount is not None else 0,
        "promised_unit": item.promised.unit,
        "promised_note": item.promised.note.strip(),
        "conditions": tuple(text.strip() for text in item.conditions),
        "joint_codes": tuple(c for c in joint if c in names),
        "joint_names": tuple(names[c] for c in joint if c in names),
        "undertaking_name": exerciser.name,
        "undertaking_code": exerciser.code,
        "result_type": item.result.type,
        "result_name": item.result.name.strip(),
        "charged": item.fee.charged,
        "fee_basis": item.fee.basis.strip(),
        "objects_served": _stored(codes.OBJECTS, item.objects),
        "themes": item.themes,
        "channels": _stored(codes.CHANNELS, item.channels),
        "special_procedures": item.special_procedures,
        "online": "web" in item.channels,
        "express": "post" in item.channels,
        "system_level": system_level,
        "place": exerciser.place,
        "hours": WORKING_TIME,
        "consult_means": "窗口咨询、电话咨询",
        "online_depth": item.online_depth,
        "visits": item.visits,
        "convenience": item.convenience,
        "materials": tuple(
            Material(
                name=m.name.strip(),
                issuer=m.issuer.strip(),
                use_note=m.note.strip(),
                originals=m.originals,
                copies=m.copies,
                required=m.required,
                form=m.form,
                key=m.key,
            )
            for m in item.materials
        ),
        "steps": tuple(Step(name=s.name.strip(), post=s.post, amount=s.amount) for s in item.steps),
        "legal_basis": tuple(
            Basis(law=b.law.strip(), article=b.article.strip(), as_of=_day(b.as_of), verified=b.verified)
            for b in item.legal_basis
        ),
        "handling_items": tuple(HandlingItem(code=h.code, name=h.name.strip()) for h in item.handling_items),
    }
    if item.fee.charged:
        fields["fees"] = (Fee(name=item.name.strip(), standard=item.fee.standard, basis=item.fee.basis),)
    return ItemContent(**fields)


def exercises(item: SourceItem, department: str, exerciser: Exerciser) -> bool:
    """Tell whether an organisation exercises an item: a town exercises every town item, others their department's."""
    if exerciser.tier not in item.levels:
        return False
    return exerciser.tier == "town" or exerciser.department == department
