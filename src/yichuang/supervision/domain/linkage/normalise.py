"""Normalisation: what two spellings of one name, code, number or day have in common.

Characters come first (full width to half, traditional and variant to simplified), then what a kind of text may vary in:
the place before and the form after a company's name, the brackets around a number. Nothing here guesses: two texts that
come out equal are equal but for spelling; how near unequal ones are is for the comparisons to say.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from functools import lru_cache

# Variants of one character in names that the conversion of traditional characters leaves apart, or writes otherwise
# than household registers do. Left: as found; right: as compared.
_VARIANTS = str.maketrans(
    "堃喆淼犇昇陞珮琹荘丗恵沢広徳斎関鉄塩薬凃閤卽寳",
    "坤哲渺奔升升佩琴庄世惠泽广德斋关铁盐药涂合即宝",
)
# Blanks, joiners, and what is no text at all: control characters and halves of characters.
_DROPPED = re.compile(r"[\s\x00-\x1f\u200b-\u200f\ufeff\u00ad\ud800-\udfff]+")
_NOT_LETTER = re.compile(r"[^0-9A-Z\u3400-\u9fff]+")
_NOT_CODE = re.compile(r"[^0-9A-Z]+")
_ENDS_IN_DIGITS = re.compile(r"(.*?)(\d+)\D{0,2}$", re.DOTALL)
# The alphabet of GB 32100 has no I, O, S, V, Z, for they are misread: as these.
_MISREAD = str.maketrans("IOSVZ", "105U2")
_FILLERS = re.compile(r"[第号字证书编许可]")
_FORMS: tuple[tuple[str, str], ...] = (
    ("有限责任公司", "company"),
    ("股份有限公司", "company"),
    ("有限公司", "company"),
    ("股份公司", "company"),
    ("集团公司", "company"),
    ("责任公司", "company"),
    ("公司", "company"),
    ("农民专业合作社", "cooperative"),
    ("专业合作社", "cooperative"),
    ("合作社", "cooperative"),
    ("个体工商户", "shop"),
    ("经营部", "shop"),
    ("门市部", "shop"),
)
_SHORT = (("有限责任", "有限"), ("股份有限", "有限"))
_BRACKETED = re.compile(r"[(\[{（【〔].*?[)\]}）】〕]")
_CHINESE_DIGITS = str.maketrans("〇零○一二三四五六七八九", "000123456789")
_DAY = re.compile(r"(\d{4})\D{0,3}(\d{1,2})\D{1,3}(\d{1,2})(?!\d)")
_DAY_RUN = re.compile(r"((?:19|20)\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?:\d{6})?$")
_CHINESE_DAY = re.compile(
    r"([〇零○一二三四五六七八九]{4})年([一二三四五六七八九十]{1,3})月([一二三四五六七八九十]{1,3})[日号]"
)
_SERIAL_DAY = re.compile(r"\d{5}(?:\.\d+)?")
_EXCEL_ZERO = date(1899, 12, 30)
_FIRST_YEAR, _LAST_YEAR = 1980, 2100
_BORN = re.compile(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")
_NEAR_SOUNDS = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("ang", "an"), ("eng", "en"), ("ing", "in"))
_AMOUNT = re.compile(r"(\d+)(?:\.(\d{1,2}))?0*(万)?")


@lru_cache(maxsize=200_000)
def fold(text: str) -> str:
    """Return a text in simplified characters, half width, upper case, without blanks; everything else stays."""
    plain = _DROPPED.sub("", unicodedata.normalize("NFKC", text)).upper()
    return plain if plain.isascii() else _simplified()(plain).translate(_VARIANTS)


@lru_cache(maxsize=1)
def _simplified() -> Callable[[str], str]:
    # Dictionaries are read when the first name is: pages that show leads do not need them.
    from opencc import OpenCC

    return OpenCC("t2s").convert


def letters(text: str) -> str:
    """Return the letters, figures and characters of a folded text, without any punctuation."""
    return _NOT_LETTER.sub("", fold(text))


@lru_cache(maxsize=200_000)
def person_key(name: str) -> str:
    """Return a person's name for comparing: folded, without what stands in brackets or between the parts."""
    return letters(_BRACKETED.sub("", unicodedata.normalize("NFKC", name))) or letters(name)


def firm_key(name: str, places: Iterable[str] = ()) -> tuple[str, str]:
    """Return the core of a firm's name and its form: 陕西省紫阳县鑫源商贸有限公司 -> (鑫源商贸, company).

    `places` are names of provinces, cities and counties, long and short, that may stand in front. A name that is
    nothing but place and form keeps its place.
    """
    return _firm_key(name, tuple(places))


