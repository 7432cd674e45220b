"""How soon a portal page paints on a slow line, and what it weighs, beside the same page with the whole stylesheets.

    .venv/bin/python bench/bench_first_paint.py                       a site of its own, with the demonstration
    .venv/bin/python bench/bench_first_paint.py --site http://...     a site that runs already

Chromium's Slow-3G profile, set over its debugging protocol: 400 kbit/s both ways, 400 ms of latency for each request,
nothing in the cache. First paint is the browser's own first contentful paint. The peer is the same page of the same
site, sent through the same small proxy, with Bootstrap's and the furniture's whole stylesheets linked in its head in
the place of the small one within it. Limits: first paint under 1 s, the whole page under 150 kB.
"""

import argparse
import gzip
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent
BYTES_A_SECOND = 400_000 // 8
LATENCY_MS = 400
PAINT_LIMIT_MS = 1_000
WEIGHT_LIMIT = 150_000
ROUNDS = 5
PERSON = "陈小禾"
PUBLIC = ("/", "/items/?division=610924", "/items/events/", "/track/", "/book/?centre=610924-centre", "/opinions/")
OWN = ("/my/", "/my/drafts/")
_STYLE = re.compile(rb"<style>.*?</style>", re.DOTALL)
_SHEETS = re.compile(rb'<link rel="stylesheet" href="([^"]+)">')
_PAINT = (
    "new Promise(done => new PerformanceObserver(list => { const found = list.getEntriesByName("
    "'first-contentful-paint')[0]; if (found) done(found.startTime) }).observe({type: 'paint', buffered: true}))"
)


@contextmanager
def own_site() -> Iterator[str]:
    """Start the platform as `make run` does, on a folder of its own, and yield its address."""
    port = _free_port()
    with tempfile.TemporaryDirectory(prefix="yichuang-paint-") as folder:
        env = {key: value for key, value in os.environ.items() if key != "YICHUANG_DATABASE_URL"}
        process = subprocess.Popen(
            [sys.executable, "-m", "yichuang.config.cli", "run", "--port", str(port), "--no-fill"],
            env={**env, "YICHUANG_VAR": folder, "PYTHONPATH": str(ROOT / "src"), "YICHUANG_LOG_LEVEL": "ERROR"},
            stdout=subprocess.DEVNULL,
        )
        try:
            _await(port, process)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(20)


