"""Invented county schemas with the right answer known: what a draft proposes is held against what the columns are.

Every case, person and number is invented. One set of cases is written in four manners: Chinese column names,
initials of pinyin, English, and a mess that ten years of vendors have left.
"""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from yichuang.exchange.domain.drafting.seen import SourceSeen, TableSeen, table_seen
from yichuang.kernel.identifiers import resident_number, uscc

ITEMS = (
    ("JZ-001", "建筑工程施工许可证核发"),
    ("JZ-002", "商品房预售许可"),
    ("WJ-011", "医疗机构执业登记"),
    ("LY-007", "林木采伐许可"),
)
OFFICES = (("bm01", "紫阳县住房和城乡建设局"), ("bm02", "紫阳县卫生局"), ("bm03", "紫阳县林业局"))
SURNAMES, GIVEN = "王李张刘陈杨赵黄周吴", ("测一", "试二", "样三", "小禾", "建国", "秀英", "志强")
STEPS = ("承办", "审核", "批准")
DAY = date(2015, 3, 2)
Case = dict[str, str]
Write = Callable[[Case], str]


@dataclass
class Schema:
    """One invented source with, for each column that is a field, which; the others are noise and must not be taken."""

    name: str
    seen: SourceSeen
    truth: dict[tuple[str, str], str] = field(default_factory=dict)


def cases(number: int = 60, *, seed: int = 7) -> list[Case]:
    """Return invented cases, instants as ISO text; what did not happen is empty."""
    chance = random.Random(seed)
    found = []
    for place in range(number):
        item, office = chance.randrange(4), chance.randrange(3)
        received = datetime(DAY.year, DAY.month, DAY.day, 9) + timedelta(hours=chance.randrange(0, 1400))
        received = received.replace(
            hour=9 + received.hour % 8, minute=chance.randrange(60), second=chance.randrange(60)
        )
        accepted = received + timedelta(minutes=chance.randrange(1, 200))
        closed = accepted + timedelta(days=chance.randrange(1, 20), minutes=chance.randrange(60))
        firm = chance.random() < 0.3
        returned = chance.random() < 0.15
        body = f"{chance.randrange(10**8):08d}"
        found.append(
            {
                "source_key": f"ZY2015{place:06d}",
                "item_code": ITEMS[item][0],
                "item_name": ITEMS[item][1],
                "organisation_code": OFFICES[office][0],
                "organisation_name": OFFICES[office][1],
                "division": "610924",
                "channel": chance.choice(("窗口", "网上", "手机")),
                "case_kind": chance.choice(("承诺件", "即办件")),
                "applicant_type": "企业法人" if firm else "自然人",
                "applicant_name": f"紫阳县测试{place}商贸有限公司"
                if firm
                else chance.choice(SURNAMES) + chance.choice(GIVEN),
                "applicant_id_number": uscc.generate(
                    department="9", category="1", division="610924", organisation_body=body
                )
                if firm
                else resident_number.generate(
                    division="610924",
                    born_on=date(1960 + chance.randrange(40), 1 + chance.randrange(12), 3),
                    sequence=chance.randrange(1, 999),
                ),
                "contact_name": chance.choice(SURNAMES) + chance.choice(GIVEN),
                "applicant_phone": f"139{chance.randrange(10**8):08d}",
                "address": f"陕西省安康市紫阳县城关镇河堤路{place}号",
                "summary": f"{ITEMS[item][1]}（第{place}号）申请",
                "received_at": received.isoformat(" "),
                "accepted_at": accepted.isoformat(" "),
                "promised_at": (accepted + timedelta(days=20)).isoformat(" "),
                "closed_at": closed.isoformat(" "),
                "acceptance_officer": chance.choice(SURNAMES) + chance.choice(GIVEN),
                "closing_officer": chance.choice(SURNAMES) + chance.choice(GIVEN),
                "document_number": f"紫受字〔2015〕{place + 1}号",
                "result": "退件" if returned else "出证办结",
                "result_code": "5" if returned else "0",
                "result_explanation": "申请人撤回" if returned else "准予许可",
                "certificate_name": "" if returned else f"{ITEMS[item][1][:4]}许可证",
                "certificate_number": "" if returned else f"陕许紫2015{place:05d}",
                "delivered_at": "" if returned else (closed + timedelta(hours=20)).isoformat(" "),
                "changed_at": (closed + timedelta(hours=1)).isoformat(" "),
                "satisfaction": chance.choice(("满意", "非常满意")),
                "guid": f"{chance.getrandbits(128):032x}",
            }
        )
    return found


