"""One condition, four engines: SQLite, PostgreSQL, DuckDB and Spark find the same, row by row and all at once."""

import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import leave_out
from tests.factories.rule_rows import AT, at_columns, comparable, put_into_file, put_into_table, random_rows
from tests.factories.rules import made_rule
from yichuang.calendar.queries import get_calendar
from yichuang.calendar.values import CHINA
from yichuang.supervision.domain.dialects import Dialect, Writer
from yichuang.supervision.domain.moment import moment_of
from yichuang.supervision.domain.relations import RELATIONS, Value
from yichuang.supervision.domain.rule import Rule
from yichuang.supervision.engines import BulkUnknown, bulk, database, duck, spark
from yichuang.supervision.engines.hit import Hit
from yichuang.supervision.engines.parquet import FINDINGS, FactsMissing, read_findings
from yichuang.supervision.engines.plan import plan, select
from yichuang.supervision.rulebook import PACKAGED, load_rules

pytestmark = [pytest.mark.slow(50), pytest.mark.django_db]

RULES = load_rules(PACKAGED)
RELATIONS_JUDGED = RULES.relations
MOMENT = moment_of(datetime(2015, 3, 18, 12, tzinfo=CHINA), get_calendar())
# What reads files does not know which database the tests run on: once is enough.
ENGINES = ("database", "duckdb", "spark") if connection.vendor == "sqlite" else ("database",)
MEMORY = "1GB"
Rows = Sequence[dict[str, Value]]
Judge = Callable[[Sequence[Rule], str, Rows], list[Hit]]


@pytest.fixture(scope="module")
def spark_session() -> Iterator[Any]:
    """One Spark for the module: starting one takes longer than all that is asked of it."""
    if shutil.which("java") is None:
        leave_out("Java is missing: apt-get install openjdk-17-jre-headless, or `make provide` as root")
    session = spark.session("local[2]", memory=MEMORY)
    session.conf.set("spark.sql.shuffle.partitions", "2")
    yield session
    session.stop()


@pytest.fixture
def judge(request: pytest.FixtureRequest, tmp_path: Path) -> Judge:
    """Judge rows on the engine of the test's parameter, each row at the moment it carries."""
    engine = request.param
    if engine == "database":
        return judge_live
    if engine == "duckdb":
        return lambda rules, relation, rows: judge_with_duckdb(rules, relation, rows, tmp_path)
    session = request.getfixturevalue("spark_session")
    return lambda rules, relation, rows: judge_with_spark(rules, relation, rows, tmp_path, session)


on_every_engine = pytest.mark.parametrize("judge", ENGINES, indirect=True)


def judge_live(rules: Sequence[Rule], relation: str, rows: Rows) -> list[Hit]:
    """Judge in the database that the tests run on."""
    dialect = Dialect.SQLITE if connection.vendor == "sqlite" else Dialect.POSTGRESQL
    this = plan(relation, tuple(rules))
    writer = Writer(dialect, get_calendar(), marker='"f"."at_{}"'.format)
    with connection.cursor() as cursor:
        cursor.execute(select(this, writer, put_into_table(relation, rows)))
        return [hit for row in cursor.fetchall() for hit in this.hits(row)]


def judge_with_duckdb(rules: Sequence[Rule], relation: str, rows: Rows, folder: Path) -> list[Hit]:
    """Judge a file with DuckDB."""
    file = put_into_file(relation, rows, folder / "facts")
    this = plan(relation, tuple(rules))
    this = replace(this, columns=(*this.columns, *AT))
    writer = Writer(Dialect.DUCKDB, get_calendar(), marker='"f"."at_{}"'.format)
    text = duck.findings_select(this, source=f"read_parquet('{file}')", writer=writer)
    with duck.opened(folder, memory=MEMORY, threads=2) as engine:
        engine.execute(f"COPY ({text}) TO '{folder / FINDINGS}' (FORMAT parquet)")
    return list(read_findings(folder))


def judge_with_spark(rules: Sequence[Rule], relation: str, rows: Rows, folder: Path, session: Any) -> list[Hit]:
    """Judge the same file with Spark."""
    session.read.parquet(str(put_into_file(relation, rows, folder / "facts"))).createOrReplaceTempView("made")
    this = plan(relation, tuple(rules))
    this = replace(this, columns=(*this.columns, *AT))
    writer = Writer(Dialect.SPARK, get_calendar(), marker="`f`.`at_{}`".format)
    text = spark.findings_select(this, source="made", writer=writer)
    session.sql(text).write.mode("overwrite").parquet(str(folder / FINDINGS))
    return list(read_findings(folder))


# --- worked examples --------------------------------------------------------------------------------------------------


