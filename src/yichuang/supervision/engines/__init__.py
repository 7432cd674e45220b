"""The engines that judge: the live database, and in bulk DuckDB or Spark, as YICHUANG_BULK_URL says (ADR 0005)."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import parse_qsl, urlsplit

from yichuang.kernel.refusal import Refusal
from yichuang.kernel.words import N_
from yichuang.supervision.domain.moment import Moment
from yichuang.supervision.domain.rule import Rule

__all__ = ["BulkUnknown", "JudgeFiles", "bulk"]


class BulkUnknown(Refusal):
    """YICHUANG_BULK_URL names no engine."""

    sentence = N_("YICHUANG_BULK_URL 不能写成“{url}”")
    remedy = N_("请写 duckdb://、duckdb://?memory=3GB&threads=2、spark://local[2] 或 spark://主机:7077")


class JudgeFiles(Protocol):
    """Judges the facts in a folder and writes the findings into another; returns their number."""

    def __call__(self, rules: Sequence[Rule], *, folder: Path, moment: Moment, into: Path) -> int:
        """Judge."""


def bulk(url: str | None = None) -> JudgeFiles:
    """Return the bulk engine of a URL, or of the installation's setting; raises BulkUnknown."""
    if url is None:
        from django.conf import settings

        url = str(settings.BULK_URL)
    scheme, separator, rest = url.partition("://")
    if scheme == "duckdb" and separator:
        from yichuang.supervision.engines import duck

        return partial(duck.judge_files, **_options(url))
    if scheme == "spark" and rest:
        from yichuang.supervision.engines import spark

        # A local master has no address; a cluster's is the whole URL.
        return partial(spark.judge_files, master=rest if rest.startswith("local") else url)
    raise BulkUnknown(url=url)


def _options(url: str) -> dict[str, Any]:
    try:
        given = dict(parse_qsl(urlsplit(url).query, keep_blank_values=True, strict_parsing="?" in url))
    except ValueError:
        raise BulkUnknown(url=url) from None
    options: dict[str, Any] = {}
    for name, value in given.items():
        if name == "memory" and value:
            options[name] = value
        elif name == "threads" and value.isdecimal() and int(value) > 0:
            options[name] = int(value)
        else:
            raise BulkUnknown(url=url)
    return options
