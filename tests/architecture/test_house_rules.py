"""Small rules that keep the house tidy, each with its reason."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.source import ROOT, python_files, shown

UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
NAMELESS = {"utils.py", "helpers.py", "misc.py", "common.py"}
THIS_FILE = Path(__file__)

# Homes of projects, standards and tools; everything else that looks like a host is not for our files.
KNOWN_HOSTS = {
    "127.0.0.1",
    "localhost",
    "license.coscl.org.cn",
    "www.w3.org",
    "schemas.openxmlformats.org",
    "keepachangelog.com",
    "semver.org",
    "www.sitemaps.org",
    "www.xes-standard.org",
    "code.deckfour.org",
}
PINNED = ("requirements/*.txt", "pyproject.toml", "package.json", "package-lock.json", "*.toml", "*.cfg", "*.ini")


def tracked(*patterns: str) -> Iterator[Path]:
    """Yield the project's own files that match, whether committed already or not."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *patterns],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode:
        pytest.fail(f"git could not list the files: {listed.stderr}")
    # A file that is deleted but not yet committed is still listed.
    yield from (ROOT / name for name in listed.stdout.splitlines() if (ROOT / name).is_file())


def test_no_module_is_named_for_nothing() -> None:
    assert [shown(path) for path in python_files() if path.name in NAMELESS] == []


def test_nothing_is_left_to_be_done_later_in_code() -> None:
    marked = [
        f"{shown(path)}:{number}"
        for path in [*python_files(), *tracked("*.html", "*.yaml", "*.js", "*.css", "Makefile")]
        if path != THIS_FILE and "vendor" not in path.parts
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if UNFINISHED.search(line)
    ]
    assert marked == []


def test_pinned_requirements_name_no_registry() -> None:
    options = ("--index-url", "--extra-index-url", "--find-links", '"resolved"')
    faults = []
    for path in tracked(*PINNED):
        text = path.read_text()
        hosts = [host for host in re.findall(r"https?://([^/\s\"'>]+)", text) if host not in KNOWN_HOSTS]
        faults += [f"{shown(path)}: {found}" for found in [*(option for option in options if option in text), *hosts]]
    assert faults == []


def test_every_pinned_requirement_has_a_hash() -> None:
    for path in sorted((ROOT / "requirements").glob("*.txt")):
        pins = re.findall(r"^([a-z0-9][\w.\[\]-]*==\S+)(.*\n(?:[ ]+--hash=.*\n?)*)", path.read_text(), re.MULTILINE)
        assert pins, shown(path)
        assert [pin for pin, hashes in pins if "--hash=sha256:" not in hashes] == []


def test_no_lock_file_that_records_addresses_is_kept() -> None:
    assert [shown(path) for path in tracked("uv.lock", "poetry.lock", "**/uv.lock", ".python-version")] == []


def test_no_signal_carries_news_between_contexts() -> None:
    sending = re.compile(r"django\.dispatch|django\.db\.models\.signals|@receiver")
    assert [shown(path) for path in python_files("src") if sending.search(path.read_text())] == []


@pytest.mark.parametrize(("folder", "most"), [("src", 400), ("tests", 600)])
def test_no_file_has_grown_beyond_what_one_noun_needs(folder: str, most: int) -> None:
    lengths = {shown(path): len(path.read_text().splitlines()) for path in python_files(folder)}
    assert {name: length for name, length in lengths.items() if length > most and "/migrations/" not in name} == {}
