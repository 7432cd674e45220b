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


class UnknownWord(Refusal):
    """A word that is not on its list."""

    sentence = N_("“{word}”不在可选范围内")
    remedy = N_("可选：{possible}")


class SupplementDueTooEarly(Refusal):
    """A supplement term that ends before it begins."""

    sentence = N_("补正期限{due}不晚于告知之日{told}")
    remedy = N_("请给申请人留出至少一天")


class SupplementStillPossible(Refusal):
    """The application is to be returned while its supplements may still come."""

    sentence = N_("办件{number}的补正期限到{until}止，尚不能逾期退件")
    remedy = N_("请在{until}之后再办理；申请人不再办理的，由申请人撤回")
    citation = N_("行政许可法第三十二条第一款第四项")


class NoSuchRule(Refusal):
    """On that day no rule allowed it."""

    sentence = N_("{day}尚无“{what}”的规定")
    remedy = N_("请按材料齐全受理，或者一次性告知补正")
    citation = N_("行政许可法第三十二条")


class KeyMaterialMissing(Refusal):
    """A main review element cannot be tolerated as missing."""

    sentence = N_("“{material}”是事项{item}的主审要件，不能容缺")
    remedy = N_("请收取该材料后受理，或者一次性告知补正")
    citation = N_("容缺受理办法：主审要件不得容缺")


class MaterialUnknown(Refusal):
    """A material that the item does not ask for."""

    sentence = N_("事项{item}的材料清单没有必要材料“{material}”")
    remedy = N_("可选：{possible}")
    citation = "GB/T 39046—2020"


class NoTimeForTolerance(Refusal):
    """The promise is too short for anything to follow."""

    sentence = N_("承诺时限到{due}届满，扣除{margin}个工作日后没有补齐材料的时间，不能容缺受理")
    remedy = N_("请收齐材料后受理，或者一次性告知补正")
    citation = N_("容缺受理办法：补齐期限")


class ToleranceTooLong(Refusal):
    """The term for what is missing is longer than the rule allows, or no term at all."""

    sentence = N_("补齐期限{until}不符：最长{longest}个工作日，且应比承诺办结日{due}早至少{margin}个工作日")
    remedy = N_("请填写受理之后、{latest}及以前的日期")
    citation = N_("容缺受理办法：补齐期限")


class NotPromisable(Refusal):
    """A commitment in place of a material for which the item allows none."""

    sentence = N_("事项{item}的“{material}”不适用告知承诺")
    remedy = N_("适用告知承诺的材料：{possible}")
    citation = N_("国办发〔2020〕42号")


class NotTolerated(Refusal):
    """A material that is not awaited."""

    sentence = N_("办件{number}没有容缺“{material}”")
    remedy = N_("尚待补齐的材料：{tolerated}")


class NothingTolerated(Refusal):
    """Nothing is missing that could be late."""

    sentence = N_("办件{number}没有尚待补齐的容缺材料")
    remedy = N_("请继续审查并作出决定")


class ToleranceOver(Refusal):
    """Tolerated materials after the last day."""

    sentence = N_("办件{number}的容缺材料应在{until}及以前补齐，已经逾期")
    remedy = N_("请按容缺逾期退件；申请人可以重新申请")
    citation = N_("容缺受理办法：逾期退件")


class ToleranceStillRuns(Refusal):
    """The case is to be returned while its materials may still come."""

    sentence = N_("办件{number}的容缺材料到{until}止可以补齐，尚不能退件")
    remedy = N_("请在{until}之后再办理")
    citation = N_("容缺受理办法：逾期退件")


class ToleratedOutstanding(Refusal):
    """A decision with yes while tolerated materials are outstanding."""

    sentence = N_("办件{number}的容缺材料尚未补齐：{materials}（应在{until}及以前补齐）")
    remedy = N_("请先登记补齐，再作出准予决定")
    citation = N_("行政许可法第三十八条第一款")


class OutsideAuthority(Refusal):
    """The letter of authority does not cover him for this act on this item."""

    sentence = N_("{who}没有事项“{item}”的相应授权，不能{act}")
    remedy = N_("有权办理的人员：{holders}")
    citation = N_("行政许可法第二十二条、第二十四条，部门授权书")


class NotForApplicants(Refusal):
    """An act of the authority, tried by an applicant."""

    sentence = N_("申请人不能对办件{number}办理“{act}”")
    remedy = N_("申请人可以补交材料、撤回申请；其他请联系办理窗口")


class AlreadyThere(Refusal):
    """It lies there already."""

    sentence = N_("办件{number}已经在{place}处")
    remedy = N_("请选择另一处")


class AlreadyGreen(Refusal):
    """The green channel is open already."""

    sentence = N_("办件{number}已开通绿色通道：{reason}")
    remedy = N_("无需再次开通")


class TooFewOfficers(Refusal):
    """An inspection on the spot by fewer than two officers."""

    sentence = N_("现场会审只有{count}名工作人员，法律要求不少于{least}名")
    remedy = N_("请写明每一名参加人员")
    citation = N_("行政许可法第三十四条第三款")


class ReviewDateWrong(Refusal):
    """An inspection before the receipt or in the future."""

    sentence = N_("现场会审日期{on}应在{first}至{last}之间")
    remedy = N_("请核对日期")


class FeeNotListed(Refusal):
    """A fee that the item's implementation list does not name."""

    sentence = N_("事项的实施清单没有列出收费项目“{name}”")
    remedy = N_("可以收取的项目：{possible}")
    citation = N_("行政许可法第五十八条、第五十九条")


class AmountWrong(Refusal):
    """An amount that is no sum of money."""

    sentence = N_("“{amount}”不是正确的金额")
    remedy = N_("请以元为单位填写，最多两位小数，例如 80 或 80.50")


class FeeAlreadyCharged(Refusal):
    """The same fee a second time."""

    sentence = N_("办件{number}已通知缴纳“{name}”")
    remedy = N_("同一收费项目只通知一次")


class NothingToPay(Refusal):
    """A payment for a fee that is not open."""

    sentence = N_("办件{number}没有待缴的“{name}”")
    remedy = N_("待缴项目：{unpaid}；有多项的，请写明是哪一项")


class FeeUnpaid(Refusal):
    """A certificate while a fee is open."""

    sentence = N_("办件{number}尚有未缴的费用：{fees}")
    remedy = N_("请在缴费并登记票据编号之后制证；决定和送达不受影响")
    citation = N_("行政许可法第五十九条")


class NotInBulk(Refusal):
    """A case that must be decided by itself."""

    sentence = N_("办件{number}不能批量同意：{reason}")
    remedy = N_("请打开该办件，单独审查决定")


class TooManyAtOnce(Refusal):
    """More cases than may be agreed to at once."""

    sentence = N_("一次选了{count}件，批量同意一次最多{most}件")
    remedy = N_("请分批办理")


class NotOnTheSpot(Refusal):
    """Only on-the-spot items are finished at once."""

    sentence = N_("事项“{item}”不是即办件，不能当场办结")
    remedy = N_("请受理后按承诺时限办理")
    citation = N_("行政许可法第三十四条第二款")
