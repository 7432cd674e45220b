"""Giving: what this node has beside a case's ledger, told and handed out piece by piece to a node that may have it."""

from django.db import transaction

from yichuang.cases import ledger
from yichuang.cases.belongings.rows import case_of, row_of
from yichuang.cases.domain.belongings import (
    MOST_ITEMS,
    PIECE_BYTES,
    Belonging,
    BelongingKind,
    Belongings,
    BelongingState,
)
from yichuang.cases.models import Attachment, Form
from yichuang.cases.models import Belonging as BelongingModel
from yichuang.cases.uploads import storage
from yichuang.kernel.crypto import sm3

_THERE = (BelongingState.KEPT, BelongingState.GIVEN)


def give_belongings(*, uuid: str, to_node: str) -> Belongings:
    """Return what this node has beside a case's ledger, for a node that may have it, and note that it was told.

    `complete` says that nothing of it is still on its way here from yet another node. Raises CaseNotFound.
    """
    with transaction.atomic():
        case = case_of(uuid)
        known = {row.key: row for row in BelongingModel.objects.filter(case=case).order_by("id")}
        form = Form.objects.filter(pk=case.pk).first()
        files = {row.key: row for row in Attachment.objects.filter(case=case).order_by("id")}
        here = [_of_form(uuid, form)] if form else []
        here += [_of_file(row) for row in files.values()]
        BelongingModel.objects.bulk_create(
            [row_of(item, case, state=BelongingState.GIVEN) for item in here if item.key not in known]
        )
    present = {item.key: item for item in here}
    items = []
    for row in BelongingModel.objects.filter(case=case, state__in=_THERE).order_by("id"):
        items.append(present.get(row.key) or _erased(row))
    coming = BelongingModel.objects.filter(case=case, state=BelongingState.COMING).exclude(node=to_node)
    return Belongings(seq=len(ledger.read_case(case.pk)), complete=not coming.exists(), items=tuple(items[:MOST_ITEMS]))


def _of_form(uuid: str, form: Form) -> Belonging:
    content = form.content.encode()
    return Belonging(
        key=uuid,
        kind=BelongingKind.FORM,
        size=len(content),
        digest=sm3(content).hex(),
        created_at=form.submitted_at.isoformat(),
        salt=bytes(form.salt).hex(),
    )


def _of_file(row: Attachment) -> Belonging:
    return Belonging(
        key=row.key,
        kind=BelongingKind.FILE,
        size=row.size,
        digest=row.digest,
        created_at=row.created_at.isoformat(),
        material=row.material,
        file_name=row.file_name,
        taken_at=row.taken_at.isoformat() if row.taken_at else "",
    )


def _erased(row: BelongingModel) -> Belonging:
    return Belonging(
        key=row.key,
        kind=row.kind,
        size=row.size,
        digest=row.digest,
        created_at=row.created_at.isoformat(),
        material=row.material,
        taken_at=row.taken_at.isoformat() if row.taken_at else "",
        erased=True,
    )


def read_piece(*, uuid: str, key: str, offset: int) -> bytes | None:
    """Return the piece that begins at a place of a case's form or file; None where it is not here (any more)."""
    case = case_of(uuid)
    if offset < 0 or offset % PIECE_BYTES:
        return None
    if key == uuid:
        content = Form.objects.filter(pk=case.pk).values_list("content", flat=True).first()
        return None if content is None else content.encode()[offset : offset + PIECE_BYTES] or None
    stored = Attachment.objects.filter(case=case, key=key).values_list("stored", flat=True).first()
    if stored is None:
        return None
    try:
        with storage.fetch(stored) as file:
            file.seek(offset)
            return file.read(PIECE_BYTES) or None
    except FileNotFoundError:
        return None
