"""Agreement: on random histories, judging case by case as news comes, sweeping, rebuilding in bulk: all the same."""

import json
import random
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from tests.factories import catalogue
from tests.factories.catalogue import handmade_catalogue
from tests.factories.filings import Told, decided, file, filing
from tests.factories.stories import china, receipt
from tests.factories.supervision import EVERYWHERE, OVER, Rules, rule_text, rules
from yichuang.calendar.queries import get_calendar
from yichuang.cases.domain import acts as a
from yichuang.cases.queries import COURSE_COLUMNS, course_select
from yichuang.supervision import commands, queries
from yichuang.supervision.domain.moment import moment_of
from yichuang.supervision.engines import database, duck
from yichuang.supervision.engines.parquet import read_findings, write_facts
from yichuang.supervision.judging import follower
from yichuang.supervision.judging import rebuild as rebuilding
from yichuang.supervision.judging.judgement import judgement
from yichuang.supervision.judging.writing import count_in
from yichuang.supervision.models import Finding
from yichuang.supervision.values import Colour, FindingFilter, SweepReport

__all__ = ["handmade_catalogue", "rules"]
# A follower reads what other transactions have committed.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("handmade_catalogue")]

LAST = "2015-04-15"
Standing = dict[tuple[str, str], tuple[str, str]]


def export_by_hand(relations: Iterable[str], *, into: Path, **_: Any) -> dict[str, int]:
    """Write what the live database holds into files; DuckDB cannot read a database in memory in place."""
    counts = {}
    for name in relations:
        columns = [column for column, _ in COURSE_COLUMNS] if name == "cases" else []
        vendor: Any = connection.vendor
        with connection.cursor() as cursor:
            cursor.execute(course_select(dialect=vendor) if name == "cases" else f"SELECT * FROM supervision_{name}")
            columns = columns or [column[0] for column in cursor.description]
            rows = cursor.fetchall()
        truths = (
            {place for place, (_, kind) in enumerate(COURSE_COLUMNS) if kind == "bool"} if name == "cases" else set()
        )
        told = [
            tuple(bool(value) if place in truths and value is not None else value for place, value in enumerate(row))
            for row in rows
        ]
        counts[name] = write_facts(name, told, folder=into, columns=columns)
    return counts


