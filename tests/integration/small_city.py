"""A small city made through the real doors: places, catalogue and a few hundred cases of the first half of 2015."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from django.utils import timezone

from yichuang.accounts.commands import ensure_demonstration_accounts
from yichuang.calendar.queries import get_calendar
from yichuang.calendar.values import CHINA
from yichuang.cases.commands import record_histories
from yichuang.cases.values import ApplicantDetails, AppliedAct, Filing, acts
from yichuang.catalogue.commands import BUNDLED as CATALOGUE
from yichuang.catalogue.commands import load_catalogue
from yichuang.catalogue.queries import get_terms
from yichuang.kernel.actor import SYSTEM
from yichuang.regions.commands import BUNDLED, load_regions
from yichuang.reporting.commands import follow_ledger

ON = date(2015, 1, 5)
NOW = datetime(2015, 7, 1, 1, 0, tzinfo=UTC)
NAME, RESIDENT, PHONE = "张晓明", "610924198503070012", "13892501234"
# Every act that a case goes through, by its place in the year; places of the year give lateness and what stays open.
COUNTIES = {"610900": 0, "610902": 40, "610922": 20, "610924": 60}
ORGANISATIONS = ("guotu", "gongshang", "gongan")
TOWN_LENGTH = 9


def load_places() -> None:
    """Load the places of the packaged city."""
    load_regions(folder=BUNDLED, by=SYSTEM, at=NOW)


def load_items() -> None:
    """Load its catalogue."""
    load_catalogue(folder=CATALOGUE, by=SYSTEM, at=NOW)


def make_accounts() -> None:
    """Make the demonstration's accounts, with passwords set today."""
    ensure_demonstration_accounts(at=timezone.now())


# What a module may begin with (`tests.prepared`): copied, not loaded again.
CITY = (load_places, load_items, make_accounts)


def load_city() -> None:
    """Load places and catalogue of the packaged city."""
    load_places()
    load_items()


def histories(cases_per_month: int = 1) -> Iterator[Filing]:
    """Yield cases of every county and organisation; every seventh is late, every ninth stays open."""
    calendar = get_calendar()
    offered = sorted(key for key in get_terms(on=ON))
    serial = 0
    for county, extra in COUNTIES.items():
        for department in ORGANISATIONS:
            items = [item for organisation, item in offered if organisation == f"{county}-{department}"][:3]
            if not items:
                continue
            for month in range(1, 7):
                for number in range(cases_per_month * (2 + extra // 20)):
                    serial += 1
                    item = items[serial % len(items)]
                    day = calendar.add(date(2015, month, 1), 1 + (number * 3) % 15)
                    yield filing(serial, county=county, department=department, item=item, day=day)


def filing(serial: int, *, county: str, department: str, item: str, day: date) -> Filing:
    """Return one case: received and accepted on a day, decided after some working days or not at all."""
    calendar = get_calendar()
    terms = get_terms(on=ON)[f"{county}-{department}", item]
    organisation = f"{county}-{department}"

    def at(on: date, hour: int, minute: int = 0) -> datetime:
        return datetime(on.year, on.month, on.day, hour, minute, tzinfo=CHINA)

    received = at(day, 9, serial % 50)
    done: list[tuple[object, datetime]] = [
        (
            acts.Receive(
                item=item,
                organisation=organisation,
                division=county,
                centre=f"{county}-centre",
                channel=("window", "web", "mobile", "window")[serial % 4],
                summary=terms.name,
            ),
            received,
        ),
        (acts.Accept(), received + timedelta(minutes=20)),
    ]
    in_days = terms.promised_unit == "working-days" and terms.promised_amount > 0
    days = (terms.promised_amount + 2 if serial % 7 == 0 else max(terms.promised_amount // 2, 1)) if in_days else 0
    if serial % 9:
        end = calendar.add(day, days)
        decided = at(end, 15) if days else received + timedelta(minutes=30)
        done.append((acts.Grant(decider="孙代表（演示）", opinion="符合条件"), decided))
        done.append((acts.Close(), decided + timedelta(minutes=5)))
    return Filing(
        source="demonstration",
        source_key=f"D{serial:06d}",
        applicant=ApplicantDetails(name=NAME, id_type="111", id_number=RESIDENT, phone=PHONE),
        history=[AppliedAct(act, moment, moment + timedelta(minutes=1)) for act, moment in done],
    )


def file_cases(cases_per_month: int = 1) -> None:
    """File the cases and count the figures."""
    for batch in record_histories(histories(cases_per_month), by=SYSTEM, now=NOW):
        refused = [filed for filed in batch if filed.refusal]
        assert not refused, refused[0].refusal
    follow_ledger()


def build_city(cases_per_month: int = 1) -> None:
    """Load everything, make the demonstration accounts, file the cases, count the figures."""
    for fill in CITY:
        fill()
    file_cases(cases_per_month)
