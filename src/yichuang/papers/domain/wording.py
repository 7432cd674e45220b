"""Turns of phrase that all papers share."""

from datetime import date, datetime

from yichuang.calendar.values import CHINA, local_day
from yichuang.cases.values import ActLine, Limit, Unit, events
from yichuang.documents import Blanks, CutOff, Facts, Paragraph, Text
from yichuang.documents.wording import chinese_date
from yichuang.papers.domain.dossier import Dossier
from yichuang.papers.domain.rules import load_rules

UNITS = {Unit.WORKING_DAYS: "个工作日", Unit.CALENDAR_DAYS: "个自然日", Unit.OPENING_HOURS: "个办公小时"}
KINDS = {"promised": "承诺件", "on-the-spot": "即办件", "other": "其他件"}
CHANNELS = {"window": "窗口", "web": "网上", "mobile": "移动端", "post": "快递", "other": "其他"}
WAYS = {"bring": "现场提交", "upload": "网上上传", "reuse": "调用已有证照", "promise": "告知承诺"}
METHODS = {"window": "窗口领取", "post": "邮寄送达", "download": "网上下载"}

P = Paragraph.of


def strong(text: str) -> Text:
    """Mark the words that the reader must not miss."""
    return Text(text, strong=True)


def sentence(text: str) -> str:
    """Return what somebody wrote with exactly one full stop at its end."""
    return clause(text) + "。"


def clause(text: str) -> str:
    """Return what somebody wrote without the mark at its end, so that the paper can go on."""
    return text.strip().rstrip("。．.，,；;、 ")


def day(at: date | datetime | None) -> str:
    """Return 2015年7月23日, "" for none."""
    if at is None:
        return ""
    return chinese_date(local_day(at) if isinstance(at, datetime) else at)


def moment(at: datetime) -> str:
    """Return 2015年7月23日 10:05 in China's time."""
    return f"{day(at)} {at.astimezone(CHINA):%H:%M}"


def limit_text(limit: Limit | None) -> str:
    """Return 20个工作日, "" for none."""
    return f"{limit.amount}{UNITS[limit.unit]}" if limit else ""


def you(d: Dossier) -> str:
    """Address the applicant as a person or as an organisation."""
    return "你单位" if d.applicant and d.applicant.is_company else "你"


def addressee(d: Dossier) -> str:
    """Return the applicant's whole name: the paper is his."""
    return d.applicant.name if d.applicant else "申请人"


def article(d: Dossier, kind: str, *, on: date) -> str:
    """Return 依据《…》第…条; a matter that is no licence is handled 参照 the licensing law."""
    return ("依据" if d.statutory_item else "参照") + load_rules().article(kind, on=on)


def subject_facts(d: Dossier) -> tuple[tuple[str, str], ...]:
    """Return the facts that stand first on every paper: which case, which matter, who."""
    rows = [("办件编号", d.number), ("申请事项", d.item_name)]
    if d.applicant:
        rows += [("申请人", d.applicant.name), (d.applicant.id_label, d.applicant.id_masked)]
    if d.agent:
        rows += [("代办人", d.agent.name), ("代办人证件", d.agent.id_masked)]
    return tuple(rows)


def returned_receipt(d: Dossier, *, title: str, number: str) -> CutOff:
    """Return the strip that the applicant signs and the organ keeps."""
    named = f"《{title}》（{number}）" if number else f"《{title}》"
    return CutOff(
        "送达回执",
        "沿此线剪下，由送达机关存卷",
        (
            P(f"办件编号{d.number}的{named}已收到。"),
            Blanks(("收件人（签名）：", "收到日期：", "代收人（签名）：", "与受送达人关系：")),
        ),
    )


def stub(d: Dossier, line: ActLine, *, hint: str, hands: tuple[str, str]) -> CutOff:
    """Return the stub that stays with the window, signed by both hands."""
    rows = (
        ("办件编号", d.number),
        ("申请事项", d.item_name),
        ("申请人", addressee(d)),
        ("日期", day(line.at)),
    )
    return CutOff("存根", hint, (Facts(rows), Blanks(hands)))


def acceptance_of(d: Dossier, line: ActLine) -> ActLine | None:
    """Return the acceptance that stands before or at an event."""
    for earlier in reversed((*d.before(line), line)):
        if isinstance(earlier.event, events.ApplicationAccepted):
            return earlier
    return None


def accepted_on(line: ActLine | None) -> date | None:
    """Return the day from which an acceptance counts."""
    if line is None or not isinstance(line.event, events.ApplicationAccepted):
        return None
    return local_day(line.event.counted_from or line.at)


def applied_phrase(d: Dossier) -> str:
    """Return 你于2015年2月13日提出的“建设用地批准”申请."""
    return f"{you(d)}于{day(d.received_on)}提出的“{d.item_name}”申请"
