"""The terms of cards are dated law: read strictly, with the line of a fault."""

from datetime import date
from pathlib import Path

import pytest

from yichuang.calendar.values import FaultyLaw
from yichuang.supervision.domain.terms import FILE, load_terms, terms_on
from yichuang.supervision.domain.words import Colour, Level, Scheme


def test_every_term_has_a_citation_and_a_mark() -> None:
    for terms in load_terms():
        for name in terms.__struct_fields__[1:]:
            stated = getattr(terms, name)
            assert stated.citation
            assert stated.mark in {"V", "C", "K"}


def test_terms_of_a_day_before_the_first_are_the_first() -> None:
    assert terms_on(date(1999, 1, 1)) == load_terms()[0]


def test_a_graver_card_is_told_to_no_fewer_people() -> None:
    told = load_terms()[0].told.value
    assert set(told[Colour.REMINDER]) <= set(told[Colour.YELLOW]) <= set(told[Colour.RED]) == set(Level)


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("value: {A: false, B: false}", "value: {A: false}", "escalate"),
        ("value: {reminder: 5, yellow: 5, red: 5}", "value: {reminder: 5, yellow: 5}", "automatic_days"),
        ("      value: 3\n", "      value: 0\n", "supervision_days"),
        ("from: 2004-07-01", "from: never", "from"),
        ("reply_days:", "replies_days:", "terms"),
    ],
)
def test_a_fault_is_refused_with_its_place(tmp_path: Path, old: str, new: str, named: str) -> None:
    text = FILE.read_text()
    assert old in text
    broken = tmp_path / "cards.yaml"
    broken.write_text(text.replace(old, new))
    with pytest.raises(FaultyLaw) as refused:
        load_terms(broken)
    assert named in str(refused.value)


def test_a_later_term_holds_from_its_day(tmp_path: Path) -> None:
    text = FILE.read_text()
    head, _, first = text.partition("  - from: 2004-07-01")
    later = ("  - from: 2027-01-01" + first).replace("value: 3\n", "value: 7\n")
    file = tmp_path / "cards.yaml"
    file.write_text(f"{head}  - from: 2004-07-01{first.rstrip()}\n{later}")
    assert terms_on(date(2026, 12, 31), file=file).supervision_days.value == 3
    assert terms_on(date(2027, 1, 1), file=file).supervision_days.value == 7
    assert set(Scheme) == set(terms_on(date(2027, 1, 1), file=file).escalate.value)
