"""Validate: between a content somebody wrote and the list it is to stand in. Answers what is wrong with it.

Every rule is one small function that yields its faults; none raises, and all of them always run, so
that the writer learns of every fault at once. Rules after domain research 1.3 (the consistency rules
real list checkers use), GB/T 39046-2020 and the Administrative Licence Law.
"""

from collections.abc import Callable, Iterator

from yichuang.catalogue.domain import codes
from yichuang.catalogue.domain.codes import CodeList, Kind, ResultType, Review
from yichuang.catalogue.domain.content import ItemContent
from yichuang.catalogue.domain.faults import Fault
from yichuang.catalogue.domain.lengths import find_too_long
from yichuang.catalogue.domain.limits import exceeds, is_immediate
from yichuang.catalogue.domain.parts import CODING, PART_RULES, STANDARD, unknown_code
from yichuang.kernel.identifiers import uscc
from yichuang.kernel.refusal import Refusal
from yichuang.kernel.words import N_

LICENCE_42 = N_("行政许可法第四十二条")
LICENCE_58 = N_("行政许可法第五十八条")

LONGEST_LIMIT = 9999
DEEPEST_ONLINE = 8
MOST_VISITS = 3

_NEEDED = (
    ("name", N_("事项名称")),
    ("organisation_code", N_("实施主体")),
    ("organisation_name", N_("实施主体名称")),
)
_CODED: tuple[tuple[str, CodeList], ...] = (
    ("type_code", codes.TYPES),
    ("level", codes.LEVELS),
    ("organisation_nature", codes.NATURES),
    ("kind", codes.KINDS),
    ("review", codes.REVIEWS),
    ("promised_unit", codes.UNITS),
    ("statutory_unit", codes.UNITS),
    ("result_type", codes.RESULT_TYPES),
)
_CODED_MANY: tuple[tuple[str, CodeList], ...] = (
    ("objects_served", codes.OBJECTS),
    ("channels", codes.CHANNELS),
    ("special_procedures", codes.SPECIAL_PROCEDURES),
)
# (ending of the result's name, result type it brings about), longest ending first.
_RESULT_ENDINGS = (
    ("批复", ResultType.APPROVAL),
    ("证书", ResultType.CERTIFICATE),
    ("证", ResultType.CERTIFICATE),
    ("文", ResultType.DOCUMENT),
)


def _needed(c: ItemContent) -> Iterator[Fault]:
    for attribute, title in _NEEDED:
        if not getattr(c, attribute).strip():
            yield Fault(
                attribute=attribute,
                reason=N_("{title}必须填写"),
                remedy=N_("请补填"),
                details={"title": title},
                citation=STANDARD,
            )


def _coded(c: ItemContent) -> Iterator[Fault]:
    for attribute, code_list in _CODED:
        value = getattr(c, attribute)
        if value not in code_list:
            yield unknown_code(attribute, value, code_list)
    for attribute, code_list in _CODED_MANY:
        for value in getattr(c, attribute):
            if value not in code_list:
                yield unknown_code(attribute, value, code_list)
    if c.cross_region and c.cross_region not in codes.CROSS_REGION:
        yield unknown_code("cross_region", c.cross_region, codes.CROSS_REGION)
    for attribute in ("objects_served", "channels"):
        if not getattr(c, attribute):
            yield Fault(
                attribute=attribute,
                reason=N_("至少应填一项"),
                remedy=N_("请补填服务对象和办理形式"),
                citation=STANDARD,
            )


def _identity(c: ItemContent) -> Iterator[Fault]:
    """The three codes must be well formed and fit each other (GB/T 39554.1-2020: 18 + 1 + 12)."""
    try:
        uscc.check(c.organisation_uscc)
    except Refusal as refusal:
        yield Fault(
            attribute="organisation_uscc",
            value=c.organisation_uscc,
            reason=N_("实施主体的统一社会信用代码不正确：{why}"),
            remedy=N_("请与该机构的统一社会信用代码证书逐位核对"),
            details={"why": refusal.explain().rstrip("。")},
            citation="GB 32100-2015",
        )
    code = c.catalogue_code
    if not (len(code) == 12 and code.isascii() and code.isdigit()):
        yield Fault(
            attribute="catalogue_code",
            value=code,
            reason=N_("基本编码应为12位数字，实为{length}位“{value}”"),
            remedy=N_("请按“省码2位、类型2位、主项5位、子项3位”填写"),
            details={"length": len(code), "value": code},
            citation=CODING,
        )
    elif code[2:4] != c.type_code:
        yield Fault(
            attribute="type_code",
            value=c.type_code,
            reason=N_("事项类型“{type}”与基本编码第3至4位“{found}”不一致"),
            remedy=N_("请核对事项类型；类型改变的，应当取消旧编码并新增编码"),
            details={"type": c.type_code, "found": code[2:4]},
            citation=CODING,
        )
    expected = c.organisation_uscc + c.level + code
    if c.implementation_code != expected:
        yield Fault(
            attribute="implementation_code",
            value=c.implementation_code,
            reason=N_("实施编码应为“{expected}”（统一社会信用代码、行使层级、基本编码相连）"),
            remedy=N_("请按组成改正，或核对其中的三个部分"),
            details={"expected": expected},
            citation=CODING,
        )


