"""The words of each paper: law and article, dates, what is to be done, remedies, the person masked."""

import re
from dataclasses import replace
from datetime import date

import pytest
from tests.unit.papers.samples import (
    NUMBER,
    PERSON,
    RESIDENT,
    accepted,
    china,
    dossier,
    firms,
    materials,
    occasion,
    pages_of,
    paper,
    received,
    text_of,
    whole,
)

from yichuang.cases.values import Limit, MaterialEntry, Unit, events
from yichuang.papers.domain.composing import occasions
from yichuang.papers.domain.dossier import Holder
from yichuang.papers.values import PaperKind

K = PaperKind
CASES = whole()
SEALED = set(PaperKind) - {K.MOVEMENT, K.TOLERANCE}

SAYS: dict[PaperKind, tuple[str, ...]] = {
    K.RECEIPT: (
        "现收到你提交的“农村村民宅基地用地审批”申请及申请材料4种",
        "2015年2月13日10:00",
        "建房用地地籍图调用已有证照1份",
        "申请人身份证及户口簿复印件网上上传2份",
        "不表示申请已被受理",
        "第三十二条第一款第四项",
        "在5个工作日内（2015年2月26日前）",
        "存根",
    ),
    K.MOVEMENT: (
        "紫阳县政务服务中心：",
        "移出单位紫阳县城关镇便民服务中心",
        "送件人张代办",
        "接收人（签名）：",
        "第二十六条",
        "紫国土流字〔2015〕3号",
    ),
    K.ACCEPTANCE: (
        "第三十二条第一款第五项、第二款，本机关决定予以受理",
        "法定时限20个工作日",
        "承诺时限10个工作日",
        "于2015年3月4日前作出决定",
        "自作出决定之日起10个工作日内颁发、送达",
        "紫国土受字〔2015〕12号",
    ),
    K.SUPPLEMENT: (
        "需要补正的全部内容一次告知如下",
        "1.村民会议讨论意见（须有到会村民签名）",
        "2.申请人户口簿全部内页复印件，1份，经核对与原件一致",
        "3.拟用地四至界线图，标明与相邻宗地的距离",
        "请于2015年3月13日前",
        "不再要求补正其他材料",
        "第三十二条第一款第四项",
    ),
    K.NON_ACCEPTANCE: (
        "依法不属于本机关职权范围",
        "理由：申请的用地在汉滨区行政区域内。",
        "第三十二条第一款第二项",
        "请向有权办理的机关申请：安康市国土资源局汉滨分局。",
        "六十日内",
        "行政复议",
        "行政诉讼",
    ),
    K.SPECIAL_PROCEDURE: (
        "因该宗地邻近地质灾害隐患点，需要组织专家论证，依法需要专家评审",
        "第四十五条",
        "所需时间不计算在规定的期限内",
        "8个工作日，至2015年3月9日",
        "原承诺办结2015年3月4日",
    ),
    K.EXTENSION: (
        "第四十二条第一款，经本机关负责人批准，延长办理期限5个工作日",
        "因村集体对四至界线有异议，需要补充勘查",
        "批准人陈局长",
        "原办结日期2015年3月4日",
        "延长后的办结日期为2015年3月11日",
    ),
    K.GRANT: (
        "第三十八条第一款、《中华人民共和国土地管理法》第六十二条，本机关决定准予行政许可",
        "第四十四条",
        "（2015年3月19日前）",
        "颁发、送达《农村宅基地用地批准书》",
        "决定日期2015年3月5日",
    ),
    K.REFUSAL: (
        "第三十八条第二款，本机关决定不予行政许可",
        "理由：拟用地位于永久基本农田保护区内，不符合土地利用总体规划。",
        "向紫阳县人民政府或者安康市国土资源局申请行政复议",
        "三个月内",
        "提起行政诉讼",
    ),
    K.DELIVERY: (
        "第四十四条",
        "送达文书《批准决定书》紫国土许字〔2015〕9号",
        "送达文书《农村宅基地用地批准书》紫国土农村证字〔2015〕9号",
        "送达方式窗口领取",
        "受送达人（签名）：",
        "代收理由：",
    ),
    K.FEE: ("第五十八条、第五十九条", "收费依据计价格〔2001〕1734号", "20.00", "人民币贰拾元整", "不收取其他费用"),
    K.COMMITMENT: (
        "国办发〔2020〕42号",
        "一、行政机关告知",
        "1.无其他宅基地的证明",
        "承诺不实的",
        "二、申请人承诺",
        "真实的意思表示",
        "承诺人（签名、盖章）：",
    ),
    K.TOLERANCE: ("1.建房用地地籍图2.相邻权利人签字", "于2015年2月27日前补齐", "逾期未补齐的，按退件办结", "承诺人"),
}