def example_rows(relation: str) -> list[dict[str, Value]]:
    """Return the rows of all examples of a relation's rules; the key says whose and which."""
    calendar, about = get_calendar(), RELATIONS[relation]
    return [
        {
            **example.values(about, calendar),
            **at_columns(example.moment(calendar)),
            about.key: f"{rule.id} {number}",
        }
        for rule in RULES.of(relation)
        for number, example in enumerate(rule.examples)
    ]


def blameless_rows(relation: str) -> list[dict[str, Value]]:
    """Return rows without fault, one for each way in which a relation's time may begin; the key says which."""
    calendar, about = get_calendar(), RELATIONS[relation]
    days = {
        "": datetime(2015, 3, 3, 12, tzinfo=CHINA),
        **dict.fromkeys(about.starts, datetime(2015, 6, 30, tzinfo=CHINA)),
    }
    return [
        {
            **about.blameless(calendar, start),
            **at_columns(moment_of(at, calendar)),
            about.key: f"blameless {start or 'usual'}",
        }
        for start, at in days.items()
    ]


# Asked together, since Spark takes a second for each question.
@on_every_engine
@pytest.mark.parametrize("relation", RELATIONS_JUDGED)
def test_every_worked_example_of_every_rule_comes_out_and_a_row_without_fault_is_found_by_none(
    judge: Judge, relation: str
) -> None:
    calendar = get_calendar()
    without = blameless_rows(relation)
    hits = judge(RULES.of(relation), relation, [*example_rows(relation), *without])
    found = {(hit.rule_id, hit.key): hit for hit in hits}
    wrong = []
    for rule in RULES.of(relation):
        for number, example in enumerate(rule.examples):
            hit = found.get((rule.id, f"{rule.id} {number}"))
            day = calendar.day_of(hit.occurred_wd) if hit else None
            if (hit is not None) != example.found or (example.occurred and day != example.occurred):
                wrong.append(f"{rule.id}: {example.name.zh} / {example.name.en}: {day or 'not found'}")
    assert not wrong, "\n".join(wrong)
    keys = {row[RELATIONS[relation].key] for row in without}
    assert [(hit.rule_id, hit.key) for hit in hits if hit.key in keys] == []


# --- the same everywhere ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("relation", RELATIONS_JUDGED)
@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 2**32))
def test_duckdb_finds_in_bulk_what_the_database_finds(relation: str, seed: int, tmp_path: Path) -> None:
    rules = RULES.of(relation)
    rows = random_rows(relation, rules, seed=seed, count=300)
    put_into_file(relation, rows, tmp_path)
    live = list(database.judge(rules, relation=relation, moment=MOMENT, table=put_into_table(relation, rows)))
    count = duck.judge_files(rules, folder=tmp_path, moment=MOMENT, into=tmp_path / "found", memory=MEMORY, threads=2)
    assert count == len(live)
    assert comparable(read_findings(tmp_path / "found")) == comparable(live)


@pytest.mark.skipif("spark" not in ENGINES, reason="Spark is held against SQLite, DuckDB against every database")
@pytest.mark.usefixtures("spark_session")
def test_spark_finds_in_bulk_what_the_database_finds(tmp_path: Path) -> None:
    live: list[Hit] = []
    for relation in RELATIONS_JUDGED:
        rules = RULES.of(relation)
        rows = random_rows(relation, rules, seed=len(relation), count=1_000)
        put_into_file(relation, rows, tmp_path)
        live += database.judge(rules, relation=relation, moment=MOMENT, table=put_into_table(relation, rows))
    count = spark.judge_files(RULES.rules, folder=tmp_path, moment=MOMENT, into=tmp_path / "found", master="local[2]")
    assert count == len(live) > 0
    assert comparable(read_findings(tmp_path / "found")) == comparable(live)


@pytest.mark.parametrize("relation", RELATIONS_JUDGED)
@settings(max_examples=2, deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 2**32))
def test_judging_one_row_is_judging_them_all(relation: str, seed: int) -> None:
    rules = RULES.of(relation)
    rows = random_rows(relation, rules, seed=seed, count=12)
    table = put_into_table(relation, rows)
    together = comparable(database.judge(rules, relation=relation, moment=MOMENT, table=table))
    alone = comparable(
        hit for row in rows for rule in rules if (hit := database.judge_row(rule, row, MOMENT)) is not None
    )
    assert alone == together


# --- where engines would differ ---------------------------------------------------------------------------------------

