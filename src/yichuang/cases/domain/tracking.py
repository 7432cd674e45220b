"""Tracking refused: by number and last four digits of the phone, told so that nothing is learnt by trying."""

from yichuang.kernel.refusal import Refusal
from yichuang.kernel.words import N_

TAIL_LENGTH = 4


class TrackingRefused(Refusal):
    """No such number, or other digits: the two are not told apart."""

    sentence = N_("办件编号或手机号后四位不正确")
    remedy = N_("请对照受理回执核对编号，并填写申请时所留电话的后四位；也可以登录后在“我的办件”中查看")


class TrackingLocked(Refusal):
    """Too often wrong; known number or not, the words are the same."""

    sentence = N_("输错次数过多，为保护个人信息，查询已暂停到{until}")
    remedy = N_("请在{until}之后再试，或者登录后在“我的办件”中查看，也可以到窗口查询")
