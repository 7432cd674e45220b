"""Which family of cards holds for a place on a day: the shipped choices, or a city's own file in their place.

A city that sets YICHUANG_LAW_DIR says its own in `$YICHUANG_LAW_DIR/supervision/schemes.yaml`. Read once a process.
"""

import os
from datetime import date
from functools import lru_cache
from pathlib import Path

from yichuang.supervision.domain import schemes
from yichuang.supervision.domain.schemes import Schemes, colour_of, read_schemes
from yichuang.supervision.domain.words import Scheme

__all__ = ["colour_of", "get_schemes", "scheme_of"]


def get_schemes() -> Schemes:
    """Return all schemes and who has chosen which; raises FaultyLaw."""
    return read_schemes(_file(os.environ.get("YICHUANG_LAW_DIR", "")))


def scheme_of(county: str, centre: str, on: date) -> Scheme:
    """Return the scheme of a county's centre on a day; raises FaultyLaw."""
    return schemes.scheme_of(county, centre, on, _file(os.environ.get("YICHUANG_LAW_DIR", "")))


@lru_cache(maxsize=8)
def _file(law_dir: str) -> Path:
    own = Path(law_dir) / "supervision" / "schemes.yaml"
    return own if law_dir and own.exists() else schemes.PACKAGED
