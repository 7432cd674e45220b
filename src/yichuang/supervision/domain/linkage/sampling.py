"""Sampling: which cases are telephoned about. By lot, yet anybody can draw the same lot again."""

from collections.abc import Iterable

from yichuang.kernel.crypto import sm3


def draw(numbers: Iterable[str], *, count: int, seed: int) -> list[str]:
    """Return so many of the numbers: those whose digest (SM3 of seed and number) is smallest, in that order.

    Neither the order of the numbers nor a number that comes in beside them changes the order of the others.
    """
    ranked = sorted((sm3(f"{seed}\t{number}".encode()).hex(), number) for number in set(numbers))
    return [number for _, number in ranked[:count]]
