"""Terms: what cases need to know of every item on any day, read in four queries, kept per process and data version."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from threading import Lock
from types import MappingProxyType
from typing import Any

from yichuang.catalogue import audit
from yichuang.catalogue.domain.intake import promisable
from yichuang.catalogue.domain.standards import ListedFee, read_standard
from yichuang.catalogue.guidance import GuidanceRegister, get_guidance_of
from yichuang.catalogue.models import Fee, ImplementationItem, Material
from yichuang.catalogue.values import ItemTerms

Terms = Mapping[tuple[str, str], ItemTerms]

_COLUMNS = (
    "organisation_code",
    "item_code",
    "implementation_code",
    "catalogue_code",
    "name",
    "type_code",
    "kind",
    "promised_unit",
    "promised_amount",
    "statutory_unit",
    "statutory_amount",
    "special_procedures",
    "result_type",
    "result_name",
    "charged",
    "joint_codes",
    "version",
)
# Each is a dictionary of pointers, some 400 KiB for a city: enough days for a page or a report, no more.
_DAYS_KEPT = 32
_DAYS = ("effective_on", "effective_until", "suspended_on")


class TermsRegister:
    """The terms of every version ever published, by organisation and main item: any day, no query."""

    def __init__(self, versions: Mapping[tuple[str, str], Sequence[tuple[date, date | None, ItemTerms]]]) -> None:
        self._versions = versions
        self._standing: dict[date, Terms] = {}

    def find(self, organisation: str, item: str, on: date) -> ItemTerms | None:
        """Return the terms in force on a day, or None; of two versions on one day the newer counts."""
        for start, until, terms in self._versions.get((organisation, item), ()):
            if start <= on and (until is None or on < until):
                return terms
        return None

    def standing(self, on: date) -> Terms:
        """Return all terms in force on a day by (organisation, main item); the days last asked about are kept."""
        kept = self._standing.get(on)
        if kept is not None:
            return kept
        found = ((key, self.find(*key, on)) for key in self._versions)
        terms = MappingProxyType({key: terms for key, terms in found if terms is not None})
        if len(self._standing) >= _DAYS_KEPT:
            self._standing.clear()
        self._standing[on] = terms
        return terms


_kept: tuple[int, TermsRegister] | None = None
_lock = Lock()


def get_register() -> TermsRegister:
    """Return the register from memory while no act changed the catalogue, else read anew."""
    global _kept  # noqa: PLW0603 - one per process, replaced whole
    version = audit.data_version()
    with _lock:
        if _kept is None or _kept[0] != version:
            _kept = (version, _read_register(get_guidance_of(version)))
        return _kept[1]


def _read_materials() -> dict[int, tuple[tuple[str, ...], tuple[str, ...]]]:
    """Return the names of the key and of the required materials of every version; most versions share theirs."""
    rows = Material.objects.order_by("item_id", "position").values_list("item_id", "name", "key", "required")
    key_of: dict[int, list[str]] = {}
    required_of: dict[int, list[str]] = {}
    for item, name, key, required in rows.iterator(chunk_size=5000):
        if key:
            key_of.setdefault(item, []).append(name)
        if required:
            required_of.setdefault(item, []).append(name)
    shared: dict[tuple[str, ...], tuple[str, ...]] = {}

    def names(found: Sequence[str]) -> tuple[str, ...]:
        return shared.setdefault(tuple(found), tuple(found))

    items = {*key_of, *required_of}
    return {item: (names(key_of.get(item, ())), names(required_of.get(item, ()))) for item in items}


def _read_fees() -> dict[int, tuple[ListedFee, ...]]:
    fees: dict[int, tuple[ListedFee, ...]] = {}
    for item, name, standard in Fee.objects.order_by("item_id", "position").values_list("item_id", "name", "standard"):
        fees[item] = (*fees.get(item, ()), read_standard(name, standard))
    return fees


def _promises(
    guidance: GuidanceRegister, item: str, start: date, ends: date | None
) -> Iterator[tuple[date, date | None, tuple[str, ...]]]:
    """Yield the stretches of a version's days in which one intake stands, with the materials it lets one promise."""
    until = ends
    for day, _, content in guidance.versions(item):
        if until is not None and day >= until:
            continue
        since = max(day, start)
        yield since, until, promisable(content.materials)
        until = since
        if since == start:
            return
    yield start, until, ()


def _read_register(guidance: GuidanceRegister) -> TermsRegister:
    rows = (
        ImplementationItem.objects.filter(effective_on__isnull=False)
        .order_by("organisation_code", "item_code", "-version", "-id", "step__position")
        .values_list("id", *_DAYS, *_COLUMNS, "step__name", "step__amount")
    )
    heads: dict[int, tuple[Any, ...]] = {}
    steps: dict[int, list[tuple[str, int]]] = {}
    for row_id, *columns, step, amount in rows.iterator(chunk_size=5000):
        heads.setdefault(row_id, tuple(columns))
        if step is not None:
            steps.setdefault(row_id, []).append((step, amount))
    materials, fees = _read_materials(), _read_fees()
    versions: dict[tuple[str, str], list[tuple[date, date | None, ItemTerms]]] = {}
    for row_id, (start, until, suspended, *columns) in heads.items():
        named = dict(zip(_COLUMNS, columns, strict=True))
        ends = min((day for day in (until, suspended) if day is not None), default=None)
        key = (named["organisation_code"], named["item_code"])
        held = versions.setdefault(key, [])
        for since, end, promised in _promises(guidance, named["item_code"], start, ends):
            terms = _terms(
                named, steps.get(row_id, ()), materials.get(row_id, ((), ())), promised, fees.get(row_id, ())
            )
            held.append((since, end, terms))
    return TermsRegister(versions)


def _terms(
    named: Mapping[str, Any],
    steps: Sequence[tuple[str, int]],
    materials: tuple[tuple[str, ...], tuple[str, ...]],
    promised: tuple[str, ...],
    fees: tuple[ListedFee, ...],
) -> ItemTerms:
    key_materials, required_materials = materials
    return ItemTerms(
        implementation_code=named["implementation_code"],
        catalogue_code=named["catalogue_code"],
        name=named["name"],
        type=named["type_code"],
        kind=named["kind"],
        promised_unit=named["promised_unit"],
        promised_amount=named["promised_amount"],
        statutory_unit=named["statutory_unit"],
        statutory_amount=named["statutory_amount"],
        steps=tuple(steps),
        special_procedures=tuple(named["special_procedures"]),
        result_type=named["result_type"],
        result_name=named["result_name"],
        charged=named["charged"],
        joint=bool(named["joint_codes"]),
        version=named["version"],
        key_materials=key_materials,
        required_materials=required_materials,
        # A material that the operator has meanwhile taken off the item, or made a key one, cannot be promised.
        promisable=tuple(name for name in promised if name not in key_materials),
        fees=fees,
    )
