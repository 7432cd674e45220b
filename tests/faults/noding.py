"""Whole nodes in processes of their own: children of mother.py, each with its node's database, files, clock and line.

`write N` files so many cases, `rotate` changes the key, `write-and-rotate N`
both, `serve PORT` answers other nodes as the site does, `loop` is `yichuang node run` with short waits, `check` says
what stands. A clock may be moved by so many seconds; on a bad line bits flip and some batches go twice.
"""

import json
import random
import sys
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from tests.faults import writer
from tests.faults.carrying import hurry
from yichuang.exchange.carriers import http
from yichuang.exchange.carriers.contract import Acknowledged, Carrier, Delivery, Refused


class BadLine:
    """A carrier on which bits flip and batches go twice."""

    def __init__(self, line: Carrier) -> None:
        self.line, self.chance = line, random.Random(2015)

    def send(self, peer: str, envelopes: Sequence[bytes]) -> Acknowledged:
        if not envelopes or self.chance.random() < 0.3:
            self.line.send(peer, envelopes)
            return self.line.send(peer, envelopes)
        damaged = [self._damaged(one) if self.chance.random() < 0.1 else one for one in envelopes]
        return self.line.send(peer, damaged)

    def _damaged(self, envelope: bytes) -> bytes:
        at, found = self.chance.randrange(len(envelope)), bytearray(envelope)
        found[at] ^= 1 << self.chance.randrange(8)
        print("flipped", flush=True)
        return bytes(found)

    def fetch(self, peer: str, *, after: int, limit: int, wait: float = 0) -> Delivery:
        return self.line.fetch(peer, after=after, limit=limit, wait=wait)

    def confirm(self, peer: str, delivery: Delivery, *, wanted: int, refused: Refused | None = None) -> None:
        self.line.confirm(peer, delivery, wanted=wanted, refused=refused)

    def close(self) -> None:
        self.line.close()


def become(node: str, folder: Path, *, clock: int, carrier: str) -> None:
    """Be a process of a node: its database, its files, its clock, its carrier."""
    from django.conf import settings
    from django.db import connection
    from django.utils import timezone

    connection.settings_dict["NAME"] = settings.DATABASES["default"]["NAME"] = str(folder / "yichuang.sqlite3")
    settings.VAR, settings.NODE, settings.CARRIER_URL = folder, node, carrier
    settings.NODE_FILE, settings.NODE_KEYS = folder / "node.yaml", folder / "node-keys"
    right, by = timezone.now, timedelta(seconds=clock)
    timezone.now = lambda: right() + by


def write(count: int) -> None:
    """File cases, run one by commands, and lay what the ledger gained into the outbox."""
    from tests.factories.filings import decided, file, filing
    from tests.factories.running import perform_all
    from yichuang.exchange.nodes import outgoing

    mark = random.randrange(10**9)
    filed = list(file(filing(f"N-{mark}-{one}", decided()) for one in range(count - 1)))
    assert not [one for one in filed if one.refusal]
    perform_all(decided())
    outgoing.follow()


def rotate() -> None:
    """Change the key, and say which is the new one."""
    from django.utils import timezone

    from yichuang.exchange.nodes.rotating import rotate_key

    print(rotate_key(at=timezone.now()).id)


def write_and_rotate(count: int) -> None:
    """Change the key between cases."""
    write(count)
    rotate()
    write(count)


def serve(port: int) -> None:
    """Answer until killed."""
    from socketserver import ThreadingMixIn
    from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

    from django.core.wsgi import get_wsgi_application

    class Quiet(WSGIRequestHandler):
        def log_message(self, format: str, *args: object) -> None:
            pass

    class Threads(ThreadingMixIn, WSGIServer):
        daemon_threads = True

    server = make_server("127.0.0.1", port, get_wsgi_application(), Threads, Quiet)
    print("ready", flush=True)
    server.serve_forever()


def loop(*, bad: bool) -> None:
    """Exchange with the neighbours until ended."""
    from django.core.management import call_command

    from yichuang.exchange.carriers import cli, opening

    if bad:
        cli.open_carrier = lambda url, *, seals: BadLine(opening.open_carrier(url, seals=seals))  # type: ignore[assignment]
    print("ready", flush=True)
    call_command("node", "run")


def check() -> dict[str, Any]:
    """Return every case with its version and the hash of its last link, and what is wrong."""
    from yichuang.cases import queries
    from yichuang.cases.models import Case, Event
    from yichuang.exchange.models.nodes import NodeInbox, NodeOutbox
    from yichuang.exchange.nodes.showing import list_nodes

    faults = [f"{number}: {fault}" for number, found in queries.verify_cases() for fault in found]
    heads = {}
    for case in Case.objects.order_by("id"):
        events = list(Event.objects.filter(case=case).order_by("seq").values_list("seq", "hash"))
        heads[case.number] = [len(events), bytes(events[-1][1]).hex()]
    (peer,) = list_nodes()
    return {
        "heads": heads,
        "faults": faults,
        "inbox": NodeInbox.objects.count(),
        "doubled": NodeInbox.objects.count() - len(set(NodeInbox.objects.values_list("origin", "number"))),
        "states": sorted(set(NodeInbox.objects.values_list("state", flat=True))),
        "outbox": NodeOutbox.objects.count(),
        "pending": NodeOutbox.objects.filter(acknowledged_at__isnull=True).count(),
        "refused": peer.refused,
        "skew": peer.skew_seconds,
        "key": peer.key_id,
    }


def load() -> None:
    """Start Django, with short waits."""
    writer.load()
    hurry()
    http.READ_SECONDS = 30.0


def do(order: str, *arguments: str, node: str, folder: str, clock: int, carrier: str, bad: bool) -> None:
    """Do one order as a process of a node."""
    become(node, Path(folder), clock=clock, carrier=carrier)
    if order == "check":
        print(json.dumps(check()))
    elif order == "loop":
        loop(bad=bad)
    elif order == "rotate":
        rotate()
    elif order == "node":
        from django.core.management import call_command

        call_command("node", *arguments, stdout=sys.stdout)
    else:
        {"write": write, "write-and-rotate": write_and_rotate, "serve": serve}[order](int(arguments[0]))
