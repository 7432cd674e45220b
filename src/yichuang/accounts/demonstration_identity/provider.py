"""The provider itself, on oauthlib: what it answers to each question of the protocol.

Oauthlib knows the order of the checks, PKCE, errors and tokens; here stands what this provider knows: one client,
four persons, codes that serve once within a minute and tokens of five minutes, kept as digests.
"""

# ruff: noqa: ARG002 - the arguments of the answers are oauthlib's

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from hmac import compare_digest
from secrets import token_urlsafe
from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.http.request import split_domain_port, validate_host
from django.utils import timezone
from oauthlib.common import Request
from oauthlib.oauth2 import AuthorizationEndpoint, BearerToken, TokenEndpoint
from oauthlib.oauth2.rfc6749 import errors
from oauthlib.openid import RequestValidator
from oauthlib.openid.connect.core.endpoints import UserInfoEndpoint
from oauthlib.openid.connect.core.grant_types import AuthorizationCodeGrant

from yichuang.accounts.demonstration_identity import keys, persons
from yichuang.accounts.models import IdentityCode

PATH = "/demonstration-identity"
SCOPES = ("openid", "profile", "phone", "email", "identity", "represented")
CODE_LIVES = timedelta(minutes=1)
TOKEN_LIVES = timedelta(minutes=5)
_KEPT_FOR = timedelta(days=1)
# The one registered client is this site: its page of return, on any name that the site answers to.
_RETURN_PATH = "/accounts/identity/return/"


def issuer_of(address: str) -> str:
    """Return the provider's own address as the asker sees it: it follows the host and port of the request."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}{PATH}"


def describe(issuer: str) -> dict[str, Any]:
    """Return the provider's description of itself (OpenID Connect Discovery 1.0)."""
    return {
        "issuer": issuer,
        "authorization_endpoint": f"{issuer}/authorize/",
        "token_endpoint": f"{issuer}/token/",
        "userinfo_endpoint": f"{issuer}/userinfo/",
        "jwks_uri": f"{issuer}/keys/",
        "scopes_supported": list(SCOPES),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": [keys.ALGORITHM],
        "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"],
        "code_challenge_methods_supported": ["S256"],
        "claims_supported": sorted(
            {"iss", "aud", "exp", "iat", "auth_time", "nonce"}
            | set(persons.claims(persons.list_persons()[0], scopes=SCOPES))
        ),
        "request_parameter_supported": False,
        "request_uri_parameter_supported": False,
    }


@dataclass(frozen=True, slots=True)
class Registered:
    """A client as oauthlib wants to see it."""

    client_id: str


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _find(code: str, client: str) -> IdentityCode | None:
    return IdentityCode.objects.filter(code_digest=_digest(code), client=client).first()


