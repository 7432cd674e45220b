"""What all tests share: settings fit for tests, flushing past the append-only triggers, one browser."""

import os
import re
import shutil
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ROOT = Path(__file__).resolve().parent.parent
OUTPUT = ROOT / "var" / "test-output"
IN_CI = os.environ.get("CI") == "true"

# Which of several processes this one is; the only one is the first.
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")


# A Java machine that lives for half a minute: its second compiler takes more than it ever gives back.
SHORT_LIVED_JAVA = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"


def pytest_configure() -> None:
    """Take this process's own server where `tests.postgres` has started one for each."""
    from django.conf import settings

    os.environ.setdefault("JDK_JAVA_OPTIONS", SHORT_LIVED_JAVA)

    servers = os.environ.get("YICHUANG_TEST_SERVERS", "").split()
    if WORKER and servers:
        url = servers[int(WORKER.removeprefix("gw"))]
        # In the environment too, for the processes that a test starts.
        os.environ["YICHUANG_DATABASE_URL"] = url
        settings.DATABASES["default"]["HOST"] = dict(parse_qsl(urlsplit(url).query))["host"]


def _seconds(item: pytest.Item) -> int:
    """Return how many seconds a mark says that the item's module takes."""
    mark = item.get_closest_marker("slow")
    return 0 if mark is None else mark.args[0] if mark.args else 10


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Put the modules that take longest first, so that no process is left alone with one at the end.

    What is the same on every database is left to the stage of SQLite.
    """
    items.sort(key=_seconds, reverse=True)
    from django.db import connection

    if connection.vendor == "sqlite":
        return
    elsewhere = [item for item in items if item.get_closest_marker("once")]
    if elsewhere:
        config.hook.pytest_deselected(items=elsewhere)
        items[:] = [item for item in items if not item.get_closest_marker("once")]


@pytest.fixture(scope="session", autouse=True)
def settings_for_tests(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Take what only slows tests down out of the settings: slow password hashes, collected static files."""
    from django.conf import settings
    from django.test.utils import override_settings

    plain_files = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    uploads = {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(tmp_path_factory.mktemp("files"))},
    }
    with override_settings(
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        STORAGES={**settings.STORAGES, "staticfiles": plain_files, "default": uploads},
        STATIC_ROOT=tmp_path_factory.mktemp("static"),
    ):
        yield


@pytest.fixture(autouse=True)
def settings_given_back() -> Iterator[None]:
    """End every test with the settings it began with: the next one in this process would be at fault for this one."""
    from django.conf import settings

    before = settings._wrapped
    yield
    after, settings._wrapped = settings._wrapped, before
    assert after is before, "settings were changed inside an override that ended earlier"


@pytest.fixture(autouse=True)
def language_of_the_house() -> None:
    """Begin every test in Chinese: a request in English leaves its language with the thread."""
    from django.conf import settings
    from django.utils import translation

    translation.activate(settings.LANGUAGE_CODE)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None) -> Iterator[None]:
    """Take migrated tables from a process that went before, where there was one; this is asked before the set-up."""
    from tests import prepared

    with prepared.migrated_once():
        yield


# --- flushing ---------------------------------------------------------------------------------------------------------
# The database itself forbids DELETE and TRUNCATE on the ledger. A transactional test must be cleaned up
# all the same, so the flush after it, and nothing else, steps past the triggers.


@contextmanager
def without_triggers_on_sqlite(connection: Any) -> Iterator[None]:
    """Drop all triggers and create them again, with their own text, afterwards."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        triggers = cursor.fetchall()
        for name, _ in triggers:
            cursor.execute(f'DROP TRIGGER "{name}"')
        try:
            yield
        finally:
            for _, text in triggers:
                # Executed without parameters: a text may hold a per cent sign.
                cursor.execute(text)


@contextmanager
def without_triggers_on_postgresql(connection: Any) -> Iterator[None]:
    """Apply changes as a replica does, for which ordinary triggers do not fire."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        try:
            yield
        finally:
            cursor.execute("SET session_replication_role = origin")


# What Django itself puts back after every flush, table by table, if it is gone.
LEFT_STANDING = {"django_migrations", "django_content_type", "auth_permission"}


def deletions_on_sqlite(sql_list: list[str]) -> list[str]:
    """Return Django's own statements, each of which empties one table."""
    return [sql for sql in sql_list if not any(f'"{name}"' in sql for name in LEFT_STANDING)]


