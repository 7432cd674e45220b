"""The loop between a node and its neighbours: sends what waits, fetches what is there, waits longer after each fault.

One thread for each neighbour, so that a line that is down holds up no other. What is in hand when the process dies is
sent or given again, and the inbox takes it once.
"""

import logging
import random
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import DatabaseError, connections
from django.utils import timezone

from yichuang.exchange.carriers.contract import (
    MOST_BATCH_BYTES,
    MOST_ENVELOPES,
    Acknowledged,
    Carrier,
    Mailroom,
    Peer,
    PeerUnreachable,
)
from yichuang.kernel.refusal import Refusal

logger = logging.getLogger(__name__)

PAUSE_SECONDS = 0.5
# When nothing waits, a peer is greeted that often: it says what it wants, and what it holds for us.
GREETING_SECONDS = 5.0
FIRST_RETRY_SECONDS, LAST_RETRY_SECONDS = 1.0, 60.0
# The health page need not know more exactly when a line was last used.
NOTE_SECONDS = 10.0
_ENDING_SECONDS = 15.0


@dataclass
class Tally:
    """What was exchanged with one neighbour."""

    sent: int = 0
    taken: int = 0
    repeated: int = 0
    waiting: int = 0
    refused: int = 0

    @property
    def moved(self) -> int:
        """Return how many envelopes went either way."""
        return self.sent + self.taken + self.repeated + self.waiting + self.refused

    def add(self, other: "Tally") -> None:
        """Count another one in."""
        for name in ("sent", "taken", "repeated", "waiting", "refused"):
            setattr(self, name, getattr(self, name) + getattr(other, name))


Progress = Callable[[int], None]


def send_waiting(
    peer: str,
    carrier: Carrier,
    mailroom: Mailroom,
    *,
    clock: Callable[[], datetime] = timezone.now,
    progress: Progress | None = None,
    stopped: Callable[[], bool] = lambda: False,
) -> tuple[Tally, Acknowledged]:
    """Send what waits for a peer until nothing does, or it takes no more; a greeting where nothing waited.

    Raises PeerUnreachable, PeerRefused or EnvelopeTooLarge; what was acknowledged by then is noted.
    """
    tally, said = Tally(), None
    while not stopped():
        envelopes = mailroom.pending(peer, limit=MOST_ENVELOPES, most_bytes=MOST_BATCH_BYTES)
        if not envelopes and said is not None:
            break
        said = carrier.send(peer, envelopes)
        done = mailroom.acknowledge(peer, said, at=clock())
        tally.sent += max(0, done)
        if progress is not None:
            progress(max(0, done))
        # Nothing moved: the peer refuses the first one, or wants what is not to be had.
        if not envelopes or done <= 0 or said.refused:
            break
    return tally, said or Acknowledged()


def fetch_held(
    peer: str,
    carrier: Carrier,
    mailroom: Mailroom,
    *,
    clock: Callable[[], datetime] = timezone.now,
    progress: Progress | None = None,
    stopped: Callable[[], bool] = lambda: False,
) -> Tally:
    """Fetch what a peer holds until it holds no more; raises as `send_waiting`, and lets database errors through."""
    tally = Tally()
    while not stopped():
        wanted = mailroom.wanted(peer)
        delivery = carrier.fetch(peer, after=wanted - 1, limit=MOST_ENVELOPES)
        if not delivery.envelopes:
            break
        found = mailroom.take(peer, delivery.envelopes, at=clock())
        carrier.confirm(peer, delivery, wanted=mailroom.wanted(peer), refused=found.first_refused)
        tally.add(Tally(0, found.taken, found.repeated, found.waiting, found.refused))
        if progress is not None:
            progress(len(delivery.envelopes))
        if not found.taken and mailroom.wanted(peer) == wanted:
            # Only what is repeated, refused or out of its place: the rest must come first.
            break
    return tally


