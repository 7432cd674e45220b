"""Checking: a mapping and its source held against the standard and the ledger before the first row is filed.

The ledger is asked as it would be by a real pass, and everything it wrote is taken back: only it knows its items and
its own rules.
"""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext

from yichuang.calendar.values import local_day
from yichuang.exchange.domain.conformance.assess import Checked, assess
from yichuang.exchange.domain.conformance.report import Conformance
from yichuang.exchange.domain.translate import Translated, Translator
from yichuang.exchange.drafting.knowing import known_on
from yichuang.exchange.drafting.sampling import CASES, Progress, sample
from yichuang.exchange.filing import file_records
from yichuang.exchange.importing import load_guests, read_mapping, translator_of
from yichuang.kernel.actor import Actor
from yichuang.kernel.words import N_

ASKING = N_("试算")
_CHUNK = 250
_MOST_CHOICES = 2_000
# A case that a connected source reports with another past is corrected, not broken.
_NO_FAULT = frozenset({"HistoryDiffers"})


class _Undone(Exception):
    """Ends a trial: everything it wrote is taken back."""


def check_source(
    *,
    mapping: Path,
    by: Actor,
    at: datetime,
    file: Path | None = None,
    limit: int = CASES,
    progress: Progress | None = None,
) -> Conformance:
    """Return what a source is worth by a mapping, from `limit` of its cases; files nothing.

    Refuses with MappingFaulty, FileMissing, a SourceRefusal or what is wrong with a file as a whole. Never raises for
    what the data are like.
    """
    told = read_mapping(mapping)
    found = sample(told, file=file, limit=limit, progress=progress)
    translator = translator_of(told.mapping, on=local_day(at), encoding=found.encoding)
    translated = [translator.translate(record, received_at=at) for record in found.records]
    checked: list[Checked] = []
    for start in range(0, len(translated), _CHUNK):
        chunk = translated[start : start + _CHUNK]
        try:
            with transaction.atomic():
                load_guests(told, mapping.parent, by=by, at=at)
                checked += _ask(chunk, translator, by=by, at=at, corrections=told.mapping.accepts_corrections)
                raise _Undone
        except _Undone:
            pass
        if progress is not None:
            progress(ASKING, len(checked), len(translated))
    known = known_on(local_day(at))
    return assess(
        checked,
        mapping=told.mapping,
        name=told.name,
        now=at,
        rows=found.rows,
        sampled=found.partial,
        repeated=found.repeated,
        choices={
            "UnknownItem": tuple({item.code for item in known.items}),
            "@items": tuple({item.code for item in known.items}),
            "@organisations": tuple({one.name for one in known.organisations}),
            **{
                f"{lookup.table}.{lookup.code}": tuple(dictionary.meanings)[:_MOST_CHOICES]
                for lookup, dictionary in translator.decoder.dictionaries.items()
            },
        },
        translate=lambda text: gettext(text) if text else text,
    )


def _ask(
    chunk: Sequence[Translated], translator: Translator, *, by: Actor, at: datetime, corrections: bool
) -> list[Checked]:
    outcomes = file_records(chunk, translator=translator, by=by, now=at, corrections=corrections)
    return [
        Checked(one.translated, tuple(fault for fault in one.faults if fault.code not in _NO_FAULT)) for one in outcomes
    ]
