"""Serving: stands between `yichuang run` and the processes that make up a running site.

Before the first page: tables, the demonstration's first part, static files. Then one server of
pages (WSGI, at most two workers), one process that keeps the ledger's followers at its end and, while
the demonstration is not complete, one that goes on filling it. All end with this one.
"""

import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from types import FrameType
from typing import IO

from yichuang.kernel.processes import end_with_parent
from yichuang.kernel.refusal import Refusal
from yichuang.kernel.words import N_

MOST_WORKERS = 2
GRACE_SECONDS = 10.0
PATIENCE_SECONDS = 180.0
LOOK_SECONDS = 20.0


class ServerDidNotStart(Refusal):
    """The page server ended or stayed silent."""

    sentence = N_("网页服务没有启动成功")
    remedy = N_("请查看上方的错误信息")


@dataclass
class Household:
    """The child processes of one running site; all of them end together."""

    children: list[subprocess.Popen[bytes]] = field(default_factory=list)
    stopping: bool = False

    def start(self, command: list[str], *, output: IO[bytes] | None = None) -> subprocess.Popen[bytes]:
        """Start a child in a session of its own, so that Ctrl-C reaches it once, through us."""
        child = subprocess.Popen(
            command,
            stdout=output,
            stderr=output,
            start_new_session=True,
            preexec_fn=end_with_parent,  # noqa: PLW1509 - no threads run here yet
        )
        self.children.append(child)
        return child

    def stop(self) -> None:
        """End all children: ask, wait, then insist."""
        self.stopping = True
        alive = [child for child in self.children if child.poll() is None]
        for child in alive:
            child.terminate()
        until = time.monotonic() + GRACE_SECONDS
        for child in alive:
            try:
                child.wait(max(0.1, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()


def fingerprint(folders: Iterable[Path]) -> str:
    """Return a short text that changes when any static file is added, removed or written."""
    seen = sorted(
        (str(path), path.stat().st_mtime_ns, path.stat().st_size)
        for folder in folders
        for path in folder.rglob("*")
        if path.is_file()
    )
    return hashlib.sha256(json.dumps(seen).encode()).hexdigest()


def once(stamp: Path, print_of: str, work: Callable[[], object]) -> bool:
    """Do the work unless the stamp says that it was done for the same fingerprint; tell whether it was done now."""
    if stamp.exists() and stamp.read_text() == print_of:
        return False
    work()
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(print_of)
    return True


def server_command(*, host: str, port: int) -> list[str]:
    """Return the command line of the page server."""
    workers = min(MOST_WORKERS, os.cpu_count() or 1)
    return [
        *[sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port)],
        *["--workers", str(workers), "--blocking-threads", "4", "--respawn-failed-workers"],
        *["--log-level", "warning", "yichuang.config.wsgi:application"],
    ]


def await_first_page(*, host: str, port: int, server: subprocess.Popen[bytes]) -> None:
    """Return when the site answers anything; raise ServerDidNotStart if the server ends or stays silent."""
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until and server.poll() is None:
        connection = HTTPConnection(host, port, timeout=5)
        try:
            connection.request("HEAD", "/")
            connection.getresponse()
            return
        except (OSError, HTTPException):
            time.sleep(0.1)
        finally:
            connection.close()
    raise ServerDidNotStart


def watch(household: Household, server: subprocess.Popen[bytes], *, meanwhile: Callable[[], None] | None = None) -> int:
    """Wait until the page server ends or a signal asks to end; return the exit code. `meanwhile` runs now and then."""

    def end(_number: int, _frame: FrameType | None) -> None:
        household.stopping = True

    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, end)
    looked = 0.0
    while not household.stopping and server.poll() is None:
        if meanwhile is not None and time.monotonic() - looked > LOOK_SECONDS:
            meanwhile()
            looked = time.monotonic()
        time.sleep(0.2)
    asked = household.stopping
    household.stop()
    return 0 if asked else server.returncode or 1
