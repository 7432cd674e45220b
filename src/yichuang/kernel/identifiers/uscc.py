"""Unified social credit code (统一社会信用代码, GB 32100-2015): the identity of every organisation since October 2015.

Answers whether a code is well formed, down to the organisation code within it, and who registered what.

Guarantee: the check is taken modulo the prime 31 over 31 characters, with weights that are never 0 and
that differ between neighbours. Any single changed character and any two swapped neighbours are caught.
"""

from dataclasses import dataclass

from yichuang.kernel.identifiers import organisation_code
from yichuang.kernel.identifiers.refusals import IdentifierKind, WrongCheckCharacter, inside
from yichuang.kernel.identifiers.spelling import normalise, require_characters, require_length
from yichuang.kernel.words import N_

KIND = IdentifierKind(name=N_("统一社会信用代码"), citation="GB 32100-2015")

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"

# Not yet read in the standard itself: titles for people, never a reason to refuse a code.
DEPARTMENTS: dict[str, str] = {
    "1": N_("机构编制"),
    "2": N_("外交"),
    "3": N_("司法行政"),
    "4": N_("文化"),
    "5": N_("民政"),
    "6": N_("旅游"),
    "7": N_("宗教"),
    "8": N_("工会"),
    "9": N_("工商（市场监管）"),
    "A": N_("中央军委改革和编制办公室"),
    "N": N_("农业"),
    "Y": N_("其他"),
}
CATEGORIES: dict[str, str] = {
    "11": N_("机关"),
    "12": N_("事业单位"),
    "13": N_("群众团体"),
    "19": N_("机构编制其他"),
    "31": N_("律师执业机构"),
    "32": N_("公证处"),
    "33": N_("基层法律服务所"),
    "34": N_("司法鉴定机构"),
    "35": N_("仲裁委员会"),
    "51": N_("社会团体"),
    "52": N_("民办非企业单位"),
    "53": N_("基金会"),
    "59": N_("民政其他"),
    "71": N_("宗教活动场所"),
    "81": N_("基层工会"),
    "91": N_("企业"),
    "92": N_("个体工商户"),
    "93": N_("农民专业合作社"),
}

_A_CHARACTER = N_("数字或大写字母（I、O、S、V、Z除外）")
_DEPARTMENT_AND_CATEGORY = N_("登记管理部门和机构类别代码")
_DIVISION = N_("登记管理机关行政区划码")
_ORGANISATION = N_("主体标识码")
_CHECK = N_("统一社会信用代码校验码")
_VALUES = {character: value for value, character in enumerate(ALPHABET)}
_WEIGHTS = tuple(pow(3, power, 31) for power in range(17))


@dataclass(frozen=True, slots=True)
class Uscc:
    """A valid code and its parts; `organisation` is itself a valid organisation code of nine characters."""

    code: str
    department: str
    category: str
    division: str
    organisation: str
    check_character: str

    @property
    def department_title(self) -> str | None:
        """Name the registering department, None where the list does not know it."""
        return DEPARTMENTS.get(self.department)

    @property
    def category_title(self) -> str | None:
        """Name the kind of organisation, None where the list does not know it."""
        return CATEGORIES.get(self.department + self.category)


def check_character(body: str) -> str:
    """Return the check character of seventeen valid characters (GB 32100-2015)."""
    total = sum(weight * _VALUES[character] for weight, character in zip(_WEIGHTS, body, strict=True))
    return ALPHABET[-total % 31]


def parse(text: str) -> Uscc:
    """Return the parts of a code of 18 characters.

    The code's own check character is judged before the embedded organisation code, since it sees every
    mistyped character; the embedded check then catches codes that were put together wrongly.
    Refuses with `WrongLength`, `WrongCharacter` or `WrongCheckCharacter` (GB 32100-2015).
    """
    code = normalise(text)
    require_length(code, kind=KIND, lengths=(18,))
    for part, start, stop in ((_DEPARTMENT_AND_CATEGORY, 0, 2), (_ORGANISATION, 8, 17), (_CHECK, 17, 18)):
        require_characters(code, kind=KIND, part=part, start=start, stop=stop, alphabet=ALPHABET, expected=_A_CHARACTER)
    require_characters(code, kind=KIND, part=_DIVISION, start=2, stop=8)
    expected = check_character(code[:17])
    if code[17] != expected:
        raise WrongCheckCharacter(kind=KIND, part=_CHECK, position=18, expected=expected, found=code[17])
    with inside(KIND, offset=8):
        organisation_code.check(code[8:17])
    return Uscc(
        code=code,
        department=code[0],
        category=code[1],
        division=code[2:8],
        organisation=code[8:17],
        check_character=code[17],
    )


def check(text: str) -> None:
    """Refuse a text that is no unified social credit code, for the reasons `parse` names."""
    parse(text)


def generate(*, department: str, category: str, division: str, organisation_body: str) -> str:
    """Return the code for its parts, computing both check characters.

    `organisation_body` is the eight characters before the organisation code's own check character.
    Refuses what `parse` would refuse.
    """
    organisation = organisation_code.generate(body=organisation_body)
    body = normalise(department + category + division) + organisation
    require_length(body + "0", kind=KIND, lengths=(18,))
    require_characters(body, kind=KIND, part=_ORGANISATION, start=8, stop=17, alphabet=ALPHABET, expected=_A_CHARACTER)
    require_characters(
        body, kind=KIND, part=_DEPARTMENT_AND_CATEGORY, start=0, stop=2, alphabet=ALPHABET, expected=_A_CHARACTER
    )
    require_characters(body, kind=KIND, part=_DIVISION, start=2, stop=8)
    return parse(body + check_character(body)).code
