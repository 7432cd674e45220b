"""Assignment: one case an entry and one entry a case, within each register. Which of several likely pairs stands?

Pairs are taken from the heaviest down; a pair whose entry or case is taken by then is out. Ties are broken by the ids,
so that the order of rows decides nothing. Two lists may both hold a case (a licence and its seal): registers do not
compete with each other.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple


class Pair(NamedTuple):
    """An entry, a case and the weight for their being one matter, in hundredths of a bit."""

    entry: str
    case: str
    weight: int


class Assigned(NamedTuple):
    """What an entry got: its pair, if any; and the heaviest pair it lost to another entry, if any."""

    pair: Pair | None
    lost: Pair | None


def assign(
    pairs: Iterable[Pair], *, register_of: Mapping[str, str], taken: Iterable[tuple[str, str]] = ()
) -> dict[str, Assigned]:
    """Return what each entry that occurs in the pairs gets; `taken` are (register, case) that are settled already."""
    gone = set(taken)
    got: dict[str, Pair] = {}
    lost: dict[str, Pair] = {}
    for pair in sorted(pairs, key=lambda one: (-one.weight, one.entry, one.case)):
        register = register_of[pair.entry]
        if pair.entry in got:
            continue
        if (register, pair.case) in gone:
            lost.setdefault(pair.entry, pair)
            continue
        got[pair.entry] = pair
        gone.add((register, pair.case))
    return {entry: Assigned(got.get(entry), lost.get(entry)) for entry in sorted({*got, *lost})}
