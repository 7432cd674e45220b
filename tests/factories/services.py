"""A county's service over HTTP: a real server in a thread, with all that such services do wrong."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qsl, urlsplit


@dataclass
class Answer:
    """One answer: status, body (an object is sent as JSON), headers; `cut` sends so many bytes less than promised."""

    body: Any = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    cut: int = 0

    def raw(self) -> bytes:
        """Return the body's bytes."""
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body, ensure_ascii=False).encode()


@dataclass
class Asked:
    """One question that came: path, parameters, headers, form."""

    path: str
    parameters: dict[str, str]
    headers: dict[str, str]
    form: dict[str, str]


@dataclass
class Service:
    """The running server: its address, and every question in order."""

    url: str
    asked: list[Asked]


@contextmanager
def running_service(answer: Callable[[Asked], Answer]) -> Iterator[Service]:
    """Serve on a free port of this machine; `answer` says what each question gets."""
    asked: list[Asked] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer({})

        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length", "0"))
            self._answer(dict(parse_qsl(self.rfile.read(length).decode())))

        def log_message(self, *_: object) -> None:
            pass

        def _answer(self, form: dict[str, str]) -> None:
            parts = urlsplit(self.path)
            question = Asked(parts.path, dict(parse_qsl(parts.query)), dict(self.headers), form)
            asked.append(question)
            given = answer(question)
            raw = given.raw()
            self.send_response(given.status)
            for name, value in given.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw[: len(raw) - given.cut])

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield Service(f"http://127.0.0.1:{server.server_port}/api", asked)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
