"""Applicants sign in through OpenID Connect: to the demonstration's provider and back, and what cannot be forged."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
import pytest
import requests
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import LazySettings
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from pytest_django.live_server_helper import LiveServer

from yichuang.accounts import applicants
from yichuang.accounts.demonstration_identity import keys, persons
from yichuang.accounts.identity import claims as said
from yichuang.accounts.models import AccountLogEntry, IdentityCode, Person, SignInAttempt, User
from yichuang.accounts.queries import (
    allowed,
    get_actor,
    get_person,
    has_recently_confirmed,
    list_demonstration_persons,
    list_represented,
)
from yichuang.accounts.values import IdentityConflict, Role
from yichuang.kernel.actor import ActorKind

pytestmark = pytest.mark.django_db
HERE = "http://testserver"


@pytest.fixture(autouse=True)
def fresh_discovery() -> None:
    cache.clear()


def local(address: str) -> str:
    return address.removeprefix(HERE)


def depart(client: Client, wanted: str = "/items/") -> str:
    """Begin, and return the address of the provider's page."""
    answer = client.post("/accounts/identity/", {"next": wanted})
    assert answer.status_code == 302, answer.content.decode()
    return local(answer["Location"])


def choose(client: Client, page: str, person: str) -> str:
    """Choose a person on the provider's page and return the address to come back to."""
    return local(client.post(page, {"person": person})["Location"])


def sign_in(client: Client, person: str = "chen", wanted: str = "/items/") -> HttpResponse:
    return client.get(choose(client, depart(client, wanted), person))  # type: ignore[return-value]


