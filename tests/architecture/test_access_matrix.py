"""Every address, asked by every role: the site answers as the written matrix says.

The matrix stands in `access_matrix.yaml`. A new address fails here until it is written there; a role that gets in
where it should not, or is turned away where it should get in, fails here too.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.utils import timezone

from tests.architecture.access_walk import ADMIN, Address, Answer, addresses, all_arguments_known, ask, written
from yichuang.accounts import matrix
from yichuang.accounts.commands import ensure_demonstration_accounts, grant_role
from yichuang.accounts.models import Person, User
from yichuang.accounts.values import Area, Role
from yichuang.api.site import api
from yichuang.ui import middleware

VISITOR = "visitor"
EVERYBODY = "everybody"
ROLES = [VISITOR, *(role.value for role in Role)]
# Whom the demonstration has for each role; the others are made here.
ACCOUNTS = {
    Role.CLERK: "clerk",
    Role.CHIEF_REPRESENTATIVE: "representative",
    Role.APPROVER: "approver",
    Role.AGENT: "agent",
    Role.CENTRE_MANAGER: "manager",
    Role.SUPERVISOR: "supervisor",
    Role.EDITOR: "editor",
    Role.OPERATOR: "operator",
}


# What leads out would end the walk; it is asked of visitors only.
LEADING_OUT = {"accounts:sign-out", "accounts:sessions-end", "admin:logout"}


def permission_of(address: Address) -> str | None:
    """Return the permission that the matrix writes for an address; None when it is not written."""
    if address.pattern.startswith(ADMIN):
        return "system.operate"
    space, _colon, name = address.name.rpartition(":")
    found: str | None = written()["addresses"].get(space, {}).get(name)
    return found


def shut_by_django(address: Address) -> bool:
    """Return whether the admin may refuse even the operator: there is nothing to add to a log, or to change."""
    return address.pattern.startswith(ADMIN) and not address.name.endswith(("_changelist", "admin:index"))


def may(permission: str, role: str) -> bool:
    """Return whether the matrix lets a role in."""
    if permission in written()["without_place"].get(role, ()):
        return False
    allowed = written()["permissions"][permission]
    return allowed == EVERYBODY or role in allowed


def client_of(role: str) -> Client:
    """Return a client that is signed in with one role and no other."""
    client = Client(raise_request_exception=False)
    if role == VISITOR:
        return client
    name = ACCOUNTS.get(Role(role))
    if name is None:
        user = User.objects.create_user(f"only-{role}", "a long enough phrase", display_name="角色测试")
        area = Area() if role == Role.APPLICANT else Area("610900")
        grant_role(user=user, role=Role(role), area=area, valid_from=date(2015, 1, 1))
        if role == Role.APPLICANT:
            Person.objects.create(
                user=user,
                issuer="test",
                subject="test",
                name="角色测试",
                id_type="111",
                id_number="610924199001010011",
                verified_at=timezone.now(),
            )
    else:
        user = User.objects.get(username=name)
    client.force_login(user)
    return client


def refusals_of(role: str) -> Answer:
    """Return how a role is turned away: a visitor to the sign-in page, others with 403."""
    return Answer.TO_SIGN_IN if role == VISITOR else Answer.FORBIDDEN


def faults(client: Client, role: str, address: Address) -> Iterator[str]:
    """Yield every answer that is not as written."""
    permission = permission_of(address)
    if permission is None:
        return
    path = address.filled(written()["arguments"].get(address.name, {}))
    allowed = may(permission, role)
    # Whoever is let in may change something by POST; whoever is not must be turned away there as well.
    # The admin guards its pages whatever the method.
    for method in ["get"] if allowed or address.pattern.startswith(ADMIN) else ["get", "post"]:
        answer, status = ask(client, path, method=method)
        expected = Answer.ALLOWED if allowed else refusals_of(role)
        if allowed and answer is Answer.FORBIDDEN and shut_by_django(address):
            continue
        if answer is not expected:
            yield f"{role}: {method.upper()} {path} ({address.name}, {permission}) is {expected}, answered {status}"


def test_every_address_is_written_in_the_matrix_and_nothing_else() -> None:
    found = {address.name for address in addresses() if not address.pattern.startswith(ADMIN)}
    listed = {f"{space}:{name}" for space, names in written()["addresses"].items() for name in names}
    assert {"missing in the matrix": sorted(found - listed), "no longer an address": sorted(listed - found)} == {
        "missing in the matrix": [],
        "no longer an address": [],
    }


def test_every_view_states_the_permission_that_is_written() -> None:
    differing = {
        address.name: f"states {address.stated}, written {permission_of(address)}"
        for address in addresses()
        if not address.pattern.startswith(ADMIN)
        and permission_of(address) is not None
        and address.stated != permission_of(address)
    }
    assert differing == {}


def test_the_law_file_gives_each_permission_to_the_roles_that_are_written() -> None:
    in_force = matrix.versions()[-1].actions
    stated = {
        key: EVERYBODY if action.public else sorted(role.value for role in action.roles)
        for key, action in in_force.items()
    }
    listed = {
        key: roles if roles == EVERYBODY else sorted(roles)
        for key, roles in written()["permissions"].items()
        if key != "public"
    }
    assert stated == listed


def test_the_walk_knows_a_value_for_every_kind_of_argument() -> None:
    assert all_arguments_known() >= {"str", "int", "uuid", "slug", "path"}


@pytest.fixture
def drawn_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Draw the page of a refusal, and the document of the API, once a role, not for each of some hundred refusals."""
    drawn: dict[str, HttpResponse] = {}
    render = middleware.render

    def render_once(request: HttpRequest, name: str, context: dict[str, Any], status: int) -> HttpResponse:
        if name not in drawn:
            drawn[name] = render(request, name, context, status=status)
            assert drawn[name].content
        return HttpResponse(status=status)

    document = api.get_openapi_schema()
    monkeypatch.setattr(middleware, "render", render_once)
    monkeypatch.setattr(api, "get_openapi_schema", lambda **_given: document)


@pytest.mark.slow(40)
@pytest.mark.django_db
@pytest.mark.usefixtures("drawn_once")
@pytest.mark.parametrize("role", ROLES)
def test_every_address_answers_each_role_as_written(role: str) -> None:
    ensure_demonstration_accounts(at=timezone.now())
    client = client_of(role)
    found = [
        fault
        for address in addresses()
        if role == VISITOR or address.name not in LEADING_OUT
        for fault in faults(client, role, address)
    ]
    assert found == []
