"""Receivers of webhooks: a small server that answers as it is told, and remembers what it heard."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Receiver:
    """What a server answers (the last status for ever), how slowly, and what it has heard: (headers, body)."""

    statuses: list[int] = field(default_factory=lambda: [204])
    seconds: float = 0.0
    heard: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    url: str = ""

    @property
    def ids(self) -> list[str]:
        """Return the identifiers of the messages, as they came."""
        return [headers["webhook-id"] for headers, _body in self.heard]


@contextmanager
def receiving(receiver: Receiver | None = None) -> Iterator[Receiver]:
    """Run a receiver on a port of its own."""
    answers = receiver or Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:  # the server's name for it
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            answers.heard.append(({name.lower(): value for name, value in self.headers.items()}, body))
            time.sleep(answers.seconds)
            status = answers.statuses.pop(0) if len(answers.statuses) > 1 else answers.statuses[0]
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_words: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    answers.url = f"http://127.0.0.1:{server.server_port}/hook?for=us"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield answers
    finally:
        server.shutdown()
        server.server_close()
