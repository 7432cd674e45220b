"""Case results: the seven ends of a case, and the two code lists that name them.

Two variants of 办结结果代码 are in use and give different meanings to 1, 5 and 6. A connector must say
which one its source speaks; inside there is one meaning per word.
"""

from enum import StrEnum

from yichuang.kernel.refusal import Refusal
from yichuang.kernel.words import N_


class Result(StrEnum):
    """How a case ended."""

    GRANTED = "granted"
    NOT_GRANTED = "not-granted"
    VOID = "void"
    DELETED = "deleted"
    FORWARDED = "forwarded"
    RETURNED = "returned"
    NOT_ACCEPTED = "not-accepted"
    OTHER = "other"


class CodeVariant(StrEnum):
    """Which of the two lists a code is taken from."""

    OLDER = "older"
    NEWER = "newer"


RESULT_LABELS: dict[Result, str] = {
    Result.GRANTED: N_("出证办结"),
    Result.NOT_GRANTED: N_("不予许可"),
    Result.VOID: N_("作废办结"),
    Result.DELETED: N_("删除办结"),
    Result.FORWARDED: N_("转报办结"),
    Result.RETURNED: N_("退件"),
    Result.NOT_ACCEPTED: N_("不予受理"),
    Result.OTHER: N_("其他办结"),
}

# Results that take the case out of every figure.
UNCOUNTED: frozenset[Result] = frozenset({Result.VOID, Result.DELETED})
# Reason text is mandatory for codes 1 to 5 of either list.
NEEDS_REASON: frozenset[Result] = frozenset(
    {Result.NOT_GRANTED, Result.VOID, Result.DELETED, Result.FORWARDED, Result.RETURNED, Result.NOT_ACCEPTED}
)

_DECODE: dict[CodeVariant, dict[str, Result]] = {
    CodeVariant.OLDER: {
        "0": Result.GRANTED,
        "1": Result.RETURNED,
        "2": Result.VOID,
        "3": Result.DELETED,
        "4": Result.FORWARDED,
        "5": Result.RETURNED,
        "6": Result.OTHER,
    },
    CodeVariant.NEWER: {
        "0": Result.GRANTED,
        "1": Result.NOT_GRANTED,
        "2": Result.VOID,
        "3": Result.DELETED,
        "4": Result.FORWARDED,
        "5": Result.RETURNED,
        "6": Result.NOT_ACCEPTED,
    },
}
_ENCODE: dict[CodeVariant, dict[Result, str]] = {
    variant: {result: code for code, result in codes.items()} for variant, codes in _DECODE.items()
}
# The older list has neither 不予许可 nor 不予受理 (such a case was sent back: 退回办结), and its 5 is only the part
# of 退件 whose supplements came late; the newer has no 其他办结 (the matter was done).
_ENCODE[CodeVariant.OLDER] |= {Result.NOT_GRANTED: "1", Result.NOT_ACCEPTED: "1", Result.RETURNED: "1"}
_ENCODE[CodeVariant.NEWER][Result.OTHER] = "0"


class UnknownResultCode(Refusal):
    """The code stands in neither list."""

    sentence = N_("办结结果代码“{code}”不在{variant}代码表中")
    remedy = N_("请在映射文件中为该值指定 0 至 6 之一")
    citation = "up_pro_result.result_type"


def decode_result(code: str, *, variant: CodeVariant) -> Result:
    """Return the result that a code 0-6 means in the given list; raises UnknownResultCode."""
    try:
        return _DECODE[variant][code.strip()]
    except KeyError:
        raise UnknownResultCode(code=code, variant=variant.value) from None


def encode_result(result: Result, *, variant: CodeVariant) -> str:
    """Return the code 0-6 of a result in the given list."""
    return _ENCODE[variant][result]
