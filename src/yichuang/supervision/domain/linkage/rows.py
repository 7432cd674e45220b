"""Rows: one row of a department's list into one entry, or every fault of it at once. Knows no table and no file."""

import hashlib
import hmac
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from yichuang.kernel.crypto import sm3
from yichuang.kernel.masking import mask_resident_number
from yichuang.kernel.words import N_
from yichuang.supervision.domain.linkage import normalise as n
from yichuang.supervision.domain.linkage.mapping import RegisterMapping
from yichuang.supervision.domain.linkage.values import RowFault

PERSON, FIRM = "person", "firm"
LONGEST = {"document_number": 160, "holder_name": 200, "item_name": 200, "holder_code": 64, "case_number": 50}
# With its register a prefix is the key of a series.
LONGEST_PREFIX = 90
_SHOWN = 40
_FIRM_SIGNS = (
    "公司",
    "合作社",
    "店",
    "部",
    "厂",
    "中心",
    "学校",
    "医院",
    "幼儿园",
    "小学",
    "中学",
    "协会",
    "局",
    "院",
    "所",
    "社",
    "场",
    "馆",
    "行",
    "站",
)
# Half characters of bytes that could not be read, and control characters: no table takes them.
_BROKEN = re.compile(r"[\ud800-\udfff\x00-\x08\x0b\x0c\x0e-\x1f]")
_LONGEST_PERSON = 4
_SHORTEST_ITEM = 4


@dataclass(frozen=True, slots=True)
class Places:
    """What a list's own words for departments, items and towns mean: names (folded letters) -> codes.

    `items` is by (organisation, name): several items of one department may have results of one name. Under ("", name)
    are those of any department. `names` are all names of an organisation's items, for those that a list cuts short.
    """

    organisations: Mapping[str, str]
    departments: Mapping[str, str]
    items: Mapping[tuple[str, str], tuple[str, ...]]
    names: Mapping[str, Sequence[tuple[str, str]]]
    item_codes: frozenset[str]
    towns: Mapping[str, Sequence[tuple[str, str]]]


@dataclass(slots=True)
class Entry:
    """One row read: what linking needs of it, its row with a person's number masked, its faults if any."""

    row: int
    identity: str
    content_digest: str
    content: str
    faults: list[RowFault] = field(default_factory=list)
    county: str = ""
    organisation: str = ""
    department: str = ""
    item: str = ""
    item_options: tuple[str, ...] = ()
    item_name: str = ""
    document_number: str = ""
    prefix: str = ""
    serial: int | None = None
    holder_kind: str = ""
    holder_name: str = ""
    holder_code: str = ""
    holder_digest: str = ""
    holder_tail: str = ""
    area: str = ""
    case_number: str = ""
    decided_on: date | None = None
    published_on: date | None = None
    amount_fen: int | None = None


def digest_of(number: str, *, salt: bytes) -> str:
    """Return the keyed digest of a person's number (HMAC with SM3, GB/T 32905), "" for none."""
    return hmac.new(salt, number.encode(), _sm3).hexdigest() if number else ""


def _sm3(data: bytes = b"") -> "hashlib._Hash":
    return hashlib.new("sm3", data)


