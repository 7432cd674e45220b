"""Item codes of both families, case numbers of both forms, certificate identifiers and project codes."""

import time
from datetime import date

import pytest

from yichuang.kernel.identifiers import (
    Family,
    GuideImplementationCode,
    HandlingCode,
    ImpossibleDate,
    WrongCharacter,
    WrongCheckCharacter,
    WrongFieldCount,
    WrongLength,
    WrongPart,
    case_number,
    certificate_identifier,
    item_code,
    project_code,
)
from yichuang.kernel.identifiers.iso7064 import MOD_37_36

IMPLEMENTATION = "11440232MB2D06811W" + "4" + "000117051000"


def _certificate(
    *,
    certificate_type: str = "11100000000013338W011",
    issuer: str = "11430000006122244L",
) -> str:
    return certificate_identifier.generate(
        certificate_type=certificate_type, issuer=issuer, serial="20230000403", version=1
    )


def test_the_published_implementation_code_is_read_into_its_parts() -> None:
    parsed = item_code.parse_implementation(IMPLEMENTATION)

    assert parsed.body.code == "11440232MB2D06811W"
    assert (parsed.level, parsed.level_title) == ("4", "县级")
    assert (parsed.basic.region, parsed.basic.item_type, parsed.basic.main_item, parsed.basic.sub_item) == (
        "00",
        "01",
        "17051",
        "000",
    )
    assert parsed.basic.type_title == "行政许可"
    assert parsed.basic.is_main_item
    assert parsed.family is Family.NATIONAL_PLATFORM


def test_a_handling_item_is_an_implementation_code_and_two_digits() -> None:
    code = item_code.generate_handling(implementation=IMPLEMENTATION, serial=1)
    parsed = item_code.parse(code)

    assert isinstance(parsed, HandlingCode)
    assert code == IMPLEMENTATION + "01"
    assert parsed.implementation.code == IMPLEMENTATION


def test_the_two_families_of_basic_codes_are_told_apart_by_length() -> None:
    guide = item_code.parse_basic("0117051000")
    national = item_code.parse_basic("000117051000")

    assert (guide.family, guide.region) == (Family.GUIDE_2016, "")
    assert (national.family, national.region) == (Family.NATIONAL_PLATFORM, "00")
    assert guide.main_item == national.main_item == "17051"


def test_a_guide_implementation_code_is_judged_by_shape_only() -> None:
    parsed = item_code.parse("0117051000A23456789012BC")

    assert isinstance(parsed, GuideImplementationCode)
    with pytest.raises(WrongCharacter) as caught:
        item_code.check("0117051000A23456789012B*")
    assert caught.value.details["position"] == 24


@pytest.mark.parametrize(
    ("item_type", "title"),
    [("10", "其他类别"), ("15", "地方扩展的行政权力"), ("20", "公共服务"), ("21", "地方扩展的公共服务")],
)
def test_local_types_are_named_by_their_group(item_type: str, title: str) -> None:
    assert item_code.parse_basic(item_code.generate_basic(item_type=item_type, main_item=1)).type_title == title


def test_the_heading_of_all_powers_is_no_type_of_an_item() -> None:
    with pytest.raises(WrongPart) as caught:
        item_code.check("0017051000")

    assert (caught.value.details["position"], caught.value.details["last_position"]) == (1, 2)


def test_an_unknown_region_is_refused() -> None:
    with pytest.raises(WrongPart) as caught:
        item_code.check("990117051000")

    assert caught.value.details["part"] == "区域代码"


def test_a_level_outside_the_list_is_refused_at_position_19() -> None:
    with pytest.raises(WrongCharacter) as caught:
        item_code.check(IMPLEMENTATION[:18] + "8" + IMPLEMENTATION[19:])

    assert caught.value.details["position"] == 19
    assert "行使层级1至7" in str(caught.value)


def test_a_wrong_credit_code_inside_is_refused_in_positions_of_the_whole_code() -> None:
    with pytest.raises(WrongCheckCharacter) as caught:
        item_code.check("11440232MB2D06811X" + IMPLEMENTATION[18:] + "01")

    assert str(caught.value).startswith("业务办理项编码第18位（统一社会信用代码校验码）应为“W”，实为“X”")


def test_a_letter_in_the_basic_code_inside_is_refused_in_positions_of_the_whole_code() -> None:
    with pytest.raises(WrongCharacter) as caught:
        item_code.check(IMPLEMENTATION[:25] + "A" + IMPLEMENTATION[26:])

    assert caught.value.details["position"] == 26
    assert caught.value.details["part"] == "主项代码"


def test_a_length_of_no_form_names_all_forms() -> None:
    with pytest.raises(WrongLength) as caught:
        item_code.check("01170510001")

    assert "10/12/24/31/33" in str(caught.value)


def test_an_implementation_code_cannot_be_built_on_a_basic_code_of_the_other_family() -> None:
    with pytest.raises(WrongLength):
        item_code.generate_implementation(body="11440232MB2D06811W", level="4", basic="0117051000")


def test_the_family_follows_the_date_and_2015_had_none() -> None:
    assert item_code.family_on(date(2015, 6, 30)) is None
    assert item_code.family_on(date(2017, 6, 30)) is Family.GUIDE_2016
    assert item_code.family_on(date(2022, 1, 1)) is Family.NATIONAL_PLATFORM


def test_the_published_national_case_number_is_read_into_its_parts() -> None:
    number = IMPLEMENTATION + "20201020" + "0008"
    parsed = case_number.parse_national(number)

    assert len(number) == 43
    assert (parsed.item.code, parsed.on, parsed.serial) == (IMPLEMENTATION, date(2020, 10, 20), 8)
    assert case_number.generate_national(implementation=IMPLEMENTATION, on=date(2020, 10, 20), serial=8) == number