class Answers(RequestValidator):  # type: ignore[misc]
    """What oauthlib asks; names and arguments are its own."""

    # -- the client --------------------------------------------------------------------------------

    def validate_client_id(self, client_id: str, request: Request, *_args: Any, **_kw: Any) -> bool:
        """Return whether the client is registered."""
        request.client = Registered(client_id)
        return compare_digest(client_id, settings.OIDC_CLIENT_ID)

    def validate_redirect_uri(
        self, client_id: str, redirect_uri: str, request: Request, *_args: Any, **_kw: Any
    ) -> bool:
        """Return whether the client registered this page of return."""
        parts = urlsplit(redirect_uri)
        host, _port = split_domain_port(parts.netloc)
        return (
            parts.scheme in {"http", "https"}
            and parts.path == _RETURN_PATH
            and not parts.query
            and not parts.fragment
            and bool(host)
            and validate_host(host, settings.ALLOWED_HOSTS)
        )

    def get_default_redirect_uri(self, client_id: str, request: Request, *_args: Any, **_kw: Any) -> None:
        """Return none: the page of return must be named."""

    def client_authentication_required(self, request: Request, *_args: Any, **_kw: Any) -> bool:
        """Return that a client always proves who it is."""
        return True

    def authenticate_client(self, request: Request, *_args: Any, **_kw: Any) -> bool:
        """Return whether the client knows its secret, in the body or in the header (RFC 6749, 2.3.1)."""
        client, secret = request.client_id, request.client_secret
        if not secret:
            client, secret = _basic(request.headers)
        if not client or not settings.OIDC_CLIENT_SECRET:
            return False
        request.client_id, request.client = client, Registered(client)
        return compare_digest(client, settings.OIDC_CLIENT_ID) and compare_digest(secret, settings.OIDC_CLIENT_SECRET)

    def validate_grant_type(self, client_id: str, grant_type: str, *_args: Any, **_kw: Any) -> bool:
        """Return whether the grant is the one kind there is."""
        return grant_type == "authorization_code"

    def validate_response_type(self, client_id: str, response_type: str, *_args: Any, **_kw: Any) -> bool:
        """Return whether the client asks for a code."""
        return response_type == "code"

    def validate_scopes(self, client_id: str, scopes: list[str], *_args: Any, **_kw: Any) -> bool:
        """Return whether all scopes are known."""
        return set(scopes) <= set(SCOPES) and "openid" in scopes

    def get_default_scopes(self, client_id: str, request: Request, *_args: Any, **_kw: Any) -> list[str]:
        """Return the scopes of one who names none."""
        return ["openid"]

    # -- the person --------------------------------------------------------------------------------

    def validate_silent_login(self, request: Request) -> bool:
        """Return that nobody is signed in here beforehand: each time a person is chosen."""
        return False

    def validate_silent_authorization(self, request: Request) -> bool:
        """Return that nobody agreed beforehand."""
        return False

    def validate_user_match(self, id_token_hint: Any, scopes: Any, claims: Any, request: Request) -> bool:
        """Return whether the person is whom the client expects; nobody is expected."""
        return id_token_hint is None

    # -- the code ----------------------------------------------------------------------------------

    def is_pkce_required(self, client_id: str, request: Request) -> bool:
        """Return that a code is bound to who asked for it (RFC 7636)."""
        return True

    def save_authorization_code(self, client_id: str, code: Mapping[str, str], request: Request, *_args: Any) -> None:
        """Keep a fresh code, and forget those that have long been over."""
        now = timezone.now()
        IdentityCode.objects.filter(issued_at__lt=now - _KEPT_FOR).delete()
        IdentityCode.objects.create(
            code_digest=_digest(code["code"]),
            person=request.person,
            client=client_id,
            redirect_uri=request.redirect_uri[:500],
            scopes=" ".join(request.scopes),
            nonce=(request.nonce or "")[:255],
            challenge=(request.code_challenge or "")[:128],
            challenge_method=(request.code_challenge_method or "")[:8],
            issued_at=now,
        )

    def validate_code(self, client_id: str, code: str, client: str, request: Request, *_args: Any, **_kw: Any) -> bool:
        """Return whether the code serves now, and use it up: two at once cannot both have it.

        One that is used again betrays a thief: the token made from it ends (RFC 6749, 4.1.2).
        """
        now = timezone.now()
        found = IdentityCode.objects.filter(code_digest=_digest(code), client=client_id)
        taken = found.filter(used_at__isnull=True, issued_at__gt=now - CODE_LIVES).update(used_at=now)
        if not taken:
            found.update(token_until=now)
            return False
        kept = found.get()
        request.user, request.scopes, request.issued = kept.person, kept.scopes.split(), kept
        return True

    def get_code_challenge(self, code: str, request: Request) -> str:
        """Return the challenge that came with the request for the code."""
        return str(request.issued.challenge)

    def get_code_challenge_method(self, code: str, request: Request) -> str:
        """Return how the challenge was made."""
        return str(request.issued.challenge_method)

    def confirm_redirect_uri(
        self, client_id: str, code: str, redirect_uri: str, client: str, request: Request, *_args: Any, **_kw: Any
    ) -> bool:
        """Return whether the code was sent to the page that now asks."""
        return compare_digest(redirect_uri, request.issued.redirect_uri)

    def get_authorization_code_nonce(self, client_id: str, code: str, redirect_uri: str, request: Request) -> str:
        """Return the nonce of the request for the code."""
        return str(request.issued.nonce)

    def get_authorization_code_scopes(
        self, client_id: str, code: str, redirect_uri: str, request: Request
    ) -> list[str]:
        """Return the scopes of the request for the code."""
        kept = _find(code, client_id)
        return kept.scopes.split() if kept else []

    def invalidate_authorization_code(self, client_id: str, code: str, request: Request, *_args: Any) -> None:
        """Do nothing more: the code was used up when it was looked at."""

    # -- the tokens --------------------------------------------------------------------------------

    def get_id_token(self, token: Any, token_handler: Any, request: Request) -> None:
        """Return none, so that oauthlib begins the id_token and asks to finish it."""

    def finalize_id_token(self, id_token: dict[str, Any], token: Any, token_handler: Any, request: Request) -> str:
        """Return the signed id_token (OpenID Connect Core 1.0, 2)."""
        issued_at = int(request.issued.issued_at.timestamp())
        now = int(timezone.now().timestamp())
        person = persons.find(request.user)
        if person is None:
            raise errors.InvalidGrantError(request=request)
        return keys.sign(
            {
                **id_token,
                "iss": issuer_of(request.uri),
                "sub": person.subject,
                "iat": now,
                "exp": now + int(TOKEN_LIVES.total_seconds()),
                "auth_time": issued_at,
            }
        )

    def save_bearer_token(self, token: Mapping[str, Any], request: Request, *_args: Any, **_kw: Any) -> None:
        """Keep the digest of a token beside its code."""
        IdentityCode.objects.filter(pk=request.issued.pk).update(
            token_digest=_digest(token["access_token"]), token_until=timezone.now() + TOKEN_LIVES
        )

    def validate_bearer_token(self, token: str | None, scopes: list[str], request: Request) -> bool:
        """Return whether a token is good now."""
        kept = IdentityCode.objects.filter(token_digest=_digest(token or ""), token_until__gt=timezone.now()).first()
        if kept is None:
            return False
        request.user, request.scopes = kept.person, kept.scopes.split()
        return True

    def get_userinfo_claims(self, request: Request) -> dict[str, Any]:
        """Return what the provider says about the token's person."""
        person = persons.find(request.user)
        if person is None:
            raise errors.OAuth2Error(request=request)
        return persons.claims(person, scopes=request.scopes)


