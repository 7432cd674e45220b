"""Sessions and passwords: how long, how many, how they end; what a new password must be; nothing typed is lost."""

import time
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import include, path
from django.utils import timezone

from yichuang.accounts import commands, own, passwords, policy, sessions
from yichuang.accounts.models import AccountLogEntry, OldPassword, SignedInSession, SignInAttempt, User
from yichuang.accounts.queries import permission
from yichuang.accounts.values import Area, PasswordRefused, Role, WrongCode
from yichuang.kernel.actor import SYSTEM

PASSWORD = "a long enough phrase"
ANOTHER = "quite another phrase"
RULES = policy.policy(on=timezone.localdate())


@permission("cases.receive")
def _form(request: HttpRequest) -> HttpResponse:
    return HttpResponse(",".join(f"{name}={value}" for name, value in request.POST.items() if name != "x"))


urlpatterns = [
    path("form/", _form),
    path("accounts/", include("yichuang.accounts.urls")),
    path("", include("yichuang.ui.urls")),
]
pytestmark = [pytest.mark.urls(__name__), pytest.mark.django_db]


@pytest.fixture
def clerk() -> User:
    user = User.objects.create_user("clerk", PASSWORD, display_name="窗口七号")
    commands.grant_role(user=user, role=Role.CLERK, area=Area("610924", "610924-guotu"), valid_from=date(2015, 1, 1))
    return user


def sign_in(client: Client, password: str = PASSWORD) -> HttpResponse:
    return client.post("/accounts/sign-in/", {"username": "clerk", "password": password, "next": "/form/"})  # type: ignore[return-value]


def age(client: Client, **seconds: float) -> None:
    """Let stamps of a session be some seconds older."""
    session = client.session
    for name, value in seconds.items():
        session[f"accounts_{name}_at"] -= value
    session.save()


def signed_in(client: Client) -> bool:
    return client.get("/form/").status_code == 200


# -- how long --------------------------------------------------------------------------------------


def test_a_session_that_is_used_stays_and_one_that_is_idle_ends(client: Client, clerk: User) -> None:
    sign_in(client)
    age(client, seen=RULES.idle.total_seconds() - 60)
    assert signed_in(client)
    age(client, seen=RULES.idle.total_seconds() - 60)
    assert signed_in(client)  # the request before was a sign of life
    age(client, seen=RULES.idle.total_seconds() + 1)
    assert not signed_in(client)
    assert SignedInSession.objects.get().ended_why == "idle"
    assert SignInAttempt.objects.latest("id").outcome == "expired"


def test_no_session_outlives_its_lifetime_however_busy(client: Client, clerk: User) -> None:
    sign_in(client)
    age(client, began=RULES.lifetime.total_seconds() + 1)
    assert not signed_in(client)
    assert SignedInSession.objects.get().ended_why == "lifetime"


def test_being_busy_is_written_down_once_a_minute_and_costs_no_query_between(
    client: Client, clerk: User, django_assert_num_queries: Any
) -> None:
    sign_in(client)
    with django_assert_num_queries(3):  # session, user, grants
        client.get("/form/")
    age(client, seen=90)
    before = client.session[sessions.SEEN]
    client.get("/form/")
    assert client.session[sessions.SEEN] > before


