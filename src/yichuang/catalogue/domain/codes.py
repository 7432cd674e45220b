"""Code lists: between the codes of the standard, the keys of our data files and the words people read.

Answers: which value a code, a key or a Chinese name stands for. Lists A.1 to A.7 are those of
GB/T 39046-2020; the others name their source beside them.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from yichuang.kernel.words import N_


class Kind(StrEnum):
    """Case type (办件类型, A.6)."""

    PROMISED = "promised"
    ON_THE_SPOT = "on-the-spot"


class Review(StrEnum):
    """Review type (审查类型)."""

    ON_THE_SPOT = "on-the-spot"
    REVIEW = "review"


class Unit(StrEnum):
    """Unit of a limit."""

    WORKING_DAYS = "working-days"
    CALENDAR_DAYS = "calendar-days"
    OPENING_HOURS = "opening-hours"


class ResultType(StrEnum):
    """What the applicant takes home (出证, 出文, 审批, 无)."""

    CERTIFICATE = "certificate"
    DOCUMENT = "document"
    APPROVAL = "approval"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Code:
    """One value: `key` in our data, `code` in the standard, `name` for people."""

    key: str
    code: str
    name: str


@dataclass(frozen=True)
class CodeList:
    """A closed list; `stored` says whether tables keep the key or the standard's code."""

    title: str
    entries: tuple[Code, ...]
    stored: str = "key"
    _by_any: dict[str, Code] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        by_any = {text: entry for entry in self.entries for text in (entry.key, entry.code, entry.name) if text}
        object.__setattr__(self, "_by_any", by_any)
        object.__setattr__(self, "_by_value", {self.value(entry): entry for entry in self.entries})

    def __iter__(self) -> Iterator[Code]:
        return iter(self.entries)

    def __contains__(self, value: object) -> bool:
        return value in self._by_value  # type: ignore[attr-defined]

    def value(self, entry: Code) -> str:
        """Return what tables keep of an entry."""
        return entry.code if self.stored == "code" else entry.key

    def find(self, text: str) -> str | None:
        """Return the stored value of a key, a code or a Chinese name; None where the list does not know it."""
        entry = self._by_any.get(text.strip())
        return None if entry is None else self.value(entry)

    def name(self, value: str) -> str:
        """Return the Chinese name of a stored value, the value itself where the list does not know it."""
        entry: Code | None = self._by_value.get(value)  # type: ignore[attr-defined]
        return value if entry is None else entry.name

    def names(self, values: Iterable[str]) -> tuple[str, ...]:
        """Return the Chinese names of several stored values."""
        return tuple(self.name(value) for value in values)


TYPES = CodeList(
    title=N_("事项类型"),
    stored="code",
    entries=(
        Code("", "01", N_("行政许可")),
        Code("", "02", N_("行政处罚")),
        Code("", "03", N_("行政强制")),
        Code("", "04", N_("行政征收")),
        Code("", "05", N_("行政给付")),
        Code("", "06", N_("行政检查")),
        Code("", "07", N_("行政确认")),
        Code("", "08", N_("行政奖励")),
        Code("", "09", N_("行政裁决")),
        Code("", "10", N_("其他行政权力")),
        Code("", "20", N_("公共服务")),
    ),
)
PUBLIC_SERVICE = "20"

LEVELS = CodeList(
    title=N_("行使层级"),
    stored="code",
    entries=(
        Code("nation", "1", N_("国家级")),
        Code("province", "2", N_("省级")),
        Code("city", "3", N_("市级")),
        Code("county", "4", N_("县级")),
        Code("town", "5", N_("镇（乡、街道）级")),
        Code("village", "6", N_("村（社区）级")),
        Code("graded", "7", N_("分级管理")),
    ),
)

NATURES = CodeList(
    title=N_("实施主体性质"),
    stored="code",
    entries=(
        Code("statutory", "1", N_("法定机关")),
        Code("authorised", "2", N_("授权组织")),
        Code("entrusted", "3", N_("受委托组织")),
        Code("other", "9", N_("其他性质")),
    ),
)

OBJECTS = CodeList(
    title=N_("服务对象"),
    stored="code",
    entries=(
        Code("natural", "1", N_("自然人")),
        Code("enterprise", "2", N_("企业法人")),
        Code("institution", "3", N_("事业法人")),
        Code("social-organisation", "4", N_("社会组织法人")),
        Code("agency", "5", N_("行政机关")),
        Code("other", "6", N_("其他组织")),
    ),
)
NATURAL_PERSON = "1"

CHANNELS = CodeList(
    title=N_("办理形式"),
    stored="code",
    entries=(
        Code("window", "1", N_("窗口办理")),
        Code("web", "2", N_("网上办理")),
        Code("mobile", "3", N_("移动端办理")),
        Code("post", "4", N_("快递申请")),
        Code("other", "9", N_("其他形式")),
    ),
)

KINDS = CodeList(
    title=N_("办件类型"),
    entries=(Code(Kind.ON_THE_SPOT, "1", N_("即办件")), Code(Kind.PROMISED, "2", N_("承诺件"))),
)

REVIEWS = CodeList(
    title=N_("审查类型"),
    entries=(Code(Review.ON_THE_SPOT, "", N_("即审即办")), Code(Review.REVIEW, "", N_("前审后批"))),
)

UNITS = CodeList(
    title=N_("时限单位"),
    entries=(
        Code(Unit.WORKING_DAYS, "", N_("工作日")),
        Code(Unit.CALENDAR_DAYS, "", N_("自然日")),
        Code(Unit.OPENING_HOURS, "", N_("工作小时")),
    ),
)

RESULT_TYPES = CodeList(
    title=N_("结果类型"),
    entries=(
        Code(ResultType.CERTIFICATE, "", N_("出证办结")),
        Code(ResultType.DOCUMENT, "", N_("出文办结")),
        Code(ResultType.APPROVAL, "", N_("审批办结")),
        Code(ResultType.NONE, "", N_("无结果文书")),
    ),
)

# Article 45 of the Administrative Licence Law names these and no others.
SPECIAL_PROCEDURES = CodeList(
    title=N_("特别程序"),
    entries=(
        Code("hearing", "", N_("听证")),
        Code("tender", "", N_("招标")),
        Code("auction", "", N_("拍卖")),
        Code("inspection", "", N_("检验")),
        Code("testing", "", N_("检测")),
        Code("quarantine", "", N_("检疫")),
        Code("appraisal", "", N_("鉴定")),
        Code("expert-review", "", N_("专家评审")),
    ),
)

CROSS_REGION = CodeList(
    title=N_("通办范围"),
    stored="code",
    entries=(
        Code("nation", "1", N_("全国")),
        Code("provinces", "2", N_("跨省")),
        Code("cities", "3", N_("跨市")),
        Code("counties", "4", N_("跨县")),
    ),
)

FORMS = CodeList(
    title=N_("材料形式"),
    entries=(
        Code("paper", "", N_("纸质")),
        Code("electronic", "", N_("电子")),
        Code("both", "", N_("纸质或电子")),
    ),
)

POSTS = CodeList(
    title=N_("办理岗位"),
    entries=(
        Code("window", "", N_("窗口")),
        Code("section", "", N_("科室")),
        Code("leader", "", N_("分管领导")),
        Code("site", "", N_("现场")),
        Code("certificate", "", N_("制证")),
        Code("joint", "", N_("联办部门")),
    ),
)
