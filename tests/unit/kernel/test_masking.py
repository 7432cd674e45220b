"""Masking: what stays readable of names, numbers and telephones."""

import pytest

from yichuang.kernel.masking import DocumentKind, mask_identifier, mask_name, mask_phone, mask_resident_number


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("张三", "张*"),
        ("张三丰", "张**"),
        ("欧阳修文", "欧阳**"),
        ("欧阳修", "欧阳*"),
        ("欧阳", "欧*"),
        ("张", "*"),
        ("", ""),
        ("阿依古丽·买买提", "阿***·***"),
        ("John Smith", "J*** *****"),
    ],
)
def test_of_a_persons_name_only_the_surname_stays(name: str, masked: str) -> None:
    assert mask_name(name) == masked


def test_a_company_is_named_in_full() -> None:
    assert mask_name("安康市某某商贸有限公司", is_company=True) == "安康市某某商贸有限公司"


def test_a_rare_character_beyond_the_basic_plane_counts_as_one() -> None:
    assert mask_name("张\U00020bb7") == "张*"
    assert mask_name("\U00020bb7三") == "\U00020bb7*"


def test_a_variation_selector_belongs_to_its_character() -> None:
    assert mask_name("葛\U000e0100城") == "葛\U000e0100*"
    assert mask_name("张葛\U000e0100") == "张*"


def test_of_a_resident_number_province_city_and_the_last_four_stay() -> None:
    assert mask_resident_number("11010519491231002X") == "1101**********002X"
    assert mask_resident_number("110105491231002") == "1101*******1002"


@pytest.mark.parametrize(("number", "masked"), [("1101051949123100", "1**************0"), ("110", "***"), ("", "")])
def test_a_number_of_the_wrong_length_keeps_only_its_ends(number: str, masked: str) -> None:
    assert mask_resident_number(number) == masked


@pytest.mark.parametrize(
    ("phone", "masked"),
    [
        ("13812345678", "138****5678"),
        ("138 1234 5678", "138 **** 5678"),
        ("+8613812345678", "+86138****5678"),
        ("+86 138-1234-5678", "+86 138-****-5678"),
        ("0915-3212345", "****-***2345"),
        ("09153212345", "*******2345"),
        ("12345", "*****"),
        ("", ""),
    ],
)
def test_of_a_telephone_number_the_last_four_stay(phone: str, masked: str) -> None:
    assert mask_phone(phone) == masked


@pytest.mark.parametrize(
    ("kind", "value", "masked"),
    [
        (DocumentKind.USCC, "11440232MB2D06811W", "11440232MB2D06811W"),
        (DocumentKind.ORGANISATION_CODE, "196720244", "196720244"),
        (DocumentKind.REGISTRATION_NUMBER, "610902000000018", "610902000000018"),
        (DocumentKind.RESIDENT_NUMBER, "11010519491231002X", "1101**********002X"),
        (DocumentKind.PASSPORT, "E12345678", "E*******8"),
        (DocumentKind.PHONE, "13812345678", "138****5678"),
        (DocumentKind.TAX_REGISTRATION_NUMBER, "610902196720244", "610902196720244"),
        (DocumentKind.TAX_REGISTRATION_NUMBER, "11010519491231002X01", "1101************2X01"),
        (DocumentKind.TAX_REGISTRATION_NUMBER, "6109021967", "6********7"),
        ("passport", "E12345678", "E*******8"),
        ("something new", "SECRET", "S****T"),
        ("something new", "abc", "***"),
    ],
)
def test_an_identifier_is_shown_as_far_as_its_kind_allows(kind: str, value: str, masked: str) -> None:
    assert mask_identifier(kind, value) == masked