def query(address: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


# -- the way there and back ------------------------------------------------------------------------


def test_a_citizen_signs_in_and_arrives_where_he_wanted_to_go(client: Client) -> None:
    answer = sign_in(client, "chen", "/items/?q=x")
    assert (answer.status_code, answer["Location"]) == (302, "/items/?q=x")
    user = User.objects.get()
    person = get_person(user)
    assert person is not None
    assert (person.name, person.id_type, len(person.id_number)) == ("陈小禾", "111", 18)
    assert person.phone == "13900000011"
    assert person.email
    assert list_represented(user) == ()
    assert allowed(user, "applications.own").own
    assert not allowed(user, "cases.view")
    assert SignInAttempt.objects.get().door == "identity"


def test_an_applicant_acts_under_a_masked_name_because_the_ledger_keeps_it_for_ever(client: Client) -> None:
    sign_in(client, "chen")
    actor = get_actor(User.objects.get())
    assert (actor.kind, actor.name) == (ActorKind.APPLICANT, "陈**")


@pytest.mark.parametrize(("person", "capacity"), [("liu", "legal-representative"), ("zhou", "agent")])
def test_who_acts_for_a_firm_brings_it_along(client: Client, person: str, capacity: str) -> None:
    sign_in(client, person)
    (firm,) = list_represented(User.objects.get())
    assert (firm.uscc, firm.name, firm.capacity) == (persons.firm_code(), persons.FIRM, capacity)


def test_signing_in_again_opens_the_same_account_with_what_is_true_now(client: Client) -> None:
    sign_in(client, "liu")
    Person.objects.update(phone="1", name="旧名")
    client.logout()
    sign_in(client, "liu")
    user = User.objects.get()
    assert (user.person.phone, user.display_name) == ("13900000013", "刘启明")
    assert AccountLogEntry.objects.filter(event="identity-verified").count() == 2
    client.logout()
    sign_in(client, "liu")
    assert AccountLogEntry.objects.filter(event="identity-verified").count() == 2  # nothing had changed


def test_an_organisation_that_is_no_longer_named_is_ended_not_forgotten(client: Client) -> None:
    sign_in(client, "zhou")
    user = User.objects.get()
    stated = said.read(persons.claims(persons.find("zhou"), scopes=["profile", "identity"]), on=timezone.localdate())  # type: ignore[arg-type]
    applicants.take_in(stated, issuer="demonstration", is_demonstration=True, at=timezone.now())
    assert list_represented(user) == ()
    assert user.person.represented.get().valid_until == timezone.localdate()


def test_a_fresh_sign_in_counts_as_a_confirmation_for_some_minutes(client: Client, rf: Any) -> None:
    sign_in(client)
    request = rf.get("/")
    request.session, request.user = client.session, User.objects.get()
    assert has_recently_confirmed(request)


def test_the_sign_in_page_shows_both_doors_and_whom_one_can_be(client: Client) -> None:
    page = client.get("/accounts/sign-in/").content.decode()
    assert 'action="/accounts/identity/"' in page
    assert all(person.name in page for person in list_demonstration_persons())
    assert {person.key for person in list_demonstration_persons()} == {one.key for one in persons.list_persons()}


def test_cancelling_there_leads_back_with_a_clear_word(client: Client) -> None:
    answer = client.get(choose(client, depart(client), ""))
    assert answer.status_code == 400
    assert "您在认证页面取消了登录" in answer.content.decode()


@pytest.mark.parametrize("wanted", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_coming_back_never_leads_to_another_site(client: Client, wanted: str) -> None:
    assert sign_in(client, wanted=wanted)["Location"] == "/"


# -- what cannot be forged or replayed -------------------------------------------------------------


def test_coming_back_twice_with_the_same_address_does_nothing(client: Client) -> None:
    back = choose(client, depart(client), "chen")
    assert client.get(back).status_code == 302
    client.logout()
    assert client.get(back).status_code == 400
    assert "_auth_user_id" not in client.session


def test_an_answer_that_another_browser_began_is_refused(client: Client) -> None:
    back = choose(client, depart(client), "chen")
    assert Client().get(back).status_code == 400
    assert not User.objects.exists()


def test_a_code_serves_once_and_its_token_ends_when_it_is_tried_again(client: Client, settings: LazySettings) -> None:
    page = depart(client)
    asked = query(page)
    code = query(choose(client, page, "chen"))["code"]
    content = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": asked["redirect_uri"],
        "client_id": settings.OIDC_CLIENT_ID,
        "client_secret": settings.OIDC_CLIENT_SECRET,
        "code_verifier": "wrong" * 10,
    }
    assert json.loads(ask_tokens(client, content).content)["error"] == "invalid_grant"
    state = client.session["socialaccount_states"][asked["state"]][0]
    content["code_verifier"] = state["pkce_code_verifier"]
    assert json.loads(ask_tokens(client, content).content)["error"] == "invalid_grant"


def ask_tokens(client: Client, content: dict[str, str]) -> HttpResponse:
    form = "application/x-www-form-urlencoded"
    return client.post("/demonstration-identity/token/", urlencode(content), content_type=form)  # type: ignore[return-value]


def tokens(client: Client, settings: LazySettings, person: str = "chen", **changes: str) -> tuple[HttpResponse, str]:
    """Change a code into tokens by hand; return the answer and the nonce that was asked with."""
    page = depart(client)
    asked = query(page)
    state = client.session["socialaccount_states"][asked["state"]][0]
    content = {
        "grant_type": "authorization_code",
        "code": query(choose(client, page, person))["code"],
        "redirect_uri": asked["redirect_uri"],
        "client_id": settings.OIDC_CLIENT_ID,
        "client_secret": settings.OIDC_CLIENT_SECRET,
        "code_verifier": state["pkce_code_verifier"],
        **changes,
    }
    return ask_tokens(client, content), asked["nonce"]


def test_the_id_token_is_signed_and_bound_to_issuer_client_and_nonce(client: Client, settings: LazySettings) -> None:
    answer, nonce = tokens(client, settings)
    found = json.loads(answer.content)
    published = client.get("/demonstration-identity/keys/").json()
    key = jwt.PyJWKSet.from_dict(published).keys[0]
    assert "d" not in published["keys"][0]
    content = jwt.decode(
        found["id_token"],
        key=key,
        algorithms=["ES256"],
        audience=settings.OIDC_CLIENT_ID,
        issuer=f"{HERE}/demonstration-identity",
    )
    assert (content["nonce"], content["sub"]) == (nonce, "demonstration-chen")
    assert content["exp"] - content["iat"] == 300
    assert "refresh_token" not in found
    assert answer["Cache-Control"] == "no-store"
    bearer = {"Authorization": f"Bearer {found['access_token']}"}
    assert client.get("/demonstration-identity/userinfo/", headers=bearer).json()["name"] == "陈小禾"


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"client_secret": "guessed"}, "invalid_client"),
        ({"client_id": "somebody"}, "invalid_client"),
        ({"code_verifier": "x" * 43}, "invalid_grant"),
        ({"redirect_uri": "http://testserver/elsewhere/"}, "invalid_request"),
        ({"code": "guessed"}, "invalid_grant"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
    ],
)
def test_the_token_page_refuses_what_does_not_belong_together(
    client: Client, settings: LazySettings, changes: dict[str, str], fault: str
) -> None:
    answer, _nonce = tokens(client, settings, **changes)
    assert answer.status_code in {400, 401}
    assert json.loads(answer.content)["error"] == fault


