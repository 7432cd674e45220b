"""`yichuang rules`: files checked with their examples, rules listed, a case explained."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection

from tests.factories.rules import write_rule
from yichuang.supervision.domain.faults import RulesFaulty
from yichuang.supervision.management.commands.rules import CaseUnknown
from yichuang.supervision.rulebook import PACKAGED, forget_rules, load_rules

pytestmark = [pytest.mark.usefixtures("ankang_with_cases"), pytest.mark.django_db]


@pytest.fixture(autouse=True)
def fresh_rules() -> None:
    forget_rules()


def said(*arguments: object) -> str:
    """Return what the command prints."""
    out = StringIO()
    call_command("rules", *map(str, arguments), stdout=out)
    return out.getvalue()


def late_case() -> str:
    """Return the number of a case that was decided late."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT number FROM cases_facts WHERE late_promised AND closed_on IS NOT NULL ORDER BY case_id")
        return str(cursor.fetchone()[0])


def test_the_shipped_rules_and_all_their_examples_are_right() -> None:
    rules = load_rules(PACKAGED).rules
    assert f"共 {len(rules)} 条，其中本地 0 条" in said("check")
    assert f"例子 {sum(len(rule.examples) for rule in rules)} 个" in said("check")


def test_a_citys_own_folder_is_checked_with_the_shipped_rules(tmp_path: Path) -> None:
    write_rule(tmp_path, "own")
    assert "其中本地 1 条" in said("check", tmp_path)


def test_every_mistake_is_told_with_its_place(tmp_path: Path) -> None:
    write_rule(tmp_path, "first", condition="counted AND used_dais > 3")
    write_rule(tmp_path, "second", occurred="counted")
    with pytest.raises(RulesFaulty) as refused:
        said("check", tmp_path)
    told = str(refused.value).splitlines()
    assert len(told) == 3
    assert told[1].startswith(f"{tmp_path / 'first.yaml'}:15:15 ")
    assert "used_days" in told[1]
    assert told[2].startswith(f"{tmp_path / 'second.yaml'}:16:11 ")


@pytest.mark.parametrize(
    ("condition", "occurred", "words"),
    [
        ("counted AND promised_due_wd < :today_wd - 1", "promised_due_wd + 1", "例子“超过一日”应命中，实际不命中"),
        ("counted AND promised_due_wd <= :today_wd", "promised_due_wd + 1", "例子“最后一日”应不命中，实际命中"),
    ],
)
def test_an_example_that_comes_out_otherwise_is_a_mistake(
    tmp_path: Path, condition: str, occurred: str, words: str
) -> None:
    write_rule(tmp_path, "own", condition=condition, occurred=occurred)
    with pytest.raises(RulesFaulty) as refused:
        said("check", tmp_path)
    assert words in str(refused.value)


def test_an_example_whose_breach_is_of_another_day_is_a_mistake(tmp_path: Path) -> None:
    path = write_rule(tmp_path, "own")
    path.write_text(path.read_text().replace("found: true", "found: true, occurred: 2015-03-20"))
    with pytest.raises(RulesFaulty) as refused:
        said("check", tmp_path)
    assert f"{path}:19:1" in str(refused.value)
    assert "应为2015-03-20，实际为2015-03-17" in str(refused.value)


def test_all_rules_in_force_are_listed_with_their_cards() -> None:
    told = said("list")
    for rule in load_rules(PACKAGED).rules:
        assert rule.id in told
    assert "promised-overdue" in told
    assert "A:红牌 B:黄牌" in told


def test_a_case_is_explained_rule_by_rule_with_the_numbers_filled_in() -> None:
    told = said("explain", late_case())
    rules = load_rules(PACKAGED).of("cases")
    assert sum(f" {rule.id}  " in told for rule in rules) == len(rules)
    assert "✓ promised-overdue  超过承诺时限  [红牌]  发生日 2015-" in told
    assert "    ✓ 计入时限考核［是］" in told
    assert "✗ refusal-without-reasons" in told
    assert "    ✗ 决定［granted］ = “refused”" in told
    assert f"共 {len(rules)} 条规则，命中" in told


def test_on_request_the_parts_that_hold_are_shown_of_every_rule() -> None:
    number = late_case()
    assert said("explain", number, "--all").count("✓ 计入时限考核") > said("explain", number).count("✓ 计入时限考核")


def test_a_number_of_no_case_is_refused() -> None:
    with pytest.raises(CaseUnknown):
        said("explain", "610924000000")
