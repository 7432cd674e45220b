"""Misspelling: how people mistype names, numbers and days when they copy them into a list. Draws from a given chance.

By sound (the first word that the input method offers), by shape (read from a hand-written form), a character lost, two
swapped, one doubled; a figure wrong; a day off. Nothing here is random by itself: the caller's chance decides.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import lru_cache
from random import Random

from opencc import OpenCC
from pypinyin import lazy_pinyin

# The first level of GB 2312: the characters that input methods offer first.
_ROWS, _CELLS = range(0xB0, 0xD8), range(0xA1, 0xFF)
_FORMS = ("有限责任公司", "股份有限公司", "有限公司", "专业合作社")
_DIGITS = "0123456789"


@lru_cache(maxsize=1)
def _homophones() -> Mapping[str, str]:
    by_sound: dict[str, list[str]] = defaultdict(list)
    for row in _ROWS:
        for cell in _CELLS:
            try:
                letter = bytes((row, cell)).decode("gb2312")
            except UnicodeDecodeError:
                continue
            by_sound[lazy_pinyin(letter)[0]].append(letter)
    return {letter: "".join(one for one in same if one != letter) for same in by_sound.values() for letter in same}


@lru_cache(maxsize=1)
def _traditional() -> OpenCC:
    return OpenCC("s2t")


class Misspeller:
    """Makes the errors of a list; `shapes` are pairs of characters that look alike."""

    def __init__(self, shapes: Sequence[str], kinds: Mapping[str, float]) -> None:
        self._shapes: dict[str, str] = defaultdict(str)
        for pair in shapes:
            for place, letter in enumerate(pair):
                self._shapes[letter] += pair[:place] + pair[place + 1 :]
        self._kinds, self._weights = list(kinds), list(kinds.values())

    def name(self, name: str, random: Random, *, first: int = 0) -> str:
        """Return a name with one error at or behind `first`; the name itself where no error can be made."""
        for _ in range(6):
            (kind,) = random.choices(self._kinds, self._weights)
            made = getattr(self, f"_{kind}")(name, random, first)
            if made and made != name:
                return str(made)
        return name

    def _sound(self, name: str, random: Random, first: int) -> str:
        place = random.randrange(first, len(name))
        same = _homophones().get(name[place], "")
        return f"{name[:place]}{random.choice(same)}{name[place + 1 :]}" if same else ""

    def _shape(self, name: str, random: Random, first: int) -> str:
        places = [place for place in range(first, len(name)) if name[place] in self._shapes]
        if not places:
            return ""
        place = random.choice(places)
        return name[:place] + random.choice(self._shapes[name[place]]) + name[place + 1 :]

    def _dropped(self, name: str, random: Random, first: int) -> str:
        if len(name) - first < 3:
            return ""
        place = random.randrange(first, len(name))
        return name[:place] + name[place + 1 :]

    def _swapped(self, name: str, random: Random, first: int) -> str:
        if len(name) - first < 2:
            return ""
        place = random.randrange(first, len(name) - 1)
        return name[:place] + name[place + 1] + name[place] + name[place + 2 :]

    def _doubled(self, name: str, random: Random, first: int) -> str:
        place = random.randrange(first, len(name))
        return name[: place + 1] + name[place:]


def traditional(text: str) -> str:
    """Return a text in traditional characters."""
    return str(_traditional().convert(text))


def shortened(firm: str, place: str, random: Random) -> str:
    """Return a firm's name as people call it: without its place, its form, or both."""
    form = next((one for one in _FORMS if firm.endswith(one)), "")
    without_place = firm.removeprefix(place) or firm
    draw = random.random()
    if draw < 0.4 or not form:
        return without_place
    if draw < 0.7:
        return firm.removesuffix(form)
    return f"{without_place.removesuffix(form)}{'公司' if draw < 0.85 and form.endswith('公司') else ''}"


def other_form(firm: str) -> str:
    """Return a firm's name with the form that is mixed up with its own."""
    if firm.endswith("有限责任公司"):
        return f"{firm[:-6]}有限公司"
    return f"{firm[:-4]}有限责任公司" if firm.endswith("有限公司") else firm


def wide(text: str, random: Random) -> str:
    """Return a text with its figures in full width, or with a blank inside."""
    if random.random() < 0.5:
        return text.translate({ord(digit): ord(digit) + 0xFEE0 for digit in _DIGITS})
    place = random.randrange(1, len(text)) if len(text) > 1 else 0
    return f"{text[:place]} {text[place:]}"


def number(text: str, random: Random) -> str:
    """Return a number with one figure wrong, lost, or two swapped."""
    places = [place for place, letter in enumerate(text) if letter in _DIGITS]
    if not places:
        return text
    place = random.choice(places)
    draw = random.random()
    if draw < 0.6:
        return text[:place] + random.choice(_DIGITS.replace(text[place], "")) + text[place + 1 :]
    if draw < 0.8 or place + 1 >= len(text):
        return text[:place] + text[place + 1 :]
    return text[:place] + text[place + 1] + text[place] + text[place + 2 :]


def masked(text: str) -> str:
    """Return a person's number as lists for the public show it."""
    return f"{text[:4]}{'*' * (len(text) - 8)}{text[-4:]}" if len(text) > 8 else text


def moved(day: date, random: Random) -> date:
    """Return a day up to three days off, as lists have it that are written up at the week's end."""
    return day + timedelta(days=random.choice((-2, -1, -1, 1, 1, 1, 2, 3)))


def slipped(day: date) -> date:
    """Return the same day in the month before, where there is one: the slip of those who write up a month late."""
    year, month = (day.year, day.month - 1) if day.month > 1 else (day.year - 1, 12)
    return date(year, month, day.day) if day.day <= 28 else day
