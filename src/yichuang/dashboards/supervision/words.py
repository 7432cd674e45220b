"""Words: how findings and cards are called on these pages, with the tone that their badges have."""

from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from yichuang.kernel.words import N_
from yichuang.supervision.values import Bilingual, CardRow, CardState, Colour, FindingRow
from yichuang.ui.values import Tone

COLOUR_TONES: dict[str, Tone] = {
    Colour.RED: Tone.BAD,
    Colour.YELLOW: Tone.WARN,
    Colour.REMINDER: Tone.INFO,
}
STATE_TONES: dict[str, Tone] = {
    CardState.PENDING: Tone.NEUTRAL,
    CardState.ISSUED: Tone.WARN,
    CardState.SUPERVISED: Tone.BAD,
    CardState.APPEALED: Tone.INFO,
    CardState.UPHELD: Tone.BAD,
    CardState.RECTIFIED: Tone.GOOD,
    CardState.WITHDRAWN: Tone.NEUTRAL,
    CardState.CANCELLED: Tone.NEUTRAL,
}
NO_CARD, ANY_CARD = "none", "any"
WITHOUT_CARD, WITH_CARD = N_("疑点"), N_("发牌的")
# How sure a rule's source is, in words.
MARKS: dict[str, str] = {
    "V": N_("依据已核对原文"),
    "C": N_("由原文推算并核对"),
    "K": N_("本地默认值，依据待核"),
}
STATES: tuple[tuple[str, str], ...] = (
    ("standing", N_("仍然存在")),
    ("ended", N_("已经消除")),
    ("all", N_("全部")),
)


def both(text: Bilingual) -> str:
    """Return a text that a law file gives in both languages, in the reader's."""
    return text.of(get_language() or "zh-hans")


def colour_of(colour: Colour | None) -> tuple[str, Tone]:
    """Return the words and the tone of a colour; without one it is a finding that calls for no card."""
    return (_(colour.label), COLOUR_TONES[colour]) if colour else (_(WITHOUT_CARD), Tone.NEUTRAL)


def state_label(state: CardState) -> str:
    """Return what a state is called; of a card is said in English that it was issued, where a message is sent."""
    return pgettext("card", "已发") if state is CardState.ISSUED else _(state.label)


def standing_of(row: FindingRow) -> tuple[str, Tone]:
    """Return in words how it stands with a finding: its card, or why it ended."""
    if row.card_state is not None:
        return state_label(row.card_state), STATE_TONES[row.card_state]
    if row.end_reason is not None:
        return _(row.end_reason.label), Tone.NEUTRAL
    return _(N_("待处理")), Tone.NEUTRAL


def state_of(row: CardRow) -> tuple[str, Tone]:
    """Return in words how a card stands."""
    return state_label(row.state), STATE_TONES[row.state]


def card_states() -> list[tuple[str, str]]:
    """Return what one may ask of a list of cards: not yet closed, one state, or all; in the reader's language."""
    return [("open", _("未了结")), *((one.value, state_label(one)) for one in CardState), ("all", _("全部"))]


def finding_states() -> list[tuple[str, str]]:
    """Return what one may ask of a list of findings, in the reader's language."""
    return [(key, _(label)) for key, label in STATES]
