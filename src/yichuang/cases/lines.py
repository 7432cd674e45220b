"""Lines of a case's time line: an event in words for people, without personal data."""

from datetime import date, datetime

from yichuang.cases.codec import NAMES
from yichuang.cases.domain import events as e
from yichuang.cases.domain.clocks import Limit
from yichuang.cases.domain.materials import MaterialEntry
from yichuang.kernel.words import N_

_TITLES: dict[type[e.Event], str] = {
    e.ApplicationReceived: N_("收件"),
    e.MaterialsCorrected: N_("当场更正"),
    e.PreExaminationRecorded: N_("预审"),
    e.SupplementRequested: N_("一次性告知补正"),
    e.SupplementReceived: N_("补正收齐"),
    e.SupplementLapsed: N_("补正逾期"),
    e.AcceptanceRefused: N_("不予受理"),
    e.ApplicationAccepted: N_("受理"),
    e.StepStarted: N_("环节开始"),
    e.StepFinished: N_("环节完成"),
    e.ConsultationRequested: N_("征求意见"),
    e.ConsultationAnswered: N_("征求意见答复"),
    e.SpecialProcedureStarted: N_("特别程序开始"),
    e.SpecialProcedureEnded: N_("特别程序结束"),
    e.PeriodExtended: N_("延期"),
    e.CaseForwarded: N_("转报"),
    e.ApplicationGranted: N_("准予"),
    e.ApplicationRefused: N_("不予许可"),
    e.CertificateIssued: N_("制证"),
    e.ResultDelivered: N_("送达"),
    e.ApplicationWithdrawn: N_("撤回"),
    e.CaseClosed: N_("办结"),
    e.CaseVoided: N_("作废"),
    e.CaseArchived: N_("归档"),
    e.MaterialsTaken: N_("收取材料"),
    e.ToleratedTaken: N_("容缺材料补齐"),
    e.ToleratedLapsed: N_("容缺逾期"),
    e.CaseHandedOver: N_("移交"),
    e.AgentAssigned: N_("指派代办员"),
    e.GreenChannelOpened: N_("开通绿色通道"),
    e.SiteReviewed: N_("现场会审"),
    e.MaterialsMoved: N_("物料流转"),
    e.FeeCharged: N_("缴费通知"),
    e.FeePaid: N_("缴费"),
    e.CasePassedToNode: N_("移交节点"),
    e.HistoryCorrected: N_("来源更正"),
}
_FIELDS: dict[str, str] = {
    "channel": N_("渠道"),
    "summary": N_("摘要"),
    "green_channel": N_("绿色通道"),
    "project_code": N_("项目代码"),
    "note": N_("说明"),
    "opinion": N_("意见"),
    "missing": N_("需补正"),
    "document_number": N_("文书编号"),
    "ground": N_("情形"),
    "reason": N_("理由"),
    "remedies": N_("救济途径"),
    "competent_organ": N_("有权机关"),
    "kind": N_("办件类型"),
    "statutory": N_("法定时限"),
    "promised": N_("承诺时限"),
    "due_at": N_("来源系统所定期限"),
    "step": N_("环节"),
    "organisation": N_("部门"),
    "officer": N_("经办人"),
    "decider": N_("决定人"),
    "action": N_("业务动作"),
    "limit": N_("环节时限"),
    "question": N_("问题"),
    "answer": N_("答复"),
    "procedure": N_("特别程序种类"),
    "expected_days": N_("预计天数"),
    "result": N_("结果"),
    "days": N_("天数"),
    "approved_by": N_("批准人"),
    "to_organisation": N_("转往"),
    "name": N_("证照名称"),
    "certificate_number": N_("证照编号"),
    "valid_until": N_("有效期至"),
    "method": N_("方式"),
    "receipt_number": N_("回执编号"),
    "explanation": N_("结果说明"),
    "fee": N_("收费"),
    "due_on": N_("补正期限"),
    "tolerated": N_("容缺材料"),
    "tolerated_until": N_("补齐期限"),
    "committed": N_("告知承诺的材料"),
    "entries": N_("材料"),
    "materials": N_("材料"),
    "to_name": N_("接办人"),
    "agent_name": N_("代办员"),
    "on": N_("日期"),
    "participants": N_("参加人员"),
    "minutes": N_("会审纪要"),
    "conclusion": N_("会审结论"),
    "to_centre": N_("送达的中心"),
    "carrier": N_("承运人"),
    "amount": N_("金额（元）"),
    "basis": N_("收费依据"),
    "to_node": N_("接收节点"),
    "operation": N_("更正方式"),
}
# What the same word means elsewhere.
_OWN_FIELDS: dict[tuple[type[e.Event], str], str] = {
    (e.FeeCharged, "name"): N_("收费项目"),
    (e.FeePaid, "name"): N_("收费项目"),
    (e.FeePaid, "receipt_number"): N_("缴费票据编号"),
    (e.HistoryCorrected, "batch"): N_("来源批次"),
}


def title_of(event: e.Event) -> str:
    """Return the event's marked Chinese title."""
    return _TITLES[type(event)]


def describe(event: e.Event) -> tuple[tuple[str, str, str], ...]:
    """Return (marked label, text, key of a unit or "") for every field that says something to a reader."""
    lines = []
    for name in event.__struct_fields__:
        value, label = getattr(event, name), _OWN_FIELDS.get((type(event), name)) or _FIELDS.get(name)
        if label and value not in ("", None, (), 0, False):
            unit = value.unit.value if isinstance(value, Limit) else ""
            lines.append((label, _text(value), unit))
    return tuple(lines)


def _text(value: object) -> str:
    if isinstance(value, Limit):
        return str(value.amount)
    if isinstance(value, datetime):
        return value.isoformat(" ", "minutes")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return "；".join(_text(part) for part in value)
    if isinstance(value, MaterialEntry):
        return value.name
    return str(value)


def get_event_titles() -> dict[str, str]:
    """Return what each event of the ledger is called (message ids), by the name under which it is kept."""
    return {NAMES[kind]: title for kind, title in _TITLES.items()}