# Condition, changes to the row, whether it is found.
DIFFERENCES: tuple[tuple[str, dict[str, Value], bool], ...] = (
    ("LEAST(promised_due_wd, statutory_due_wd) = 7", {"promised_due_wd": None, "statutory_due_wd": 7}, True),
    ("LEAST(promised_due_wd, statutory_due_wd) = 7", {"promised_due_wd": 7, "statutory_due_wd": None}, True),
    ("LEAST(promised_due_wd, statutory_due_wd) IS NULL", {"promised_due_wd": None, "statutory_due_wd": None}, True),
    ("GREATEST(promised_due_wd, statutory_due_wd, 3) = 9", {"promised_due_wd": None, "statutory_due_wd": 9}, True),
    ("GREATEST(promised_due_wd, 3) = 3", {"promised_due_wd": None}, True),
    ("DIV(used_days, 10) = 9", {"used_days": 99}, True),
    ("DIV(used_days, 10) = 0", {"used_days": 9}, True),
    ("DIV(used_days - 1, 10) * 10 + MOD(used_days - 1, 10) = used_days - 1", {"used_days": 38}, True),
    ("DIV(used_days, 10) IS NULL", {"used_days": None}, True),
    ("MOD(used_days, 7) = 3", {"used_days": 10}, True),
    ("MOD(0 - used_days, 7) = -3", {"used_days": 10}, True),
    ("used_days = 3 OR TRUE", {"used_days": None}, True),
    ("used_days = 3", {"used_days": None}, False),
    ("NOT used_days = 3", {"used_days": None}, False),
    ("used_days NOT IN (1, 2)", {"used_days": None}, False),
    ("used_days NOT BETWEEN 1 AND 2", {"used_days": 3}, True),
    ("late_promised IS NOT TRUE", {"late_promised": None}, True),
    ("late_promised IS FALSE", {"late_promised": None}, False),
    ("late_promised = early", {"late_promised": None, "early": None}, False),
    ("(late_promised OR early) IS NULL", {"late_promised": None, "early": False}, True),
    ("(late_promised AND early) IS FALSE", {"late_promised": None, "early": False}, True),
    ("COALESCE(used_days, -1) < 0", {"used_days": None}, True),
    ("ABS(-5) = 5 AND -5 < - 4", {}, True),
    ("- -5 = 5", {}, True),
    ("NOT counted = joint", {"counted": True, "joint": False}, True),
    ("2 + 3 * 4 = 14 AND (2 + 3) * 4 = 20 AND 10 - 3 - 2 = 5 AND 10 - (3 - 2) = 9", {}, True),
    ("counted OR joint AND automatic", {"counted": True, "joint": False, "automatic": False}, True),
    ("(counted OR joint) AND automatic", {"counted": True, "joint": False, "automatic": False}, False),
    # Sums that need more than 32 bits.
    ("promised_amount * 86400 * 365 > 2147483647", {"promised_amount": 100}, True),
    (
        "promised_amount * 1000000 + statutory_amount * 1000000 = 4000000000",
        {"promised_amount": 2000, "statutory_amount": 2000},
        True,
    ),
    (":now_s * 1000 > received_s * 1000", {}, True),
    (":now_s + 2000000000 > 3000000000", {}, True),
    ("kind = '百分之100% 的 %s' AND kind IN ('百分之100% 的 %s', '__now_s__')", {"kind": "百分之100% 的 %s"}, True),
    ("kind = '__now_s__'", {"kind": "__now_s__"}, True),
    ("CASE WHEN used_days > 1 THEN 1 END IS NULL", {"used_days": 1}, True),
    ("CASE kind WHEN 'promised' THEN 1 WHEN 'x' THEN 2 ELSE 3 END = 3", {"kind": ""}, True),
    ("CASE WHEN late_promised THEN FALSE ELSE TRUE END", {"late_promised": None}, True),
)


@on_every_engine
def test_what_engines_do_differently_comes_out_the_same(judge: Judge) -> None:
    blameless = {**RELATIONS["cases"].blameless(get_calendar()), **at_columns(MOMENT)}
    rules = [made_rule(f"difference-{number}", condition=text) for number, (text, _, _) in enumerate(DIFFERENCES)]
    rows = [{**blameless, **row, "number": f"difference-{number}"} for number, (_, row, _) in enumerate(DIFFERENCES)]
    found = {hit.rule_id for hit in judge(rules, "cases", rows) if hit.rule_id == hit.key}
    assert found == {f"difference-{number}" for number, (_, _, expected) in enumerate(DIFFERENCES) if expected}


@pytest.mark.parametrize(
    "text", ["100%", "%s", "%(keys)s", "%(now_s)s", "__now_s__", ":now_s", "?", "$1", "{0}", "f.kind"]
)
def test_a_text_of_a_rule_is_never_a_place_to_fill_in(text: str) -> None:
    rule = made_rule(condition=f"kind = '{text}' AND received_s < :now_s AND MOD(used_days, 7) = 1")
    row = {**RELATIONS["cases"].blameless(get_calendar()), "kind": text, "used_days": 8}
    assert database.judge_row(rule, row, MOMENT) is not None
    assert database.judge_row(rule, {**row, "kind": "promised"}, MOMENT) is None
    assert database.explain_row(rule, row, MOMENT) == (True, True, True, True)
    table = put_into_table("cases", [row])
    assert len(list(database.judge([rule], relation="cases", moment=MOMENT, table=table))) == 1