@pytest.fixture
def export(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let bulk runs read the database of the test, whichever it is."""
    monkeypatch.setattr(duck, "export", export_by_hand)


def history(chance: random.Random) -> list[tuple[a.Act, str]]:
    """Return the history of one case, breaches and all, act by act."""
    item = chance.choice([catalogue.LICENCE, catalogue.LICENCE, catalogue.PERMIT, catalogue.ON_THE_SPOT])
    county = chance.choice(["610924", "610922", "610902"])
    at = datetime(2015, 2, 1, 8, 30) + timedelta(days=chance.randint(0, 60))
    begun = at

    def later(most: int) -> str:
        nonlocal at
        at += timedelta(days=chance.randint(0, most), minutes=chance.randint(1, 700))
        return at.isoformat()

    told: list[tuple[a.Act, str]] = [(receipt(item, county=county), begun.isoformat())]
    while chance.random() < 0.2:
        told += [(a.RequestSupplement(missing=("住所证明",)), later(8)), (a.TakeSupplement(), later(4))]
    told.append((a.Accept(), later(6)))
    if chance.random() < 0.3:
        told += [
            (a.StartStep(step="审核", officer="甲"), later(2)),
            (a.FinishStep(step="审核", officer="甲"), later(9)),
        ]
    if chance.random() < 0.2:
        told.append((a.StartSpecialProcedure(procedure="hearing", reason="利害关系人申请"), later(5)))
        told.append((a.EndSpecialProcedure(), later(25)))
    if chance.random() < 0.15:
        told.append((a.Extend(days=chance.choice([5, 10]), reason="情况复杂", approved_by=""), later(3)))
    if chance.random() < 0.7:
        decider = chance.choice(["局长", ""])
        told.append((a.Grant(decider=decider), later(20)))
        if chance.random() < 0.8:
            told += [(a.Deliver(), later(20)), (a.Close(), later(3))]
    return [(act, at) for act, at in told if at < LAST]


def stands(relation: str = "cases") -> Standing:
    """Return everything that stands, by rule and key, with its day and its evidence."""
    rows = Finding.objects.filter(ended_at__isnull=True, relation=relation)
    return {(row.rule, row.key): (row.occurred_on.isoformat(), row.evidence) for row in rows}


def judged(hits: Iterable[Any], *, at: str) -> Standing:
    """Return hits in the same form, those left out that a scheme does not apply."""
    by = judgement(kind="sweep", at=china(at))
    return {each.name: (each.occurred_on.isoformat(), each.evidence) for each in count_in(hits, by)}


# Two on every database, two more on SQLite.
@pytest.mark.parametrize("seed", [0, 1, *(pytest.param(seed, marks=pytest.mark.once) for seed in (2, 3))])
def test_live_sweep_rebuild_and_one_case_at_a_time_agree_on_random_histories(
    seed: int, export: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = random.Random(seed)
    monkeypatch.setattr(follower, "_EVENTS_AT_ONCE", chance.choice([7, 50, 1_000]))
    histories: dict[str, Told] = {f"R{seed}-{number}": history(chance) for number in range(60)}
    on = date(2015, 2, 10)
    while on < date(2015, 4, 16):
        at = f"{on}T18:00"
        due = {key: [(act, when) for act, when in told if when <= at] for key, told in histories.items()}
        some = [filing(key, told) for key, told in due.items() if told]
        chance.shuffle(some)
        # Counties send what they have; news comes in any order and in pieces.
        for filed in file(some[: len(some) // 2], now=china(at)):
            assert filed.refusal is None, filed.refusal
        commands.follow(at=china(at))
        file(some[len(some) // 2 :], now=china(at))
        if chance.random() < 0.7:
            commands.tick(at=china(at))
        on += timedelta(days=chance.randint(3, 9))
    commands.tick(at=china(f"{LAST}T18:00"))
    at = f"{LAST}T18:00"
    live = stands()
    assert len({rule for rule, _ in live}) >= 8

    moment = moment_of(china(at), get_calendar())
    whole = list(database.judge(queries.get_rules().rules, relation="cases", moment=moment))
    assert judged(whole, at=at) == live

    ids = sorted({hit.case_id for hit in whole if hit.case_id is not None})
    singly = [
        hit
        for case_id in ids
        for hit in database.judge(queries.get_rules().rules, relation="cases", moment=moment, keys=[case_id])
    ]
    assert judged(singly, at=at) == live

    export_by_hand(["cases"], into=tmp_path)
    some_rules = queries.get_rules().of("cases")
    duck.judge_files(some_rules, folder=tmp_path, moment=moment, into=tmp_path / "found")
    assert judged(read_findings(tmp_path / "found"), at=at) == live

    before = Finding.objects.count()
    still = commands.sweep(at=china(at))
    assert (still.found, still.ended, still.changed) == (0, 0, 0)
    again = commands.rebuild(at=china(at), folder=tmp_path / "rebuild")
    assert (again.found, again.ended, again.changed) == (0, 0, 0)
    assert Finding.objects.count() == before


def test_a_rebuild_puts_right_whatever_was_wrong(export: None, tmp_path: Path) -> None:
    chance = random.Random(9)
    file([filing(f"W{number}", history(chance)) for number in range(40)], now=china(LAST))
    commands.tick(at=china(LAST))
    right = stands()
    some = list(Finding.objects.filter(relation="cases").order_by("id"))
    Finding.objects.filter(pk__in=[row.pk for row in some[:3]]).update(ended_at=china(LAST), end_reason="passed")
    Finding.objects.filter(pk=some[3].pk).update(key="610900201501010000X")
    Finding.objects.filter(pk=some[4].pk).update(evidence="{}", version=0)
    stages: list[str] = []
    report = commands.rebuild(
        at=china(LAST), folder=tmp_path / "rebuild", progress=lambda stage, _done, _total: stages.append(stage)
    )
    assert (report.found, report.ended, report.changed) == (4, 1, 1)
    assert stands() == right
    assert list(dict.fromkeys(stages)) == ["facts", "judge", "merge"]
    assert not (tmp_path / "rebuild").exists()


def test_an_interrupted_rebuild_goes_on_where_it_was(
    export: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = random.Random(11)
    file([filing(f"I{number}", history(chance)) for number in range(40)], now=china(LAST))
    commands.tick(at=china(LAST))
    right = stands()
    Finding.objects.filter(relation="cases").update(evidence="{}")
    monkeypatch.setattr(rebuilding, "_AT_ONCE", 10)

    class Interrupted(Exception):
        """Somebody pulled the plug."""

    def pull(stage: str, done: int, _total: int) -> None:
        if stage == "merge" and done >= 20:
            raise Interrupted

    with pytest.raises(Interrupted):
        commands.rebuild(at=china(LAST), folder=tmp_path / "rebuild", progress=pull)
    assert 0 < sum(evidence == "{}" for _, evidence in stands().values()) < len(right)
    stages: list[str] = []
    commands.rebuild(
        at=china(LAST), folder=tmp_path / "rebuild", progress=lambda stage, _done, _total: stages.append(stage)
    )
    assert set(stages) == {"merge"}
    assert stands() == right


def test_news_that_comes_while_a_rebuild_reads_is_left_to_the_follower(
    export: None, rules: Rules, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = [(receipt(catalogue.LICENCE), "2015-02-13"), (a.Accept(), "2015-02-13")]
    file([filing("a", told), filing("b", told)], now=china("2015-03-10"))
    judge = duck.judge_files

    def meanwhile(*args: Any, **named: Any) -> int:
        counted = judge(*args, **named)
        file([filing("a", [*told, (a.Grant(decider="局长"), "2015-03-04")])], now=china("2015-03-10"))
        return counted

    monkeypatch.setattr(duck, "judge_files", meanwhile)
    commands.rebuild(at=china("2015-03-10"), folder=tmp_path / "rebuild")
    commands.follow(at=china("2015-03-10"))
    (row,) = queries.page_findings(chosen=FindingFilter(), scope=EVERYWHERE)
    assert row.rule == "over"
    assert Finding.objects.filter(ended_at__isnull=False).count() == 1


# --- trying changed rules ---------------------------------------------------------------------------------------------


@pytest.fixture
def changed(tmp_path: Path) -> Iterator[Path]:
    """A folder with a stricter rule and a new one."""
    folder = tmp_path / "changed"
    folder.mkdir()
    (folder / "over.yaml").write_text(OVER.replace("promised_due_wd < :today_wd", "promised_due_wd + 3 < :today_wd"))
    (folder / "open-case.yaml").write_text(
        rule_text("open-case", condition="counted AND ended_wd IS NULL", occurred="received_wd", cards="{A: yellow}")
    )
    yield folder


def test_a_back_test_shows_the_difference_in_cards_and_writes_nothing(
    export: None, rules: Rules, changed: Path, tmp_path: Path
) -> None:
    for number, on in enumerate(("2015-02-13", "2015-02-25", "2015-02-27")):
        file([filing(f"B{number}", [(receipt(catalogue.LICENCE), on), (a.Accept(), on)])], now=china("2015-03-02"))
    commands.follow(at=china("2015-03-11"))
    before = Finding.objects.count()
    result = queries.backtest(at=china("2015-03-11"), rules=changed)
    rows = {(row.rule, row.colour): (row.old, row.new, row.only_old, row.only_new) for row in result.rows}
    # Due on 4, 9 and 11 March: three days later only the first is over.
    assert rows == {("over", Colour.RED): (2, 1, 1, 0), ("open-case", Colour.YELLOW): (0, 3, 0, 3)}
    assert len(result.cases) == 4
    assert {case.side for case in result.cases if case.rule == "over"} == {"old"}
    assert Finding.objects.count() == before
    assert result.old_digest == queries.get_rules().digest != result.new_digest


@pytest.mark.parametrize(("known", "over"), [(False, 1), (True, 0)])
def test_a_back_test_as_of_a_day_takes_facts_as_they_were_or_were_known(
    known: bool, over: int, export: None, rules: Rules
) -> None:
    told = [(receipt(catalogue.LICENCE), "2015-02-13"), (a.Accept(), "2015-02-13")]
    file([filing("late", [*told, (a.Grant(decider="局长"), "2015-03-20")])], now=china("2015-06-01"))
    result = queries.backtest(at=china("2015-06-01"), as_of=date(2015, 3, 10), known=known)
    counts = {row.rule: row.old for row in result.rows}
    assert counts.get("over", 0) == over
    assert counts.get("ended-late", 0) == 0
    now = {row.rule: row.old for row in queries.backtest(at=china("2015-06-01")).rows}
    assert now == {"ended-late": 1}


def test_nothing_differs_from_itself(export: None, rules: Rules, tmp_path: Path) -> None:
    file([filing("x", decided(on="2015-02-13", decided_on="2015-06-26"))])
    same = tmp_path / "same"
    same.mkdir()
    (same / "over.yaml").write_text(OVER)
    result = queries.backtest(at=china("2015-07-01"), rules=same)
    assert (result.rows, result.cases, result.judged) == ((), (), 0)


def test_evidence_is_stored_the_same_by_every_engine(export: None, tmp_path: Path) -> None:
    chance = random.Random(3)
    file([filing(f"E{number}", history(chance)) for number in range(20)], now=china(LAST))
    commands.tick(at=china(LAST))
    export_by_hand(["cases"], into=tmp_path)
    moment = moment_of(china(LAST), get_calendar())
    duck.judge_files(queries.get_rules().of("cases"), folder=tmp_path, moment=moment, into=tmp_path / "found")
    texts = {(hit.rule_id, hit.key): dict(hit.evidence) for hit in read_findings(tmp_path / "found")}
    for name, (_, evidence) in stands().items():
        assert json.loads(evidence) == texts[name]


def test_a_sweep_reports_nothing_where_nothing_is() -> None:
    assert commands.sweep(at=china(LAST)) == SweepReport(judged=0, found=0, ended=0, changed=0)
