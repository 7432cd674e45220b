"""Refusals of the catalogue: each names the reason, the article or standard and what to do instead."""

from yichuang.kernel.refusal import Refusal
from yichuang.kernel.words import N_


class ItemUnknown(Refusal):
    """No item stands under this code."""

    sentence = N_("事项目录中没有“{code}”")
    remedy = N_("请核对编码；新事项请先新增并送审")


class NotApproved(Refusal):
    """A version is to be published without both approvals."""

    sentence = N_("“{name}”第{version}版尚缺{missing}部门审核同意，不能发布")
    remedy = N_("请先由编制部门和法制部门分别审核同意")
    citation = N_("国办函〔2016〕108号")


class AlreadyApproved(Refusal):
    """The same department approves twice."""

    sentence = N_("“{name}”第{version}版已由{role}部门于{at}审核同意")
    remedy = N_("不必重复审核")


class SameApprover(Refusal):
    """One person gives both approvals."""

    sentence = N_("{approver}已作为另一部门审核过“{name}”，不能再作为{role}部门审核")
    remedy = N_("请由{role}部门的另一名工作人员审核")
    citation = N_("国办函〔2016〕108号")


class WrongState(Refusal):
    """The version is not in a state that allows the act."""

    sentence = N_("“{name}”第{version}版现在是“{state}”，不能{act}")
    remedy = N_("此时可以：{possible}")


class PromiseExceedsStatutory(Refusal):
    """The promised limit may take longer than the law allows."""

    sentence = N_("“{name}”的承诺时限{promised}超过法定时限{statutory}，不能发布")
    remedy = N_("请缩短承诺时限")
    citation = N_("行政许可法第四十二条")


class ContentFaulty(Refusal):
    """A content breaks consistency rules; `faults` holds every one."""

    sentence = N_("“{name}”有{count}处问题：{first}")
    remedy = N_("请全部改正后重新提交")
    citation = N_("GB/T 39046—2020")


class SourceFaulty(Refusal):
    """The data folder does not hold what the catalogue needs; nothing was loaded."""

    sentence = N_("目录数据有{count}处问题，未载入任何内容：{first}")
    remedy = N_("请用 catalogue_check 命令列出全部问题，改正后重新载入")


class AlreadyEntered(Refusal):
    """The handling item already stands in this centre."""

    sentence = N_("办理项{code}已于{entered_on}进驻{centre}")
    remedy = N_("如需更改进驻日期，请先办理退出")


class NotEntered(Refusal):
    """The handling item does not stand in this centre."""

    sentence = N_("办理项{code}没有进驻{centre}")
    remedy = N_("请核对中心代码和办理项编码")


class LeavesBeforeEntering(Refusal):
    """Leaving is dated before entering."""

    sentence = N_("办理项{code}的退出日期{left_on}不晚于进驻日期{entered_on}")
    remedy = N_("请核对日期")


class WorkbookUnreadable(Refusal):
    """The file is no workbook that may be read; nothing was loaded."""

    sentence = N_("不能读取工作簿：{reason}")
    remedy = N_("请用系统导出的模板填写，另存为 .xlsx 后重新导入")


class DatesOutOfOrder(Refusal):
    """A version is to stand from before the version it follows."""

    sentence = N_("“{name}”第{version}版的生效日期{effective_on}早于现行版的生效日期{standing_on}")
    remedy = N_("请改用不早于现行版的生效日期")
