"""The refusals of accounts: every way in which signing in, confirming and administering people says no.

Other contexts get them from `values`; rights that are missing (NotPermitted) stand there beside the roles.
"""

from yichuang.kernel.refusal import Refusal
from yichuang.kernel.words import N_


class WrongCredentials(Refusal):
    """User name and password do not belong together; which of them is wrong is not said."""

    sentence = N_("用户名或密码不正确")
    remedy = N_("请核对后重试；再错 {left} 次将锁定 {minutes} 分钟")


class WrongCode(Refusal):
    """A code of the second factor, or a password asked again, is wrong."""

    sentence = N_("输入不正确，或该验证码已用过")
    remedy = N_("请输入当前密码或验证器上最新的验证码；再错 {left} 次将锁定 {minutes} 分钟")


class LockedOut(Refusal):
    """Too many wrong tries one after another."""

    sentence = N_("连续输错 {tries} 次，该用户名暂时锁定")
    remedy = N_("请在 {minutes} 分钟后重试，或联系系统运维人员")


class SignInUnfinished(Refusal):
    """The second step of signing in is asked for without the first, or too long after it."""

    sentence = N_("登录没有完成，或等待时间过长")
    remedy = N_("请重新输入用户名和密码")


class DemonstrationOff(Refusal):
    """Demonstration accounts are wanted where the demonstration is switched off."""

    sentence = N_("演示模式已关闭，不能建立演示账号")
    remedy = N_("如确需演示，请设置 YICHUANG_DEMONSTRATION=1 后重新启动")


class PasswordRefused(Refusal):
    """A new password does not meet the policy; `reasons` are in the reader's language already."""

    sentence = N_("新密码不符合要求：{reasons}")
    remedy = N_("请换一个密码；较长的短语比复杂的短密码更好记也更安全")
    citation = N_("GB/T 22239-2019 第8.1.4.1条")


class SecondFactorTaken(Refusal):
    """An authenticator is to be added to an account that has one of its kind."""

    sentence = N_("这个账号已经绑定了验证器")
    remedy = N_("如需更换，请先移除原来的验证器")


class IdentityClosed(Refusal):
    """No identity provider is configured, and the demonstration's own is off."""

    sentence = N_("本站尚未接通统一身份认证")
    remedy = N_("请到政务服务中心窗口办理，或联系系统运维人员设置 YICHUANG_OIDC_ISSUER")


class IdentityUnreachable(Refusal):
    """The identity provider does not answer, or not as OpenID Connect prescribes."""

    sentence = N_("统一身份认证暂时不可用")
    remedy = N_("请稍后重试；急需办理的，可以到政务服务中心窗口办理")


class IdentityNotVerified(Refusal):
    """What came back from the identity provider does not prove who somebody is."""

    sentence = N_("身份认证没有完成：{reason}")
    remedy = N_("请从登录页重新开始；如再次出现，请联系系统运维人员")
    citation = N_("OpenID Connect Core 1.0 第3.1.3.7条")


class IdentityConflict(Refusal):
    """The verified number belongs to another account already."""

    sentence = N_("该证件号码已绑定另一个账号")
    remedy = N_("请携带身份证件到政务服务中心窗口核实")


class AccountUnknown(Refusal):
    """There is no such account, or not one that the asker may manage."""

    sentence = N_("没有这个人员账号")
    remedy = N_("请从人员清单中选择")


class AccountClosed(Refusal):
    """The account is no longer active."""

    sentence = N_("账号“{username}”已停用")
    remedy = N_("请先恢复账号，或选择其他人员")


class NameTaken(Refusal):
    """Another account bears the user name."""

    sentence = N_("用户名“{username}”已被使用")
    remedy = N_("请换一个用户名")


class NotHeldByGiver(Refusal):
    """Somebody wants to give a role that his own role may not give."""

    sentence = N_("您的岗位不能授予“{role}”")
    remedy = N_("请联系系统运维人员办理")


class BeyondOwnArea(Refusal):
    """Somebody wants to give a role, or manage somebody, outside his own area."""

    sentence = N_("授权范围超出您自己的管理范围")
    remedy = N_("请改为您管理的区划、部门、中心或窗口，或联系上级管理员办理")


class OwnGrant(Refusal):
    """Somebody wants to give himself a role or an authority."""

    sentence = N_("不能给自己授权")
    remedy = N_("请由另一位管理员办理")


class PeriodReversed(Refusal):
    """A period ends before it begins, or an end would be moved later."""

    sentence = N_("有效期不正确：终止日期不能早于起始日期，也不能晚于原定终止日期")
    remedy = N_("请核对日期；需要延长的，请另行登记")


class AuthorityOverlaps(Refusal):
    """The holder has the same power for the same item in a period that overlaps."""

    sentence = N_("同一人员对同一事项的同一权限已有授权（{document}），有效期重叠")
    remedy = N_("请先撤回原授权，或改为首尾相接的有效期")
    citation = N_("授权书")


class AuthorityUnknown(Refusal):
    """There is no such line in the authority list."""

    sentence = N_("授权清单中没有这一条")
    remedy = N_("请刷新授权清单后重试")
