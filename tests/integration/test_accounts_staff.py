"""Administration: nobody gives what he does not hold, every change is written down, the authority list."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import DatabaseError, IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from yichuang.accounts import commands, own, second_factor
from yichuang.accounts.models import AccountLogEntry, Authority, Grant, SignInAttempt, User
from yichuang.accounts.queries import (
    allowed,
    get_actor,
    get_staff,
    list_authorities,
    list_authorities_in,
    list_authorities_of,
    list_colleagues,
    page_account_log,
    page_sign_ins,
    page_staff,
)
from yichuang.accounts.values import (
    AccountClosed,
    AccountUnknown,
    Area,
    AuthorityOverlaps,
    AuthorityUnknown,
    BeyondOwnArea,
    NameTaken,
    NotHeldByGiver,
    NotPermitted,
    OwnGrant,
    PasswordRefused,
    PeriodReversed,
    Power,
    Role,
    Scope,
)
from yichuang.kernel.actor import SYSTEM, Actor

pytestmark = pytest.mark.django_db
AT = timezone.now()
ON = timezone.localdate(AT)
LAND = Area("610924", "610924-guotu")
COUNTY = Area("610924")
PASSWORD = "a long enough phrase"


def person(name: str, role: Role | None = None, area: Area = LAND) -> User:
    user = User.objects.create_user(
        name,
        PASSWORD,
        display_name=f"{name}先生",
        division_code=area.division,
        organisation_code=area.organisation,
        centre_code=area.centre,
    )
    if role:
        commands.grant_role(user=user, role=role, area=area, valid_from=date(2015, 1, 1))
    return user


def actor(user: User) -> Actor:
    return get_actor(User.objects.get(pk=user.pk))


@pytest.fixture
def manager() -> Actor:
    return actor(person("manager", Role.CENTRE_MANAGER, COUNTY))


@pytest.fixture
def clerk() -> User:
    return person("clerk", Role.CLERK)


def key(user: User) -> str:
    return str(user.uuid)


# -- accounts --------------------------------------------------------------------------------------


def create(by: Actor, **changes: Any) -> str:
    fields = {
        "username": "newcomer",
        "password": PASSWORD,
        "name": "新来的",
        "employee_number": "Y9",
        "place": LAND,
        "by": by,
        "at": AT,
    }
    return commands.create_staff(**{**fields, **changes})


def test_a_centre_manager_creates_staff_of_his_county(manager: Actor) -> None:
    user = User.objects.get(uuid=create(manager))
    assert (user.display_name, user.organisation_code, user.must_change_password) == ("新来的", "610924-guotu", True)
    line = AccountLogEntry.objects.get(event="created")
    assert (line.user_id, line.by_id, line.by_name) == (user.pk, manager.id, manager.name)


def test_and_not_of_another_county_nor_twice_nor_with_a_weak_password(manager: Actor) -> None:
    with pytest.raises(BeyondOwnArea):
        create(manager, place=Area("610922", "610922-guotu"))
    with pytest.raises(BeyondOwnArea):
        create(manager, place=Area())
    with pytest.raises(PasswordRefused):
        create(manager, password="newcomer12")
    create(manager)
    with pytest.raises(NameTaken):
        create(manager)
    assert User.objects.filter(username="newcomer").count() == 1


def test_who_may_not_manage_staff_may_do_none_of_it(clerk: User) -> None:
    other = person("other", Role.CLERK)
    by = actor(clerk)
    refused: list[Callable[[], object]] = [
        lambda: create(by),
        lambda: commands.update_staff(staff=key(other), name="x", employee_number="", place=LAND, by=by, at=AT),
        lambda: commands.set_active(staff=key(other), active=False, by=by, at=AT),
        lambda: commands.set_password(staff=key(other), password="quite another phrase", by=by, at=AT),
        lambda: commands.reset_second_factor(staff=key(other), by=by, at=AT),
        lambda: commands.unlock(staff=key(other), by=by, at=AT),
        lambda: commands.grant_role(user=other, role=Role.CLERK, area=LAND, valid_from=ON, by=by, at=AT),
    ]
    for act in refused:
        with pytest.raises(NotPermitted):
            act()
    with pytest.raises((NotPermitted, NotHeldByGiver)):
        commands.end_grant(grant=other.grants.get().pk, valid_until=ON, by=by, at=AT)


def test_a_change_keeps_what_was_before(manager: Actor, clerk: User) -> None:
    commands.update_staff(
        staff=key(clerk), name="改名", employee_number="Y7", place=Area("610924", "610924-zhujian"), by=manager, at=AT
    )
    clerk.refresh_from_db()
    assert (clerk.display_name, clerk.organisation_code) == ("改名", "610924-zhujian")
    assert "clerk先生" in AccountLogEntry.objects.get(event="updated").detail


def test_a_closed_account_is_out_at_once_and_can_be_opened_again(manager: Actor, clerk: User, client: Client) -> None:
    client.post("/accounts/sign-in/", {"username": "clerk", "password": PASSWORD})
    assert client.get("/accounts/own/").status_code == 200
    commands.set_active(staff=key(clerk), active=False, by=manager, at=AT)
    assert client.get("/accounts/own/").status_code == 302
    assert client.post("/accounts/sign-in/", {"username": "clerk", "password": PASSWORD}).status_code == 401
    with pytest.raises(AccountClosed):
        commands.grant_role(user=clerk, role=Role.CLERK, area=LAND, valid_from=ON, by=manager, at=AT)
    commands.set_active(staff=key(clerk), active=True, by=manager, at=AT)
    assert client.post("/accounts/sign-in/", {"username": "clerk", "password": PASSWORD}).status_code == 302


def test_a_new_password_from_the_manager_must_be_changed(manager: Actor, clerk: User) -> None:
    commands.set_password(staff=key(clerk), password="quite another phrase", by=manager, at=AT)
    clerk.refresh_from_db()
    assert clerk.must_change_password
    assert clerk.check_password("quite another phrase")


def test_who_lost_his_second_factor_gets_in_again(manager: Actor, clerk: User) -> None:
    own.add_authenticator(user=clerk, secret=second_factor.new_secret(), at=AT)
    commands.reset_second_factor(staff=key(clerk), by=manager, at=AT)
    assert not second_factor.is_asked(clerk)
    assert AccountLogEntry.objects.filter(event="second-factor-reset").count() == 1


def test_a_manager_does_not_touch_who_holds_more_than_he_could_give(manager: Actor) -> None:
    operator = person("operator", Role.OPERATOR, COUNTY)
    with pytest.raises(NotHeldByGiver):
        commands.reset_second_factor(staff=key(operator), by=manager, at=AT)
    city = person("city", Role.CLERK, COUNTY)
    commands.grant_role(user=city, role=Role.CLERK, area=Area("610900"), valid_from=ON)
    with pytest.raises(BeyondOwnArea):
        commands.set_password(staff=key(city), password="quite another phrase", by=manager, at=AT)


def test_nobody_administers_himself_or_an_applicant(manager: Actor) -> None:
    own_account = User.objects.get(uuid=manager.id)
    own_account.grants.update(role=Role.OPERATOR)
    by = actor(own_account)
    for act in (
        lambda: commands.set_active(staff=by.id, active=False, by=by, at=AT),
        lambda: commands.set_password(staff=by.id, password="quite another phrase", by=by, at=AT),
        lambda: commands.reset_second_factor(staff=by.id, by=by, at=AT),
        lambda: commands.grant_role(user=by.id, role=Role.EDITOR, area=COUNTY, valid_from=ON, by=by, at=AT),
    ):
        with pytest.raises(OwnGrant):
            act()


@pytest.mark.parametrize("unknown", ["", "x", "00000000-0000-4000-8000-000000000000", "1' OR '1'='1"])
def test_an_unknown_account_is_unknown(manager: Actor, unknown: str) -> None:
    with pytest.raises(AccountUnknown):
        commands.set_active(staff=unknown, active=False, by=manager, at=AT)


# -- roles -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [Role.CLERK, Role.CHIEF_REPRESENTATIVE, Role.APPROVER, Role.AGENT])
def test_a_manager_gives_the_roles_of_a_centre_in_his_county(manager: Actor, clerk: User, role: Role) -> None:
    area = Area("610924", "610924-zhujian", "610924-centre", "610924-centre-w01")
    commands.grant_role(user=key(clerk), role=role, area=area, valid_from=ON, by=manager, at=AT)
    assert clerk.grants.filter(role=role, window_code="610924-centre-w01").exists()


@pytest.mark.parametrize(
    "role", [Role.CENTRE_MANAGER, Role.SUPERVISOR, Role.EDITOR, Role.INTEGRATOR, Role.OPERATOR, Role.APPLICANT]
)
def test_and_no_other_role(manager: Actor, clerk: User, role: Role) -> None:
    with pytest.raises(NotHeldByGiver):
        commands.grant_role(user=clerk, role=role, area=LAND, valid_from=ON, by=manager, at=AT)


@pytest.mark.parametrize("area", [Area(), Area("610900"), Area("610922"), Area("", "610924-guotu")])
def test_nor_beyond_his_county(manager: Actor, clerk: User, area: Area) -> None:
    with pytest.raises(BeyondOwnArea):
        commands.grant_role(user=clerk, role=Role.CLERK, area=area, valid_from=ON, by=manager, at=AT)


def test_a_manager_narrowed_to_a_centre_gives_within_that_centre_only(clerk: User) -> None:
    own_centre = Area("610924", "", "610924-centre")
    by = actor(person("narrow", Role.CENTRE_MANAGER, own_centre))
    newcomer = person("newcomer", None, Area("610924", "610924-guotu", "610924-centre"))
    commands.grant_role(
        user=newcomer,
        role=Role.CLERK,
        area=Area("610924", "610924-guotu", "610924-centre"),
        valid_from=ON,
        by=by,
        at=AT,
    )
    with pytest.raises(BeyondOwnArea):
        commands.grant_role(user=newcomer, role=Role.CLERK, area=LAND, valid_from=ON, by=by, at=AT)


def test_a_window_narrows_a_grant(clerk: User) -> None:
    clerk.grants.all().delete()
    commands.grant_role(user=clerk, role=Role.CLERK, area=Area("610924", "", "", "w01"), valid_from=date(2015, 1, 1))
    scope = allowed(User.objects.get(pk=clerk.pk), "cases.view", on=ON)
    assert scope.covers(division="610924", window="w01")
    assert not scope.covers(division="610924", window="w02")
    assert not scope.covers(division="610924")
    assert scope.windows == ("w01",)


def test_a_grant_ends_today_at_the_earliest_and_is_never_made_longer(manager: Actor, clerk: User) -> None:
    grant = clerk.grants.get()
    for until in (ON - timedelta(days=1),):
        with pytest.raises(PeriodReversed):
            commands.end_grant(grant=grant.pk, valid_until=until, by=manager, at=AT)
    commands.end_grant(grant=grant.pk, valid_until=ON, by=manager, at=AT)
    assert not allowed(User.objects.get(pk=clerk.pk), "cases.receive")
    with pytest.raises(PeriodReversed):
        commands.end_grant(grant=grant.pk, valid_until=ON + timedelta(days=30), by=manager, at=AT)
    assert AccountLogEntry.objects.filter(event="grant-ended").count() == 1


def test_a_grant_that_has_not_begun_is_taken_away(manager: Actor, clerk: User) -> None:
    later = ON + timedelta(days=30)
    grant = commands.grant_role(user=clerk, role=Role.APPROVER, area=LAND, valid_from=later, by=manager, at=AT)
    commands.end_grant(grant=grant, valid_until=ON, by=manager, at=AT)
    assert not Grant.objects.filter(pk=grant).exists()


def test_giving_the_same_role_twice_changes_nothing_and_is_written_once(manager: Actor, clerk: User) -> None:
    first, second = (
        commands.grant_role(user=clerk, role=Role.AGENT, area=LAND, valid_from=ON, by=manager, at=AT) for _ in range(2)
    )
    assert first == second
    assert AccountLogEntry.objects.filter(event="role-granted", by_id=manager.id).count() == 1


# -- the authority list ----------------------------------------------------------------------------


def authorise(holder: User, by: Actor = SYSTEM, **changes: Any) -> int:
    fields = {
        "holder": key(holder),
        "organisation": "610924-guotu",
        "item": "11003",
        "power": Power.DECIDE,
        "valid_from": date(2026, 1, 1),
        "valid_until": date(2027, 1, 1),
        "document": "紫国土授〔2026〕3号",
        "by": by,
        "at": AT,
    }
    return commands.grant_authority(**{**fields, **changes})


def who(item: str = "11003", on: date = date(2026, 6, 1), power: Power = Power.DECIDE) -> list[str]:
    rows = list_authorities(organisation="610924-guotu", item=item, power=power, on=on)
    return [row.holder_name for row in rows]


def test_the_list_says_who_may_do_one_act_on_one_day(clerk: User, manager: Actor) -> None:
    authorise(clerk, manager)
    authorise(person("all", Role.APPROVER), item="", document="紫国土授〔2026〕4号")
    assert who() == ["all先生", "clerk先生"]
    assert who("11001") == ["all先生"]
    assert who(power=Power.SEAL) == []
    assert who(on=date(2025, 12, 31)) == []
    assert who(on=date(2027, 1, 1)) == []
    (row,) = list_authorities_of(holder=key(clerk), on=date(2026, 6, 1))
    assert (row.item, row.power, row.document) == ("11003", Power.DECIDE, "紫国土授〔2026〕3号")
    assert len(list_authorities_in(organisation="610924-guotu", on=date(2026, 6, 1))) == 2
    assert list_authorities_of(holder="nobody", on=ON) == ()


@pytest.mark.parametrize(
    ("start", "until", "is_apart"),
    [
        (date(2027, 1, 1), None, True),
        (date(2025, 1, 1), date(2026, 1, 1), True),
        (date(2026, 6, 1), date(2026, 7, 1), False),
        (date(2026, 12, 31), None, False),
        (date(2025, 1, 1), date(2026, 1, 2), False),
        (date(2025, 1, 1), None, False),
    ],
)
def test_periods_of_the_same_power_do_not_overlap(clerk: User, start: date, until: date | None, is_apart: bool) -> None:
    authorise(clerk)
    if is_apart:
        authorise(clerk, valid_from=start, valid_until=until)
        return
    with pytest.raises(AuthorityOverlaps) as refused:
        authorise(clerk, valid_from=start, valid_until=until)
    assert "紫国土授〔2026〕3号" in refused.value.explain()
    with pytest.raises(DatabaseError), transaction.atomic():  # the database refuses by itself as well
        Authority.objects.create(
            holder=clerk,
            organisation_code="610924-guotu",
            item_code="11003",
            power=Power.DECIDE.value,
            valid_from=start,
            valid_until=until,
            document="x",
        )


def test_another_power_item_or_holder_may_overlap(clerk: User) -> None:
    authorise(clerk)
    authorise(clerk, power=Power.SEAL)
    authorise(clerk, item="11002")
    authorise(person("second", Role.APPROVER))
    assert Authority.objects.count() == 4


def test_a_line_that_is_taken_back_no_longer_counts_but_stays(clerk: User, manager: Actor) -> None:
    line = authorise(clerk)
    commands.revoke_authority(authority=line, valid_until=date(2026, 3, 1), by=manager, at=AT)
    assert who(on=date(2026, 2, 28)) == ["clerk先生"]
    assert who(on=date(2026, 3, 1)) == []
    with pytest.raises(PeriodReversed):
        commands.revoke_authority(authority=line, valid_until=date(2026, 9, 1), by=manager, at=AT)
    with pytest.raises(AuthorityUnknown):
        commands.revoke_authority(authority=999_999, valid_until=ON, by=manager, at=AT)
    assert [line.event for line in page_account_log(staff=key(clerk))][:2] == [
        "authority-revoked",
        "authority-granted",
    ]


def test_a_line_taken_back_before_it_began_never_counts_and_leaves_room_for_another(clerk: User) -> None:
    line = authorise(clerk)
    commands.revoke_authority(authority=line, valid_until=date(2025, 6, 1), by=SYSTEM, at=AT)
    assert who(on=date(2026, 1, 1)) == []
    authorise(clerk, valid_from=date(2026, 1, 2))
    assert who() == ["clerk先生"]


def test_who_registers_letters_does_so_in_his_county_and_never_for_himself(clerk: User, manager: Actor) -> None:
    with pytest.raises(BeyondOwnArea):
        authorise(clerk, manager, organisation="610922-guotu")
    with pytest.raises(NotPermitted):
        authorise(person("second", Role.APPROVER), actor(clerk))
    with pytest.raises(OwnGrant):
        authorise(User.objects.get(uuid=manager.id), manager)
    with pytest.raises(PeriodReversed):
        authorise(clerk, valid_until=date(2026, 1, 1))
    with pytest.raises(AccountUnknown):
        commands.grant_authority(
            holder="nobody",
            organisation="610924-guotu",
            item="",
            power=Power.RECEIVE,
            valid_from=ON,
            valid_until=None,
            document="x",
            by=SYSTEM,
            at=AT,
        )
    clerk.is_active = False
    clerk.save()
    with pytest.raises(AccountClosed):
        authorise(clerk)


def test_a_closed_account_may_nothing_whatever_its_letter_says(clerk: User, settings: LazySettings) -> None:
    authorise(clerk)
    User.objects.filter(pk=clerk.pk).update(is_demonstration=True)
    assert who() == ["clerk先生"]
    settings.DEMONSTRATION = False
    assert who() == []
    settings.DEMONSTRATION = True
    User.objects.filter(pk=clerk.pk).update(is_active=False)
    assert who() == []


def test_the_database_refuses_a_line_without_a_letter_or_with_a_reversed_period(clerk: User) -> None:
    good = {
        "holder": clerk,
        "organisation_code": "610924-guotu",
        "power": "decide",
        "valid_from": ON,
        "document": "x",
    }
    for fault in ({"document": ""}, {"organisation_code": ""}, {"power": "rule"}, {"valid_until": date(2000, 1, 1)}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Authority.objects.create(**{**good, **fault})


# -- the demonstration -----------------------------------------------------------------------------


def test_the_demonstrations_letters_differ_as_its_posts_do() -> None:
    commands.ensure_demonstration_accounts(at=AT)
    commands.ensure_demonstration_accounts(at=AT)

    def names(item: str, power: Power) -> set[str]:
        rows = list_authorities(organisation="610924-guotu", item=item, power=power, on=ON)
        return {User.objects.get(uuid=row.holder).username for row in rows}

    assert names("11001", Power.DECIDE) == {"approver"}
    assert names("11002", Power.DECIDE) == {"approver", "representative"}
    assert names("11003", Power.DECIDE) == {"approver", "representative", "approver2"}
    assert names("11001", Power.REVIEW) == {"approver", "representative", "approver2"}
    assert names("11001", Power.RECEIVE) == {"clerk", "representative", "townclerk", "agent"}


def test_a_demonstration_of_an_older_release_gets_its_letters(django_assert_num_queries: Any) -> None:
    commands.ensure_demonstration_accounts(at=AT)
    Authority.objects.all().delete()
    User.objects.filter(username="clerk").update(display_name="改过名")
    commands.ensure_demonstration_accounts(at=AT)
    assert Authority.objects.exists()
    assert User.objects.get(username="clerk").display_name == "改过名"
    with django_assert_num_queries(2):
        commands.ensure_demonstration_accounts(at=AT)


# -- reading ---------------------------------------------------------------------------------------


def test_colleagues_are_those_with_a_role_at_the_organisation_today(clerk: User) -> None:
    person("second", Role.APPROVER)
    person("elsewhere", Role.CLERK, Area("610924", "610924-zhujian"))
    gone = person("gone", Role.CLERK)
    gone.is_active = False
    gone.save()
    person("at-centre", Role.AGENT, Area("610924", "", "610924-centre"))
    assert [one.username for one in list_colleagues(centre="610924-centre", on=ON)] == ["at-centre"]
    found = list_colleagues(organisation="610924-guotu", on=ON)
    assert [(one.username, one.roles) for one in found] == [("clerk", (Role.CLERK,)), ("second", (Role.APPROVER,))]
    assert [one.username for one in list_colleagues(organisation="610924-guotu", on=ON, roles=[Role.APPROVER])] == [
        "second"
    ]


def test_staff_are_listed_within_the_scope_page_by_page(clerk: User) -> None:
    person("second", Role.APPROVER)
    person("elsewhere", Role.CLERK, Area("610922", "610922-guotu"))
    scope = Scope(action="staff.manage", areas=(COUNTY,))
    first = page_staff(scope=scope, limit=1, at=AT)
    second = page_staff(scope=scope, limit=1, after=first.next_after, at=AT)
    assert [row.username for page in (first, second) for row in page] == ["clerk", "second"]
    assert second.next_after == ""
    assert [row.username for row in page_staff(scope=scope, search="SECOND", at=AT)] == ["second"]
    assert get_staff(staff=key(clerk), scope=scope, at=AT).grants[0].role is Role.CLERK
    with pytest.raises(AccountUnknown):
        get_staff(staff=key(User.objects.get(username="elsewhere")), scope=scope, at=AT)


def test_the_sign_in_log_is_ones_own_and_whole_for_the_operator(clerk: User, client: Client) -> None:
    client.post("/accounts/sign-in/", {"username": "clerk", "password": "wrong"})
    client.post("/accounts/sign-in/", {"username": "stranger", "password": "wrong"})
    client.post("/accounts/sign-in/", {"username": "clerk", "password": PASSWORD})
    mine = client.get("/accounts/sign-ins/").content.decode()
    assert mine.count("127.0.0.1") == 2
    assert "stranger" not in mine
    assert client.get("/accounts/log/sign-ins/").status_code == 403
    client.force_login(person("o", Role.OPERATOR, Area()))
    assert "stranger" in client.get("/accounts/log/sign-ins/").content.decode()
    assert "stranger" not in client.get("/accounts/log/sign-ins/?username=clerk").content.decode()
    assert client.get("/accounts/log/changes/").status_code == 200
    first = page_sign_ins(limit=2)
    assert len(page_sign_ins(limit=2, after=first.next_after)) == 1


def test_nobody_changes_or_removes_a_line_of_the_account_log(clerk: User) -> None:
    line = AccountLogEntry.objects.latest("id")
    for act in (
        lambda: AccountLogEntry.objects.filter(pk=line.pk).update(by_name="nobody"),
        lambda: AccountLogEntry.objects.filter(pk=line.pk).delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            act()
    assert AccountLogEntry.objects.get(pk=line.pk).by_name == line.by_name


def test_the_admin_shows_accounts_and_changes_nothing(client: Client, clerk: User) -> None:
    client.force_login(person("o", Role.OPERATOR, Area()))
    for address in ("user", "authority", "signinattempt", "accountlogentry"):
        assert client.get(f"/operator/accounts/{address}/").status_code == 200
        assert client.get(f"/operator/accounts/{address}/add/").status_code == 403
    assert client.post(f"/operator/accounts/user/{clerk.pk}/change/", {"username": "x"}).status_code == 403
    assert client.get("/operator/password_change/")["Location"] == "/accounts/password/"
    for secret in ("mfa/authenticator", "socialaccount/socialapp", "account/emailaddress", "auth/group"):
        assert client.get(f"/operator/{secret}/").status_code == 404


def test_the_account_page_masks_and_lists(client: Client, clerk: User) -> None:
    authorise(clerk)
    client.post("/accounts/sign-in/", {"username": "clerk", "password": PASSWORD})
    page = client.get("/accounts/own/").content.decode()
    assert "紫国土授〔2026〕3号" in page
    assert "本设备" in page
    assert SignInAttempt.objects.get().outcome == "entered"
    assert isinstance(SignInAttempt.objects.get().at, datetime)
