"""The rules in force: a city's own over the shipped ones, and a broken file that changes nothing."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.factories.rules import made_rule, write_rule
from yichuang.supervision import rulebook
from yichuang.supervision.domain.faults import RulesFaulty
from yichuang.supervision.rulebook import PACKAGED, faults, forget_rules, get_rules, load_rules


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A city's own folder, looked at without waiting a second."""
    monkeypatch.setenv("YICHUANG_RULES_DIR", str(tmp_path))
    monkeypatch.setattr(rulebook, "PACKAGED", tmp_path / "packaged")
    monkeypatch.setattr(rulebook, "_LOOK_SECONDS", 0.0)
    write_rule(tmp_path / "packaged", "shipped")
    forget_rules()
    yield tmp_path
    forget_rules()


def test_the_shipped_rules_are_at_least_forty_and_all_can_be_read() -> None:
    rules = load_rules(PACKAGED)
    assert len(rules.rules) >= 40
    assert list(rules.rules) == sorted(rules.rules, key=lambda rule: rule.id)
    assert rules.get(rules.rules[0].id) is rules.rules[0]
    assert rules.get("none") is None
    assert sum(len(rules.of(relation)) for relation in rules.relations) == len(rules.rules)


def test_a_citys_file_replaces_the_shipped_one_or_adds_to_it(folder: Path) -> None:
    before = get_rules()
    write_rule(folder, "shipped", condition="counted")
    write_rule(folder, "own")
    after = get_rules()
    assert [rule.id for rule in after.rules] == ["own", "shipped"]
    assert after.get("shipped").condition.text == "counted"  # type: ignore[union-attr]
    assert after.digest != before.digest


def test_a_file_that_breaks_while_running_leaves_the_old_set_in_force(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    write_rule(folder, "own")
    before = get_rules()
    with caplog.at_level(logging.ERROR, logger="yichuang.supervision.rules"):
        write_rule(folder, "own", condition="counted AND nonsense > 1")
        assert get_rules() is before
        assert get_rules() is before
    assert [fault.place for fault in faults()] == [f"{folder / 'own.yaml'}:15:15"]
    assert len(caplog.records) == 1, "the operator is told once"
    assert "own.yaml:15:15" in caplog.text

    write_rule(folder, "own", condition="counted AND joint")
    assert get_rules().get("own").condition.text == "counted AND joint"  # type: ignore[union-attr]
    assert faults() == ()


def test_a_file_that_goes_away_takes_its_rule_with_it(folder: Path) -> None:
    write_rule(folder, "own")
    assert len(get_rules().rules) == 2
    (folder / "own.yaml").unlink()
    assert [rule.id for rule in get_rules().rules] == ["shipped"]


def test_a_folder_that_goes_away_leaves_the_old_set_in_force(folder: Path) -> None:
    before = get_rules()
    (folder / "packaged" / "shipped.yaml").unlink()
    (folder / "packaged").rmdir()
    assert get_rules() is before
    assert "没有这个文件夹" in faults()[0].why()


def test_without_an_old_set_a_broken_file_stops_the_start(folder: Path) -> None:
    write_rule(folder, "own", condition="nonsense")
    with pytest.raises(RulesFaulty):
        get_rules()


def test_the_faults_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    write_rule(tmp_path, "first", condition="nonsense")
    write_rule(tmp_path, "second", occurred="counted", evidence="nothing")
    (tmp_path / "third.yaml").write_bytes("id: third\ntitle: \xff".encode("latin-1"))
    with pytest.raises(RulesFaulty) as refused:
        load_rules(tmp_path)
    assert [Path(fault.file).stem for fault in refused.value.faults] == ["first", "second", "second", "third"]
    assert refused.value.faults[-1].line == 2
    assert str(refused.value).count("\n") == 4


def test_files_are_looked_at_once_a_second_at_most(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rulebook, "_LOOK_SECONDS", 1.0)
    now = 100.0
    monkeypatch.setattr(rulebook.time, "monotonic", lambda: now)
    before = get_rules()
    write_rule(folder, "own")
    now = 100.9
    assert get_rules() is before
    now = 101.1
    assert len(get_rules().rules) == 2


def test_the_set_is_named_by_what_its_files_say(tmp_path: Path) -> None:
    write_rule(tmp_path / "a", "one")
    write_rule(tmp_path / "b", "one")
    assert load_rules(tmp_path / "a").digest == load_rules(tmp_path / "b").digest
    assert made_rule("one").digest == load_rules(tmp_path / "a").rules[0].digest
