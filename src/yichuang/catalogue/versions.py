"""The lists of the catalogue: versions proposed, sent, approved, published, suspended, cancelled. One place for both.

A catalogue code (12) names the catalogue list, an implementation code (31) the implementation list;
the life of a version is the same table for both (`domain.states`).
"""

from datetime import date, datetime
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext

from yichuang.catalogue import audit, store
from yichuang.catalogue.domain import codes
from yichuang.catalogue.domain.content import ItemContent
from yichuang.catalogue.domain.limits import exceeds
from yichuang.catalogue.domain.states import (
    ACT_TITLES,
    APPROVER_TITLES,
    STANDING,
    STATE_TITLES,
    TABLE,
    Approver,
    State,
    possible_acts,
)
from yichuang.catalogue.domain.validate import find_faults
from yichuang.catalogue.models import CatalogueItem, ImplementationItem
from yichuang.catalogue.refusals import (
    AlreadyApproved,
    ContentFaulty,
    DatesOutOfOrder,
    ItemUnknown,
    NotApproved,
    PromiseExceedsStatutory,
    SameApprover,
    WrongState,
)
from yichuang.kernel.actor import Actor

CATALOGUE_CODE_LENGTH = 12
Row = CatalogueItem | ImplementationItem


def versions_of(code: str) -> Any:
    """Return all versions under a code of 12 or 31, newest first."""
    if len(code) == CATALOGUE_CODE_LENGTH:
        return CatalogueItem.objects.filter(code=code).order_by("-version")
    return ImplementationItem.objects.filter(implementation_code=code).order_by("-version")


def get_version(code: str, version: int | None, *, states: tuple[State, ...] = ()) -> Row:
    """Return one version, locked for the transaction: the one named, else the newest in `states`.

    Refuses with `ItemUnknown`.
    """
    rows = versions_of(code).select_for_update(of=("self",))
    if version is not None:
        rows = rows.filter(version=version)
    elif states:
        rows = rows.filter(state__in=states)
    row: Row | None = rows.first()
    if row is None:
        raise ItemUnknown(code=code)
    return row


def move(row: Row, act: str) -> State:
    """Return the state that follows an act, refusing with `WrongState` where the table has none."""
    after = TABLE.get((State(row.state), act))
    if after is None:
        raise WrongState(
            name=row.name,
            version=row.version,
            state=gettext(STATE_TITLES[row.state]),
            act=gettext(ACT_TITLES[act]),
            possible="、".join(gettext(ACT_TITLES[a]) for a in possible_acts(row.state)) or "—",
        )
    return after


def next_version(code: str) -> int:
    """Return the number of a code's next version."""
    newest: int | None = versions_of(code).aggregate(newest=Max("version"))["newest"]
    return (newest or 0) + 1


def refuse_open_version(code: str) -> None:
    """Refuse with `WrongState` to open a version while another one is a draft or under approval."""
    row = versions_of(code).filter(state__in=[State.DRAFT, State.IN_APPROVAL]).first()
    if row is not None:
        raise WrongState(
            name=row.name,
            version=row.version,
            state=gettext(STATE_TITLES[row.state]),
            act=gettext("另行起草新版"),
            possible="、".join(gettext(ACT_TITLES[a]) for a in possible_acts(row.state)),
        )


def approve(row: Row, *, role: Approver, by: Actor, at: datetime) -> None:
    """Record one department's approval; refuses with `AlreadyApproved`, `SameApprover` or `WrongState`."""
    move(row, "approve")
    role_name = gettext(APPROVER_TITLES[role])
    given: datetime | None = getattr(row, f"{role}_approved_at")
    if given is not None:
        raise AlreadyApproved(name=row.name, version=row.version, role=role_name, at=f"{given:%Y-%m-%d}")
    other = Approver.LEGAL if role == Approver.STAFFING else Approver.STAFFING
    approver = f"{by.name}（{by.id}）"
    if getattr(row, f"{other}_approved_by") == approver:
        raise SameApprover(approver=by.name, name=row.name, role=role_name)
    setattr(row, f"{role}_approved_by", approver)
    setattr(row, f"{role}_approved_at", at)
    row.save()


def check_content(content: ItemContent) -> None:
    """Refuse with `PromiseExceedsStatutory` or `ContentFaulty` a content that may not be published."""
    c = content
    if c.statutory_amount is not None and exceeds(
        promised=c.promised_amount,
        promised_unit=c.promised_unit,
        statutory=c.statutory_amount,
        statutory_unit=c.statutory_unit,
    ):
        raise PromiseExceedsStatutory(
            name=c.name,
            promised=f"{c.promised_amount}{gettext(codes.UNITS.name(c.promised_unit))}",
            statutory=f"{c.statutory_amount}{gettext(codes.UNITS.name(c.statutory_unit))}",
        )
    faults = find_faults(content)
    if faults:
        raise ContentFaulty(name=c.name, count=len(faults), first=faults[0].explain(gettext).rstrip("。"))


def publish(row: Row, *, effective_on: date) -> None:
    """Let a version stand from a day on and end the one before it; see `commands.publish_item` for the refusals."""
    after = move(row, "publish")
    missing = [gettext(APPROVER_TITLES[role]) for role in Approver if getattr(row, f"{role}_approved_at") is None]
    if missing:
        raise NotApproved(name=row.name, version=row.version, missing="、".join(missing))
    if isinstance(row, ImplementationItem):
        check_content(store.read_one(row))
        if row.catalogue_item.state not in {State.PUBLISHED, State.SUPERSEDED}:
            raise WrongState(
                name=row.catalogue_item.name,
                version=row.catalogue_item.version,
                state=gettext(STATE_TITLES[row.catalogue_item.state]),
                act=gettext("发布其实施清单"),
                possible="、".join(gettext(ACT_TITLES[a]) for a in possible_acts(row.catalogue_item.state)) or "—",
            )
    code = row.code if isinstance(row, CatalogueItem) else row.implementation_code
    standing = versions_of(code).filter(state__in=STANDING).first()
    if standing is not None:
        if standing.effective_on > effective_on:
            raise DatesOutOfOrder(
                name=row.name, version=row.version, effective_on=effective_on, standing_on=standing.effective_on
            )
        standing.state = State.SUPERSEDED
        standing.effective_until = effective_on
        standing.save(update_fields=["state", "effective_until"])
    row.state = after
    row.effective_on = effective_on
    row.save()


def record(row: Row, act: str, *, by: Actor, at: datetime, **details: object) -> None:
    """Leave the audit row of an act upon a version."""
    code = row.code if isinstance(row, CatalogueItem) else row.implementation_code
    audit.record(act=act, subject=code, version=row.version, by=by, at=at, details=details)
