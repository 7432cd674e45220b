"""Logging: a table with a row for every event. Which of its steps are acts that the ledger knows by another name."""

from typing import NamedTuple

from yichuang.exchange.domain.drafting.acting import REMEDIES, UNSAID
from yichuang.exchange.domain.drafting.structure import Part
from yichuang.exchange.domain.drafting.yamltext import inline, listed, scalar

# In this order; the first that fits a step's name is taken.
_KINDS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("refuse-acceptance", ("不予受理", "不受理", "not accepted", "bysl")),
    ("refuse", ("不予许可", "不予批准", "不同意", "refus", "reject", "byxk")),
    (
        "request-supplement",
        ("补正告知", "补件通知", "告知补", "补正通知", "一次性告知", "request supplement", "ask", "bzgz"),
    ),
    ("take-supplement", ("补正", "补齐", "补件", "补交", "supplement", "bzsq")),
    ("receive", ("申请", "收件", "接件", "登记", "提交", "appl", "receiv", "submit", "register", "sj")),
    ("close", ("办结", "完结", "结案", "归档", "clos", "complet", "finish", "bj")),
    ("deliver", ("领取", "送达", "取件", "领证", "deliver", "collect", "pick")),
    ("accept", ("受理", "accept", "sl")),
    ("grant", ("决定", "批准", "签批", "核准", "准予", "approv", "grant", "decid", "pz")),
)
_EXACT_BELOW = 4


class LogRules(NamedTuple):
    """The rules for the events of a log, and where the case's receipt is read from."""

    lines: tuple[str, ...]
    received: str


def kind_of_step(step: str) -> str:
    """Return the act that a step's name speaks of; none: it is a step like others."""
    text = step.strip().casefold()
    for kind, signs in _KINDS:
        for sign in signs:
            # Initials are short: only the whole word counts.
            if (sign == text) if len(sign) < _EXACT_BELOW and sign.isascii() else (sign in text):
                return kind
    return ""


def log_rules(part: Part, *, coded: bool = False) -> LogRules:
    """Return the event rules of a log; `coded` says that results have a code list of their own."""
    step = part.column("step")
    at = part.column("step_finished_at") or part.column("step_started_at") or part.column("received_at")
    values = sorted({value.strip() for value in part.table.column(step).values if value.strip()})
    by_kind: dict[str, list[str]] = {}
    for value in values:
        by_kind.setdefault(kind_of_step(value), []).append(value)
    instant = inline({"column": scalar(at)})
    opinion = part.column("step_opinion")
    reason = inline({"column": scalar(opinion), "default": UNSAID}) if opinion else UNSAID
    result = {"column": scalar(part.column("result"))} | ({"codes": "results"} if coded else {})
    fields = {
        "request-supplement": {"missing": reason},
        "refuse-acceptance": {"ground": "not-competent", "reason": reason},
        "refuse": {"reason": reason, "remedies": REMEDIES},
        "close": {"result": inline(result)} if part.column("result") else {},
    }
    lines: list[str] = []
    if given := by_kind.get("receive"):
        lines += [f"- when: [{{column: {scalar(step)}, in: {listed(given)}}}]", "  ignore: true"]
    for kind in (
        "accept",
        "request-supplement",
        "take-supplement",
        "refuse-acceptance",
        "grant",
        "refuse",
        "close",
        "deliver",
    ):
        if given := by_kind.get(kind):
            lines.append(f"- when: [{{column: {scalar(step)}, in: {listed(given)}}}]")
            pairs = {"act": kind, "at": instant}
            if more := fields.get(kind):
                pairs["fields"] = inline(more)
            lines.append(f"  acts: [{inline(pairs)}]")
    lines.append(f"- when: [{{column: {scalar(step)}, empty: false}}]")
    more = {"step": inline({"column": scalar(step)})}
    if officer := part.column("step_officer"):
        more["officer"] = inline({"column": scalar(officer)})
    if opinion:
        more["opinion"] = inline({"column": scalar(opinion)})
    lines.append(f"  acts: [{inline({'act': 'finish-step', 'at': instant, 'fields': inline(more)})}]")
    first = (
        f"[{{column: {scalar(step)}, in: {listed(by_kind['receive'])}}}]"
        if "receive" in by_kind
        else (f"[{{column: {scalar(at)}, empty: false}}]")
    )
    return LogRules(tuple(lines), inline({"column": scalar(at), "of_event": first}))
