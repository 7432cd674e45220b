"""How feedback says no: each refusal names what is wrong, what to do next, and on what it rests."""

from yichuang.kernel.refusal import Refusal
from yichuang.kernel.words import N_


class MatterNotKnown(Refusal):
    """There is no work order, consultation or complaint of this number."""

    sentence = N_("没有编号为{number}的咨询、投诉或工单")
    remedy = N_("请核对编号")


class LookUpRefused(Refusal):
    """Number and phone do not belong together, or the number does not exist: it is not said which."""

    sentence = N_("编号与手机号后四位不相符")
    remedy = N_("请核对提交时得到的编号和当时填写的手机号")


class TooManyFromOneAddress(Refusal):
    """One address sends more in one day than people do."""

    sentence = N_("您所在的网络今天已提交或查询 {limit} 次，暂时不能再试")
    remedy = N_("请明天再来，或到窗口、打电话办理")
    citation = N_("本平台防止滥用的规定")


class AlreadyRated(Refusal):
    """A case's stretch of service is rated once."""

    sentence = N_("办件{case_number}的{service}已经评价过")
    remedy = N_("每件每个环节评价一次；如对办理有意见，可以咨询或投诉")
    citation = "GB/T 39734-2020"


class RatingTooLate(Refusal):
    """The time in which a service may be rated is over."""

    sentence = N_("已超过评价期限：应在{until}以前评价")
    remedy = N_("仍有意见的，可以咨询或投诉")
    citation = "GB/T 39734-2020"


class RaterMissing(Refusal):
    """A rating without a rater cannot be told from one that staff gave themselves."""

    sentence = N_("评价必须是本人作出的，不能没有评价人")
    remedy = N_("请登录后，或凭办件编号和手机号后四位评价")
    citation = N_("国办发〔2019〕51号")


class TagNotKnown(Refusal):
    """The reason ticked does not belong to this level on that day."""

    sentence = N_("“{tag}”不是这一评价等级的选项")
    remedy = N_("请从页面列出的选项中选择")
    citation = N_("GB/T 39734-2020 附录A")


class CategoryNotKnown(Refusal):
    """A complaint must be about something the list has, so that it reaches who looks into it."""

    sentence = N_("没有“{category}”这一投诉类别")
    remedy = N_("请从页面列出的类别中选择；都不合适的选“其他”")
    citation = "GB/T 36113-2018"


class NotPossibleNow(Refusal):
    """The table has no such step from where the matter stands."""

    sentence = N_("“{state}”时不能“{step}”")
    remedy = N_("请从页面列出的可办步骤中选择")


class ChangedMeanwhile(Refusal):
    """Somebody else acted on the matter after the page was opened."""

    sentence = N_("{by}已于{at}办理：{step}")
    remedy = N_("请看过最新情况再提交；您写的内容没有丢失")


class AttemptsMissing(Refusal):
    """The rater may be given up only after several real tries."""

    sentence = N_("只联系过 {attempts} 次，至少联系 {needed} 次未果才能转入核实")
    remedy = N_("请换时间或换方式再联系评价人")
    citation = N_("国办发〔2019〕51号")


class AlreadyExtended(Refusal):
    """A period is extended once."""

    sentence = N_("期限已经延长过一次")
    remedy = N_("请在{due_on}以前办完")


class ExtensionTooLate(Refusal):
    """A period that is over cannot be lengthened afterwards."""

    sentence = N_("期限{due_on}已过，不能再延长")
    remedy = N_("请尽快办完；逾期会如实记录")


class SameHand(Refusal):
    """Who answered must not be the one who finds the answer good."""

    sentence = N_("答复的人不能自己核查了结")
    remedy = N_("请由中心的其他人员核查")


class OwnMatter(Refusal):
    """The body that was rated or complained of must not judge its own matter."""

    sentence = N_("被评价或被投诉的部门不能自己“{step}”")
    remedy = N_("请由政务服务中心办理")
    citation = N_("国办发〔2019〕51号")


class AppealTooLate(Refusal):
    """The time for asking for a review is over."""

    sentence = N_("申请复核的期限已过：应在{until}以前提出")
    remedy = N_("评价照常计入；请办好后续工作")


class AlreadyAppealed(Refusal):
    """A rating is reviewed once."""

    sentence = N_("这一评价已申请过复核")
    remedy = N_("一个评价只复核一次，以复核决定为准")


class NothingToReview(Refusal):
    """No appeal is waiting for a decision."""

    sentence = N_("工单{number}没有待决定的复核申请")
    remedy = N_("请先由被评价的部门申请复核")


class ReturnDateUnfit(Refusal):
    """A complaint that goes to another body must come back on a later day."""

    sentence = N_("回告日期{day}不晚于今天")
    remedy = N_("请写明对方应在哪一天以前回告结果")


class FeedbackMissing(Refusal):
    """A named complainant must hear the result before the complaint is closed."""

    sentence = N_("实名投诉尚未向投诉人反馈结果，不能了结")
    remedy = N_("请先反馈结果，写明方式和时间")
    citation = "GB/T 36113-2018"


class NotYours(Refusal):
    """Only the person who brought a matter may take it back."""

    sentence = N_("这不是您提出的")
    remedy = N_("请用提出时的账号登录")
