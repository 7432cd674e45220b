"""Taking: what another node told of, and its pieces, in any order and as often as they come.

What the chain names is fetched only where it is what the chain names; what it does not name yet is taken on the word of
the node that signed it, and marked so. What was erased here is never taken again.
"""

import re
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F

from yichuang.calendar.values import local_day
from yichuang.cases import ledger
from yichuang.cases.belongings.rows import case_of, let_go, row_of
from yichuang.cases.domain import belongings as b
from yichuang.cases.domain.attachments import FileTooLarge, UploadRefused
from yichuang.cases.domain.belongings import Belonging, BelongingKind, Belongings, BelongingState, ComingRow, Warrant
from yichuang.cases.domain.events import MaterialsTaken
from yichuang.cases.domain.filetypes import check_name, shown_name
from yichuang.cases.domain.intake_law import upload_law
from yichuang.cases.domain.texts import storable
from yichuang.cases.models import Attachment, BelongingPiece, Case, Form
from yichuang.cases.models import Belonging as BelongingModel
from yichuang.cases.uploads import storage
from yichuang.cases.uploads.homes import in_words
from yichuang.cases.values import LinksMissing
from yichuang.kernel.words import N_

_KEY, _DIGEST, _SALT = re.compile("[0-9a-f]{32}"), re.compile("[0-9a-f]{64}"), re.compile("([0-9a-f]{2}){0,32}")


def announce_belongings(*, uuid: str, node: str, told: Belongings, at: datetime) -> int:
    """Note what another node has of a case and this one has not; return how many are to be fetched.

    Raises LinksMissing where its chain is longer than ours: acts that name the files are still on their way; and
    BelongingUnfit, CaseNotFound.
    """
    with transaction.atomic():
        case = case_of(uuid)
        entries = ledger.read_case(case.pk)
        if told.seq > len(entries):
            raise LinksMissing(number=case.number, known=len(entries), first=told.seq, expected_seq=len(entries) + 1)
        if len(told.items) > b.MOST_ITEMS or not all(_is_sound(item, uuid) for item in told.items):
            raise b.BelongingUnfit(number=case.number, what=node, reason=N_("清单不合规范"))
        vouched = b.warrants(told.items, named=_named(entries))
        keys = [item.key for item in told.items]
        known = {row.key: row for row in BelongingModel.objects.select_for_update().filter(key__in=keys).order_by("id")}
        here = set(Attachment.objects.filter(key__in=keys).values_list("key", flat=True))
        if Form.objects.filter(pk=case.pk).exists():
            here.add(uuid)
        new = []
        for item in told.items:
            row = known.get(item.key)
            if row is None and item.key not in here and not item.erased:
                new.append(_expected(item, case, node, vouched.get(item.key), at=at))
            elif row is not None and item.erased and row.state == BelongingState.COMING:
                let_go(row, BelongingState.GONE)
        BelongingModel.objects.bulk_create(new)
    return sum(row.state == BelongingState.COMING for row in new)


def _is_sound(item: Belonging, uuid: str) -> bool:
    """Return whether a node may have said so: a key goes into addresses, times and texts into tables."""
    try:
        times = [datetime.fromisoformat(text) for text in (item.created_at, item.taken_at or item.created_at)]
        BelongingKind(item.kind)
    except ValueError:
        return False
    return (
        _KEY.fullmatch(item.key) is not None
        and _DIGEST.fullmatch(item.digest) is not None
        and _SALT.fullmatch(item.salt) is not None
        and (item.key == uuid) == (item.kind == BelongingKind.FORM)
        and all(at.tzinfo is not None and 2000 < at.year < 9000 for at in times)
        and 0 < item.size < 2**40
        and len(item.material) <= 400
        and len(item.file_name) <= 255
        and all(storable(text) == text for text in (item.material, item.file_name))
    )


def _named(entries: Sequence[ledger.Entry]) -> dict[str, set[str]]:
    """Return the digests that the chain names, by material; also those of events that a source took back."""
    found: dict[str, set[str]] = {}
    for entry in entries:
        event = entry.event()
        if isinstance(event, MaterialsTaken):
            for one in event.entries:
                if one.digest:
                    found.setdefault(one.name, set()).add(one.digest)
    return found


