"""OpenID Connect from the side of this site, on allauth's client: to the provider and back with proven claims.

Of allauth come discovery, state, PKCE and the token request. Added here, since its client for OpenID
Connect has none: the nonce, the check that the discovered issuer is the one that was asked, and the signature of the
id_token even where it came over a direct line. What it would do next - accounts of its own, the whole answer stored
with its numbers in the clear - is left out (ADR 0008).
"""

from secrets import compare_digest, token_urlsafe
from typing import Any
from urllib.parse import urlsplit

import jwt
import requests
from allauth.core import context
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.internal import statekit
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from yichuang.accounts.identity.same_site import SameSite
from yichuang.accounts.values import IdentityClosed, IdentityNotVerified, IdentityUnreachable
from yichuang.kernel.words import N_

PROVIDER = "identity"
DEMONSTRATION = "demonstration"
DEMONSTRATION_PATH = "/demonstration-identity"
# Only signatures that a public key proves: with the others the client's own secret would do.
ALGORITHMS = ("ES256", "ES384", "ES512", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "EdDSA")
_LEEWAY_SECONDS = 60
_DISCOVERY_SECONDS = 300


def uses_demonstration() -> bool:
    """Return whether the demonstration's own provider stands in for a real one."""
    return bool(settings.DEMONSTRATION and not settings.OIDC_ISSUER)


def is_open() -> bool:
    """Return whether applicants can sign in at all."""
    return bool(settings.OIDC_ISSUER) or uses_demonstration()


def issuer_name() -> str:
    """Return under which issuer people are kept: the demonstration's has no address of its own."""
    return settings.OIDC_ISSUER or DEMONSTRATION


def _issuer(request: HttpRequest) -> str:
    if settings.OIDC_ISSUER:
        return str(settings.OIDC_ISSUER)
    return f"{request.scheme}://{request.get_host()}{DEMONSTRATION_PATH}"


class Social(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """How allauth reaches out: where the provider is this site itself, without the network."""

    def get_requests_session(self) -> requests.Session:
        """Return a session with a time limit; the demonstration's own addresses are answered in this process."""
        session: requests.Session = super().get_requests_session()
        request: HttpRequest | None = context.request
        if request is not None and uses_demonstration():
            session.mount(_issuer(request) + "/", SameSite())
        return session


class Client(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]
    """One exchange with the provider."""

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request, PROVIDER)
        self._provider = OpenIDConnectProvider(
            request,
            app=SocialApp(
                provider="openid_connect",
                provider_id=PROVIDER,
                name=PROVIDER,
                client_id=settings.OIDC_CLIENT_ID,
                secret=settings.OIDC_CLIENT_SECRET,
                settings={
                    "server_url": _issuer(request),
                    "oauth_pkce_enabled": True,
                    "scope": list(settings.OIDC_SCOPE),
                },
            ),
        )
        # The provider asks its adapter for the addresses; it must be this one.
        self._provider.get_oauth2_adapter = lambda _request: self

    def get_provider(self) -> OpenIDConnectProvider:
        """Return the one configured provider; allauth would look it up in its own table."""
        return self._provider

    def get_callback_url(self, request: HttpRequest, app: SocialApp) -> str:  # noqa: ARG002 - allauth's
        """Return the address to which the provider sends people back."""
        return request.build_absolute_uri(reverse("accounts:identity-return"))

    @property
    def openid_config(self) -> dict[str, Any]:
        """Return the provider's own description of itself, kept for some minutes."""
        issuer = _issuer(self.request)
        key = f"yichuang.accounts.discovery:{issuer}"
        kept: dict[str, Any] | None = cache.get(key)
        if kept is None:
            kept = self._fetch(f"{issuer}/.well-known/openid-configuration")
            # OpenID Connect Discovery 1.0, 4.3: a description of another issuer is no description.
            if kept.get("issuer") != issuer:
                raise IdentityUnreachable()
            cache.set(key, kept, _DISCOVERY_SECONDS)
        return kept

    def _fetch(self, address: str) -> dict[str, Any]:
        with Social(self.request).get_requests_session() as session:
            answer = session.get(address)
            answer.raise_for_status()
            found: dict[str, Any] = answer.json()
        return found

    def claims(self, tokens: dict[str, Any], *, nonce: str) -> dict[str, Any]:
        """Return the proven claims of an id_token, with those of userinfo for the same subject beside them."""
        proven = self._prove(str(tokens.get("id_token", "")), nonce=nonce)
        if "userinfo_endpoint" in self.openid_config:
            more = self._fetch_user_info(tokens["access_token"])
            # OpenID Connect Core 1.0, 5.3.2: an answer about another subject must not be used.
            if more.get("sub") != proven["sub"]:
                raise IdentityNotVerified(reason=N_("用户信息与认证结果不是同一人"))
            return {**more, **proven}
        return proven

    def _prove(self, id_token: str, *, nonce: str) -> dict[str, Any]:
        config = self.openid_config
        try:
            header = jwt.get_unverified_header(id_token)
            keys = jwt.PyJWKSet.from_dict(self._fetch(config["jwks_uri"])).keys
            key = next(one for one in keys if one.key_id == header.get("kid") or len(keys) == 1)
            claims: dict[str, Any] = jwt.decode(
                id_token,
                key=key,
                algorithms=[name for name in ALGORITHMS if name == header.get("alg")],
                audience=settings.OIDC_CLIENT_ID,
                issuer=config["issuer"],
                leeway=_LEEWAY_SECONDS,
                options={"require": ["exp", "iat", "iss", "aud", "sub"]},
            )
        except (jwt.PyJWTError, StopIteration, KeyError, TypeError, ValueError) as fault:
            raise IdentityNotVerified(reason=N_("身份令牌无效或已过期")) from fault
        if not compare_digest(str(claims.get("nonce", "")), nonce):
            raise IdentityNotVerified(reason=N_("身份令牌不属于这次登录"))
        return claims


