"""The desk of one centre: what is on record, its windows, who may sit there, and what its public was promised."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.http import Http404, HttpRequest
from django.utils import timezone

from yichuang.accounts.queries import require
from yichuang.halls.queries import count_open
from yichuang.regions.queries import get_centre, list_organisations
from yichuang.regions.values import (
    Act,
    CentreRecord,
    CentreStateKind,
    ChangeState,
    CloseWindow,
    WindowRecord,
)
from yichuang.ui.names import Names, get_names

_RECEIVING = {CentreStateKind.RUNNING, CentreStateKind.TRIAL}
_COUNTY = 6


@dataclass
class CentreDesk:
    """One centre before its manager; `window` and `amendment` say which of them an act is about."""

    request: HttpRequest
    record: CentreRecord
    names: Names
    today: date
    window: str = ""
    amendment: int = 0

    @cached_property
    def open_window(self) -> WindowRecord:
        """Return the window that the act is about; there is a page only for one that is on record."""
        found = next((one for one in self.record.windows if one.row.code == self.window), None)
        if found is None:
            raise Http404
        return found

    @cached_property
    def bookings(self) -> int:
        """Return how many bookings the centre has yet to honour."""
        return count_open(centre=self.record.centre.code, since=self.today)[0]

    @cached_property
    def organisations(self) -> list[tuple[str, str]]:
        """Return who may sit at a window: the organisations of the division, a town's county's too."""
        own = self.record.centre.division
        divisions = dict.fromkeys((own, own[:_COUNTY]))
        codes = [row.code for division in divisions for row in list_organisations(division=division, on=self.today)]
        if self.window and self.open_window.row.organisation not in codes:
            codes.append(self.open_window.row.organisation)
        return [(code, self.names.organisation(code)) for code in codes]

    def broken_promises(self, act: Act, *, on: date) -> tuple[int, date | None]:
        """Return how many bookings an act would leave before a closed door, and the last of their days.

        A window is not booked by itself: people stand before it in vain where it is the last of its part of the hall.
        """
        centre = self.record.centre.code
        since = max(on, self.today)
        if isinstance(act, ChangeState) and act.state not in _RECEIVING:
            return count_open(centre=centre, since=since)
        if isinstance(act, CloseWindow):
            others = [
                one.row
                for one in self.record.windows
                if one.row.code != act.window and (one.row.valid_until is None or one.row.valid_until > on)
            ]
            area = self.open_window.row.area
            if not others:
                return count_open(centre=centre, since=since)
            if area and all(row.area != area for row in others):
                return count_open(centre=centre, since=since, area=area)
        return 0, None


def open_centre(request: HttpRequest, *, centre: str, window: str = "", amendment: int = 0) -> CentreDesk:
    """Return the desk of a centre within the reader's scope; refuses with `CentreUnknown` or `OutsideScope`."""
    today = timezone.localdate()
    record = get_centre(code=centre, on=today)
    require(request.scope, division=record.centre.division, centre=centre)  # type: ignore[attr-defined]
    desk = CentreDesk(request, record, get_names(on=today), today, window, amendment)
    if window:
        _ = desk.open_window
    if amendment and all(one.id != amendment for one in record.amendments):
        raise Http404
    return desk
