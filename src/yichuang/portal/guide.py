"""Guide: what an applicant asks first, computed: how long it takes, and when it would be ready."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

from yichuang.calendar.queries import get_calendar
from yichuang.catalogue.values import ItemContent
from yichuang.kernel.words import N_

_UNITS: dict[str, str] = {
    "working-days": N_("个工作日"),
    "calendar-days": N_("个自然日"),
    "opening-hours": N_("个工作小时"),
}


# Who does a step, as the catalogue's data name it.
_POSTS: dict[str, str] = {
    "window": N_("窗口"),
    "site": N_("现场"),
    "section": N_("业务股室"),
    "leader": N_("负责人"),
    "certificate": N_("制证"),
    "joint": N_("联合审查"),
}


def post(key: str) -> str:
    """Name the post that does a step."""
    return _(_POSTS.get(key, key)) if key else ""


@dataclass(frozen=True, slots=True)
class Readiness:
    """The day by which a result is promised; `provisional` where that year's holidays are not yet published."""

    on: date
    provisional: bool = False


def limit(amount: int | None, unit: str) -> str:
    """Write a limit with its unit; on the spot where no time is needed, "" where none is set."""
    if amount is None:
        return ""
    return _("当场办结") if not amount else f"{amount} {_(_UNITS.get(unit, unit))}"


def readiness(content: ItemContent, *, today: date) -> Readiness:
    """Return the day by which an application accepted today is decided, counted in the country's calendar."""
    calendar = get_calendar()
    amount = content.promised_amount
    if content.promised_unit == "working-days":
        on = calendar.add(today, amount) if amount else today
    elif content.promised_unit == "calendar-days":
        on = today + timedelta(days=amount)
    else:
        on = today
    return Readiness(on, calendar.is_provisional(on))
