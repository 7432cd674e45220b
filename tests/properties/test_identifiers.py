"""What identifiers promise for all values: round trips, and which mistypings no check lets through.

Guaranteed mathematically, and tested here: any single changed character of a credit code, a resident
number, a registration number of 2015, a certificate identifier and our own case number; any two
swapped neighbours of a credit code and a resident number. An organisation code on its own promises
this for digits only, and swapped neighbours of our case number slip through in nine of 1,620 situations.
"""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from yichuang.kernel.identifiers import (
    IdentifierRefused,
    case_number,
    certificate_identifier,
    item_code,
    organisation_code,
    project_code,
    registration_2015,
    resident_number,
    uscc,
)
from yichuang.kernel.identifiers.division_code import PROVINCES
from yichuang.kernel.identifiers.iso7064 import MOD_37_36
from yichuang.kernel.identifiers.spelling import DIGITS, DIGITS_AND_LETTERS
from yichuang.kernel.periods import Period

LATE = date(2999, 1, 1)

days = st.dates(min_value=date(1900, 1, 1), max_value=date(2099, 12, 31))
divisions = st.builds(
    "{}{:02d}{:02d}".format, st.sampled_from(sorted(PROVINCES)), st.integers(1, 90), st.integers(0, 99)
)
credit_codes = st.builds(
    uscc.generate,
    department=st.sampled_from("159AN"),
    category=st.sampled_from("1239"),
    division=divisions,
    organisation_body=st.text(uscc.ALPHABET, min_size=8, max_size=8),
)
resident_numbers = st.builds(resident_number.generate, division=divisions, born_on=days, sequence=st.integers(0, 999))
registration_numbers = st.builds(
    registration_2015.generate_registration, authority=divisions, serial=st.integers(0, 99_999_999)
)
case_numbers = st.builds(case_number.generate_number, division=divisions, on=days, serial=st.integers(0, 99_999))
certificate_identifiers = st.builds(
    certificate_identifier.generate,
    certificate_type=st.builds("{}{:03d}".format, credit_codes, st.integers(0, 999)),
    issuer=credit_codes,
    serial=st.text(DIGITS_AND_LETTERS, min_size=1, max_size=24),
    version=st.integers(0, 999),
)
basic_codes = st.builds(
    item_code.generate_basic,
    item_type=st.integers(1, 99).map("{:02d}".format),
    main_item=st.integers(0, 99_999),
    sub_item=st.integers(0, 999),
    region=st.sampled_from(["00", *sorted(PROVINCES)]),
)
implementation_codes = st.builds(
    item_code.generate_implementation, body=credit_codes, level=st.sampled_from("1234567"), basic=basic_codes
)


def _check_resident(text: str) -> None:
    resident_number.check(text, on=LATE)


CHECKED: list[tuple[str, st.SearchStrategy[str], Callable[[str], None]]] = [
    ("credit code", credit_codes, uscc.check),
    ("resident number", resident_numbers, _check_resident),
    ("registration number", registration_numbers, registration_2015.check_registration),
    ("case number", case_numbers, case_number.check_number),
    ("certificate identifier", certificate_identifiers, certificate_identifier.check),
]


@pytest.mark.parametrize(("name", "codes", "check"), CHECKED, ids=[row[0] for row in CHECKED])
@given(data=st.data())
def test_any_single_changed_character_is_caught(
    name: str, codes: st.SearchStrategy[str], check: Callable[[str], None], data: st.DataObject
) -> None:
    code = data.draw(codes)
    check(code)
    place = data.draw(st.integers(0, len(code) - 1))
    other = data.draw(st.sampled_from(DIGITS_AND_LETTERS + ".-*张٠") | st.characters(categories=("Lo", "Nd")))
    assume(other != code[place])
    # A full-width digit is the same digit in another dress.
    assume(not "０" <= other <= "９")

    with pytest.raises(IdentifierRefused):
        check(code[:place] + other + code[place + 1 :])


@pytest.mark.parametrize(("name", "codes", "check"), CHECKED[:2], ids=[row[0] for row in CHECKED[:2]])
@given(data=st.data())
def test_any_two_swapped_neighbours_are_caught(
    name: str, codes: st.SearchStrategy[str], check: Callable[[str], None], data: st.DataObject
) -> None:
    code = data.draw(codes)
    place = data.draw(st.integers(0, len(code) - 2))
    assume(code[place] != code[place + 1])

    with pytest.raises(IdentifierRefused):
        check(code[:place] + code[place + 1] + code[place] + code[place + 2 :])


@pytest.mark.parametrize("alphabet", [uscc.ALPHABET])
def test_every_weight_and_difference_of_the_credit_code_tells_all_characters_apart(alphabet: str) -> None:
    """The proof by exhaustion behind the guarantee: one place changed, all others anything."""
    for place in range(17):
        closings = {uscc.check_character("0" * place + character + "0" * (16 - place)) for character in alphabet}
        assert len(closings) == len(alphabet)