def test_a_national_case_number_with_an_impossible_day_is_refused_with_its_place() -> None:
    with pytest.raises(ImpossibleDate) as caught:
        case_number.check_national(IMPLEMENTATION + "20210229" + "0008")

    assert "第32至39位（收件日期）" in str(caught.value)


def test_our_case_number_has_twenty_characters_and_can_be_read_out() -> None:
    number = case_number.generate_number(division="610902", on=date(2015, 1, 5), serial=1)
    parsed = case_number.parse_number(number)

    assert len(number) == 20
    assert number.startswith("6109022015010500001")
    assert (parsed.division, parsed.on, parsed.serial) == ("610902", date(2015, 1, 5), 1)
    assert parsed.spoken == f"610902-20150105-00001-{number[-1]}"
    assert case_number.parse_number(parsed.spoken.lower()) == parsed
    assert case_number.parse_number(parsed.spoken.replace("-", " ")) == parsed


def test_a_mistyped_case_number_says_which_check_character_was_expected() -> None:
    number = case_number.generate_number(division="610902", on=date(2015, 1, 5), serial=1)
    mistyped = number[:18] + "2" + number[19]

    with pytest.raises(WrongCheckCharacter) as caught:
        case_number.check_number(mistyped)

    assert caught.value.details["position"] == 20
    assert caught.value.details["expected"] == MOD_37_36.check_character(mistyped[:19])


def test_a_case_number_with_an_impossible_day_or_place_is_refused() -> None:
    for body, refusal in (("6109022015023000001", ImpossibleDate), ("6009022015010500001", WrongPart)):
        with pytest.raises(refusal):
            case_number.check_number(body + MOD_37_36.check_character(body))


@pytest.mark.parametrize("serial", [-1, 100_000])
def test_a_serial_out_of_range_is_refused_rather_than_cut(serial: int) -> None:
    with pytest.raises(WrongPart) as caught:
        case_number.generate_number(division="610902", on=date(2015, 1, 5), serial=serial)

    assert caught.value.details["expected"] == "00000-99999"


def test_a_case_number_is_not_generated_for_a_town_code() -> None:
    with pytest.raises(WrongLength):
        case_number.generate_number(division="610902001", on=date(2015, 1, 5), serial=1)


def test_generating_case_numbers_keeps_pace_with_a_bulk_build() -> None:
    days = [date(2015, 1, day) for day in range(1, 32)]
    best = min(_microseconds_per_number(days) for _ in range(5))

    assert best < 5, f"{best:.2f} microseconds a number"


def _microseconds_per_number(days: list[date]) -> float:
    started = time.perf_counter()
    for serial in range(200):
        for on in days:
            case_number.generate_number(division="610902", on=on, serial=serial)
    return (time.perf_counter() - started) / (200 * len(days)) * 1e6


def test_the_test_vector_of_mod_37_36_closes_with_u() -> None:
    identifier = _certificate()

    assert identifier == "1.2.156.3005.2.11100000000013338W011.11430000006122244L.20230000403.001.U"
    parsed = certificate_identifier.parse(identifier)
    assert (parsed.certificate_type, parsed.issuer.code, parsed.serial, parsed.version, parsed.check_character) == (
        "11100000000013338W011",
        "11430000006122244L",
        "20230000403",
        "001",
        "U",
    )


def test_a_certificate_identifier_with_a_wrong_check_says_which_was_expected() -> None:
    identifier = _certificate()

    with pytest.raises(WrongCheckCharacter) as caught:
        certificate_identifier.check(identifier[:-1] + "V")
    assert (caught.value.details["position"], caught.value.details["expected"]) == (len(identifier), "U")


def test_a_certificate_identifier_under_another_root_is_refused() -> None:
    identifier = _certificate()

    with pytest.raises(WrongPart) as caught:
        certificate_identifier.check(identifier.replace("3005", "3006"))
    assert caught.value.details["expected"] == "1.2.156.3005.2."


def test_a_certificate_identifier_with_a_lost_dot_says_how_many_fields_it_has() -> None:
    identifier = _certificate()

    with pytest.raises(WrongFieldCount) as caught:
        certificate_identifier.check(identifier.replace(".001.", "001."))
    assert "应有5段" in str(caught.value) and "实为4段" in str(caught.value)


def test_a_field_of_wrong_length_is_named() -> None:
    with pytest.raises(WrongLength) as caught:
        _certificate(certificate_type="11100000000013338W11")
    assert "证照类型代码应为21位，实为20位" in str(caught.value)


def test_a_wrong_issuer_is_refused_even_when_the_whole_is_closed_well() -> None:
    with pytest.raises(WrongCheckCharacter) as caught:
        _certificate(issuer="11430000006122244M")

    # 15 characters of prefix, 22 of type with its dot, then the last of 18.
    assert caught.value.details["position"] == 15 + 22 + 18
    assert caught.value.details["expected"] == "L"


def test_a_project_code_is_read_into_its_parts() -> None:
    code = project_code.generate(year=2015, division="610902", industry="47", construction="01", serial=123)
    parsed = project_code.parse(code)

    assert code == "2015-610902-47-01-000123"
    assert len(code) == 24
    assert (parsed.year, parsed.division, parsed.serial) == (2015, "610902", 123)


def test_a_project_code_without_a_hyphen_or_with_an_unknown_place_is_refused_at_its_place() -> None:
    with pytest.raises(WrongCharacter) as caught:
        project_code.check("2015-610902-47-010000123")
    assert caught.value.details["position"] == 18
    with pytest.raises(WrongPart) as unknown:
        project_code.check("2015-990902-47-01-000123")
    assert (unknown.value.details["position"], unknown.value.details["last_position"]) == (6, 7)