def depart(request: HttpRequest, *, wanted: str) -> HttpResponse:
    """Send the visitor to the identity provider; raises IdentityClosed or IdentityUnreachable."""
    if not is_open():
        raise IdentityClosed()
    nonce = token_urlsafe(24)
    try:
        client = Client(request)
        answer: HttpResponse = client.get_provider().redirect(
            request, process="login", next_url=wanted, data={"nonce": nonce}, auth_params={"nonce": nonce}
        )
    except (requests.RequestException, OAuth2Error, KeyError, ValueError) as fault:
        raise IdentityUnreachable() from fault
    if not urlsplit(answer.headers.get("Location", "")).netloc:
        raise IdentityUnreachable()
    return answer


def arrive(request: HttpRequest) -> tuple[dict[str, Any], str]:
    """Return the proven claims of one who comes back, and the page he wanted.

    Raises IdentityClosed, IdentityNotVerified (refused there, stale, replayed, forged) or IdentityUnreachable.
    """
    if not is_open():
        raise IdentityClosed()
    state = statekit.unstash_state(request, provider_id=PROVIDER, state_id=request.GET.get("state", ""))
    if state is None:
        raise IdentityNotVerified(reason=N_("本次登录已失效，或不是从本浏览器开始的"))
    if request.GET.get("error") == "access_denied":
        raise IdentityNotVerified(reason=N_("您在认证页面取消了登录"))
    if not request.GET.get("code"):
        raise IdentityNotVerified(reason=N_("认证机构没有完成认证"))
    client = Client(request)
    app = client.get_provider().app
    try:
        tokens = client.get_access_token_data(
            request, app, client.get_client(request, app), pkce_code_verifier=state.get("pkce_code_verifier")
        )
        claims = client.claims(tokens, nonce=state["data"]["nonce"])
    except OAuth2Error as fault:
        raise IdentityNotVerified(reason=N_("认证机构不接受这次登录")) from fault
    except (requests.RequestException, KeyError, ValueError, TypeError) as fault:
        raise IdentityUnreachable() from fault
    return claims, str(state.get("next") or "/")
