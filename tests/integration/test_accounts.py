"""Who may do what, signing in, the lock-out and the sign-in log."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.contrib import admin
from django.contrib.auth.models import AnonymousUser
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import include, path
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from yichuang.accounts import commands, matrix
from yichuang.accounts.lockout import LOCKED_FOR, TRIES, locked_until, tries_left
from yichuang.accounts.models import Grant, SignInAttempt, User
from yichuang.accounts.queries import (
    allowed,
    get_actor,
    list_demonstration_accounts,
    permission,
    public_page,
    require,
    within,
)
from yichuang.accounts.values import Area, DemonstrationOff, OutsideScope, Role, Scope, division_prefix

AT = datetime(2015, 6, 30, 1, 0, tzinfo=UTC)
ON = date(2015, 6, 30)
README = Path(matrix.__file__).parent / "README.md"


@permission("cases.view")
def _cases(request: HttpRequest) -> HttpResponse:
    return HttpResponse(",".join(request.scope.divisions))  # type: ignore[attr-defined]


@permission("overview.view")
def _overview(request: HttpRequest) -> HttpResponse:
    return HttpResponse("overview")


urlpatterns = [
    path("", _overview),
    path("guarded/", _cases),
    path("accounts/", include("yichuang.accounts.urls")),
    path("", include("yichuang.ui.urls")),
    path("operator/", admin.site.urls),
]
pytestmark = [pytest.mark.urls(__name__), pytest.mark.django_db]


def person(name: str, *grants: tuple[Role, Area], password: str = "a long enough phrase") -> User:
    user = User.objects.create_user(name, password, display_name=f"{name} 先生")
    for role, area in grants:
        commands.grant_role(user=user, role=role, area=area, valid_from=date(2015, 1, 1))
    return user


# -- the matrix ------------------------------------------------------------------------------------


def test_the_matrix_in_the_readme_is_the_one_in_force() -> None:
    assert matrix.table(matrix.versions()[-1]) in README.read_text(encoding="utf-8")


def test_an_action_that_the_matrix_does_not_name_cannot_guard_a_view() -> None:
    with pytest.raises(ValueError, match=r"cases\.veiw"):
        permission("cases.veiw")


def test_everybody_may_see_what_is_public() -> None:
    for action in ("overview.view", "catalogue.view", "bulletins.view"):
        assert allowed(AnonymousUser(), action).everything


def test_a_visitor_may_do_nothing_else() -> None:
    for key, action in matrix.versions()[-1].actions.items():
        assert bool(allowed(AnonymousUser(), key)) == action.public


def test_a_city_supervisor_covers_every_county_and_no_other_city() -> None:
    scope = allowed(person("s", (Role.SUPERVISOR, Area("610900"))), "cases.view", on=ON)
    assert scope.covers(division="610924", organisation="610924-guotu")
    assert scope.covers(division="610924101")
    assert not scope.covers(division="610100")


def test_personal_data_is_for_the_organisation_that_handles_the_case_only() -> None:
    at_window = allowed(person("c", (Role.CLERK, Area("610924", "610924-guotu"))), "cases.personal", on=ON)
    assert at_window.covers(division="610924", organisation="610924-guotu")
    assert not at_window.covers(division="610924", organisation="610924-gongshang")
    assert not allowed(person("d", (Role.CLERK, Area("610924"))), "cases.personal", on=ON)
    assert not allowed(person("e", (Role.SUPERVISOR, Area("610900"))), "cases.personal", on=ON)


def test_a_grant_counts_from_its_first_day_to_the_day_before_its_end() -> None:
    user = person("g")
    commands.grant_role(
        user=user, role=Role.EDITOR, area=Area("610900"), valid_from=date(2015, 3, 1), valid_until=date(2015, 4, 1)
    )
    for on, expected in (
        (date(2015, 2, 28), False),
        (date(2015, 3, 1), True),
        (date(2015, 3, 31), True),
        (date(2015, 4, 1), False),
    ):
        assert bool(allowed(user, "bulletins.draft", on=on)) is expected


def test_a_user_who_is_no_longer_active_holds_nothing() -> None:
    user = person("g", (Role.OPERATOR, Area()))
    user.is_active = False
    assert not allowed(user, "system.operate", on=ON)


def test_grants_are_read_once_however_often_one_asks(django_assert_num_queries: Any) -> None:
    user = User.objects.get(pk=person("g", (Role.SUPERVISOR, Area("610900"))).pk)
    with django_assert_num_queries(1):
        for action in matrix.versions()[-1].actions:
            allowed(user, action)


def test_a_thing_outside_the_scope_is_refused_with_the_roles_that_may() -> None:
    scope = Scope(action="cases.view", areas=(Area("610924"),))
    require(scope, division="610924")
    with pytest.raises(OutsideScope) as refused:
        require(scope, division="610922")
    assert Role.SUPERVISOR in refused.value.roles
    assert "办件" in refused.value.explain()


@pytest.mark.parametrize(
    ("code", "prefix"),
    [
        ("610000", "61"),
        ("610900", "6109"),
        ("610924", "610924"),
        ("610924101", "610924101"),
        ("610924101000", "610924101"),
        ("610924000000", "610924"),
        ("", ""),
    ],
)
def test_a_division_covers_what_its_code_begins(code: str, prefix: str) -> None:
    assert division_prefix(code) == prefix


def places() -> list[tuple[str, str]]:
    divisions = ["610900", "610924", "610922", "610924101", "610100"]
    return [(code, f"{code[:6]}-{name}") for code in divisions for name in ("guotu", "gongan")]


@pytest.mark.parametrize(
    "areas",
    [
        (),
        (Area(),),
        (Area("610900"),),
        (Area("610924", "610924-guotu"),),
        (Area("610924", "610924-guotu"), Area("610922")),
        (Area("", "610922-gongan"),),
    ],
)
def test_the_answer_for_a_list_is_the_answer_for_each_of_its_members(areas: Sequence[Area]) -> None:
    scope = Scope(action="cases.view", areas=tuple(areas))
    for number, (division, organisation) in enumerate(places()):
        person(f"p{number}").__class__.objects.filter(username=f"p{number}").update(
            division_code=division, organisation_code=organisation
        )
    found = User.objects.filter(within(scope, division="division_code", organisation="organisation_code"))
    listed = set(found.values_list("division_code", "organisation_code"))
    assert listed == {(d, o) for d, o in places() if scope.covers(division=d, organisation=o)}


def test_a_list_without_an_organisation_column_shows_nothing_of_a_narrowed_area() -> None:
    person("p")
    scope = Scope(action="cases.view", areas=(Area("", "610924-guotu"),))
    assert not User.objects.filter(within(scope, division="division_code")).exists()


# -- guarded views ---------------------------------------------------------------------------------


def test_a_view_states_its_permission() -> None:
    assert _cases.permission == "cases.view"  # type: ignore[attr-defined]
    assert public_page(_overview).permission == "public"  # type: ignore[attr-defined]


def test_a_visitor_is_sent_to_sign_in_and_back_to_what_he_wanted(client: Client) -> None:
    answer = client.get("/guarded/?sort=-at")
    assert answer.status_code == 302
    assert answer["Location"] == "/accounts/sign-in/?next=/guarded/%3Fsort%3D-at"


def test_a_fragment_asked_by_a_visitor_tells_htmx_to_leave_the_page(client: Client) -> None:
    answer = client.get("/guarded/", headers={"HX-Request": "true"})
    assert answer["HX-Redirect"].startswith("/accounts/sign-in/")
    assert answer.content == b""


def test_the_wrong_role_gets_a_page_that_says_who_may(client: Client) -> None:
    client.force_login(person("o", (Role.OPERATOR, Area())))
    answer = client.get("/guarded/")
    text = answer.content.decode()
    assert answer.status_code == 403
    assert "查看办件（个人信息脱敏）" in text
    assert "电子监察员" in text


def test_the_right_role_enters_with_its_scope(client: Client) -> None:
    client.force_login(person("m", (Role.CENTRE_MANAGER, Area("610924"))))
    assert client.get("/guarded/").content == b"610924"


def test_the_furniture_costs_a_visitor_no_query_and_a_user_four(client: Client, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        assert client.get("/no-such-page/").status_code == 404
    client.force_login(person("m", (Role.CENTRE_MANAGER, Area("610924"))))
    with django_assert_num_queries(4):  # session, user, grants, unread notices of cards
        assert client.get("/no-such-page/").status_code == 404


# -- signing in ------------------------------------------------------------------------------------


def attempt(client: Client, password: str, name: str = "clerk", wanted: str = "") -> HttpResponse:
    return client.post("/accounts/sign-in/", {"username": name, "password": password, "next": wanted})  # type: ignore[return-value]


def test_signing_in_leads_on_and_is_logged(client: Client) -> None:
    user = person("clerk")
    assert attempt(client, "a long enough phrase", wanted="/guarded/")["Location"] == "/guarded/"
    line = SignInAttempt.objects.get()
    assert (line.username, line.user_id, line.outcome, line.address) == ("clerk", user.id, "entered", "127.0.0.1")


def test_signing_out_is_logged_and_ends_the_session(client: Client) -> None:
    client.force_login(person("clerk"))
    assert client.get("/accounts/sign-out/").status_code == 405
    client.post("/accounts/sign-out/")
    assert "_auth_user_id" not in client.session
    assert SignInAttempt.objects.get().outcome == "left"


@pytest.mark.parametrize(
    "wanted",
    ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", "http:///evil.example"],
)
def test_signing_in_never_leads_to_another_site(client: Client, wanted: str) -> None:
    person("clerk")
    assert attempt(client, "a long enough phrase", wanted=wanted)["Location"] == "/"


@pytest.mark.parametrize("address", ["/display/", "/language/"])
def test_switching_the_look_never_leads_to_another_site(client: Client, address: str) -> None:
    answer = client.post(address, {"next": "https://evil.example/", "elder": "1", "language": "en"})
    assert answer["Location"] == "/"


def test_a_wrong_password_does_not_say_whether_the_user_exists(client: Client) -> None:
    person("clerk")
    known = attempt(client, "wrong").content.decode()
    unknown = attempt(client, "wrong", name="nobody").content.decode()
    assert "用户名或密码不正确" in known
    assert "用户名或密码不正确" in unknown


def test_five_wrong_tries_lock_the_user_name_for_a_quarter_of_an_hour(client: Client) -> None:
    person("clerk")
    answers = [attempt(client, "wrong").status_code for _ in range(TRIES)]
    assert answers == [401] * (TRIES - 1) + [429]
    right = attempt(client, "a long enough phrase")
    assert right.status_code == 429
    assert "15" in right.content.decode()
    assert "_auth_user_id" not in client.session
    assert SignInAttempt.objects.order_by("id").last().outcome == "locked"  # type: ignore[union-attr]
    SignInAttempt.objects.update(at=timezone.now() - LOCKED_FOR)
    assert attempt(client, "a long enough phrase").status_code == 302


def test_a_success_begins_the_count_anew(client: Client) -> None:
    person("clerk")
    for password in ["wrong"] * (TRIES - 1) + ["a long enough phrase"] + ["wrong"] * (TRIES - 1):
        last = attempt(client, password)
    assert last.status_code == 401
    client.logout()
    assert attempt(client, "a long enough phrase").status_code == 302


def test_a_try_is_counted_before_its_password_is_looked_at(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    counted: list[str] = []

    def look_at_password(*args: object, **kwargs: object) -> None:
        counted.extend(SignInAttempt.objects.values_list("outcome", flat=True))

    person("clerk")
    monkeypatch.setattr(commands, "authenticate", look_at_password)
    attempt(client, "wrong")
    assert counted == ["wrong"]


def test_locking_one_user_name_leaves_the_others_open(client: Client) -> None:
    person("clerk")
    person("approver")
    for _ in range(TRIES):
        attempt(client, "wrong")
    assert attempt(client, "a long enough phrase", name="approver").status_code == 302


def test_odd_input_is_answered_not_a_fault(client: Client) -> None:
    for name in ("", " ", "名" * 64, "a\x00b", "x" * 70, "👩‍💼"):
        assert attempt(client, "wrong", name=name).status_code in {400, 401}


@given(st.lists(st.integers(min_value=0, max_value=3600), max_size=12))
def test_a_lock_ends_by_itself_and_never_lasts_longer_than_stated(seconds: list[int]) -> None:
    wrong = [AT + timedelta(seconds=second) for second in seconds]
    at = max(wrong, default=AT)
    until = locked_until(wrong=wrong, at=at)
    assert until is None or at < until <= at + LOCKED_FOR
    assert locked_until(wrong=wrong, at=at + LOCKED_FOR) is None
    assert (until is not None) == (tries_left(wrong=wrong, at=at) == 0)


# -- demonstration accounts ------------------------------------------------------------------------


def test_demonstration_accounts_are_created_once_and_can_sign_in(client: Client) -> None:
    accounts = commands.ensure_demonstration_accounts(at=AT)
    assert commands.ensure_demonstration_accounts(at=AT) == accounts == list_demonstration_accounts()
    assert User.objects.count() == len(accounts) >= 11
    for account in accounts:
        assert attempt(client, account.password, name=account.username).status_code == 302
        client.logout()


def test_demonstration_accounts_are_refused_where_the_demonstration_is_off(settings: LazySettings) -> None:
    settings.DEMONSTRATION = False
    with pytest.raises(DemonstrationOff):
        commands.ensure_demonstration_accounts(at=AT)
    with pytest.raises(CommandError, match="演示模式已关闭"):
        call_command("ensure_demonstration_accounts")
    assert list_demonstration_accounts() == ()


def test_switching_the_demonstration_off_shuts_its_accounts_out(client: Client, settings: LazySettings) -> None:
    commands.ensure_demonstration_accounts(at=AT)
    operator = User.objects.get(username="operator")
    assert allowed(operator, "system.operate")
    settings.DEMONSTRATION = False
    assert not allowed(operator, "system.operate")
    password = "demonstration-only"
    assert attempt(client, password, name="operator").status_code == 401


def test_a_real_account_that_bears_a_demonstration_name_is_left_alone() -> None:
    person("clerk", password="the real clerk's own")
    commands.ensure_demonstration_accounts(at=AT)
    clerk = User.objects.get(username="clerk")
    assert not clerk.is_demonstration
    assert clerk.check_password("the real clerk's own")


# -- the operator's admin --------------------------------------------------------------------------


def test_the_admin_opens_for_operators_and_has_no_sign_in_of_its_own(client: Client) -> None:
    away = client.get("/operator/", follow=True)
    assert away.redirect_chain[-1][0].startswith("/accounts/sign-in/")
    client.force_login(person("m", (Role.CENTRE_MANAGER, Area("610924"))))
    assert client.get("/operator/", follow=True).status_code == 403
    client.force_login(person("o", (Role.OPERATOR, Area())))
    assert client.get("/operator/").status_code == 200
    assert client.get("/operator/accounts/user/").status_code == 200
    assert client.get("/operator/accounts/signinattempt/").status_code == 200
    assert client.get("/operator/accounts/signinattempt/add/").status_code == 403


def test_the_database_refuses_a_grant_with_an_unknown_role_or_a_reversed_period() -> None:
    user = person("g")
    for fields in ({"role": "emperor", "valid_from": ON}, {"role": "clerk", "valid_from": ON, "valid_until": ON}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Grant.objects.create(user=user, **fields)


def test_a_user_acts_under_a_name_that_stays() -> None:
    user = person("clerk")
    actor = get_actor(user)
    assert (actor.id, actor.name) == (str(user.uuid), "clerk 先生")
    with pytest.raises(ValueError, match="anonymous"):
        get_actor(AnonymousUser())
