"""Pages of the portal: every one carries the region in its head and stays out of shared caches once it is personal."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.utils.http import url_has_allowed_host_and_scheme

from yichuang.portal.region import Region, get_region, head_of


def show(
    request: HttpRequest,
    template: str,
    context: dict[str, Any],
    *,
    region: Region | None = None,
    status: int = 200,
) -> HttpResponse:
    """Draw a page of the portal with the region in its head; what a signed-in person sees is kept nowhere."""
    head = head_of(request, region or get_region(request))
    answer = render(request, template, {"region": head, **context}, status=status)
    if request.user.is_authenticated:
        patch_cache_control(answer, no_store=True, private=True)
    return answer


def safe_next(request: HttpRequest, wanted: str, *, otherwise: str = "/") -> str:
    """Return an address to go on to if it lies on this site: no open redirect."""
    here = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if here else otherwise
