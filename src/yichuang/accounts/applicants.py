"""Applicants' accounts: made at the first sign-in through an identity provider, brought up to date at each.

One account per verified person. The same person under a new subject, or at a new provider, is known by his
number; a person of the demonstration is never taken for a real one, nor a real one for him.
"""

from datetime import date, datetime
from secrets import token_hex

from django.db import IntegrityError, transaction
from django.utils import timezone

from yichuang.accounts import logbook
from yichuang.accounts.identity.claims import Identity
from yichuang.accounts.models import Grant, Person, Represented, User
from yichuang.accounts.values import AccountClosed, AccountEvent, IdentityConflict, Role
from yichuang.accounts.values import Person as PersonValue
from yichuang.accounts.values import Represented as RepresentedValue
from yichuang.kernel.actor import SYSTEM
from yichuang.kernel.masking import mask_name


def take_in(identity: Identity, *, issuer: str, is_demonstration: bool, at: datetime) -> User:
    """Return the account of a verified person, made or brought up to date; raises IdentityConflict, AccountClosed."""
    try:
        with transaction.atomic():
            return _take_in(identity, issuer=issuer, is_demonstration=is_demonstration, at=at)
    except IntegrityError:
        # Two first sign-ins of one person at once: the other made the account.
        with transaction.atomic():
            return _take_in(identity, issuer=issuer, is_demonstration=is_demonstration, at=at)


def _take_in(identity: Identity, *, issuer: str, is_demonstration: bool, at: datetime) -> User:
    said, people = identity.person, Person.objects.select_for_update(of=("self",)).select_related("user")
    known = people.filter(issuer=issuer, subject=identity.subject, is_demonstration=is_demonstration).first()
    bearer = people.filter(is_demonstration=is_demonstration, id_type=said.id_type, id_number=said.id_number).first()
    if known is not None and bearer is not None and known.pk != bearer.pk:
        raise IdentityConflict()
    person = known or bearer or _new(is_demonstration=is_demonstration, at=at)
    if not person.user.is_active:
        raise AccountClosed(username=person.user.username)
    before = _stated(person) if person.pk else None
    person.issuer, person.subject, person.verified_at = issuer, identity.subject, at
    person.name, person.id_type, person.id_number = said.name, said.id_type, said.id_number
    person.phone, person.email = said.phone, said.email
    person.save()
    if person.user.display_name != said.name:
        person.user.display_name = said.name
        person.user.save(update_fields=["display_name"])
    changed = _bring_represented(person, identity.represented, on=timezone.localdate(at))
    if before != _stated(person) or changed:
        # What changed is on the tables; the log is read by many and names nobody's number.
        logbook.write(
            user=person.user, event=AccountEvent.IDENTITY_VERIFIED, by=SYSTEM, at=at, detail=mask_name(said.name)
        )
    return person.user


def _stated(person: Person) -> tuple[str, ...]:
    return (person.name, person.id_type, person.id_number, person.phone, person.email)


def _new(*, is_demonstration: bool, at: datetime) -> Person:
    user = User(username=f"applicant-{token_hex(8)}", is_demonstration=is_demonstration)
    user.set_unusable_password()
    user.save()
    Grant.objects.create(user=user, role=Role.APPLICANT.value, valid_from=timezone.localdate(at))
    return Person(user=user, is_demonstration=is_demonstration)


def _bring_represented(person: Person, said: tuple[RepresentedValue, ...], *, on: date) -> bool:
    """End what is no longer said, add what is new; return whether anything changed."""
    standing = {(row.uscc, row.capacity): row for row in person.represented.filter(valid_until__isnull=True)}
    wanted = {(one.uscc, one.capacity): one for one in said}
    gone = [row.pk for key, row in standing.items() if key not in wanted]
    person.represented.filter(pk__in=gone).update(valid_until=on)
    changed = bool(gone)
    for key, one in wanted.items():
        row = standing.get(key)
        if row is None:
            Represented.objects.create(
                person=person, uscc=one.uscc, name=one.name, capacity=one.capacity, valid_from=on
            )
            changed = True
        elif row.name != one.name:
            row.name = one.name
            row.save(update_fields=["name"])
            changed = True
    return changed


def find_person(user: User) -> PersonValue | None:
    """Return the verified identity of an account, None for staff."""
    row = Person.objects.filter(user=user).first()
    if row is None:
        return None
    return PersonValue(name=row.name, id_type=row.id_type, id_number=row.id_number, phone=row.phone, email=row.email)


def list_represented(user: User, *, on: date) -> tuple[RepresentedValue, ...]:
    """Return the organisations that the account's person may act for on a day."""
    rows = Represented.objects.filter(person__user=user, valid_from__lte=on).order_by("name", "uscc", "capacity", "id")
    return tuple(
        RepresentedValue(uscc=row.uscc, name=row.name, capacity=row.capacity)
        for row in rows
        if row.valid_until is None or on < row.valid_until
    )
