"""Rounds: passes over all connections for good, each in its own time; one that fails or is slow holds up no other.

A connection that fails is tried again later and later, up to a quarter of an hour; mappings that come into the
folder, change or go are noticed without a new start.
"""

import logging
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path

from django.db import OperationalError, connection

from yichuang.exchange.connecting.running import connector_of, list_mappings, run_once
from yichuang.exchange.domain.refusals import PassRunning
from yichuang.exchange.importing import read_mapping
from yichuang.kernel.refusal import Refusal

AT_ONCE = 4
TICK_SECONDS = 1.0
DEFAULT_EVERY = 60
logger = logging.getLogger(__name__)


class Rounds:
    """Which connection is due, and when again."""

    LONGEST = timedelta(minutes=15)

    def __init__(self) -> None:
        self._due: dict[Path, datetime] = {}
        self._failures: dict[Path, int] = {}

    def due(self, mappings: Sequence[Path], *, now: datetime) -> list[Path]:
        """Return those whose time has come, in order; one that was never run is due."""
        return [path for path in mappings if self._due.get(path, now) <= now]

    def done(self, path: Path, *, every_seconds: int, now: datetime) -> None:
        """Note a pass that went well."""
        self._failures.pop(path, None)
        self._due[path] = now + timedelta(seconds=every_seconds)

    def failed(self, path: Path, *, every_seconds: int, now: datetime) -> None:
        """Note a pass that failed."""
        count = self._failures[path] = self._failures.get(path, 0) + 1
        wait = timedelta(seconds=every_seconds) * 2 ** min(count - 1, 10)
        self._due[path] = now + min(wait, max(self.LONGEST, timedelta(seconds=every_seconds)))


def run_for_good(
    *,
    mappings: Sequence[Path],
    folder: Path,
    clock: Callable[[], datetime],
    stopped: Callable[[], bool] = lambda: False,
) -> None:
    """Go round until `stopped` says so; without `mappings`, over those that lie in the folder at the time."""
    rounds, running = Rounds(), dict[Path, Future[int | None]]()
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="connect") as pool:
        while not stopped():
            for path, future in list(running.items()):
                if future.done():
                    del running[path]
                    _note(rounds, path, future.result(), now=clock())
            known = list(mappings) or list_mappings(folder)
            for path in rounds.due([one for one in known if one not in running], now=clock()):
                running[path] = pool.submit(_one, path, clock)
            time.sleep(TICK_SECONDS)


def _note(rounds: Rounds, path: Path, every: int | None, *, now: datetime) -> None:
    if every is None:
        rounds.failed(path, every_seconds=DEFAULT_EVERY, now=now)
    else:
        rounds.done(path, every_seconds=every, now=now)


def _one(path: Path, clock: Callable[[], datetime]) -> int | None:
    """Do one pass; return after how many seconds the next is due, None where it failed."""
    try:
        told = read_mapping(path)
        report = run_once(mapping=path, by=connector_of(path), at=clock())
        if report.landed or report.changed or report.deleted or report.filed or report.refused:
            logger.info(
                "%s: %s new, %s changed, %s deleted rows; %s cases filed, %s refused; %s rows wait",
                report.source, report.landed, report.changed, report.deleted, report.filed, report.refused,
                report.waiting,
            )  # fmt: skip
        return told.mapping.every_seconds
    except PassRunning as refusal:
        logger.info("%s", refusal)
        return DEFAULT_EVERY
    except Refusal as refusal:
        logger.error("%s: %s", path.name, refusal)
    except OperationalError:
        logger.exception("%s: the database did not answer", path.name)
    except Exception:
        logger.exception("%s: a pass failed", path.name)
    finally:
        connection.close()
    return None
