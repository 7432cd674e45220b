"""Who plays in the journeys: one browser a person, kept for the whole run."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.journeys.one_window import People, photograph, ugly

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture(scope="session")
def everybody(browser: "Browser", site: str, site_folder: Path) -> Iterator[People]:
    """Everybody's browser on the running platform."""
    people = People(browser, site, site_folder)
    yield people
    people.close()


@pytest.fixture
def people(everybody: People, request: pytest.FixtureRequest) -> Iterator[People]:
    """Everybody's browser; what they show at the end is kept, their tabs are closed, and no script may have failed."""
    everybody.faults.clear()
    ugly.clear()
    yield everybody
    for at, tab in enumerate([tab for home in everybody.browser.contexts for tab in home.pages]):
        photograph(tab, f"{request.node.name}-{at}", whole=False)
        tab.close()
    assert not everybody.faults, f"the pages' own scripts failed: {everybody.faults}"
    assert ugly == []