def deletions_on_postgresql(connection: Any) -> list[str]:
    """Return a statement for every table that holds something.

    TRUNCATE, as Django has it, makes new files for a hundred tables and all their indexes: half a second a test.
    """
    kept = connection.introspection.django_table_names(only_existing=True, include_views=False)
    names = [connection.ops.quote_name(name) for name in kept if name not in LEFT_STANDING]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(f"(SELECT '{name}' FROM {name} LIMIT 1)" for name in names))
        return [f"DELETE FROM {name}" for (name,) in cursor.fetchall()]


@pytest.fixture(scope="session", autouse=True)
def flushing_past_the_append_only_triggers() -> Iterator[None]:
    """Wrap the statement list that ends every transactional test."""
    from django.db import connection

    on_sqlite = connection.vendor == "sqlite"
    past = without_triggers_on_sqlite if on_sqlite else without_triggers_on_postgresql
    operations = type(connection.ops)
    original = operations.execute_sql_flush

    def execute_sql_flush(self: Any, sql_list: list[str]) -> None:
        with past(self.connection):
            original(self, deletions_on_sqlite(sql_list) if on_sqlite else deletions_on_postgresql(self.connection))

    operations.execute_sql_flush = execute_sql_flush
    yield
    operations.execute_sql_flush = original


# --- the browser ------------------------------------------------------------------------------------------------------


def leave_out(reason: str) -> None:
    """Skip the test with a reason that a user would accept; in CI nothing may be left out."""
    if IN_CI:
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def browser() -> Iterator["Browser"]:
    """One headless Chromium for the whole run; a test gets its own empty context from `page`."""
    found = (shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome"))
    executable = next(filter(None, found), None)
    if executable is None:
        leave_out("Chromium is missing: apt-get install chromium fonts-noto-cjk, or `make provide` as root")
    # Playwright's loop would make Django refuse database calls in the test's own thread.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=executable,
            args=[
                # Root in a container has no user namespace to sandbox in.
                *(["--no-sandbox"] if os.geteuid() == 0 else []),
                "--disable-gpu",
                # Drawn by the processor, as Debian's own flags would not have it, and without a process in between.
                "--in-process-gpu",
                "--disable-gpu-compositing",
                "--disable-gpu-rasterization",
                "--disable-smooth-scrolling",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
            ],
        )
        yield browser
        browser.close()


def slug(text: str) -> str:
    """Return a file name of a test's name."""
    return re.sub(r"[^\w.-]+", "-", text).strip("-")


def keep_picture(page: "Page", name: str, *, whole: bool = True) -> Path:
    """Keep a picture of the whole page, or of what its window shows, and return where.

    As JPEG: packing a long page as PNG takes the browser twice as long, and people only look at it.
    """
    path = OUTPUT / "screenshots" / f"{slug(name)}.jpg"
    path.parent.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=path, full_page=whole, type="jpeg", quality=70)
    return path


@pytest.fixture(params=["desktop"])
def viewport(request: pytest.FixtureRequest) -> dict[str, int]:
    """The window's size; `@pytest.mark.parametrize("viewport", ["phone"], indirect=True)` asks for a phone."""
    return {"phone": {"width": 390, "height": 844}, "desktop": {"width": 1280, "height": 900}}[request.param]


@pytest.fixture
def page(browser: "Browser", viewport: dict[str, int], request: pytest.FixtureRequest) -> Iterator["Page"]:
    """An empty tab; what it shows at the end of the test is kept under var/test-output/screenshots."""
    context = browser.new_context(viewport=viewport, locale="zh-CN", timezone_id="Asia/Shanghai")
    tab = context.new_page()
    faults: list[str] = []
    tab.on("pageerror", lambda fault: faults.append(str(fault)))
    yield tab
    keep_picture(tab, request.node.name, whole=False)
    context.close()
    assert not faults, f"the page's own scripts failed: {faults}"


@pytest.fixture
def photograph(page: "Page") -> Callable[[str], Path]:
    """Take a named screenshot in the middle of a journey."""

    def take(name: str) -> Path:
        return keep_picture(page, name)

    return take


# --- the whole site ---------------------------------------------------------------------------------------------------


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def site_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of `site`: its database, and below outbox/ the messages it has sent."""
    return tmp_path_factory.mktemp("site")


@pytest.fixture(scope="session")
def site(site_folder: Path) -> Iterator[str]:
    """The address of the platform as `make run` starts it, on a folder with the demonstration's first part."""
    from tests.site import lay_out, running

    OUTPUT.mkdir(parents=True, exist_ok=True)
    lay_out(site_folder)
    with running(site_folder, port=free_port(), log=OUTPUT / f"site{WORKER}.log") as address:
        yield address
