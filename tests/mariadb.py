"""A real MariaDB for tests: a fresh server in a temporary folder, without network, as fast as it can forget.

As root it runs the server as `nobody`, since MariaDB refuses to be root without being told. The system tables
are made anew for each server; one server serves a whole test session, each module takes its own database.
"""

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

UNPRIVILEGED = "nobody"
USER, PASSWORD = "yichuang", "p@ss/w:rd#1"
_STARTS_WITHIN = 60
# Nothing needs to outlive a power cut here, and two cores are shared.
FORGETFUL = (
    "--skip-networking", "--skip-log-bin", "--innodb-flush-log-at-trx-commit=0", "--innodb-doublewrite=0",
    "--innodb-flush-method=nosync", "--innodb-buffer-pool-size=64M", "--innodb-log-file-size=16M",
    "--performance-schema=OFF", "--aria-pagecache-buffer-size=8M", "--key-buffer-size=1M",
    "--skip-name-resolve", "--character-set-server=utf8mb4",
)  # fmt: skip


class MariadbUnavailable(Exception):
    """There is no MariaDB to be had; the text says what is missing."""


def find_server() -> str | None:
    """Return the path of the server, None where none is installed."""
    return shutil.which("mariadbd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")


@contextmanager
def running_mariadb(*, settings: tuple[str, ...] = FORGETFUL) -> Iterator[str]:
    """Yield the SQLAlchemy URL of a database on a fresh server; its user may do everything there."""
    server, installer = find_server(), shutil.which("mariadb-install-db")
    if server is None or installer is None:
        raise MariadbUnavailable("MariaDB is not installed: python tools/provide.py (Debian package mariadb-server)")
    user = UNPRIVILEGED if os.geteuid() == 0 else None
    # A short path: a unix socket's address holds 107 bytes.
    home = Path(tempfile.mkdtemp(prefix="yichuang-my-", dir="/tmp"))
    try:
        if user:
            account = pwd.getpwnam(user)
            os.chown(home, account.pw_uid, account.pw_gid)
        data, socket = home / "data", home / "s"
        common = [f"--datadir={data}", "--no-defaults"]
        install = ["--auth-root-authentication-method=normal", "--skip-test-db", *settings]
        _call([installer, common[1], common[0], *install], user, home)
        start = [server, common[1], common[0], f"--socket={socket}", f"--pid-file={home / 'pid'}", *settings]
        process = _start(start, user, home)
        try:
            _wait(process, socket, home)
            _make_database(socket)
            secret = quote(PASSWORD, safe="")
            yield f"mysql+pymysql://{USER}:{secret}@localhost/yichuang?unix_socket={quote(str(socket))}"
        finally:
            # Nothing of it is kept: it need not put its house in order.
            process.kill()
            process.wait()
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _make_database(socket: Path) -> None:
    import pymysql

    with pymysql.connect(user="root", unix_socket=str(socket)) as connection, connection.cursor() as cursor:
        cursor.execute("CREATE DATABASE yichuang CHARACTER SET utf8mb4")
        cursor.execute("CREATE USER %s@localhost IDENTIFIED BY %s", (USER, PASSWORD))
        cursor.execute("GRANT ALL ON *.* TO %s@localhost WITH GRANT OPTION", (USER,))


def _options(user: str | None, home: Path) -> dict[str, object]:
    return {
        "user": user,
        "group": pwd.getpwnam(user).pw_gid if user else None,
        "extra_groups": [] if user else None,
        "stdin": subprocess.DEVNULL,
        "cwd": home,
        "env": {"PATH": f"{os.environ.get('PATH', '')}:/usr/sbin", "LC_ALL": "C", "TZ": "UTC", "HOME": str(home)},
    }


def _call(command: list[object], user: str | None, home: Path) -> None:
    done = subprocess.run(
        [str(part) for part in command],
        capture_output=True,
        check=False,
        **_options(user, home),  # type: ignore[call-overload]
    )
    if done.returncode:
        said = (done.stdout + done.stderr).decode(errors="replace")
        raise MariadbUnavailable(f"{command[0]} ended with {done.returncode}:\n{said[-2000:]}")


def _start(command: list[object], user: str | None, home: Path) -> subprocess.Popen[bytes]:
    with (home / "server.log").open("wb") as log:
        return subprocess.Popen(
            [str(part) for part in command],
            stdout=log,
            stderr=log,
            **_options(user, home),  # type: ignore[call-overload]
        )


def _wait(process: subprocess.Popen[bytes], socket: Path, home: Path) -> None:
    import pymysql

    until = time.monotonic() + _STARTS_WITHIN
    while time.monotonic() < until and process.poll() is None:
        try:
            pymysql.connect(user="root", unix_socket=str(socket), connect_timeout=2).close()
        except pymysql.Error:
            time.sleep(0.05)
        else:
            return
    said = (home / "server.log").read_text(errors="replace")
    raise MariadbUnavailable(f"MariaDB did not start:\n{said[-2000:]}")
