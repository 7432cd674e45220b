"""Inputs: the fields of a form as a page draws them, and what was typed into them.

Between the item's own form (catalogue) and HTML. The name of an input is the key of its faults.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from yichuang.cases.values import Fault
from yichuang.catalogue.values import Field, FieldKind
from yichuang.kernel.words import N_

_KINDS: dict[FieldKind, tuple[str, str]] = {
    # kind of field -> (kind of input, keyboard of a phone)
    FieldKind.TEXT: ("text", ""),
    FieldKind.LONG: ("long", ""),
    FieldKind.NUMBER: ("text", "decimal"),
    FieldKind.AREA: ("text", "decimal"),
    FieldKind.DATE: ("date", ""),
    FieldKind.CHOICE: ("choice", ""),
    FieldKind.PHONE: ("tel", "tel"),
    FieldKind.ID: ("text", ""),
    FieldKind.USCC: ("text", ""),
}
_HINTS: dict[FieldKind, str] = {
    FieldKind.DATE: N_("例如 2026-03-01"),
    FieldKind.ID: N_("18位居民身份证号码，末位可以是X"),
    FieldKind.USCC: N_("18位统一社会信用代码"),
}


@dataclass(frozen=True, slots=True)
class Input:
    """One input: `name` is also its anchor; `fault` is (what is wrong, what to do) or empty."""

    name: str
    label: str
    kind: str = "text"
    value: str = ""
    required: bool = True
    help: str = ""
    unit: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    longest: int = 200
    mode: str = ""
    complete: str = ""
    fault: tuple[str, str] | None = None

    @property
    def short(self) -> bool:
        """Tell whether the input holds only a few signs."""
        return self.kind in {"date", "tel"} or self.mode == "decimal" or self.longest <= 20


Faults = Mapping[str, tuple[str, str]]


def tell(faults: Sequence[Fault], labels: Mapping[str, str] | None = None) -> dict[str, tuple[str, str]]:
    """Return the first fault of each field as (what is wrong, what to do), in the reader's language."""
    told: dict[str, tuple[str, str]] = {}
    for fault in faults:
        if fault.field not in told:
            told[fault.field] = fault.told(_, label=(labels or {}).get(fault.field, ""))
    return told


def unit_of(field: Field) -> str:
    """Return the unit in which a field is filled in, "" where it has none."""
    return field.unit or (_("平方米") if field.kind is FieldKind.AREA else "")


def input_of(field: Field, value: str, faults: Faults) -> Input:
    """Return the input of a field of the item's form."""
    name = f"fields.{field.key}"
    kind, mode = _KINDS[field.kind]
    hint = field.help or (_(_HINTS[field.kind]) if field.kind in _HINTS else "")
    return Input(
        name=name,
        label=field.label,
        kind=kind,
        value=value,
        required=field.required,
        help=hint,
        unit=unit_of(field),
        choices=tuple((choice.key, choice.text) for choice in field.choices),
        longest=field.longest,
        mode=mode,
        fault=faults.get(name),
    )


def typed(post: Mapping[str, str], name: str) -> str:
    """Return what was typed into an input, whole; NUL, which no database takes, is left out."""
    return post.get(name, "").replace("\0", "")


def language() -> str:
    """Return the reader's language, in which the item's own texts are shown."""
    return get_language() or "zh-hans"
