"""The second factor: codes, recovery codes, passkeys, and the lock-out across every door."""

import json
import time
from datetime import date, timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.utils import timezone

from tests.factories.passkey import SoftPasskey
from yichuang.accounts import commands, own, second_factor, sessions
from yichuang.accounts.lockout import LOCKED_FOR, TRIES
from yichuang.accounts.models import AccountLogEntry, SignInAttempt, User
from yichuang.accounts.queries import can_confirm_with, confirm, confirm_fields, has_recently_confirmed
from yichuang.accounts.values import Area, LockedOut, Role, SecondFactorTaken

pytestmark = pytest.mark.django_db
PASSWORD = "a long enough phrase"
HOST = "localhost"
ORIGIN = "http://localhost"


@pytest.fixture
def clerk() -> User:
    user = User.objects.create_user("clerk", PASSWORD, display_name="窗口七号")
    commands.grant_role(user=user, role=Role.CLERK, area=Area("610924", "610924-guotu"), valid_from=date(2015, 1, 1))
    return user


def code_of(secret: str, *, step: int = 0) -> str:
    """Return what an authenticator shows now, or some steps of 30 seconds away."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + step))


def with_totp(user: User) -> str:
    secret = second_factor.new_secret()
    own.add_authenticator(user=user, secret=secret, at=timezone.now())
    return secret


def password_step(client: Client, password: str = PASSWORD, wanted: str = "/accounts/own/") -> HttpResponse:
    return client.post("/accounts/sign-in/", {"username": "clerk", "password": password, "next": wanted})  # type: ignore[return-value]


def second_step(client: Client, code: str) -> HttpResponse:
    return client.post("/accounts/second-factor/", {"code": code})  # type: ignore[return-value]


def sign_in(client: Client) -> None:
    assert password_step(client)["Location"] == "/accounts/own/"


def outcomes() -> list[str]:
    return list(SignInAttempt.objects.order_by("id").values_list("outcome", flat=True))


# -- binding an authenticator ----------------------------------------------------------------------


def test_an_authenticator_is_bound_by_its_first_right_code_and_recovery_codes_are_shown_once(
    client: Client, clerk: User
) -> None:
    sign_in(client)
    page = client.get("/accounts/authenticator/").content.decode()
    secret = client.session["accounts_new_secret"]
    assert "<svg" in page
    assert f"otpauth://totp/{clerk.username}?secret={secret}" in page
    assert client.post("/accounts/authenticator/", {"code": "000000"}).status_code == 400
    done = client.post("/accounts/authenticator/", {"code": code_of(secret)}, follow=True)
    codes = second_factor.RecoveryCodes(Authenticator.objects.get(type="recovery_codes")).generate_codes()
    assert all(code in done.content.decode() for code in codes)
    assert codes[0] not in client.get("/accounts/recovery-codes/").content.decode()
    assert AccountLogEntry.objects.get(event="second-factor-added").user == clerk


def test_the_secret_is_not_stored_in_the_clear(clerk: User) -> None:
    secret = with_totp(clerk)
    stored = json.dumps(list(Authenticator.objects.values_list("data", flat=True)))
    assert secret not in stored


def test_a_second_authenticator_needs_the_first_to_go(clerk: User) -> None:
    with_totp(clerk)
    with pytest.raises(SecondFactorTaken):
        with_totp(clerk)


def test_changing_the_protection_asks_who_it_is_when_the_sign_in_is_some_time_ago(client: Client, clerk: User) -> None:
    sign_in(client)
    session = client.session
    session[sessions.CONFIRMED] = time.time() - 3600
    session.save()
    for address in ("/accounts/authenticator/", "/accounts/passkeys/add/"):
        assert client.get(address)["Location"].startswith("/accounts/confirm/?next=")
    assert client.post("/accounts/recovery-codes/")["Location"].startswith("/accounts/confirm/")
    assert client.post("/accounts/confirm/", {"password": "wrong"}).status_code == 401
    back = client.post("/accounts/confirm/", {"password": PASSWORD, "next": "/accounts/authenticator/"})
    assert back["Location"] == "/accounts/authenticator/"
    assert client.get("/accounts/authenticator/").status_code == 200


# -- signing in with it ----------------------------------------------------------------------------


def test_signing_in_takes_two_steps_and_is_logged_as_such(client: Client, clerk: User) -> None:
    secret = with_totp(clerk)
    assert password_step(client)["Location"] == "/accounts/second-factor/"
    assert "_auth_user_id" not in client.session
    assert client.get("/accounts/own/")["Location"].startswith("/accounts/sign-in/")
    assert second_step(client, code_of(secret))["Location"] == "/accounts/own/"
    assert client.session["_auth_user_id"] == str(clerk.pk)
    assert outcomes() == ["half", "entered"]


def test_the_second_step_alone_leads_nowhere(client: Client, clerk: User) -> None:
    with_totp(clerk)
    answer = second_step(client, "000000")
    assert answer.status_code == 400
    assert "登录没有完成" in answer.content.decode()


def test_the_second_step_waits_for_some_minutes_only(client: Client, clerk: User) -> None:
    secret = with_totp(clerk)
    password_step(client)
    session = client.session
    session["accounts_half_way"] = {**session["accounts_half_way"], "at": time.time() - 3600}
    session.save()
    assert second_step(client, code_of(secret)).status_code == 400


def test_a_password_changed_meanwhile_ends_what_was_begun_with_the_old_one(client: Client, clerk: User) -> None:
    secret = with_totp(clerk)
    password_step(client)
    clerk.set_password("quite another phrase")
    clerk.save()
    assert second_step(client, code_of(secret)).status_code == 400


def test_a_code_is_taken_once_whichever_worker_hears_it(client: Client, clerk: User) -> None:
    secret = with_totp(clerk)
    code = code_of(secret)
    password_step(client)
    assert second_step(client, code).status_code == 302
    client.post("/accounts/sign-out/")
    cache.clear()  # another process remembers nothing of this one
    password_step(client)
    assert second_step(client, code).status_code == 401
    assert second_step(client, code_of(secret, step=1)).status_code == 302


def test_a_code_half_a_minute_off_is_taken_and_one_further_off_is_not(clerk: User) -> None:
    secret = with_totp(clerk)
    now = timezone.now()
    assert not second_factor.check_code(clerk, code_of(secret, step=-3), at=now)
    assert not second_factor.check_code(clerk, code_of(secret, step=3), at=now)
    assert second_factor.check_code(clerk, code_of(secret, step=-1), at=now)


@pytest.mark.parametrize("typed", ["", " ", "abc", "１２３４５６", "12345", "9" * 400, "000000\x00", "-1"])
def test_odd_codes_are_wrong_codes(client: Client, clerk: User, typed: str) -> None:
    with_totp(clerk)
    password_step(client)
    assert second_step(client, typed).status_code in {400, 401}


def test_each_recovery_code_replaces_one_code_once(client: Client, clerk: User) -> None:
    secret = second_factor.new_secret()
    codes = own.add_authenticator(user=clerk, secret=secret, at=timezone.now())
    assert len(codes) == 10
    for expected in (302, 401):
        client.logout()
        password_step(client)
        assert second_step(client, codes[0]).status_code == expected
    assert second_factor.count_recovery_codes(clerk) == 9


def test_new_recovery_codes_end_the_old_ones(clerk: User) -> None:
    codes = own.add_authenticator(user=clerk, secret=second_factor.new_secret(), at=timezone.now())
    fresh = own.renew_recovery_codes(user=clerk, at=timezone.now())
    assert set(codes).isdisjoint(fresh)
    assert not second_factor.check_code(clerk, codes[0], at=timezone.now())
    assert second_factor.check_code(clerk, fresh[0], at=timezone.now())


def test_recovery_codes_go_with_the_last_authenticator(client: Client, clerk: User) -> None:
    with_totp(clerk)
    client.force_login(clerk)
    session = client.session
    session[sessions.CONFIRMED] = time.time()
    session.save()
    client.post("/accounts/authenticator/remove/")
    assert not Authenticator.objects.exists()
    assert own.renew_recovery_codes(user=clerk, at=timezone.now()) == ()
    client.logout()
    sign_in(client)


# -- passkeys --------------------------------------------------------------------------------------


def on_localhost(client: Client) -> Client:
    client.defaults["HTTP_HOST"] = HOST
    return client


def add_passkey(client: Client) -> SoftPasskey:
    passkey = SoftPasskey(ORIGIN, HOST)
    options = client.post("/accounts/passkeys/add/challenge/").json()
    assert options["publicKey"]["rp"]["id"] == HOST
    made = client.post("/accounts/passkeys/add/", {"name": "办公电脑", "credential": passkey.create(options)})
    assert made.status_code == 302, made.content.decode()
    return passkey


def test_a_passkey_is_added_signs_in_and_is_removed(client: Client, clerk: User) -> None:
    on_localhost(client)
    sign_in(client)
    passkey = add_passkey(client)
    assert "办公电脑" in client.get("/accounts/own/").content.decode()
    client.post("/accounts/sign-out/")
    assert password_step(client)["Location"] == "/accounts/second-factor/"
    options = client.post("/accounts/second-factor/challenge/").json()
    answer = client.post("/accounts/second-factor/", {"credential": passkey.get(options)})
    assert answer["Location"] == "/accounts/own/"
    ((key, _name, _added, used),) = second_factor.passkeys(clerk)
    assert used is not None
    client.post(f"/accounts/passkeys/{key}/remove/")
    assert not second_factor.is_asked(clerk)


def test_an_answer_to_an_old_challenge_is_refused(client: Client, clerk: User) -> None:
    on_localhost(client)
    sign_in(client)
    passkey = add_passkey(client)
    client.post("/accounts/sign-out/")
    password_step(client)
    answer = passkey.get(client.post("/accounts/second-factor/challenge/").json())
    assert client.post("/accounts/second-factor/", {"credential": answer}).status_code == 302
    client.post("/accounts/sign-out/")
    password_step(client)
    client.post("/accounts/second-factor/challenge/")
    assert client.post("/accounts/second-factor/", {"credential": answer}).status_code == 401


@pytest.mark.parametrize("sent", ["{", "[]", "{}", '{"id": 1}', "null", "x" * 20000])
def test_what_is_no_passkey_is_a_wrong_try(client: Client, clerk: User, sent: str) -> None:
    on_localhost(client)
    sign_in(client)
    add_passkey(client)
    client.post("/accounts/sign-out/")
    password_step(client)
    client.post("/accounts/second-factor/challenge/")
    assert client.post("/accounts/second-factor/", {"credential": sent}).status_code in {400, 401}


def test_a_passkey_of_another_person_or_site_proves_nothing(client: Client, clerk: User) -> None:
    on_localhost(client)
    sign_in(client)
    add_passkey(client)
    client.post("/accounts/sign-out/")
    for stranger in (SoftPasskey(ORIGIN, HOST), SoftPasskey("https://evil.example", "evil.example")):
        password_step(client)
        options = client.post("/accounts/second-factor/challenge/").json()
        assert client.post("/accounts/second-factor/", {"credential": stranger.get(options)}).status_code == 401


def test_a_challenge_is_only_for_who_is_half_way_in(client: Client, clerk: User) -> None:
    assert client.post("/accounts/second-factor/challenge/").status_code == 400


# -- the lock, across every door -------------------------------------------------------------------


def test_a_known_password_does_not_let_one_guess_codes_for_ever(client: Client, clerk: User) -> None:
    with_totp(clerk)
    answers = []
    for _ in range(TRIES):
        password_step(client)
        answers.append(second_step(client, "000000").status_code)
    assert answers == [401] * (TRIES - 1) + [429]
    assert password_step(client).status_code == 429


def test_wrong_passwords_and_wrong_codes_count_together(client: Client, clerk: User) -> None:
    secret = with_totp(clerk)
    for _ in range(TRIES - 1):
        password_step(client, "wrong")
    password_step(client)
    assert second_step(client, "000000").status_code == 429
    assert second_step(client, code_of(secret)).status_code == 429
    SignInAttempt.objects.update(at=timezone.now() - LOCKED_FOR)
    password_step(client)
    assert second_step(client, code_of(secret)).status_code == 302


def asking(user: User) -> Any:
    """Return a request of somebody whose confirmation is some time ago."""
    request = RequestFactory(headers={"user-agent": "test"}).post("/")
    request.session = Client().session
    request.session[sessions.CONFIRMED] = time.time() - 3600
    request.user = user
    return request


def test_confirming_needs_the_password_or_a_code_and_lasts_for_minutes(clerk: User) -> None:
    secret = with_totp(clerk)
    request = asking(clerk)
    assert not has_recently_confirmed(request)
    assert not confirm(request)
    assert not confirm(request, password="wrong")
    assert not confirm(request, password=PASSWORD, code="000000")  # a guess beside a right answer
    assert outcomes() == ["wrong", "wrong"]
    assert confirm(request, code=code_of(secret))
    assert has_recently_confirmed(request)
    request.session[sessions.CONFIRMED] -= 3600
    assert not has_recently_confirmed(request)
    assert confirm(request, password=PASSWORD)
    assert can_confirm_with(clerk) == {"password", "totp"}
    assert confirm_fields(clerk) == {"confirm_password": True, "confirm_code": True, "confirm_passkey": False}


def test_too_many_wrong_confirmations_lock_every_door(client: Client, clerk: User) -> None:
    request = asking(clerk)
    for _ in range(TRIES - 1):
        assert not confirm(request, password="wrong")
    with pytest.raises(LockedOut):
        confirm(request, password="wrong")
    with pytest.raises(LockedOut):
        confirm(request, password=PASSWORD)
    assert password_step(client).status_code == 429


def test_a_stranger_who_knocks_at_the_sign_in_page_keeps_nobody_from_deciding(client: Client, clerk: User) -> None:
    for _ in range(TRIES + 2):
        password_step(client, "wrong")
    assert password_step(client).status_code == 429
    assert confirm(asking(clerk), password=PASSWORD)


def test_an_applicant_cannot_confirm_with_a_password_he_does_not_have() -> None:
    user = User.objects.create_user("applicant-1", None, display_name="测试甲")
    assert not confirm(asking(user), password="anything at all")
    assert can_confirm_with(user) == frozenset()


def test_the_way_out_of_a_lock_is_an_administrator_or_time(client: Client, clerk: User) -> None:
    from yichuang.kernel.actor import SYSTEM

    for _ in range(TRIES):
        password_step(client, "wrong")
    commands.unlock(staff=str(clerk.uuid), by=SYSTEM, at=timezone.now())
    assert password_step(client).status_code == 302
    assert timezone.now() - SignInAttempt.objects.earliest("id").at < timedelta(minutes=1)
