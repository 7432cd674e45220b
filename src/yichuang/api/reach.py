"""Reach: between a system's area and the filters of the contexts below; what lies outside is as if not there."""

from dataclasses import replace

from yichuang.api.access import Client
from yichuang.api.refusals import OutsideScope
from yichuang.cases.queries import find_case_place
from yichuang.cases.values import CaseFilter, CaseNotFound
from yichuang.kernel.identifiers.case_number import check_number
from yichuang.regions.queries import get_division_register
from yichuang.reporting.values import Scope

# No case has this county: the filter of a place in which there is nothing.
NOWHERE = "-"
_COUNTY = 6


def counties_of(client: Client) -> tuple[str, ...]:
    """Return the counties of a system's area, the city's own level among them; all where it has no limit."""
    prefix = client.division[:_COUNTY]
    return tuple(sorted(code for code in get_division_register() if len(code) == _COUNTY and code.startswith(prefix)))


def narrow(chosen: CaseFilter, client: Client) -> CaseFilter:
    """Return a filter of cases inside the system's area."""
    if client.area.organisation:
        chosen = replace(chosen, organisations=(client.area.organisation,))
    if not client.division:
        return chosen
    if len(client.division) > _COUNTY:
        town = client.division if chosen.town in ("", client.division) else NOWHERE
        return replace(chosen, town=town, counties=(client.division[:_COUNTY],))
    return replace(chosen, counties=counties_of(client) or (NOWHERE,))


def require_case(number: str, client: Client) -> None:
    """Raise CaseNotFound, or the number's own refusal, for a case that does not exist or lies outside the area."""
    check_number(number)
    place = find_case_place(number)
    if place is None:
        raise CaseNotFound(number=number)
    county, town, organisation = place
    if not client.covers(county=county, town=town, organisation=organisation):
        raise CaseNotFound(number=number)


def figures_of(client: Client, *, county: str, town: str, department: str, item: str, channel: str) -> Scope:
    """Return the scope of figures that a system asks for; raises OutsideScope for a place that is not its own."""
    prefix = client.division
    if len(prefix) > _COUNTY:
        if county not in ("", prefix[:_COUNTY]) or town not in ("", prefix):
            raise OutsideScope()
        county, town = prefix[:_COUNTY], prefix
    elif (prefix and not (county or prefix).startswith(prefix)) or (prefix and town and not town.startswith(prefix)):
        raise OutsideScope()
    if client.area.organisation:
        # An organisation is the department of one division.
        place, _dash, own = client.area.organisation.partition("-")
        if county not in ("", place) or department not in ("", own):
            raise OutsideScope()
        county, department = place, own
    return Scope(
        county=county,
        counties=() if county else counties_of(client),
        town=town,
        department=department,
        item=item,
        channel=channel,
    )
