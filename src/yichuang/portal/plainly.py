"""Plainly: what happened to a case and what it means now, in words for the person who waits for it.

The ledger speaks the language of the law. Here each event becomes a sentence, and each state says who has the case
and what is expected of the applicant. Internal acts (hand-over between officers, archiving) are left out.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from yichuang.cases.values import CaseFile, EventLine, Status
from yichuang.kernel.words import N_
from yichuang.ui.amounts import measured
from yichuang.ui.casework import PROCEDURES
from yichuang.ui.names import Names
from yichuang.ui.templatetags.ui import instant
from yichuang.ui.values import Happening, Tone

# event -> what it means for the applicant, and in which tone it is said
_SENTENCES: dict[str, tuple[str, Tone]] = {
    "application-received": (N_("收到您的申请，正在核对材料"), Tone.INFO),
    "materials-corrected": (N_("材料中的差错已当场更正"), Tone.NEUTRAL),
    "pre-examination-recorded": (N_("网上申请已预审"), Tone.NEUTRAL),
    "supplement-requested": (N_("需要您补充材料"), Tone.WARN),
    "supplement-received": (N_("补充的材料已收齐"), Tone.INFO),
    "supplement-lapsed": (N_("到期未收到补充材料，申请已退回"), Tone.BAD),
    "acceptance-refused": (N_("申请不予受理"), Tone.BAD),
    "application-accepted": (N_("已受理，办理时限开始计算"), Tone.INFO),
    "step-started": (N_("进入环节"), Tone.NEUTRAL),
    "step-finished": (N_("环节完成"), Tone.NEUTRAL),
    "consultation-requested": (N_("正在征求其他部门意见"), Tone.NEUTRAL),
    "consultation-answered": (N_("其他部门已答复"), Tone.NEUTRAL),
    "special-procedure-started": (N_("进入特别程序，时限暂停计算"), Tone.WARN),
    "special-procedure-ended": (N_("特别程序结束，时限继续计算"), Tone.NEUTRAL),
    "period-extended": (N_("办理期限经批准延长"), Tone.WARN),
    "case-forwarded": (N_("已转报有权机关"), Tone.NEUTRAL),
    "application-granted": (N_("决定：准予"), Tone.GOOD),
    "application-refused": (N_("决定：不予批准"), Tone.BAD),
    "certificate-issued": (N_("证照已制作"), Tone.GOOD),
    "result-delivered": (N_("结果已送达"), Tone.GOOD),
    "application-withdrawn": (N_("申请已撤回"), Tone.NEUTRAL),
    "case-closed": (N_("全部办完"), Tone.GOOD),
    "case-voided": (N_("办件已作废"), Tone.BAD),
    "materials-taken": (N_("收到材料"), Tone.NEUTRAL),
    "tolerated-taken": (N_("容缺的材料已补齐"), Tone.INFO),
    "tolerated-lapsed": (N_("容缺的材料到期未补，申请已退回"), Tone.BAD),
    "agent-assigned": (N_("已安排代办员全程陪办"), Tone.INFO),
    "green-channel-opened": (N_("已开通绿色通道"), Tone.INFO),
    "site-reviewed": (N_("已现场会审"), Tone.NEUTRAL),
    "materials-moved": (N_("纸质材料已转送"), Tone.NEUTRAL),
    "fee-charged": (N_("需要您缴费"), Tone.WARN),
    "fee-paid": (N_("已缴费"), Tone.NEUTRAL),
    "case-passed-to-node": (N_("已转由另一级政务服务中心继续办理"), Tone.INFO),
    "history-corrected": (N_("办理单位更正了这件事的记录，划去的不再算数"), Tone.WARN),
}
# What an applicant reads of an event beside its sentence, by the marked labels of `cases.lines`.
_TOLD = frozenset(
    {
        *("需补正", "理由", "救济途径", "有权机关", "环节", "特别程序种类", "预计天数", "天数", "文书编号", "证照名称"),
        *("证照编号", "有效期至", "结果说明", "部门", "金额（元）", "收费依据", "材料", "补正期限", "容缺材料"),
        *("补齐期限", "告知承诺的材料", "会审结论", "送达的中心", "代办员"),
    }
)
_REFUSED_FIRST = frozenset({Status.REFUSED, Status.NOT_ACCEPTED, Status.LAPSED})


def key_of(event: EventLine) -> str:
    """Return the kind of an event without context and version: `application-accepted`."""
    return event.name.split(".")[1]


def happenings(events: Iterable[EventLine], *, names: Names) -> list[Happening]:
    """Return the time line for the applicant, newest first; what does not concern him is left out."""
    told = [_happening(event, names) for event in events if key_of(event) in _SENTENCES]
    return told[::-1]


def _happening(event: EventLine, names: Names) -> Happening:
    sentence, tone = _SENTENCES[key_of(event)]
    return Happening(
        title=_(sentence),
        when=instant(event.source_at),
        body=_("；").join(_details(event, names)),
        tone=Tone.NEUTRAL if event.withdrawn else tone,
        struck=bool(event.withdrawn),
    )


def _details(event: EventLine, names: Names) -> Iterator[str]:
    for label, text, unit in event.details:
        if label in _TOLD:
            yield _("%(label)s：%(text)s") % {"label": _(label), "text": _shown(text, unit, names)}


def _shown(text: str, unit: str, names: Names) -> str:
    if unit:
        return measured(int(text), unit)
    return _(PROCEDURES[text]) if text in PROCEDURES else names.organisation(text).removesuffix("。")


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a case stands for its applicant: in a sentence, with whom, and what he is expected to do."""

    now: str
    holder: str
    expected: str
    tone: Tone


