"""Refusals of drafting."""

from yichuang.kernel.refusal import Refusal
from yichuang.kernel.words import N_


class FileTaken(Refusal):
    """There is a mapping already, perhaps one that somebody has finished by hand."""

    sentence = N_("文件{file}已存在，没有覆盖")
    remedy = N_("换一个文件名，或用 --force 覆盖")


class TokenNeeded(Refusal):
    """A service answers only those whom it knows, and nobody has said who we are."""

    sentence = N_("来源{source}要求表明身份：{reason}")
    remedy = N_("请把令牌放进环境变量{name}后重新起草；令牌不在Authorization里时，用 --token-header 给出头的名称")


class NoRecordsSeen(Refusal):
    """A reply has no object in any list: there is nothing that could be cases."""

    sentence = N_("{source}的答复中没有找到记录")
    remedy = N_("请给出返回办件列表（JSON对象的数组）的地址，其中至少要有一条记录")
