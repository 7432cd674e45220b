"""Why the portal says no: what a page cannot do for this visitor, and what he can do instead."""

from yichuang.kernel.refusal import Refusal
from yichuang.kernel.words import N_


class IdentityMissing(Refusal):
    """An account without a verified identity cannot apply."""

    sentence = N_("这个账号还没有经过实名认证，不能在网上申请")
    remedy = N_("请用实名认证的账号登录，或带身份证到政务服务中心窗口办理")


class LevelMissing(Refusal):
    """A rating without a level: none is ever chosen for the rater."""

    sentence = N_("还没有选择满意程度")
    remedy = N_("请在五个等次中选一个")


class ChoiceMissing(Refusal):
    """A form sent without its one choice."""

    sentence = N_("还没有选择“{label}”")
    remedy = N_("请选择后再提交")
