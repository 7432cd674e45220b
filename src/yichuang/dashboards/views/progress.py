"""How far the demonstration is: the fragment that the banner asks for, and the same as JSON."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from yichuang.accounts.queries import public_page
from yichuang.ui.progress import read_progress


@public_page
@never_cache
def progress(request: HttpRequest) -> HttpResponse:
    """Return the banner, or JSON where it is asked for; nothing where nothing is being filled."""
    found = read_progress()
    if request.GET.get("format") == "json" or "application/json" in request.headers.get("Accept", ""):
        if found is None:
            return JsonResponse({"done": True})
        return JsonResponse({"label": found.label, "percent": found.percent, "note": found.note, "done": found.done})
    return render(request, "ui/components/progress.html", {"progress": found})
