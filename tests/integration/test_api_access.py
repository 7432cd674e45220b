"""Who gets into the API, with what, where, and how often; and that pages and tokens know nothing of each other."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from oauth2_provider.models import AccessToken, Application

from tests.factories.people import CONNECTOR
from tests.factories.systems import EVERYTHING, Caller, ask_for_token, caller, registered, token_of
from yichuang.accounts.commands import renew_system_secret, revoke_system
from yichuang.accounts.models import User
from yichuang.accounts.values import PersonalNeedsArea, ScopeUnknown, SystemIncomplete, SystemSourceTaken
from yichuang.kernel.identifiers.refusals import WrongPart

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def rates_of_its_own(settings: Any, tmp_path: Path) -> None:
    """Each test begins with a whole budget."""
    settings.VAR = tmp_path


def test_a_system_gets_a_token_with_its_secret_and_is_recognised_by_it() -> None:
    made = registered("county-a", division="610924")
    answer = ask_for_token(made).json()  # type: ignore[attr-defined]
    assert (answer["token_type"], answer["expires_in"]) == ("Bearer", 3600)
    me = Caller(answer["access_token"]).get("/me")
    assert me.json() == {
        "client_id": made.row.client,
        "name": "系统 county-a",
        "source": "county-a",
        "scopes": sorted(EVERYTHING),
        "division": "610924",
        "organisation": "",
        "rate_per_minute": 60_000,
    }


def test_neither_the_secret_nor_the_token_stands_in_the_database() -> None:
    made = registered()
    token = token_of(made)
    assert made.secret not in str(Application.objects.values_list("client_secret", flat=True))
    assert token not in str(list(AccessToken.objects.values()))


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer nothing", "Basic YTpi", "Bearer " + "x" * 600, "Token abc"])
def test_without_a_good_token_nobody_gets_in(header: str) -> None:
    answer = Client().get("/api/v1/cases", headers={"Authorization": header} if header else {})
    assert (answer.status_code, answer.headers["Content-Type"]) == (401, "application/problem+json")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert answer.json()["code"] == "TokenMissing"


def test_a_wrong_secret_gets_no_token_and_no_other_grant_is_offered() -> None:
    made = registered()
    assert ask_for_token(made, secret="wrong").status_code == 401
    for grant in ("password", "authorization_code", "refresh_token", "implicit"):
        answer = Client().post("/api/oauth/token/", {"grant_type": grant, "client_id": made.row.client})
        assert answer.status_code == 400, grant


def test_a_token_ends_after_its_hour() -> None:
    token = token_of(registered())
    assert Caller(token).get("/me").status_code == 200
    AccessToken.objects.update(expires=timezone.now() - timedelta(seconds=1))
    assert Caller(token).get("/me").status_code == 401


def test_a_revoked_system_is_out_at_once_and_for_good() -> None:
    made = registered()
    token = token_of(made)
    revoke_system(client=made.row.client, by=CONNECTOR, at=timezone.now())
    assert Caller(token).get("/me").status_code == 401
    assert ask_for_token(made).status_code == 401


def test_a_renewed_secret_ends_the_old_one_and_its_tokens() -> None:
    made = registered()
    token = token_of(made)
    fresh = renew_system_secret(client=made.row.client)
    assert Caller(token).get("/me").status_code == 401
    assert ask_for_token(made).status_code == 401
    assert ask_for_token(made, secret=fresh.secret).status_code == 200


def test_a_token_is_good_for_the_scopes_it_names_and_no_others() -> None:
    made = registered(scopes=("items:read", "figures:read"))
    narrow = Caller(token_of(made, scope="items:read"))
    assert narrow.get("/items").status_code == 200
    refused = narrow.get("/figures", period="2015")
    assert (refused.status_code, refused.json()["code"]) == (403, "ScopeMissing")
    assert 'scope="figures:read"' in refused.headers["WWW-Authenticate"]
    assert ask_for_token(made, scope="cases:write").status_code == 400


def test_errors_speak_the_language_that_is_asked_for() -> None:
    chinese = Client().get("/api/v1/me").json()
    english = Client().get("/api/v1/me", headers={"Accept-Language": "en"}).json()
    assert "令牌" in chinese["detail"]
    assert "token" in english["detail"]
    assert chinese["code"] == english["code"]


def test_who_asks_too_often_is_told_how_long_to_wait() -> None:
    asking = caller(rate=3)
    answers = [asking.get("/me") for _ in range(4)]
    assert [one.status_code for one in answers] == [200, 200, 200, 429]
    assert [one.headers["RateLimit-Remaining"] for one in answers] == ["2", "1", "0", "0"]
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 21


def test_a_signed_in_browser_is_a_stranger_to_the_api_and_its_session_is_left_alone(client: Client) -> None:
    user = User.objects.create_user("someone", "a long enough phrase", display_name="某人")
    client.force_login(user)
    answer = client.get("/api/v1/me")
    assert answer.status_code == 401
    assert not answer.cookies


def test_a_token_opens_no_page() -> None:
    token = token_of(registered())
    answer = Client().get("/workbench/", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/accounts/sign-in/")


def test_what_no_address_of_the_api_has_is_a_problem_and_no_page() -> None:
    for path, status in (("/api/v1/nothing", 404), ("/api/v1/", 404)):
        answer = Client().get(path)
        assert (answer.status_code, answer.headers["Content-Type"]) == (status, "application/problem+json")
    answer = Client().delete("/api/v1/me")
    assert (answer.status_code, answer.headers["Content-Type"]) == (405, "application/problem+json")


def test_a_registration_that_makes_no_sense_is_refused() -> None:
    registered("county-a")
    for refusal, given in (
        (SystemSourceTaken, {"source": "county-a"}),
        (SystemIncomplete, {"source": "County A"}),
        (SystemIncomplete, {"source": "b", "scopes": ()}),
        (SystemIncomplete, {"source": "b", "rate": 0}),
        (ScopeUnknown, {"source": "b", "scopes": ("cases:delete",)}),
        (PersonalNeedsArea, {"source": "b", "scopes": ("cases:personal",)}),
        (WrongPart, {"source": "b", "division": "000000"}),
    ):
        with pytest.raises(refusal):
            registered(**given)  # type: ignore[arg-type]


def test_the_command_registers_lists_and_revokes(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("clients", "add", "紫阳县审批系统", "--source", "county-ziyang", "--scopes", "cases:read, cases:write",
                 "--division", "610924")  # fmt: skip
    shown = dict(line.split() for line in capsys.readouterr().out.splitlines()[:2])
    call_command("clients", "list")
    assert "紫阳县审批系统" in (listed := capsys.readouterr().out)
    assert shown["client_secret"] not in listed
    call_command("clients", "revoke", shown["client_id"])
    call_command("clients", "list")
    assert "已停用" in capsys.readouterr().out


def test_the_page_of_documentation_asks_no_outside_host() -> None:
    page = Client().get("/api/v1/docs").content.decode()
    assert "http://" not in page
    assert "https://" not in page
    assert '"validatorUrl": null' in page
