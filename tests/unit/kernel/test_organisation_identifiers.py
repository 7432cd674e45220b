"""Organisation code, unified social credit code and the numbers of 2015: every refusal names its place."""

import pytest

from yichuang.kernel.identifiers import (
    WrongCharacter,
    WrongCheckCharacter,
    WrongLength,
    organisation_code,
    registration_2015,
    uscc,
)


@pytest.mark.parametrize("code", ["11440232MB2D06811W", "12441500196720244T", "91350100M000100Y43"])
def test_published_credit_codes_are_accepted_and_come_back_whole(code: str) -> None:
    parsed = uscc.parse(code)

    assert parsed.code == code
    assert parsed.department + parsed.category + parsed.division + parsed.organisation + parsed.check_character == code
    organisation_code.check(parsed.organisation)


def test_a_credit_code_says_who_registered_what() -> None:
    parsed = uscc.parse("12441500196720244T")

    assert parsed.department_title == "机构编制"
    assert parsed.category_title == "事业单位"
    assert parsed.division == "441500"
    assert parsed.organisation == "196720244"


def test_a_category_the_list_does_not_know_is_no_reason_to_refuse() -> None:
    code = uscc.generate(department="9", category="9", division="610902", organisation_body="MA6YX001")

    assert uscc.parse(code).category_title is None


def test_lower_case_full_width_and_outer_blanks_are_the_same_credit_code() -> None:
    assert uscc.parse(" １１440232mb2d06811ｗ ").code == "11440232MB2D06811W"


def test_a_code_with_a_wrong_check_digit_says_which_digit_was_expected() -> None:
    with pytest.raises(WrongCheckCharacter) as caught:
        uscc.check("11440232MB2D06811X")

    refusal = caught.value
    assert refusal.details["position"] == 18
    assert (refusal.details["expected"], refusal.details["found"]) == ("W", "X")
    assert str(refusal) == (
        "统一社会信用代码第18位（统一社会信用代码校验码）应为“W”，实为“X”。"
        "请逐位核对：可能是校验码填错，也可能是它前面某一位填错或两位颠倒。（GB 32100-2015）"
    )


@pytest.mark.parametrize("letter", "IOSVZ")
def test_letters_outside_the_alphabet_of_credit_codes_are_refused_at_their_place(letter: str) -> None:
    with pytest.raises(WrongCharacter) as caught:
        uscc.check(f"91350100M00{letter}100Y43")

    assert caught.value.details["position"] == 12
    assert caught.value.details["found"] == letter
    assert "I、O、S、V、Z除外" in str(caught.value)


def test_a_letter_in_the_division_of_a_credit_code_is_refused_although_letters_occur_elsewhere() -> None:
    with pytest.raises(WrongCharacter) as caught:
        uscc.check("9135A100M000100Y43")

    assert caught.value.details["position"] == 5
    assert caught.value.details["expected"] == "数字0至9"


def test_a_credit_code_of_seventeen_says_both_lengths() -> None:
    with pytest.raises(WrongLength) as caught:
        uscc.check("91350100M000100Y4")

    assert "应为18位，实为17位" in str(caught.value)


def test_a_well_closed_credit_code_around_a_wrong_organisation_code_is_refused_at_position_17() -> None:
    body = "91350100M000100Y5"
    code = body + uscc.check_character(body)

    with pytest.raises(WrongCheckCharacter) as caught:
        uscc.check(code)

    assert caught.value.details["position"] == 17
    assert (caught.value.details["expected"], caught.value.details["found"]) == ("4", "5")
    assert "统一社会信用代码第17位（组织机构代码校验码）" in str(caught.value)


def test_refusals_speak_the_language_they_are_given() -> None:
    with pytest.raises(WrongCheckCharacter) as caught:
        uscc.check("11440232MB2D06811X")

    words = {
        WrongCheckCharacter.sentence: "{identifier} {position}: {expected}, not {found}",
        "统一社会信用代码": "Credit code",
    }
    assert "Credit code 18: W, not X" in caught.value.explain(lambda text: words.get(text, text))


@pytest.mark.parametrize(("printed", "plain"), [("MB2D0681-1", "MB2D06811"), ("19672024-4", "196720244")])
def test_published_organisation_codes_are_accepted_with_and_without_hyphen(printed: str, plain: str) -> None:
    assert organisation_code.parse(printed).code == plain
    assert organisation_code.parse(plain).printed == printed
    assert organisation_code.generate(body=plain[:8]) == plain


def test_an_organisation_code_with_a_wrong_check_digit_says_which_was_expected() -> None:
    with pytest.raises(WrongCheckCharacter) as caught:
        organisation_code.check("19672024-5")

    assert caught.value.details["position"] == 9
    assert caught.value.details["expected"] == "4"


def test_an_organisation_code_may_close_with_x_but_with_no_other_letter() -> None:
    organisation_code.check("71526726X")
    with pytest.raises(WrongCharacter) as caught:
        organisation_code.check("71526726A")

    assert caught.value.details["expected"] == "数字0至9或X"


def test_generating_a_credit_code_refuses_a_body_of_the_wrong_length() -> None:
    with pytest.raises(WrongLength):
        uscc.generate(department="9", category="1", division="610902", organisation_body="MA6YX00")
    with pytest.raises(WrongLength):
        uscc.generate(department="9", category="1", division="61090", organisation_body="MA6YX001")


@pytest.mark.parametrize("number", ["440301108548379", "440301103448669", "440301103097413", "330100400001818"])
def test_published_registration_numbers_close_with_mod_11_10(number: str) -> None:
    parsed = registration_2015.parse_registration(number)

    assert parsed.authority + parsed.serial + parsed.check_digit == number
    assert registration_2015.generate_registration(authority=number[:6], serial=int(number[6:14])) == number


def test_a_registration_number_tells_domestic_foreign_and_individual_businesses_apart() -> None:
    numbers = [
        registration_2015.generate_registration(authority="610902", serial=serial) for serial in (1, 40000001, 60000001)
    ]

    titles = [registration_2015.parse_registration(number).ownership_title for number in numbers]
    assert titles == ["内资企业", "外资企业", "个体工商户"]


def test_a_registration_number_with_a_wrong_check_digit_says_which_was_expected() -> None:
    with pytest.raises(WrongCheckCharacter) as caught:
        registration_2015.check_registration("440301108548370")

    assert (caught.value.details["position"], caught.value.details["expected"]) == (15, "9")


def test_a_tax_registration_number_is_judged_by_shape_only() -> None:
    number = registration_2015.generate_tax(division="610902", taxpayer="196720244")

    assert registration_2015.parse_tax(number).taxpayer == "196720244"
    with pytest.raises(WrongLength):
        registration_2015.check_tax("61090219672024")
    with pytest.raises(WrongCharacter):
        registration_2015.check_tax("61090A196720244")