def _expected(item: Belonging, case: Case, node: str, warrant: Warrant | None, *, at: datetime) -> BelongingModel:
    """Return the row of something that is to be fetched, or that is refused before a byte of it is asked for."""
    row = row_of(item, case, state=BelongingState.COMING)
    row.node, row.warrant = node, warrant or ""
    if item.kind == BelongingKind.FILE and warrant is None:
        row.state, row.reason = BelongingState.REFUSED, N_("与账本所记的校验值不符")
        return row
    try:
        most = b.MOST_FORM_BYTES
        if item.kind == BelongingKind.FILE:
            check_name(item.file_name)
            most = upload_law(on=local_day(at)).file_bytes
        if item.size > most:
            raise FileTooLarge(file_name=shown_name(item.file_name), limit=in_words(most))
    except UploadRefused as refusal:
        row.state, row.reason = BelongingState.REFUSED, str(refusal)
    return row


def take_piece(*, uuid: str, node: str, key: str, offset: int, data: bytes) -> bool:
    """Keep one piece of what was announced by a node; return whether it is new; again changes nothing.

    Raises PieceUnfit, and BelongingUnfit for what that node did not announce.
    """
    with transaction.atomic():
        row = BelongingModel.objects.select_for_update().filter(key=key, case__uuid=UUID(uuid), node=node).first()
        if row is None:
            raise b.BelongingUnfit(number=case_of(uuid).number, what=key, reason=N_("不在清单中"))
        b.check_piece(size=row.size, offset=offset, length=len(data))
        there = BelongingPiece.objects.filter(belonging=row, offset=offset)
        if row.state != BelongingState.COMING or there.exists():
            return False
        stored = storage.put(storage.CHUNKS, data)
        try:
            BelongingPiece.objects.create(belonging=row, offset=offset, stored=stored)
            row.arrived += len(data)
            row.save(update_fields=["arrived"])
        except BaseException:
            storage.remove(stored)
            raise
    return True


def drop_coming(*, uuid: str, node: str, key: str) -> None:
    """Note that a node has no longer what it announced, and forget what had arrived of it."""
    with transaction.atomic():
        rows = BelongingModel.objects.select_for_update().filter(key=key, case__uuid=UUID(uuid), node=node)
        row = rows.filter(state=BelongingState.COMING).first()
        if row is not None:
            let_go(row, BelongingState.GONE)


def list_missing(*, uuid: str, node: str, limit: int) -> tuple[tuple[str, int], ...]:
    """Return (key, offset) of the next pieces that a node is to be asked for, in the order of its list."""
    found: list[tuple[str, int]] = []
    rows = BelongingModel.objects.filter(case__uuid=UUID(uuid), node=node, state=BelongingState.COMING)
    for row in rows.filter(arrived__lt=F("size")).order_by("id"):
        there = set(BelongingPiece.objects.filter(belonging=row).values_list("offset", flat=True))
        for offset in b.offsets(row.size):
            if len(found) == limit:
                return tuple(found)
            if offset not in there:
                found.append((row.key, offset))
    return tuple(found)


def is_coming(*, uuid: str, node: str) -> bool:
    """Return whether something of a case is still on its way from a node."""
    rows = BelongingModel.objects.filter(case__uuid=UUID(uuid), node=node, state=BelongingState.COMING)
    return rows.exists()


def list_coming(*, number: str) -> tuple[ComingRow, ...]:
    """Return what of a case's form and files is on its way here, was refused, or is gone; ask the permission first."""
    shown = (BelongingState.COMING, BelongingState.REFUSED, BelongingState.GONE)
    rows = BelongingModel.objects.filter(case__number=storable(number), state__in=shown)
    return tuple(
        ComingRow(
            kind=row.kind,
            material=row.material,
            file_name=shown_name(row.file_name) if row.kind == BelongingKind.FILE else "",
            size=row.size,
            arrived=row.arrived,
            state=row.state,
            node=row.node,
            reason=row.reason,
        )
        for row in rows.order_by("id")
    )
