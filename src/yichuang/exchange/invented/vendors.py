"""Vendors: what three makers of county systems make of the same cases: their tables, their habits, their faults.

`a` writes the province's exchange tables with its own item codes, in a 12-hour clock, in GB18030 whatever the
columns say. `b` writes the same tables properly, but leaves steps out and types whole weeks in at night. `c` has the
older set of tables with pinyin names, all times as digits, by a server that runs on UTC.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from yichuang.cases.values import CodeVariant, Result, encode_result
from yichuang.exchange.invented.cases import InventedCase, Offer

Row = dict[str, Any]
Rows = Iterator[tuple[str, Row]]
Writer = Callable[[datetime], Any]

UP_PRO: Mapping[str, str] = {
    "up_pro_accept": "row_guid project_no catalog_code local_catalog_code task_code local_task_code task_name"
    " project_name project_type applyer_type applyer_name applyer_page_type applyer_page_code contact_name"
    " contact_mobile apply_type apply_date accept_date promise_date accept_doc_no org_code org_name handle_user_name",
    "up_pro_process": "row_guid project_no process_name event_name event_start_time event_end_time handle_explain"
    " handle_user_name",
    "up_pro_special_procedure": "row_guid project_no special_type special_name special_reason special_time end_time"
    " applyer_user_name result special_explain handle_user",
    "up_pro_result": "row_guid project_no result_type result_date result_explain result_cetr_name result_cetr_no"
    " is_delivery_results satisfaction",
    "up_pro_material": "row_guid project_no material_name get_type get_num",
}
UP_PRO_ENDS = "cd_operation cd_batch cd_time data_source"
UP_PRO_TIMES = frozenset(
    {
        "apply_date",
        "accept_date",
        "promise_date",
        "event_start_time",
        "event_end_time",
        "special_time",
        "end_time",
        "result_date",
    }
)
PINYIN: Mapping[str, str] = {
    "t_sb": "SBLSH SXBM SXMC BMBM BMMC SQRLX SQRMC SQRZJLX SQRZJHM LXRXM LXRSJ SBXMMC SBSJ XZQHDM",
    "t_ysl": "XH SBLSH YSLZTDM YSLSJ YSLYJ",
    "t_sl": "XH SBLSH SLZTDM SLSJ SLHZH BSLYY CNBJSJ",
    "t_sp": "XH SBLSH SPHJDM SPSJ SPYJ SPRXM",
    "t_bzgz": "XH SBLSH BZGZSJ BZGZYY BZCLQD",
    "t_bzsl": "XH SBLSH BZSJ BZCLQD",
    "t_tbcx": "XH SBLSH TBCXZL TBCXMC TBCXKSRQ TBCXJSRQ TBCXPZR TBCXQDLY TBCXSX TBCXJG",
    "t_bj": "XH SBLSH BJSJ BJJGDM BJJGMS ZJMC ZJBH SFJE",
    "t_lq": "XH SBLSH LQSJ LQHZH",
}
PINYIN_ENDS = "CZBZ PCH GXSJ"
_STEP_CODES = {"现场踏勘": "1", "审查": "2", "决定": "3"}


def twelve_hours(at: datetime) -> str:
    """Return an instant as vendor `a` writes it: 2015-03-02 下午 02:30:00."""
    half = "上午" if at.hour < 12 else "下午"
    return f"{at:%Y-%m-%d} {half} {at:%I:%M:%S}"


def plain(at: datetime) -> datetime:
    """Return an instant as a column without a zone holds it."""
    return at.replace(tzinfo=None)


def digits_in_utc(at: datetime) -> str:
    """Return an instant as vendor `c` writes it: 20150302063000, eight hours before what the clock on the wall says."""
    return f"{at.astimezone(UTC):%Y%m%d%H%M%S}"


def local_code(offer: Offer) -> str:
    """Return the item code of vendor `a`, which no catalogue knows."""
    return f"ZY-{offer.organisation.rpartition('-')[2][:2].upper()}{offer.item[:2]}-{offer.item[2:]}"


def as_habit(case: InventedCase, vendor: str) -> InventedCase:
    """Return the case as far as its vendor writes it down, with the truth about that."""
    if vendor != "b":
        return case
    if case.serial % 3 == 0:
        case = replace(case, steps=())
    if case.serial % 5 == 0 and case.ending is not None and case.accepted_at is not None:
        night = (case.ending.at + timedelta(days=3)).replace(hour=2, minute=10) + timedelta(seconds=case.serial % 600)
        return replace(case, backfilled=True, reported_at=night)
    return case


def up_pro_rows(case: InventedCase, *, vendor: str, time: Writer, variant: CodeVariant) -> Rows:
    """Yield (table, row) of a case in the province's exchange tables."""
    offer, own = case.offer, vendor == "a"

    def row(table: str, number: int, at: datetime, **values: Any) -> tuple[str, Row]:
        written = max(case.reported_at, at) if case.backfilled else at + timedelta(seconds=30 + case.serial % 20)
        guid = f"{case.number}-{table[7:10]}-{number}"
        ends = {"cd_operation": "I", "cd_batch": f"{written:%Y%m%d%H}", "cd_time": written, "data_source": vendor}
        return table, {"row_guid": guid, "project_no": case.number, **values, **ends}

    yield row(
        "up_pro_accept",
        1,
        case.accepted_at or case.received_at,
        catalog_code="" if own else offer.basic_code,
        local_catalog_code=local_code(offer) if own else "",
        task_code="" if own else offer.implementation_code,
        local_task_code=f"{local_code(offer)}-01" if own else "",
        task_name=offer.name,
        project_name=f"{case.applicant}：{offer.name}",
        project_type="2",
        applyer_type="2" if case.legal_person else "1",
        applyer_name=case.applicant,
        applyer_page_type="001" if case.legal_person else "111",
        applyer_page_code=case.id_number,
        contact_name=case.applicant[:4],
        contact_mobile=case.phone,
        apply_type="1",
        apply_date=time(case.received_at),
        accept_date=time(case.accepted_at) if case.accepted_at else None,
        promise_date=time(case.due_at) if case.due_at else None,
        accept_doc_no=f"受字{case.serial:06d}" if case.accepted_at else None,
        org_code=offer.body,
        org_name=offer.organisation_name,
        handle_user_name="窗口甲",
    )
    for number, step in enumerate(case.steps, start=1):
        yield row(
            "up_pro_process",
            number,
            step.finished_at,
            process_name=step.name,
            event_name="1",
            event_start_time=time(step.started_at),
            event_end_time=time(step.finished_at),
            handle_explain=step.opinion,
            handle_user_name=step.officer,
        )
    if case.special is not None:
        yield row(
            "up_pro_special_procedure",
            1,
            case.special.ended_at,
            special_type="2",
            special_name=case.special.name,
            special_reason=case.special.reason,
            special_time=time(case.special.started_at),
            end_time=time(case.special.ended_at),
            applyer_user_name=case.steps[0].officer if case.steps else "经办人",
            result="通过",
            special_explain="评审通过",
            handle_user="经办人",
        )
    yield row("up_pro_material", 1, case.received_at, material_name="申请表", get_type="1", get_num="1")
    if case.ending is not None:
        granted = case.ending.result is Result.GRANTED
        yield row(
            "up_pro_result",
            1,
            case.ending.at,
            result_type=encode_result(case.ending.result, variant=variant),
            result_date=time(case.ending.at),
            result_explain=case.ending.explanation or None,
            result_cetr_name=f"{case.offer.name}决定书" if granted else None,
            result_cetr_no=f"紫证{case.serial:06d}" if granted else None,
            is_delivery_results="0",
        )


