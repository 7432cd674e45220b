"""Papers in the course of a case and at its end: clocks stopped or prolonged, decided, delivered, paid for."""

from yichuang.calendar.values import local_day
from yichuang.cases.values import ActLine, events, load_statutes
from yichuang.documents import Blanks, Facts, Part
from yichuang.papers.domain.amounts import in_capitals
from yichuang.papers.domain.dossier import Dossier
from yichuang.papers.domain.intake import contact_facts, remedies_of
from yichuang.papers.domain.wording import (
    METHODS,
    P,
    acceptance_of,
    accepted_on,
    addressee,
    applied_phrase,
    article,
    clause,
    day,
    moment,
    returned_receipt,
    sentence,
    strong,
    subject_facts,
    you,
)
from yichuang.papers.domain.words import Words

# An opinion that says no more than yes adds nothing to the decision.
_BARE_CONSENT = frozenset({"", "同意", "准予", "批准", "同意办理", "同意批准"})


def special_procedure(d: Dossier, line: ActLine) -> Words:
    """特殊程序审查期限告知书: the clocks stand still, and for how long (art. 45)."""
    event = line.event
    assert isinstance(event, events.SpecialProcedureStarted)
    on = local_day(line.at)
    name = dict(load_statutes().in_force(on).procedure_titles).get(event.procedure, event.procedure)
    expected = day(d.calendar.add(on, event.expected_days)) if event.expected_days > 0 else ""
    duration: tuple[Part, ...] = ()
    if expected:
        duration = (P("预计所需时间为", strong(f"{event.expected_days}个工作日，至{expected}"), "。"),)
    facts = (
        *subject_facts(d),
        ("特殊程序", name),
        ("开始日期", day(on)),
        ("预计结束", expected),
        ("受理日期", day(accepted_on(acceptance_of(d, line)))),
        ("原承诺办结", day(line.promised_due_at)),
    )
    return Words(
        addressee=addressee(d),
        body=(
            P(f"{applied_phrase(d)}，本机关已经受理。因{clause(event.reason)}，依法需要{name}。"),
            P(f"{article(d, 'special-procedure', on=on)}，{name}所需时间不计算在规定的期限内。"),
            *duration,
            P(f"{name}结束后，办理期限自次日起继续计算，办结日期相应顺延。"),
            Facts(facts),
        ),
        cut_off=returned_receipt(d, title="特殊程序审查期限告知书", number=event.document_number),
    )


def extension(d: Dossier, line: ActLine) -> Words:
    """延长办理期限通知书: prolonged with approval, for a stated reason (art. 42)."""
    event = line.event
    assert isinstance(event, events.PeriodExtended)
    on = local_day(line.at)
    joint = d.received.joint
    before = d.before(line)
    old, new = before[-1].promised_due_at if before else None, line.promised_due_at
    by = "经本级人民政府负责人批准" if joint else "经本机关负责人批准"
    facts = (
        *subject_facts(d),
        ("受理日期", day(accepted_on(acceptance_of(d, line)))),
        ("批准人", event.approved_by),
        ("原办结日期", day(old)),
        ("延长天数", f"{event.days}个工作日"),
        ("延长后办结", day(new)),
    )
    until = (P("延长后的办结日期为", strong(day(new)), "。"),) if new else ()
    return Words(
        addressee=addressee(d),
        body=(
            P(f"{applied_phrase(d)}，因{clause(event.reason)}，本机关不能在规定的期限内作出决定。"),
            P(
                f"{article(d, 'joint-extension' if joint else 'extension', on=on)}，{by}，",
                strong(f"延长办理期限{event.days}个工作日"),
                "。",
            ),
            *until,
            Facts(facts),
        ),
        cut_off=returned_receipt(d, title="延长办理期限通知书", number=event.document_number),
    )


def grant(d: Dossier, line: ActLine) -> Words:
    """批准决定书: the decision is yes."""
    event = line.event
    assert isinstance(event, events.ApplicationGranted)
    on = local_day(line.at)
    days = load_statutes().in_force(on).delivery_days
    basis = "".join(f"、{base}" for base in d.bases)
    opinion: tuple[Part, ...] = ()
    if event.opinion.strip() not in _BARE_CONSENT:
        opinion = (P(strong("批准意见："), sentence(event.opinion)),)
    result = f"《{d.result_name}》" if d.result_name else "办理结果"
    facts = (
        *subject_facts(d),
        ("受理日期", day(accepted_on(acceptance_of(d, line)))),
        ("决定日期", day(on)),
        ("办理结果", d.result_name),
    )
    decided = "准予行政许可" if d.statutory_item else "予以批准"
    return Words(
        addressee=addressee(d),
        body=(
            P(
                f"{applied_phrase(d)}，经审查，符合法定条件、标准。{article(d, 'grant', on=on)}{basis}，本机关决定",
                strong(decided),
                "。",
            ),
            *opinion,
            P(
                f"{article(d, 'delivery', on=on)}，本机关将自作出决定之日起{days}个工作日内",
                strong(f"（{day(d.calendar.add(on, days))}前）"),
                f"向{you(d)}颁发、送达{result}。",
            ),
            Facts(facts),
        ),
        cut_off=returned_receipt(d, title="批准决定书", number=event.document_number),
    )


