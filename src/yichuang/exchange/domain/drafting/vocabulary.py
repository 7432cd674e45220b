"""The vocabulary: under which names other systems keep a field; between `vocabulary/fields.yaml` and matching."""

from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Literal

import msgspec
import yaml

from yichuang.exchange.domain.drafting.names import initials, pinyin, plain, words

FILE = Path(__file__).parents[2] / "vocabulary" / "fields.yaml"
CASE = "case"


class Source(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where names were seen: V read in the source, K common knowledge of the trade."""

    mark: Literal["V", "K"]
    citation: str


class TableWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The names that tables of one kind bear."""

    zh: tuple[str, ...]
    en: tuple[str, ...]
    names: tuple[str, ...]


class FieldWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One field: its title, its place in the national standard, its names, and what its values look like."""

    title: str
    tables: tuple[str, ...]
    zh: tuple[str, ...]
    en: tuple[str, ...]
    names: tuple[str, ...]
    standard: str = ""
    shapes: tuple[str, ...] = ()


class Vocabulary(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All of it, and from which day it is."""

    compiled: date
    sources: dict[str, Source]
    tables: dict[str, TableWords]
    fields: dict[str, FieldWords]


class Spellings(msgspec.Struct, frozen=True):
    """The spellings of one field or kind of table, each set apart by how much it proves."""

    key: str
    names: frozenset[str]
    chinese: tuple[str, ...]
    pinyin: frozenset[str]
    initials: frozenset[str]
    english: tuple[frozenset[str], ...]


def read_vocabulary(text: str) -> Vocabulary:
    """Return the vocabulary of a YAML text; raises msgspec.ValidationError where it has another shape."""
    return msgspec.convert(yaml.safe_load(text), Vocabulary)


@lru_cache(maxsize=1)
def load_vocabulary() -> Vocabulary:
    """Return the vocabulary that comes with the house."""
    return read_vocabulary(FILE.read_text("utf-8"))


def spell(key: str, told: TableWords | FieldWords) -> Spellings:
    """Return the spellings of a field or of a kind of table."""
    chinese = tuple(plain(word) for word in told.zh)
    return Spellings(
        key=key,
        names=frozenset(plain(name) for name in told.names),
        chinese=chinese,
        pinyin=frozenset(pinyin(word) for word in chinese),
        initials=frozenset(initials(word) for word in chinese if len(word) > 1),
        english=tuple(frozenset(words(name)) for name in told.en),
    )


@lru_cache(maxsize=1)
def field_spellings() -> dict[str, Spellings]:
    """Return the spellings of every field, by its key."""
    return {key: spell(key, told) for key, told in load_vocabulary().fields.items()}


@lru_cache(maxsize=1)
def table_spellings() -> dict[str, Spellings]:
    """Return the spellings of every kind of table."""
    return {key: spell(key, told) for key, told in load_vocabulary().tables.items()}
