"""One end of a line in a process of its own: `python -m tests.faults.carrying ROLE NODE PEER FILE ADDRESS`.

`loop` sends from its file and fetches into it until it is ended, as `yichuang node run` does; `serve` answers HTTP at
host:port as the site's two addresses do. Waits are shortened; everything else is as in earnest, full sync included.
"""

import os
import signal
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from sqlite3 import OperationalError

from django.db import OperationalError as DjangoError

from tests.factories.mailroom import FileMailroom, Found, SharedSeals, desk
from yichuang.exchange.carriers import broker, door, http, nats, running
from yichuang.exchange.carriers.answering import Request
from yichuang.exchange.carriers.contract import Peer
from yichuang.exchange.carriers.opening import open_carrier


class Mailroom(FileMailroom):
    """As in the site: a database that cannot write raises Django's error."""

    def take(self, *args: object, **named: object) -> Found:
        try:
            return super().take(*args, **named)  # type: ignore[arg-type]
        except OperationalError as fault:
            raise DjangoError(*fault.args) from fault


def hurry() -> None:
    """Shorten every wait, so that a test sees many tries."""
    running.FIRST_RETRY_SECONDS, running.LAST_RETRY_SECONDS = 0.2, 1.0
    running.PAUSE_SECONDS, running.GREETING_SECONDS = 0.05, 0.5
    http.CONNECT_SECONDS, http.READ_SECONDS = 1.0, 3.0
    broker.CONNECT_SECONDS, broker.PUBLISH_SECONDS, broker.ASK_SECONDS, broker.PING_SECONDS = 1.0, 2.0, 2.0, 1
    nats.AGAIN_SECONDS, nats.GAP_SECONDS, nats.LOOK_SECONDS = 2.0, 2.0, 0.2


def loop(node: str, peer: str, file: Path, url: str) -> None:
    """Exchange until asked to end."""
    stopping = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopping.set())
    seals = SharedSeals(node)
    mailroom = Mailroom(node, file, durable=True)
    print("ready", flush=True)
    links = running.run_links(
        [Peer(peer, url)], mailroom, lambda url: open_carrier(url, seals=seals), stopping, seconds=time.monotonic
    )
    print(links[0].total, flush=True)


def serve(node: str, peer: str, file: Path, address: str) -> None:
    """Answer until killed."""
    host, _colon, port = address.partition(":")
    answering = desk(Mailroom(node, file, durable=True), {peer: ""})

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            heads = {name.title(): value for name, value in self.headers.items()}
            try:
                reply = door.answer(answering, Request(self.command, self.path, heads, body))
            except DjangoError:
                self.send_error(503)
                return
            self.send_response(reply.status)
            for name, value in reply.heads.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(reply.body)))
            self.end_headers()
            self.wfile.write(reply.body)

        do_GET = do_POST

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer((host, int(port)), Handler)
    print("ready", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yichuang.config.settings")
    hurry()
    role, own_name, peer_name, own_file, where = sys.argv[1:]
    {"loop": loop, "serve": serve}[role](own_name, peer_name, Path(own_file), where)
