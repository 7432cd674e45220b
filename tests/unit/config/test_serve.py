"""The processes of a site live and end together, and preparation is done once."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from yichuang.config.serve import Household, ServerDidNotStart, await_first_page, fingerprint, once, server_command

SLEEPER = [sys.executable, "-c", "import time; time.sleep(60)"]
STUBBORN = [
    *[sys.executable, "-c"],
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('ready', flush=True); time.sleep(60)",
]


def test_stopping_a_household_ends_every_child() -> None:
    household = Household()
    children = [household.start(SLEEPER), household.start(SLEEPER)]
    household.stop()
    assert [child.poll() for child in children] == [-signal.SIGTERM, -signal.SIGTERM]


def test_a_child_that_does_not_listen_is_killed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("yichuang.config.serve.GRACE_SECONDS", 0.2)
    household = Household()
    words = tmp_path / "words"
    with words.open("wb") as output:
        child = household.start(STUBBORN, output=output)
    while not words.read_text():
        time.sleep(0.01)
    household.stop()
    assert child.poll() == -signal.SIGKILL


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child of its parent's death")
def test_children_end_even_when_their_parent_is_killed(tmp_path: Path) -> None:
    code = (
        "import sys, time; from yichuang.config.serve import Household;"
        "child = Household().start([sys.executable, '-c', 'import time; time.sleep(60)']);"
        "print(child.pid, flush=True); time.sleep(60)"
    )
    parent = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    # The interpreter of the child needs a moment, or the signal finds a process that is not yet ours.
    time.sleep(0.3)
    parent.kill()
    parent.wait()
    until = time.monotonic() + 5
    while is_running(child) and time.monotonic() < until:
        time.sleep(0.02)
    assert not is_running(child)


def is_running(process: int) -> bool:
    """Tell whether a process still runs; one that has ended and waits to be collected does not."""
    stat = Path(f"/proc/{process}/stat")
    try:
        return stat.read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def test_a_server_that_ends_at_once_is_reported_and_not_waited_for() -> None:
    server = subprocess.Popen([sys.executable, "-c", "raise SystemExit(3)"])
    with pytest.raises(ServerDidNotStart):
        await_first_page(host="127.0.0.1", port=9, server=server)


def test_the_server_never_has_more_than_two_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 64)
    command = server_command(host="127.0.0.1", port=8000)
    assert command[command.index("--workers") + 1] == "2"


def test_work_is_done_once_for_the_same_files_and_again_for_changed_ones(tmp_path: Path) -> None:
    files, stamp, done = tmp_path / "static", tmp_path / "stamp", []
    files.mkdir()
    (files / "style.css").write_text("a")
    work = lambda: done.append(1)  # noqa: E731 - the shortest thing that can be counted
    assert once(stamp, fingerprint([files]), work) is True
    assert once(stamp, fingerprint([files]), work) is False
    (files / "style.css").write_text("ab")
    assert once(stamp, fingerprint([files]), work) is True
    assert len(done) == 2


def test_work_that_failed_is_not_taken_for_done(tmp_path: Path) -> None:
    def fail() -> None:
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        once(tmp_path / "stamp", "x", fail)
    assert not (tmp_path / "stamp").exists()
