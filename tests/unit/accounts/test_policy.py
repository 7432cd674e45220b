"""The dated rules of signing in: read strictly, each with its mark."""

import copy
from datetime import date, timedelta
from typing import Any

import pytest
import yaml

from yichuang.accounts import policy
from yichuang.accounts.values import Role


def entry() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(policy.SOURCE.read_text(encoding="utf-8"))[0]
    return copy.deepcopy(found)


def test_the_rules_in_force_are_those_of_the_last_version_begun() -> None:
    versions = policy.versions()
    assert policy.policy(on=date(1999, 1, 1)) is versions[0]
    assert policy.policy(on=date(2100, 1, 1)) is versions[-1]
    assert versions[-1].citation.startswith("GB/T 22239")


def test_sessions_end_when_idle_before_they_end_anyway() -> None:
    for rules in policy.versions():
        assert timedelta() < rules.confirmation < rules.idle < rules.lifetime
        assert rules.min_length >= 8


def test_nobody_may_give_the_role_of_an_applicant_and_a_manager_only_roles_of_his_hall() -> None:
    for rules in policy.versions():
        assert all(Role.APPLICANT not in given for given in rules.grantable.values())
        assert Role.CENTRE_MANAGER not in rules.grantable[Role.CENTRE_MANAGER]


def test_a_password_may_never_expire() -> None:
    stated = entry()
    stated["password"]["expires_after_days"]["value"] = None
    assert policy.read(stated).password_age is None


def break_password(stated: dict[str, Any]) -> None:
    stated["password"]["min_length"]["value"] = 0


def break_mark(stated: dict[str, Any]) -> None:
    stated["session"]["idle_minutes"]["verified"] = "yes"


def break_fields(stated: dict[str, Any]) -> None:
    stated["session"]["idle_hours"] = stated["session"].pop("idle_minutes")


def break_kind(stated: dict[str, Any]) -> None:
    stated["confirmation"]["minutes"]["value"] = "ten"


def break_role(stated: dict[str, Any]) -> None:
    stated["grantable"]["roles"]["centre-manager"].append("emperor")


def break_shape(stated: dict[str, Any]) -> None:
    stated["password"] = [10]


@pytest.mark.parametrize(
    "change", [break_password, break_mark, break_fields, break_kind, break_role, break_shape], ids=lambda c: c.__name__
)
def test_a_faulty_file_is_refused_not_guessed(change: Any) -> None:
    stated = entry()
    change(stated)
    with pytest.raises(ValueError):
        policy.read(stated)
