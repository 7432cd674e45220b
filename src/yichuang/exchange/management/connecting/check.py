"""`yichuang connect check`: the conformance report of a source, before its first row is filed. Files nothing."""

from pathlib import Path
from typing import Any

import msgspec
from django.core.management.base import BaseCommand
from django.utils import timezone
from django.utils.translation import gettext as _

from yichuang.exchange.connecting.running import connector_of
from yichuang.exchange.domain.conformance.report import VERDICT_LABELS, Conformance, Verdict
from yichuang.exchange.drafting.checking import check_source
from yichuang.exchange.drafting.sampling import CASES
from yichuang.exchange.management.connecting.bars import bar_for
from yichuang.exchange.management.connecting.showing import show, words_of

EXIT_CODES = {Verdict.READY: 0, Verdict.FIX_FIRST: 3, Verdict.NOT_YET: 4}


def add(acts: Any, name: str) -> None:
    """Name the arguments."""
    one = acts.add_parser(name, help=_("入账前的符合性报告：覆盖率、代码、坏记录、先后、时区、延迟；不入账"))
    one.add_argument("mapping", type=Path, metavar="MAPPING.yaml")
    one.add_argument("--file", type=Path, help=_("核对这个文件（映射的来源是文件时）"))
    one.add_argument("--cases", type=int, default=CASES, help=_("最多核对多少件"))
    one.add_argument("--json", action="store_true", help=_("以JSON输出"))


def run(command: BaseCommand, options: dict[str, Any]) -> None:
    """Check; exit code 0: ready, 3: to be put right first, 4: cannot be connected, 2: mapping or source refused."""
    with bar_for(options["mapping"].name) as progress:
        found = check_source(
            mapping=options["mapping"],
            by=connector_of(options["mapping"]),
            at=timezone.now(),
            file=options["file"],
            limit=options["cases"],
            progress=progress,
        )
    if options["json"]:
        command.stdout.write(as_json(found))
    else:
        show(found, command.stdout)
    if code := EXIT_CODES[found.verdict]:
        raise SystemExit(code)


def as_json(found: Conformance) -> str:
    """Return the report as JSON, with the verdict and its reasons also in words."""
    plain = msgspec.to_builtins(found)
    plain["broken"] = found.broken
    plain["verdict_title"] = _(VERDICT_LABELS[found.verdict])
    for reason, told in zip(plain["reasons"], found.reasons, strict=True):
        reason["text"] = words_of(told, found)
    return msgspec.json.format(msgspec.json.encode(plain)).decode()
