"""`yichuang node run|send|receive`: keeps this node in touch with its neighbours, or exchanges with them once."""

import signal
import threading
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

from django.core.management.base import OutputWrapper
from django.utils import timezone
from django.utils.translation import gettext as _
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar

from yichuang.exchange.carriers.contract import Peer, PeerUnreachable
from yichuang.exchange.carriers.mailroom import OwnMailroom, list_peers, own_seals
from yichuang.exchange.carriers.opening import open_carrier, shown
from yichuang.exchange.carriers.running import Progress, Tally, fetch_held, run_links, send_waiting
from yichuang.kernel.refusal import Refusal
from yichuang.kernel.words import N_

INCOMPLETE = 3


def add_parsers(acts: Any) -> None:
    """Add run, send and receive to the acts of `yichuang node`."""
    acts.add_parser("run", help=_("持续与上下级节点交换信封，直到停止"))
    for name, purpose in (
        ("send", _("把待发信封发给上下级节点，发完即结束")),
        ("receive", _("从上下级节点收取信封，收完即结束")),
    ):
        one: ArgumentParser = acts.add_parser(name, help=purpose)
        one.add_argument("peer", nargs="?", default="", help=_("只与这一个节点"))


def handle(options: dict[str, Any], stdout: OutputWrapper) -> bool:
    """Do the act if it is one of ours, and tell whether it was; exit code 3 where a neighbour could not be reached."""
    act = options["act"]
    if act == "run":
        _run(stdout)
    elif act in {"send", "receive"}:
        _once(act, options["peer"], stdout)
    else:
        return False
    return True


def _run(stdout: OutputWrapper) -> None:
    mailroom, seals, peers = OwnMailroom(), own_seals(), list_peers()
    stopping = threading.Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        stopping.set()

    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, stop)
    for peer in peers:
        stdout.write(_place(peer))
    links = run_links(peers, mailroom, lambda url: open_carrier(url, seals=seals), stopping, seconds=time.monotonic)
    for link in links:
        stdout.write(_account(link.peer, link.total))


def _once(act: str, only: str, stdout: OutputWrapper) -> None:
    mailroom, seals = OwnMailroom(), own_seals()
    chosen = [peer for peer in list_peers() if not only or peer.name == only]
    if only and not chosen:
        raise PeerUnreachable(peer=only, reason=N_("不是本节点的上下级节点"))
    missed = False
    if act == "send":
        mailroom.follow()
    for peer in chosen:
        if not peer.url:
            stdout.write(_place(peer))
            continue
        carrier = None
        total = mailroom.count_pending(peer.name) if act == "send" else None
        try:
            carrier = open_carrier(peer.url, seals=seals)
            with _bar(peer.name, total) as progress:
                if act == "send":
                    tally, said = send_waiting(peer.name, carrier, mailroom, progress=progress)
                    if said.refused is not None:
                        raise PeerUnreachable(peer=peer.name, reason=said.refused.words)
                else:
                    tally = fetch_held(peer.name, carrier, mailroom, progress=progress)
            mailroom.note_contact(peer.name, sent=act == "send", error="", at=timezone.now())
            stdout.write(_account(peer, tally))
        except Refusal as refusal:
            mailroom.note_contact(peer.name, sent=False, error=str(refusal), at=timezone.now())
            stdout.write(refusal.explain(_))
            missed = True
        finally:
            if carrier is not None:
                carrier.close()
    if missed:
        raise SystemExit(INCOMPLETE)


def _place(peer: Peer) -> str:
    return f"{peer.name}  {shown(peer.url)}" if peer.url else _("{peer}  等待对方来取").format(peer=peer.name)


def _account(peer: Peer, tally: Tally) -> str:
    return _("{peer}  发出 {sent}，收到 {taken}，重复 {repeated}，等待前序 {waiting}，拒收 {refused}").format(
        peer=peer.name, **vars(tally)
    )


@contextmanager
def _bar(name: str, total: int | None) -> Iterator[Progress]:
    """Show a progress bar on standard error where somebody looks."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda _done: None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Bar(*columns, console=console, transient=True) as bar:
        task = bar.add_task(name, total=total)
        yield lambda done: bar.advance(task, done)