def _free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _await(port: int, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 180
    while time.monotonic() < until and process.poll() is None:
        try:
            connection = HTTPConnection("127.0.0.1", port, timeout=10)
            connection.request("HEAD", "/")
            connection.getresponse()
            return
        except OSError:
            time.sleep(0.3)
    sys.exit("the site did not start")


@contextmanager
def proxy(site: str, *, sheets: list[bytes]) -> Iterator[str]:
    """Pass everything on to the site; with `sheets`, pages link them in the place of the style within."""
    host = urlsplit(site).netloc

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _pass_on(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            connection = HTTPConnection(host, timeout=30)
            headers = {name: value for name, value in self.headers.items() if name.lower() != "connection"}
            connection.request(self.command, self.path, self.rfile.read(length) if length else None, headers)
            answer = connection.getresponse()
            body = answer.read()
            if sheets and answer.headers.get("Content-Type", "").startswith("text/html"):
                packed = answer.headers.get("Content-Encoding") == "gzip"
                links = b"".join(b'<link rel="stylesheet" href="%s">' % sheet for sheet in sheets)
                page = _STYLE.sub(lambda _found: links, gzip.decompress(body) if packed else body, count=1)
                body = gzip.compress(page, 6) if packed else page
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                if name.lower() not in {"content-length", "connection", "transfer-encoding", "date", "server"}:
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_HEAD = _pass_on

        def log_message(self, *_what: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()


def whole_sheets(site: str) -> list[bytes]:
    """Return the addresses of the whole stylesheets, as a page of the staff's links them."""
    connection = HTTPConnection(urlsplit(site).netloc, timeout=30)
    connection.request("GET", "/overview/")
    return _SHEETS.findall(connection.getresponse().read())[:2]


def measure(context: Any, address: str) -> tuple[float, int]:
    """Return the middle of the first paints in milliseconds, and the bytes that came over the line."""
    paints, weights = [], []
    for _ in range(ROUNDS):
        page = context.new_page()
        session = context.new_cdp_session(page)
        session.send("Network.enable")
        session.send("Network.setCacheDisabled", {"cacheDisabled": True})
        session.send(
            "Network.emulateNetworkConditions",
            {
                "offline": False,
                "latency": LATENCY_MS,
                "downloadThroughput": BYTES_A_SECOND,
                "uploadThroughput": BYTES_A_SECOND,
            },
        )
        arrived: list[float] = []
        session.on("Network.loadingFinished", lambda event, arrived=arrived: arrived.append(event["encodedDataLength"]))
        answer = page.goto(address, wait_until="networkidle", timeout=60_000)
        assert answer is not None and answer.ok, f"{address}: {answer.status if answer else 0}"
        paints.append(float(page.evaluate(_PAINT)))
        weights.append(int(sum(arrived)))
        page.close()
    return statistics.median(paints), int(statistics.median(weights))


def _chromium() -> str:
    found = next(filter(None, (shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome"))), None)
    return found or sys.exit("Chromium is missing: apt-get install chromium, or `make provide` as root")


def run(site: str) -> bool:
    """Print one line a page; return whether every page kept both limits."""
    from playwright.sync_api import sync_playwright

    kept = True
    sheets = whole_sheets(site)
    with proxy(site, sheets=[]) as plain, proxy(site, sheets=sheets) as peer, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=_chromium(), args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        )
        print(f"{'page':<40}{'paint ms':>10}{'weight kB':>11}{'peer paint ms':>15}{'peer kB':>9}{'ratio':>7}")
        contexts = []
        for base in (plain, peer):
            context = browser.new_context(viewport={"width": 360, "height": 740}, locale="zh-CN")
            contexts.append((base, context, sign_in(context, base)))
        guide = first_guide(contexts[0][1], plain)
        for address in (*PUBLIC, guide, *(OWN if contexts[0][2] else ())):
            (paint, weight), (peer_paint, peer_weight) = (measure(ctx, base + address) for base, ctx, _in in contexts)
            print(
                f"{address:<40}{paint:>10.0f}{weight / 1000:>11.1f}{peer_paint:>15.0f}{peer_weight / 1000:>9.1f}"
                f"{paint / peer_paint:>7.2f}"
            )
            kept &= paint < PAINT_LIMIT_MS and weight < WEIGHT_LIMIT
        browser.close()
    print(f"limits: first paint under {PAINT_LIMIT_MS} ms, page under {WEIGHT_LIMIT // 1000} kB: {_word(kept)}")
    return kept


def _word(kept: bool) -> str:
    return "kept" if kept else "BROKEN"


def sign_in(context: Any, base: str) -> bool:
    """Sign in as a citizen of the demonstration, on a fast line; tell whether there is one."""
    page = context.new_page()
    page.goto(f"{base}/accounts/sign-in/?next=/my/")
    door = page.get_by_role("button", name="统一身份认证")
    there = bool(door.count())
    if there:
        door.click()
        page.get_by_role("button", name=PERSON).click()
        page.wait_for_url("**/my/")
    page.close()
    return there


def first_guide(context: Any, base: str) -> str:
    """Return the address of the first guide in the list."""
    page = context.new_page()
    page.goto(f"{base}/items/?q=宅基地&division=610924")
    address = str(page.locator(".item-name").first.get_attribute("href"))
    page.close()
    return address


def main() -> None:
    """Measure a running site, or one that is started for it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--site")
    options = parser.parse_args()
    if options.site:
        kept = run(options.site)
    else:
        with own_site() as site:
            kept = run(site)
    sys.exit(0 if kept else 1)


if __name__ == "__main__":
    main()
