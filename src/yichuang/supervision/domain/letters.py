"""The supervision letter (督办函): which words stand on it; pure, the same event gives the same letter.

Stands between a card's history and the typesetter. The proof code names the card, the place of the event in its history
and the beginning of the event's hash, so that anybody can have the letter checked.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from yichuang.calendar.values import CHINA, WorkingCalendar
from yichuang.documents import Facts, Letter, Listing, Paragraph
from yichuang.documents.wording import chinese_date
from yichuang.supervision.domain.relations import Unit, Value
from yichuang.supervision.domain.rule import Rule
from yichuang.supervision.domain.words import Colour

TITLE = "督办函"
_LETTERS = "DB"
_CODE = re.compile(r"(JC\d{6}\d{4}\d{6,})-(\d{1,6})-DB-([0-9A-F]{16})")
_DASHES = re.compile("[‐‑‒–—―−]")
_HINT = "扫描二维码，或者在政务服务网站“文书核验”中输入核验码，可以核验本函："
_COLOURS = {Colour.REMINDER: "预警", Colour.YELLOW: "黄牌", Colour.RED: "红牌"}


@dataclass(frozen=True, slots=True)
class LetterFacts:
    """What a supervision letter is composed from; `sent` is the event's, `digest` its hash in hexadecimal."""

    card: str
    seq: int
    digest: str
    office: str
    number: str
    addressee: str
    colour: Colour
    issued_on: date
    occurred_on: date
    case_number: str
    item: str
    officer: str
    demand: str
    until: date
    sent_on: date
    rule: Rule
    facts: Mapping[str, Value]
    calendar: WorkingCalendar


def code_of(card: str, seq: int, digest: str) -> str:
    """Return the proof code that is printed on the letter."""
    return f"{card}-{seq}-{_LETTERS}-{digest[:16].upper()}"


def parse_code(text: str) -> tuple[str, int, str] | None:
    """Return card, place and beginning of the hash of a proof code as people type it; None for no such code."""
    plain = _DASHES.sub("-", unicodedata.normalize("NFKC", text))
    match = _CODE.fullmatch("".join(plain.split()).upper())
    return (match[1], int(match[2]), match[3].lower()) if match else None


def compose(f: LetterFacts, *, site: str = "") -> Letter:
    """Return the letter; `site` is the address before `/verify/...` in its QR code."""
    code = code_of(f.card, f.seq, f.digest)
    about = f"办件{f.case_number}" if f.case_number else "有关事项"
    named = f"（{f.item}）" if f.item else ""
    rows = [
        ("监察卡编号", f.card),
        ("颜色", _COLOURS[f.colour]),
        ("发生日期", chinese_date(f.occurred_on)),
        ("发牌日期", chinese_date(f.issued_on)),
        *([("办件编号", f.case_number)] if f.case_number else []),
        *([("经办人", f.officer)] if f.officer else []),
        ("督办期限", chinese_date(f.until)),
        ("依据", f.rule.citation),
    ]
    proofs = [
        f"{f.rule.relation.columns[name].zh}：{said(f.facts.get(name), f.rule.relation.columns[name].unit, f.calendar)}"
        for name in f.rule.evidence
        if name in f.facts
    ]
    return Letter(
        organisation=f.office,
        title=TITLE,
        number=f.number,
        addressee=f.addressee,
        body=(
            Paragraph.of(
                f"经电子监察，你单位承办的{about}{named}存在“{f.rule.title.zh}”的情形，"
                f"已于{chinese_date(f.issued_on)}发出{_COLOURS[f.colour]}。有关情况如下："
            ),
            Facts(tuple(rows)),
            *([Listing("认定的事实", tuple(proofs))] if proofs else []),
            Paragraph.of(f"{f.rule.explanation.zh}"),
            Paragraph.of(f"现予督办，要求：{_clause(f.demand)}。"),
            Paragraph.of(
                f"请于{chinese_date(f.until)}前办结整改，并将整改情况连同证明材料在监察平台上反馈；"
                "对认定的事实有异议的，请一并说明理由。"
            ),
        ),
        signature=f.office,
        dated_on=f.sent_on,
        seal_place=True,
        qr_text=f"{site.rstrip('/')}/verify/{code}/" if site else code,
        proof=code,
        proof_hint=_HINT,
        footer=f"监察卡编号 {f.card}",
    )


_SAID: Mapping[Unit, Callable[[int], str]] = {
    Unit.INSTANT: lambda seconds: f"{_local(seconds):%Y-%m-%d %H:%M}",
    Unit.FEN: lambda fen: f"{fen / 100:.2f}元",
    Unit.DAYS: lambda days: f"{days}个工作日",
    Unit.MINUTE: lambda minute: f"{minute // 60:02d}:{minute % 60:02d}",
    Unit.PERMILLE: lambda permille: f"{permille / 10:.1f}%",
    Unit.MONTH: lambda month: f"{month // 100}年{month % 100}月",
}


def _local(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, CHINA)


def said(value: Value, unit: Unit, calendar: WorkingCalendar) -> str:
    """Return a value of a relation in Chinese, as a letter says it."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if not isinstance(value, int):
        return value or "无"
    if unit is Unit.DAY:
        return chinese_date(calendar.day_of(value))
    return _SAID.get(unit, str)(value)


def _clause(text: str) -> str:
    return text.strip().rstrip("。．.，,；;、 ")
