"""Homes: whose files are whose. A file belongs to a draft or to a case, and to nobody else's.

Answers whether this person may put a file there, and whether there is room for it.
"""

from dataclasses import dataclass

from django.db.models import Sum

from yichuang.cases.acting import lock_case
from yichuang.cases.domain.attachments import FilesTooLargeTogether, TooManyFiles
from yichuang.cases.domain.drafting import DraftSubmitted, DraftUnknown, SupplementNotAwaited
from yichuang.cases.domain.filetypes import shown_name
from yichuang.cases.domain.intake_law import UploadLaw
from yichuang.cases.domain.lifecycle import Status
from yichuang.cases.domain.texts import is_key, storable
from yichuang.cases.models import Attachment, Case, Draft, Facts, Form, Upload
from yichuang.cases.values import CaseNotFound
from yichuang.kernel.actor import Actor, ActorKind


@dataclass(frozen=True, slots=True)
class Home:
    """Row ids: a draft or a case, the other None."""

    draft: int | None = None
    case: int | None = None

    @property
    def columns(self) -> dict[str, int | None]:
        """Return the columns of attachments and uploads."""
        return {"draft_id": self.draft, "case_id": self.case}


def find_home(*, draft: str = "", number: str = "", by: Actor) -> Home:
    """Return where a file of this person may go: his own draft, his own case, or (staff) any case.

    An applicant's case takes files while something is awaited from him. Whether a member of staff may touch a case is
    asked by delivery. Raises DraftUnknown, DraftSubmitted, CaseNotFound, SupplementNotAwaited.
    """
    if draft:
        row = Draft.objects.filter(key=draft, owner=by.id).first() if is_key(draft) else None
        if row is None:
            raise DraftUnknown()
        if row.case_id is not None:
            raise DraftSubmitted(number=Case.objects.values_list("number", flat=True).get(pk=row.case_id))
        return Home(draft=row.pk)
    number = storable(number)
    case_id = Case.objects.filter(number=number).values_list("pk", flat=True).first()
    if case_id is None:
        raise CaseNotFound(number=number)
    if by.kind is ActorKind.APPLICANT:
        if not Form.objects.filter(case=case_id, owner=by.id).exists():
            raise CaseNotFound(number=number)
        if not is_awaited(case_id):
            raise SupplementNotAwaited(number=number)
    return Home(case=case_id)


def is_awaited(case_id: int) -> bool:
    """Return whether something is awaited from the applicant: a supplement, or what was tolerated as missing."""
    found = Facts.objects.filter(pk=case_id).values_list("status", "tolerated_until").first()
    return found is not None and (found[0] == Status.SUPPLEMENTING or found[1] is not None)


def lock_home(*, draft: str = "", number: str = "", by: Actor) -> Home:
    """Return what `find_home` returns, locked until the end of the transaction, so that limits hold."""
    if draft and is_key(draft):
        Draft.objects.select_for_update().filter(key=draft).first()
    elif not draft:
        lock_case(storable(number))
    return find_home(draft=draft, number=number, by=by)


def check_room(home: Home, *, size: int, file_name: str, law: UploadLaw) -> None:
    """Refuse a file for which there is no room beside those that arrived and those on their way."""
    arrived = Attachment.objects.filter(**home.columns)
    coming = Upload.objects.filter(**home.columns, attachment__isnull=True)
    count = arrived.count() + coming.count()
    if count >= law.draft_files:
        raise TooManyFiles(file_name=shown_name(file_name), count=count, limit=law.draft_files)
    together = sum(rows.aggregate(total=Sum("size"))["total"] or 0 for rows in (arrived, coming))
    if together + size > law.draft_bytes:
        raise FilesTooLargeTogether(file_name=shown_name(file_name), limit=in_words(law.draft_bytes))


def in_words(size: int) -> str:
    """Return a number of bytes as people say it."""
    for unit, name in ((1 << 30, "GB"), (1 << 20, "MB"), (1 << 10, "KB")):
        if size >= unit:
            return f"{size / unit:.3g} {name}"
    return f"{size} B"
