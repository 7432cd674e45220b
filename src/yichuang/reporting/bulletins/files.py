"""Files: writes the files of one bulletin all together or not at all.

Stands between a finished bulletin and the disk. Each file is written under a temporary name beside its
place and takes its own name only when all of them are whole.
"""

import os
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from pathlib import Path

from yichuang.kernel.words import N_
from yichuang.reporting.bulletins.refusals import OutputRefused


def check_places(paths: Iterable[Path]) -> None:
    """Refuse with OutputRefused before any work is done, where a file could not be written anyway."""
    for path in paths:
        if not path.parent.is_dir():
            raise OutputRefused(name=path, reason=N_("没有这个文件夹"))
        if path.is_dir():
            raise OutputRefused(name=path, reason=N_("它是一个文件夹"))
        if not os.access(path.parent, os.W_OK | os.X_OK):
            raise OutputRefused(name=path, reason=N_("没有写入该文件夹的权限"))


def write_together(files: Mapping[Path, bytes]) -> None:
    """Write all files, or none: raises OutputRefused and leaves what stood there before."""
    with ExitStack() as leftovers:
        parts: dict[Path, Path] = {}
        for path, content in files.items():
            part = path.with_name(f".{path.name}.{os.getpid()}.part")
            leftovers.callback(part.unlink, missing_ok=True)
            try:
                with part.open("wb") as file:
                    file.write(content)
                    file.flush()
                    os.fsync(file.fileno())
            except OSError as error:
                raise OutputRefused(name=path, reason=error.strerror or str(error)) from error
            parts[path] = part
        for path, part in parts.items():
            try:
                part.replace(path)
            except OSError as error:
                raise OutputRefused(name=path, reason=error.strerror or str(error)) from error
