"""Papers up to acceptance: what was received, what is missing, what moved between centres, accepted or not."""

from itertools import chain

from yichuang.calendar.values import local_day
from yichuang.cases.values import ActLine, Limit, MaterialEntry, Unit, events, load_statutes
from yichuang.documents import Blanks, Facts, Listing, Paragraph, Part, Table
from yichuang.papers.domain.dossier import Dossier
from yichuang.papers.domain.remedies import remedies_text
from yichuang.papers.domain.wording import (
    CHANNELS,
    KINDS,
    WAYS,
    P,
    accepted_on,
    addressee,
    applied_phrase,
    article,
    day,
    limit_text,
    moment,
    returned_receipt,
    sentence,
    strong,
    stub,
    subject_facts,
    you,
)
from yichuang.papers.domain.words import Words


def taken_with(d: Dossier, line: ActLine) -> tuple[MaterialEntry, ...]:
    """Return the materials that a receipt is for: its event's own, or those handed in together with the application.

    What follows the receipt at the same instant was handed in with it; later papers have receipts of their own.
    """
    event = line.event
    if isinstance(event, events.MaterialsTaken):
        return event.entries
    if isinstance(event, events.ToleratedTaken):
        return tuple(MaterialEntry(name=name, way="") for name in event.materials)
    found = []
    for later in d.acts[d.acts.index(line) + 1 :]:
        if later.at != line.at or not isinstance(later.event, events.MaterialsTaken):
            break
        found.append(later.event.entries)
    return tuple(chain.from_iterable(found))


def receipt(d: Dossier, line: ActLine) -> Words:
    """接收回执: proof of what was handed in and when; it is no acceptance."""
    first = isinstance(line.event, events.ApplicationReceived)
    entries = taken_with(d, line)
    if not first:
        opening = f"现收到{you(d)}为“{d.item_name}”申请补充提交的材料{len(entries)}种，材料清单如下。"
    elif entries:
        opening = f"现收到{you(d)}提交的“{d.item_name}”申请及申请材料{len(entries)}种，材料清单如下。"
    else:
        opening = f"现收到{you(d)}提交的“{d.item_name}”申请。"
    facts = (
        *subject_facts(d),
        ("收件时间", moment(line.at)),
        ("收件渠道", CHANNELS.get(d.received.channel, d.received.channel) if first else ""),
        ("承办部门", d.organisation_name),
        ("办件摘要", d.received.summary if first else ""),
    )
    return Words(
        organisation=d.centre_name,
        addressee=addressee(d),
        body=(
            P(opening),
            Facts(facts),
            *materials_table(entries),
            *(_what_follows_a_receipt(d, line) if first else ()),
            P("办理进度可凭办件编号和联系电话后四位在政务服务网站查询。"),
        ),
        cut_off=stub(d, line, hint="沿此线剪下，由收件窗口留存", hands=("收件人（签名）：", "申请人（签名）：")),
        note="请妥善保存本回执，领取结果时出示。" if first else "",
    )


def materials_table(entries: tuple[MaterialEntry, ...]) -> tuple[Table, ...]:
    """Return the list of materials as a table; none for an empty list."""
    if not entries:
        return ()
    rows = tuple((str(n), e.name, WAYS.get(e.way, ""), f"{e.copies}份") for n, e in enumerate(entries, start=1))
    return (Table(header=("序号", "材料名称", "提交方式", "份数"), rows=rows, widths=(1, 7, 2.2, 1.2)),)


def _what_follows_a_receipt(d: Dossier, line: ActLine) -> tuple[Paragraph, ...]:
    on = local_day(line.at)
    days = load_statutes().in_force(on).supplement_notice_days
    last = day(d.calendar.add(on, days))
    return (
        P("本回执只证明收到申请材料，不表示申请已被受理。"),
        P(
            f"{article(d, 'receipt', on=on)}，申请材料不齐全或者不符合法定形式的，承办部门将当场或者",
            strong(f"在{days}个工作日内（{last}前）"),
            f"一次告知{you(d)}需要补正的全部内容；逾期不告知的，自收到申请材料之日起即为受理。",
        ),
    )


def movement(d: Dossier, line: ActLine) -> Words:
    """物料流转凭证: papers went from one place to another, signed for at both ends."""
    event = line.event
    assert isinstance(event, events.MaterialsMoved)
    moves = [earlier.event for earlier in d.before(line) if isinstance(earlier.event, events.MaterialsMoved)]
    source = d.place_name(moves[-1].to_centre) if moves else d.centre_name
    target = d.place_name(event.to_centre)
    on = local_day(line.at)
    facts = (
        *subject_facts(d),
        ("移出单位", source),
        ("移入单位", target),
        ("移交时间", moment(line.at)),
        ("送件人", event.carrier),
        ("说明", event.note),
    )
    rows = tuple((str(n), name, "") for n, name in enumerate(event.materials, start=1))
    table = Table(header=("序号", "物料名称", "核对"), rows=rows, widths=(1, 8, 2))
    return Words(
        organisation=source,
        addressee=target,
        seal_place=False,
        body=(
            P(
                f"{article(d, 'movement', on=on)}，按照一窗受理、内部流转的要求，"
                "现将下列办件物料移交你单位，请当面核对签收。"
            ),
            Facts(facts),
            table,
            Blanks(("移交人（签名）：", "接收人（签名）：", "送件人（签名）：", "接收时间：")),
        ),
        cut_off=stub(d, line, hint="沿此线剪下，由移出单位留存", hands=("接收人（签名）：", "接收时间：")),
    )


