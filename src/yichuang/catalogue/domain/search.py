"""Search: between the words somebody types and the phrases that name an item. Answers how well each item is meant.

**What is compared.** Every item has phrases, each with a weight: its name 100, what people call it (synonyms, by their
order) 97 and less, its code 95, its handling items 90, its themes 60, its type and kind 50. Every organisation has
phrases too: its name, the short names people give its department, its place (70). Phrases are the same for hundreds of
organisations, so that the whole city costs no more than one town.

**How a query is read.** It is put into half-width lower case, cut into runs of Chinese and of Latin letters (parts),
and the words that mean nothing (我要, 怎么, 办理 ...) are taken off where the part as it stands is found nowhere. An
item is found where every part is found, in its own phrases or in its organisation's; where that is nowhere the case,
where parts with more than half of the letters are found. The order of words does not matter.

**How a part is found**, in stages; a later one is tried only where all before found nothing (points before weight):

| Chinese | points | | Latin letters | points |
|---|---|---|---|---|
| the phrase itself, its beginning, inside it | 100, 92, 84 | | the letters themselves (IC, ETC), a code | 100, 92, 84 |
| the same sounds (护找 for 护照) | 80, 76, 72 | | whole pinyin (huzhao) | 94, 86, 78 |
| one wrong, missing or extra character; two from 6 on | 64, 54 | | first letters (hz) | 88, 78, 66 |
| the words in another order, or across item and place | 52 to 68 | | beginnings of syllables (huz) | 80, 70, 60 |
| some characters left out (身证 for 身份证) | 50 | | z, c, s for zh, ch, sh | 74, 68, 60 |
| | | | one wrong, missing, extra or swapped letter from 4 on, two from 8 on | 56, 46 |

A phrase that is nearly all of what was asked gets up to 6 points more. Points of the parts are averaged by their
length. Everything is whole numbers and ends in codes: the same query has the same answer on every machine and database.
"""

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import reduce
from operator import or_

from rapidfuzz import fuzz

from yichuang.catalogue.domain import spelling
from yichuang.catalogue.domain.resemblance import (
    BEGINS,
    HOLDS,
    Texts,
    count_pairs,
    letter_mistakes,
    masks_of,
    weigh,
    window_mistakes,
)

NAME, SYNONYM, CODE, HANDLING, PLACE, THEME, TYPE = 100, 97, 95, 90, 70, 60, 50
MOST_LETTERS = 60
MOST_PARTS = 6
SCALE = 100
"""A score is points times weight: 100 x 100 is the best of all."""

_PART = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]+|[a-z0-9]+")
_NEAR = 6
_LETTERS_A_CHARACTER = 3
# First of the private characters that stand for syllables, so that sounds can be compared as fast as letters.
_FIRST_SIGN = 0xE000
_NO_SOUND = " "

LITERAL = (100, 92, 84)
FULL = (94, 86, 78)
HOMOPHONE = (80, 76, 72)
INITIALS = (88, 78, 66)
MIXED = (80, 70, 60)
ALIKE = (74, 68, 60)
CHINESE_MISTAKES = (64, 54)
LETTER_MISTAKES = (56, 46)
SHORTENED = 50
COVER_LEAST, COVER_MOST = 30, 60
COVERED, PLACE_ALONE = 60, 90
_CLOSE = 8
MOSTLY_RIGHT = 55
CODE_LEAST = 4
_RARE = 4


@dataclass(frozen=True, slots=True)
class Phrase:
    """One text under which something is found, and how much that counts."""

    text: str
    weight: int
    handling: str = ""


@dataclass(frozen=True, slots=True)
class Hit:
    """How well one part found one item: points times weight, and the phrase that did it."""

    score: int
    phrase: Phrase