def test_a_visitor_without_a_session_costs_nothing(client: Client, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        client.get("/form/")


# -- how many --------------------------------------------------------------------------------------


def test_the_oldest_session_ends_when_there_are_too_many(clerk: User) -> None:
    clients = [Client() for _ in range(RULES.most_sessions + 1)]
    for client in clients:
        sign_in(client)
    assert [signed_in(client) for client in clients] == [False] + [True] * RULES.most_sessions
    assert SignedInSession.objects.get(ended_at__isnull=False).ended_why == "too-many"


def test_sessions_that_ended_by_themselves_do_not_count(clerk: User) -> None:
    for _ in range(RULES.most_sessions):
        sign_in(Client())
    Session.objects.all().delete()
    client = Client()
    sign_in(client)
    assert signed_in(client)
    assert SignedInSession.objects.filter(ended_why="gone").count() == RULES.most_sessions


def test_one_session_or_all_others_can_be_ended_from_elsewhere(clerk: User) -> None:
    here, there, third = Client(), Client(), Client()
    for client in (here, there, third):
        sign_in(client)
    listed = sessions.list_open(clerk, this=here.session.session_key or "")
    assert [row.is_this for row in listed].count(True) == 1
    second = SignedInSession.objects.order_by("id")[1]
    here.post("/accounts/sessions/end/", {"session": str(second.pk)})
    assert [signed_in(client) for client in (here, there, third)] == [True, False, True]
    here.post("/accounts/sessions/end/", {"session": "others"})
    assert [signed_in(client) for client in (here, third)] == [True, False]
    here.post("/accounts/sessions/end/", {"session": "all"})
    assert not signed_in(here)
    assert AccountLogEntry.objects.filter(event="sessions-ended").count() == 2


@pytest.mark.parametrize("which", ["", "x", "-1", "9" * 30, "1 OR 1=1"])
def test_nobody_ends_a_session_of_another_or_by_odd_words(clerk: User, which: str) -> None:
    other = User.objects.create_user("other", PASSWORD, display_name="其他人")
    theirs = Client()
    theirs.post("/accounts/sign-in/", {"username": "other", "password": PASSWORD})
    mine = Client()
    sign_in(mine)
    foreign = SignedInSession.objects.get(user=other)
    for name in (which, str(foreign.pk)):
        mine.post("/accounts/sessions/end/", {"session": name})
    assert SignedInSession.objects.filter(ended_at__isnull=False).count() == 0


def test_leaving_ends_the_session_in_the_list_too(client: Client, clerk: User) -> None:
    sign_in(client)
    client.post("/accounts/sign-out/")
    assert SignedInSession.objects.get().ended_why == "left"


# -- passwords -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "password", ["short", "1234567890123", "password123", "clerkclerkcl", "窗口七号窗口七号", "iloveyou12", ""]
)
def test_a_weak_password_is_refused_with_every_reason(clerk: User, password: str) -> None:
    clerk.display_name = "窗口七号窗口七号"
    clerk.username = "clerkclerkclerk"
    with pytest.raises(PasswordRefused):
        passwords.require_good(password, user=clerk)


def test_every_fault_is_said_at_once(clerk: User) -> None:
    with pytest.raises(ValidationError) as refused:
        passwords.DatedPolicy().validate("12345", clerk)
    assert len(refused.value.messages) >= 2


def change(user: User, new: str, old: str) -> None:
    own.change_password(user=user, old=old, new=new, at=timezone.now())


def test_the_last_passwords_cannot_be_used_again_and_older_ones_can(clerk: User) -> None:
    used = [PASSWORD, *(f"a phrase with number {number}" for number in range(RULES.history))]
    for old, new in pairwise(used):
        change(clerk, new, old)
    for word in used[1:]:
        with pytest.raises(PasswordRefused):
            change(clerk, word, used[-1])
    change(clerk, ANOTHER, used[-1])
    change(clerk, used[0], ANOTHER)
    assert OldPassword.objects.filter(user=clerk).count() == RULES.history


def test_changing_the_password_keeps_this_session_and_ends_the_others(clerk: User) -> None:
    here, there = Client(), Client()
    sign_in(here)
    sign_in(there)
    answer = here.post("/accounts/password/", {"old": PASSWORD, "new": ANOTHER, "again": ANOTHER})
    assert answer["Location"] == "/accounts/own/"
    assert [signed_in(client) for client in (here, there)] == [True, False]
    assert len(sessions.list_open(clerk, this=here.session.session_key or "")) == 1
    assert AccountLogEntry.objects.get(event="password-changed").user == clerk


def test_the_old_password_is_asked_for_and_its_guesses_are_counted(client: Client, clerk: User) -> None:
    with pytest.raises(WrongCode):
        change(clerk, ANOTHER, "guessed")
    sign_in(client)
    answers = [
        client.post("/accounts/password/", {"old": "guessed", "new": ANOTHER, "again": ANOTHER}).status_code
        for _ in range(5)
    ]
    assert answers == [401] * 4 + [429]


def test_two_different_new_passwords_are_refused_where_they_stand(client: Client, clerk: User) -> None:
    sign_in(client)
    answer = client.post("/accounts/password/", {"old": PASSWORD, "new": ANOTHER, "again": "something else entirely"})
    assert answer.status_code == 400
    assert "两次输入的新密码不一致" in answer.content.decode()


