"""Workers: make and prepare histories in processes of their own, so that the one writer only writes.

Stands between the plan and the ledger's door. A worker knows the same setting as its parent and is given
places of the plan; what it returns is ready to be written.
"""

import multiprocessing
import signal
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from datetime import datetime
from typing import Any

from yichuang.kernel.actor import Actor
from yichuang.kernel.processes import end_with_parent

# A prepared history, as opaque to this context as a sealed envelope.
Envelope = Any
# Finished batches that wait for the writer, beyond those in the making: enough to bridge a slow commit.
_WAITING = 2
_own: dict[str, Any] = {}


def prepared_batches(
    places: Sequence[int], *, workers: int, batch: int, name: str, seed: int, scale: float, by: Actor, at: datetime
) -> Iterator[list[Envelope]]:
    """Yield the histories of these places of the plan in order, batch by batch, prepared by so many processes."""
    starts = iter(range(0, len(places), batch))
    pool = ProcessPoolExecutor(
        max_workers=workers,
        mp_context=multiprocessing.get_context("spawn"),
        initializer=_start,
        initargs=(name, seed, scale, by, at),
    )
    try:
        waiting: deque[Future[list[Envelope]]] = deque()
        for start in starts:
            waiting.append(pool.submit(_prepare, places[start : start + batch]))
            if len(waiting) > workers + _WAITING:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)


def _start(name: str, seed: int, scale: float, by: Actor, at: datetime) -> None:
    """Set a worker up: it ends with its parent, and leaves Ctrl-C to it."""
    import gc

    import django  # a spawned process starts empty

    end_with_parent()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    django.setup()
    # Histories hold no cycles, and looking for them costs a tenth of the time.
    gc.disable()
    from yichuang.scenario.setting import load_setting

    _own["setting"] = load_setting(name=name, seed=seed, scale=scale)
    _own["by"], _own["at"] = by, at


def _prepare(places: Sequence[int]) -> list[Envelope]:
    from yichuang.cases.commands import prepare_histories

    setting = _own["setting"]
    filings = (setting.courses.make(place, setting.plan[place]) for place in places)
    return prepare_histories(filings, by=_own["by"], now=_own["at"])
