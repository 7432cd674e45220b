"""The supervision letter: its words follow from the card's own facts, and its proof code is read as people type it."""

from dataclasses import replace
from datetime import date

import pytest

from yichuang.calendar.queries import get_calendar
from yichuang.documents import Facts, Listing, Paragraph
from yichuang.documents.notice import Text
from yichuang.supervision.domain.letters import LetterFacts, code_of, compose, parse_code, said
from yichuang.supervision.domain.relations import Unit
from yichuang.supervision.domain.words import Colour
from yichuang.supervision.rulebook import PACKAGED, load_rules

CALENDAR = get_calendar()
CARD = "JC6109242026000012"


def facts() -> LetterFacts:
    """Return the facts of a letter about a case past its promise."""
    rule = load_rules(PACKAGED).get("promised-overdue")
    assert rule is not None
    row = rule.relation.blameless(CALENDAR)
    return LetterFacts(
        card=CARD,
        seq=3,
        digest="ab12" * 16,
        office="安康市政务服务中心",
        number="安政务中心督字〔2026〕1号",
        addressee="紫阳县国土资源局",
        colour=Colour.RED,
        issued_on=date(2026, 3, 4),
        occurred_on=date(2026, 3, 3),
        case_number="610924202602020000X",
        item="国有土地使用权登记",
        officer="钱审批",
        demand="立即办结。",
        until=date(2026, 3, 18),
        sent_on=date(2026, 3, 4),
        rule=rule,
        facts={name: row[name] for name in rule.columns},
        calendar=CALENDAR,
    )


def words(part: object) -> str:
    """Return the words of one part of a letter."""
    if isinstance(part, Paragraph):
        return "".join(run.text for run in part.runs if isinstance(run, Text))
    if isinstance(part, Facts):
        return "".join(f"{label}{value}" for label, value in part.rows)
    return "".join(part.items) if isinstance(part, Listing) else ""


def test_the_letter_says_what_was_found_what_is_demanded_and_by_when() -> None:
    letter = compose(facts(), site="https://localhost/")
    text = "".join(words(part) for part in letter.body)
    for said_words in ("超过承诺时限", "红牌", "610924202602020000X", "钱审批", "立即办结。", "2026年3月18日"):
        assert said_words in text
    assert "。。" not in text
    assert letter.seal_place
    assert letter.qr_text == f"https://localhost/verify/{CARD}-3-DB-AB12AB12AB12AB12/"


def test_the_same_facts_make_the_same_letter_and_others_another() -> None:
    assert compose(facts()) == compose(facts())
    assert compose(facts()) != compose(replace(facts(), demand="说明原因"))


def test_a_finding_without_a_case_is_named_as_what_it_is() -> None:
    letter = compose(replace(facts(), case_number="", item="", officer=""))
    text = "".join(words(part) for part in letter.body)
    assert "有关事项" in text
    assert "办件编号" not in text


@pytest.mark.parametrize(
    "typed",
    [
        f"{CARD}-3-DB-AB12AB12AB12AB12",
        f"{CARD.lower()}-3-db-ab12ab12ab12ab12",
        f" {CARD} – 3 – DB – AB12 AB12 AB12 AB12 ",
        f"{CARD}—3—DB—AB12AB12AB12AB12",
    ],
)
def test_a_proof_code_is_read_as_people_type_it(typed: str) -> None:
    assert parse_code(typed) == (CARD, 3, "ab12ab12ab12ab12")
    assert code_of(CARD, 3, "ab12" * 16) == f"{CARD}-3-DB-AB12AB12AB12AB12"


@pytest.mark.parametrize("typed", ["", CARD, f"{CARD}-3-SL-AB12AB12AB12AB12", f"X{CARD}-3-DB-AB12AB12AB12AB12"])
def test_what_is_no_code_of_a_letter_is_none(typed: str) -> None:
    assert parse_code(typed) is None


@pytest.mark.parametrize(
    ("value", "unit", "shown"),
    [
        (None, Unit.DAY, "无"),
        (True, Unit.FLAG, "是"),
        ("", Unit.TEXT, "无"),
        (CALENDAR.ordinal(date(2026, 3, 3)), Unit.DAY, "2026年3月3日"),
        (1772503200, Unit.INSTANT, "2026-03-03 10:00"),
        (1050, Unit.FEN, "10.50元"),
        (3, Unit.DAYS, "3个工作日"),
        (75, Unit.MINUTE, "01:15"),
        (955, Unit.PERMILLE, "95.5%"),
        (201506, Unit.MONTH, "2015年6月"),
        (7, Unit.COUNT, "7"),
    ],
)
def test_values_are_said_in_chinese(value: int | str | bool | None, unit: Unit, shown: str) -> None:
    assert said(value, unit, CALENDAR) == shown
