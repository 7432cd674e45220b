"""Lines: findings and cards as lists show them, in the reader's words; costs the same however many there are."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from yichuang.accounts.values import Scope
from yichuang.calendar.queries import get_calendar
from yichuang.dashboards.supervision.asking import Asked
from yichuang.dashboards.supervision.reach import covers
from yichuang.dashboards.supervision.words import colour_of, standing_of, state_of
from yichuang.supervision.values import OPEN, CardRow, CardState, FindingRow
from yichuang.ui.values import Light, Tone

# With so few working days left the light turns yellow.
_SOON = 1


@dataclass(frozen=True, slots=True)
class FindingLine:
    """One finding of a list; `card` is what ticking it means, "" where there is nothing to do."""

    row: FindingRow
    title: str
    colour: str
    tone: Tone
    state: str
    state_tone: Tone
    place: str
    item: str
    href: str
    fresh: bool
    card: str


@dataclass(frozen=True, slots=True)
class CardLine:
    """One card of a list."""

    row: CardRow
    title: str
    colour: str
    tone: Tone
    state: str
    state_tone: Tone
    place: str
    item: str
    href: str
    light: tuple[Light, str] | None


def finding_lines(rows: Iterable[FindingRow], asked: Asked, *, since: int, handled: Scope) -> list[FindingLine]:
    """Return findings in words; those after `since` are marked as new, those with an open card may be ticked."""
    lines = []
    for row in rows:
        colour, tone = colour_of(row.colour)
        state, state_tone = standing_of(row)
        may = row.card_number and row.card_state in OPEN and covers(handled, row)
        lines.append(
            FindingLine(
                row=row,
                title=asked.title(row.rule),
                colour=colour,
                tone=tone,
                state=state,
                state_tone=state_tone,
                place=place_of(row, asked),
                item=asked.item(row.item),
                href=reverse("dashboards:supervision-finding", args=[row.id]),
                fresh=0 < since < row.id,
                card=row.card_number if may else "",
            )
        )
    return lines


def card_lines(rows: Iterable[CardRow], asked: Asked, *, page: str, on: date) -> list[CardLine]:
    """Return cards in words with their lights; `page` names the address that opens one."""
    lines = []
    for row in rows:
        colour, tone = colour_of(row.colour)
        state, state_tone = state_of(row)
        lines.append(
            CardLine(
                row=row,
                title=asked.title(row.rule),
                colour=colour,
                tone=tone,
                state=state,
                state_tone=state_tone,
                place=place_of(row, asked),
                item=asked.item(row.item),
                href=reverse(page, args=[row.number]),
                light=deadline_of(row, on=on),
            )
        )
    return lines


def place_of(row: FindingRow | CardRow, asked: Asked) -> str:
    """Name whom it concerns: the organisation, or else the town or county."""
    if row.organisation:
        return asked.names.organisation(row.organisation)
    if row.centre:
        return asked.names.body(row.centre)
    return asked.names.place(county=row.county, town=row.town) if row.county else ""


def due_of(row: CardRow) -> tuple[date, str] | None:
    """Return the next day that a card sets those concerned, with what is due; None where nothing is."""
    if row.state is CardState.SUPERVISED and row.supervised_until:
        return row.supervised_until, _("督办到期")
    if row.state in (CardState.ISSUED, CardState.UPHELD) and row.replied_at is None and row.reply_due_on:
        return row.reply_due_on, _("反馈到期")
    return None


def deadline_of(row: CardRow, *, on: date) -> tuple[Light, str] | None:
    """Return light and words of the next day that a card sets; None where nothing is due."""
    due = due_of(row)
    if due is None:
        return None
    calendar = get_calendar()
    left = calendar.ordinal(due[0]) - calendar.ordinal(on)
    said = {"what": due[1], "days": abs(left)}
    if due[0] < on:
        return Light.RED, _("%(what)s，已超 %(days)s 个工作日") % said if left else _("%(what)s，已过期") % said
    if left <= _SOON:
        return Light.YELLOW, _("%(what)s，就在今天") % said if due[0] == on else _(
            "%(what)s，还剩 %(days)s 个工作日"
        ) % said
    return Light.GREEN, _("%(what)s，还剩 %(days)s 个工作日") % said
