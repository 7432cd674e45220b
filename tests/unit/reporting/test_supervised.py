"""What a bulletin says of findings: no sentence without a number, and the words of 2015 where there is one."""

from dataclasses import replace

import pytest

from tests.unit.reporting.test_text import CITY, f, said
from yichuang.documents import Figure, Paragraph, Table
from yichuang.reporting.bulletins import supervised, text, weekly
from yichuang.reporting.bulletins.rules import get_rules, problems_on
from yichuang.reporting.bulletins.supervised import ColourLine, Compared, Lead, Supervised

LINE = ColourLine("汉滨区", f("9"), f("4"), f("3"), f("2"))
FULL = Supervised(
    found=f("40"),
    red=f("11"),
    yellow=f("7"),
    reminder=f("5"),
    issued=f("6"),
    worst=(LINE,),
    rules=(("超过承诺时限", f("20")),),
    off_system=Compared(f("2"), Lead(f("5"), (("国土系统", f("3")), ("工商系统", f("2"))))),
    double_track=Compared(None, Lead(f("1"), (("公安系统", f("1")),))),
    authority=Lead(f("8"), (("住建系统", f("8")),)),
    two_offices=Lead(f("3"), ()),
    not_entered=Lead(f("12"), (("宁陕县", f("7")),)),
    lines=(LINE,),
    rule_lines=(("超过承诺时限", f("20")),),
)


def spoken(parts: supervised.Parts) -> str:
    return "".join(part if isinstance(part, str) else part.display for part in parts if not isinstance(part, text.Text))


def test_off_system_circulation_and_double_track_tell_confirmed_from_leads() -> None:
    assert spoken(supervised.off_system(FULL)) == (
        "纳入中心办理的行政审批事项，“体外循环”和“双轨运行”现象依然存在。与部门台账比对，"
        "“体外循环”经核实2件、待核实疑点5条，其中国土系统3条、工商系统2条；“双轨运行”待核实疑点1条，其中公安系统1条。"
    )
    only = replace(FULL, double_track=Compared(), off_system=Compared(f("2")))
    assert spoken(supervised.off_system(only)).endswith("“体外循环”现象依然存在。与部门台账比对，“体外循环”经核实2件。")


def test_the_sentences_of_2015_have_their_numbers() -> None:
    assert spoken(supervised.authority(FULL)) == (
        "部门向窗口授权不够充分，群众办事仍要“两头跑”：由授权名单以外的人员作出决定的8件，其中住建系统8件"
        "；办理环节在单位之间来回流转的3件。"
    )
    assert (
        spoken(supervised.not_entered(FULL)) == "列入权责清单而尚未进驻中心的事项12项，其中宁陕县7项，进驻项目不彻底。"
    )
    assert spoken(supervised.findings(FULL)) == (
        "电子监察共发现问题40项，其中达到红牌标准的11项、黄牌标准的7项、预警标准的5项，已发牌6张。"
        "汉滨区红牌4项、黄牌3项，数量居前。问题较多的是“超过承诺时限”20项。"
    )


@pytest.mark.parametrize("tell", [supervised.off_system, supervised.authority, supervised.not_entered])
def test_without_a_finding_no_sentence_is_written(tell: object) -> None:
    assert tell(supervised.NOTHING) == []  # type: ignore[operator]
    assert supervised.findings(supervised.NOTHING) == []
    assert supervised.tables(supervised.NOTHING, titled="2015年上半年", head="县区", whose="各县区") == []


def test_a_problem_found_has_a_next_step_and_one_not_found_has_none() -> None:
    told = said(text.next_steps(replace(CITY, supervised=FULL)))
    assert "坚决纠正“体外循环”和“双轨运行”" in told
    assert "充分授权，解决群众“两头跑”" in told
    told = said(text.next_steps(CITY))
    assert "体外循环" not in told
    assert "授权" not in told


def test_the_tables_stand_below_the_problems() -> None:
    blocks = text.problems(replace(CITY, supervised=FULL))
    captions = [block.caption for block in blocks if isinstance(block, Table)]
    assert captions == ["2015年上半年各县区电子监察情况", "2015年上半年监察规则触发情况"]


def test_a_weekly_notice_asks_for_correction_only_where_something_was_found() -> None:
    issue = text.Issue("安康市政务服务中心", CITY_NUMBER, "各进驻部门", (), CITY.as_of, draft=False)
    found = weekly.compose(replace(CITY, supervised=FULL), issue)
    assert "可在期限内申诉" in said(list(found.body))
    nothing = said(list(weekly.compose(CITY, issue).body))
    assert "未发现需要公示的问题" in nothing
    assert "申诉" not in nothing
    assert any(isinstance(block, Paragraph) for block in found.body)


CITY_NUMBER = text.DocumentNumber(agency_code="安政务公示", year=2015, serial=23)


def test_the_law_files_name_rules_once_and_know_every_day() -> None:
    problems = problems_on(CITY.as_of)
    named = (
        *problems.leads,
        *problems.sentences.off_system.confirmed,
        *problems.sentences.double_track.confirmed,
        *problems.sentences.authority,
        *problems.sentences.two_offices,
        *problems.sentences.not_entered,
    )
    assert len(named) == len(set(named))
    assert problems_on(CITY.as_of.replace(year=1990)) == problems
    assert set(get_rules().weekly) == set(get_rules().issuers)


def test_a_rule_that_a_sentence_speaks_of_is_one_that_stands() -> None:
    from yichuang.supervision.rulebook import PACKAGED

    problems = problems_on(CITY.as_of)
    known = {path.stem for path in PACKAGED.glob("*.yaml")}
    for rules in (
        problems.leads,
        problems.sentences.off_system.confirmed,
        problems.sentences.double_track.confirmed,
        problems.sentences.authority,
        problems.sentences.two_offices,
        problems.sentences.not_entered,
    ):
        assert set(rules) <= known


def test_a_figure_in_a_sentence_is_the_figure_itself() -> None:
    printed = [part for part in supervised.off_system(FULL) if isinstance(part, Figure)]
    assert [part.display for part in printed] == ["2", "5", "3", "2", "1", "1"]