@lru_cache(maxsize=200_000)
def _firm_key(name: str, places: tuple[str, ...]) -> tuple[str, str]:
    # A place in brackets belongs to the name as much as one in front: 鑫源(安康)商贸公司.
    whole = letters(name)
    core = _BRACKETED.sub("", fold(name))
    core = _NOT_LETTER.sub("", core) or whole
    form = ""
    for ending, kind in _FORMS:
        if core.endswith(ending) and len(core) > len(ending):
            core, form = core[: -len(ending)], kind
            break
    for _ in range(4):
        place = next((one for one in places if core.startswith(one) and len(core) > len(one) + 1), "")
        if not place:
            break
        core = core[len(place) :]
    for long, short in _SHORT:
        core = core.replace(long, short)
    return core or whole, form


def sound_key(name: str) -> str:
    """Return how a folded name sounds, syllables joined by dots; sounds that speakers of the south mix are one."""
    return ".".join(map(_sound, name))


@lru_cache(maxsize=30_000)
def _sound(letter: str) -> str:
    # One by one: of two readings the commoner counts, whatever stands beside it.
    from pypinyin import lazy_pinyin  # as above

    syllable = lazy_pinyin(letter)[0]
    for sound, plain in _NEAR_SOUNDS:
        syllable = syllable.replace(sound, plain)
    return f"l{syllable[1:]}" if syllable.startswith("n") and len(syllable) > 1 else syllable


def code_key(text: str) -> str:
    """Return a code of letters and figures, with the letters that are misread in one put right (GB 32100)."""
    return _NOT_CODE.sub("", fold(text)).translate(_MISREAD)


def person_number_key(text: str) -> str:
    """Return a resident number's 18 (or, of old, 15) characters, "" where it is none: it must hold a birthday.

    A firm's unified code and its registration number of 15 figures are no such numbers, save by rare chance.
    """
    key = _NOT_CODE.sub("", fold(text))
    if len(key) == 18 and key[:-1].isdigit() and (key[-1].isdigit() or key[-1] == "X"):
        return key if _BORN.fullmatch(key[6:14]) else ""
    return key if len(key) == 15 and key.isdigit() and _BORN.fullmatch(f"19{key[6:12]}") else ""


def number_tail(text: str) -> str:
    """Return the last four characters of a person's number, "" where they are hidden or it is no such number."""
    plain = fold(text)
    tail = plain[-4:]
    return tail if len(plain) in {15, 18} and tail[:3].isdigit() and (tail[3].isdigit() or tail[3] == "X") else ""


def document_key(text: str) -> str:
    """Return a document's number for comparing: 陕食经〔2015〕第 0012 号 -> 陕食经20150012."""
    folded = letters(text)
    return _FILLERS.sub("", folded) or folded


def series_of(text: str) -> tuple[str, int | None]:
    """Return the prefix and the serial of a document's number, (whole, None) where it does not end in figures.

    〔2015〕第0012号 -> (2015, 12). Of a long run of figures the last six are the serial: codes and years stand before.
    """
    found = _ENDS_IN_DIGITS.match(fold(text))
    if found is None:
        return document_key(text), None
    digits = found[2]
    return _FILLERS.sub("", letters(found[1])) + digits[:-6], int(digits[-6:])


def read_day(text: str) -> date | None:
    """Return the day that a cell means, None where no such day is written there.

    Reads 2015-3-5, 2015.03.05, 2015年3月5日, 20150305, 二〇一五年三月五日, Excel's serial days, each with or without a
    time after it.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    parts: tuple[int, int, int] | None = None
    if found := _CHINESE_DAY.search(plain):
        parts = (int(found[1].translate(_CHINESE_DIGITS)), _small(found[2]), _small(found[3]))
    elif (found := _DAY.match(plain)) or (found := _DAY_RUN.fullmatch(plain)):
        parts = (int(found[1]), int(found[2]), int(found[3]))
    elif _SERIAL_DAY.fullmatch(plain):
        day = _EXCEL_ZERO + timedelta(days=int(float(plain)))
        parts = (day.year, day.month, day.day)
    if parts is None or not _FIRST_YEAR <= parts[0] <= _LAST_YEAR:
        return None
    try:
        return date(*parts)
    except ValueError:
        return None


def _small(text: str) -> int:
    """Return a number up to 99 that is written in characters."""
    tens, ten, ones = text.partition("十")
    if not ten:
        return int(text.translate(_CHINESE_DIGITS))
    return (int(tens.translate(_CHINESE_DIGITS)) if tens else 1) * 10 + (
        int(ones.translate(_CHINESE_DIGITS)) if ones else 0
    )


def read_amount(text: str) -> int | None:
    """Return an amount of money in fen, None where none is written; 1,200.50元, ￥80, 0.3万元."""
    plain = unicodedata.normalize("NFKC", text).replace(",", "").strip("¥￥元整 RMB人民币")
    found = _AMOUNT.fullmatch(plain)
    if found is None:
        return None
    fen = int(found[1]) * 100 + int((found[2] or "0").ljust(2, "0"))
    return fen * 10_000 if found[3] else fen


def looks_like_slip(one: date, other: date) -> bool:
    """Return whether two days differ as mistyped ones do: by one month or by one year, else the same."""
    months = abs((one.year - other.year) * 12 + one.month - other.month)
    return one.day == other.day and months in {1, 12}
