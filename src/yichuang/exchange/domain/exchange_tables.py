"""The exchange tables of the province: which columns they have, and what one case is in them (domain: C0109 family).

A case becomes rows of five tables. The tables have one date of result: that of the decision where there was one, for
with it the legal period ends, else that of the closing. Pure.
"""

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from yichuang.cases.values import CodeVariant, Result, encode_result

CHINA = ZoneInfo("Asia/Shanghai")
ACCEPT, PROCESS, SPECIAL, RESULT, MATERIAL = (
    "up_pro_accept", "up_pro_process", "up_pro_special_procedure", "up_pro_result", "up_pro_material",
)  # fmt: skip
# Column -> the longest text it holds; 0: a moment, -1: a text without end.
TABLES: dict[str, dict[str, int]] = {
    ACCEPT: {
        "project_no": 50, "catalog_code": 12, "task_code": 36, "task_handle_item": 36, "task_name": 300,
        "project_name": 500, "project_type": 1, "applyer_type": 1, "applyer_name": 200, "applyer_page_type": 3,
        "applyer_page_code": 64, "contact_mobile": 32, "apply_type": 1, "apply_date": 0, "accept_date": 0,
        "promise_date": 0, "accept_doc_no": 100, "org_code": 40, "org_name": 200, "handle_user_name": 64,
    },
    PROCESS: {
        "project_no": 50, "process_name": 64, "event_name": 2, "event_start_time": 0, "event_end_time": 0,
        "handle_explain": -1, "handle_user_name": 64,
    },
    SPECIAL: {
        "project_no": 50, "special_type": 1, "special_name": 64, "special_reason": -1, "special_time": 0, "end_time": 0,
        "result": -1, "special_explain": -1, "handle_user": 64,
    },
    RESULT: {
        "project_no": 50, "result_type": 1, "result_date": 0, "result_explain": -1, "result_cetr_name": 200,
        "result_cetr_no": 200, "is_delivery_results": 1,
    },
    MATERIAL: {"project_no": 50, "material_name": 300, "get_type": 1, "get_num": 10},
}  # fmt: skip
for _columns in TABLES.values():
    _columns |= {"row_guid": 36, "cd_operation": 1, "cd_batch": 30, "cd_time": 0, "data_source": 50}

_ROWS = uuid.UUID("0f4d2c6c-6f0b-5a53-9b3a-1f1f0b8f2a77")
_CHANNELS = {"window": "1", "web": "2", "mobile": "3", "post": "4", "other": "9"}
_APPLICANTS = {"natural": "1", "enterprise": "2", "institution": "3", "social": "4", "agency": "5"}
_KINDS = {"on-the-spot": "1", "promised": "2", "other": "3"}
_ACTIONS = {"pass": "1", "return": "2"}
_PROCEDURES = {
    "hearing": "听证", "tender": "招标", "auction": "拍卖", "inspection": "检验", "testing": "检测",
    "quarantine": "检疫", "appraisal": "鉴定", "expert-review": "专家评审",
}  # fmt: skip
_WAYS = {"paper": "1", "electronic": "2"}
_EXTENSION, _PROCEDURE = "1", "2"
# What ends a case without a word of closing, and as what.
_ENDINGS = {
    "acceptance-refused": Result.NOT_ACCEPTED,
    "application-withdrawn": Result.RETURNED,
    "supplement-lapsed": Result.RETURNED,
    "tolerated-lapsed": Result.RETURNED,
}


class Event(NamedTuple):
    """One event that counts: its name without version, its fields, when it happened."""

    name: str
    fields: Mapping[str, Any]
    at: datetime


class Told(NamedTuple):
    """What the tables say of one case beside its events."""

    uuid: str
    number: str
    organisation: str
    organisation_name: str
    implementation_code: str
    catalogue_code: str
    handling_item: str
    item_name: str
    kind: str
    channel: str
    applicant_type: str
    name: str
    id_type: str
    id_number: str
    phone: str
    promised_due_at: datetime | None
    source: str


Row = dict[str, Any]


def rows_of(told: Told, events: Sequence[Event], *, variant: CodeVariant) -> dict[str, list[Row]]:
    """Return the rows of one case, table by table; moments are naive and China's, as the tables have them."""
    found: dict[str, list[Row]] = {name: [] for name in TABLES}
    found[ACCEPT].append(_accept(told, events))
    found[PROCESS] = _processes(events)
    found[SPECIAL] = _specials(events)
    found[RESULT] = _results(events, variant=variant)
    found[MATERIAL] = _materials(events)
    for table, rows in found.items():
        for place, row in enumerate(rows):
            row["project_no"] = told.number
            row["data_source"] = told.source
            row["row_guid"] = str(uuid.uuid5(_ROWS, f"{told.uuid}\x1f{table}\x1f{place}"))
            for column, longest in TABLES[table].items():
                value = row.get(column)
                if longest > 0 and isinstance(value, str):
                    row[column] = value[:longest]
    return found