def _limits(c: ItemContent) -> Iterator[Fault]:
    for attribute, amount in (("promised_amount", c.promised_amount), ("statutory_amount", c.statutory_amount)):
        if amount is not None and not 0 <= amount <= LONGEST_LIMIT:
            yield Fault(
                attribute=attribute,
                value=str(amount),
                reason=N_("时限应为0至9999之间的整数"),
                remedy=N_("请填写0或正整数"),
                citation=LICENCE_42,
            )
    if c.statutory_amount is None or c.statutory_unit not in codes.UNITS or c.promised_unit not in codes.UNITS:
        return
    if exceeds(
        promised=c.promised_amount,
        promised_unit=c.promised_unit,
        statutory=c.statutory_amount,
        statutory_unit=c.statutory_unit,
    ):
        yield Fault(
            attribute="promised_amount",
            value=str(c.promised_amount),
            reason=N_("承诺时限{promised}{promised_unit}可能超过法定时限{statutory}{statutory_unit}"),
            remedy=N_("请缩短承诺时限；承诺只能比法定更快"),
            details={
                "promised": c.promised_amount,
                "promised_unit": codes.UNITS.name(c.promised_unit),
                "statutory": c.statutory_amount,
                "statutory_unit": codes.UNITS.name(c.statutory_unit),
            },
            citation=LICENCE_42,
        )


def _on_the_spot(c: ItemContent) -> Iterator[Fault]:
    """Promise "at once" <=> on-the-spot case and on-the-spot review; otherwise promised case and review first."""
    immediate = is_immediate(amount=c.promised_amount, unit=c.promised_unit)
    on_the_spot = c.kind == Kind.ON_THE_SPOT
    if on_the_spot and not immediate:
        yield Fault(
            attribute="promised_amount",
            value=str(c.promised_amount),
            reason=N_("即办件应当场办结，承诺时限却是{amount}{unit}"),
            remedy=N_("请把承诺时限改为一个工作日内的工作小时数，或把办件类型改为承诺件"),
            details={"amount": c.promised_amount, "unit": codes.UNITS.name(c.promised_unit)},
            citation=STANDARD,
        )
    if immediate and not on_the_spot:
        yield Fault(
            attribute="kind",
            value=c.kind,
            reason=N_("承诺当场办结的事项，办件类型应为即办件"),
            remedy=N_("请改为即办件，或写明承诺的工作日数"),
            citation=STANDARD,
        )
    expected = Review.ON_THE_SPOT if on_the_spot else Review.REVIEW
    if c.review in codes.REVIEWS and c.review != expected:
        yield Fault(
            attribute="review",
            value=codes.REVIEWS.name(c.review),
            reason=N_("{kind}的审查类型应为“{expected}”"),
            remedy=N_("请改正审查类型或办件类型"),
            details={"kind": codes.KINDS.name(c.kind), "expected": codes.REVIEWS.name(expected)},
            citation=STANDARD,
        )


def _result(c: ItemContent) -> Iterator[Fault]:
    if c.result_type != ResultType.NONE and not c.result_name.strip():
        yield Fault(
            attribute="result_name",
            reason=N_("结果类型为“{type}”的事项必须填写结果名称"),
            remedy=N_("请填写证照或文书的全称"),
            details={"type": codes.RESULT_TYPES.name(c.result_type)},
            citation=STANDARD,
        )
    for ending, result_type in _RESULT_ENDINGS:
        if c.result_name.endswith(ending):
            if c.result_type != result_type:
                yield Fault(
                    attribute="result_type",
                    value=codes.RESULT_TYPES.name(c.result_type),
                    reason=N_("结果名称以“{ending}”结尾，结果类型应为“{expected}”"),
                    remedy=N_("请改正结果类型或结果名称"),
                    details={"ending": ending, "expected": codes.RESULT_TYPES.name(result_type)},
                    citation=STANDARD,
                )
            return


def _fees(c: ItemContent) -> Iterator[Fault]:
    if c.charged and not c.fee_basis.strip():
        yield Fault(
            attribute="fee_basis",
            reason=N_("收费事项必须写明收费依据"),
            remedy=N_("请填写法律、行政法规的名称和条款；没有依据的不得收费"),
            citation=LICENCE_58,
        )
    if c.fees and not c.charged:
        yield Fault(
            attribute="charged",
            value="0",
            reason=N_("列有收费项目，却填为不收费"),
            remedy=N_("请改为收费并写明依据，或删去收费项目"),
            citation=LICENCE_58,
        )


def _depth(c: ItemContent) -> Iterator[Fault]:
    for attribute, value, least, most in (
        ("online_depth", c.online_depth, 1, DEEPEST_ONLINE),
        ("visits", c.visits, 0, MOST_VISITS),
    ):
        if not least <= value <= most:
            yield Fault(
                attribute=attribute,
                value=str(value),
                reason=N_("应为{least}至{most}之间的整数"),
                remedy=N_("网办深度为1至8；到现场次数为0至3，3表示多次"),
                details={"least": least, "most": most},
                citation="GB/T 39554.2—2020",
            )


RULES: tuple[Callable[[ItemContent], Iterator[Fault]], ...] = (
    _needed,
    _coded,
    _identity,
    _limits,
    _on_the_spot,
    _result,
    _fees,
    _depth,
    *PART_RULES,
    find_too_long,
)


def find_faults(content: ItemContent) -> tuple[Fault, ...]:
    """Return every fault of one implementation item, in the order of the rules; never raises."""
    return tuple(fault for rule in RULES for fault in rule(content))
