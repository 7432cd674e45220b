"""Telling: which events an applicant is told of, and with which details; no personal data goes into a message.

Stands between the ledger's events and the templates. A message says what happened, what is expected and by when; the
rest is read in the site after signing in, because a text message can be read by whoever holds the telephone.
"""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import msgspec


class Telling(msgspec.Struct, frozen=True):
    """One thing to tell: the template's key, and what fills its placeholders."""

    key: str
    details: dict[str, str]


_Details = Callable[[dict[str, Any]], dict[str, str]]


def _nothing(_: dict[str, Any]) -> dict[str, str]:
    return {}


def _due(payload: dict[str, Any]) -> dict[str, str]:
    return {"due": day(payload.get("due_on")), "count": str(len(payload.get("missing", ())))}


def _procedure(payload: dict[str, Any]) -> dict[str, str]:
    return {"days": str(payload.get("expected_days") or "—")}


def _extension(payload: dict[str, Any]) -> dict[str, str]:
    return {"days": str(payload["days"])}


def _fee(payload: dict[str, Any]) -> dict[str, str]:
    return {"amount": str(payload.get("amount", ""))}


# An event that is not here is not told: steps inside the administration are read on the case's own page.
TOLD: dict[str, tuple[str, _Details]] = {
    "application-received": ("received", _nothing),
    "supplement-requested": ("supplement", _due),
    "supplement-received": ("supplement-complete", _nothing),
    "supplement-lapsed": ("supplement-lapsed", _nothing),
    "acceptance-refused": ("not-accepted", _nothing),
    "application-accepted": ("accepted", _nothing),
    "tolerated-lapsed": ("tolerated-lapsed", _nothing),
    "special-procedure-started": ("special-procedure", _procedure),
    "special-procedure-ended": ("special-procedure-ended", _nothing),
    "period-extended": ("extended", _extension),
    "case-forwarded": ("forwarded", _nothing),
    "fee-charged": ("fee", _fee),
    "agent-assigned": ("agent", _nothing),
    "application-granted": ("granted", _nothing),
    "application-refused": ("refused", _nothing),
    "certificate-issued": ("issued", _nothing),
    "result-delivered": ("delivered", _nothing),
    "application-withdrawn": ("withdrawn", _nothing),
    "case-voided": ("voided", _nothing),
}


def tell(name: str, payload: str) -> Telling | None:
    """Return what is told of an event named `cases.<kind>.v<n>` with its stored payload, None when nothing is."""
    kind = name.split(".")[1]
    if kind not in TOLD:
        return None
    key, details = TOLD[kind]
    return Telling(key, details(msgspec.json.decode(payload, type=dict[str, Any])))


def day(value: object) -> str:
    """Write a stored day as 2015-02-13, a missing one as a dash."""
    if isinstance(value, datetime | date):
        return value.isoformat()[:10]
    return str(value)[:10] if value else "—"
