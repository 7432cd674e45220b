"""The text of a bulletin: what it says when there is much, little or nothing to say."""

import re
from dataclasses import replace
from datetime import date

import pytest

from yichuang.documents import Block, DocumentNumber, Figure, Heading, Paragraph, Table
from yichuang.documents.notice import Text
from yichuang.kernel.periods import Period
from yichuang.reporting.bulletins import text


def f(display: str, name: str = "") -> Figure:
    return Figure(name or f"id-{display}", display)


COUNTY = text.Observations(
    whole="全县",
    centres="紫阳县",
    titled="2015年上半年",
    spoken="上半年",
    as_of=date(2015, 6, 30),
    accepted=f("270"),
    completed=f("235"),
    completion_rate=f("87.0%"),
    on_time_rate=f("100.0%"),
    early_rate=f("71.5%"),
    mean_days=f("6.26"),
)
CITY = replace(
    COUNTY,
    whole="全市",
    centres="市、县区",
    city_centres=f("1"),
    county_centres=f("9"),
    town_centres=f("150"),
    planned=("平利县",),
    new=(text.NewCentre("石泉县", "6月份"), text.NewCentre("高新区", "6月底")),
    without_supervision=f("5"),
    without_supervision_names=("石泉", "宁陕", "旬阳", "白河", "平利"),
    incompatible_names=("汉阴",),
    most_entered=("紫阳县", f("418")),
    growth=(text.Growth("石泉县政务服务中心", "6月份", f("98"), f("259")),),
    fewest_entered=(("白河县", f("81")), ("宁陕县", f("120"))),
    late=f("75"),
    late_departments=(("国土系统", f("30")), ("工商系统", f("24"))),
)
GOOD_CITY = replace(
    CITY, planned=(), new=(), without_supervision_names=(), incompatible_names=(), fewest_entered=(), late=None,
    late_departments=(),
)  # fmt: skip
EMPTY = replace(
    COUNTY, accepted=f("0"), completed=f("0"), is_empty=True, completion_rate=None, on_time_rate=None,
    early_rate=None, mean_days=None,
)  # fmt: skip


def said(blocks: list[Block]) -> str:
    """Return the words of blocks, one line each, figures in braces."""
    lines = []
    for block in blocks:
        if isinstance(block, Paragraph):
            lines.append("".join(run.text if isinstance(run, Text) else f"{{{run.display}}}" for run in block.runs))
        elif isinstance(block, Heading):
            lines.append(block.text)
    return "\n".join(lines)


@pytest.mark.parametrize(
    ("period", "title", "beginning"),
    [
        ("2015H1", "2015年上半年", "上半年"),
        ("2015H2", "2015年下半年", "下半年"),
        ("2015Q2", "2015年第二季度", "第二季度"),
        ("2015-06", "2015年6月份", "6月份"),
        ("2015", "2015年度", "2015年"),
        ("2015W23", "2015年第23周", "第23周"),
        ("2015-06-05", "2015年6月5日", "6月5日"),
        ("2015-06-01..2015-06-20", "2015年6月1日至6月20日", "6月1日至6月20日"),
        ("2014-12-20..2015-01-10", "2014年12月20日至2015年1月10日", "2014年12月20日至2015年1月10日"),
    ],
)
def test_a_period_is_called_as_official_writing_calls_it(period: str, title: str, beginning: str) -> None:
    assert text.titled(Period.parse(period)) == title
    assert text.spoken(Period.parse(period)) == beginning


def test_the_system_of_centres_is_told_as_of_the_last_day() -> None:
    assert (
        "一是体系建设稳步推进。截至6月30日，全市已建成{1}个市级政务服务中心、{9}个县（区）级政务服务中心（平利县尚未建成）、"
        "{150}个镇级便民服务中心，市、县、镇三级政务服务体系初步形成。"
    ) in said(text.situation(CITY))


def test_three_levels_do_not_stand_where_one_is_empty() -> None:
    told = said(text.situation(replace(CITY, city_centres=f("0"))))
    assert "初步形成" not in told
    assert "稳步推进" not in told


def test_the_two_rates_are_told_under_their_own_names() -> None:
    told = said(text.situation(CITY))
    assert "共受理事项{270}件，已办结{235}件，办结率{87.0%}。" in told
    assert "在承诺时限内作出决定计算，按期办结率{100.0%}，提前办结率{71.5%}；" in told