class Link:
    """One neighbour's thread."""

    def __init__(self, peer: Peer, mailroom: Mailroom, open_line: Callable[[str], Carrier]) -> None:
        self.peer, self.mailroom, self._open_line = peer, mailroom, open_line
        self.total = Tally()
        self.error = ""
        self._carrier: Carrier | None = None
        self._greeted = self._noted = float("-inf")
        self._held = True

    def run(self, stopping: threading.Event, *, seconds: Callable[[], float]) -> None:
        """Exchange until asked to stop; the pause grows with every fault, and has some chance in it."""
        pause = FIRST_RETRY_SECONDS
        try:
            while not stopping.is_set():
                try:
                    moved = self.exchange(stopping, now=seconds())
                except (Refusal, DatabaseError, OSError) as fault:
                    asked = fault.seconds if isinstance(fault, PeerUnreachable) else 0.0
                    self._failed(fault, seconds())
                    stopping.wait(max(asked, pause * (0.75 + random.random() / 2)))
                    pause = min(2 * pause, LAST_RETRY_SECONDS)
                    continue
                pause = FIRST_RETRY_SECONDS
                if not moved:
                    stopping.wait(PAUSE_SECONDS)
        finally:
            self._let_go()
            connections.close_all()

    def exchange(self, stopping: threading.Event, *, now: float) -> int:
        """Send and fetch once; return how many envelopes moved. A fault of sending does not keep from fetching."""
        carrier = self._carrier = self._carrier or self._open_line(self.peer.url)
        tally = Tally()
        trouble: Refusal | None = None
        due = now - self._greeted >= GREETING_SECONDS
        try:
            if due or self.mailroom.count_pending(self.peer.name):
                sent, said = send_waiting(self.peer.name, carrier, self.mailroom, stopped=stopping.is_set)
                self._greeted, self._held = now, said.held is None or said.held > 0
                tally.add(sent)
                if said.refused:
                    trouble = PeerUnreachable(peer=self.peer.name, reason=said.refused.words)
        except Refusal as refusal:
            # A peer may not know our new key, or we not his, until his envelopes have been fetched.
            trouble, self._held = refusal, True
        if self._held:
            tally.add(fetch_held(self.peer.name, carrier, self.mailroom, stopped=stopping.is_set))
        self.total.add(tally)
        if trouble is not None:
            raise trouble
        self._went_well(now, sent=tally.sent > 0)
        return tally.moved

    def _failed(self, fault: Exception, now: float) -> None:
        words = str(fault)
        if words != self.error:
            logger.warning("%s: %s", self.peer.name, words)
            self._note(words, sent=False)
        self.error, self._noted = words, now
        # A line in doubt is opened anew; what was fetched and not confirmed is given again.
        self._let_go()
        connections.close_all()

    def _went_well(self, now: float, *, sent: bool) -> None:
        if self.error:
            logger.info("%s goes on", self.peer.name)
        if self.error or now - self._noted >= NOTE_SECONDS:
            self._note("", sent=sent)
            self._noted = now
        self.error = ""

    def _note(self, error: str, *, sent: bool) -> None:
        try:
            self.mailroom.note_contact(self.peer.name, sent=sent, error=error, at=timezone.now())
        except DatabaseError:
            logger.exception("%s: the state of the line could not be noted", self.peer.name)

    def _let_go(self) -> None:
        if self._carrier is not None:
            self._carrier.close()
            self._carrier = None


def run_links(
    peers: Sequence[Peer],
    mailroom: Mailroom,
    open_line: Callable[[str], Carrier],
    stopping: threading.Event,
    *,
    seconds: Callable[[], float],
) -> list[Link]:
    """Exchange with all neighbours that have an address until asked to stop; return their links with what was done."""
    links = [Link(peer, mailroom, open_line) for peer in peers if peer.url]
    threads = [
        threading.Thread(target=link.run, args=(stopping,), kwargs={"seconds": seconds}, name=link.peer.name)
        for link in links
    ]
    for thread in threads:
        thread.start()
    stopping.wait()
    for thread in threads:
        thread.join(_ENDING_SECONDS)
    return links