@dataclass(frozen=True, slots=True)
class Part:
    """One run of letters, and where it was found: items and places by their number."""

    text: str
    items: Mapping[int, Hit]
    places: Mapping[int, Hit]
    # Which positions of the part an item or a place covers with whole words, where the part as a whole is nowhere;
    # `closeness` is what the best single phrase of an item covers: words in one phrase belong together.
    item_masks: Mapping[int, int] = field(default_factory=dict)
    place_masks: Mapping[int, int] = field(default_factory=dict)
    closeness: Mapping[int, int] = field(default_factory=dict)
    weights: Sequence[int] = ()
    # The same few masks are asked about for thousands of rows.
    shares: dict[int, int] = field(default_factory=dict, compare=False)

    @property
    def size(self) -> int:
        """Return how much the part says: a character says about as much as three letters of pinyin."""
        return len(self.text) * (_LETTERS_A_CHARACTER if spelling.is_han(self.text[0]) else 1)

    def score(self, item: int, place: int) -> int:
        """Return how well an item at a place answers the part; 0 where it does not."""
        by_item, by_place = self.items.get(item), self.places.get(place)
        best = max(by_item.score if by_item else 0, by_place.score if by_place else 0)
        if not self.weights:
            return best
        mask, around = self.item_masks.get(item, 0), self.place_masks.get(place, 0)
        # A place that holds a part of the words would answer with all its items: some word must mean the item itself.
        share = self.share(mask | around) if mask or self.share(around) >= PLACE_ALONE else 0
        if share < COVERED:
            return best
        points = COVER_LEAST + (COVER_MOST - COVER_LEAST) * share // 100
        return max(best, SCALE * points + _CLOSE * self.closeness.get(item, 0))

    def share(self, mask: int) -> int:
        """Return how many hundredths of what the part says stand at these positions."""
        known = self.shares.get(mask)
        if known is None:
            whole = sum(self.weights)
            covered = sum(weight for place, weight in enumerate(self.weights) if mask >> place & 1)
            known = self.shares[mask] = 100 * covered // whole if whole else 0
        return known


@dataclass(frozen=True, slots=True)
class Match:
    """What a whole query found."""

    parts: tuple[Part, ...]

    @property
    def asks_places(self) -> bool:
        """Tell whether it matters at all which organisation an item is of."""
        return any(part.places or part.place_masks for part in self.parts)

    def score(self, item: int, place: int, *, strict: bool = True) -> int:
        """Return how well an item at a place answers the query, 0 where it does not.

        `strict`: every part must be found; otherwise parts with more than half of the letters must.
        """
        total = size = found = 0
        for part in self.parts:
            score = part.score(item, place)
            if not score and strict:
                return 0
            size += part.size
            found += part.size if score else 0
            total += score * part.size
        return total // size if size and found * 2 > size else 0

    def best(self, item: int) -> Phrase | None:
        """Return the phrase of an item that answers best; None where only places or scattered words did."""
        hits = [part.items[item] for part in self.parts if item in part.items]
        return max(hits, key=lambda hit: hit.score).phrase if hits else None


