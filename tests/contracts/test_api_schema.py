"""The API against its own document: whatever is asked, no fault of the server, no answer that is not written there."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests import prepared
from tests.factories.systems import EVERYTHING, registered, token_of
from tests.integration import small_city
from yichuang.accounts.values import SystemScope
from yichuang.api.site import api
from yichuang.config.wsgi import application

if TYPE_CHECKING:
    from pytest_django.plugin import DjangoDbBlocker

pytestmark = [
    pytest.mark.once,
    pytest.mark.slow,
    pytest.mark.django_db,
    pytest.mark.filterwarnings("ignore:No directory at"),
]
DOCUMENT = api.get_openapi_schema()
OPERATIONS = sorted((path, method) for path, methods in DOCUMENT["paths"].items() for method in methods)
# What has neither parameters nor a body cannot be asked wrongly.
ASKED = [
    (path, method, mode)
    for path, method in OPERATIONS
    for mode in GenerationMode
    if mode is GenerationMode.POSITIVE
    or DOCUMENT["paths"][path][method]["parameters"]
    or "requestBody" in DOCUMENT["paths"][path][method]
]
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
EXAMPLES = 4


@pytest.fixture(scope="module", autouse=True)
def city(django_db_setup: None, django_db_blocker: "DjangoDbBlocker") -> Iterator[None]:
    """A small city with cases, for the module."""
    with django_db_blocker.unblock(), prepared.holding(*small_city.CITY, small_city.file_cases):
        yield


@pytest.fixture(scope="module")
def document(city: None, django_db_blocker: "DjangoDbBlocker") -> Any:
    """The document as the site serves it, read once."""
    with django_db_blocker.unblock():
        return schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)


@pytest.fixture
def token(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A system that may do everything; no name on the open network is ever asked for."""
    settings.VAR = tmp_path
    monkeypatch.setattr("socket.getaddrinfo", lambda host, port, **_more: [(2, 1, 6, "", ("192.0.2.1", port))])
    scopes = (*EVERYTHING, SystemScope.READ_PERSONAL.value)
    return token_of(registered(scopes=scopes, division="610924"))


@pytest.mark.parametrize(("path", "method", "mode"), ASKED, ids=[f"{m} {p} {mode.value}" for p, m, mode in ASKED])
def test_whatever_is_asked_the_answer_is_written_in_the_document(
    path: str, method: str, mode: GenerationMode, token: str, document: Any
) -> None:
    operation = document[path][method]

    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def ask(case: schemathesis.Case) -> None:
        headers = {"Authorization": f"Bearer {token}", "Accept-Encoding": "identity"}
        case.validate_response(case.call(headers=headers), checks=CHECKS, headers=headers)

    ask()


def test_the_document_names_a_scope_for_everything_but_me() -> None:
    without = {
        operation["operationId"]
        for methods in DOCUMENT["paths"].values()
        for operation in methods.values()
        if not operation["security"][0]["Needs"]
    }
    assert without == {"get_me"}
