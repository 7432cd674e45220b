"""Judges in bulk with Spark, for more facts than one machine should read: same rules, same findings as DuckDB.

An extra (`yichuang[spark]`) that needs a Java runtime; nothing here is imported before a run asks for it.
"""

import logging
import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from yichuang.calendar.queries import get_calendar
from yichuang.kernel.refusal import Refusal
from yichuang.kernel.words import N_
from yichuang.supervision.domain.dialects import Dialect, Writer
from yichuang.supervision.domain.moment import Moment
from yichuang.supervision.domain.rule import Rule
from yichuang.supervision.engines.parquet import FINDING_COLUMNS, FINDINGS, facts_path, require_facts
from yichuang.supervision.engines.plan import Pass, plan, told

_DEFAULT_MASTER = "local[*]"


class SparkMissing(Refusal):
    """Spark or the Java runtime it needs is not installed."""

    sentence = N_("Spark 不能启动：缺少{what}")
    remedy = N_(
        "请安装 yichuang[spark] 和 Java 17（Debian：openjdk-17-jre-headless），或把 YICHUANG_BULK_URL 设为 duckdb://"
    )


def judge_files(
    rules: Sequence[Rule],
    *,
    folder: Path,
    moment: Moment,
    into: Path,
    memory: str = "3GB",
    threads: int | None = None,
    master: str = "",
) -> int:
    """Judge the facts in a folder and write `findings.parquet` (a folder of parts) into another; return their number.

    `memory` is the driver's when this call starts it; `threads` those of a local master. Raises FactsMissing,
    SparkMissing.
    """
    relations = sorted({rule.relation_name for rule in rules})
    require_facts(folder, relations)
    spark = session(master or (f"local[{threads}]" if threads else _DEFAULT_MASTER), memory=memory)
    writer, texts = Writer(Dialect.SPARK, get_calendar(), moment), []
    for relation in relations:
        view = f"facts_{relation}"
        spark.read.parquet(str(facts_path(folder, relation))).createOrReplaceTempView(view)
        own = tuple(rule for rule in rules if rule.relation_name == relation)
        texts.append(findings_select(plan(relation, own), source=view, writer=writer))
    target = into / FINDINGS
    into.mkdir(parents=True, exist_ok=True)
    if target.is_file():
        target.unlink()
    shutil.rmtree(target, ignore_errors=True)
    spark.sql(" UNION ALL ".join(texts) if texts else _none()).write.mode("overwrite").parquet(str(target))
    return int(spark.read.parquet(str(target)).count())


def session(master: str, *, memory: str = "3GB") -> Any:
    """Return the process's Spark session, started if there is none; raises SparkMissing."""
    if shutil.which("java") is None and not os.environ.get("JAVA_HOME"):
        raise SparkMissing(what="Java")
    try:
        from pyspark.sql import SparkSession
    except ImportError:
        raise SparkMissing(what="pyspark") from None
    # It says at INFO that it ends, when nobody listens any more.
    logging.getLogger("py4j").setLevel(logging.WARNING)
    return (
        SparkSession.builder.master(master)
        .appName("yichuang")
        .config("spark.driver.memory", memory.lower().removesuffix("b"))
        .config("spark.ui.enabled", "false")
        .config("spark.sql.session.timeZone", "UTC")
        # A sum that would not fit is an error here as in the other engines, not another number.
        .config("spark.sql.ansi.enabled", "true")
        .config("spark.log.level", "ERROR")
        .getOrCreate()
    )


def findings_select(this: Pass, *, source: str, writer: Writer) -> str:
    """Return the SELECT of all findings of a relation: one reading, a row for each rule that finds it."""
    conditions = [writer.condition(rule) for rule in this.rules]
    flags = ", ".join(f"CASE WHEN {condition} THEN {number} END" for number, condition in enumerate(conditions))
    columns = ", ".join(writer.column(name) for name in this.columns)
    found = (
        f"SELECT {columns}, explode(filter(array({flags}), found -> found IS NOT NULL)) AS rule"
        f" FROM {source} AS f WHERE {' OR '.join(f'({condition})' for condition in conditions)}"
    )
    return f"SELECT {told(this, writer, text=_text, evidence=_evidence)} FROM ({found}) AS f"


def _evidence(rule: Rule, writer: Writer) -> str:
    pairs = ", ".join(f"{_text(name)}, {writer.column(name)}" for name in sorted(rule.columns))
    return f"to_json(named_struct({pairs}), map('ignoreNullFields', 'false'))"


def _text(value: str) -> str:
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _none() -> str:
    kinds = {"version": "BIGINT", "case_id": "BIGINT", "open": "BOOLEAN", "occurred_wd": "INT"}
    columns = ", ".join(f"CAST(NULL AS {kinds.get(name, 'STRING')}) AS {name}" for name in FINDING_COLUMNS)
    return f"SELECT {columns} WHERE FALSE"