def _accept(told: Told, events: Sequence[Event]) -> Row:
    received = _first(events, "application-received")
    accepted = _first(events, "application-accepted")
    return {
        "catalog_code": told.catalogue_code,
        "task_code": told.implementation_code,
        "task_handle_item": told.handling_item,
        "task_name": told.item_name,
        "project_name": _text(received, "summary") or told.item_name,
        "project_type": _KINDS.get(told.kind, ""),
        "applyer_type": _APPLICANTS.get(told.applicant_type, "9"),
        "applyer_name": told.name,
        "applyer_page_type": told.id_type,
        "applyer_page_code": told.id_number,
        "contact_mobile": told.phone,
        "apply_type": _CHANNELS.get(told.channel, "9"),
        "apply_date": _moment(received.at) if received else None,
        "accept_date": _moment(accepted.at) if accepted else None,
        "promise_date": _moment(told.promised_due_at) if accepted and told.promised_due_at else None,
        "accept_doc_no": _text(accepted, "document_number"),
        "org_code": told.organisation,
        "org_name": told.organisation_name,
    }


def _processes(events: Sequence[Event]) -> list[Row]:
    """Return steps with their beginning and end, and what was asked for to be supplemented."""
    rows: list[Row] = []
    begun: dict[str, datetime] = {}
    for event in events:
        if event.name == "step-started":
            begun[str(event.fields["step"])] = event.at
        elif event.name == "step-finished":
            step = str(event.fields["step"])
            rows.append(
                {
                    "process_name": step,
                    "event_name": _ACTIONS.get(str(event.fields.get("action", "pass")), "3"),
                    "event_start_time": _moment(begun.pop(step, event.at)),
                    "event_end_time": _moment(event.at),
                    "handle_explain": _text(event, "opinion"),
                    "handle_user_name": _text(event, "officer"),
                }
            )
        elif event.name in ("supplement-requested", "supplement-received"):
            is_request = event.name == "supplement-requested"
            rows.append(
                {
                    "process_name": "补正告知" if is_request else "补正受理",
                    "event_name": "3",
                    "event_start_time": _moment(event.at),
                    "event_end_time": _moment(event.at),
                    "handle_explain": "；".join(event.fields["missing"]) if is_request else _text(event, "note"),
                }
            )
    for step, at in begun.items():
        rows.append({"process_name": step, "event_name": "3", "event_start_time": _moment(at), "event_end_time": None})
    return rows


def _specials(events: Sequence[Event]) -> list[Row]:
    rows: list[Row] = []
    for event in events:
        if event.name == "special-procedure-started":
            procedure = str(event.fields["procedure"])
            rows.append(
                {
                    "special_type": _PROCEDURE,
                    "special_name": _PROCEDURES.get(procedure, procedure),
                    "special_reason": _text(event, "reason"),
                    "special_time": _moment(event.at),
                    "end_time": None,
                }
            )
        elif event.name == "special-procedure-ended":
            running = [row for row in rows if row["special_type"] == _PROCEDURE and row["end_time"] is None]
            for row in running[-1:]:
                row["end_time"], row["result"] = _moment(event.at), _text(event, "result")
        elif event.name == "period-extended":
            rows.append(
                {
                    "special_type": _EXTENSION,
                    "special_name": "延期",
                    "special_reason": _text(event, "reason"),
                    "special_time": _moment(event.at),
                    "end_time": _moment(event.at),
                    "special_explain": f"延长{event.fields['days']}个工作日",
                    "handle_user": _text(event, "approved_by"),
                }
            )
    return rows


def _results(events: Sequence[Event], *, variant: CodeVariant) -> list[Row]:
    """Return the one row of the result, none while there is none."""
    decision = _last(events, "application-granted", "application-refused")
    ending = _last(events, "case-closed", "case-voided") or _last(events, *_ENDINGS)
    if ending is None:
        return []
    result = Result(ending.fields["result"]) if "result" in ending.fields else _ENDINGS[ending.name]
    decided = decision if decision and result in (Result.GRANTED, Result.NOT_GRANTED) else None
    certificate = _last(events, "certificate-issued")
    explained = _text(ending, "explanation") or _text(ending, "reason") or _text(decided, "reason")
    return [
        {
            "result_type": encode_result(result, variant=variant),
            "result_date": _moment((decided or ending).at),
            "result_explain": explained or _text(decided, "opinion"),
            "result_cetr_name": _text(certificate, "name"),
            "result_cetr_no": _text(certificate, "certificate_number"),
            "is_delivery_results": "1" if _last(events, "result-delivered") else "0",
        }
    ]


def _materials(events: Sequence[Event]) -> list[Row]:
    return [
        {
            "material_name": str(entry["name"]),
            "get_type": _WAYS.get(str(entry.get("way", "")), "9"),
            "get_num": str(entry.get("copies", 1)),
        }
        for event in events
        if event.name == "materials-taken"
        for entry in event.fields.get("entries", ())
    ]


def _first(events: Sequence[Event], *names: str) -> Event | None:
    return next((event for event in events if event.name in names), None)


def _last(events: Sequence[Event], *names: str) -> Event | None:
    return next((event for event in reversed(events) if event.name in names), None)


def _text(event: Event | None, field: str) -> str:
    return str(event.fields.get(field, "")) if event else ""


def _moment(at: datetime) -> datetime:
    return at.astimezone(CHINA).replace(tzinfo=None, microsecond=0)
