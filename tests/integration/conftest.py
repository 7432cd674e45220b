"""What modules may begin with: the packaged places, the catalogue and its people, or a small city with cases."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests import prepared
from tests.factories.places import load_few_places
from tests.integration import small_city

if TYPE_CHECKING:
    from pytest_django.plugin import DjangoDbBlocker


@pytest.fixture(scope="module")
def all_places(django_db_setup: None, django_db_blocker: "DjangoDbBlocker") -> Iterator[None]:
    """The packaged divisions, organisations, centres and windows, for a module."""
    with django_db_blocker.unblock(), prepared.holding(small_city.load_places):
        yield


@pytest.fixture(scope="module")
def ankang(django_db_setup: None, django_db_blocker: "DjangoDbBlocker") -> Iterator[None]:
    """Places, catalogue and the demonstration's accounts, for a module."""
    with django_db_blocker.unblock(), prepared.holding(*small_city.CITY):
        yield


@pytest.fixture(scope="module")
def ankang_with_cases(django_db_setup: None, django_db_blocker: "DjangoDbBlocker") -> Iterator[None]:
    """The same with 252 cases of 2015 and their figures, for a module."""
    with django_db_blocker.unblock(), prepared.holding(*small_city.CITY, small_city.file_cases):
        yield


@pytest.fixture
def few_places(db: None, tmp_path_factory: pytest.TempPathFactory) -> None:
    """The city, two counties and two towns only, for a test that empties its tables."""
    load_few_places(tmp_path_factory.mktemp("places"), at=small_city.NOW)


@pytest.fixture
def media(settings: Any, tmp_path: Path) -> None:
    """A folder of its own for the files that a test hands in."""
    local = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = {**settings.STORAGES, "default": local}
