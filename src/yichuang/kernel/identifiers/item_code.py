"""Codes of service items (事项编码): between a catalogue row and the authority, level and item it stands for.

Answers which of two families a code belongs to and what it says.

- Guide family (国办函〔2016〕108号, GB/T 39046-2020): basic code of 10 (type 2, main item 5, sub-item 3);
  implementation code of 24, whose composition is not published where we could read it: shape only.
- National platform family: basic code of 12 (region 2, then the ten above); implementation code of 31
  (credit code 18, level 1, basic code 12); handling item code of 33 (two digits more).

No national family existed before the guide: items of 2015 carry either family by later assignment.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from yichuang.kernel.identifiers import division_code, uscc
from yichuang.kernel.identifiers.refusals import IdentifierKind, WrongCharacter, WrongLength, WrongPart, inside
from yichuang.kernel.identifiers.spelling import (
    A_DIGIT_OR_LETTER,
    DIGITS_AND_LETTERS,
    normalise,
    require_characters,
    require_length,
)
from yichuang.kernel.words import N_

BASIC = IdentifierKind(name=N_("事项基本编码"), citation="GB/T 39046-2020")
IMPLEMENTATION = IdentifierKind(name=N_("事项实施编码"), citation="GB/T 39046-2020")
HANDLING = IdentifierKind(name=N_("业务办理项编码"), citation="GB/T 39046-2020")
ANY = IdentifierKind(name=N_("事项编码"), citation="GB/T 39046-2020")

NATIONAL_REGION = "00"
NO_SUB_ITEM = "000"

# GB/T 39046-2020 A.1 without 00, the heading of all powers, which no single item can be of.
ITEM_TYPES: dict[str, str] = {
    "01": N_("行政许可"),
    "02": N_("行政处罚"),
    "03": N_("行政强制"),
    "04": N_("行政征收"),
    "05": N_("行政给付"),
    "06": N_("行政检查"),
    "07": N_("行政确认"),
    "08": N_("行政奖励"),
    "09": N_("行政裁决"),
    "10": N_("其他类别"),
    "20": N_("公共服务"),
}
LOCAL_POWER = N_("地方扩展的行政权力")
LOCAL_SERVICE = N_("地方扩展的公共服务")

# GB/T 39046-2020 A.2
LEVELS: dict[str, str] = {
    "1": N_("国家级"),
    "2": N_("省级"),
    "3": N_("市级"),
    "4": N_("县级"),
    "5": N_("镇（乡、街道）级"),
    "6": N_("村（社区）级"),
    "7": N_("分级管理"),
}

_REGION = N_("区域代码")
_TYPE = N_("事项类型代码")
_MAIN_ITEM = N_("主项代码")
_SUB_ITEM = N_("子项代码")
_LEVEL = N_("行使层级代码")
_HANDLING_SERIAL = N_("办理项序号")
_WHOLE = N_("编码")


class Family(StrEnum):
    """The two families of item codes."""

    GUIDE_2016 = "guide-2016"
    NATIONAL_PLATFORM = "national-platform"


# First days are those of the guide (国办函〔2016〕108号) and of the national platform's trial run; both are
# defaults for choosing a family, never a reason to refuse a code.
FAMILY_FROM: tuple[tuple[date, Family], ...] = (
    (date(2019, 5, 31), Family.NATIONAL_PLATFORM),
    (date(2016, 12, 20), Family.GUIDE_2016),
)


@dataclass(frozen=True, slots=True)
class BasicCode:
    """The basic code of an item in either family; `region` is empty in the guide family."""

    code: str
    family: Family
    region: str
    item_type: str
    main_item: str
    sub_item: str

    @property
    def type_title(self) -> str:
        """Name the type (A.1); local types are named by their group."""
        local = LOCAL_POWER if self.item_type < "20" else LOCAL_SERVICE
        return ITEM_TYPES.get(self.item_type, local)

    @property
    def is_main_item(self) -> bool:
        """Tell whether the code names a main item without sub-item."""
        return self.sub_item == NO_SUB_ITEM


@dataclass(frozen=True, slots=True)
class GuideImplementationCode:
    """An implementation code of 24 of the guide family: shape only, no parts."""

    code: str
    family: Family = Family.GUIDE_2016


@dataclass(frozen=True, slots=True)
class ImplementationCode:
    """An implementation code of 31: which body, at which level, implements which item."""

    code: str
    body: uscc.Uscc
    level: str
    basic: BasicCode
    family: Family = Family.NATIONAL_PLATFORM

    @property
    def level_title(self) -> str:
        """Name the level (A.2)."""
        return LEVELS[self.level]


@dataclass(frozen=True, slots=True)
class HandlingCode:
    """The code of a handling item, 33: one way of handling an implemented item."""

    code: str
    implementation: ImplementationCode
    serial: str
    family: Family = Family.NATIONAL_PLATFORM


ItemCode = BasicCode | GuideImplementationCode | ImplementationCode | HandlingCode


def family_on(on: date) -> Family | None:
    """Return the family in which a code given out on the day `on` would be written; None before either existed."""
    return next((family for from_on, family in FAMILY_FROM if on >= from_on), None)


def parse_basic(text: str) -> BasicCode:
    """Return the parts of a basic code of 10 (guide family) or 12 digits (national platform family).

    Refuses with `WrongLength`, `WrongCharacter` or `WrongPart` (unknown region or type).
    """
    code = normalise(text)
    require_length(code, kind=BASIC, lengths=(10, 12))
    start = len(code) - 10
    for part, first, last in (
        (_REGION, 0, start),
        (_TYPE, start, start + 2),
        (_MAIN_ITEM, start + 2, start + 7),
        (_SUB_ITEM, start + 7, start + 10),
    ):
        require_characters(code, kind=BASIC, part=part, start=first, stop=last)
    region, item_type = code[:start], code[start : start + 2]
    if region and region != NATIONAL_REGION and region not in division_code.PROVINCES:
        raise WrongPart(
            kind=BASIC,
            part=_REGION,
            position=1,
            last_position=2,
            expected=N_("00（国家）或省级代码"),
            found=region,
        )
    if item_type == "00":
        raise WrongPart(
            kind=BASIC,
            part=_TYPE,
            position=start + 1,
            last_position=start + 2,
            expected=N_("具体类型01至99（00只是行政权力的总称）"),
            found=item_type,
        )
    return BasicCode(
        code=code,
        family=Family.NATIONAL_PLATFORM if region else Family.GUIDE_2016,
        region=region,
        item_type=item_type,
        main_item=code[start + 2 : start + 7],
        sub_item=code[start + 7 :],
    )


def parse_guide_implementation(text: str) -> GuideImplementationCode:
    """Return an implementation code of 24 after judging its length and alphabet.

    Refuses with `WrongLength` or `WrongCharacter` (国办函〔2016〕108号, GB/T 39046-2020).
    """
    code = normalise(text)
    require_length(code, kind=IMPLEMENTATION, lengths=(24,))
    require_characters(
        code,
        kind=IMPLEMENTATION,
        part=_WHOLE,
        start=0,
        stop=24,
        alphabet=DIGITS_AND_LETTERS,
        expected=A_DIGIT_OR_LETTER,
    )
    return GuideImplementationCode(code=code)


def parse_implementation(text: str) -> ImplementationCode:
    """Return the parts of an implementation code of 31.

    Refuses with `WrongLength`, and with every reason of the credit code, level and basic code within,
    restated in positions of the whole code.
    """
    code = normalise(text)
    require_length(code, kind=IMPLEMENTATION, lengths=(31,))
    with inside(IMPLEMENTATION, offset=0):
        body = uscc.parse(code[:18])
    level = code[18]
    if level not in LEVELS:
        raise WrongCharacter(kind=IMPLEMENTATION, part=_LEVEL, position=19, expected=N_("行使层级1至7"), found=level)
    with inside(IMPLEMENTATION, offset=19):
        basic = parse_basic(code[19:])
    return ImplementationCode(code=code, body=body, level=level, basic=basic)


def parse_handling(text: str) -> HandlingCode:
    """Return the parts of a handling item code of 33.

    Refuses with `WrongLength`, and with every reason of the implementation code within, in positions of
    the whole code.
    """
    code = normalise(text)
    require_length(code, kind=HANDLING, lengths=(33,))
    with inside(HANDLING, offset=0):
        implementation = parse_implementation(code[:31])
    require_characters(code, kind=HANDLING, part=_HANDLING_SERIAL, start=31, stop=33)
    return HandlingCode(code=code, implementation=implementation, serial=code[31:])


def parse(text: str) -> ItemCode:
    """Return any item code, telling the form from the length; refuses as the parser of that form does."""
    code = normalise(text)
    match len(code):
        case 10 | 12:
            return parse_basic(code)
        case 24:
            return parse_guide_implementation(code)
        case 31:
            return parse_implementation(code)
        case 33:
            return parse_handling(code)
        case length:
            raise WrongLength(kind=ANY, expected="10/12/24/31/33", found=length)


def check(text: str) -> None:
    """Refuse a text that is no item code of any form, for the reasons `parse` names."""
    parse(text)


def generate_basic(*, item_type: str, main_item: int, sub_item: int = 0, region: str = "") -> str:
    """Return a basic code: 10 digits without `region`, 12 with it; refuses what `parse_basic` would refuse."""
    return parse_basic(f"{region}{item_type}{main_item:05d}{sub_item:03d}").code


def generate_implementation(*, body: str, level: str, basic: str) -> str:
    """Return an implementation code of 31 for a credit code, a level (A.2) and a basic code of 12."""
    require_length(normalise(basic), kind=BASIC, lengths=(12,))
    return parse_implementation(f"{body}{level}{basic}").code


def generate_handling(*, implementation: str, serial: int) -> str:
    """Return the handling item code of 33 for an implementation code of 31 and a serial of 1 to 99."""
    return parse_handling(f"{implementation}{serial:02d}").code
