"""Dictionaries: the tables in which a source itself keeps what its codes mean, read whole, once for a pass."""

import os
from collections.abc import Mapping
from contextlib import closing

from yichuang.exchange.domain import mapping as m
from yichuang.exchange.domain.lookups import Dictionaries, Dictionary, dictionary_of, lookups_of
from yichuang.exchange.reading.tables.database import DatabaseReader
from yichuang.exchange.reading.tables.opening import open_tables


def read_dictionaries(mapping: m.Mapping, *, environ: Mapping[str, str] = os.environ) -> Dictionaries:
    """Return what the dictionary tables of a mapping hold now; one that names none opens nothing.

    Refuses with a SourceRefusal: unreachable, a table or column missing, or a table too large for a dictionary.
    """
    wanted = dict.fromkeys(lookups_of(mapping))
    found: dict[m.Lookup, Dictionary] = {}
    if wanted:
        with closing(open_tables(mapping, environ=environ)) as reader:
            # Only databases have such tables: everything else has been refused with the mapping.
            assert isinstance(reader, DatabaseReader)
            for lookup in wanted:
                found[lookup] = dictionary_of(lookup, reader.dictionary_rows(lookup), mapping=mapping)
    return found
