"""Numbers of documents and certificates: how they are written, and each given out once.

Stands between dated data (`law/numbers.yaml`), the names of organisations and the table of serials; answers:
which number comes next in this book and year?
"""

import re
from datetime import date
from functools import lru_cache
from pathlib import Path

import msgspec
from django.conf import settings
from django.db import connection, transaction

from yichuang.calendar.values import LawFile
from yichuang.certificates.models import CertificateName
from yichuang.certificates.values import CertificateKind, DocumentKindUnknown, TooManyCertificateNames
from yichuang.kernel.words import N_
from yichuang.regions.queries import find_organisation, get_tree
from yichuang.regions.values import OrganisationNotKnown, OrganisationRow

_FILE = Path(__file__).with_name("law") / "numbers.yaml"
_MOST_NAMES = 999
# Case numbers have five digits for their serials, and so have the ranges that nodes share out among them.
STOREY = 100_000
_NUMBER = re.compile(r"(?P<book>.{1,80})〔(?P<year>\d{4})〕(?P<serial>[1-9]\d{0,8})号")
_NOT_A_WORD = re.compile(r"[^\u3400-\u9fff\U00020000-\U000323afA-Za-z]")


class _Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, rename={"from_on": "from"}):
    from_on: date
    mark: str
    citation: str
    documents: dict[str, str]
    certificate: str
    letter: str


class Numbers(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The content of numbers.yaml."""

    name: str
    title: str
    words: tuple[_Words, ...]
    endings: tuple[str, ...]
    signs: dict[str, str]

    def in_force(self, on: date) -> _Words:
        """Return the words of the last part that begins on or before the day, or the first part."""
        begun = [words for words in self.words if words.from_on <= on]
        return begun[-1] if begun else self.words[0]


@lru_cache(maxsize=1)
def load_numbers() -> Numbers:
    """Return the data on numbers; cached; raises FaultyLaw."""
    file = LawFile(_FILE)
    content = file.read(Numbers)
    starts = [words.from_on for words in content.words]
    if not starts or starts != sorted(set(starts)):
        raise file.fault(["words"], N_("各段应按起始日先后排列，至少一段"))
    for place, words in enumerate(content.words):
        # Two kinds with one word would share a book, and neither would count without gaps.
        every = [*words.documents.values(), words.certificate, words.letter]
        if len(set(every)) != len(every) or not all(every):
            raise file.fault(["words", place], N_("每种文书的字头应各不相同，且不为空"))
    return content


def sign_of(row: OrganisationRow, *, on: date) -> str:
    """Return the organisation's sign (机关代字): its county in one character and its short name, such as 紫国土."""
    county = row.division[:6]
    sign = load_numbers().signs.get(county)
    if sign is None:
        tree = get_tree(on=on)
        # A division that was renamed keeps its organisations' signs: 旬 before and after it became a city.
        named = county if county in tree else next((d.code for d in tree if d.successor == county), "")
        sign = tree.get(named).short_name[:1] if named else row.name[:1]
    return sign + row.short_name


def book_of_document(*, organisation: str, kind: str, on: date) -> str:
    """Return the book of a kind of document, such as 紫国土受字; raises OrganisationNotKnown, DocumentKindUnknown."""
    word = load_numbers().in_force(on).documents.get(kind)
    if word is None:
        raise DocumentKindUnknown(kind=kind)
    return f"{sign_of(organisation_row(organisation), on=on)}{word}字"


def organisation_row(code: str) -> OrganisationRow:
    """Return the organisation on whatever day it existed; raises OrganisationNotKnown."""
    row = find_organisation(code=code)
    if row is None:
        raise OrganisationNotKnown(code=code)
    return row


def book_of_certificate(*, sign: str, word: str, kind: CertificateKind, on: date) -> str:
    """Return the book of a certificate's name, such as 紫国土建设证字."""
    words = load_numbers().in_force(on)
    return f"{sign}{word}{words.certificate if kind is CertificateKind.CERTIFICATE else words.letter}字"


def take_serial(*, book: str, year: int) -> int:
    """Return the next serial of a book and year inside the caller's transaction, which keeps the row until its end.

    A node that shares its organisations with others counts in its own range only (`settings.NODE_SERIALS`).
    """
    if not settings.NODE_SERIALS:
        return _upsert(book, year, add=1)
    last = _upsert(book, year, add=0)
    return _upsert(book, year, add=next_in_range(last, settings.NODE_SERIALS) - last)


def next_in_range(last: int, own: tuple[int, int]) -> int:
    """Return the first serial above `last` that is a node's own: in its range, or in the same range of a higher storey.

    Ranges lie within 1 to 99,999, as those of case numbers; when 10000-19999 are used up, 110000 comes next, so that no
    year ends early and the ranges of two nodes never meet.
    """
    first, end = own
    storey, place = divmod(last + 1, STOREY)
    if place > end:
        storey, place = storey + 1, first
    return storey * STOREY + max(place, first)


def is_own(serial: int, own: tuple[int, int]) -> bool:
    """Return whether a serial is one of a node's own."""
    return own[0] <= serial % STOREY <= own[1]


def leave_out(*, number: str) -> None:
    """Never give a number of this node's own range out again: its case came back after a backup was restored."""
    found = _NUMBER.fullmatch(number)
    if found is None or not settings.NODE_SERIALS or not is_own(int(found["serial"]), settings.NODE_SERIALS):
        return
    book, year, serial = found["book"], int(found["year"]), int(found["serial"])
    last = _upsert(book, year, add=0)
    if serial > last:
        _upsert(book, year, add=serial - last)


def lock_serial(*, book: str) -> None:
    """Make everybody else who wants this book wait for the end of the caller's transaction."""
    _upsert(book, 0, add=0)


def _upsert(book: str, year: int, *, add: int) -> int:
    # Outside a transaction a number would be spent although the act that needed it was refused.
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("a serial is taken inside the transaction of the act it numbers")
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO certificates_serial (book, year, last) VALUES (%s, %s, %s)"
            " ON CONFLICT (book, year) DO UPDATE SET last = certificates_serial.last + excluded.last RETURNING last",
            [book, year, add],
        )
        return int(cursor.fetchone()[0])


def number_text(*, book: str, year: int, serial: int) -> str:
    """Return 紫国土受字〔2026〕12号."""
    return f"{book}〔{year}〕{serial}号"


def certificate_name(*, sign: str, name: str) -> CertificateName:
    """Return the entry of a name, made when the sign first issues it; the caller holds the sign's lock."""
    found = CertificateName.objects.filter(sign=sign, name=name).first()
    if found is not None:
        return found
    taken = set(CertificateName.objects.filter(sign=sign).values_list("word", flat=True))
    ordinal = len(taken) + 1
    if ordinal > _MOST_NAMES:
        raise TooManyCertificateNames(sign=sign, limit=_MOST_NAMES)
    word = next(word for word in words_for(name, ordinal=ordinal) if word not in taken)
    return CertificateName.objects.create(sign=sign, name=name, word=word, ordinal=ordinal)


def words_for(name: str, *, ordinal: int) -> list[str]:
    """Return the words that could stand for a name in numbers, the shortest that still says something first.

    林木采伐许可证 -> 林木, 林木采, 林木采伐; the last resort carries the ordinal and is free.
    """
    plain = _NOT_A_WORD.sub("", name)
    core = next((plain.removesuffix(end) for end in load_numbers().endings if plain.endswith(end)), plain)
    longest = min(len(core), 12)
    return [*(core[:length] for length in range(min(2, longest), longest + 1)), f"{core[:2]}{ordinal}"]
