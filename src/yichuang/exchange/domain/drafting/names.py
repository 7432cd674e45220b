"""Names: what a column or table is called, and how alike that is to a word of the vocabulary.

A name may be Chinese, its pinyin written out (`shoulishijian`), its initials (`slsj`), English in any manner of
writing (`acceptDate`, `ACCEPT_DATE`), or any of these behind a prefix that some tool gave it (`f_slsj`).
"""

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple, Protocol

from rapidfuzz import fuzz

from yichuang.kernel.words import N_

# Letters that tools put before a column's own name: kind of object or of value.
_PREFIXES = frozenset({
    "t", "tb", "tbl", "f", "fd", "fld", "c", "col", "s", "str", "v", "vc", "n", "i", "int", "d", "b", "x", "k", "a",
    "the", "biz", "bus", "ba", "dc", "gov",
})  # fmt: skip
_BRACKETED = re.compile(r"[(（\[【].*?[)）\]】]")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_BREAK = re.compile(r"[^0-9a-z\u3400-\u9fff]+")
_HAN = re.compile(r"[\u3400-\u9fff]")
_STOP = re.compile(r"[,，;；:：。、\s].*")
_SYNONYMS = {
    "number": "no", "num": "no", "nr": "no", "organization": "organisation", "org": "organisation",
    "dept": "department", "datetime": "time", "timestamp": "time", "tm": "time", "dt": "date", "ts": "time",
    "apply": "application", "accepted": "accept",
    "acceptance": "accept", "license": "licence", "cert": "certificate", "cetr": "certificate", "telephone": "phone",
    "tel": "phone", "mobile": "phone", "identity": "id", "identification": "id", "applyer": "applicant",
    "promised": "promise", "started": "start", "begin": "start", "begun": "start", "ended": "end", "finished": "finish",
    "finish": "end", "catalogue": "catalog", "desc": "description", "explanation": "explain",
}  # fmt: skip
_FILLERS = frozenset({"of", "the", "a", "at", "on", "by"})
_LEAST_ALIKE = 0.72

EXACT, CHINESE, PINYIN, ENGLISH, INITIALS, ALIKE = (
    N_("列名与对接标准一致"),
    N_("中文名一致"),
    N_("拼音全拼一致"),
    N_("英文名一致"),
    N_("拼音首字母一致"),
    N_("名称相近"),
)


class Spelled(Protocol):
    """What a name is held against."""

    @property
    def names(self) -> frozenset[str]: ...
    @property
    def chinese(self) -> tuple[str, ...]: ...
    @property
    def pinyin(self) -> frozenset[str]: ...
    @property
    def initials(self) -> frozenset[str]: ...
    @property
    def english(self) -> tuple[frozenset[str], ...]: ...


class Likeness(NamedTuple):
    """How sure a name is of a field, 0 to 1, and why (a message id)."""

    score: float
    why: str


NONE = Likeness(0.0, "")


def plain(name: str) -> str:
    """Return a name in small half-width letters, without brackets and marks."""
    text = _BRACKETED.sub("", unicodedata.normalize("NFKC", name)).strip()
    return _BREAK.sub("_", text.casefold()).strip("_")


def words(name: str) -> tuple[str, ...]:
    """Return the English words of a name, in their common form, without fillers."""
    text = _BRACKETED.sub("", unicodedata.normalize("NFKC", name))
    parts = _BREAK.sub(" ", _CAMEL.sub(" ", text).casefold()).split()
    return tuple(_SYNONYMS.get(part, part) for part in parts if part not in _FILLERS)


@lru_cache(maxsize=8_000)
def pinyin(text: str) -> str:
    """Return a Chinese text in pinyin letters without tones; other letters stay."""
    from pypinyin import lazy_pinyin  # its dictionaries take time and memory that other commands do not need

    return "".join(lazy_pinyin(text)).replace("ü", "v").casefold()


@lru_cache(maxsize=8_000)
def initials(text: str) -> str:
    """Return the first letters of a Chinese text's pinyin; other letters stay."""
    from pypinyin import lazy_pinyin  # as above

    return "".join(one[:1] for one in lazy_pinyin(text)).casefold()


def is_chinese(name: str) -> bool:
    """Tell whether a name has a Chinese character."""
    return _HAN.search(name) is not None


@lru_cache(maxsize=8_000)
def variants(name: str) -> tuple[tuple[str, float], ...]:
    """Return the forms under which a name is looked up, with how far each may be trusted."""
    whole = plain(name)
    forms = {whole: 1.0}
    # A comment explains after its first stop: 受理时间，YYYYMMDDhhmmss.
    first = plain(_STOP.sub("", unicodedata.normalize("NFKC", name).strip()))
    if first and is_chinese(first):
        forms.setdefault(first, 1.0)
    parts = [part for part in re.split(r"[_]+", whole) if part]
    while len(parts) > 1 and (parts[0] in _PREFIXES or parts[0].isdigit()):
        parts = parts[1:]
    forms.setdefault("_".join(parts), 0.98)
    forms.setdefault("".join(parts), 0.97)
    if len(parts) > 1 and len(parts[-1]) >= 3 and not is_chinese(whole):
        # bj_slsj, ywsl_sqrmc: what stands behind the last mark, behind the name of a system or a table.
        forms.setdefault(parts[-1], 0.85)
    return tuple((form, trust) for form, trust in forms.items() if form)


def likeness(name: str, spelled: Spelled) -> Likeness:
    """Return how alike a name is to the spellings of a field."""
    best = NONE
    for form, trust in variants(name):
        found = _likeness(form, spelled)
        if found.score * trust > best.score:
            best = Likeness(found.score * trust, found.why)
    english = _english(name, spelled)
    return english if english.score > best.score else best


def _likeness(form: str, spelled: Spelled) -> Likeness:
    if form in spelled.names:
        return Likeness(0.97 if len(form) > 3 else 0.8, EXACT)
    if is_chinese(form):
        return _chinese(form, spelled)
    if form in spelled.pinyin:
        return Likeness(0.95, PINYIN)
    if form in spelled.initials:
        return Likeness({2: 0.45, 3: 0.68}.get(len(form), 0.86), INITIALS)
    return NONE


def _chinese(form: str, spelled: Spelled) -> Likeness:
    if form in spelled.chinese:
        # The first word of the list is the standard's own.
        return Likeness(0.98 if spelled.chinese[0] == form else 0.95, CHINESE)
    best = 0.0
    for word in spelled.chinese:
        alike = fuzz.ratio(form, word) / 100
        if len(word) >= 3 and (form.endswith(word) or form.startswith(word)):
            alike = max(alike, 0.86)
        best = max(best, alike)
    return Likeness(best * 0.85, ALIKE) if best >= _LEAST_ALIKE else NONE


def _english(name: str, spelled: Spelled) -> Likeness:
    if is_chinese(name):
        return NONE
    said = frozenset(words(name))
    said = frozenset(said - _PREFIXES) or said
    best = NONE
    for wanted in spelled.english:
        if said == wanted:
            return Likeness(0.93 if len(wanted) > 1 or len(next(iter(wanted))) > 4 else 0.8, ENGLISH)
        shared = len(said & wanted)
        if shared:
            share = 2 * shared / (len(said) + len(wanted))
            if share >= _LEAST_ALIKE:
                best = max(best, Likeness(share * 0.8, ALIKE))
    return best
