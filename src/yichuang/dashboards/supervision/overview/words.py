"""Words of the overview: what the map can show, and what counts by colour are called."""

from yichuang.dashboards.supervision.words import WITHOUT_CARD
from yichuang.kernel.words import N_
from yichuang.supervision.values import Colour

MEASURES: dict[str, str] = {
    "cards": N_("黄牌和红牌"),
    "rate": N_("每千件办结的监察发现"),
    "on-time": N_("按期办结率"),
}
# Mildest first, as stacked bars are read; a finding without card is a lead to follow.
COLOUR_WORDS: dict[str, str] = {
    "": WITHOUT_CARD,
    **{colour.value: colour.label for colour in Colour},
}
COLOURS = tuple(COLOUR_WORDS)
