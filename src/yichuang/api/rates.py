"""Rates: how many requests a system may make a minute, counted for all processes of this machine in one small file.

One number a system: the instant at which its budget would be whole again (the generic cell rate algorithm). A minute's
budget may be spent at once; then it comes back evenly. Several machines count each for itself.
"""

import os
import struct
import threading
from fcntl import LOCK_EX, LOCK_UN, lockf
from pathlib import Path
from typing import NamedTuple

_MINUTE = 60.0
_SLOT = struct.Struct("<d")
_lock = threading.Lock()


class Taken(NamedTuple):
    """What is left of a minute's budget after a request, and how long to wait where nothing was left for it."""

    limit: int
    remaining: int
    wait_seconds: float = 0.0

    @property
    def is_refused(self) -> bool:
        """Return whether the request comes too soon."""
        return self.wait_seconds > 0


def spend(*, whole_at: float, per_minute: int, now: float) -> tuple[Taken, float]:
    """Return what a request leaves of the budget, and when the budget will be whole again. Pure."""
    one = _MINUTE / per_minute
    # A clock that was put back must not shut anybody out for longer than a minute.
    start = min(max(whole_at, now), now + _MINUTE)
    after = start + one
    early = after - _MINUTE - now
    if early > 1e-9:
        return Taken(per_minute, 0, early), start
    return Taken(per_minute, int((_MINUTE - (after - now)) / one + 1e-9)), after


def take(*, file: Path, slot: int, per_minute: int, now: float) -> Taken:
    """Count one request in a slot of the file; the slot is locked against all other processes meanwhile."""
    place = slot * _SLOT.size
    # Locks of files belong to a process, so threads keep each other out by a lock of their own.
    with _lock:
        descriptor = _open(file)
        lockf(descriptor, LOCK_EX, _SLOT.size, place)
        try:
            kept = os.pread(descriptor, _SLOT.size, place)
            whole_at = _SLOT.unpack(kept)[0] if len(kept) == _SLOT.size else 0.0
            taken, after = spend(whole_at=whole_at, per_minute=per_minute, now=now)
            os.pwrite(descriptor, _SLOT.pack(after), place)
        finally:
            lockf(descriptor, LOCK_UN, _SLOT.size, place)
            os.close(descriptor)
    return taken


def _open(file: Path) -> int:
    try:
        return os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
    except FileNotFoundError:
        file.parent.mkdir(parents=True, exist_ok=True)
        return os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
