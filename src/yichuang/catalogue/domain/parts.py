"""Validate the parts: steps, materials, legal bases and handling items of one content. Answers what is wrong with them.

Same manner as `validate`: rules yield faults, none raises. A fault's `index` is its row within the part.
"""

from collections.abc import Callable, Iterator

from yichuang.catalogue.domain import codes
from yichuang.catalogue.domain.codes import CodeList
from yichuang.catalogue.domain.content import ItemContent
from yichuang.catalogue.domain.faults import Fault, Part
from yichuang.kernel.words import N_

STANDARD = N_("GB/T 39046—2020")
CODING = N_("GB/T 39554.1—2020")
MOST_COPIES = 99
LONGEST_STEP = 9999


def unknown_code(attribute: str, value: str, code_list: CodeList, *, part: Part = Part.ITEM, index: int = 0) -> Fault:
    """Return the fault of a value outside its closed list, naming every value it could have been."""
    return Fault(
        part=part,
        index=index,
        attribute=attribute,
        value=value,
        reason=N_("“{value}”不在代码表“{list}”中"),
        remedy=N_("请从下列各值中选填：{known}"),
        details={"value": value, "list": code_list.title, "known": "、".join(c.name for c in code_list)},
        citation=STANDARD,
    )


def _blank(part: Part, index: int, attribute: str, title: str) -> Fault:
    return Fault(
        part=part,
        index=index,
        attribute=attribute,
        reason=N_("{title}必须填写"),
        remedy=N_("请补填"),
        details={"title": title},
        citation=STANDARD,
    )


def _steps(c: ItemContent) -> Iterator[Fault]:
    total = 0
    for index, step in enumerate(c.steps):
        total += step.amount
        if not step.name.strip():
            yield _blank(Part.STEP, index, "name", N_("环节名称"))
        if not 0 <= step.amount <= LONGEST_STEP:
            yield Fault(
                part=Part.STEP,
                index=index,
                attribute="amount",
                value=str(step.amount),
                reason=N_("环节时限应为0至9999之间的整数"),
                remedy=N_("请填写0或正整数"),
            )
        if step.post and step.post not in codes.POSTS:
            yield unknown_code("post", step.post, codes.POSTS, part=Part.STEP, index=index)
    if not c.steps:
        yield Fault(
            attribute="steps",
            reason=N_("没有办理环节"),
            remedy=N_("请至少列出受理和办结两个环节"),
            citation=STANDARD,
        )
    if total > c.promised_amount:
        yield Fault(
            part=Part.STEP,
            index=len(c.steps) - 1,
            attribute="amount",
            value=str(total),
            reason=N_("各环节时限之和{total}超过承诺时限{promised}"),
            remedy=N_("请压缩环节时限，使其和不超过承诺时限"),
            details={"total": total, "promised": c.promised_amount},
            citation=STANDARD,
        )


def _materials(c: ItemContent) -> Iterator[Fault]:
    seen: set[str] = set()
    for index, material in enumerate(c.materials):
        if not material.name.strip():
            yield _blank(Part.MATERIAL, index, "name", N_("材料名称"))
        elif material.name in seen:
            yield Fault(
                part=Part.MATERIAL,
                index=index,
                attribute="name",
                value=material.name,
                reason=N_("同一事项中材料“{name}”重复"),
                remedy=N_("请合并为一行，或在名称中写明区别"),
                details={"name": material.name},
            )
        seen.add(material.name)
        for attribute, number in (("originals", material.originals), ("copies", material.copies)):
            if not 0 <= number <= MOST_COPIES:
                yield Fault(
                    part=Part.MATERIAL,
                    index=index,
                    attribute=attribute,
                    value=str(number),
                    reason=N_("份数应为0至99的整数"),
                    remedy=N_("请改正份数"),
                    citation=STANDARD,
                )
        if material.form not in codes.FORMS:
            yield unknown_code("form", material.form, codes.FORMS, part=Part.MATERIAL, index=index)


def _basis(c: ItemContent) -> Iterator[Fault]:
    # A public service needs no law that sets it up; an administrative power does.
    if not c.legal_basis and c.type_code != codes.PUBLIC_SERVICE:
        yield Fault(
            attribute="legal_basis",
            reason=N_("行政权力事项没有设定依据"),
            remedy=N_("请填写设定该事项的法律、法规、规章及条款；没有依据的不得实施"),
            citation=N_("行政许可法第四条"),
        )
    for index, basis in enumerate(c.legal_basis):
        if not basis.law.strip():
            yield _blank(Part.BASIS, index, "law", N_("依据名称"))


def _handling(c: ItemContent) -> Iterator[Fault]:
    seen: set[str] = set()
    for index, handling in enumerate(c.handling_items):
        code = handling.code
        if not (len(code) == 2 and code.isascii() and code.isalnum()):
            yield Fault(
                part=Part.HANDLING,
                index=index,
                attribute="code",
                value=code,
                reason=N_("办理项编码应为2位数字或字母"),
                remedy=N_("请按01、02……顺序编号"),
                citation=CODING,
            )
        elif code in seen:
            yield Fault(
                part=Part.HANDLING,
                index=index,
                attribute="code",
                value=code,
                reason=N_("同一事项中办理项编码“{code}”重复"),
                remedy=N_("请改用未使用的编码"),
                details={"code": code},
                citation=CODING,
            )
        seen.add(code)
        if not handling.name.strip():
            yield _blank(Part.HANDLING, index, "name", N_("办理项名称"))


PART_RULES: tuple[Callable[[ItemContent], Iterator[Fault]], ...] = (_steps, _materials, _basis, _handling)
