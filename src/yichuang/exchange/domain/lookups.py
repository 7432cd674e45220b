"""Lookups: what a source's own dictionary tables say of its codes. Whoever reads the source fills them."""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from msgspec import Struct
from msgspec.structs import fields

from yichuang.exchange.domain import mapping as m
from yichuang.exchange.domain.conditions import holds
from yichuang.exchange.domain.refusals import CodeListedTwice, CodeNotListed

_MOST_SHOWN = 3


class Dictionary(NamedTuple):
    """The meaning of each code; `doubled` are codes that have more than one, which therefore mean nothing."""

    meanings: Mapping[str, str]
    doubled: Mapping[str, tuple[str, ...]] = {}


Dictionaries = Mapping[m.Lookup, Dictionary]


def lookups_of(part: object) -> Iterator[m.Lookup]:
    """Yield every dictionary table that a mapping, or a part of one, names; one that is named twice comes twice."""
    if isinstance(part, m.Lookup):
        yield part
    elif isinstance(part, Mapping):
        for value in part.values():
            yield from lookups_of(value)
    elif isinstance(part, tuple):
        for value in part:
            yield from lookups_of(value)
    elif isinstance(part, Struct):
        for info in fields(part):
            yield from lookups_of(getattr(part, info.name))


def dictionary_of(lookup: m.Lookup, rows: Iterable[Mapping[str, str]], *, mapping: m.Mapping) -> Dictionary:
    """Return the dictionary that some rows of its table make: rows that `when` leaves out, and those without a code or
    a meaning, say nothing.
    """
    empty = frozenset({"", *mapping.empty})
    found: dict[str, dict[str, None]] = {}
    for row in rows:
        if not all(holds(one, row.get(one.column, "").strip(), mapping, empty) for one in lookup.when):
            continue
        code, meaning = row.get(lookup.code, "").strip(), row.get(lookup.meaning, "").strip()
        if code not in empty and meaning not in empty:
            found.setdefault(code, {})[meaning] = None
    return Dictionary(
        {code: next(iter(meanings)) for code, meanings in found.items() if len(meanings) == 1},
        {code: tuple(meanings) for code, meanings in found.items() if len(meanings) > 1},
    )


def meaning_of(code: str, lookup: m.Lookup, dictionaries: Dictionaries) -> str:
    """Return what a code means in a dictionary table; refuses with CodeNotListed or CodeListedTwice."""
    dictionary = dictionaries.get(lookup, _EMPTY)
    found = dictionary.meanings.get(code)
    if found is not None:
        return found
    if code in dictionary.doubled:
        shown = "、".join(dictionary.doubled[code][:_MOST_SHOWN])
        raise CodeListedTwice(value=code, table=lookup.table, column=lookup.code, meanings=shown)
    raise CodeNotListed(value=code, table=lookup.table, column=lookup.code)


_EMPTY = Dictionary({})
