"""Keeping: what has arrived whole is put together, looked into as any upload is, and becomes the case's own."""

from datetime import datetime
from io import BytesIO

import msgspec
from django.db import transaction
from django.db.models import F

from yichuang.calendar.values import local_day
from yichuang.cases import ledger, projections
from yichuang.cases.belongings.rows import let_go
from yichuang.cases.domain import belongings as b
from yichuang.cases.domain.attachments import UploadRefused
from yichuang.cases.domain.belongings import BelongingKind, BelongingState, Warrant
from yichuang.cases.domain.intake_law import upload_law
from yichuang.cases.drafts import decode_application
from yichuang.cases.forms import digest_of
from yichuang.cases.models import Belonging as BelongingModel
from yichuang.cases.models import BelongingPiece, Form
from yichuang.cases.uploads import storage
from yichuang.cases.uploads.homes import Home
from yichuang.cases.uploads.inspection import inspect
from yichuang.cases.uploads.shelf import keep
from yichuang.kernel.words import N_

# A file that came whole and wrong so often is broken where it lies.
_MOST_TRIES = 3


def assemble_belongings(*, at: datetime) -> int:
    """Put together whatever has arrived whole, look inside as at any upload, and keep it; return how many were kept.

    Outside a transaction: a large file would hold up every other writer. Files of one material are kept in the order in
    which they were handed in.
    """
    kept = 0
    coming = BelongingModel.objects.filter(state=BelongingState.COMING)
    for row in coming.filter(arrived=F("size")).select_related("case").order_by("id"):
        if not coming.filter(case=row.case, material=row.material, kind=row.kind, id__lt=row.pk).exists():
            kept += _assemble(row, at=at)
    return kept


def _assemble(row: BelongingModel, *, at: datetime) -> bool:
    pieces = BelongingPiece.objects.filter(belonging=row).order_by("offset").values_list("offset", "stored")
    try:
        content = b.put_together(
            {offset: storage.read(stored) for offset, stored in pieces}, size=row.size, digest=row.digest
        )
    except FileNotFoundError:
        # The folder lost one; or somebody else put it together at this moment, and nothing is left to be done.
        content = None
    if content is None:
        return _begin_again(row)
    try:
        return _keep_form(row, content) if row.kind == BelongingKind.FORM else _keep_file(row, content, at=at)
    except (UploadRefused, b.BelongingUnfit) as refusal:
        reason = str(refusal.details["reason"]) if isinstance(refusal, b.BelongingUnfit) else str(refusal)
        with transaction.atomic():
            locked = _locked(row)
            if locked is not None:
                let_go(locked, BelongingState.REFUSED, reason)
        return False


def _locked(row: BelongingModel) -> BelongingModel | None:
    """Return the row while it is still coming, ours until the transaction ends."""
    return BelongingModel.objects.select_for_update().filter(pk=row.pk, state=BelongingState.COMING).first()


def _begin_again(row: BelongingModel) -> bool:
    with transaction.atomic():
        locked = _locked(row)
        if locked is not None:
            locked.tries += 1
            refused = locked.tries >= _MOST_TRIES
            reason = N_("收到的内容与校验值不符，多次重传仍不符")
            state = BelongingState.REFUSED if refused else BelongingState.COMING
            let_go(locked, state, reason if refused else "")
    return False


def _keep_form(row: BelongingModel, content: bytes) -> bool:
    number = row.case.number
    received = projections.fold_entries(ledger.read_case(row.case_id)).state.received
    named = received.form_digest if received else ""
    try:
        text = content.decode()
        decode_application(text)
    except (UnicodeDecodeError, msgspec.MsgspecError) as error:
        raise b.BelongingUnfit(number=number, what=N_("申请表"), reason=str(error)) from error
    salt = bytes.fromhex(row.salt)
    if named and digest_of(text, salt=salt) != named:
        raise b.BelongingUnfit(number=number, what=N_("申请表"), reason=N_("与账本所记的校验值不符"))
    with transaction.atomic():
        locked = _locked(row)
        if locked is None:
            return False
        # Accounts are each node's own: at this one nobody owns it.
        Form.objects.get_or_create(
            case=row.case, defaults={"owner": "", "content": text, "salt": salt, "submitted_at": row.created_at}
        )
        locked.warrant = Warrant.LEDGER if named else Warrant.SENDER
        locked.save(update_fields=["warrant"])
        _arrived(locked)
    return True


def _keep_file(row: BelongingModel, content: bytes, *, at: datetime) -> bool:
    law = upload_law(on=local_day(at))
    inspected = inspect(BytesIO(content), size=row.size, file_name=row.file_name, law=law)
    stored = storage.put(storage.ATTACHMENTS, content)
    kept = False
    try:
        with transaction.atomic():
            locked = _locked(row)
            if locked is not None:
                keep(
                    Home(case=row.case_id),
                    inspected,
                    material=row.material,
                    stored=stored,
                    digest=row.digest,
                    size=row.size,
                    by=f"node:{row.node}",
                    at=row.created_at,
                    key=row.key,
                    taken_at=row.taken_at,
                )
                _arrived(locked)
                kept = True
    finally:
        if not kept:
            storage.remove(stored)
    return kept


def _arrived(row: BelongingModel) -> None:
    let_go(row, BelongingState.KEPT)
    row.arrived = row.size
    row.save(update_fields=["arrived"])