def test_a_password_set_by_an_administrator_is_changed_before_anything_else(client: Client) -> None:
    commands.create_staff(
        username="clerk",
        password=PASSWORD,
        name="新来的",
        place=Area("610924", "610924-guotu"),
        by=SYSTEM,
        at=timezone.now(),
    )
    user = User.objects.get(username="clerk")
    commands.grant_role(user=user, role=Role.CLERK, area=Area("610924", "610924-guotu"), valid_from=date(2015, 1, 1))
    assert sign_in(client)["Location"] == "/accounts/password/?next=%2Fform%2F"
    assert client.get("/form/")["Location"].startswith("/accounts/password/?next=/form/")
    assert client.post("/form/", {"a": "1"})["Location"].startswith("/accounts/password/")
    answer = client.post("/accounts/password/", {"old": PASSWORD, "new": ANOTHER, "again": ANOTHER, "next": "/form/"})
    assert answer["Location"] == "/form/"
    assert signed_in(client)


def test_a_password_that_is_too_old_is_changed_before_anything_else(client: Client, clerk: User) -> None:
    assert RULES.password_age is not None
    old = timezone.now() - RULES.password_age - timedelta(days=1)
    User.objects.update(password_changed_at=old)
    assert sign_in(client)["Location"].startswith("/accounts/password/")
    User.objects.update(is_demonstration=True)  # its password is known by intent
    client.logout()
    assert sign_in(client)["Location"] == "/form/"


def test_renewing_the_hash_of_a_password_does_not_make_it_younger(clerk: User) -> None:
    old = timezone.now() - timedelta(days=100)
    User.objects.update(password_changed_at=old)
    user = User.objects.get()
    user.set_password(PASSWORD)
    user.save(update_fields=["password"])  # as Django does when a hasher changes
    assert User.objects.get().password_changed_at == old


# -- nothing typed is lost -------------------------------------------------------------------------


TYPED = {"name": "𠮷野家 <b>", "note": "写了很久的意见\n第二行", "password": "secret", "code": "123456"}


def test_what_was_typed_when_the_session_ended_can_be_sent_after_signing_in_again(client: Client, clerk: User) -> None:
    sign_in(client)
    age(client, seen=RULES.idle.total_seconds() + 1)
    away = client.post("/form/", TYPED)
    assert away["Location"] == "/accounts/sign-in/?next=/accounts/unsent/"
    assert "已经保留" in client.get("/accounts/sign-in/").content.decode()
    back = client.post("/accounts/sign-in/", {"username": "clerk", "password": PASSWORD, "next": "/accounts/unsent/"})
    page = client.get(back["Location"]).content.decode()
    assert 'action="/form/"' in page
    assert 'value="𠮷野家 &lt;b&gt;"' in page
    assert "写了很久的意见" in page
    assert "secret" not in page
    assert "123456" not in page


def test_it_is_kept_too_when_the_session_was_ended_from_elsewhere(client: Client, clerk: User) -> None:
    sign_in(client)
    Session.objects.all().delete()
    assert client.post("/form/", TYPED)["Location"].endswith("next=/accounts/unsent/")


def test_the_next_person_at_the_same_browser_does_not_see_it(client: Client, clerk: User) -> None:
    User.objects.create_user("other", PASSWORD, display_name="其他人")
    sign_in(client)
    age(client, seen=RULES.idle.total_seconds() + 1)
    client.post("/form/", TYPED)
    client.post("/accounts/sign-in/", {"username": "other", "password": PASSWORD})
    assert "写了很久" not in client.get("/accounts/unsent/").content.decode()
    assert "accounts_unsent" not in client.session


def test_nothing_is_kept_of_somebody_who_signed_out_or_was_never_known(client: Client, clerk: User) -> None:
    sign_in(client)
    client.post("/accounts/sign-out/")
    assert client.post("/form/", TYPED)["Location"] == "/accounts/sign-in/?next="
    client.cookies["last-user"] = "forged"
    assert client.post("/form/", TYPED)["Location"] == "/accounts/sign-in/?next="


def test_it_is_kept_for_half_an_hour_and_can_be_dropped(client: Client, clerk: User) -> None:
    sign_in(client)
    for drop in (True, False):
        age(client, seen=RULES.idle.total_seconds() + 1)
        client.post("/form/", TYPED)
        sign_in(client)
        if drop:
            client.post("/accounts/unsent/")
        else:
            session = client.session
            session["accounts_unsent"] = {**session["accounts_unsent"], "at": time.time() - 3600}
            session.save()
        assert "写了很久" not in client.get("/accounts/unsent/").content.decode()


def test_a_text_too_long_for_a_session_is_not_kept(client: Client, clerk: User) -> None:
    sign_in(client)
    age(client, seen=RULES.idle.total_seconds() + 1)
    assert client.post("/form/", {"note": "长" * 200_000})["Location"].endswith("?next=")
