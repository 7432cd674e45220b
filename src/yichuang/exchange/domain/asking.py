"""Asking: the refusals that other systems hear when they report or repeat a request. Pure."""

from yichuang.kernel.refusal import Refusal
from yichuang.kernel.words import N_


class OutsideArea(Refusal):
    """A system reports, or asks for, what does not lie in its area."""

    sentence = N_("区划{division}、部门{organisation}不在本系统的范围内")
    remedy = N_("请核对代码；如范围登记有误，请联系系统运维人员")


class KeyReused(Refusal):
    """The key of a request has been used for another one."""

    sentence = N_("幂等键“{key}”已用于内容不同的请求")
    remedy = N_("每个新请求请使用新的幂等键；重试时内容须与原请求完全一致")


class KeyInUse(Refusal):
    """The same request is being worked on."""

    sentence = N_("幂等键“{key}”的请求正在处理")
    remedy = N_("请稍候重试，将得到同一答复")


class TargetRefused(Refusal):
    """The target of an export cannot be reached, or is not what it should be."""

    sentence = N_("不能向“{target}”导出：{reason}")
    remedy = N_("请核对地址、账号的写权限和交换表的列；表不存在时将自动建立")
