"""Terms: what cases need to know of every item in force on a day, in one query, kept per process and data version."""

from collections.abc import Mapping
from datetime import date
from threading import Lock
from types import MappingProxyType

from yichuang.catalogue import audit
from yichuang.catalogue.force import in_force
from yichuang.catalogue.models import ImplementationItem
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
# Days asked about differ by scenario and report; a handful of them is plenty, the oldest goes first.
_KEPT = 8
_cache: dict[tuple[int, date], Terms] = {}
_lock = Lock()


def read_terms(on: date) -> Terms:
    """Return the terms of every item in force on a day by (organisation, main item); one query, items with steps."""
    rows = (
        ImplementationItem.objects.filter(in_force(on))
        .order_by("organisation_code", "item_code", "version", "id", "step__position")
        .values_list(*_COLUMNS, "step__name", "step__amount")
    )
    steps: dict[tuple[str, str], list[tuple[str, int]]] = {}
    heads: dict[tuple[str, str], tuple[object, ...]] = {}
    for *columns, step, amount in rows.iterator(chunk_size=5000):
        key = (columns[0], columns[1])
        if key not in heads or heads[key][-1] != columns[-1]:
            heads[key] = tuple(columns)
            steps[key] = []
        if step is not None:
            steps[key].append((step, amount))
    terms = {}
    for key, head in heads.items():
        named = dict(zip(_COLUMNS, head, strict=True))
        terms[key] = ItemTerms(
            implementation_code=str(named["implementation_code"]),
            catalogue_code=str(named["catalogue_code"]),
            name=str(named["name"]),
            type=str(named["type_code"]),
            kind=str(named["kind"]),
            promised_unit=str(named["promised_unit"]),
            promised_amount=named["promised_amount"],  # type: ignore[arg-type]
            statutory_unit=str(named["statutory_unit"]),
            statutory_amount=named["statutory_amount"],  # type: ignore[arg-type]
            steps=tuple(steps[key]),
            special_procedures=tuple(named["special_procedures"]),  # type: ignore[arg-type]
            result_type=str(named["result_type"]),
            result_name=str(named["result_name"]),
            charged=bool(named["charged"]),
            joint=bool(named["joint_codes"]),
            version=named["version"],  # type: ignore[arg-type]
        )
    return MappingProxyType(terms)


def get_terms(on: date) -> Terms:
    """Return the terms of a day from memory while no act changed the catalogue, else anew."""
    key = (audit.data_version(), on)
    with _lock:
        if key in _cache:
            return _cache[key]
    terms = read_terms(on)
    with _lock:
        for old in [k for k in _cache if k[0] != key[0]]:
            del _cache[old]
        while len(_cache) >= _KEPT:
            del _cache[next(iter(_cache))]
        _cache[key] = terms
    return terms