def _basic(headers: Mapping[str, str]) -> tuple[str, str]:
    from base64 import b64decode  # only clients that prefer the header come here

    kind, _space, content = headers.get("Authorization", "").partition(" ")
    if kind.lower() != "basic":
        return "", ""
    try:
        client, _colon, secret = b64decode(content, validate=True).decode().partition(":")
    except (ValueError, UnicodeDecodeError):
        return "", ""
    return unquote(client), unquote(secret)


def _only_s256(request: Request) -> dict[str, Any]:
    if request.code_challenge_method != "S256":
        raise errors.UnsupportedCodeChallengeMethodError(request=request)
    return {}


class Provider(AuthorizationEndpoint, TokenEndpoint, UserInfoEndpoint):  # type: ignore[misc]
    """Three pages and one kind of grant; oauthlib's ready-made server would answer to six."""

    def __init__(self) -> None:
        answers = Answers()
        grant = AuthorizationCodeGrant(answers, refresh_token=False)
        grant.custom_validators.post_auth.append(_only_s256)
        bearer = BearerToken(answers, lambda _request: token_urlsafe(32), expires_in=int(TOKEN_LIVES.total_seconds()))
        AuthorizationEndpoint.__init__(
            self, default_response_type="code", response_types={"code": grant}, default_token_type=bearer
        )
        TokenEndpoint.__init__(
            self,
            default_grant_type="authorization_code",
            grant_types={"authorization_code": grant},
            default_token_type=bearer,
        )
        UserInfoEndpoint.__init__(self, answers)
