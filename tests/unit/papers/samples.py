"""Cases as dossiers, made by hand: a person's land case that goes through everything a paper can tell of."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from tests.unit.documents import reading

from yichuang.calendar.queries import get_calendar
from yichuang.calendar.values import CHINA, local_day
from yichuang.cases.domain.facts import facts_of
from yichuang.cases.domain.state import EMPTY, apply
from yichuang.cases.domain.statutes import load_statutes
from yichuang.cases.values import ActLine, Limit, MaterialEntry, Unit, events
from yichuang.documents import render_letter
from yichuang.kernel.crypto import sm3
from yichuang.kernel.identifiers import resident_number, uscc
from yichuang.kernel.identifiers.case_number import generate_number
from yichuang.papers.domain.composing import Occasion, compose, occasions
from yichuang.papers.domain.dossier import Dossier, Holder
from yichuang.papers.values import PaperKind

NUMBER = generate_number(division="610924", on=date(2015, 2, 13), serial=12)
RESIDENT = resident_number.generate(division="610924", born_on=date(1990, 2, 28), sequence=11)
COMPANY = uscc.generate(department="9", category="1", division="610924", organisation_body="YC123456")
PERSON = Holder(name="王小明", id_type="111", id_number=RESIDENT)
FIRM = Holder(name="紫阳县富硒茶业有限公司", id_type="001", id_number=COMPANY)
PLACES = {"610924-centre": "紫阳县政务服务中心", "610924100-centre": "紫阳县城关镇便民服务中心"}

Told = tuple[events.Event, str]


def china(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    return (at.replace(hour=10) if len(text) == 10 else at).replace(tzinfo=CHINA)


def received(at: str = "2015-02-13", **changes: Any) -> Told:
    fields: dict[str, Any] = {
        "item": "17008",
        "organisation": "610924-guotu",
        "division": "610924",
        "centre": "610924-centre",
        "implementation_code": "11610924YC58091686461011700800"[:31],
        "summary": "城关镇新桃村三组自建住房用地",
    }
    return events.ApplicationReceived(**{**fields, **changes}), at


def materials(at: str = "2015-02-13", *names: str) -> Told:
    entries = tuple(
        MaterialEntry(name=name, way=way, copies=copies)
        for name, way, copies in (
            ("农村村民宅基地用地申请书", "bring", 1),
            ("申请人身份证及户口簿复印件", "upload", 2),
            ("村民会议讨论意见", "bring", 1),
            ("建房用地地籍图", "reuse", 1),
        )
    )
    return events.MaterialsTaken(entries=tuple(MaterialEntry(name=n, way="bring") for n in names) or entries), at


def accepted(at: str = "2015-02-13", **changes: Any) -> Told:
    fields: dict[str, Any] = {
        "kind": "promised",
        "statutory": Limit(20, Unit.WORKING_DAYS),
        "promised": Limit(10, Unit.WORKING_DAYS),
        "document_number": "紫国土受字〔2015〕12号",
    }
    return events.ApplicationAccepted(**{**fields, **changes}), at


def dossier(*told: Told, **changes: Any) -> Dossier:
    """Return the dossier of a case to which this has happened."""
    fields: dict[str, Any] = {
        "number": NUMBER,
        "item_name": "农村村民宅基地用地审批",
        "statutory_item": True,
        "organisation": "610924-guotu",
        "organisation_name": "紫阳县国土资源局",
        "department": "guotu",
        "government": "紫阳县人民政府",
        "superior": "安康市国土资源局",
        "applicant": PERSON,
        "acts": acts_of(told),
        "calendar": get_calendar(),
        "bases": ("《中华人民共和国土地管理法》第六十二条",),
        "result_name": "农村宅基地用地批准书",
        "phone": "0915-0000000",
        "hours": "工作日 9:00—17:00",
        "place_name": lambda code: PLACES.get(code, code),
    }
    return Dossier(**{**fields, **changes})


def acts_of(told: Iterable[Told]) -> tuple[ActLine, ...]:
    calendar, statutes, state, lines = get_calendar(), load_statutes(), EMPTY, []
    for seq, (event, text) in enumerate(told, start=1):
        at = china(text)
        state = apply(state, event, at)
        promised = statutory = None
        if state.accepted_at is not None:
            facts = facts_of(state, calendar=calendar, statutes=statutes, source="test", on=local_day(at))
            promised, statutory = facts.promised_due_at, facts.statutory_due_at
        digest = sm3(f"{seq}{event}".encode()).hex()
        lines.append(
            ActLine(
                seq=seq,
                event=event,
                at=at,
                recorded_at=at,
                actor_id="clerk-07",
                actor="李窗口",
                digest=digest,
                promised_due_at=promised,
                statutory_due_at=statutory,
            )
        )
    return tuple(lines)


def occasion(d: Dossier, kind: PaperKind, *, nth: int = 0) -> Occasion:
    return [found for found in occasions(d.acts) if found.kind is kind][nth]


def paper(d: Dossier, kind: PaperKind, *, nth: int = 0) -> bytes:
    """Return a paper of the case as PDF."""
    return render_letter(compose(d, occasion(d, kind, nth=nth), site="https://127.0.0.1"))


def pages_of(pdf: bytes) -> list[str]:
    """Return the text of each page without line breaks and blanks."""
    return reading.texts(pdf)


def text_of(pdf: bytes) -> str:
    """Return the text of the whole document without line breaks and blanks."""
    return "".join(pages_of(pdf))


def whole() -> dict[PaperKind, Dossier]:
    """Return for each kind a case that has just come to it."""
    start = (received(), materials(), accepted())
    moved = events.MaterialsMoved(
        to_centre="610924-centre",
        materials=("农村村民宅基地用地申请书", "村民会议讨论意见"),
        carrier="张代办",
        document_number="紫国土流字〔2015〕3号",
    )
    special = events.SpecialProcedureStarted(
        procedure="expert-review",
        reason="该宗地邻近地质灾害隐患点，需要组织专家论证",
        expected_days=8,
        document_number="紫国土特字〔2015〕1号",
    )
    extended = events.PeriodExtended(
        days=5,
        reason="村集体对四至界线有异议，需要补充勘查",
        approved_by="陈局长",
        document_number="紫国土延字〔2015〕2号",
    )
    granted = events.ApplicationGranted(decider="陈局长", opinion="同意", document_number="紫国土许字〔2015〕9号")
    refused = events.ApplicationRefused(
        reason="拟用地位于永久基本农田保护区内，不符合土地利用总体规划",
        remedies="见决定书",
        decider="陈局长",
        document_number="紫国土不许字〔2015〕1号",
    )
    issued = events.CertificateIssued(name="农村宅基地用地批准书", certificate_number="紫国土农村证字〔2015〕9号")
    delivered = events.ResultDelivered(method="window", receipt_number="紫国土送字〔2015〕9号")
    fee = events.FeeCharged(
        name="土地证书工本费",
        amount="20.00",
        basis="计价格〔2001〕1734号",
        document_number="紫国土费字〔2015〕4号",
    )
    supplement = events.SupplementRequested(
        missing=(
            "村民会议讨论意见（须有到会村民签名）",
            "申请人户口簿全部内页复印件，1份，经核对与原件一致",
            "拟用地四至界线图，标明与相邻宗地的距离",
        ),
        document_number="紫国土补字〔2015〕5号",
        due_on=date(2015, 3, 13),
    )
    not_accepted = events.AcceptanceRefused(
        ground="not-competent",
        reason="申请的用地在汉滨区行政区域内",
        competent_organ="安康市国土资源局汉滨分局",
        document_number="紫国土不受字〔2015〕1号",
    )
    tolerated = accepted(tolerated=("建房用地地籍图", "相邻权利人签字"), tolerated_until=date(2015, 2, 27))
    committed = accepted(committed=("无其他宅基地的证明",))
    K = PaperKind
    return {
        K.RECEIPT: dossier(received(), materials()),
        K.MOVEMENT: dossier(received(centre="610924100-centre"), materials(), (moved, "2015-02-15")),
        K.ACCEPTANCE: dossier(*start),
        K.SUPPLEMENT: dossier(received(), materials(), (supplement, "2015-02-15")),
        K.NON_ACCEPTANCE: dossier(received(), (not_accepted, "2015-02-15")),
        K.SPECIAL_PROCEDURE: dossier(*start, (special, "2015-02-26")),
        K.EXTENSION: dossier(*start, (extended, "2015-03-03")),
        K.GRANT: dossier(*start, (granted, "2015-03-05")),
        K.REFUSAL: dossier(*start, (refused, "2015-03-05")),
        K.DELIVERY: dossier(*start, (granted, "2015-03-05"), (issued, "2015-03-06"), (delivered, "2015-03-09")),
        K.FEE: dossier(*start, (fee, "2015-03-04")),
        K.COMMITMENT: dossier(received(), committed),
        K.TOLERANCE: dossier(received(), tolerated),
    }


def firms(d: Dossier) -> Dossier:
    """Return the same case of a firm."""
    return replace(d, applicant=FIRM)
