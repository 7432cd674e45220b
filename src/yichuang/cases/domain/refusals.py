"""Refusals of the life of a case: each names the reason, the article and what to do instead."""

from yichuang.kernel.refusal import Refusal
from yichuang.kernel.words import N_


class NotPossibleNow(Refusal):
    """The life-cycle table has no transition from this status for this act."""

    sentence = N_("办件{number}现在是“{status}”，不能{act}")
    remedy = N_("此时可以：{possible}")


class NotAccepted(Refusal):
    """A decision (or a step, or a special procedure) before acceptance."""

    sentence = N_("办件{number}尚未受理，不能{act}：决定不得早于受理")
    remedy = N_("请先受理；如受理时间填错，请更正后重新提交")
    citation = N_("行政许可法第三十二条、第三十七条")


class OutOfOrder(Refusal):
    """The act claims to have happened before what already stands in the ledger."""

    sentence = N_("办件{number}：{act}的时间{at}早于已记录的上一事件时间{last}")
    remedy = N_("请核对来源系统的时间；时间正确而先后颠倒的，请按先后重新提交")


class InTheFuture(Refusal):
    """The act claims a time that has not come yet."""

    sentence = N_("{act}的时间{at}晚于收到它的时间{received}，尚未到来")
    remedy = N_("请核对来源系统的时钟、时区和日期格式")


class UnknownItem(Refusal):
    """The organisation's catalogue does not hold the item."""

    sentence = N_("部门{organisation}的实施清单中没有事项{item}")
    remedy = N_("请核对事项编码和部门编码，或先在事项目录中发布该事项")
    citation = "GB/T 39046—2020"


class ReasonMissing(Refusal):
    """A reason (or the remedies) is required by law and empty."""

    sentence = N_("{act}必须填写{what}")
    remedy = N_("请写明{what}后重新提交")
    citation = N_("行政许可法第三十八条")


class NothingMissing(Refusal):
    """A supplement notice that lists nothing."""

    sentence = N_("补正告知必须一次列明全部需要补正的内容")
    remedy = N_("请列出每一项缺少或不合格的材料；没有缺少的，请受理")
    citation = N_("行政许可法第三十二条第一款第四项")


class AlreadyNotified(Refusal):
    """A second supplement notice."""

    sentence = N_("办件{number}已在{at}一次性告知补正，不得再次要求补正")
    remedy = N_("请按已告知的内容审查：收齐即受理，逾期未补的退件")
    citation = N_("行政许可法第三十二条第一款第四项")


class NotificationTooLate(Refusal):
    """The five days for the supplement notice are over: the application is accepted by law."""

    sentence = N_("办件{number}自{received}收到之日起五个工作日内未告知补正，最后一日为{last}，依法已视为受理")
    remedy = N_("请办理受理，受理日期为收到之日")
    citation = N_("行政许可法第三十二条第一款第四项")


class UnknownProcedure(Refusal):
    """A special procedure that art. 45 does not name."""

    sentence = N_("“{procedure}”不是法律规定可以扣除时间的特别程序")
    remedy = N_("可选：{possible}")
    citation = N_("行政许可法第四十五条")


class NotPlanned(Refusal):
    """A special procedure that the item's implementation list does not foresee."""

    sentence = N_("事项{item}的实施清单没有列出特别程序“{procedure}”")
    remedy = N_("请先在实施清单中补列该特别程序及其依据")
    citation = "GB/T 39046—2020"


class ExtensionTooLong(Refusal):
    """More days than the law allows."""

    sentence = N_("延期{days}个工作日超过法律允许的{limit}个工作日")
    remedy = N_("请在{limit}个工作日以内申请延期")
    citation = N_("行政许可法第四十二条")


class AlreadyExtended(Refusal):
    """A second extension."""

    sentence = N_("办件{number}已延期{days}个工作日，法律只允许延期一次")
    remedy = N_("请在已延长的期限内作出决定")
    citation = N_("行政许可法第四十二条")


class PromiseTooLong(Refusal):
    """The promised limit exceeds the statutory one."""

    sentence = N_("承诺时限{promised}超过法定时限{statutory}")
    remedy = N_("请把承诺时限改为不超过法定时限")
    citation = N_("行政许可法第四十二条")


class AutomaticTooEarly(Refusal):
    """Automatic acceptance before the five days are over."""

    sentence = N_("办件{number}的补正告知期限到{last}才届满，尚不能视为受理")
    remedy = N_("请在{last}之后再办理，或直接受理")
    citation = N_("行政许可法第三十二条第一款第四项")


class UnknownGround(Refusal):
    """A ground for refusing acceptance that art. 32 does not know."""

    sentence = N_("“{ground}”不是不予受理的法定理由")
    remedy = N_("可选：no-licence-needed（不需要许可）、not-competent（不属于本机关职权，须写明有权机关）")
    citation = N_("行政许可法第三十二条第一款第一、二项")


class NotConsulted(Refusal):
    """An answer of a department that was not asked, or has answered already."""

    sentence = N_("办件{number}没有向部门{organisation}征求意见，或者该部门已经答复")
    remedy = N_("请核对答复的部门；需要该部门意见的，先发起征求意见")
    citation = N_("国发〔1999〕9号")


class ResultContradicts(Refusal):
    """A closing result that the decision does not bear out."""

    sentence = N_("办件{number}的决定与办结结果“{result}”不符")
    remedy = N_("可选：{possible}；录入有误或者作废的办件，请办理作废")
    citation = "GB/T 39046—2020"


class UnknownResult(Refusal):
    """A result that is none of the seven."""

    sentence = N_("“{result}”不是办结结果")
    remedy = N_("可选：{possible}")
    citation = "GB/T 39046—2020"
