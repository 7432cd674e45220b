"""Division codes: level and parent by shape, right or wrong by date."""

from datetime import date

import pytest

from yichuang.kernel.identifiers import (
    DivisionLevel,
    DivisionNoLongerInForce,
    DivisionNotYetInForce,
    DivisionReplaced,
    DivisionUnknown,
    DivisionValidity,
    WrongCharacter,
    WrongLength,
    WrongPart,
    division_code,
)

LONG_AGO = date(1949, 10, 1)
# The exact day of the change is the regions' data; here only the year matters.
CITY_FROM = date(2021, 2, 1)
REGISTRY = {
    "610900": DivisionValidity(name="安康市", from_on=LONG_AGO),
    "610928": DivisionValidity(name="旬阳县", from_on=LONG_AGO, until=CITY_FROM, successors=("610981",)),
    "610981": DivisionValidity(name="旬阳市", from_on=CITY_FROM),
    "610971": DivisionValidity(name="安康高新技术产业开发区", from_on=date(2010, 1, 1)),
    "610902199": DivisionValidity(name="某镇", from_on=LONG_AGO, until=date(2011, 1, 1)),
    "610902": DivisionValidity(name="汉滨区", from_on=LONG_AGO),
}


@pytest.mark.parametrize(
    ("code", "level", "parent"),
    [
        ("610000", DivisionLevel.PROVINCE, None),
        ("610900", DivisionLevel.CITY, "610000"),
        ("610902", DivisionLevel.COUNTY, "610900"),
        ("610902000", DivisionLevel.COUNTY, "610900"),
        ("610902001", DivisionLevel.TOWN, "610902"),
        ("610902001000", DivisionLevel.TOWN, "610902"),
        ("610902001003", DivisionLevel.VILLAGE, "610902001"),
        ("441900003", DivisionLevel.TOWN, "441900"),
    ],
)
def test_a_code_knows_its_level_and_what_lies_above(code: str, level: DivisionLevel, parent: str | None) -> None:
    parsed = division_code.parse(code)
    above = parsed.parent()

    assert parsed.level == level
    assert (above.code if above else None) == parent


def test_the_ancestors_of_a_village_lead_up_to_the_province() -> None:
    ancestors = [above.code for above in division_code.parse("610902001003").ancestors()]

    assert ancestors == ["610902001", "610902", "610900", "610000"]


def test_the_three_lengths_of_one_county_have_one_shortest_form() -> None:
    assert {division_code.parse(code).shortest for code in ("610902", "610902000", "610902000000")} == {"610902"}


@pytest.mark.parametrize("code", ["61090", "6109021", "6109020010031"])
def test_other_lengths_are_refused(code: str) -> None:
    with pytest.raises(WrongLength) as caught:
        division_code.check(code)

    assert "6/9/12" in str(caught.value)


def test_a_letter_is_refused_where_it_stands() -> None:
    with pytest.raises(WrongCharacter) as caught:
        division_code.check("6109O2")

    assert caught.value.details["position"] == 5


@pytest.mark.parametrize(
    ("code", "part"), [("600902", "省级代码"), ("610002", "市级代码"), ("610902000003", "镇级代码")]
)
def test_an_unknown_province_and_a_gap_between_levels_are_refused(code: str, part: str) -> None:
    with pytest.raises(WrongPart) as caught:
        division_code.check(code)

    assert caught.value.details["part"] == part


def test_xunyang_county_is_right_in_2015_and_names_its_successor_in_2022() -> None:
    assert division_code.check_in_force("610928", on=date(2015, 6, 1), registry=REGISTRY).name == "旬阳县"
    with pytest.raises(DivisionReplaced) as caught:
        division_code.check_in_force("610928", on=date(2022, 1, 1), registry=REGISTRY)

    assert "请改用610981（旬阳市）" in str(caught.value)
    assert "610928（旬阳县）自2021-02-01起停用" in str(caught.value)


def test_xunyang_city_is_right_in_2022_and_not_yet_in_2015() -> None:
    assert division_code.check_in_force("610981", on=date(2022, 1, 1), registry=REGISTRY).name == "旬阳市"
    with pytest.raises(DivisionNotYetInForce) as caught:
        division_code.check_in_force("610981", on=date(2015, 6, 1), registry=REGISTRY)

    assert "自2021-02-01起启用" in str(caught.value)


def test_the_day_of_the_change_belongs_to_the_new_code() -> None:
    division_code.check_in_force("610981", on=CITY_FROM, registry=REGISTRY)
    division_code.check_in_force("610928", on=date(2021, 1, 31), registry=REGISTRY)
    with pytest.raises(DivisionReplaced):
        division_code.check_in_force("610928", on=CITY_FROM, registry=REGISTRY)


def test_a_town_without_a_row_is_judged_by_its_county() -> None:
    division_code.check_in_force("610928101", on=date(2015, 6, 1), registry=REGISTRY)
    with pytest.raises(DivisionReplaced):
        division_code.check_in_force("610928101", on=date(2022, 1, 1), registry=REGISTRY)


def test_a_merged_town_without_successor_is_refused_although_its_county_stands() -> None:
    with pytest.raises(DivisionNoLongerInForce) as caught:
        division_code.check_in_force("610902199000", on=date(2015, 6, 1), registry=REGISTRY)

    assert not isinstance(caught.value, DivisionReplaced)


def test_an_unknown_code_is_refused_as_unknown() -> None:
    with pytest.raises(DivisionUnknown) as caught:
        division_code.check_in_force("610999", on=date(2015, 6, 1), registry=REGISTRY)

    assert "610999" in str(caught.value)


def test_the_high_tech_zone_has_a_local_code_below_the_city() -> None:
    zone = division_code.parse(division_code.ANKANG_HIGH_TECH_ZONE)
    above = zone.parent()

    assert zone.is_local
    assert above is not None and above.code == "610900"
    assert division_code.check_in_force(zone.code, on=date(2015, 6, 30), registry=REGISTRY).name.startswith("安康高新")
    assert not division_code.parse("610981").is_local


def test_a_code_is_generated_from_its_parts() -> None:
    assert division_code.generate(province="61", city="09", county="02", town="001", village="003") == "610902001003"
    assert division_code.generate(province="61", city="09") == "610900"
