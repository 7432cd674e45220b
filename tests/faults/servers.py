"""A server of PostgreSQL that can be killed with all its processes, and started again."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import psycopg

from tests.faults.mother import eventually, lives
from tests.postgres import UNPRIVILEGED, _call, carried_binaries, running_server


class Server:
    """A running PostgreSQL."""

    def __init__(self, url: str) -> None:
        self._url = url
        self.home = Path(parse_qs(urlsplit(url).query)["host"][0])
        copied = self.home / "postgresql" / "bin"
        self.binaries = copied if copied.exists() else carried_binaries()

    def create(self, name: str, *, template: str = "template1") -> str:
        """Create a database and return its address."""
        with psycopg.connect(host=str(self.home), user="postgres", dbname="postgres", autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return urlsplit(self._url)._replace(path=f"/{name}").geturl()

    @property
    def pid(self) -> int:
        """The process that all others of the server descend from."""
        return int((self.home / "data" / "postmaster.pid").read_text().splitlines()[0])

    def kill(self) -> None:
        """Kill -9 the server with all its processes: it writes no last word."""
        postmaster = self.pid
        children = Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split()
        processes = [postmaster, *map(int, children)]
        for pid in processes:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        eventually(lambda: not any(map(lives, processes)), "the server outlives kill -9", pause=0.02)
        # Where nobody reaps the dead (process 1 of some containers), the server would take itself for still running.
        for lock in ("data/postmaster.pid", ".s.PGSQL.5432.lock"):
            (self.home / lock).unlink(missing_ok=True)

    def start(self) -> None:
        """Start the server again; it recovers from its log."""
        options = f"-c listen_addresses= -c unix_socket_directories={self.home}"
        command = [self.binaries / "pg_ctl", "start", "-w", "-s", "-D", self.home / "data"]
        _call(
            [*command, "-l", self.home / "server.log", "-o", options],
            UNPRIVILEGED if os.geteuid() == 0 else None,
        )


@contextmanager
def durable_server() -> Iterator[Server]:
    """A fresh server that syncs as it does in earnest; raises ServerUnavailable."""
    with running_server(settings=("fsync=on", "synchronous_commit=on", "full_page_writes=on")) as url:
        yield Server(url)
