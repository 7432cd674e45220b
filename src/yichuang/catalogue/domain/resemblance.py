"""Resemblance: between two spellings of what may be the same. Answers where a text stands, and how far off.

Pure letters: what a phrase means, and how much a likeness counts, is for `search` to know.
"""

import math
import re
from collections.abc import Iterable, Mapping, Sequence

from rapidfuzz.distance import OSA

EQUAL, BEGINS, HOLDS = range(3)
_SEPARATOR = "\n"


class Texts:
    """Many texts in one, so that one pattern finds all of them in one sweep of the machine."""

    def __init__(self, texts: Iterable[tuple[str, int]]) -> None:
        self._starts: list[int] = []
        self._owners: list[int] = []
        pieces: list[str] = []
        place = 0
        for text, owner in texts:
            self._starts.append(place)
            self._owners.append(owner)
            pieces.append(text)
            place += len(text) + 1
        self.joined = _SEPARATOR.join(pieces)
        self._ends = [start + len(piece) for start, piece in zip(self._starts, pieces, strict=True)]

    def find(self, pattern: re.Pattern[str]) -> dict[int, int]:
        """Return for each owner how the pattern fits best: the text itself, its beginning, or inside it."""
        found: dict[int, int] = {}
        line, last = 0, len(self._starts) - 1
        for match in pattern.finditer(self.joined):
            start, end = match.span()
            while line < last and self._starts[line + 1] <= start:
                line += 1
            begins = start == self._starts[line]
            fit = EQUAL if begins and end == self._ends[line] else BEGINS if begins else HOLDS
            owner = self._owners[line]
            if fit < found.get(owner, HOLDS + 1):
                found[owner] = fit
        return found


def count_pairs(texts: Iterable[str]) -> dict[str, list[int]]:
    """Return for each pair of neighbouring characters the numbers of the texts that hold it."""
    pairs: dict[str, list[int]] = {}
    for number, text in enumerate(texts):
        for pair in dict.fromkeys(text[i : i + 2] for i in range(len(text) - 1)):
            pairs.setdefault(pair, []).append(number)
    return pairs


def masks_of(text: str, pairs: Mapping[str, Sequence[int]]) -> dict[int, int]:
    """Return for each phrase which positions of a text it covers by pairs of neighbours, as bits."""
    masks: dict[int, int] = {}
    for place in range(len(text) - 1):
        for number in pairs.get(text[place : place + 2], ()):
            masks[number] = masks.get(number, 0) | 3 << place
    return masks


def weigh(text: str, pairs: Mapping[str, Sequence[int]], total: int) -> list[int]:
    """Return how much each position of a text says: what few phrases hold says more; what none holds, a little."""
    weights = []
    for place in range(len(text)):
        around = (text[max(place - 1, 0) : place + 1], text[place : place + 2])
        held = [len(pairs[pair]) for pair in around if len(pair) == 2 and pair in pairs]
        weights.append(round(10 * math.log2(1 + total / min(held))) if held else 20)
    return weights


def window_mistakes(text: str, phrase: str, budget: int) -> int:
    """Return the fewest mistakes that turn some stretch of a phrase into the text; more than the budget where none."""
    best = budget + 1
    for size in range(max(len(text) - budget, 1), len(text) + budget + 1):
        for start in range(max(len(phrase) - size, 0) + 1):
            best = min(best, OSA.distance(text, phrase[start : start + size], score_cutoff=budget))
            if best <= 1:
                return best
    return best


def letter_mistakes(letters: str, syllables: Sequence[str], budget: int) -> int:
    """Return the fewest mistakes that turn some whole syllables in a row into the letters."""
    best = budget + 1
    for start in range(len(syllables)):
        window = ""
        for syllable in syllables[start:]:
            if not syllable:
                break
            window += syllable
            if len(window) < len(letters) - budget:
                continue
            if len(window) > len(letters) + budget:
                break
            best = min(best, OSA.distance(letters, window, score_cutoff=budget))
            if best <= 1:
                return best
    return best
