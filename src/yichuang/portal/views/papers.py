"""Papers and results for their owner, and the public proof of a paper that somebody holds in his hand."""

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from yichuang.accounts.queries import permission
from yichuang.certificates.queries import list_by_case, render_certificate
from yichuang.certificates.values import CertificateNotFound
from yichuang.papers.queries import list_papers, render_paper, verify_paper
from yichuang.papers.values import PaperNotProven
from yichuang.portal.owning import require_own
from yichuang.portal.pages import show
from yichuang.portal.views.uploads import sealed
from yichuang.supervision.queries import verify_letter
from yichuang.supervision.values import CARD_PREFIX

_LONGEST_CODE = 200


def _site(request: HttpRequest) -> str:
    return request.build_absolute_uri("/").rstrip("/")


def _pdf(content: bytes, name: str) -> HttpResponseBase:
    return sealed(HttpResponse(content, content_type="application/pdf"), f"{name}.pdf")


@permission("applications.own")
@require_safe
def paper(request: HttpRequest, number: str, kind: str, seq: int) -> HttpResponseBase:
    """Hand a paper of the case to its owner as PDF."""
    require_own(request, number)
    content = render_paper(number=number, kind=kind, seq=seq, site=_site(request))
    title = next((row.title for row in list_papers(number) if row.kind.value == kind and row.seq == seq), kind)
    return _pdf(content, f"{_(title)}-{number}")


@permission("applications.own")
@require_safe
def certificate(request: HttpRequest, number: str, certificate: str) -> HttpResponseBase:
    """Hand the result of the case to its owner as PDF."""
    require_own(request, number)
    row = next((one for one in list_by_case(number) if one.number == certificate), None)
    if row is None:
        raise CertificateNotFound(number=certificate)
    return _pdf(render_certificate(row.number, site=_site(request)), f"{row.name}-{row.number}")


@permission("verification.view")
@require_safe
def verify(request: HttpRequest) -> HttpResponse:
    """Ask for the code that is printed on a paper."""
    code = request.GET.get("code", "").strip()[:_LONGEST_CODE]
    if code:
        return HttpResponseRedirect(reverse("portal:proof", args=[code.replace("/", "")]))
    context = {"title": _("文书核验"), "crumbs": [(_("首页"), "/"), (_("文书核验"), "")]}
    return show(request, "portal/verify.html", context)


@permission("verification.view")
@require_safe
def proof(request: HttpRequest, code: str) -> HttpResponse:
    """Say whether a paper is true, and what stands on it, as far as the public may read it."""
    context = {
        "title": _("核验结果"),
        "crumbs": [(_("首页"), "/"), (_("文书核验"), reverse("portal:verify")), (_("核验结果"), "")],
        "code": code,
    }
    try:
        short = code[:_LONGEST_CODE]
        # A supervision letter's code begins with its card's number, a paper's with its case's.
        is_letter = short.strip().upper().startswith(CARD_PREFIX)
        found = verify_letter(short) if is_letter else verify_paper(short, on=timezone.localdate())
    except PaperNotProven as refusal:
        return show(request, "portal/proof.html", {**context, "refusal": refusal.explain(_)}, status=404)
    return show(request, "portal/proof.html", {**context, "proof": found})
