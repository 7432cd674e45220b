"""Files of a case: papers, certificates, what the applicant handed in, the whole folder."""

from tempfile import TemporaryFile
from urllib.parse import quote

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.cache import never_cache

from yichuang.accounts.queries import permission
from yichuang.cases.queries import list_attachments, open_attachment, preview
from yichuang.cases.values import AttachmentRow, CaseNotFound
from yichuang.certificates.queries import list_by_case, render_certificate
from yichuang.papers.queries import render_paper, write_archive
from yichuang.workbench.desk import Desk, open_desk

_TYPES = {"zip": "application/zip", "pdf": "application/pdf"}


def _site(request: HttpRequest) -> str:
    return f"{request.scheme}://{request.get_host()}"


def _desk(request: HttpRequest, number: str) -> Desk:
    """Open a desk whose papers may be read: they hold the applicant's name.

    Who was only asked for an opinion sees the case, but not these.
    """
    desk = open_desk(request, number=number, scope=request.scope)  # type: ignore[attr-defined]
    if not desk.whole:
        raise CaseNotFound(number=number)
    return desk


def _pdf(content: bytes, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Disposition"] = f"inline; filename*=UTF-8''{quote(name)}.pdf"
    return answer


@permission("cases.personal")
@never_cache
def paper(request: HttpRequest, number: str, kind: str, seq: int) -> HttpResponse:
    """Send one paper of a case."""
    _desk(request, number)
    return _pdf(render_paper(number=number, kind=kind, seq=seq, site=_site(request)), f"{number}-{kind}-{seq}")


@permission("cases.personal")
@never_cache
def certificate(request: HttpRequest, number: str) -> HttpResponse:
    """Send the certificate or letter of a case; `?number=` chooses among several."""
    _desk(request, number)
    rows = list_by_case(number)
    asked = request.GET.get("number", "")
    chosen = next((row for row in rows if row.number == asked), rows[0] if rows and not asked else None)
    if chosen is None:
        raise Http404
    return _pdf(render_certificate(chosen.number, site=_site(request)), chosen.number)


@permission("cases.personal")
@never_cache
def archive(request: HttpRequest, number: str, form: str) -> HttpResponseBase:
    """Send the whole folder of a case as ZIP or PDF with a table of contents."""
    _desk(request, number)
    if form not in _TYPES:
        raise Http404
    into = TemporaryFile()  # noqa: SIM115 - closed by the response
    write_archive(number, form=form, into=into, site=_site(request))
    into.seek(0)
    return FileResponse(into, as_attachment=True, filename=f"{number}.{form}", content_type=_TYPES[form])


def _attachment(request: HttpRequest, number: str, key: str) -> AttachmentRow:
    _desk(request, number)
    found = next((row for row in list_attachments(number=number) if str(row.key) == key), None)
    if found is None:
        raise Http404
    return found


@permission("cases.personal")
@never_cache
def file(request: HttpRequest, number: str, key: str) -> HttpResponseBase:
    """Send one file of the applicant, always to be saved: it is a stranger's and never opens in our pages."""
    _attachment(request, number, key)
    row, content = open_attachment(key=key)
    answer = FileResponse(content, as_attachment=True, filename=row.file_name, content_type="application/octet-stream")
    answer["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return answer


@permission("cases.personal")
@never_cache
def preview_image(request: HttpRequest, number: str, key: str) -> HttpResponse:
    """Send a small picture of a file, drawn anew by us."""
    _attachment(request, number, key)
    return HttpResponse(preview(key), content_type="image/png")