_NOW: dict[Status, tuple[str, str, Tone]] = {
    Status.RECEIVED: (N_("材料核对中"), N_("请等待。五个工作日内会告诉您是否受理或还缺什么"), Tone.INFO),
    Status.SUPPLEMENTING: (N_("等您补充材料"), N_("请按补正通知一次补齐，网上或到窗口均可"), Tone.WARN),
    Status.ACCEPTED: (N_("正在办理"), N_("请等待，您不需要做什么"), Tone.INFO),
    Status.SUSPENDED: (N_("特别程序中，时限暂停"), N_("请等待，结束后时限继续计算"), Tone.WARN),
    Status.GRANTED: (N_("已批准，等待领取"), N_("请按您选的方式领取结果"), Tone.GOOD),
    Status.REFUSED: (N_("未获批准"), N_("请阅读决定书：其中写明理由，以及怎样申请复议或提起诉讼"), Tone.BAD),
    Status.DELIVERED: (N_("结果已送达"), N_("欢迎评价这次服务"), Tone.GOOD),
    Status.FORWARDED: (N_("已转报有权机关"), N_("请等待，收到答复后会告诉您"), Tone.INFO),
    Status.NOT_ACCEPTED: (N_("不予受理"), N_("请阅读通知书：其中写明理由，以及应向哪里申请"), Tone.BAD),
    Status.LAPSED: (N_("到期未补正，已退回"), N_("材料备齐后可以重新申请"), Tone.BAD),
    Status.WITHDRAWN: (N_("已撤回"), N_("需要时可以重新申请"), Tone.NEUTRAL),
    Status.CLOSED: (N_("已办结"), N_("欢迎评价这次服务"), Tone.GOOD),
    Status.VOIDED: (N_("已作废"), N_("如有疑问，请咨询办理窗口"), Tone.BAD),
    Status.ARCHIVED: (N_("已办结"), N_("欢迎评价这次服务"), Tone.GOOD),
}


def standing(file: CaseFile, *, names: Names) -> Standing:
    """Return where a case stands, who has it now and what is expected of the applicant."""
    now, expected, tone = _NOW.get(file.row.status, (N_("办理中"), N_("请等待"), Tone.INFO))
    if file.row.status in {Status.CLOSED, Status.ARCHIVED}:
        before = next((one for one in _ended(file.events) if one in _REFUSED_FIRST), None)
        if before is not None:
            now, expected, tone = _NOW[before]
        elif Status.WITHDRAWN in _ended(file.events):
            now, expected, tone = _NOW[Status.WITHDRAWN]
    organisation = names.organisation(file.current_organisation or file.row.organisation)
    holder = f"{organisation} · {_(file.current_step)}" if file.current_step else organisation
    return Standing(now=_(now), holder=holder, expected=_(expected), tone=tone)


def _ended(events: tuple[EventLine, ...]) -> list[Status]:
    return [event.status for event in events]
