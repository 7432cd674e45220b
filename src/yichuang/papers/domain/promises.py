"""Papers that the applicant signs: commitments in place of a proof (告知承诺) and for what follows later (容缺)."""

from yichuang.calendar.values import local_day
from yichuang.cases.values import ActLine, events
from yichuang.documents import Blanks, Facts, Heading, Listing
from yichuang.papers.domain.dossier import Dossier
from yichuang.papers.domain.rules import load_rules
from yichuang.papers.domain.wording import P, addressee, day, strong, subject_facts
from yichuang.papers.domain.words import Words

_HANDS = ("承诺人（签名、盖章）：", "签署日期：", "联系电话：", "经办人（签名）：")


def committed_in(line: ActLine) -> tuple[str, ...]:
    """Return the materials that an event replaces by a commitment."""
    event = line.event
    if isinstance(event, events.MaterialsTaken):
        return tuple(entry.name for entry in event.entries if entry.way == "promise")
    return event.committed if isinstance(event, events.ApplicationAccepted) else ()


def commitment(d: Dossier, line: ActLine) -> Words:
    """告知承诺书: the organ tells duty, content and liability; the applicant commits (国办发〔2020〕42号)."""
    bases = "和".join((load_rules().commitment.citation, *d.bases[:1]))
    whom = "本单位" if d.applicant and d.applicant.is_company else "本人"
    return Words(
        organisation=d.organisation_name,
        body=(
            Facts((*subject_facts(d), ("告知日期", day(line.at)))),
            Heading(1, "一、行政机关告知", numbered=False),
            P(f"根据{bases}，办理“{d.item_name}”可以用书面承诺代替下列证明材料，行政机关不再索要："),
            Listing("", committed_in(line)),
            P(
                "申请人应当符合上列材料所证明的条件。行政机关将在办理中或者办结后核查承诺内容；"
                "承诺不实的，依法终止办理、责令限期整改、撤销决定或者予以行政处罚，并纳入信用记录。"
                "不愿承诺或者无法承诺的，可以按规定提交上列证明材料。"
            ),
            Heading(1, "二、申请人承诺", numbered=False),
            P(
                f"{whom}已经知晓行政机关告知的全部内容，自愿作出承诺：（一）符合上列材料所证明的条件；"
                f"（二）所填写和提交的信息真实、准确；（三）愿意承担不实承诺、违反承诺的法律责任；"
                f"（四）上述承诺是{whom}真实的意思表示。"
            ),
            Blanks(_HANDS),
        ),
        note="本承诺书一式两份，行政机关和申请人各执一份。",
    )


def tolerance(d: Dossier, line: ActLine) -> Words:
    """容缺受理承诺书: what is still missing, by when it comes, and what follows if it does not."""
    event = line.event
    assert isinstance(event, events.ApplicationAccepted)
    until = day(event.tolerated_until)
    whom = "本单位" if d.applicant and d.applicant.is_company else "本人"
    return Words(
        addressee=d.organisation_name,
        signed=False,
        body=(
            P(
                f"{whom}申请办理“{d.item_name}”，主要申请材料已经齐全，下列材料暂时不能提交。"
                f"根据{load_rules().tolerance.citation}，申请容缺受理："
            ),
            Listing("", event.tolerated),
            P(
                f"{whom}承诺：",
                strong(f"于{until}前补齐上列材料" if until else "在规定期限内补齐上列材料"),
                "，并保证材料真实、合法、有效。",
            ),
            P(
                f"{whom}知晓：办理期限自受理之日（{day(local_day(line.at))}）起计算；材料补齐前不作出批准决定；"
                "逾期未补齐的，按退件办结，已提交的材料予以退还，由此产生的后果自行承担。"
            ),
            Facts(subject_facts(d)),
            Blanks(_HANDS),
        ),
        note=f"承诺人：{addressee(d)}。本承诺书一式两份，受理机关和承诺人各执一份。",
    )
