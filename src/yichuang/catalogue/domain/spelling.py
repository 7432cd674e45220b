"""Spelling: between what a keyboard delivers and how Chinese sounds. Answers how a text is spelled in pinyin letters.

Every syllable stands behind a mark "<": `护照` is `<hu<zhao`. Letters and digits of a text are syllables of one sign
each, so that `IC卡` is found by `ic`, `ick` and `icka`. Readings are without tones; ü is u, as most people type it.
"""

import re
import unicodedata
from functools import lru_cache

SYLLABLE = "<"
# Readings in which people and the phrase dictionary differ, or that change with the meaning. Both ways are found.
HETERONYMS: dict[str, tuple[str, ...]] = {
    "行": ("xing", "hang"),
    "重": ("zhong", "chong"),
    "长": ("chang", "zhang"),
    "会": ("hui", "kuai"),
    "还": ("hai", "huan"),
    "调": ("diao", "tiao"),
    "降": ("jiang", "xiang"),
    "校": ("xiao", "jiao"),
    "率": ("lu", "shuai"),
    "给": ("gei", "ji"),
    "参": ("can", "shen"),
    "传": ("chuan", "zhuan"),
    "乐": ("le", "yue"),
    "朝": ("chao", "zhao"),
    "都": ("du", "dou"),
    "解": ("jie", "xie"),
    "薄": ("bo", "bao"),
    "便": ("bian", "pian"),
    "差": ("cha", "chai"),
    "系": ("xi", "ji"),
    "泊": ("bo", "po"),
    "露": ("lu", "lou"),
    "血": ("xue", "xie"),
    "宿": ("su", "xiu"),
    "单": ("dan", "shan"),
    "盛": ("sheng", "cheng"),
    "卡": ("ka", "qia"),
    "弹": ("dan", "tan"),
    "藏": ("cang", "zang"),
    "屏": ("ping", "bing"),
}
_SOFT = str.maketrans({"\u3000": " "})
_SOUND_ALIKE = re.compile(r"(zh|ch|sh)")


def normalise(text: str) -> str:
    """Return a text in half-width lower case, without accents of Latin letters and with ü as v."""
    plain = unicodedata.normalize("NFKC", text.translate(_SOFT)).casefold()
    # NFKC keeps ü in one sign; in pinyin it is typed v, and read as u.
    return plain.replace("ü", "v")


def is_han(char: str) -> bool:
    """Tell whether a character is Chinese, also one beyond the basic plane (生僻字)."""
    return "\u3400" <= char <= "\u9fff" or "\U00020000" <= char <= "\U0003ffff"


def letters_as_spelled(letters: str) -> str:
    """Return typed letters with v (ü) as u."""
    return letters.replace("v", "u")


def sound_alike(letters: str) -> str:
    """Return letters with zh, ch, sh as z, c, s: in the south of Shaanxi many do not tell them apart."""
    return _SOUND_ALIKE.sub(lambda found: found[1][0], letters)


@lru_cache(maxsize=20_000)
def syllables(text: str) -> tuple[str, ...]:
    """Return one syllable for each character of a normalised text; signs that are not spoken are "" (word borders)."""
    from pypinyin import lazy_pinyin  # its dictionaries of phrases take time and memory that commands do not need

    spelled: list[str] = []
    for part in re.findall(r"[\u3400-\u9fff\U00020000-\U0003ffff]+|[a-z0-9]+|.", text, re.DOTALL):
        if is_han(part[0]):
            readings = lazy_pinyin(part)
            # A rare character without a reading must not shift the others.
            if len(readings) != len(part):
                readings = [lazy_pinyin(char)[0] for char in part]
            spelled += [letters_as_spelled(reading) if reading.isascii() else "" for reading in readings]
        elif part.isascii() and part.isalnum():
            spelled += list(part)
        else:
            spelled.append("")
    return tuple(spelled)


def spell(text: str) -> tuple[str, ...]:
    """Return every spelling of a normalised text: the usual one, then one for each other reading of a character."""
    usual = syllables(text)
    spellings = [usual]
    for place, char in enumerate(text):
        for reading in HETERONYMS.get(char, ()):
            if reading != usual[place]:
                spellings.append((*usual[:place], reading, *usual[place + 1 :]))
    return tuple("".join(SYLLABLE + one if one else "|" for one in spelling) for spelling in spellings)


def full_pattern(letters: str) -> re.Pattern[str]:
    """Return the pattern of whole syllables written out: `huzhao`."""
    return re.compile(SYLLABLE + f"{SYLLABLE}?".join(map(re.escape, letters)) + r"(?![a-z0-9])")


def initials_pattern(letters: str) -> re.Pattern[str]:
    """Return the pattern of first letters: `hz`."""
    return re.compile("[a-z0-9]*".join(SYLLABLE + re.escape(letter) for letter in letters) + "[a-z0-9]*")


def mixed_pattern(letters: str) -> re.Pattern[str]:
    """Return the pattern of beginnings of syllables, some whole, some shortened: `huz`, `hzhao`, `huzha`."""
    return re.compile(SYLLABLE + f"(?:[a-z0-9]*{SYLLABLE})?".join(map(re.escape, letters)) + "[a-z0-9]*")
