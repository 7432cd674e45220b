"""The back-test: what a changed set of rules would have found, against the set in force; nothing is written.

Facts are taken as they stand now, or as they stood on a past day: by what had happened then, or only by what the
ledger had heard of by then. The same bulk engine judges both sets.
"""

import shutil
import tempfile
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from pathlib import Path

from yichuang.calendar.queries import get_calendar
from yichuang.calendar.values import CHINA
from yichuang.cases.queries import COURSE_COLUMNS, course_as_of
from yichuang.supervision.domain.moment import Moment, moment_of
from yichuang.supervision.domain.rule import Rule
from yichuang.supervision.domain.words import Colour
from yichuang.supervision.engines import bulk, duck
from yichuang.supervision.engines.parquet import read_findings, write_facts
from yichuang.supervision.judging.whole import CASES
from yichuang.supervision.rulebook import RuleSet, get_rules, load_rules, rule_folders
from yichuang.supervision.schemes import scheme_of
from yichuang.supervision.values import Backtest, BacktestCase, BacktestRow

_Name = tuple[str, str, Colour | None]


def backtest(
    *,
    at: datetime,
    rules: Path | None = None,
    as_of: date | None = None,
    known: bool = False,
    folder: Path | None = None,
) -> Backtest:
    """Judge by the rules in force and by those with a folder laid over them, and return the difference.

    Without `rules` the cards of the set in force are counted. `as_of` is that day's
    end; without it facts are as they stand. Only rules whose text differs are judged twice. `folder` is where facts
    and findings are set aside (a temporary one otherwise). Raises RulesFaulty.
    """
    old = get_rules()
    new = load_rules(*rule_folders(), rules) if rules else old
    chosen = {"old": _differing(old, new), "new": _differing(new, old)} if rules else {"old": old.rules, "new": ()}
    moment = moment_of(datetime.combine(as_of, time(23, 59, 59), CHINA) if as_of else at, get_calendar())
    place = folder or Path(tempfile.mkdtemp(prefix="yichuang-backtest-"))
    try:
        relations = {rule.relation_name for some in chosen.values() for rule in some}
        judged = _facts(place / "facts", relations, as_of=as_of, known=known)
        found = {side: _judge(some, place=place, side=side, moment=moment) for side, some in chosen.items()}
    finally:
        if folder is None:
            shutil.rmtree(place, ignore_errors=True)
    only = {
        "old": [case for name, case in found["old"].items() if name not in found["new"]],
        "new": [case for name, case in found["new"].items() if name not in found["old"]],
    }
    differ = sorted((*only["old"], *only["new"]), key=lambda one: (one.rule, one.side, one.key)) if rules else ()
    return Backtest(_rows(found, only), tuple(differ), old.digest, new.digest, as_of, judged)


def _differing(one: RuleSet, other: RuleSet) -> tuple[Rule, ...]:
    digests = {rule.id: rule.digest for rule in other.rules}
    return tuple(rule for rule in one.rules if digests.get(rule.id) != rule.digest)


def _facts(folder: Path, relations: set[str], *, as_of: date | None, known: bool) -> int:
    """Set facts aside and return how many rows they have."""
    folder.mkdir(parents=True, exist_ok=True)
    counted = 0
    if as_of is not None and CASES in relations:
        rows = course_as_of(at=datetime.combine(as_of, time(23, 59, 59), CHINA), known=known)
        counted += write_facts(CASES, rows, folder=folder, columns=[name for name, _ in COURSE_COLUMNS])
        relations = relations - {CASES}
    # Relations other than cases are kept as they stand today only.
    return counted + sum(duck.export(sorted(relations), into=folder).values())


def _judge(rules: Sequence[Rule], *, place: Path, side: str, moment: Moment) -> dict[_Name, BacktestCase]:
    if not rules:
        return {}
    bulk()(rules, folder=place / "facts", moment=moment, into=place / side)
    calendar, by_id = get_calendar(), {rule.id: rule for rule in rules}
    found = {}
    for hit in read_findings(place / side):
        on = calendar.day_of(hit.occurred_wd)
        rule, scheme = by_id[hit.rule_id], scheme_of(hit.county, hit.centre, on)
        if rule.applies(scheme):
            colour = rule.colour(scheme)
            found[hit.rule_id, hit.key, colour] = BacktestCase(
                side, hit.rule_id, colour, hit.key, hit.number, hit.county, hit.organisation, hit.item, on
            )
    return found


def _rows(
    found: Mapping[str, dict[_Name, BacktestCase]], only: Mapping[str, list[BacktestCase]]
) -> tuple[BacktestRow, ...]:
    counts: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for place, side in enumerate(("old", "new")):
        for rule, _, colour in found[side]:
            counts[rule, colour or ""][place] += 1
        for case in only[side]:
            counts[case.rule, case.colour or ""][place + 2] += 1
    return tuple(
        BacktestRow(rule, Colour(colour) if colour else None, *each) for (rule, colour), each in sorted(counts.items())
    )
