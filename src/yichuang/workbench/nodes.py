"""Nodes: who holds a case where there are several, by its title, and what was asked of him and of us.

An installation that is no node knows none, and its pages say nothing of all this.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext as _

from yichuang.cases.values import ACT_LABELS, HeldElsewhere, Status
from yichuang.exchange.queries import list_node_names, list_requests
from yichuang.exchange.values import LEVEL_LABELS, REQUEST_LABELS, NodeName, RequestRow, RequestState
from yichuang.kernel.refusal import Refusal
from yichuang.kernel.words import N_
from yichuang.ui.values import Tone

# Who may hand a case to another node, and ask the node that holds one.
PASS = "cases.pass"
_ACTS = {act.__name__: label for act, label in ACT_LABELS.items()}
_TONES = {RequestState.WAITING: Tone.INFO, RequestState.DONE: Tone.GOOD, RequestState.REFUSED: Tone.BAD}
# What a case waits for, by where it stands.
_EXPECTED: dict[Status, str] = {
    Status.RECEIVED: N_("受理，或者一次告知补正"),
    Status.SUPPLEMENTING: N_("收齐申请人补正的材料"),
    Status.ACCEPTED: N_("审查并作出决定"),
    Status.SUSPENDED: N_("结束特别程序，恢复计时"),
    Status.GRANTED: N_("制证、送达"),
    Status.REFUSED: N_("送达决定"),
    Status.DELIVERED: N_("办结"),
}


def is_among_nodes() -> bool:
    """Tell whether this installation is one of several nodes."""
    return bool(settings.NODE)


def known_nodes() -> tuple[NodeName, ...]:
    """Return the nodes that this one knows, itself among them, the highest first."""
    try:
        return list_node_names()
    except Refusal:
        # A fault in the node file must not close the workbench; `yichuang node status` names it.
        return ()


def get_titles() -> Mapping[str, str]:
    """Return what every known node is called."""
    return {node.name: node.title for node in known_nodes()}


def title_of(name: str) -> str:
    """Return what a node is called; one that is not known by its name."""
    return get_titles().get(name, name)


def list_others() -> list[tuple[str, str]]:
    """Return (name, title with its level) of the other nodes."""
    form = _("%(title)s（%(level)s）")
    return [
        (node.name, form % {"title": node.title, "level": _(LEVEL_LABELS.get(node.level, node.level))})
        for node in known_nodes()
        if not node.own
    ]


def expected_of(status: Status) -> str:
    """Return what whoever holds a case has to do next, "" where nothing is left to do."""
    return _(_EXPECTED[status]) if status in _EXPECTED else ""


def titled(refusal: Refusal) -> Refusal:
    """Return a refusal that calls the holder of a case by his title."""
    if isinstance(refusal, HeldElsewhere):
        return HeldElsewhere(**{**refusal.details, "holder": title_of(str(refusal.details["holder"]))})
    return refusal


@dataclass(frozen=True, slots=True)
class RequestLine:
    """One request on the page of its case: what was asked, of whom, how far it is, and the holder's own words."""

    text: str
    by: str
    asked_at: datetime
    state: str
    tone: Tone
    words: str
    answered_at: datetime | None


def requests_of(number: str) -> list[RequestLine]:
    """Return what was asked of the holder of a case, newest first (one query; none where there are no nodes)."""
    if not is_among_nodes():
        return []
    titles = get_titles()
    return [_line(row, titles.get(row.node, row.node)) for row in list_requests(number=number)]


def _line(row: RequestRow, node: str) -> RequestLine:
    asked = {"node": node, "act": _(_ACTS.get(row.act, row.act))}
    return RequestLine(
        text=_("请%(node)s办理：%(act)s") % asked if row.asking else _("%(node)s请本节点办理：%(act)s") % asked,
        by=row.by,
        asked_at=row.asked_at,
        state=_(REQUEST_LABELS[row.state]),
        tone=_TONES[row.state],
        words=row.words,
        answered_at=row.answered_at,
    )