def test_a_code_is_short_lived(client: Client) -> None:
    back = choose(client, depart(client), "chen")
    IdentityCode.objects.update(issued_at=timezone.now() - timedelta(minutes=2))
    assert client.get(back).status_code == 400
    assert not User.objects.exists()


def test_a_token_ends_and_an_unknown_one_says_nothing(client: Client, settings: LazySettings) -> None:
    answer, _nonce = tokens(client, settings)
    bearer = {"Authorization": f"Bearer {json.loads(answer.content)['access_token']}"}
    IdentityCode.objects.update(token_until=timezone.now())
    assert client.get("/demonstration-identity/userinfo/", headers=bearer).status_code == 401
    assert client.get("/demonstration-identity/userinfo/").status_code == 401


@pytest.mark.parametrize(
    "changes",
    [
        {"redirect_uri": "https://evil.example/accounts/identity/return/"},
        {"redirect_uri": "http://testserver/accounts/identity/return/?to=x"},
        {"redirect_uri": "http://testserver/elsewhere/"},
        {"client_id": "somebody"},
    ],
)
def test_the_provider_sends_nobody_to_a_page_that_is_not_registered(client: Client, changes: dict[str, str]) -> None:
    asked = query(depart(client)) | changes
    answer = client.get("/demonstration-identity/authorize/", asked)
    assert answer.status_code == 400
    assert "没有在这里登记" in answer.content.decode()


@pytest.mark.parametrize(
    "changes",
    [
        {"code_challenge": ""},
        {"code_challenge_method": ""},
        {"code_challenge_method": "plain"},
        {"response_type": ""},
        {"response_type": "token"},
        {"scope": "profile"},
        {"scope": "openid everything"},
        {"prompt": "none"},
    ],
)
def test_the_provider_asks_for_everything_that_binds_a_code(client: Client, changes: dict[str, str]) -> None:
    asked = {name: value for name, value in (query(depart(client)) | changes).items() if value}
    answer = client.get("/demonstration-identity/authorize/", asked)
    assert answer.status_code == 302
    assert "error=" in answer["Location"]


def forge(monkeypatch: pytest.MonkeyPatch, change: Callable[[dict[str, Any]], str]) -> None:
    """Let the provider hand out other id_tokens than it should."""
    monkeypatch.setattr(keys, "sign", change)


def _with(**changes: Any) -> Callable[[dict[str, Any]], str]:
    real = keys.sign
    return lambda content: real({**content, **changes})


def _unsigned(content: dict[str, Any]) -> str:
    return jwt.encode(content, "", algorithm="none", headers={"kid": keys.public_key()["kid"]})


def _by_another_key(content: dict[str, Any]) -> str:
    other = ec.generate_private_key(ec.SECP256R1())
    return jwt.encode(content, other, algorithm="ES256", headers={"kid": keys.public_key()["kid"]})


def _by_the_shared_secret(content: dict[str, Any]) -> str:
    from django.conf import settings

    return jwt.encode(
        content, settings.OIDC_CLIENT_SECRET, algorithm="HS256", headers={"kid": keys.public_key()["kid"]}
    )


@pytest.mark.parametrize(
    "change",
    [
        _with(nonce="another"),
        _with(iss="http://testserver/another"),
        _with(aud="somebody"),
        _with(exp=1, iat=0),
        _with(sub="demonstration-wang"),  # userinfo speaks of another person
        _unsigned,
        _by_another_key,
        _by_the_shared_secret,
        lambda content: "not.a.token",
        lambda content: "",
    ],
)
def test_an_id_token_that_proves_nothing_opens_no_account(
    client: Client, monkeypatch: pytest.MonkeyPatch, change: Callable[[dict[str, Any]], str]
) -> None:
    forge(monkeypatch, change)
    answer = sign_in(client)
    assert answer.status_code == 400
    assert "身份认证没有完成" in answer.content.decode()
    assert not User.objects.exists()


