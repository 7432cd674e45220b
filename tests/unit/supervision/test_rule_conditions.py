"""What a condition may say: a pure question about one row, and nothing that a database could be made to do."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlglot import exp

from yichuang.supervision.domain.conditions import Condition, read_condition
from yichuang.supervision.domain.faults import RuleFaulty
from yichuang.supervision.domain.relations import RELATIONS, Type
from yichuang.supervision.domain.spelling import LONGEST

CASES = RELATIONS["cases"]


def read(text: str, expects: Type = Type.BOOL, **parameters: int) -> Condition:
    return read_condition(text, relation=CASES, parameters=parameters, expects=expects, file="r.yaml")


@pytest.mark.parametrize(
    "text",
    [
        "counted",
        "counted AND ended_wd IS NULL AND promised_due_wd < :today_wd",
        "NOT counted OR (joint AND late_promised IS NOT TRUE)",
        "kind IN ('promised', 'on-the-spot') AND channel <> 'web'",
        "paused_days BETWEEN 1 AND 2 * 3",
        "COALESCE(ended_wd, closed_wd, :today_wd) - accepted_wd - paused_days > -1",
        "CASE WHEN joint THEN 45 ELSE 20 END < used_days",
        "CASE kind WHEN 'promised' THEN TRUE ELSE FALSE END",
        "LEAST(promised_due_wd, statutory_due_wd) < GREATEST(:today_wd, received_wd)",
        "MOD(received_wd, 5) = 0 AND DIV(received_wd, 5) = 3 AND ABS(used_days - 3) > 1",
        "received_s * 1000 < :now_s * 1000 AND :today > 20150101",
        "kind = '中文；-- 不是注释，也不是 /* 注释 */ #'",
        " AND ".join(["counted"] * 200),
    ],
)
def test_a_question_about_one_row_is_read(text: str) -> None:
    assert read(text).text == text


def test_what_a_condition_asks_about_is_known() -> None:
    condition = read("counted AND used_days > :most AND :today_wd > ended_wd", most=3)
    assert condition.columns == {"counted", "used_days", "ended_wd"}
    assert condition.parameters == {"most", "today_wd"}
    assert condition.kind.nullable
    assert [part.sql() for part in condition.parts()] == ["counted", "used_days > :most", ":today_wd > ended_wd"]


HOSTILE = [
    # statements, and more than one of them
    "counted; DROP TABLE cases_facts",
    "counted;",
    "1 = 1 UNION SELECT 1",
    "SELECT 1",
    "DROP TABLE cases_facts",
    "counted) OR (SELECT 1",
    "COPY cases TO '/tmp/x'",
    "ATTACH 'x' AS y",
    "PRAGMA writable_schema",
    # questions about other rows
    "(SELECT 1) = 1",
    "EXISTS (SELECT 1)",
    "received_wd IN (SELECT 1)",
    "received_wd = ALL (1)",
    "COUNT(*) > 1",
    "MAX(received_wd) > 1",
    "ABS(received_wd) OVER () = 1",
    "ROW_NUMBER() = 1",
    # functions that do something
    "pg_sleep(10) = 1",
    "load_extension('x')",
    "read_csv('/etc/passwd') = 1",
    "current_setting('x') = 'y'",
    "CURRENT_DATE > 1",
    "IF(counted, 1, 2) = 1",
    "NVL(used_days, 1) = 1",
    "CAST(received_wd AS INT) = 1",
    "TRY_CAST(received_wd AS INT) = 1",
    # hidden text
    "counted -- and nothing else",
    "counted /* and nothing else */",
    "/*+ hint */ counted",
    "counted # and nothing else",
    "counted\u200b",
    "counted\u00a0AND joint",
    "counted\x00",
    "kind = U&'x'",
    "kind = E'x'",
    "kind = N'x'",
    "kind = X'ff'",
    "kind = $$x$$",
    "kind = 'a' 'b'",
    "kind = 'it''s'",
    "kind = 'a\\'",
    "kind = 'a\nb'",
    'kind = "kind"',
    "`counted`",
    "[counted]",
    '"counted"',
    "kind = 'open",
    # other people's columns and parameters
    "password = 'x'",
    "cases_facts.counted",
    "f.counted",
    "*",
    "counted AS x",
    "? = 1",
    "@x = 1",
    "$1 = 1",
    ":nobody = 1",
    ": today_wd = 1",
    "received_wd =:",
    # what the engines do differently
    "received_wd / 2 = 1",
    "received_wd::int = 1",
    "kind || 'x' = 'y'",
    "kind LIKE 'x%'",
    "kind ILIKE 'x%'",
    "kind SIMILAR TO 'x'",
    "kind ~ 'x'",
    "kind < 'x'",
    "kind COLLATE nocase = 'x'",
    "received_wd & 1 = 1",
    "~received_wd = 1",
    "received_wd ^ 2 = 1",
    "received_wd = 1.5",
    "received_wd = 1e5",
    "received_wd = 0x1f",
    "received_wd = 1_000",
    "received_wd IS DISTINCT FROM 1",
    "received_wd <=> 1",
    "received_wd BETWEEN SYMMETRIC 1 AND 2",
    "LEAST(DISTINCT received_wd, accepted_wd) = 1",
    "(received_wd, accepted_wd) = (1, 2)",
    "DATE '2015-01-01' > received_wd",
    "INTERVAL '1' DAY > received_wd",
    "ended_wd = NULL",
    "ended_wd IN (NULL)",
    "MOD(received_wd, 0) = 1",
    "DIV(received_wd, accepted_wd) = 1",
    "received_wd % accepted_wd = 1",
    # what no engine's sum can hold
    "received_s * received_s > 1",
    "received_wd = 99999999999999999999",
    # mistakes
    "",
    "   ",
    "counted AND",
    "AND counted",
    "counted counted",
    "received_wd",
    "'text'",
    "counted = 1",
    "kind = 1",
    "received_wd = 'x'",
    "counted > joint",
    "counted + 1 = 2",
    "NOT received_wd",
    "received_wd AND counted",
    "received_wd IS TRUE",
    "received_wd IS 1",
    "received_wd < accepted_wd < ended_wd",
    "counted = joint = automatic",
    "ended_wd IS NULL IS NULL",
    "kind IN ('a', 1)",
    "kind IN (channel)",
    "kind IN ()",
    "COALESCE(used_days) = 1",
    "COALESCE(used_days, 'x') = 1",
    "GREATEST(kind, channel) = 'x'",
    "CASE WHEN counted THEN 1 ELSE 'x' END = 1",
    "CASE WHEN received_wd THEN 1 END = 1",
    "CASE kind WHEN 1 THEN TRUE END",
    "COUNTED",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(RuleFaulty):
        read(text)


@pytest.mark.parametrize(
    "text",
    [
        "(" * 5_000 + "counted" + ")" * 5_000,
        "(" * 60 + "counted" + ")" * 60,
        "NOT " * 900 + "counted",
        "- " * 700 + "1 < received_wd",
        "CASE WHEN counted THEN " * 100 + "TRUE" + " END" * 100,
        "ABS(" * 100 + "1" + ") " * 100 + "= 1",
        " + ".join(["received_wd"] * 200) + " = 1",
        " AND ".join(["counted"] * 900),
        "kind = '" + "x" * LONGEST + "'",
    ],
)
def test_a_condition_that_no_parser_would_like_is_refused_before_it_gets_there(text: str) -> None:
    with pytest.raises(RuleFaulty):
        read(text)


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused_and_nothing_else(text: str) -> None:
    try:
        read(text)
    except RuleFaulty as fault:
        assert fault.line == 1
        assert 1 <= fault.column <= len(text) + 2


words = st.sampled_from(
    [
        *"()+-*<>=,'\"%",
        *("AND", "OR", "NOT", "IS", "NULL", "IN", "CASE", "WHEN", "THEN", "END", "COALESCE(", "LEAST(", "BETWEEN"),
        *("TRUE", "SELECT", "--", "counted", "received_wd", "ended_wd", "kind", ":today_wd", "1", "'x'"),
    ]
)


@given(st.lists(words, max_size=14).map(" ".join))
def test_any_row_of_words_is_read_or_refused_and_nothing_else(text: str) -> None:
    try:
        condition = read(text)
    except RuleFaulty as fault:
        assert fault.why()
    else:
        assert condition.kind.type is Type.BOOL
        assert not list(condition.tree.find_all(exp.Query, exp.Anonymous, exp.Command))


@pytest.mark.parametrize(
    ("text", "column", "words"),
    [
        ("recieved_wd > 1", 1, "received_wd"),
        ("counted AND used_days > :mots", 25, ":most"),
        ("counted AND kind = 5", 13, "文字不能与数字比较"),
        ("counted AND used_days", 13, "“used_days”得出数字"),
        ("received_wd", 1, "这里应得出是否，实际得出数字"),
        ("counted AND sum(used_days) > 1", 13, "不能用函数sum"),
        ("counted AND (used_days > 1", 26, "不是完整的表达式"),
        ("used_days > 1.5", 13, "只能用整数"),
        ("counted -- x", 9, "注释"),
    ],
)
def test_a_refusal_says_where_what_and_what_would_be_right(text: str, column: int, words: str) -> None:
    with pytest.raises(RuleFaulty) as refused:
        read(text, most=3)
    assert refused.value.place == f"r.yaml:1:{column}"
    assert words in refused.value.why()
    assert "yichuang rules check" in str(refused.value)


def test_what_is_expected_is_a_number_when_the_day_of_a_breach_is_read() -> None:
    assert read("promised_due_wd + 1", Type.INT).kind.nullable
    with pytest.raises(RuleFaulty):
        read("counted", Type.INT)
