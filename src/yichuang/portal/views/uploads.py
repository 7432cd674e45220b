"""Files of an application: up in pieces or in one, shown as pictures, handed out to their owner only.

A file is never shown as what it says it is: it is offered for saving, and if a browser opens it all the same, it may
run nothing. Pictures of it are drawn anew.
"""

from collections.abc import Callable
from functools import wraps
from urllib.parse import quote

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from yichuang.accounts.queries import get_actor, permission
from yichuang.cases.commands import append_chunk, begin_upload, finish_upload, remove_attachment, store_upload
from yichuang.cases.queries import get_attachment, get_draft, open_attachment, preview
from yichuang.cases.values import AttachmentRow, AttachmentUnknown, WrongOffset
from yichuang.kernel.refusal import Refusal
from yichuang.portal.applying.inputs import typed
from yichuang.portal.refusals import ChoiceMissing
from yichuang.portal.views.apply import save_materials

_SANDBOX = "default-src 'none'; sandbox"
_LARGEST_PIECE = 4_000_000
_PREVIEW_SECONDS = 3600

View = Callable[..., HttpResponseBase]


def telling(view: View) -> View:
    """Answer a refusal as data, for the script that uploads in pieces."""

    @wraps(view)
    def told(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except WrongOffset as refusal:
            return JsonResponse({"reason": refusal.explain(_), "offset": refusal.offset}, status=409)
        except Refusal as refusal:
            return JsonResponse({"reason": refusal.explain(_)}, status=422)

    return told


def store_for(request: HttpRequest, *, draft: str = "", number: str = "") -> None:
    """Take a whole file from a plain form; what became of it is told on the next page."""
    file = request.FILES.get("file")
    try:
        if file is None:
            raise ChoiceMissing(label=_("文件"))
        store_upload(
            draft=draft,
            number=number,
            material=typed(request.POST, "material"),
            file_name=file.name or "",
            file=file,
            by=get_actor(request.user),
            at=timezone.now(),
        )
    except Refusal as refusal:
        messages.error(request, refusal.explain(_))
    else:
        messages.success(request, _("文件已上传"))


def begin_for(request: HttpRequest, *, draft: str = "", number: str = "") -> HttpResponseBase:
    """Begin a file that comes in pieces; the same file begun before goes on where it stopped."""
    size = request.POST.get("size", "")
    found = begin_upload(
        draft=draft,
        number=number,
        material=typed(request.POST, "material"),
        file_name=typed(request.POST, "name"),
        size=int(size) if size.isdecimal() and len(size) < 16 else 0,
        by=get_actor(request.user),
        at=timezone.now(),
        fingerprint=typed(request.POST, "fingerprint")[:64],
    )
    return JsonResponse(
        {
            "offset": found.offset,
            "piece": found.chunk_bytes,
            "address": reverse("portal:upload-piece", args=[found.key]),
            "finish": reverse("portal:upload-finish", args=[found.key]),
        }
    )


@permission("applications.own")
@require_POST
def upload(request: HttpRequest, key: str) -> HttpResponse:
    """Take a whole file for a draft and go back to the materials."""
    get_draft(key=key, owner=get_actor(request.user).id)
    store_for(request, draft=key)
    return HttpResponseRedirect(f"{reverse('portal:step', args=[key, 'materials'])}#step-form")


@permission("applications.own")
@require_POST
@telling
def begin(request: HttpRequest, key: str) -> HttpResponseBase:
    """Begin a file for a draft."""
    return begin_for(request, draft=key)


@permission("applications.own")
@require_POST
@telling
def piece(request: HttpRequest, upload: str) -> HttpResponseBase:
    """Take the next piece of a file; a piece sent twice changes nothing. The upload's key is its owner's secret."""
    offset = request.headers.get("X-Upload-Offset", "")
    data = request.read(_LARGEST_PIECE + 1)
    at = int(offset) if offset.isdecimal() and len(offset) < 16 else 0
    return JsonResponse({"offset": append_chunk(key=upload, offset=at, data=data, at=timezone.now())})


@permission("applications.own")
@require_POST
@telling
def finish(_request: HttpRequest, upload: str) -> HttpResponseBase:
    """Look at the whole file and keep it, or say why it is not taken."""
    row = finish_upload(key=upload, at=timezone.now())
    return JsonResponse({"name": row.file_name})


def _own_attachment(request: HttpRequest, key: str) -> AttachmentRow:
    row = get_attachment(key=key)
    if row.owner != get_actor(request.user).id:
        raise AttachmentUnknown()
    return row


@permission("applications.own")
@require_POST
def remove(request: HttpRequest, draft: str, key: str) -> HttpResponse:
    """Delete a file that was not handed in yet; what else was chosen on the page is saved with it."""
    _own_attachment(request, key)
    save_materials(request, draft)
    try:
        remove_attachment(key=key, by=get_actor(request.user))
    except Refusal as refusal:
        messages.error(request, refusal.explain(_))
    else:
        messages.success(request, _("已删除文件"))
    return HttpResponseRedirect(reverse("portal:step", args=[draft, "materials"]))


@permission("applications.own")
@require_safe
def attachment(request: HttpRequest, key: str) -> HttpResponseBase:
    """Hand a file to its owner, for saving."""
    _own_attachment(request, key)
    row, file = open_attachment(key=key)
    return sealed(FileResponse(file, content_type=row.media_type), row.file_name)


@permission("applications.own")
@require_safe
def picture(request: HttpRequest, key: str) -> HttpResponse:
    """Show the first page of a file as a picture that was drawn anew."""
    _own_attachment(request, key)
    answer = HttpResponse(preview(key), content_type="image/png")
    answer["Cache-Control"] = f"private, max-age={_PREVIEW_SECONDS}"
    answer["Content-Security-Policy"] = _SANDBOX
    return answer


def sealed(answer: HttpResponseBase, name: str) -> HttpResponseBase:
    """Send a file so that it is saved, not opened, and runs nothing if it is opened all the same."""
    answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name, safe='')}"
    answer.headers["Content-Security-Policy"] = _SANDBOX
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