def pinyin_rows(case: InventedCase, *, time: Writer, division: str) -> Rows:
    """Yield (table, row) of a case in the older transaction set."""
    offer, ending = case.offer, case.ending

    def row(table: str, number: int, at: datetime, **values: Any) -> tuple[str, Row]:
        written = at + timedelta(seconds=40)
        key = {} if table == "t_sb" else {"XH": f"{case.number}{table[2:]}{number}"}
        ends = {"CZBZ": "I", "PCH": f"{written:%Y%m%d%H}", "GXSJ": time(written)}
        return table, {**key, "SBLSH": case.number, **values, **ends}

    yield row(
        "t_sb",
        1,
        case.received_at,
        SXBM=offer.basic_code,
        SXMC=offer.name,
        BMBM=offer.body,
        BMMC=offer.organisation_name,
        SQRLX="2" if case.legal_person else "1",
        SQRMC=case.applicant,
        SQRZJLX="001" if case.legal_person else "111",
        SQRZJHM=case.id_number,
        LXRXM=case.applicant[:4],
        LXRSJ=case.phone,
        SBXMMC=f"{case.applicant}：{offer.name}",
        SBSJ=time(case.received_at),
        XZQHDM=division,
    )
    if case.supplement is not None:
        one = case.supplement
        yield row("t_bzgz", 1, one.asked_at, BZGZSJ=time(one.asked_at), BZGZYY="材料不全", BZCLQD=one.missing)
        yield row("t_bzsl", 1, one.taken_at, BZSJ=time(one.taken_at), BZCLQD=one.missing)
    if case.accepted_at is not None:
        receipt = {"SLSJ": time(case.accepted_at), "SLHZH": f"受字{case.serial:06d}"}
        due = time(case.due_at) if case.due_at else None
        yield row("t_sl", 1, case.accepted_at, SLZTDM="1", CNBJSJ=due, **receipt)
    elif ending is not None:
        # Not accepted: no row of the ending follows.
        yield row("t_sl", 1, ending.at, SLZTDM="2", SLSJ=time(ending.at), BSLYY=ending.explanation)
        return
    for number, step in enumerate(case.steps, start=1):
        code = _STEP_CODES[step.name]
        said = {"SPSJ": time(step.finished_at), "SPYJ": step.opinion, "SPRXM": step.officer}
        yield row("t_sp", number, step.finished_at, SPHJDM=code, **said)
    if case.special is not None:
        special = case.special
        yield row(
            "t_tbcx",
            1,
            special.ended_at,
            TBCXZL="2",
            TBCXMC=special.name,
            TBCXKSRQ=time(special.started_at),
            TBCXJSRQ=time(special.ended_at),
            TBCXPZR="分管领导",
            TBCXQDLY=special.reason,
            TBCXSX="3",
            TBCXJG="通过",
        )
    if ending is not None:
        granted = ending.result is Result.GRANTED
        yield row(
            "t_bj",
            1,
            ending.at,
            BJSJ=time(ending.at),
            BJJGDM=encode_result(ending.result, variant=CodeVariant.OLDER),
            BJJGMS=ending.explanation or None,
            ZJMC=f"{offer.name}决定书" if granted else None,
            ZJBH=f"紫证{case.serial:06d}" if granted else None,
        )


def tables_of(vendor: str) -> Mapping[str, Sequence[str]]:
    """Return the columns of each table of a vendor, its key first."""
    if vendor == "c":
        return {name: (*text.split(), *PINYIN_ENDS.split()) for name, text in PINYIN.items()}
    return {name: (*text.split(), *UP_PRO_ENDS.split()) for name, text in UP_PRO.items()}
