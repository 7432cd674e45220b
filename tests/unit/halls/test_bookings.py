"""The life of a booking, its code, and the law behind it."""

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from yichuang.calendar.values import CHINA, FaultyLaw
from yichuang.halls.domain import refusals as r
from yichuang.halls.domain.bookings import TABLE, BookingState, BookingStep, Held, decide, diagram
from yichuang.halls.domain.codes import code_of, spoken, tidy
from yichuang.halls.domain.law import UNITS, load_amounts, load_centres, rules_for

START = datetime(2015, 6, 5, 9, 0, tzinfo=CHINA)
END = START + timedelta(minutes=30)


@pytest.mark.parametrize("state", BookingState)
@pytest.mark.parametrize("step", BookingStep)
def test_a_booking_goes_only_where_the_table_leads(state: BookingState, step: BookingStep) -> None:
    moment = {BookingStep.CANCEL: START - timedelta(seconds=1), BookingStep.ARRIVE: START, BookingStep.MISS: END}[step]
    held = Held(state=state, starts_at=START, ends_at=END)
    if (state, step) in TABLE:
        assert decide(held, step, at=moment) is TABLE[state, step]
    else:
        with pytest.raises(r.BookingStepImpossible):
            decide(held, step, at=moment)


@pytest.mark.parametrize(
    ("step", "moment", "refusal"),
    [
        (BookingStep.CANCEL, START, r.TooLateToCancel),
        (BookingStep.MISS, END - timedelta(seconds=1), r.NotTheDay),
        (BookingStep.ARRIVE, START - timedelta(days=1), r.NotTheDay),
        (BookingStep.ARRIVE, START + timedelta(days=1), r.NotTheDay),
    ],
)
def test_every_step_has_its_time(step: BookingStep, moment: datetime, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        decide(Held(state=BookingState.BOOKED, starts_at=START, ends_at=END), step, at=moment)


def test_the_table_prints_as_a_diagram() -> None:
    assert diagram().count("-->") == len(TABLE) + 1


def test_a_code_is_found_however_it_is_typed_and_a_wrong_digit_is_noticed() -> None:
    code = code_of(4821)
    assert code.startswith("00004821")
    assert spoken(code) == f"{code[:3]} {code[3:6]} {code[6:]}"
    for typed in (code, spoken(code), f"{code[:3]}-{code[3:]}", "".join(chr(ord(digit) + 0xFEE0) for digit in code)):
        assert tidy(typed) == code
    for place in range(9):
        wrong = code[:place] + str((int(code[place]) + 1) % 10) + code[place + 1 :]
        assert tidy(wrong) == ""
    assert [tidy(text) for text in ("", "12345678", "٠٠٠٠٤٨٢١٠")] == ["", "", ""]


def test_the_shipped_rules_are_all_there() -> None:
    assert set(load_amounts().in_force(date(2026, 1, 1)).values) == set(UNITS)
    assert load_centres() == {}


def test_a_centres_own_rules_hold_from_their_day_and_leave_the_rest_to_the_default(tmp_path: Path) -> None:
    (tmp_path / "halls").mkdir()
    (tmp_path / "halls" / "a.yaml").write_text(
        "centre: c\nversions:\n"
        "  - {from: 2020-01-01, mark: K, citation: x, places: 5}\n"
        "  - {from: 2021-01-01, mark: K, citation: x, slot_minutes: 15, areas: {民生: 9}}\n"
    )
    found = [
        rules_for(centre="c", level="county", areas=("城建",), on=date(year, 6, 1), law_dir=str(tmp_path))
        for year in (2019, 2020, 2021)
    ]
    assert [(one.places, one.slot_minutes, one.days_ahead) for one in found] == [(8, 30, 7), (5, 30, 7), (8, 15, 7)]
    assert found[2].areas == {"城建": 4, "民生": 9}


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("centre: c\nversions: [{from: 2020-01-01, mark: K, citation: x, places: 0}]", "versions.0.places"),
        ("centre: c\nversions: [{from: 2020-01-01, mark: K, citation: x, slot_minutes: 1}]", "versions.0.slot_minutes"),
        ("centre: c\nversions: [{from: 2020-01-01, mark: K, citation: x, colour: red}]", "versions.0"),
        (
            "centre: c\nversions: [{from: 2020-01-01, mark: K, citation: x}, {from: 2019-01-01, mark: K, citation: x}]",
            "versions.1.from",
        ),
    ],
)
def test_a_faulty_file_is_refused_where_it_is_faulty(tmp_path: Path, text: str, key: str) -> None:
    (tmp_path / "halls").mkdir()
    (tmp_path / "halls" / "a.yaml").write_text(text)
    with pytest.raises(FaultyLaw) as refusal:
        load_centres(str(tmp_path))
    assert refusal.value.details["key"] == key


def test_two_files_do_not_fight_over_a_centre(tmp_path: Path) -> None:
    (tmp_path / "halls").mkdir()
    for name in ("a", "b"):
        (tmp_path / "halls" / f"{name}.yaml").write_text("centre: c\nversions: []")
    with pytest.raises(FaultyLaw):
        load_centres(str(tmp_path))