@pytest.mark.parametrize("kind", list(PaperKind))
def test_a_paper_states_its_law_dates_and_duties(kind: PaperKind) -> None:
    words = text_of(paper(CASES[kind], kind))
    assert [part for part in SAYS[kind] if part not in words] == []


@pytest.mark.parametrize("kind", list(PaperKind))
def test_a_paper_names_case_matter_and_person_but_masks_the_number(kind: PaperKind) -> None:
    words = text_of(paper(CASES[kind], kind))
    assert NUMBER in words
    assert "农村村民宅基地用地审批" in words
    assert PERSON.name in words
    assert PERSON.id_masked in words
    assert RESIDENT not in words


@pytest.mark.parametrize("kind", list(PaperKind))
def test_a_usual_paper_fits_on_one_page_with_proof_code_and_seal_place_where_one_belongs(kind: PaperKind) -> None:
    d = CASES[kind]
    (page,) = pages_of(paper(d, kind))
    assert f"{NUMBER}-{occasion(d, kind).line.seq}-{kind.letters}-" in page
    assert ("（盖章处）" in page) is (kind in SEALED)
    assert "第1页共1页" in page


@pytest.mark.parametrize("kind", list(PaperKind))
def test_the_same_event_gives_the_same_bytes(kind: PaperKind) -> None:
    assert paper(CASES[kind], kind) == paper(CASES[kind], kind)


@pytest.mark.parametrize("kind", list(PaperKind))
def test_a_firm_is_addressed_as_a_firm_and_its_code_is_public(kind: PaperKind) -> None:
    words = text_of(paper(firms(CASES[kind]), kind))
    assert "统一社会信用代码" in words
    assert firms(CASES[kind]).applicant.id_number in words  # type: ignore[union-attr]
    assert not re.search(r"你于|现收到你提交|送达你，|通知你缴费|本人", words)


def test_a_matter_that_is_no_licence_is_handled_by_analogy() -> None:
    d = replace(CASES[K.GRANT], statutory_item=False)
    words = text_of(paper(d, K.GRANT))
    assert "参照《中华人民共和国行政许可法》第三十八条第一款" in words
    assert "决定予以批准" in words
    assert "准予行政许可" not in words


def test_acceptance_by_lapse_says_so_and_counts_from_the_receipt() -> None:
    d = dossier(received(), accepted("2015-02-27", automatic=True, counted_from=china("2015-02-13")))
    words = text_of(paper(d, K.ACCEPTANCE))
    assert "未在法定期限内告知需要补正的内容" in words
    assert "自收到申请材料之日（2015年2月13日）起即为受理" in words
    assert "于2015年3月4日前作出决定" in words


def test_an_on_the_spot_matter_is_promised_to_the_minute() -> None:
    d = dossier(received(), accepted(kind="on-the-spot", promised=Limit(8, Unit.OPENING_HOURS)))
    words = text_of(paper(d, K.ACCEPTANCE))
    assert "办件类型即办件" in words
    assert re.search(r"承诺时限8个办公小时承诺办结2015年2月1\d日\d\d:\d\d", words)


def test_acceptance_with_tolerated_materials_names_them_and_their_day() -> None:
    d = dossier(received(), accepted(tolerated=("地籍图",), tolerated_until=date(2015, 2, 27), committed=("证明",)))
    words = text_of(paper(d, K.ACCEPTANCE))
    assert "予以容缺受理" in words
    assert "于2015年2月27日前补齐，逾期按退件办结：1.地籍图" in words
    assert "以书面承诺代替：1.证明" in words


def test_no_licence_needed_is_another_ground_with_another_article() -> None:
    refused = events.AcceptanceRefused(ground="no-licence-needed", reason="翻修不改变用地面积")
    words = text_of(paper(dossier(received(), (refused, "2015-02-15")), K.NON_ACCEPTANCE))
    assert "依法不需要取得行政许可" in words
    assert "第三十二条第一款第一项" in words
    assert "请向有权办理的机关申请" not in words


def test_a_joint_matter_is_prolonged_by_the_government_of_its_level() -> None:
    extended = events.PeriodExtended(days=15, reason="复杂", approved_by="副县长")
    d = dossier(received(joint=True), accepted(statutory=Limit(45, Unit.WORKING_DAYS)), (extended, "2015-03-03"))
    words = text_of(paper(d, K.EXTENSION))
    assert "第四十二条第二款，经本级人民政府负责人批准" in words


