"""The process that has loaded the platform, and forks all others of one installation.

Loading takes seconds, so it is done once: what a test starts is a child of `python -m tests.faults.mother MODULE`,
which runs in the installation's environment. MODULE has `load`, called once, and `do`, called in each child with its
order. A child opens connections and files of its own and dies of kill -9 as any other process; what it prints goes to a
file, which outlives it. All children end with their mother, and she with the test.
"""

import importlib
import json
import os
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import connections

ROOT = Path(__file__).resolve().parent.parent.parent
# Nothing waits this long unless it is broken, on the busiest machine.
PATIENCE_SECONDS = 120.0


def eventually(holds: Callable[[], bool], what: str, *, pause: float = 0.05) -> float:
    """Wait until something holds, and return how long that took; `what` is said where it does not."""
    began = time.monotonic()
    while not holds():
        assert time.monotonic() - began < PATIENCE_SECONDS, f"after {PATIENCE_SECONDS:.0f} s: {what}"
        time.sleep(pause)
    return time.monotonic() - began


def lives(pid: int) -> bool:
    """Tell whether a process runs: not gone, and not dead and waiting to be reaped."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


# --- in the test ------------------------------------------------------------------------------------------------------


class Mother:
    """Starts processes of one installation, and hears how they ended."""

    def __init__(self, module: str, folder: Path, **environment: str) -> None:
        self.folder, self.log, self._children = folder, folder / "mother.log", 0
        folder.mkdir(exist_ok=True)
        path = os.pathsep.join((str(ROOT / "src"), str(ROOT)))
        # No database named in the developer's shell: the installation's own, or the one that the test names.
        outer = {name: value for name, value in os.environ.items() if name != "YICHUANG_DATABASE_URL"}
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.faults.mother", module],
                cwd=ROOT,
                env={**outer, "PYTHONPATH": path, "YICHUANG_VAR": str(folder), **environment},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )

    def start(self, *order: str, **more: object) -> "Child":
        """Start a process and return without waiting for anything."""
        self._children += 1
        said = self.folder / f"said-{self._children}.txt"
        return Child(self, self.tell(order=order, more=more, said=str(said)), said)

    def ask(self, *order: str, code: int = 0, **more: object) -> str:
        """Run a process to its end and return what it said."""
        child = self.start(*order, **more)
        assert child.wait() == code, f"{order}: {self.last_words()}"
        return child.said.read_text()

    def last_words(self) -> str:
        """Return the end of what all her processes complained of."""
        return self.log.read_text(errors="replace")[-3000:]

    def tell(self, **told: object) -> int:
        """Ask for a process, or for the end of one; return its number, or its exit code."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(json.dumps(told), file=self._process.stdin, flush=True)
        answer = self._process.stdout.readline()
        assert answer, self.last_words()
        return int(answer)

    def end(self) -> None:
        """End all her processes, and her."""
        self._process.communicate(timeout=30)


@dataclass(frozen=True)
class Child:
    """A process that a mother has started."""

    mother: Mother
    pid: int
    said: Path

    @property
    def lines(self) -> list[str]:
        """What it has said up to now, in whole lines: one cut off by a kill was said to nobody."""
        text = self.said.read_text() if self.said.exists() else ""
        return [line.removesuffix("\n") for line in text.splitlines(keepends=True) if line.endswith("\n")]

    def wait_for(self, holds: Callable[[list[str]], bool]) -> None:
        """Return as soon as what it has said is so; fail with its last words where it ends before."""

        def reached() -> bool:
            alive = lives(self.pid)
            if holds(self.lines):
                return True
            assert alive, f"it ended by itself: {self.mother.last_words()}"
            return False

        eventually(reached, f"it said only {self.said.name}", pause=0.002)

    def wait_for_lines(self, count: int) -> None:
        """Return as soon as it has said so many lines."""
        self.wait_for(lambda lines: len(lines) >= count)

    def wait(self) -> int:
        """Wait until it ends, and return its exit code; of a killed one the signal's number, negative."""
        return self.mother.tell(wait=self.pid)

    def kill(self) -> bool:
        """Kill it -9, and tell whether it died of that; else it had ended before."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        return self.wait() == -signal.SIGKILL


@contextmanager
def mother_of(module: str, folder: Path, **environment: str) -> Iterator[Mother]:
    """A mother whose children do what a module of this folder does, in an installation of its own."""
    mother = Mother(f"tests.faults.{module}", folder, **environment)
    try:
        yield mother
    finally:
        mother.end()


# --- the process itself -----------------------------------------------------------------------------------------------


def load_platform() -> None:
    """Start Django on the environment's database, with the addresses that every command checks before it begins."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yichuang.config.settings")
    import django

    django.setup()
    from django.urls import get_resolver

    assert get_resolver().url_patterns


def bear(module: Any, told: dict[str, Any]) -> int:
    """Fork a child that does as it is told, and return its number."""
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(os.open(told["said"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o644), 1)
        sys.stdout = os.fdopen(1, "w", 1)
        code = int(module.do(*told["order"], **told["more"]) or 0)
        # As at the end of any process, which this one has not: a last connection brings its SQLite file in order.
        connections.close_all()
    except SystemExit as end:
        code = int(end.code or 0)
    except Exception:  # noqa: BLE001 - whatever it was, it is the child's last word
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        os._exit(code)


def main(name: str) -> None:
    """Fork a child for each line that asks for one and say its number; wait for one where that is asked."""
    module = importlib.import_module(name)
    module.load()
    living = set[int]()
    for line in sys.stdin:
        told = json.loads(line)
        if "wait" in told:
            _pid, status = os.waitpid(told["wait"], 0)
            living.discard(told["wait"])
            answer = os.waitstatus_to_exitcode(status)
        else:
            answer = bear(module, told)
            living.add(answer)
        print(answer, flush=True)
    # The test is over, or has died.
    for pid in living:
        os.kill(pid, signal.SIGKILL)


if __name__ == "__main__":
    main(sys.argv[1])