class Index:
    """All phrases, ready to be searched. Items and places are numbered by their place in the sequences given."""

    def __init__(
        self,
        *,
        items: Sequence[Sequence[Phrase]],
        places: Sequence[Sequence[Phrase]],
        fillers: Sequence[str] = (),
    ) -> None:
        numbers: dict[str, int] = {}
        self._items: list[list[tuple[int, Phrase]]] = []
        self._places: list[list[tuple[int, Phrase]]] = []
        for owners, home in ((items, self._items), (places, self._places)):
            for owner, phrases in enumerate(owners):
                for phrase in phrases:
                    text = spelling.normalise(phrase.text)
                    number = numbers.setdefault(text, len(numbers))
                    while len(self._items) <= number:
                        self._items.append([])
                        self._places.append([])
                    home[number].append((owner, phrase))
        self._phrases = list(numbers)
        self._literal = Texts((text, number) for text, number in numbers.items())
        spelled = [(line, number) for text, number in numbers.items() for line in spelling.spell(text)]
        self._spelled = Texts(spelled)
        self._alike = Texts((spelling.sound_alike(line), number) for line, number in spelled)
        every = dict.fromkeys(syllable for text in numbers for syllable in spelling.syllables(text))
        self._signs = {syllable: chr(_FIRST_SIGN + number) for number, syllable in enumerate(every) if syllable}
        self._sounds = [self._sound(text) for text in self._phrases]
        self._sound_sets = [frozenset(sound) for sound in self._sounds]
        self._sounded = Texts((sound, number) for number, sound in enumerate(self._sounds))
        self._held_by = Counter(sign for signs in self._sound_sets for sign in signs)
        self._letters = [spelling.syllables(text) for text in self._phrases]
        self._joined = ["".join(spelled) for spelled in self._letters]
        self._fillers = sorted(map(spelling.normalise, fillers), key=len, reverse=True)
        self._pairs = count_pairs(self._phrases)
        self._sound_pairs = count_pairs(self._sounds)

    def match(self, text: str) -> Match:
        """Return what a query finds; a query without Chinese, Latin letters or digits asks nothing."""
        runs = _PART.findall(spelling.normalise(text[:MOST_LETTERS]))
        parts: list[Part] = []
        for run in runs[:MOST_PARTS]:
            whole = self._exact(run)
            if whole is not None:
                parts.append(whole)
            else:
                parts += [self._part(word) for word in self._words(run)]
        # A query of nothing but fillers asks for them after all.
        return Match(tuple(parts) or tuple(self._part(run) for run in runs[:MOST_PARTS]))

    # --- parts --------------------------------------------------------------------------------------------------------

    def _words(self, run: str) -> list[str]:
        """Return what is left of a run when the words that mean nothing are taken off it."""
        if not spelling.is_han(run[0]):
            return [run]
        for filler in self._fillers:
            # A filler inside a word of the catalogue stays: 证明 is no filler of 完税证明.
            run = run.replace(filler, " ")
        return run.split()

    def _exact(self, run: str) -> Part | None:
        found = self._literal.find(re.compile(re.escape(run)))
        if spelling.is_han(run[0]):
            return self._scored(run, found, LITERAL) if found else None
        letters = spelling.letters_as_spelled(run)
        if len(run) == 1:
            # One letter would be found everywhere inside: only beginnings count.
            initials = self._spelled.find(spelling.initials_pattern(letters))
            found = {number: BEGINS for number, fit in {**initials, **found}.items() if fit != HOLDS}
            return self._scored(run, found, INITIALS) if found else None
        best: dict[int, int] = {}
        for fits, points in (
            (found, LITERAL),
            (self._spelled.find(spelling.full_pattern(letters)), FULL),
            (self._spelled.find(spelling.initials_pattern(letters)), INITIALS),
        ):
            for number, fit in fits.items():
                best[number] = max(best.get(number, 0), points[fit])
        return self._pointed(run, best) if best else None

    def _part(self, text: str) -> Part:
        exact = self._exact(text)
        if exact is not None:
            return exact
        return self._han(text) if spelling.is_han(text[0]) else self._latin(text)

    def _latin(self, text: str) -> Part:
        letters = spelling.letters_as_spelled(text)
        found = self._spelled.find(spelling.mixed_pattern(letters)) if len(letters) > 1 else {}
        if found:
            return self._scored(text, found, MIXED)
        alike = spelling.sound_alike(letters)
        found = self._alike.find(spelling.mixed_pattern(alike)) if len(letters) > 1 else {}
        if found:
            return self._scored(text, found, ALIKE)
        budget = min(len(letters) // 4, 2)
        points: dict[int, int] = {}
        least = 100 * (1 - 1.5 * budget / len(letters))
        for number, joined in enumerate(self._joined if budget else ()):
            # The quick look leaves few for the exact one, which only takes whole syllables.
            if fuzz.partial_ratio(letters, joined, score_cutoff=least):
                mistakes = letter_mistakes(letters, self._letters[number], budget)
                if mistakes <= budget:
                    points[number] = LETTER_MISTAKES[max(mistakes, 1) - 1]
        return self._pointed(text, points)

    def _han(self, text: str) -> Part:
        sound = self._sound(text)
        if len(text) > 1:
            found = self._sounded.find(re.compile(re.escape(sound)))
            if found:
                return self._scored(text, found, HOMOPHONE)
        points: dict[int, int] = {}
        budget = 0 if len(text) <= 2 else 1 if len(text) <= 5 else 2
        if budget:
            weights = {sign: self._weight_of(sign) for sign in sound}
            whole = sum(weights.values())
            for number, signs in enumerate(self._sound_sets):
                # What is right must say more than what is wrong: 社登记 is no misspelling of every 登记.
                right = sum(weight for sign, weight in weights.items() if sign in signs)
                if right * 100 < whole * MOSTLY_RIGHT:
                    continue
                mistakes = window_mistakes(sound, self._sounds[number], budget)
                if mistakes <= budget:
                    points[number] = CHINESE_MISTAKES[max(mistakes, 1) - 1]
        if not points and 2 <= len(text) <= 4:
            gaps = re.compile(r"[^\n]{0,2}?".join(map(re.escape, text)))
            points = dict.fromkeys(self._literal.find(gaps), SHORTENED)
        part = self._pointed(text, points)
        return self._covered(part, text, sound)

    # --- points -------------------------------------------------------------------------------------------------------

    def _scored(self, text: str, found: Mapping[int, int], points: Sequence[int]) -> Part:
        return self._pointed(text, {number: points[fit] for number, fit in found.items()})

    def _pointed(self, text: str, points: Mapping[int, int]) -> Part:
        items: dict[int, Hit] = {}
        places: dict[int, Hit] = {}
        for number, point in points.items():
            near = _NEAR * min(len(text), len(self._phrases[number])) // max(len(text), len(self._phrases[number]))
            for home, hits in ((self._items[number], items), (self._places[number], places)):
                for owner, phrase in home:
                    # Three digits stand in every tenth code by chance.
                    if phrase.weight == CODE and (len(text) < CODE_LEAST or point < LITERAL[BEGINS]):
                        continue
                    score = (point + near) * phrase.weight
                    known = hits.get(owner)
                    if known is None or score > known.score:
                        hits[owner] = Hit(score, phrase)
        return Part(text, items, places)

    def _covered(self, part: Part, text: str, sound: str) -> Part:
        """Add which positions of the part each item and place covers by pairs of neighbouring characters."""
        for letters, phrases, pairs in (
            (text, self._phrases, self._pairs),
            (sound, self._sounds, self._sound_pairs),
        ):
            held = masks_of(letters, pairs)
            items = _owners(self._items, held)
            places = _owners(self._places, held)
            weights = weigh(letters, pairs, len(phrases))
            whole = Part(text, part.items, part.places, items, places, weights=weights)
            shares = {number: whole.share(mask) for number, mask in held.items()}
            closeness: dict[int, int] = {}
            for number, share in shares.items():
                for owner, phrase in self._items[number]:
                    closeness[owner] = max(closeness.get(owner, 0), share * phrase.weight // 100)
            anywhere = reduce(or_, places.values(), 0)
            masks = {*items.values(), *((0,) if places else ())}
            if any(whole.share(mask | anywhere) >= COVERED for mask in masks):
                return replace(whole, closeness=closeness)
        return part

    def _weight_of(self, sign: str) -> int:
        held = self._held_by.get(sign, 0)
        return round(10 * math.log2(1 + len(self._phrases) / max(held, _RARE)))

    def _sound(self, text: str) -> str:
        """Return a sign for each syllable; one that no phrase has sounds like nothing."""
        return "".join(self._signs.get(syllable, _NO_SOUND) for syllable in spelling.syllables(text))


def _owners(homes: Sequence[Sequence[tuple[int, Phrase]]], held: Mapping[int, int]) -> dict[int, int]:
    masks: dict[int, int] = {}
    for number, mask in held.items():
        for owner, _ in homes[number]:
            masks[owner] = masks.get(owner, 0) | mask
    return masks


def score_all(match: Match, pairs: Sequence[tuple[int, int]]) -> list[int]:
    """Return the score of each item at its place: every part found, or loosely where no pair has every part."""
    if not match.asks_places:
        # An item has the same score at every place: hundreds of rows, one score.
        once = {item: (item, -1) for item, _ in pairs}
        scores = dict(zip(once, _score_all(match, list(once.values())), strict=True))
        return [scores[item] for item, _ in pairs]
    return _score_all(match, pairs)


def _score_all(match: Match, pairs: Sequence[tuple[int, int]]) -> list[int]:
    scores = [match.score(item, place) for item, place in pairs]
    if len(match.parts) > 1 and not any(scores):
        return [match.score(item, place, strict=False) for item, place in pairs]
    return scores
