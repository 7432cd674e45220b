"""Progress: between a build and whoever waits for it. A bar at the terminal, or a file that the site's banner reads."""

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from yichuang.kernel.words import N_
from yichuang.scenario.values import Tick

# The name and the fields are those that the page furniture reads.
FILE_NAME = "progress.json"
LABEL = N_("正在生成演示办件")
WHOLE = 100.0


def write_progress(path: Path, tick: Tick) -> None:
    """Write label, percent, done and total as JSON; a reader sees the old or the new file, never half of one."""
    percent = WHOLE if tick.done >= tick.total else min(round(100 * tick.done / tick.total, 1), 99.9)
    told = {"label": LABEL, "percent": percent, "done": tick.done, "total": tick.total}
    path.parent.mkdir(parents=True, exist_ok=True)
    # Two builds at once must not write into one file.
    waiting = path.with_name(f"{path.name}.{os.getpid()}.new")
    waiting.write_text(json.dumps(told, ensure_ascii=False), "utf-8")
    waiting.replace(path)


@contextmanager
def bar(label: str, unit: str) -> Iterator[Callable[[Tick], None]]:
    """Show a bar with cases a second and the time left; yield what moves it."""
    columns: list[Any] = [
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[speed]}"),
        TimeRemainingColumn(),
    ]
    with Progress(*columns, console=Console(file=sys.stderr)) as progress:
        task = progress.add_task(label, total=None, speed="")

        def move(tick: Tick) -> None:
            speed = f"{tick.filed / tick.seconds:,.0f} {unit}/s" if tick.seconds else ""
            progress.update(task, completed=tick.done, total=tick.total, speed=speed)

        yield move
