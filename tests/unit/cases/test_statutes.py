"""The statutes: dated limits with their articles, and faults in the file refused where they stand."""

from datetime import date
from pathlib import Path

import pytest

import yichuang.cases
from yichuang.calendar.values import FaultyLaw
from yichuang.cases.domain.statutes import NoLawYet, load_statutes

SHIPPED = Path(yichuang.cases.__file__).parent / "law" / "time-limits.yaml"
FIGURES = {
    "decision_days": (20, "第四十二条第一款"),
    "extension_days": (10, "第四十二条第一款"),
    "joint_days": (45, "第四十二条第二款"),
    "joint_extension_days": (15, "第四十二条第二款"),
    "preliminary_review_days": (20, "第四十三条"),
    "delivery_days": (10, "第四十四条"),
    "supplement_notice_days": (5, "第三十二条第一款第四项"),
    "consultation_days": (7, "国发〔1999〕9号"),
    "on_the_spot_hours": (8, "默认值"),
}


@pytest.mark.parametrize("on", [date(2004, 7, 1), date(2015, 2, 13), date(2019, 4, 23), date(2026, 1, 1)])
@pytest.mark.parametrize("name", FIGURES)
def test_every_limit_has_its_figure_and_its_article(on: date, name: str) -> None:
    law = load_statutes().in_force(on)
    amount, article = FIGURES[name]

    assert getattr(law, name) == amount
    assert article in law.citation(name)


def test_the_law_of_2003_holds_until_the_day_before_the_amendment() -> None:
    statutes = load_statutes()

    assert "2003年" in statutes.in_force(date(2019, 4, 22)).citation("decision_days")
    assert "2019年修正" in statutes.in_force(date(2019, 4, 23)).citation("decision_days")


def test_the_eight_excluded_procedures_are_those_of_article_45() -> None:
    law = load_statutes().in_force(date(2015, 2, 13))

    assert law.excluded_procedures == {
        "hearing", "tender", "auction", "inspection", "testing", "quarantine", "appraisal", "expert-review",
    }  # fmt: skip
    assert dict(law.procedure_titles)["expert-review"] == "专家评审"
    assert law.citation("excluded_procedures") == "行政许可法第四十五条"


def test_a_default_that_no_source_confirms_is_marked_so() -> None:
    law = load_statutes().in_force(date(2015, 2, 13))

    assert law.source("on_the_spot_hours").mark == "K"
    assert law.source("decision_days").mark == "V"
    assert law.citation("refusal_reasons") == "行政许可法第三十八条第二款"


def test_a_day_before_the_licensing_law_is_refused() -> None:
    with pytest.raises(NoLawYet, match="2004-06-30"):
        load_statutes().in_force(date(2004, 6, 30))


def test_a_citys_own_file_replaces_the_figures_from_its_date_on(tmp_path: Path) -> None:
    text = SHIPPED.read_text(encoding="utf-8").replace(
        "      - {from: 2004-07-01, amount: 8, mark: K,",
        "      - {from: 2004-07-01, until: 2022-01-01, amount: 8, mark: K, citation: 默认值}\n"
        "      - {from: 2022-01-01, amount: 7, mark: K,",
    )
    (tmp_path / "time-limits.yaml").write_text(text, encoding="utf-8")
    statutes = load_statutes(tmp_path)

    assert statutes.in_force(date(2021, 12, 31)).on_the_spot_hours == 8
    assert statutes.in_force(date(2022, 1, 1)).on_the_spot_hours == 7
    assert statutes.in_force(date(2022, 1, 1)).decision_days == 20


@pytest.mark.parametrize(
    ("right", "wrong", "key", "reason"),
    [
        ("key: delivery_days", "key: dilivery_days", "limits.delivery_days", "缺少这个期限"),
        ("amount: 45, mark", "amount: 0, mark", "limits.2.values.0.amount", "期限应为正整数"),
        ("until: 2019-04-23, amount: 45", "until: 2019-04-22, amount: 45", "limits.2.values.0.until", "各段须首尾相接"),
        ("from: 2004-07-01, until: 2019-04-23, amount: 45", "from: 2005-07-01, until: 2019-04-23, amount: 45",
         "limits.2.values", "第一段应自 2004-07-01 或更早开始"),
        ("unit: opening-hours\n    note", "unit: working-days\n    note", "limits.8.unit", "单位不符"),
        ("amount: 45, mark: V", "amount: 四十五, mark: V", "limits.2.values.0.amount", "Expected `int`"),
        ("amount: 45, mark: V", "amount: 45, mark: X", "limits.2.values.0.mark", "Invalid enum value"),
    ],
)  # fmt: skip
def test_a_fault_in_the_file_names_its_key_and_line(
    tmp_path: Path, right: str, wrong: str, key: str, reason: str
) -> None:
    text = SHIPPED.read_text(encoding="utf-8")
    assert right in text
    (tmp_path / "time-limits.yaml").write_text(text.replace(right, wrong, 1), encoding="utf-8")

    with pytest.raises(FaultyLaw) as refusal:
        load_statutes(tmp_path)
    assert refusal.value.details["key"] == key
    assert str(refusal.value.details["reason"]).startswith(reason)
    assert int(str(refusal.value.details["line"])) > 1


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FaultyLaw, match="No such file"):
        load_statutes(tmp_path)
