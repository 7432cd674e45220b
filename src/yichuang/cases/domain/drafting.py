"""Drafting: why a draft is not saved or not found, and what stays of what was typed."""

from yichuang.cases.domain.application import Application, Draft
from yichuang.kernel.refusal import Refusal
from yichuang.kernel.words import N_


class DraftUnknown(Refusal):
    """No such draft of this person; the draft of another is not told apart from none."""

    sentence = N_("没有找到这份草稿，它可能已经提交、删除或过期")
    remedy = N_("请在“我的办件”中查看；没有的，请从办事指南重新开始")


class DraftChanged(Refusal):
    """Another page has saved the draft since this one was opened; both texts are kept."""

    sentence = N_("这份草稿在另一个页面中已于{saved_at}保存过（第{version}版）")
    remedy = N_("两份内容都已保留：请对照后选择需要的内容，再保存一次")

    @property
    def current(self) -> Draft:
        """Return the draft as the other page left it."""
        found = self.details["current"]
        assert isinstance(found, Draft)
        return found

    @property
    def offered(self) -> Application:
        """Return what was to be saved."""
        found = self.details["offered"]
        assert isinstance(found, Application)
        return found


class DraftSubmitted(Refusal):
    """The draft has become a case and is no longer written."""

    sentence = N_("这份申请已经提交，办件编号为{number}")
    remedy = N_("请在“我的办件”中查看进度；需要改正的，请联系受理窗口或等待补正通知")


class TooManyDrafts(Refusal):
    """More drafts than a person may keep."""

    sentence = N_("您已有{count}份草稿，最多{limit}份")
    remedy = N_("请先提交或删除不需要的草稿")


class DraftTooLarge(Refusal):
    """More text than a draft may hold."""

    sentence = N_("填写的文字共{length}个字符，最多{limit}个")
    remedy = N_("请缩短后再保存；较长的说明请作为附件上传")


class SupplementNotAwaited(Refusal):
    """Nothing was asked for, or everything has come in."""

    sentence = N_("办件{number}目前没有需要补正的材料")
    remedy = N_("请查看办理进度；需要补充说明的，请联系受理窗口")


class NotAskedFor(Refusal):
    """A material that the supplement notice does not name."""

    sentence = N_("补正通知没有要求“{name}”")
    remedy = N_("请按补正通知列出的名称逐项提供")


class SupplementChanged(Refusal):
    """Somebody else has handed something in since the page was opened."""

    sentence = N_("办件{number}的补正材料刚刚在另一个页面中更新过")
    remedy = N_("请刷新页面核对已有的材料后再提交；已上传的文件不会丢失")
