"""The operator's commands: following, the day, sweeping and trying rules; one that is refused holds up none."""

import csv
import io
import logging
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import OperationalError
from oauth2_provider.models import AccessToken

from tests.factories import catalogue
from tests.factories.catalogue import handmade_catalogue
from tests.factories.filings import file, filing
from tests.factories.running import receive
from tests.factories.stories import china, receipt
from tests.factories.supervision import OVER, Rules, rules
from tests.factories.systems import Caller, registered, token_of
from tests.integration.test_supervision_agreement import export
from yichuang.cases.domain import acts as a
from yichuang.config import daily
from yichuang.config.followers import FOLLOWERS
from yichuang.config.management.commands.follow import PAUSE_SECONDS, RETRY_SECONDS, Day, Worker
from yichuang.supervision import commands, queries
from yichuang.supervision.models import Card, Finding
from yichuang.supervision.values import ClockMovedBack

__all__ = ["export", "handmade_catalogue", "rules"]
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("handmade_catalogue", "rules")]
NOW = china("2015-03-10T10:00")


@pytest.fixture(autouse=True)
def tenth_of_march(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let it be the tenth of March 2015, and no relation but cases be filled."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)
    monkeypatch.setattr("yichuang.supervision.relations.refresh", lambda **_: {})


def open_case() -> None:
    """File a case that is past its promise and still open."""
    told = [(receipt(catalogue.LICENCE), "2015-02-13"), (a.Accept(), "2015-02-13")]
    file([filing("a", told)], now=china("2015-03-02"))


def test_judging_comes_first_among_the_followers_and_one_pass_does_all() -> None:
    assert FOLLOWERS[0].name == "supervision.findings"
    open_case()
    call_command("follow", once=True)
    assert Finding.objects.get().rule == "over"


def test_a_follower_that_refuses_is_said_once_and_holds_up_none(caplog: pytest.LogCaptureFixture) -> None:
    def refuse() -> int:
        raise ClockMovedBack(today="2015-03-09", judged="2015-03-10")

    answers: dict[str, Callable[[], int]] = {"judging": refuse, "sums": lambda: 4}
    judging, sums = (Worker(name, partial(lambda name: answers[name](), name)) for name in answers)
    with caplog.at_level(logging.INFO, logger="yichuang.config.management.commands.follow"):
        assert [judging.step() for _ in range(3)] == [PAUSE_SECONDS] * 3
        # Who has done something is asked again at once; nobody knows of the trouble of others.
        assert sums.step() == 0.0
        answers["judging"] = lambda: 0
        assert judging.step() == PAUSE_SECONDS
    assert [line.levelno for line in caplog.records] == [logging.ERROR, logging.INFO]
    assert "2015-03-10" in caplog.text


def test_a_database_that_is_away_is_waited_for_and_anything_else_ends_the_command() -> None:
    def away() -> int:
        raise OperationalError("gone")

    assert Worker("judging", away).step() == RETRY_SECONDS
    broken = Worker("sums", lambda: 1 // 0)
    broken.run()
    assert isinstance(broken.broken, ZeroDivisionError)


def test_the_day_is_done_once_however_often_it_is_asked_for() -> None:
    receive("2015-02-13")
    day = Day()
    assert [day.advance(), day.advance()] == [1, 0]


def test_the_day_accepts_by_lapse_first_and_judges_once() -> None:
    number = receive("2015-02-13")
    day = daily.do_day(now=NOW)
    assert day.accepted == (number,)
    assert day.judged.done
    assert {row.rule for row in queries.list_findings_of(number)} == {"over"}
    assert not daily.do_day(now=NOW).judged.done


def test_the_day_deletes_tokens_that_are_over_and_no_others(settings: Any, tmp_path: Path) -> None:
    settings.VAR = tmp_path
    made = registered()
    token_of(made)
    AccessToken.objects.update(expires=NOW - timedelta(seconds=1))
    good = token_of(made)
    daily.do_day(now=NOW)
    assert AccessToken.objects.count() == 1
    assert Caller(good).get("/me").status_code == 200


def test_the_tick_says_what_it_did(capsys: pytest.CaptureFixture[str]) -> None:
    open_case()
    commands.follow(at=china("2015-02-27"))
    call_command("tick")
    assert "监察新发现 1 条" in capsys.readouterr().out
    call_command("tick")
    assert "监察新发现 0 条" in capsys.readouterr().out


def test_supervise_sweeps_and_rebuilds(export: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    open_case()
    call_command("supervise")
    assert "判定命中 1 条" in capsys.readouterr().out
    Finding.objects.all().update(evidence="{}")
    call_command("supervise", rebuild=True, folder=tmp_path / "rebuild")
    assert "更新 1 条" in capsys.readouterr().out
    Card.objects.get()


def test_supervise_tries_rules_and_writes_only_what_it_is_asked_for(
    export: None, rules: Rules, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    open_case()
    folder = tmp_path / "tried"
    folder.mkdir()
    (folder / "over.yaml").write_text(OVER.replace("promised_due_wd < :today_wd", "promised_due_wd + 30 < :today_wd"))
    into = tmp_path / "differences.csv"
    call_command("supervise", rules=folder, csv=into)
    out = capsys.readouterr().out
    assert "over" in out
    (line,) = csv.DictReader(io.StringIO(into.read_text("utf-8-sig")))
    assert (line["side"], line["rule"], line["colour"], line["county"]) == ("old", "over", "red", "610924")
    assert Finding.objects.count() == 0


def test_supervise_takes_back_what_a_wrong_clock_had_found(monkeypatch: pytest.MonkeyPatch) -> None:
    open_case()
    commands.follow(at=china("2019-03-10"))
    with pytest.raises(ClockMovedBack):
        call_command("supervise")
    monkeypatch.setattr("django.utils.timezone.now", lambda: china("2015-02-27"))
    call_command("supervise", clock_was_wrong=True)
    assert Finding.objects.get().end_reason == "fell-away"