def refusal(d: Dossier, line: ActLine) -> Words:
    """不予批准决定书: the decision is no, with reasons and remedies (art. 38)."""
    event = line.event
    assert isinstance(event, events.ApplicationRefused)
    on = local_day(line.at)
    decided = "不予行政许可" if d.statutory_item else "不予批准"
    told = event.remedies.strip()
    # Both ways must be open to the reader, whatever the decider wrote.
    whole = "复议" in told and "诉讼" in told
    remedies = sentence(told) if whole else remedies_of(d, line, paper="决定书")
    return Words(
        addressee=addressee(d),
        body=(
            P(
                f"{applied_phrase(d)}，本机关于{day(accepted_on(acceptance_of(d, line)))}受理。经审查，"
                f"不符合法定条件、标准。{article(d, 'refusal', on=on)}，本机关决定",
                strong(decided),
                "。",
            ),
            P(strong("理由："), sentence(event.reason)),
            P(strong("救济途径："), remedies),
            Facts((*subject_facts(d), ("决定日期", day(on)), *contact_facts(d)[2:])),
        ),
        cut_off=returned_receipt(d, title="不予批准决定书", number=event.document_number),
    )


def delivery(d: Dossier, line: ActLine) -> Words:
    """送达回执: what was handed over, how, and to whom (art. 44)."""
    event = line.event
    assert isinstance(event, events.ResultDelivered)
    on = local_day(line.at)
    facts = (
        *subject_facts(d),
        *(("送达文书", text) for text in _delivered(d, line)),
        ("送达方式", METHODS.get(event.method, event.method)),
        ("送达时间", moment(line.at)),
        ("送达地点", d.centre_name if event.method == "window" else ""),
        ("送达人", line.actor),
    )
    return Words(
        addressee=addressee(d),
        body=(
            P(f"{article(d, 'delivery', on=on)}，现将下列办理结果送达{you(d)}，请核对后签收。"),
            Facts(facts),
            Blanks(
                ("受送达人（签名）：", "签收日期：", "代收人（签名）：", "代收理由：", "送达人（签名）：", "备注：")
            ),
        ),
        note="受送达人拒绝签收或者由他人代收的，应当在备注中写明。网上下载的，以下载时间为送达时间。",
    )


def _delivered(d: Dossier, line: ActLine) -> list[str]:
    found = []
    for earlier in d.before(line):
        event = earlier.event
        if isinstance(event, events.ApplicationGranted):
            found.append(f"《批准决定书》{event.document_number}")
        elif isinstance(event, events.ApplicationRefused):
            found.append(f"《不予批准决定书》{event.document_number}")
        elif isinstance(event, events.CertificateIssued):
            found.append(f"《{event.name}》{event.certificate_number}")
    return found


def fee(d: Dossier, line: ActLine) -> Words:
    """缴费通知书: a fee by law, in figures and in words (arts. 58 and 59)."""
    event = line.event
    assert isinstance(event, events.FeeCharged)
    on = local_day(line.at)
    facts = (
        *subject_facts(d),
        ("收费项目", event.name),
        ("收费依据", event.basis),
        ("金额（元）", event.amount),
        ("金额大写", in_capitals(event.amount)),
    )
    return Words(
        addressee=addressee(d),
        body=(
            P(
                f"{applied_phrase(d)}，按照法定项目和标准应当缴纳下列费用。"
                f"{article(d, 'fee', on=on)}，现通知{you(d)}缴费。"
            ),
            Facts(facts),
            P(f"请持本通知书到{d.centre_name}收费窗口缴费，或者通过政务服务网站缴费，并索取财政部门统一制发的票据。"),
            P("除上列项目外，办理本事项不收取其他费用。"),
            Facts(contact_facts(d)),
        ),
        cut_off=returned_receipt(d, title="缴费通知书", number=event.document_number),
    )
