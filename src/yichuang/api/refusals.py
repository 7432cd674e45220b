"""The refusals of the API itself: token, scope, rate, and requests that cannot be read."""

from yichuang.kernel.refusal import Refusal
from yichuang.kernel.words import N_


class TokenMissing(Refusal):
    """No bearer token, or one that is unknown, over, or of a system that was stopped; which, is not said."""

    sentence = N_("请求没有带有效的令牌")
    remedy = N_("请用系统标识和密钥在 /api/oauth/token/ 取得令牌，放入 Authorization: Bearer 请求头")
    citation = "RFC 6750"


class ScopeMissing(Refusal):
    """The token is good, but not for this."""

    sentence = N_("令牌不含权限范围“{scope}”")
    remedy = N_("请在申请令牌时列出该权限范围；系统未登记该范围的，请联系系统运维人员")


class OutsideScope(Refusal):
    """A system asks for figures of a place that is not its own."""

    sentence = N_("所请求的区划或部门不在本系统的范围内")
    remedy = N_("请改查本系统范围内的区划和部门")


class TooManyRequests(Refusal):
    """A system asks more often than it was allowed."""

    sentence = N_("请求超过每分钟{limit}次")
    remedy = N_("请在{seconds}秒后重试；需要更高频率的，请联系系统运维人员")


class RequestMalformed(Refusal):
    """Something in the request that no text may hold, or that cannot be decoded."""

    sentence = N_("请求无法解读：{reason}")
    remedy = N_("请核对编码和内容；JSON 必须是 UTF-8")
