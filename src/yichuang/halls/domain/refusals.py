"""How halls say no: each refusal names what is wrong and what to do next."""

from yichuang.kernel.refusal import Refusal
from yichuang.kernel.words import N_


class CentreNotKnown(Refusal):
    """There is no such centre on that day, or it receives nobody yet."""

    sentence = N_("{on}没有可以预约的中心“{centre}”")
    remedy = N_("请选择正在运行的政务服务中心或便民服务中心")


class AreaNotKnown(Refusal):
    """The hall has no such part."""

    sentence = N_("这个中心没有“{area}”分区")
    remedy = N_("请从页面列出的分区中选择")


class DayNotBookable(Refusal):
    """The day is closed, past, or too far ahead."""

    sentence = N_("{on}不能预约")
    remedy = N_("可以预约今天至{last_on}之间的开放日；节假日不开放")


class SlotNotKnown(Refusal):
    """No slot begins at that time on that day."""

    sentence = N_("{on} {start}不是可以预约的时段")
    remedy = N_("请从页面列出的时段中选择")


class SlotOver(Refusal):
    """The slot has begun, or begins too soon."""

    sentence = N_("{on} {start}的时段已经停止预约")
    remedy = N_("请选择晚一些的时段，或直接到窗口取号")


class SlotFull(Refusal):
    """All places of the slot are taken."""

    sentence = N_("{on} {start}的名额已约满")
    remedy = N_("请选择其他时段；急事可直接到窗口取号")


class AlreadyBooked(Refusal):
    """One person holds one open booking a day, so that there is room for others."""

    sentence = N_("您在{on}已有预约：{code}")
    remedy = N_("请先取消原来的预约，或选择其他日子")


class TooManyNoShows(Refusal):
    """Who did not come several times lets others have the places for a while."""

    sentence = N_("您在近期 {count} 次预约后没有来，网上预约暂停到{until}")
    remedy = N_("需要办理的，请直接到窗口取号，或打电话预约")


class BookingNotKnown(Refusal):
    """No booking bears this code."""

    sentence = N_("没有预约码为{code}的预约")
    remedy = N_("请核对九位预约码")


class NotYourBooking(Refusal):
    """The booking belongs to somebody else."""

    sentence = N_("这不是您的预约")
    remedy = N_("请用预约时的账号登录，或填写预约时的手机号后四位")


class BookingStepImpossible(Refusal):
    """A booking in that state cannot be changed that way."""

    sentence = N_("“{state}”的预约不能“{step}”")
    remedy = N_("请核对预约码和当天的名单")


class TooLateToCancel(Refusal):
    """The slot has begun."""

    sentence = N_("预约的时段已经开始，不能取消")
    remedy = N_("不来也没有关系；下次请提前取消，把名额让给别人")


class NotTheDay(Refusal):
    """People arrive on the day of their booking, and are missing only after their slot."""

    sentence = N_("预约在{on} {start}，现在不能登记“{step}”")
    remedy = N_("到达在当天登记；未到在时段结束后登记")


class AnnouncementNotKnown(Refusal):
    """There is no such announcement."""

    sentence = N_("没有这条公告")
    remedy = N_("请从公告列表中选择")


class AnnouncementDatesUnfit(Refusal):
    """An announcement would end before it begins."""

    sentence = N_("公告的截止日{until}不晚于起始日{from_on}")
    remedy = N_("请改正日期；长期有效的不填截止日")


class AlreadyWithdrawn(Refusal):
    """The announcement was withdrawn before."""

    sentence = N_("这条公告已于{day}撤下")
    remedy = N_("需要再次公布的，请重新发布")
