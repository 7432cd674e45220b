"""The authority list: registers letters of authority, takes them back, and says who may do one act.

`by` is checked against the permission matrix: a manager registers for organisations of his own area and
never for himself. The platform's own SYSTEM actor is trusted (set-up, demonstration).
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from yichuang.accounts import logbook
from yichuang.accounts.givers import find_giver, find_user, require_place
from yichuang.accounts.models import Authority, User
from yichuang.accounts.values import (
    AccountClosed,
    AccountEvent,
    Area,
    AuthorityOverlaps,
    AuthorityRow,
    AuthorityUnknown,
    OwnGrant,
    PeriodReversed,
    Power,
)
from yichuang.kernel.actor import Actor

ACTION = "authority.grant"


# In the order of `_row`.
_COLUMNS = (
    "pk", "holder__uuid", "holder__display_name", "organisation_code", "item_code", "power", "valid_from",
    "valid_until", "document",
)  # fmt: skip


def _rows(found: QuerySet[Authority]) -> tuple[AuthorityRow, ...]:
    ordered = found.order_by("organisation_code", "item_code", "power", "valid_from", "id")
    return tuple(_row(values) for values in ordered.values_list(*_COLUMNS))


def _row(values: Sequence[Any]) -> AuthorityRow:
    """Return one line; read by bare SQL, SQLite gives identities and days as text."""
    key, holder, name, organisation, item, power, start, until, document = values
    return AuthorityRow(
        id=key,
        holder=str(holder if isinstance(holder, UUID) else UUID(holder)),
        holder_name=name,
        organisation=organisation,
        item=item,
        power=Power(power),
        valid_from=_day(start),
        valid_until=None if until is None else _day(until),
        document=document,
    )


def _day(value: date | str) -> date:
    return date.fromisoformat(value) if isinstance(value, str) else value


def in_force(*, on: date) -> QuerySet[Authority]:
    """Return the lines that count on a day: not those of accounts that are closed, or off with the demonstration."""
    found = Authority.objects.filter(holder__is_active=True, valid_from__lte=on).filter(
        Q(valid_until__isnull=True) | Q(valid_until__gt=on)
    )
    return found if settings.DEMONSTRATION else found.filter(holder__is_demonstration=False)


# Every act of staff asks both of these; written out, they cost a tenth of what building the statement anew would.
_LINES = (
    "SELECT a.id, u.uuid, u.display_name, a.organisation_code, a.item_code, a.power, a.valid_from, a.valid_until,"
    " a.document FROM accounts_authority a JOIN accounts_user u ON u.id = a.holder_id WHERE a.organisation_code = %s"
)
_FOR_ACT = (
    " AND a.item_code IN (%s, %s) AND a.power = %s AND a.valid_from <= %s"
    " AND (a.valid_until IS NULL OR a.valid_until > %s) AND u.is_active"
)
_REAL = " AND NOT u.is_demonstration"
_IN_ORDER = " ORDER BY a.organisation_code, a.item_code, a.power, a.valid_from, a.id"


def _lines(condition: str, parameters: Sequence[Any]) -> tuple[AuthorityRow, ...]:
    real = "" if settings.DEMONSTRATION else _REAL
    with connection.cursor() as cursor:
        cursor.execute(f"{_LINES}{condition}{real}{_IN_ORDER}", parameters)
        return tuple(_row(values) for values in cursor.fetchall())


def list_for_act(*, organisation: str, item: str, power: Power, on: date) -> tuple[AuthorityRow, ...]:
    """Return the lines that allow one act, in the order of the list."""
    day = on.isoformat()
    return _lines(_FOR_ACT, (organisation, "", item, Power(power).value, day, day))


def list_in(*, organisations: Iterable[str], on: date) -> tuple[AuthorityRow, ...]:
    """Return every line of some organisations that counts on a day."""
    return _rows(in_force(on=on).filter(organisation_code__in=list(organisations)))


def list_held(*, holder: str, on: date) -> tuple[AuthorityRow, ...]:
    """Return every line that somebody holds on a day; none for an unknown holder."""
    user = find_user(holder)
    return _rows(in_force(on=on).filter(holder=user)) if user else ()


def list_ever(*, organisations: Iterable[str] | None = None) -> tuple[AuthorityRow, ...]:
    """Return every line that ever counted, of some organisations or of all: what was lawful then was lawful.

    Not those of demonstration accounts while there is no demonstration.
    """
    asked = None if organisations is None else list(organisations)
    if asked is not None and len(asked) == 1:
        return _lines("", asked)
    found = Authority.objects.all()
    if not settings.DEMONSTRATION:
        found = found.filter(holder__is_demonstration=False)
    return _rows(found if asked is None else found.filter(organisation_code__in=asked))


def _place_of(organisation: str, holder: User) -> Area:
    # An organisation's code begins with its division's; the list of organisations itself lies above accounts.
    division = organisation.partition("-")[0]
    return Area(division if division.isdigit() else holder.division_code, organisation)


def grant(
    *,
    holder: str,
    organisation: str,
    item: str,
    power: Power,
    valid_from: date,
    valid_until: date | None,
    document: str,
    by: Actor,
    at: datetime,
) -> int:
    """Enter one line; raises what `commands.grant_authority` says."""
    power = Power(power)
    if not document.strip() or not organisation:
        raise ValueError("a line of the authority list names its organisation and its letter")
    if valid_until is not None and valid_until <= valid_from:
        raise PeriodReversed()
    giver = find_giver(by)
    with transaction.atomic():
        user = find_user(holder, lock=True, required=True)
        if not user.is_active:
            raise AccountClosed(username=user.username)
        if giver is not None and giver.pk == user.pk:
            raise OwnGrant()
        require_place(giver, ACTION, _place_of(organisation, user), on=timezone.localdate(at))
        same = Authority.objects.filter(
            holder=user, organisation_code=organisation, item_code=item, power=power.value
        ).filter(Q(valid_until__isnull=True) | Q(valid_until__gt=valid_from))
        if valid_until is not None:
            same = same.filter(valid_from__lt=valid_until)
        for row in same.order_by("valid_from", "id"):
            if row.valid_until is None or row.valid_until > row.valid_from:
                raise AuthorityOverlaps(document=row.document)
        line = Authority.objects.create(
            holder=user,
            organisation_code=organisation,
            item_code=item,
            power=power.value,
            valid_from=valid_from,
            valid_until=valid_until,
            document=document.strip()[:64],
        )
        until = valid_until.isoformat() if valid_until else ""
        detail = f"{organisation} {item or '*'} {power.value} {valid_from}/{until} {document}"
        logbook.write(user=user, event=AccountEvent.AUTHORITY_GRANTED, by=by, at=at, detail=detail)
    return line.pk


def revoke(*, authority: int, valid_until: date, by: Actor, at: datetime) -> None:
    """End one line on a day; one that has not begun never counts. Raises what `commands.revoke_authority` says.

    An end that has passed stays: what was lawful then was lawful.
    """
    giver = find_giver(by)
    with transaction.atomic():
        row = Authority.objects.select_for_update().select_related("holder").filter(pk=authority).first()
        if row is None:
            raise AuthorityUnknown()
        require_place(giver, ACTION, _place_of(row.organisation_code, row.holder), on=timezone.localdate(at))
        end = max(valid_until, row.valid_from)
        if row.valid_until is not None and end > row.valid_until:
            raise PeriodReversed()
        row.valid_until = end
        row.save(update_fields=["valid_until"])
        detail = f"{row.organisation_code} {row.item_code or '*'} {row.power} {row.document} -> {end}"
        logbook.write(user=row.holder, event=AccountEvent.AUTHORITY_REVOKED, by=by, at=at, detail=detail)