def supplement(d: Dossier, line: ActLine) -> Words:
    """申请材料补正告知书: everything that is missing, once."""
    event = line.event
    assert isinstance(event, events.SupplementRequested)
    on = local_day(line.at)
    until: tuple[Part, ...] = ()
    if event.due_on:
        until = (
            P(
                "请",
                strong(f"于{day(event.due_on)}前"),
                f"将上列材料补正后送交{d.centre_name}，或者通过政务服务网站提交。逾期未补正的，本次申请按退件办结；"
                f"材料齐全后{you(d)}可以重新申请。",
            ),
        )
    return Words(
        addressee=addressee(d),
        body=(
            P(
                f"{applied_phrase(d)}（办件编号{d.number}），经审查，申请材料不齐全或者不符合法定形式。"
                f"{article(d, 'supplement', on=on)}，现将需要补正的全部内容一次告知如下："
            ),
            Listing("", event.missing),
            *until,
            P(
                "除上列内容外，本机关不再要求补正其他材料。补正材料收齐之日为收到申请材料之日，本机关自该日起依法决定是否受理。"
            ),
            Facts((*subject_facts(d), *contact_facts(d))),
        ),
        cut_off=returned_receipt(d, title="申请材料补正告知书", number=event.document_number),
    )


def contact_facts(d: Dossier) -> tuple[tuple[str, str], ...]:
    """Return where and when to come and whom to ring, as far as known."""
    return (("办理地点", d.centre_name), ("办公时间", d.hours), ("咨询电话", d.phone))


def non_acceptance(d: Dossier, line: ActLine) -> Words:
    """不予受理通知书: no licence is needed, or another organ is competent; with remedies."""
    event = line.event
    assert isinstance(event, events.AcceptanceRefused)
    on = local_day(line.at)
    if event.ground == "not-competent":
        finding = f"{you(d)}申请的事项依法不属于本机关职权范围"
        referral: tuple[Part, ...] = (P("请向有权办理的机关申请：", strong(event.competent_organ), "。"),)
    else:
        finding = (
            f"{you(d)}申请的事项依法不需要取得行政许可" if d.statutory_item else f"{you(d)}申请的事项依法不需要办理"
        )
        referral = ()
    kind = "not-competent" if event.ground == "not-competent" else "no-licence-needed"
    return Words(
        addressee=addressee(d),
        body=(
            P(f"{applied_phrase(d)}（办件编号{d.number}）收悉。经审查，{finding}。"),
            P(strong("理由："), sentence(event.reason)),
            P(f"{article(d, kind, on=on)}，本机关决定不予受理。"),
            *referral,
            P(remedies_of(d, line, paper="通知书")),
            Facts(subject_facts(d)),
        ),
        cut_off=returned_receipt(d, title="不予受理通知书", number=event.document_number),
    )


def remedies_of(d: Dossier, line: ActLine, *, paper: str) -> str:
    """Return the sentence on remedies of a paper of this case."""
    return remedies_text(
        department=d.department,
        government=d.government,
        superior=d.superior,
        paper=paper,
        on=local_day(line.at),
    )


def acceptance(d: Dossier, line: ActLine) -> Words:
    """受理回执: accepted, and by when it will be decided."""
    event = line.event
    assert isinstance(event, events.ApplicationAccepted)
    on = local_day(line.at)
    counted = accepted_on(line)
    if event.automatic:
        why = (
            f"{applied_phrase(d)}，本机关未在法定期限内告知需要补正的内容。"
            f"{article(d, 'supplement', on=on)}，该申请自收到申请材料之日（{day(counted)}）起即为受理。"
        )
    else:
        why = (
            f"{applied_phrase(d)}，属于本机关职权范围，申请材料齐全、符合法定形式。"
            f"{article(d, 'acceptance', on=on)}，本机关决定予以受理。"
        )
        if event.tolerated:
            why = why.replace("申请材料齐全、符合法定形式", "主要申请材料齐全、符合法定形式，予以容缺受理")
    facts = (
        *subject_facts(d),
        ("受理日期", day(counted)),
        ("办件类型", KINDS.get(event.kind, event.kind)),
        ("法定时限", limit_text(event.statutory)),
        ("承诺时限", limit_text(event.promised)),
        ("承诺办结", moment(line.promised_due_at) if _by_the_hour(event.promised) and line.promised_due_at
         else day(line.promised_due_at)),
        ("受理人员", line.actor),
    )  # fmt: skip
    return Words(
        addressee=addressee(d),
        body=(P(why), Facts(facts), *_when_decided(d, line), *_still_owed(event)),
        cut_off=returned_receipt(d, title="受理回执", number=event.document_number),
    )


def _by_the_hour(limit: Limit | None) -> bool:
    return limit is not None and limit.unit is Unit.OPENING_HOURS


def _when_decided(d: Dossier, line: ActLine) -> tuple[Part, ...]:
    event = line.event
    assert isinstance(event, events.ApplicationAccepted)
    due = line.promised_due_at
    if due is None:
        return ()
    until = moment(due) if _by_the_hour(event.promised) else day(due)
    delivery = load_statutes().in_force(local_day(line.at)).delivery_days
    return (
        P(
            "本机关承诺",
            strong(f"于{until}前作出决定"),
            f"，并自作出决定之日起{delivery}个工作日内颁发、送达。依法需要听证、招标、拍卖、检验、检测、检疫、鉴定和专家评审的，"
            f"所需时间不计算在内，本机关将书面告知{you(d)}。",
        ),
    )


def _still_owed(event: events.ApplicationAccepted) -> tuple[Part, ...]:
    owed: tuple[Part, ...] = ()
    if event.tolerated:
        until = f"于{day(event.tolerated_until)}前" if event.tolerated_until else "在承诺的期限内"
        owed = (Listing("下列材料予以容缺，请务必" + until + "补齐，逾期按退件办结：", event.tolerated),)
    if event.committed:
        owed = (*owed, Listing("下列材料以书面承诺代替：", event.committed))
    return owed
