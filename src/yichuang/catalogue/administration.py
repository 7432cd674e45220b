"""Administration: every version of the implementation list, as those see it who draft, approve, publish and suspend.

The public's lists hold only what stands published; a draft, or what is suspended, is found here.
"""

from collections.abc import Mapping
from typing import Any

from django.db.models import Q, QuerySet

from yichuang.accounts.queries import within
from yichuang.accounts.values import Scope
from yichuang.catalogue.domain.states import STATE_TITLES, State, possible_acts
from yichuang.catalogue.models import ImplementationItem
from yichuang.catalogue.values import VersionRow
from yichuang.kernel.page import Page

# What has ended is read in the history of its own code.
_IN_WORK = (State.DRAFT, State.IN_APPROVAL, State.PUBLISHED, State.SUSPENDED)
_COLUMNS = (
    "implementation_code",
    "name",
    "version",
    "state",
    "action",
    "reason",
    "organisation_code",
    "organisation_name",
    "division",
    "effective_on",
    "effective_until",
    "suspended_on",
    "staffing_approved_by",
    "legal_approved_by",
    "created_by",
    "created_at",
)


def page_versions(
    *, scope: Scope, state: str = "", search: str = "", after: str = "", limit: int = 50
) -> Page[VersionRow]:
    """Return the versions in work or standing inside a scope, by code and version (one query).

    `search` looks in names, organisations and codes; `after` is the `next_after` of the page before.
    """
    rows = ImplementationItem.objects.filter(within(scope, division="division", organisation="organisation_code"))
    rows = rows.filter(state=state) if state in STATE_TITLES else rows.filter(state__in=_IN_WORK)
    if text := search.strip()[:60]:
        rows = rows.filter(
            Q(name__icontains=text) | Q(organisation_name__icontains=text) | Q(implementation_code__icontains=text)
        )
    code, _, version = after.partition("|")
    if version.isdecimal():
        rows = rows.filter(Q(implementation_code__gt=code) | Q(implementation_code=code, version__gt=int(version)))
    found = _read(rows.order_by("implementation_code", "version")[: limit + 1])
    more = len(found) > limit
    found = found[:limit]
    return Page(tuple(found), f"{found[-1].code}|{found[-1].version}" if more else "")


def list_versions(*, code: str) -> tuple[VersionRow, ...]:
    """Return every version of an implementation code (31), the newest first; none for an unknown code."""
    return tuple(_read(ImplementationItem.objects.filter(implementation_code=code).order_by("-version")))


def _read(rows: QuerySet[ImplementationItem]) -> list[VersionRow]:
    return [_version(row) for row in rows.values(*_COLUMNS)]


def _version(row: Mapping[str, Any]) -> VersionRow:
    given = dict(row)
    return VersionRow(
        code=given.pop("implementation_code"),
        state_name=STATE_TITLES[given["state"]],
        possible=possible_acts(given["state"]),
        **given,
    )