def test_a_provider_that_describes_another_issuer_is_not_used(client: Client, settings: LazySettings) -> None:
    cache.set("yichuang.accounts.discovery:none", {}, 1)
    settings.OIDC_ISSUER = "http://127.0.0.1:9/unreachable"
    answer = client.post("/accounts/identity/")
    assert answer.status_code == 503
    assert "统一身份认证暂时不可用" in answer.content.decode()


# -- who is who ------------------------------------------------------------------------------------


def identity(person: str, **changes: Any) -> said.Identity:
    invented = persons.find(person)
    assert invented is not None
    scopes = ["profile", "phone", "email", "identity", "represented"]
    return said.read({**persons.claims(invented, scopes=scopes), **changes}, on=timezone.localdate())


def test_the_same_person_under_a_new_subject_keeps_his_account() -> None:
    first = applicants.take_in(identity("chen"), issuer="one", is_demonstration=False, at=timezone.now())
    again = applicants.take_in(identity("chen", sub="new"), issuer="two", is_demonstration=False, at=timezone.now())
    assert first.pk == again.pk
    assert again.person.issuer == "two"


def test_a_number_that_belongs_to_another_account_is_not_taken_over() -> None:
    applicants.take_in(identity("chen"), issuer="one", is_demonstration=False, at=timezone.now())
    applicants.take_in(identity("wang"), issuer="one", is_demonstration=False, at=timezone.now())
    stolen = identity("wang", id_number=identity("chen").person.id_number)
    with pytest.raises(IdentityConflict):
        applicants.take_in(stolen, issuer="one", is_demonstration=False, at=timezone.now())


def test_an_invented_person_is_never_taken_for_a_real_one() -> None:
    real = applicants.take_in(identity("chen"), issuer="city", is_demonstration=False, at=timezone.now())
    invented = applicants.take_in(identity("chen"), issuer="demonstration", is_demonstration=True, at=timezone.now())
    assert real.pk != invented.pk
    assert not real.is_demonstration


def test_an_account_that_was_closed_stays_closed(client: Client) -> None:
    sign_in(client)
    client.logout()
    User.objects.update(is_active=False)
    assert sign_in(client).status_code == 400
    assert "_auth_user_id" not in client.session


def test_nobody_signs_in_to_an_applicants_account_with_a_password(client: Client) -> None:
    sign_in(client)
    name = User.objects.get().username
    client.logout()
    for password in ("", "!", "demonstration-only"):
        answer = client.post("/accounts/sign-in/", {"username": name, "password": password})
        assert answer.status_code in {400, 401}


# -- on and off ------------------------------------------------------------------------------------


def test_switching_the_demonstration_off_shuts_its_provider_and_its_applicants(
    client: Client, settings: LazySettings
) -> None:
    sign_in(client)
    settings.DEMONSTRATION = False
    assert client.get("/my/").status_code == 403
    assert client.get("/demonstration-identity/.well-known/openid-configuration").status_code == 404
    client.logout()
    assert client.post("/accounts/identity/").status_code == 503
    assert "尚未接通统一身份认证" in client.get("/accounts/sign-in/").content.decode()


def test_the_providers_own_address_follows_the_request(client: Client) -> None:
    answer = client.get("/demonstration-identity/.well-known/openid-configuration", HTTP_HOST="localhost:12345")
    assert answer.json()["issuer"] == "http://localhost:12345/demonstration-identity"


@pytest.mark.django_db(transaction=True)
def test_a_real_provider_elsewhere_takes_its_place_by_setting_the_issuer(
    client: Client, live_server: LiveServer, settings: LazySettings
) -> None:
    settings.OIDC_ISSUER = f"{live_server.url}/demonstration-identity"
    answer = client.post("/accounts/identity/", {"next": "/items/"})
    there = answer["Location"]
    assert there.startswith(live_server.url)
    with requests.Session() as browser:
        page = browser.get(there)
        token = page.text.partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]
        back = browser.post(
            there, {"person": "liu", "csrfmiddlewaretoken": token}, allow_redirects=False, headers={"Referer": there}
        ).headers["Location"]
    assert client.get(local(back))["Location"] == "/items/"
    person = Person.objects.get()
    assert person.issuer == settings.OIDC_ISSUER
    assert not person.user.is_demonstration
    assert person.user.grants.get().role == Role.APPLICANT
