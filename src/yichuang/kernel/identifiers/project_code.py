"""National code of an investment project (投资项目代码): what ties all approvals of one building project together.

Answers whether a code of 24 characters is well formed and what it says:
YYYY-division 6-industry 2-kind of construction 2-serial 6, with hyphens. It has no check character, so
a mistyped digit goes unnoticed wherever the result still has the right shape.

The length is that of GB/T 39046-2020; the layout is common practice, not read in a standard.
"""

from dataclasses import dataclass

from yichuang.kernel.identifiers import division_code
from yichuang.kernel.identifiers.refusals import IdentifierKind, WrongCharacter, inside
from yichuang.kernel.identifiers.spelling import normalise, require_characters, require_length
from yichuang.kernel.words import N_

KIND = IdentifierKind(
    name=N_("投资项目代码"), citation=N_("GB/T 39046-2020（长度），全国投资项目在线审批监管平台惯例（结构）")
)

_HYPHEN = N_("分隔符")
_YEAR = N_("年份")
_DIVISION = N_("项目所在地区划码")
_INDUSTRY = N_("行业代码")
_CONSTRUCTION = N_("建设性质代码")
_SERIAL = N_("项目流水号")
_LAYOUT = (
    (_YEAR, 0, 4),
    (_DIVISION, 5, 11),
    (_INDUSTRY, 12, 14),
    (_CONSTRUCTION, 15, 17),
    (_SERIAL, 18, 24),
)
_HYPHENS = (4, 11, 14, 17)


@dataclass(frozen=True, slots=True)
class ProjectCode:
    """A well-formed code and its parts."""

    code: str
    year: int
    division: str
    industry: str
    construction: str
    serial: int


def parse(text: str) -> ProjectCode:
    """Return the parts of a code of 24 characters, hyphens included.

    Refuses with `WrongLength`, `WrongCharacter` or the reasons of the division code.
    """
    code = normalise(text)
    require_length(code, kind=KIND, lengths=(24,))
    for place in _HYPHENS:
        if code[place] != "-":
            raise WrongCharacter(kind=KIND, part=_HYPHEN, position=place + 1, expected=N_("连字符-"), found=code[place])
    for part, start, stop in _LAYOUT:
        require_characters(code, kind=KIND, part=part, start=start, stop=stop)
    with inside(KIND, offset=5):
        division_code.check(code[5:11])
    return ProjectCode(
        code=code,
        year=int(code[:4]),
        division=code[5:11],
        industry=code[12:14],
        construction=code[15:17],
        serial=int(code[18:]),
    )


def check(text: str) -> None:
    """Refuse a text that is no project code, for the reasons `parse` names."""
    parse(text)


def generate(*, year: int, division: str, industry: str, construction: str, serial: int) -> str:
    """Return the code for its parts; refuses what `parse` would refuse."""
    return parse(f"{year:04d}-{division}-{industry}-{construction}-{serial:06d}").code
