"""The rules of supervision as a lawyer would check them: complete, cited, understandable, and one fact has one card."""

import re
import sqlite3
from collections import Counter
from datetime import datetime
from itertools import combinations
from pathlib import Path
from random import Random

import pytest

from yichuang.calendar.queries import get_calendar
from yichuang.calendar.values import CHINA
from yichuang.supervision.domain.dialects import Dialect, Writer
from yichuang.supervision.domain.moment import Moment, moment_of
from yichuang.supervision.domain.relations import RELATIONS, Column, Relation, Type, Unit, Value
from yichuang.supervision.domain.rule import Mark, Rule
from yichuang.supervision.domain.words import Scheme
from yichuang.supervision.rulebook import PACKAGED, load_rules

RULES = load_rules(PACKAGED).rules
BY_ID = {rule.id: rule for rule in RULES}
ROWS_A_RULE = 250

# What the issue asks for, and which rule answers it.
ASKED = {
    "near due": "promised-near-due",
    "ninety per cent of the promise": "promise-ninety-percent",
    "overdue by the promise": "promised-overdue",
    "overdue by the law": "statutory-overdue",
    "overdue by both": "both-clocks-overdue",
    "step overdue though the total is not": "step-overdue",
    "not corrected in the supervision period": "not-corrected-in-time",
    "automatic acceptance missed": "automatic-acceptance-missed",
    "supplement asked twice": "supplement-asked-twice",
    "supplement after acceptance": "supplement-after-acceptance",
    "special procedure longer than its own limit": "special-procedure-over-limit",
    "special procedure without written notice": "special-procedure-unnoticed",
    "extension without approval": "extension-unapproved",
    "extension too long": "extension-too-long",
    "extension after the deadline": "extension-after-deadline",
    "decision before acceptance": "decision-before-acceptance",
    "decider outside authority": "decider-outside-authority",
    "refusal without reasons": "refusal-without-reasons",
    "delivery late": "delivery-late",
    "fee not on the list": "fee-not-listed",
    "promise longer than statutory": "promise-over-statutory",
    "promise longer than statutory, the item": "item-promise-over-statutory",
    "back-filled entries": "back-filled",
    "bulk closing": "closed-in-bulk",
    "same file in many cases": "same-file-in-many-cases",
    "sequence gaps": "number-series-gap",
    "entries on holidays": "entered-on-day-off",
    "item listed but never entered": "item-never-entered",
    "cancelled item still in use": "cancelled-item-used",
    "zero-volume item": "item-zero-volume",
    "consultation deadline": "consultation-overdue",
    "complaint deadline": "complaint-overdue",
    "bad rating not followed up": "bad-rating-overdue",
    "feed late": "feed-late",
    "feed incomplete": "feed-incomplete",
    "test 1": "outside-lead",
    "test 2": "result-not-in-register",
    "test 3": "centre-volume-low",
    "test 4": "finished-in-seconds",
    "test 5": "certificate-before-decision",
    "test 6": "sent-between-offices",
    "test 7": "upload-without-file",
    "test 8": "number-series-gap",
    "test 9": "visits-without-cases",
    "test 10": "callback-contradicts",
    "test 11": "cancelled-item-standing",
    "test 12": "fee-not-charged",
}

# Rules that look at one and the same fact from two sides: under one scheme, never two cards for one row.
ONE_FACT = (
    ("promised-near-due", "promised-overdue", "statutory-overdue"),
    ("promise-ninety-percent", "promised-overdue"),
    ("promised-overdue", "statutory-overdue", "both-clocks-overdue"),
    ("step-overdue", "promised-overdue"),
    ("extension-after-deadline", "promised-overdue"),
    ("extension-too-long", "extension-repeated"),
    ("forwarding-late", "promised-overdue", "statutory-overdue"),
    ("automatic-acceptance-missed", "supplement-notice-late"),
    ("special-procedure-unnoticed", "special-procedure-unlimited"),
    ("certificate-before-decision", "delivery-before-decision"),
    ("delivery-late", "delivery-before-decision"),
    ("decision-before-acceptance", "finished-in-seconds"),
    ("decider-outside-authority", "decider-unnamed"),
    ("fee-not-charged", "delivered-unpaid"),
    ("fee-not-listed", "fee-over-list"),
    ("cancelled-item-used", "cancelled-item-standing"),
    ("complaint-decision-late", "complaint-overdue"),
    ("bad-rating-not-contacted", "bad-rating-overdue"),
    ("feed-late", "feed-silent"),
    ("outside-lead", "outside-confirmed", "double-track-lead", "double-track-confirmed"),
)


def test_there_are_at_least_forty_five_rules_and_every_relation_has_one() -> None:
    assert len(RULES) >= 45
    assert {rule.relation_name for rule in RULES} == set(RELATIONS)


@pytest.mark.parametrize(("asked", "rule"), ASKED.items())
def test_every_matter_of_the_issue_has_its_rule(asked: str, rule: str) -> None:
    assert rule in BY_ID, asked


@pytest.mark.parametrize("rule", RULES, ids=[rule.id for rule in RULES])
def test_an_officer_can_understand_the_rule(rule: Rule) -> None:
    zh, en = rule.explanation.zh, rule.explanation.en
    assert len(re.findall("[。！？]", zh)) >= 2, "what, why, what next"
    assert len(re.findall(r"[.!?](?:\s|$)", en)) >= 2, "what, why, what next"
    assert not re.search("[\u4e00-\u9fff]", en + rule.title.en)
    assert 3 <= len(rule.title.zh) <= 40
    assert "_" not in zh + en + rule.title.zh + rule.title.en, "no names of columns"


