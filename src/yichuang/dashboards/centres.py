"""Centres: what a page says of the centre of a place: its state, its supervision system, what entered it."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from yichuang.catalogue import queries as catalogue
from yichuang.regions.queries import list_centres
from yichuang.regions.values import CentreRow, CentreStateKind
from yichuang.ui.formats import percent
from yichuang.ui.values import Tone

_TONES = {
    CentreStateKind.RUNNING: Tone.GOOD,
    CentreStateKind.TRIAL: Tone.INFO,
    CentreStateKind.BUILDING: Tone.WARN,
    CentreStateKind.PLANNED: Tone.WARN,
    CentreStateKind.CLOSED: Tone.NEUTRAL,
}


@dataclass(frozen=True, slots=True)
class CentrePanel:
    """A centre as its county's page shows it; `listed` is 0 where there is no power list."""

    name: str
    state: str
    state_tone: Tone
    state_since: date | None
    supervision: str
    supervision_tone: Tone
    entered: int
    listed: int
    listed_entered: int

    @property
    def coverage(self) -> str:
        """Write the share of the power list that entered."""
        return percent(self.listed_entered / self.listed if self.listed else None)


def centre_panel(*, division: str, on: date) -> CentrePanel | None:
    """Return the centre of a division on a day, None where none is on the register."""
    centre = next(iter(list_centres(division=division, on=on)), None)
    if centre is None:
        return None
    rows = catalogue.coverage(division=division, on=on)
    supervision, tone = _supervision(centre)
    return CentrePanel(
        name=centre.name,
        state=_(centre.state.label) if centre.state else _("未登记"),
        state_tone=_TONES[centre.state] if centre.state else Tone.NEUTRAL,
        state_since=centre.state_since,
        supervision=supervision,
        supervision_tone=tone,
        entered=catalogue.count_entered(centre=centre.code, on=on),
        listed=sum(row.listed for row in rows),
        listed_entered=sum(row.entered for row in rows),
    )


def _supervision(centre: CentreRow) -> tuple[str, Tone]:
    if centre.supervision is None:
        return _("未登记"), Tone.NEUTRAL
    if not centre.supervision:
        return _("未建成"), Tone.BAD
    if centre.compatible is False:
        return _("已建成，与市级系统不兼容"), Tone.WARN
    return _("已建成"), Tone.GOOD
