"""The one command: refusals are one clear message, exit codes tell the shell what happened."""

import pytest

from yichuang.config import cli
from yichuang.kernel.refusal import Refusal


class NoSuchBulletin(Refusal):
    """A refusal as any context could raise it."""

    sentence = "没有 {period} 的通报"
    remedy = "请先起草"
    citation = "GB/T 9704-2012"


def raising(fault: BaseException) -> object:
    """Return a stand-in for the dispatcher that ends with the fault."""

    def dispatch(arguments: list[str]) -> int:
        raise fault

    return dispatch


def test_a_refusal_is_one_message_on_standard_error_and_exit_code_two(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(cli, "_dispatch", raising(NoSuchBulletin(period="2015H1")))
    assert cli.main(["bulletin"]) == cli.REFUSED == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err == "没有 2015H1 的通报。请先起草。（GB/T 9704-2012）\n"


def test_control_c_ends_without_a_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(cli, "_dispatch", raising(KeyboardInterrupt()))
    assert cli.main(["scenario"]) == 130
    assert "Traceback" not in capsys.readouterr().err


def test_the_command_alone_lists_the_commands_of_each_context(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main([]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("用法：yichuang")
    start = lines.index("config")
    section = lines[start : lines.index("", start)]
    assert any(line.split()[:1] == ["run"] for line in section)


def test_the_list_speaks_english_where_that_is_asked_for(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("YICHUANG_LANGUAGE", "en")
    assert cli.main([]) == 0
    assert capsys.readouterr().out.startswith("Usage: yichuang")