class RowReader:
    """Reads the rows of one list by its mapping and its headings."""

    def __init__(self, mapping: RegisterMapping, headings: Mapping[str, str], places: Places, *, salt: bytes) -> None:
        self._mapping, self._headings, self._places, self._salt = mapping, headings, places, salt
        self._items = {n.letters(name): code for name, code in mapping.items.items()}
        self._organisations = {n.letters(name): code for name, code in mapping.organisations.items()}
        row_key = headings.get("row_key", "")
        self._identity = tuple(mapping.identity) or ((row_key,) if row_key else ())

    def read(self, row: int, cells: Mapping[str, str]) -> Entry:
        """Return the entry of one row; `faults` says everything that is wrong with it."""
        firm = _is_firm(self._cell("holder_name", cells))
        kept = {name: _kept(value, firm=firm) for name, value in cells.items()}
        content = json.dumps(kept, ensure_ascii=True, separators=(",", ":"))
        # The row as it was sent tells rows apart, but only its digest is kept: under the key, for it holds numbers.
        sent = json.dumps(cells, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
        digest = digest_of(sent, salt=self._salt)
        entry = Entry(row, self._identify(cells, digest), digest, content)
        for name, value in cells.items():
            if name in self._headings.values() and _BROKEN.search(value):
                entry.faults.append(RowFault(row, name, _BROKEN.sub("?", value)[:_SHOWN], N_("含有不是文字的字节")))
        self._place(entry, cells)
        self._what(entry, cells)
        self._who(entry, cells)
        self._when(entry, cells)
        for name, limit in LONGEST.items():
            if len(getattr(entry, name)) > limit:
                self._fault(entry, name, getattr(entry, name), N_("内容过长，可能是引号没有配对"))
                setattr(entry, name, getattr(entry, name)[:limit])
        if not (entry.holder_name or entry.holder_code or entry.document_number or entry.case_number):
            self._fault(entry, "holder_name", "", N_("没有名称、证件号和文号，无从比对"))
        return entry

    def _identify(self, cells: Mapping[str, str], digest: str) -> str:
        parts = [cells.get(name, "").strip() for name in self._identity]
        return sm3("\x1f".join(map(n.fold, parts)).encode("utf-8", "surrogatepass")).hex() if any(parts) else digest

    def _cell(self, field_: str, cells: Mapping[str, str]) -> str:
        return _BROKEN.sub("\N{REPLACEMENT CHARACTER}", cells.get(self._headings.get(field_, ""), "")).strip()

    def _fault(self, entry: Entry, field_: str, value: str, reason: str) -> None:
        column = self._headings.get(field_, field_)
        shown = _kept(_BROKEN.sub("?", value), firm=False)
        entry.faults.append(RowFault(entry.row, column, shown[:_SHOWN], reason))

    def _place(self, entry: Entry, cells: Mapping[str, str]) -> None:
        code, name = self._cell("organisation", cells), self._cell("organisation_name", cells)
        plain = n.letters(name)
        known = self._places.departments
        if code in known:
            entry.organisation = code
        elif plain in self._organisations:
            entry.organisation = self._organisations[plain]
        elif plain in self._places.organisations:
            entry.organisation = self._places.organisations[plain]
        elif self._mapping.organisation:
            entry.organisation = self._mapping.organisation
        elif found := self._organisation_by_end(plain):
            entry.organisation = found
        if entry.organisation not in known:
            self._fault(entry, "organisation_name", name or code, N_("不认得这一部门，请在映射的organisations中写明"))
            entry.organisation = ""
            return
        entry.department = known[entry.organisation]
        entry.county = entry.organisation.partition("-")[0][:6]

    def _organisation_by_end(self, plain: str) -> str:
        """Return the organisation whose name, without its county, stands in a list of one county (国土资源局)."""
        if not plain or not self._mapping.county:
            return ""
        found = {
            code
            for name, code in self._places.organisations.items()
            if code.startswith(f"{self._mapping.county}-") and (name.endswith(plain) or plain.endswith(name))
        }
        return found.pop() if len(found) == 1 else ""

    def _what(self, entry: Entry, cells: Mapping[str, str]) -> None:
        entry.item_name = self._cell("item_name", cells)
        code, plain = self._cell("item", cells), n.letters(entry.item_name)
        items = self._places.items
        options: tuple[str, ...] = ()
        if code in self._places.item_codes:
            options = (code,)
        elif plain in self._items:
            options = (self._items[plain],)
        elif (entry.organisation, plain) in items:
            options = items[entry.organisation, plain]
        elif plain:
            options = self._items_cut_short(entry.organisation, plain) or items.get(("", plain), ())
        if not options and self._mapping.item:
            options = (self._mapping.item,)
        entry.item = options[0] if len(options) == 1 else ""
        entry.item_options = options if len(options) > 1 else ()
        entry.document_number = self._cell("document_number", cells)
        entry.prefix, entry.serial = n.series_of(entry.document_number) if entry.document_number else ("", None)
        entry.prefix = entry.prefix[:LONGEST_PREFIX]
        entry.case_number = n.code_key(self._cell("case_number", cells))
        if amount := self._cell("amount", cells):
            entry.amount_fen = n.read_amount(amount)
            if entry.amount_fen is None:
                self._fault(entry, "amount", amount, N_("不是金额"))

    def _items_cut_short(self, organisation: str, plain: str) -> tuple[str, ...]:
        """Return the items of an organisation whose name begins as the list's word does, or the other way round."""
        if len(plain) < _SHORTEST_ITEM:
            return ()
        names = self._places.names.get(organisation, ())
        return tuple(sorted({code for name, code in names if name.startswith(plain) or plain.startswith(name)}))

    def _who(self, entry: Entry, cells: Mapping[str, str]) -> None:
        entry.holder_name = self._cell("holder_name", cells)
        number = self._cell("holder_code", cells)
        firm = _is_firm(entry.holder_name)
        hidden = "*" in n.fold(number)
        if number or entry.holder_name:
            personal = _is_personal(number, firm=firm) or (hidden and not firm) or not (number or firm)
            entry.holder_kind = PERSON if personal else FIRM
        if entry.holder_kind == PERSON:
            entry.holder_digest = digest_of(n.person_number_key(number), salt=self._salt)
            entry.holder_tail = n.number_tail(number)
        elif not hidden:
            entry.holder_code = n.code_key(number)
        area = n.letters(self._cell("area", cells))
        if area:
            towns = self._places.towns.get(entry.county, ())
            entry.area = next((code for name, code in towns if name in area), "")

    def _when(self, entry: Entry, cells: Mapping[str, str]) -> None:
        decided, published = self._cell("decided_on", cells), self._cell("published_on", cells)
        entry.decided_on = n.read_day(decided)
        if entry.decided_on is None:
            reason = N_("不是存在的日期") if decided else N_("没有日期")
            self._fault(entry, "decided_on", decided, reason)
        entry.published_on = n.read_day(published)
        if published and entry.published_on is None:
            self._fault(entry, "published_on", published, N_("不是存在的日期"))


def _kept(value: str, *, firm: bool) -> str:
    return mask_resident_number(value.strip()) if _is_personal(value, firm=firm) else value


def _is_personal(value: str, *, firm: bool) -> bool:
    """Return whether a cell holds a person's number; 15 figures beside a firm are its registration number."""
    key = n.person_number_key(value)
    return len(key) == 18 or (len(key) == 15 and not firm)


def _is_firm(name: str) -> bool:
    plain = n.letters(name)
    return len(plain) > _LONGEST_PERSON or any(plain.endswith(sign) for sign in _FIRM_SIGNS)


def tell_twins_apart(entries: Iterable[Entry]) -> None:
    """Mark rows of one file that bear the same identity and say different things; which one is right nobody can tell.

    Rows that say exactly the same stand once: the later ones are faults too, so that nothing is silently dropped.
    """
    by_identity: dict[str, list[Entry]] = {}
    for entry in entries:
        by_identity.setdefault(entry.identity, []).append(entry)
    for twins in by_identity.values():
        if len(twins) == 1:
            continue
        same = len({entry.content_digest for entry in twins}) == 1
        first = min(twins, key=lambda entry: entry.row)
        for entry in twins:
            if same and entry is first:
                continue
            reason = N_("与另一行完全相同") if same else N_("与另一行的序号相同而内容不同")
            other = first if entry is not first else twins[-1]
            entry.faults.append(RowFault(entry.row, "", str(other.row), reason))
            # A faulty row is kept under a name of its own: where it stood, and what it said.
            entry.identity = sm3(f"{entry.content_digest}:{entry.row}".encode()).hex()
