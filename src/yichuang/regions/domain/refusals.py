"""Refusals of amendments: why a centre cannot be changed so, and what to do instead."""

from yichuang.kernel.refusal import Refusal
from yichuang.kernel.words import N_


class CentreUnknown(Refusal):
    """No centre of this code is on record."""

    sentence = N_("没有代码为{centre}的中心")
    remedy = N_("请从中心列表进入；新设的中心请先登记")


class CentreExists(Refusal):
    """The division has a centre already, on that day or later."""

    sentence = N_("这个区划已经有中心（{centre}）")
    remedy = N_("请在原有的中心上办理变更；已经停用的中心重新启用也在原来的中心上办理")


class WindowUnknown(Refusal):
    """The centre has no such window on that day."""

    sentence = N_("{on}这个中心没有窗口{window}")
    remedy = N_("请核对日期；窗口可能还没有开设，或者已经关闭")


class WindowNumberTaken(Refusal):
    """A window of this number is open on that day or will be."""

    sentence = N_("窗口号{number}已由“{name}”使用")
    remedy = N_("请换一个窗口号，或者先关闭原来的窗口")


class WindowStaffed(Refusal):
    """People hold posts at the window beyond the day on which it would end."""

    sentence = N_("这一天以后还有{count}人在这个窗口任职")
    remedy = N_("请勾选同时终止这些任职，或者先在岗位数据中另行安排")


class CentreHasWindows(Refusal):
    """A centre cannot be closed around open windows."""

    sentence = N_("这一天这个中心还有{windows}个窗口、{posts}人任职")
    remedy = N_("请勾选同时关闭全部窗口并终止任职，或者先逐个关闭")


class WindowOpensLater(Refusal):
    """A window is to open on that day or later, so that the centre cannot be closed before."""

    sentence = N_("窗口{window}将于{on}开设")
    remedy = N_("请先撤回开设这个窗口的修订")


class NothingChanges(Refusal):
    """The data say so already."""

    sentence = N_("这一天的登记内容已经如此")
    remedy = N_("请核对要变更的内容和生效日")


class ReasonMissing(Refusal):
    """Every amendment says why."""

    sentence = N_("请写明变更的理由")


class TextUnfitHere(Refusal):
    """A text is empty, too long, or holds signs that no register takes."""

    sentence = N_("“{field}”不能这样填写")
    remedy = N_("不能为空，最长{limit}个字，不能有换行和控制字符")


class BeforeCentre(Refusal):
    """The day lies before the centre came onto the register."""

    sentence = N_("这个中心{since}才登记，不能从{on}起变更")
    remedy = N_("请填写更晚的生效日")


class TooFarAway(Refusal):
    """The day is so far off that it must be a slip."""

    sentence = N_("生效日{on}离今天太远")
    remedy = N_("请填写今天前后{years}年以内的日期")


class SystemContradicts(Refusal):
    """A system that does not exist is compatible with nothing."""

    sentence = N_("没有电子监察系统，就谈不上与市级系统兼容")
    remedy = N_("请选择“有”，或者选择“不兼容”")


class OrganisationNotSeatable(Refusal):
    """The organisation does not exist on that day."""

    sentence = N_("{on}没有代码为{organisation}的部门")
    remedy = N_("请选择当天在册的部门")


class AmendmentUnknown(Refusal):
    """The centre has no amendment of this number."""

    sentence = N_("这个中心没有编号为{amendment}的修订")


class AmendmentInForce(Refusal):
    """An amendment in force is answered by another, not withdrawn."""

    sentence = N_("修订{amendment}已于{on}生效，不能撤回")
    remedy = N_("请另行登记新的变更")


class AmendmentWithdrawn(Refusal):
    """An amendment is withdrawn once."""

    sentence = N_("修订{amendment}已经撤回")


class AmendmentContradicted(Refusal):
    """The change does not fit what is recorded for later."""

    sentence = N_("与已登记的内容不合：{code}，{reason}")
    remedy = N_("请先处理与之不合的登记，或者填写更晚的生效日")


class CentreChanged(Refusal):
    """Somebody else was faster."""

    sentence = N_("您填写期间，这个中心有了新的变更")
    remedy = N_("请看过变更后再次提交")
