"""Resident numbers: dates that exist, check letter X, old forms, and no whole number in any refusal."""

from datetime import date

import pytest

from yichuang.kernel.identifiers import (
    DateInFuture,
    ImpossibleDate,
    OldResidentNumber,
    Sex,
    WrongCharacter,
    WrongCheckCharacter,
    WrongLength,
    resident_number,
)

ON = date(2015, 6, 30)


def test_the_samples_of_the_standard_are_accepted() -> None:
    woman = resident_number.parse("11010519491231002X", on=ON)
    man = resident_number.parse("440524188001010014", on=ON)

    assert (woman.division, woman.born_on, woman.sequence, woman.sex) == (
        "110105",
        date(1949, 12, 31),
        "002",
        Sex.FEMALE,
    )
    assert (man.born_on, man.sex) == (date(1880, 1, 1), Sex.MALE)


def test_a_lower_case_x_is_accepted_and_written_large() -> None:
    assert resident_number.parse("11010519491231002x", on=ON).number == "11010519491231002X"


def test_a_wrong_check_character_says_which_was_expected() -> None:
    with pytest.raises(WrongCheckCharacter) as caught:
        resident_number.check("110105194912310021", on=ON)

    assert (caught.value.details["position"], caught.value.details["expected"]) == (18, "X")
    assert caught.value.details["found"] == "1"


def test_a_birthday_that_no_calendar_has_is_refused_with_its_place() -> None:
    with pytest.raises(ImpossibleDate) as caught:
        resident_number.check("110105194902290026", on=ON)

    assert "第7至14位（出生日期码）" in str(caught.value)
    assert "19490229" in str(caught.value)
    assert "2月29日" in caught.value.remedy


def test_a_leap_day_is_a_birthday_in_leap_years_only() -> None:
    leap = resident_number.generate(division="610902", born_on=date(2000, 2, 29), sequence=1)
    body = "610902" + "19000229" + "001"

    assert resident_number.parse(leap, on=ON).born_on == date(2000, 2, 29)
    with pytest.raises(ImpossibleDate):
        resident_number.check(body + resident_number.check_character(body), on=ON)


def test_someone_born_on_the_day_itself_is_accepted_and_on_the_next_day_refused() -> None:
    number = resident_number.generate(division="610902", born_on=ON, sequence=2)

    assert resident_number.parse(number, on=ON).born_on == ON
    with pytest.raises(DateInFuture) as caught:
        resident_number.check(number, on=date(2015, 6, 29))
    assert caught.value.details["expected"] == "2015-06-29"


def test_a_number_of_fifteen_digits_is_refused_with_a_remedy_of_its_own() -> None:
    with pytest.raises(OldResidentNumber) as caught:
        resident_number.check("110105491231002", on=ON)

    assert "填写18位号码" in str(caught.value)


def test_fifteen_characters_that_are_not_all_digits_are_merely_of_the_wrong_length() -> None:
    with pytest.raises(WrongLength):
        resident_number.check("11010549123100X", on=ON)


def test_an_x_before_the_last_position_is_refused_where_it_stands() -> None:
    with pytest.raises(WrongCharacter) as caught:
        resident_number.check("1101051949123X002X", on=ON)

    assert caught.value.details["position"] == 14


def test_digits_of_other_scripts_are_not_digits() -> None:
    with pytest.raises(WrongCharacter) as caught:
        resident_number.check("11010519491231٠02X", on=ON)

    assert caught.value.details["position"] == 15


def test_a_division_that_begins_with_zero_is_refused() -> None:
    with pytest.raises(WrongCharacter) as caught:
        resident_number.check("01010519491231002X", on=ON)

    assert caught.value.details["position"] == 1


@pytest.mark.parametrize("number", ["110105194912310021", "1101051949123100", "11010519490229002X", "110105491231002"])
def test_no_refusal_quotes_the_whole_number(number: str) -> None:
    with pytest.raises((WrongCheckCharacter, WrongLength, ImpossibleDate, OldResidentNumber)) as caught:
        resident_number.check(number, on=ON)

    assert number not in str(caught.value)
    assert number not in repr(caught.value)


def test_age_counts_completed_years() -> None:
    parsed = resident_number.parse("11010519491231002X", on=ON)

    assert parsed.age_on(date(2015, 12, 30)) == 65
    assert parsed.age_on(date(2015, 12, 31)) == 66


def test_generating_with_a_sequence_of_four_digits_is_refused() -> None:
    with pytest.raises(WrongLength):
        resident_number.generate(division="610902", born_on=date(1980, 1, 1), sequence=1000)
