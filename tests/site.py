"""The whole platform for tests: its folder is prepared once and copied for each process that starts a site on it."""

import fcntl
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path

import pytest

from tests import prepared

ROOT = Path(__file__).resolve().parent.parent
# A first start with tables, demonstration and static files takes longest on a busy machine of two cores.
PREPARING_SECONDS = 900
PATIENCE_SECONDS = 120
# What `yichuang run` does before it serves the first page, and what `yichuang follow` beside it comes upon at once.
_PREPARE = """
from django.core.management import call_command
from django.utils import timezone
from yichuang.config.daily import do_day
from yichuang.config.management.commands.run import Command
Command().prepare()
do_day(now=timezone.now())
call_command("follow", once=True)
"""


def lay_out(folder: Path) -> None:
    """Fill an empty folder with what `make run` makes on its first start.

    Tables, six thousand judged cases and static files take most of a minute: the first process leaves them to the
    others.
    """
    prepared.KEPT.mkdir(parents=True, exist_ok=True)
    kept = prepared.KEPT / f"site {prepared.digest()}"
    with (prepared.KEPT / "site.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kept.exists():
            for old in prepared.KEPT.glob("site *"):
                shutil.rmtree(old)
            begun = prepared.KEPT / "site begun"
            command = [sys.executable, "-m", "yichuang.config.cli", "shell", "-v0", "-c", _PREPARE]
            subprocess.run(command, env=environment(begun), check=True, timeout=PREPARING_SECONDS)
            begun.rename(kept)
        shutil.copytree(kept, folder, dirs_exist_ok=True)


def environment(folder: Path) -> dict[str, str]:
    """Return what a process of the platform needs that works on a folder."""
    env = {key: value for key, value in os.environ.items() if key != "YICHUANG_DATABASE_URL"}
    return {**env, "YICHUANG_VAR": str(folder), "PYTHONPATH": str(ROOT / "src")}


@contextmanager
def running(folder: Path, *, port: int, log: Path) -> Iterator[str]:
    """Start the platform on a folder as `make run` does, yield its address, and end it."""
    address = f"http://127.0.0.1:{port}"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "yichuang.config.cli", "run", "--port", str(port), "--no-fill"],
            env={**environment(folder), "YICHUANG_SITE_ADDRESS": address},
            stdout=output,
            stderr=output,
        )
    try:
        wait_for(process, port, log)
        yield address
    finally:
        process.terminate()
        process.wait(20)


def wait_for(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    """Return when the site answers; fail with its own words if it ends or stays silent."""
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until and process.poll() is None:
        try:
            connection = HTTPConnection("127.0.0.1", port, timeout=10)
            connection.request("HEAD", "/")
            connection.getresponse()
            return
        except OSError:
            time.sleep(0.2)
    pytest.fail(f"the site did not start:\n{log.read_text(errors='replace')[-4000:]}")