def test_every_state_of_mod_37_36_tells_all_characters_apart() -> None:
    for state in range(1, 37):
        assert len({MOD_37_36.advance(state, character) for character in DIGITS_AND_LETTERS}) == 36
    for character in DIGITS_AND_LETTERS:
        assert len({MOD_37_36.advance(state, character) for state in range(1, 37)}) == 36


def test_swapped_digits_of_a_case_number_slip_through_in_nine_situations_only() -> None:
    missed = [
        (state, first, second)
        for state in range(1, 37)
        for first in DIGITS
        for second in DIGITS
        if first > second and MOD_37_36.advance(state, first + second) == MOD_37_36.advance(state, second + first)
    ]

    assert len(missed) == 9
    assert all(int(first) - int(second) == 1 for _, first, second in missed)


def test_an_organisation_code_alone_does_not_catch_letters_eleven_apart() -> None:
    assert organisation_code.check_character("A0000000") == organisation_code.check_character("L0000000")


@given(st.text(DIGITS, min_size=8, max_size=8), st.integers(0, 8), st.sampled_from(DIGITS))
def test_any_changed_digit_of_an_organisation_code_is_caught(body: str, place: int, other: str) -> None:
    code = organisation_code.generate(body=body)
    assume(other != code[place])

    with pytest.raises(IdentifierRefused):
        organisation_code.check(code[:place] + other + code[place + 1 :])


@given(divisions, days, st.integers(0, 999))
def test_a_resident_number_returns_what_it_was_made_of(division: str, born_on: date, sequence: int) -> None:
    parsed = resident_number.parse(
        resident_number.generate(division=division, born_on=born_on, sequence=sequence), on=born_on
    )

    assert (parsed.division, parsed.born_on, int(parsed.sequence)) == (division, born_on, sequence)


@given(divisions, days, st.integers(0, 99_999))
def test_a_case_number_returns_what_it_was_made_of(division: str, on: date, serial: int) -> None:
    parsed = case_number.parse_number(case_number.generate_number(division=division, on=on, serial=serial))

    assert (parsed.division, parsed.on, parsed.serial) == (division, on, serial)


@given(implementation_codes, days, st.integers(0, 9_999), st.integers(0, 99))
def test_item_codes_and_national_case_numbers_return_what_they_were_made_of(
    implementation: str, on: date, serial: int, handling: int
) -> None:
    number = case_number.generate_national(implementation=implementation, on=on, serial=serial)
    parsed = case_number.parse_national(number)
    handled = item_code.parse_handling(item_code.generate_handling(implementation=implementation, serial=handling))

    assert (parsed.item.code, parsed.on, parsed.serial) == (implementation, on, serial)
    assert handled.implementation == item_code.parse_implementation(implementation) == parsed.item
    assert parsed.item.body.code + parsed.item.level + parsed.item.basic.code == implementation


@given(credit_codes, credit_codes, st.text(DIGITS_AND_LETTERS, min_size=1, max_size=24), st.integers(0, 999))
def test_a_certificate_identifier_returns_what_it_was_made_of(
    defined_by: str, issuer: str, serial: str, version: int
) -> None:
    parsed = certificate_identifier.parse(
        certificate_identifier.generate(
            certificate_type=defined_by + "007", issuer=issuer, serial=serial, version=version
        )
    )

    assert (parsed.certificate_type, parsed.issuer.code, parsed.serial) == (defined_by + "007", issuer, serial)
    assert int(parsed.version) == version


@given(st.integers(1900, 2099), divisions, st.integers(0, 99), st.integers(0, 99), st.integers(0, 999_999))
def test_a_project_code_returns_what_it_was_made_of(
    year: int, division: str, industry: int, construction: int, serial: int
) -> None:
    code = project_code.generate(
        year=year,
        division=division,
        industry=f"{industry:02d}",
        construction=f"{construction:02d}",
        serial=serial,
    )
    parsed = project_code.parse(code)

    assert (parsed.year, parsed.division, parsed.serial) == (year, division, serial)


@given(st.text(max_size=45))
def test_any_text_is_either_an_identifier_or_refused_with_a_sentence(text: str) -> None:
    checks = (
        *(check for _, _, check in CHECKED),
        organisation_code.check,
        item_code.check,
        case_number.check_national,
        project_code.check,
        registration_2015.check_tax,
    )
    for check in checks:
        try:
            check(text)
        except IdentifierRefused as refusal:
            assert refusal.explain().endswith("）")


@given(st.dates(date(1950, 1, 1), date(2200, 1, 1)), st.integers(1, 900))
def test_a_period_is_its_label_and_its_months_and_days(start_on: date, length: int) -> None:
    period = Period(start_on, start_on + timedelta(days=length))
    months, single = period.split_into_months_and_days()
    from_months = [
        on for year, month in months for on in Period.of_months(year=year, first_month=month, count=1).days()
    ]

    assert Period.parse(period.label) == period
    assert sorted(from_months + single) == period.days()
    assert period.previous_year().start_on < period.start_on