def steps(of: list[Case], *, seed: int = 8) -> list[Case]:
    """Return the steps of the cases, three each."""
    chance = random.Random(seed)
    found = []
    for case in of:
        start = datetime.fromisoformat(case["accepted_at"])
        # All before the end: a step after the decision is a matter for the ledger, not for a draft.
        length = (datetime.fromisoformat(case["closed_at"]) - start) / (len(STEPS) + 1)
        for step in STEPS:
            end = (start + length).replace(microsecond=0)
            found.append(
                {
                    "source_key": case["source_key"],
                    "row_key": f"{len(found) + 1}",
                    "guid": f"{chance.getrandbits(128):032x}",
                    "step": step,
                    "step_started_at": start.isoformat(" "),
                    "step_finished_at": end.isoformat(" "),
                    "step_officer": chance.choice(SURNAMES) + chance.choice(GIVEN),
                    "step_opinion": chance.choice(("同意，报审核", "材料齐全，同意", "请领导批示", "经审查符合条件")),
                    "step_action": chance.choice(("通过", "通过", "退回")),
                    "changed_at": end.isoformat(" "),
                }
            )
            start = end
    return found


def moment(shape: str) -> Callable[[str], str]:
    """Return a way of writing an instant; 上午 and 下午 for %p."""

    def write(text: str) -> str:
        if not text:
            return ""
        return datetime.fromisoformat(text).strftime(shape).replace("AM", "上午").replace("PM", "下午")

    return write


def table(
    name: str,
    rows: list[Case],
    columns: Mapping[str, str | Write],
    *,
    when: Callable[[str], str] = str,
    comments: Mapping[str, str] | None = None,
    comment: str = "",
    key: tuple[str, ...] = (),
) -> tuple[TableSeen, dict[tuple[str, str], str]]:
    """Return a table as seen: each column with the field that it shows, or with what makes up its noise."""
    written = [
        {
            column: of(row) if callable(of) else when(row[of]) if of.endswith("_at") else row.get(of, "")
            for column, of in columns.items()
        }
        for row in rows
    ]
    truth = {(name, column): _FIELD.get(of, of) for column, of in columns.items() if isinstance(of, str)}
    seen = table_seen(name, written, comments=dict(comments or {}), comment=comment, key=key)
    return seen, truth


# How a field of the truth is called where the invented case keeps it under another word.
_FIELD = {"guid": "row_key", "result_code": "result"}


def chinese() -> Schema:
    """A workbook of one row a case, heads in Chinese, a 12-hour clock."""
    seen, truth = table(
        "办件.csv",
        cases(),
        {
            "办件编号": "source_key",
            "事项编码": "item_code",
            "事项名称": "item_name",
            "受理部门": "organisation_name",
            "区划": "division",
            "申报来源": "channel",
            "办件类型": "case_kind",
            "申请人类型": "applicant_type",
            "申请人": "applicant_name",
            "证件号码": "applicant_id_number",
            "手机": "applicant_phone",
            "联系地址": "address",
            "办理摘要": "summary",
            "收件时间": "received_at",
            "受理时间": "accepted_at",
            "承诺办结时间": "promised_at",
            "受理文书编号": "document_number",
            "受理人": "acceptance_officer",
            "办结结果": "result",
            "办结时间": "closed_at",
            "理由": "result_explanation",
            "证照编号": "certificate_number",
            "领取时间": "delivered_at",
            "打印次数": lambda row: str(len(row["summary"]) % 4),
        },
        when=moment("%Y-%m-%d %I:%M %p"),
    )
    return Schema("中文列名", SourceSeen((seen,), "csv"), truth)


def initials() -> Schema:
    """Two tables whose columns are initials of pinyin, times without any mark."""
    found = cases()
    main, truth = table(
        "BJXX",
        found,
        {
            "BJBH": "source_key",
            "SXBM": "item_code",
            "SXMC": "item_name",
            "SLDW": "organisation_name",
            "XZQHDM": "division",
            "SQRLX": "applicant_type",
            "SQRMC": "applicant_name",
            "SQRZJHM": "applicant_id_number",
            "LXDH": "applicant_phone",
            "SQSJ": "received_at",
            "SLSJ": "accepted_at",
            "CNBJSJ": "promised_at",
            "BJSJ": "closed_at",
            "BJJGDM": "result_code",
            "BJJGMS": "result_explanation",
            "ZZBH": "certificate_number",
            "LQSJ": "delivered_at",
            "GXSJ": "changed_at",
            "SLRXM": "acceptance_officer",
            "YLZD1": lambda row: "",
            "DYCS": lambda row: str(len(row["address"]) % 3),
        },
        when=moment("%Y%m%d%H%M%S"),
    )
    process, more = table(
        "BJGC",
        steps(found),
        {
            "XH": "row_key",
            "BJBH": "source_key",
            "HJMC": "step",
            "KSSJ": "step_started_at",
            "JSSJ": "step_finished_at",
            "CLR": "step_officer",
            "CLYJ": "step_opinion",
            "GXSJ": "changed_at",
        },
        when=moment("%Y%m%d%H%M%S"),
    )
    return Schema("拼音首字母", SourceSeen((main, process), "database"), truth | more)


