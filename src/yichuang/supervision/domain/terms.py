"""The terms of cards as they stood on a day: dated data with citations, read strictly from `law/cards.yaml`."""

from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Generic, Literal, TypeVar

import msgspec

from yichuang.calendar.values import LawFile
from yichuang.kernel.words import N_
from yichuang.supervision.domain.words import Colour, Level, Scheme

FILE = Path(__file__).parent.parent / "law" / "cards.yaml"
T = TypeVar("T")


class Stated(msgspec.Struct, Generic[T], frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A value with its source: V was read in it, C was computed and checked, K is a default that awaits a check."""

    value: T
    citation: str
    mark: Literal["V", "C", "K"]


class Terms(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, rename={"from_on": "from"}):
    """What held from a day on; all days are working days.

    `automatic_days` says for each colour how fresh a breach must be for its card to be issued at once (None: never);
    `escalate` whether, under a scheme, a yellow card whose period ended uncorrected is followed by a red one.
    """

    from_on: date
    automatic_days: Stated[dict[Colour, int | None]]
    reply_days: Stated[int]
    appeal_days: Stated[int]
    decision_days: Stated[int]
    supervision_days: Stated[int]
    rectification_days: Stated[int]
    escalate: Stated[dict[Scheme, bool]]
    told: Stated[dict[Colour, tuple[Level, ...]]]


class _Title(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    zh: str
    en: str


class _Content(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    name: str
    title: _Title
    terms: tuple[Terms, ...]


@lru_cache(maxsize=4)
def load_terms(file: Path = FILE) -> tuple[Terms, ...]:
    """Return all terms, oldest first; cached; raises FaultyLaw."""
    law = LawFile(file)
    content = law.read(_Content)
    starts = [terms.from_on for terms in content.terms]
    if not starts or starts != sorted(set(starts)):
        raise law.fault(["terms"], N_("各段应按起始日先后排列，至少一段"))
    for place, terms in enumerate(content.terms):
        for name in ("reply_days", "appeal_days", "decision_days", "supervision_days", "rectification_days"):
            if getattr(terms, name).value < 1:
                raise law.fault(["terms", place, name], N_("期限至少一个工作日"))
        for name, wanted in (("automatic_days", Colour), ("told", Colour), ("escalate", Scheme)):
            if set(getattr(terms, name).value) != set(wanted):
                raise law.fault(["terms", place, name], N_("每一种颜色（或方案）都要写明"))
    return content.terms


def terms_on(on: date, *, file: Path = FILE) -> Terms:
    """Return the terms in force on a day; before the first the first, because a card needs some."""
    stated = load_terms(file)
    begun = [terms for terms in stated if terms.from_on <= on]
    return begun[-1] if begun else stated[0]
