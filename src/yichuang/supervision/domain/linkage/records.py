"""Records: an entry of a register and a case of the centre in the one shape in which they are compared."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from yichuang.supervision.domain.linkage import normalise as n
from yichuang.supervision.domain.linkage.rows import PERSON, digest_of

RESIDENT_CARD = "111"


class Record(NamedTuple):
    """One side of a comparison; empty texts and None are unknown. Days are proleptic ordinals.

    `register` is "" of a case. `options` are the items, parted by blanks, that a name common to several
    may mean. `day` is the day of decision; `received` and `closed` only cases have.
    """

    id: str
    register: str
    county: str
    organisation: str
    item: str
    options: str
    name: str
    full: str
    sound: str
    code: str
    digest: str
    tail: str
    document: str
    serial: str
    area: str
    case_number: str
    day: int | None
    received: int | None
    closed: int | None
    granted: bool


def _named(name: str, *, personal: bool, places: Sequence[str]) -> tuple[str, str]:
    key = n.person_key(name) if personal else n.firm_key(name, places)[0]
    return key, n.sound_key(key)


def _serial(document: str) -> str:
    """Return the last six figures of a number: what stands before them all papers of one item have in common."""
    digits = "".join(letter for letter in document if letter.isdigit())
    return digits[-6:] if len(digits) >= 4 else ""


def entry_record(
    *,
    register: str,
    identity: str,
    county: str,
    organisation: str,
    item: str,
    item_options: Sequence[str],
    holder_kind: str,
    holder_name: str,
    holder_code: str,
    holder_digest: str,
    holder_tail: str,
    document_number: str,
    area: str,
    case_number: str,
    decided_on: date,
    places: Sequence[str],
) -> Record:
    """Return an entry as a record; its id is that of its row in its register, so that the order of rows is nothing."""
    name, sound = _named(holder_name, personal=holder_kind == PERSON, places=places)
    document = n.document_key(document_number)
    return Record(
        id=f"{register}:{identity}",
        register=register,
        county=county,
        organisation=organisation,
        item=item,
        options=" ".join(item_options),
        name=name,
        full=n.letters(holder_name),
        sound=sound,
        code=holder_code,
        digest=holder_digest,
        tail=holder_tail,
        document=document,
        serial=_serial(document),
        area=area,
        case_number=case_number,
        day=decided_on.toordinal(),
        received=None,
        closed=None,
        granted=True,
    )


def case_record(
    *,
    number: str,
    county: str,
    town: str,
    organisation: str,
    item: str,
    name: str,
    id_type: str,
    id_number: str,
    certificate_number: str,
    received_on: date,
    decided_on: date | None,
    closed_on: date | None,
    granted: bool,
    places: Sequence[str],
    salt: bytes,
) -> Record:
    """Return a case as a record; the applicant's number goes no further than its digest."""
    personal = id_type == RESIDENT_CARD
    key, sound = _named(name, personal=personal, places=places)
    document = n.document_key(certificate_number)
    return Record(
        id=number,
        register="",
        county=county,
        organisation=organisation,
        item=item,
        options="",
        name=key,
        full=n.letters(name),
        sound=sound,
        code="" if personal else n.code_key(id_number),
        digest=digest_of(n.person_number_key(id_number), salt=salt) if personal else "",
        tail=n.number_tail(id_number) if personal else "",
        document=document,
        serial=_serial(document),
        area=town,
        case_number=n.code_key(number),
        day=decided_on.toordinal() if decided_on else None,
        received=received_on.toordinal(),
        closed=closed_on.toordinal() if closed_on else None,
        granted=granted,
    )