PARAMETERS = """\
parameters:
  near_days:
    unit: working-days
    values:
      - {from: 2004-07-01, value: 1, citation: 甲, mark: V}
      - {from: 2015-03-02, value: 5, citation: 乙, mark: V}
      - {from: 2015-04-06, value: -2, citation: 丙, mark: K}
"""


@on_every_engine
@pytest.mark.parametrize(("anchor", "empty"), [("received_wd", False), ("decided_wd", True)])
def test_the_law_in_force_on_the_rows_own_day_decides(judge: Judge, anchor: str, empty: bool) -> None:
    calendar = get_calendar()
    rule = made_rule(
        condition="used_days = :near_days",
        anchor=anchor,
        parameters=PARAMETERS,
        from_on="2015-02-03",
        until="2015-05-04",
    )
    days = {
        "2015-02-02": None,  # not in force yet
        "2015-02-03": 1,
        "2015-02-27": 1,
        "2015-03-01": 1,  # a Sunday: judged as the Friday before
        "2015-03-02": 5,
        "2015-04-03": 5,
        "2015-04-07": -2,  # the Monday was a day off
        "2015-05-04": None,  # no longer in force
    }
    blameless = {**RELATIONS["cases"].blameless(calendar), **at_columns(MOMENT)}
    rows = [
        {
            **blameless,
            "number": f"{day} {used}",
            anchor: calendar.ordinal(datetime.fromisoformat(day).date()),
            "used_days": used,
        }
        for day in days
        for used in (1, 5, -2)
    ]
    if empty:
        # Nothing happened yet: the law of the day of judging, 2015-03-18.
        rows += [{**blameless, "number": f"empty {used}", anchor: None, "used_days": used} for used in (1, 5, -2)]
    expected = {f"{day} {value}" for day, value in days.items() if value is not None} | (
        {"empty 5"} if empty else set()
    )
    assert {hit.key for hit in judge([rule], "cases", rows)} == expected


@on_every_engine
def test_a_breach_without_a_day_is_of_the_day_of_judging(judge: Judge) -> None:
    rule = made_rule(condition="counted", occurred="decided_wd + 1")
    row = {**RELATIONS["cases"].blameless(get_calendar()), **at_columns(MOMENT)}
    rows = [{**row, "number": "with", "decided_wd": 2800}, {**row, "number": "without", "decided_wd": None}]
    days = {hit.key: hit.occurred_wd for hit in judge([rule], "cases", rows)}
    assert days == {"with": 2801, "without": MOMENT.today_wd}


@on_every_engine
def test_more_rules_than_one_mask_holds_are_told_apart(judge: Judge) -> None:
    rules = [made_rule(f"limit-{number}", condition=f"used_days = {number}") for number in range(140)]
    row = {**RELATIONS["cases"].blameless(get_calendar()), **at_columns(MOMENT)}
    rows = [{**row, "number": str(used), "used_days": used} for used in range(0, 140, 3)]
    assert {(hit.rule_id, hit.key) for hit in judge(rules, "cases", rows)} == {
        (f"limit-{used}", str(used)) for used in range(0, 140, 3)
    }


# --- bulk, by setting -------------------------------------------------------------------------------------------------


def test_the_setting_chooses_the_engine(tmp_path: Path) -> None:
    put_into_file("cases", random_rows("cases", RULES.of("cases"), seed=1, count=50), tmp_path)
    counts = {
        bulk(url)(RULES.of("cases"), folder=tmp_path, moment=MOMENT, into=tmp_path / "found")
        for url in ("duckdb://", "duckdb://?memory=500MB&threads=1")
    }
    assert len(counts) == 1
    assert bulk("spark://local[2]").keywords == {"master": "local[2]"}  # type: ignore[attr-defined]
    assert bulk("spark://host:7077").keywords == {"master": "spark://host:7077"}  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "url",
    [
        *("", "duckdb", "duckdb://?memory", "duckdb://?threads=0", "duckdb://?threads=x", "duckdb://?speed=1"),
        *("spark://", "postgresql://x"),
    ],
)
def test_a_setting_that_names_no_engine_is_refused(url: str) -> None:
    with pytest.raises(BulkUnknown):
        bulk(url)


def test_a_relation_without_a_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FactsMissing) as refused:
        duck.judge_files(RULES.rules, folder=tmp_path, moment=MOMENT, into=tmp_path)
    assert str(tmp_path) in str(refused.value)


def test_without_rules_the_findings_are_an_empty_file(tmp_path: Path) -> None:
    assert duck.judge_files([], folder=tmp_path, moment=MOMENT, into=tmp_path) == 0
    assert list(read_findings(tmp_path)) == []
