"""One card before one reader: held against his scope, told in his words, with what he may do now."""

from datetime import date
from typing import Any

import msgspec
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from yichuang.accounts.queries import allowed, get_actor
from yichuang.accounts.values import Scope
from yichuang.dashboards.supervision.acts import TASKS, Offer, who_may
from yichuang.dashboards.supervision.asking import ask
from yichuang.dashboards.supervision.lines import deadline_of, place_of
from yichuang.dashboards.supervision.proof import proof_of
from yichuang.dashboards.supervision.reach import covers
from yichuang.dashboards.supervision.words import MARKS, both, colour_of, state_of
from yichuang.kernel.words import N_
from yichuang.supervision.queries import get_card, get_finding, recompute_card
from yichuang.supervision.values import NOW_S, TODAY_WD, CardFile, CardLine, CardNotKnown, CardRow, CardState
from yichuang.ui.templatetags.ui import day, instant
from yichuang.ui.values import Happening, Tone

# What those concerned do not see: a card that was never issued is none of theirs.
_UNISSUED = frozenset({CardState.PENDING, CardState.CANCELLED})
_TONES = {
    "CardIssued": Tone.WARN,
    "PutUnderSupervision": Tone.BAD,
    "SupervisionLetterSent": Tone.BAD,
    "CardEscalated": Tone.BAD,
    "CardUpheld": Tone.BAD,
    "CardReplied": Tone.INFO,
    "CardAppealed": Tone.INFO,
    "RectificationAccepted": Tone.GOOD,
}
# What a line of the history says besides who and when: field of the event -> its label.
_DETAILS: tuple[tuple[str, str], ...] = (
    ("officer_name", N_("经办人")),
    ("document_number", N_("发文字号")),
    ("addressee", N_("主送")),
    ("text", N_("情况说明")),
    ("grounds", N_("申诉理由")),
    ("reasons", N_("理由")),
    ("reason", N_("理由")),
    ("demand", N_("要求")),
    ("words", N_("说明")),
    ("reply_due_on", N_("反馈期限")),
    ("appeal_due_on", N_("申诉期限")),
    ("decide_by", N_("最迟决定")),
    ("supervised_until", N_("督办到")),
    ("until", N_("期限")),
    ("by_card", N_("后一张卡")),
)


def open_card(request: HttpRequest, number: str, *, scope: Scope) -> CardFile:
    """Return a card of the reader's scope; one outside it is answered like one that does not exist (CardNotKnown)."""
    file = get_card(number, by=get_actor(request.user))
    if not covers(scope, file.row):
        raise CardNotKnown(number=number)
    return file


def open_own(request: HttpRequest, number: str) -> CardFile:
    """Return a card that concerns the reader himself, his department or his centre; raises CardNotKnown."""
    actor = get_actor(request.user)
    file = get_card(number, by=actor)
    scope = allowed(request.user, "supervision.own")
    concerned = file.row.officer_id == actor.id or covers(scope, file.row)
    if not concerned or file.row.state in _UNISSUED:
        raise CardNotKnown(number=number)
    return file


def offers(file: CardFile, *, handles: bool, concerned: bool, base: str) -> list[Offer]:
    """Return the acts that the card's state allows, each with why this reader may not where he may not."""
    found = [
        Offer(
            task=task,
            href=reverse(f"{base}-act", args=[file.row.number, task.slug]),
            reason="" if (concerned if task.theirs else handles) else who_may(task),
        )
        for task in TASKS
        if task.act in file.possible
    ]
    return sorted(found, key=lambda offer: bool(offer.reason))


def history(file: CardFile) -> list[Happening]:
    """Return what happened to the card, the oldest first."""
    return [_happening(line) for line in file.lines]


def _happening(line: CardLine) -> Happening:
    told = msgspec.structs.asdict(line.event)
    said = [
        _("%(label)s：%(text)s") % {"label": _(label), "text": day(value) if isinstance(value, date) else value}
        for name, label in _DETAILS
        if (value := told.get(name))
    ]
    if told.get("files"):
        said.append(_("附证据 %(count)s 份") % {"count": len(told["files"])})
    if told.get("automatic"):
        said.append(_("系统自动发出"))
    return Happening(
        title=_(line.title),
        when=instant(line.at),
        who=_(line.actor_name),
        body=_("；").join(said),
        tone=_TONES.get(type(line.event).__name__, Tone.NEUTRAL),
    )


def card_context(request: HttpRequest, file: CardFile, *, own: bool) -> dict[str, Any]:
    """Return what a card's page shows; `own` is the page of those concerned, without supervision's acts."""
    row, asked = file.row, ask(request)
    today = timezone.localdate()
    base = "dashboards:supervision-mine" if own else "dashboards:supervision-card"
    handles = not own and covers(allowed(request.user, "supervision.handle"), row)
    colour, tone = colour_of(row.colour)
    state, state_tone = state_of(row)
    found = get_finding(row.finding)
    letters = [line for line in file.lines if type(line.event).__name__ == "SupervisionLetterSent"]
    return {
        "title": both(file.rule.title),
        "file": file,
        "row": row,
        "own": own,
        "colour": colour,
        "tone": tone,
        "state": state,
        "state_tone": state_tone,
        "light": deadline_of(row, on=today),
        "explanation": both(file.rule.explanation),
        "rule": file.rule,
        "rule_mark": _(MARKS[file.rule.mark]),
        "proof": proof_of(
            file.rule,
            facts=file.facts,
            evidence={**file.evidence, TODAY_WD: found.today_wd, NOW_S: found.now_s},
            occurred_on=row.occurred_on,
            number=row.case_number,
            asked=asked,
        ),
        "offers": offers(file, handles=handles, concerned=own, base=base),
        "happenings": history(file),
        "facts": _facts(row, place_of(row, asked), asked.item(row.item)),
        "letters": letters,
        # What whoever decides an appeal asks first.
        "recomputed": recompute_card(row.number) if handles and row.state is CardState.APPEALED else None,
        "base": base,
        "sees_findings": not own,
        "region": {"name": asked.names.place(county=row.county, town=row.town)} if row.county else None,
    }


def _facts(row: CardRow, place: str, item: str) -> list[tuple[str, object]]:
    told: list[tuple[str, object]] = [
        (_("责任单位"), place),
        (_("经办人"), row.officer_name or "—"),
        (_("先发给"), _(row.level.label)),
        (_("事项"), item or "—"),
        (_("发牌方案"), _(row.scheme.label)),
        (_("发生日"), day(row.occurred_on)),
        (_("发牌时间"), instant(row.issued_at)),
        (_("反馈期限"), day(row.reply_due_on)),
        (_("申诉期限"), day(row.appeal_due_on)),
        (_("督办到"), day(row.supervised_until)),
    ]
    if row.letter_number:
        told.append((_("督办函"), row.letter_number))
    if row.reason:
        told.append((_("撤销或取消的理由"), _(row.reason)))
    return told
