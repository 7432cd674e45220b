"""Pages and answers of the demonstration's identity provider."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from oauthlib.oauth2.rfc6749 import errors

from yichuang.accounts.demonstration_identity import keys, persons
from yichuang.accounts.demonstration_identity.provider import Provider, describe, issuer_of
from yichuang.accounts.permissions import public_page

_View = Callable[..., HttpResponseBase]


def _only_in_demonstration(view: _View) -> _View:
    @wraps(view)
    def shown(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not settings.DEMONSTRATION:
            raise Http404
        return view(request, *args, **kwargs)

    return shown


def _headers(request: HttpRequest) -> dict[str, str]:
    kept = {"Authorization": request.headers.get("Authorization", ""), "Content-Type": request.content_type or ""}
    return {name: value for name, value in kept.items() if value}


def _answered(headers: dict[str, str], body: str | None, status: int) -> HttpResponse:
    response = HttpResponse(body or "", status=status, content_type="application/json")
    for name, value in headers.items():
        response[name] = value
    # RFC 6749, 5.1: no token may be kept on the way.
    response["Cache-Control"] = "no-store"
    return response


@public_page
@_only_in_demonstration
@require_safe
def discovery(request: HttpRequest) -> HttpResponse:
    """Describe the provider to machines."""
    return JsonResponse(describe(issuer_of(request.build_absolute_uri())))


@public_page
@_only_in_demonstration
@require_safe
def public_keys(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - Django's
    """Publish the key that proves signatures."""
    return JsonResponse({"keys": [keys.public_key()]})


@public_page
@_only_in_demonstration
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def authorize(request: HttpRequest) -> HttpResponse:
    """Let the visitor be one of the invented persons, and send him back with a code."""
    provider, address = Provider(), request.build_absolute_uri()
    try:
        scopes, asked = provider.validate_authorization_request(address, "GET", None, {})
    except errors.FatalClientError as fault:
        # An unknown client or page of return: nobody is sent there.
        return render(request, "demonstration_identity/refused.html", {"fault": fault.error}, status=400)
    except errors.OAuth2Error as fault:
        return HttpResponseRedirect(fault.in_uri(fault.redirect_uri))
    if request.method != "POST":
        on = timezone.localdate()
        people = [(person, person.age_on(on)) for person in persons.list_persons()]
        return render(request, "demonstration_identity/authorize.html", {"people": people, "firm": persons.FIRM})
    person = persons.find(request.POST.get("person", ""))
    if person is None:
        denied = errors.AccessDeniedError(state=asked["state"])
        return HttpResponseRedirect(denied.in_uri(asked["redirect_uri"]))
    headers, _body, _status = provider.create_authorization_response(
        address, "GET", None, {}, scopes=scopes, credentials={"person": person.key}
    )
    return HttpResponseRedirect(headers["Location"])


@public_page
@csrf_exempt
@_only_in_demonstration
@require_POST
def token(request: HttpRequest) -> HttpResponse:
    """Change a code into tokens; asked by the client's machine, which proves itself by its secret."""
    body = request.body.decode("utf-8", "replace")
    try:
        headers, answer, status = Provider().create_token_response(
            request.build_absolute_uri(), "POST", body, _headers(request)
        )
    except errors.OAuth2Error as fault:
        headers, answer, status = fault.headers, fault.json, fault.status_code
    except ValueError:
        # Oauthlib refuses a body that is no form.
        headers, answer, status = {}, errors.InvalidRequestError().json, 400
    return _answered(headers, answer, status)


@public_page
@csrf_exempt
@_only_in_demonstration
@require_http_methods(["GET", "POST"])
def userinfo(request: HttpRequest) -> HttpResponse:
    """Say about the token's person what its scopes allow."""
    try:
        headers, answer, status = Provider().create_userinfo_response(
            request.build_absolute_uri(), request.method, None, _headers(request)
        )
    except errors.OAuth2Error as fault:
        headers, answer, status = fault.headers, fault.json, fault.status_code
    return _answered(headers, answer, status)
