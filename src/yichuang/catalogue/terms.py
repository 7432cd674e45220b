"""Terms: what cases need to know of every item on any day, read in one query, kept per process and data version."""

from collections.abc import Mapping, Sequence
from datetime import date
from threading import Lock
from types import MappingProxyType
from typing import Any

from yichuang.catalogue import audit
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
            _kept = (version, _read_register())
        return _kept[1]


def _read_register() -> TermsRegister:
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
    versions: dict[tuple[str, str], list[tuple[date, date | None, ItemTerms]]] = {}
    for row_id, (start, until, suspended, *columns) in heads.items():
        named = dict(zip(_COLUMNS, columns, strict=True))
        terms = ItemTerms(
            implementation_code=named["implementation_code"],
            catalogue_code=named["catalogue_code"],
            name=named["name"],
            type=named["type_code"],
            kind=named["kind"],
            promised_unit=named["promised_unit"],
            promised_amount=named["promised_amount"],
            statutory_unit=named["statutory_unit"],
            statutory_amount=named["statutory_amount"],
            steps=tuple(steps.get(row_id, ())),
            special_procedures=tuple(named["special_procedures"]),
            result_type=named["result_type"],
            result_name=named["result_name"],
            charged=named["charged"],
            joint=bool(named["joint_codes"]),
            version=named["version"],
        )
        ends = min((day for day in (until, suspended) if day is not None), default=None)
        key = (named["organisation_code"], named["item_code"])
        versions.setdefault(key, []).append((start, ends, terms))
    return TermsRegister(versions)