def test_an_extension_after_a_special_procedure_starts_from_the_day_as_it_then_stood() -> None:
    d = dossier(
        received(),
        accepted(),
        (events.SpecialProcedureStarted(procedure="hearing", reason="依申请听证", expected_days=5), "2015-02-26"),
        (events.SpecialProcedureEnded(procedure="hearing"), "2015-03-05"),
        (events.PeriodExtended(days=5, reason="复杂", approved_by="局长"), "2015-03-06"),
    )
    words = text_of(paper(d, K.EXTENSION))
    assert "原办结日期2015年3月12日" in words
    assert "延长后的办结日期为2015年3月19日" in words
    # A paper printed again later still says what it said.
    assert "原承诺办结2015年3月4日" in text_of(paper(d, K.SPECIAL_PROCEDURE))


def test_the_deciders_own_remedies_are_printed_if_both_ways_are_open() -> None:
    told = "可向紫阳县人民政府申请行政复议，或者向紫阳县人民法院提起行政诉讼"
    refused = events.ApplicationRefused(reason="不符合条件", remedies=told)
    words = text_of(paper(dossier(received(), accepted(), (refused, "2015-03-05")), K.REFUSAL))
    assert told + "。" in words
    assert "三个月" not in words


def test_a_bare_yes_is_left_out_and_a_condition_is_printed() -> None:
    granted = events.ApplicationGranted(opinion="同意，建筑层数不得超过两层")
    words = text_of(paper(dossier(received(), accepted(), (granted, "2015-03-05")), K.GRANT))
    assert "批准意见：同意，建筑层数不得超过两层。" in words
    assert "批准意见" not in text_of(paper(CASES[K.GRANT], K.GRANT))


def test_materials_brought_later_have_a_receipt_of_their_own() -> None:
    d = dossier(
        received(),
        materials(),
        materials("2015-02-15", "补正的申请书"),
        accepted("2015-02-15", tolerated=("地籍图",), tolerated_until=date(2015, 2, 27)),
        (events.ToleratedTaken(materials=("地籍图",)), "2015-02-26"),
    )
    assert [(o.kind, o.line.seq) for o in occasions(d.acts)] == [
        (K.RECEIPT, 1),
        (K.RECEIPT, 3),
        (K.ACCEPTANCE, 4),
        (K.TOLERANCE, 4),
        (K.RECEIPT, 5),
    ]
    later = text_of(paper(d, K.RECEIPT, nth=1))
    assert "补充提交的材料1种" in later
    assert "补正的申请书" in later
    assert "村民会议讨论意见" not in later
    assert "地籍图" in text_of(paper(d, K.RECEIPT, nth=2))


def test_a_commitment_handed_in_with_the_application_is_printed_once() -> None:
    promise = events.MaterialsTaken(entries=(MaterialEntry(name="无违法建筑证明", way="promise"),))
    d = dossier(received(), (promise, "2015-02-13"), accepted(committed=("无违法建筑证明",)))
    assert [o.kind for o in occasions(d.acts)] == [K.RECEIPT, K.COMMITMENT, K.ACCEPTANCE]
    assert "1.无违法建筑证明" in text_of(paper(d, K.COMMITMENT))


def test_who_acts_for_the_applicant_stands_on_the_paper() -> None:
    agent = Holder(name="李代办", id_type="111", id_number=RESIDENT)
    words = text_of(paper(replace(CASES[K.RECEIPT], agent=agent), K.RECEIPT))
    assert "代办人李代办" in words


def test_a_case_without_a_known_applicant_still_has_its_papers() -> None:
    words = text_of(paper(replace(CASES[K.ACCEPTANCE], applicant=None), K.ACCEPTANCE))
    assert "申请人：" in words


def test_papers_moved_on_start_where_they_were_last() -> None:
    there = events.MaterialsMoved(to_centre="610924-centre", materials=("申请书",))
    back = events.MaterialsMoved(to_centre="610924100-centre", materials=("批准书",))
    d = dossier(received(centre="610924100-centre"), (there, "2015-02-15"), (back, "2015-02-27"))
    words = text_of(paper(d, K.MOVEMENT, nth=1))
    assert "移出单位紫阳县政务服务中心" in words
    assert "移入单位紫阳县城关镇便民服务中心" in words


def test_every_kind_has_a_case_here() -> None:
    assert set(CASES) == set(SAYS) == set(PaperKind)
