"""How supervision says no: what is refused, why, on which ground, and what to do next."""

from yichuang.kernel.refusal import Refusal
from yichuang.kernel.words import N_

# The superior's duty to watch over how licences are handled, and to put right what is unlawful.
OVERSIGHT = "《中华人民共和国行政许可法》第六十条"


class CardNotKnown(Refusal):
    """No card bears this number, or it is none of the asker's business."""

    sentence = N_("没有编号为{number}的监察卡")
    remedy = N_("请核对编号，从“我的监察卡”或监察台的列表进入")


class FindingNotKnown(Refusal):
    """There is no such finding."""

    sentence = N_("没有编号为{finding}的监察发现")
    remedy = N_("请从监察台的列表进入")


class FileNotKnown(Refusal):
    """There is no such file with this card."""

    sentence = N_("监察卡{number}没有这个附件")
    remedy = N_("请从监察卡页面打开附件")


class CardNotPossibleNow(Refusal):
    """The card's life-cycle table has no such step from where the card stands."""

    sentence = N_("监察卡{number}现在是“{state}”，不能{act}")
    remedy = N_("现在可以：{possible}")
    citation = OVERSIGHT


class CardChangedMeanwhile(Refusal):
    """Somebody else acted on the card after this page was opened."""

    sentence = N_("监察卡{number}在您打开页面之后已由他人处理")
    remedy = N_("请看过现在的情况再决定")


class CardNotYours(Refusal):
    """Only those whom a card concerns reply or appeal."""

    sentence = N_("监察卡{number}不是发给您或您所在部门的，不能{act}")
    remedy = N_("请由卡上的经办人或其部门负责人办理")


class ReasonMissing(Refusal):
    """What is done to a card is done for a stated reason."""

    sentence = N_("{act}需要写明{what}")
    remedy = N_("请用一两句话写明，存入监察卡的历史")
    citation = OVERSIGHT


class AppealTooLate(Refusal):
    """The term for appeals is over; dated data, see `law/cards.yaml`."""

    sentence = N_("监察卡{number}的申诉期限是{due}，已经过了（依据：{ground}）")
    remedy = N_("仍有异议的，请写入反馈，由监察人员决定是否撤销")


class AppealDecided(Refusal):
    """A card is appealed once."""

    sentence = N_("监察卡{number}的申诉已经作出决定，同一张卡只能申诉一次")
    remedy = N_("有新证据的，请写入反馈，由监察人员决定是否撤销")


class UntilNotAhead(Refusal):
    """A period ends after the day on which it is set."""

    sentence = N_("督办期限{until}不在今天（{today}）之后")
    remedy = N_("请填写今天之后的日期")


class TooManyEvidenceFiles(Refusal):
    """More files at once than the rule allows."""

    sentence = N_("一次最多附{most}个文件，这次有{count}个")
    remedy = N_("请只附能说明问题的文件，或合并为一个PDF")


class ClockMovedBack(Refusal):
    """This machine's clock is behind the day on which was last judged."""

    sentence = N_("本机时钟是{today}，早于上次判定的{judged}：时钟被调慢，不能据此判定")
    remedy = N_("请校准本机时钟（NTP）后重试；判定停在原处，校准后自动继续")


class MonthNotOver(Refusal):
    """A month is ranked once it is over."""

    sentence = N_("{month}还没有结束，不能公布排名")
    remedy = N_("请在下月初公布；此前可以看暂计得分")


class RankingNotPublished(Refusal):
    """Nothing was published for that month and division."""

    sentence = N_("{division}{month}的排名还没有公布")
    remedy = N_("请换一个月份，或由监察人员公布后再看")