def test_praise_is_given_only_where_nothing_was_late() -> None:
    assert "办件均按期办结" in said(text.situation(COUNTY))
    assert "办件均按期办结" not in said(text.situation(replace(COUNTY, late=f("1"))))
    assert "办件均按期办结" not in said(text.situation(EMPTY))


def test_a_period_without_cases_says_so_and_prints_no_ratio() -> None:
    told = said([*text.situation(EMPTY), *text.problems(EMPTY)])
    assert "共受理事项{0}件，已办结{0}件。本期没有办件记录，不计算各项比率。" in told
    assert "本期没有办件记录，也未发现需要通报的问题。" in told
    assert "率{" not in told
    assert "—" not in told


def test_accepted_but_nothing_completed_prints_the_completion_rate_alone() -> None:
    told = said(text.situation(replace(COUNTY, completed=f("0"), on_time_rate=None, early_rate=None, mean_days=None)))
    assert "已办结{0}件，办结率{87.0%}。" in told
    assert "按期" not in told


def test_a_county_line_without_a_ratio_shows_a_dash() -> None:
    line = text.CountyLine("石泉县", f("3"), f("0"), f("0.0%"), None, None)
    table = next(block for block in text.situation(replace(CITY, lines=(line,))) if isinstance(block, Table))
    assert table.rows == (("石泉县", f("3"), f("0"), f("0.0%"), "—", "—"),)


def test_problems_are_listed_with_enumeration_commas() -> None:
    told = said(text.problems(CITY)).splitlines()
    assert told[1:] == [
        "一是政务中心建设进度不一。石泉县政务中心6月份投入使用，仍处于建设完善阶段；"
        "高新区政务中心6月底投入使用，仍处于建设完善阶段；平利县政务服务中心尚未建成。",
        "二是信息化建设水平整体不高。石泉、宁陕、旬阳、白河、平利{5}个县行政审批电子监察系统尚未建成；"
        "汉阴的电子监察系统与市电子监察系统技术不兼容，实现市、县业务办理互联互通还有困难。",
        "三是运行管理不规范。白河县进驻事项仅{81}项、宁陕县进驻事项仅{120}项，还没有做到“凡批必进、应进全进”。"
        "全市有{75}件超过承诺时限办结，其中国土系统{30}件、工商系统{24}件。",
    ]


def test_incompatible_systems_are_told_even_where_none_is_missing() -> None:
    told = said(text.problems(replace(CITY, without_supervision_names=())))
    assert "整体不高。汉阴的电子监察系统与市电子监察系统技术不兼容，" in told


def test_a_city_with_no_problems_found_is_told_so() -> None:
    assert said(text.problems(GOOD_CITY)).splitlines()[1:] == ["本期记录中未发现需要通报的问题。"]
    assert said(text.next_steps(GOOD_CITY)).count("。") == 2


def test_a_single_point_is_not_counted() -> None:
    only = replace(GOOD_CITY, late=f("3"))
    assert said(text.problems(only)).splitlines()[1] == "运行管理不规范。全市有{3}件超过承诺时限办结。"


def test_a_county_whose_centre_is_not_built_is_told_so_in_its_own_words() -> None:
    told = said(
        [*text.problems(replace(EMPTY, planned=("平利县",))), *text.next_steps(replace(EMPTY, planned=("平",)))]
    )
    assert "政务中心尚未建成。平利县政务服务中心尚未建成。" in told
    assert "三级上下联通" not in told


@pytest.mark.parametrize("seen", [CITY, GOOD_CITY, COUNTY, EMPTY])
def test_words_around_figures_hold_no_digit_but_dates(seen: text.Observations) -> None:
    words = re.sub(r"\{[^}]*\}", "", said([*text.situation(seen), *text.problems(seen), *text.next_steps(seen)]))
    assert re.findall(r"\d", re.sub(r"\d+月(\d+日)?", "", words)) == []


def test_title_and_opening_name_place_and_period() -> None:
    issue = text.Issue("安康市人民政府办公室", DocumentNumber(agency_code="安政办函", year=2015, serial=69),
                       "各县区人民政府", (), date(2015, 7, 23), False)  # fmt: skip
    notice = text.compose(CITY, issue)
    assert notice.title == "安康市人民政府办公室关于\n2015年上半年全市政务服务工作情况的通报"
    assert said([notice.body[0]]).startswith("上半年，全市政务服务工作")