def english() -> Schema:
    """Three tables in English with keys of numbers, results in a table of their own, a table of users beside them."""
    found = cases()
    number = {case["source_key"]: str(place + 1) for place, case in enumerate(found)}
    main, truth = table(
        "applications",
        found,
        {
            "id": lambda row: number[row["source_key"]],
            "case_no": "source_key",
            "service_code": "item_code",
            "service_name": "item_name",
            "agency_name": "organisation_name",
            "district_code": "division",
            "channel": "channel",
            "applicant_type": "applicant_type",
            "applicant_name": "applicant_name",
            "id_number": "applicant_id_number",
            "mobile": "applicant_phone",
            "address": "address",
            "submitted_at": "received_at",
            "accepted_at": "accepted_at",
            "due_date": "promised_at",
            "updated_at": "changed_at",
        },
        key=("id",),
    )
    truth["applications", "id"] = "row_key"
    process, more = table(
        "approval_steps",
        steps(found),
        {
            "step_id": "row_key",
            "case_no": "source_key",
            "step_name": "step",
            "started_at": "step_started_at",
            "finished_at": "step_finished_at",
            "handled_by": "step_officer",
            "comments": "step_opinion",
            "action": "step_action",
            "updated_at": "changed_at",
        },
        key=("step_id",),
    )
    result, most = table(
        "decisions",
        found,
        {
            "uuid": "guid",
            "case_no": "source_key",
            "outcome": "result",
            "closed_at": "closed_at",
            "approved_by": "closing_officer",
            "licence_no": "certificate_number",
            "reason": "result_explanation",
            "updated_at": "changed_at",
        },
    )
    users, _none = table(
        "sys_users",
        found[:9],
        {
            "user_name": lambda row: row["acceptance_officer"],
            "password_hash": lambda row: row["guid"],
            "last_login": lambda row: row["changed_at"],
        },
    )
    return Schema("英文", SourceSeen((main, process, result, users), "database"), truth | more | most)


def mess() -> Schema:
    """What ten years have left: prefixes, half pinyin, comments that explain, two clocks, columns nobody fills."""
    found = cases()
    slash = moment("%Y/%m/%d %H:%M:%S")
    main, truth = table(
        "t_yw_bjsl",
        found,
        {
            "f_id": "guid",
            "f_ywlsh": "source_key",
            "f_sx_bm": "item_code",
            "sxmc": "item_name",
            "f_bm": "organisation_name",
            "col_17": "channel",
            "sqr": "applicant_name",
            "f_zjh": "applicant_id_number",
            "lxfs": "applicant_phone",
            "sqrq": "received_at",
            "shouli_sj": "accepted_at",
            "cnsj": "promised_at",
            "dz": "address",
            "slry": "acceptance_officer",
            "f_bjsj2": "closed_at",
            "jg": "result",
            "bz": "result_explanation",
            "f_zsbh": "certificate_number",
            "u_time": "changed_at",
            "col_18": lambda row: "",
            "f_print": lambda row: "1",
            "f_lock": lambda row: "0",
            "f_ver": lambda row: "3.2",
        },
        when=slash,
        comment="业务办件受理表",
        comments={
            "f_ywlsh": "业务流水号",
            "f_sx_bm": "审批事项编码",
            "f_bm": "受理部门名称",
            "col_17": "申报来源",
            "f_zjh": "申请人证件号码",
            "lxfs": "联系方式（手机）",
            "shouli_sj": "受理时间",
            "cnsj": "承诺办结时间",
            "f_bjsj2": "办结时间，实际",
            "jg": "办结结果",
            "bz": "办结说明",
            "f_zsbh": "证书编号",
            "u_time": "最后修改时间",
            "col_18": "备用",
            "f_print": "打印标志",
            "slry": "受理人员",
        },
    )
    process, more = table(
        "t_yw_hj",
        steps(found),
        {
            "id": "guid",
            "ywlsh": "source_key",
            "hjmc": "step",
            "blr": "step_officer",
            "blyj": "step_opinion",
            "ddsj": "step_started_at",
            "blsj": "step_finished_at",
        },
        when=slash,
        comment="办理环节",
        comments={"ddsj": "环节到达时间", "blsj": "办理时间"},
    )
    words, _none = table(
        "t_dm_sx",
        found[:8],
        {
            "dm": lambda row: row["item_code"],
            "mc": lambda row: row["item_name"],
            "px": lambda row: "1",
        },
        comment="代码表",
    )
    return Schema("多年累积", SourceSeen((words, main, process), "database"), truth | more)


SCHEMAS = {"chinese": chinese, "initials": initials, "english": english, "mess": mess}
