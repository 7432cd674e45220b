"""Logging: a table with a row for every event. Which of its steps are acts that the ledger knows by another name."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from yichuang.exchange.domain.drafting.acting import REMEDIES, UNSAID
from yichuang.exchange.domain.drafting.codes import Meaning, count_values
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
_ACTS = (
    "accept", "request-supplement", "take-supplement", "refuse-acceptance", "grant", "refuse", "close", "deliver",
)  # fmt: skip
# The state that IEEE 1849 gives to an event that ends its step.
_COMPLETE = "complete"
_PLAIN_STEP, _SHOWN = 0.6, 12


class LogRules(NamedTuple):
    """The rules for the events of a log, line by line with what is to be said beside it; whence the case's receipt."""

    lines: tuple[tuple[str, str], ...]
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


def log_rules(
    part: Part, *, coded: bool = False, counts: Mapping[str, int] | None = None, result: str = ""
) -> LogRules:
    """Return the event rules of a log.

    `coded` says that results have a code list of their own, `counts` how often each step stands in the log, `result`
    the column of the result where the case has it and not its events.
    """
    step = part.column("step")
    at = instant_column(part)
    counts = counts or count_values(part.table.column(step).values)
    by_kind: dict[str, list[str]] = {}
    for value in sorted(counts):
        by_kind.setdefault(kind_of_step(value), []).append(value)
    fields = _fields_of(part, coded=coded, result=part.column("result") or result)
    instant = inline({"column": scalar(at)})
    lines: list[tuple[str, str]] = []

    def of_steps(given: list[str], done: str) -> None:
        lines.append((f"- when: [{{column: {scalar(step)}, in: {listed(given)}}}]", _counted(given, counts)))
        lines.append((f"  {done}", ""))

    if begun := _unfinished(part):
        column = scalar(part.column("step_state"))
        lines.append((f"- when: [{{column: {column}, in: {listed(begun)}}}]", "环节尚未结束 / not yet finished"))
        lines.append(("  ignore: true", ""))
    if given := by_kind.get("receive"):
        of_steps(given, "ignore: true")
    for kind in _ACTS:
        if given := by_kind.get(kind):
            pairs = {"act": kind, "at": instant}
            if more := fields.get(kind):
                pairs["fields"] = inline(more)
            of_steps(given, f"acts: [{inline(pairs)}]")
    plain = by_kind.get("", [])
    lines.append((f"- when: [{{column: {scalar(step)}, empty: false}}]", _counted(plain, counts)))
    finished = {"act": "finish-step", "at": instant, "fields": inline(fields[""])}
    lines.append((f"  acts: [{inline(finished)}]", ""))
    first = (
        f"[{{column: {scalar(step)}, in: {listed(by_kind['receive'])}}}]"
        if "receive" in by_kind
        else (f"[{{column: {scalar(at)}, empty: false}}]")
    )
    return LogRules(tuple(lines), inline({"column": scalar(at), "of_event": first}))


def instant_column(part: Part) -> str:
    """Return the column that says when an event was: by its field, else by its values; none: the empty text."""
    named = [part.column(field) for field in ("step_finished_at", "step_started_at", "received_at")]
    others = [one.column for one in part.proposals if one.field.endswith("_at") and one.field != "changed_at"]
    timed = [one.name for one in part.table.columns if one.profile.times]
    return next(filter(None, (*named, *others, *timed)), "")


def mean_steps(counts: Mapping[str, int]) -> list[Meaning]:
    """Return the act that each step of a log becomes; one that no word tells is a step like others."""
    meanings = []
    for value, count in sorted(counts.items(), key=lambda one: (-one[1], one[0])):
        kind = kind_of_step(value)
        meanings.append(Meaning(value, kind or "finish-step", 0.9 if kind else _PLAIN_STEP, count))
    return meanings


def _fields_of(part: Part, *, coded: bool, result: str) -> dict[str, dict[str, str]]:
    """Return what the act of each kind carries; none: of a step."""
    opinion = part.column("step_opinion")
    reason = inline({"column": scalar(opinion), "default": UNSAID}) if opinion else UNSAID
    more = {"step": inline({"column": scalar(part.column("step"))})}
    if officer := part.column("step_officer"):
        more["officer"] = inline({"column": scalar(officer)})
    if opinion:
        more["opinion"] = inline({"column": scalar(opinion)})
    ending = {"column": scalar(result)} | ({"codes": "results"} if coded else {})
    return {
        "request-supplement": {"missing": reason},
        "refuse-acceptance": {"ground": "not-competent", "reason": reason},
        "refuse": {"reason": reason, "remedies": REMEDIES},
        "close": {"result": inline(ending)} if result else {},
        "": more,
    }


def _unfinished(part: Part) -> list[str]:
    """Return the states of a step in which it is not finished, where its log says when one is."""
    column = part.column("step_state")
    states = sorted({one.strip() for one in part.table.column(column).values} - {""}) if column else []
    return [one for one in states if one.casefold() != _COMPLETE] if _COMPLETE in map(str.casefold, states) else []


def _counted(steps: Iterable[str], counts: Mapping[str, int]) -> str:
    return "、".join(
        f"{step}（{counts[step]}）" for step in sorted(steps, key=lambda one: (-counts[one], one))[:_SHOWN]
    )
