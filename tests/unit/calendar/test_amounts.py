"""Dated figures: each in force on its days, and a file that leaves a gap is refused where it does."""

from datetime import date
from pathlib import Path

import pytest

from yichuang.calendar.values import FaultyLaw, NoAmountsYet, read_amounts

UNITS = {"days": "working-days", "tries": "times"}
HEAD = "name: n\ntitle: 规定\namounts:\n"
TRIES = "  - {key: tries, title: t, unit: times, values: [{from: 2015-01-01, amount: 3, mark: K, citation: c}]}\n"
FIRST = "{from: 2015-01-01, until: 2020-01-01, amount: 5, mark: V, citation: a}"
SECOND = "{from: 2020-01-01, amount: 7, mark: K, citation: b}"


def days(*values: str, unit: str = "working-days", key: str = "days") -> str:
    return f"  - {{key: {key}, title: d, unit: {unit}, values: [{', '.join(values)}]}}\n"


def read(folder: Path, text: str):  # type: ignore[no-untyped-def]
    path = folder / "law.yaml"
    path.write_text(HEAD + text)
    return read_amounts(path, units=UNITS)


def test_a_figure_holds_from_its_day_to_the_day_before_the_next(tmp_path: Path) -> None:
    book = read(tmp_path, days(FIRST, SECOND) + TRIES)
    assert [book.in_force(day)["days"] for day in (date(2015, 1, 1), date(2019, 12, 31), date(2020, 1, 1))] == [5, 5, 7]
    assert book.in_force(date(2020, 1, 1))["tries"] == 3
    assert book.in_force(date(2020, 1, 1)).citation("days") == "b"
    assert book.in_force(date(2015, 1, 1)).sources["days"].mark == "V"
    with pytest.raises(NoAmountsYet):
        book.in_force(date(2014, 12, 31))
    with pytest.raises(KeyError):
        book.in_force(date(2015, 1, 1))["else"]


@pytest.mark.parametrize(
    ("text", "key"),
    [
        (TRIES, "amounts.days"),
        (days(SECOND) + TRIES, "amounts.0.values"),
        (days(FIRST) + TRIES, "amounts.0.values.0"),
        (days(SECOND, FIRST) + TRIES, "amounts.0.values"),
        (days(FIRST, SECOND, unit="days") + TRIES, "amounts.0.unit"),
        (days(FIRST, SECOND) + days(FIRST, SECOND) + TRIES, "amounts.1.key"),
        (days(FIRST, SECOND) + days(FIRST, SECOND, key="x") + TRIES, "amounts.1.key"),
        (days(FIRST, SECOND.replace("7", "0")) + TRIES, "amounts.0.values.1.amount"),
        (days(FIRST, SECOND.replace("b}", "''}")) + TRIES, "amounts.0.values.1.citation"),
        (days() + TRIES, "amounts.0.values"),
        (days(FIRST, SECOND.replace("K", "X")) + TRIES, "amounts.0.values.1.mark"),
    ],
)
def test_a_faulty_file_is_refused_where_it_is_faulty(tmp_path: Path, text: str, key: str) -> None:
    with pytest.raises(FaultyLaw) as refusal:
        read(tmp_path, text)
    assert refusal.value.details["key"] == key