@pytest.mark.parametrize("rule", RULES, ids=[rule.id for rule in RULES])
def test_a_rule_is_shown_on_both_sides_of_its_border(rule: Rule) -> None:
    assert {example.found for example in rule.examples} == {True, False}
    assert len(rule.examples) >= 3
    assert len({example.name.zh for example in rule.examples}) == len(rule.examples)


@pytest.mark.parametrize("rule", RULES, ids=[rule.id for rule in RULES])
def test_nothing_unverified_calls_itself_law(rule: Rule) -> None:
    assert rule.citation
    if rule.mark is not Mark.DEFAULT:
        assert not rule.citation.startswith("默认值")
    for parameter in rule.parameters:
        for value in parameter.values:
            assert value.citation
            assert (value.mark is Mark.DEFAULT) or not value.citation.startswith("默认值")


def test_a_rule_that_gives_a_card_gives_one_under_both_schemes_or_says_why_not() -> None:
    lopsided = {
        rule.id
        for rule in RULES
        if bool(rule.colour(Scheme.A)) != bool(rule.colour(Scheme.B)) and all(map(rule.applies, Scheme))
    }
    assert lopsided == set()
    # Each is the other scheme's counterpart, so that no delay is shown twice.
    assert {rule.id for rule in RULES if not all(map(rule.applies, Scheme))} == {
        "promise-ninety-percent",
        "not-corrected-in-time",
    }


def test_an_overdue_case_of_our_own_is_red_under_a_and_yellow_under_b() -> None:
    colours = {scheme: BY_ID["promised-overdue"].colour(scheme) for scheme in Scheme}
    assert {scheme.value: str(colour) for scheme, colour in colours.items()} == {"A": "red", "B": "yellow"}


@pytest.mark.parametrize("relation", sorted(RELATIONS))
def test_one_fact_has_one_card(relation: str) -> None:
    """Rows by chance, wild ones too: no pair of the same fact ever has two cards in one scheme."""
    found = _found_by_chance(RELATIONS[relation])
    seen: Counter[str] = Counter(rule for rules in found for rule in rules)
    for group in ONE_FACT:
        for one, other in combinations(group, 2):
            if BY_ID[one].relation_name != relation:
                continue
            for scheme in Scheme:
                if BY_ID[one].colour(scheme) and BY_ID[other].colour(scheme):
                    assert not any({one, other} <= rules for rules in found), (one, other)
    silent = {rule.id for rule in RULES if rule.relation_name == relation} - set(seen)
    assert silent <= {"publicity-late"}, "chance must reach every rule, or this test shows nothing"


def _found_by_chance(relation: Relation) -> list[set[str]]:
    """Return for many rows by chance which rules find each."""
    calendar, random = get_calendar(), Random(f"rows:{relation.name}")
    rules = [rule for rule in RULES if rule.relation_name == relation.name]
    names = list(relation.columns)
    moment = moment_of(datetime(2015, 3, 20, 12, tzinfo=CHINA), calendar)
    writer = Writer(Dialect.SQLITE, calendar, moment)
    blameless = [relation.blameless(calendar, start) for start in ("", *relation.starts)]
    words = _words(rules)
    with sqlite3.connect(":memory:") as database:
        database.execute(f"CREATE TABLE f ({', '.join(f'{chr(34)}{name}{chr(34)}' for name in names)})")
        rows = [
            _row(relation, random.choice(blameless), random, words, moment)
            for _ in range(ROWS_A_RULE * (len(rules) + 2))
        ]
        database.executemany(
            f"INSERT INTO f VALUES ({', '.join('?' * len(names))})", [[row[name] for name in names] for row in rows]
        )
        asked = ", ".join(f"COALESCE({writer.condition(rule)}, 0)" for rule in rules)
        return [
            {rule.id for rule, found in zip(rules, flags, strict=True) if found}
            for flags in database.execute(f"SELECT {asked} FROM f")
        ]


def _words(rules: list[Rule]) -> list[str]:
    """Return every text that a condition compares with, and none of them."""
    return sorted({"", "x", *(word for rule in rules for word in re.findall(r"'([^']*)'", rule.condition.text))})


def _row(
    relation: Relation, start: dict[str, Value], random: Random, words: list[str], moment: Moment
) -> dict[str, Value]:
    asked = [
        name for name in relation.columns if any(name in rule.columns for rule in RULES if rule.relation is relation)
    ]
    row = dict(start)
    for name in random.sample(asked, min(len(asked), 2 + int(random.random() * 6))):
        row[name] = _value(relation.columns[name], row[name], random, words, moment)
    if relation.name == "cases" and row["ended_wd"] is None:
        # What has not ended is not late by its end.
        row["late_promised"] = row["late_statutory"] = None
    if relation.name == "cases" and row["special_open_wd"] is None:
        row["special_counted_days"] = 0
    return row


def _value(column: Column, before: Value, random: Random, words: list[str], moment: Moment) -> Value:
    if column.nullable and random.random() < 0.2:
        return None
    if column.type is not Type.INT:
        return random.random() < 0.5 if column.type is Type.BOOL else random.choice(words)
    return _number(column, before, random, moment)


def _number(column: Column, before: Value, random: Random, moment: Moment) -> int:
    if column.unit is Unit.DAY:
        return moment.today_wd + random.choice((random.randint(-12, 6), random.randint(-90, 12)))
    if column.unit is Unit.INSTANT:
        base = before if isinstance(before, int) and random.random() < 0.3 else moment.now_s
        return base + random.choice((-90_000, -30, 0, 0, 30, 90_000))
    if column.unit is Unit.MINUTE:
        return random.randint(0, 1439)
    return random.choice((0, 0, 1, 2, 3, 5, 6, 11, 12, 16, 100, 1200))


def test_the_folder_holds_nothing_but_rules() -> None:
    assert {path.stem for path in Path(PACKAGED).iterdir()} == set(BY_ID)
