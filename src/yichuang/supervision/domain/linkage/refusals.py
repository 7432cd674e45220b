"""Refusals of linkage, each with what to do next."""

from collections.abc import Callable, Sequence

from yichuang.kernel.refusal import Refusal
from yichuang.kernel.words import N_


def _same(text: str) -> str:
    return text


class RegisterUnknown(Refusal):
    """No register of this code."""

    sentence = N_("没有代码为“{register}”的登记簿")
    remedy = N_("首次导入请给出映射文件（--mapping），其中写明登记簿的名称和种类")


class RegisterMappingFaulty(Refusal):
    """The mapping of a register cannot be used; `faults` are (line, key, reason), every one."""

    sentence = N_("登记簿映射{mapping}有{count}处错误，没有读取任何数据")
    remedy = N_("请全部改正后重新导入")

    def __init__(self, *, mapping: str, faults: Sequence[tuple[int, str, str]]) -> None:
        super().__init__(mapping=mapping, count=len(faults))
        self.faults = tuple(faults)

    def explain(self, translate: Callable[[str], str] = _same) -> str:
        """Return the sentence, then every fault on a line of its own."""
        place = translate(N_("第{row}行"))
        lines = [f"{place.format(row=line)} {key}：{translate(reason)}" for line, key, reason in self.faults]
        return "\n".join([super().explain(translate), *lines])


class HeadingsUnknown(Refusal):
    """No row of the sheet is a head row that can be understood."""

    sentence = N_("文件{file}中找不到能识别的表头；还缺：{missing}")
    remedy = N_("请在映射文件的columns中写明哪一列是什么，或写明header_row")


class LeadUnknown(Refusal):
    """No such lead."""

    sentence = N_("没有编号为{lead}的疑点")
    remedy = N_("请从疑点清单重新打开")


class LeadReasonNeeded(Refusal):
    """A verdict without a reason."""

    sentence = N_("核查结论必须写明理由")
    remedy = N_("请写明依据了哪些材料、如何核实")


class CaseNotLinkable(Refusal):
    """The case that a reviewer names does not exist or belongs to another department's county."""

    sentence = N_("没有编号为{number}的办件，不能据此排除疑点")
    remedy = N_("请核对办件编号；不知道编号时可以留空")


class EntryUnknown(Refusal):
    """No such entry, or it was dropped already."""

    sentence = N_("登记簿中没有可以处理的第{entry}号记录")
    remedy = N_("请用 yichuang registers report 查看")


class CallbackUnknown(Refusal):
    """The case was not drawn for a call-back."""

    sentence = N_("办件{number}没有被抽中回访")
    remedy = N_("请从回访清单中选取")


class CallbackDone(Refusal):
    """What the applicant said is on record already."""

    sentence = N_("办件{number}的回访已有记录")
    remedy = N_("需要更正的，请写明理由另行登记")


class NothingDrawable(Refusal):
    """No case was closed in the time before: there is nobody to call."""

    sentence = N_("{on}之前的{days}天内没有办结的办件可供抽取")
    remedy = N_("请换一个日期")
