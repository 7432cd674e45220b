"""Makes `.venv` from nothing but Python 3.11 or newer: stands between a fresh clone and the first start.

Only the standard library is used, because nothing else is there yet. `uv` installs the pinned and
hashed requirements; it lives in a virtual environment of its own under `.tools`, so that it can never
delete the one it stands in. If uv cannot be had, pip does the same work, only slower.
"""

from __future__ import annotations  # older interpreters must reach `require_python`

import argparse
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
UV_HOME = ROOT / ".tools" / "uv"
OLDEST = (3, 11)

LAUNCHER = """#!/bin/sh
'''exec' "{python}" "$0" "$@"
' '''
import sys

from yichuang.config.cli import main

# A worker process imports this file again: only the first one is the command.
if __name__ == "__main__":
    sys.exit(main())
"""


class CannotSetUp(Exception):
    """Set-up must stop; the text says what to do."""


def say(text: str) -> None:
    """Print one line at once."""
    print(text, flush=True)


def run(*command: str | Path, env: dict[str, str] | None = None) -> bool:
    """Run a command quietly and tell whether it succeeded; its words are shown only if it failed."""
    done = subprocess.run(
        [str(part) for part in command], env=env, cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode:
        # A package client can print a list of all versions that ever were.
        say("\n".join(line[:300] for line in (done.stdout + done.stderr).strip().splitlines()[-10:]))
    return done.returncode == 0


def require_python() -> None:
    """Start again under a newer interpreter when this one is too old, or say what to install."""
    if sys.version_info >= OLDEST:
        return
    for minor in range(20, OLDEST[1] - 1, -1):
        if newer := shutil.which(f"python3.{minor}"):
            os.execv(newer, [newer, *sys.argv])
    raise CannotSetUp(
        f"Python 3.11 or newer is needed; this is {sys.version.split()[0]}.\n"
        "需要 Python 3.11 或更新版本。On Debian 12 or Ubuntu 24.04: apt-get install python3 python3-venv"
    )


def make_environment(folder: Path) -> None:
    """Create an empty virtual environment unless it is there and its interpreter works."""
    python = folder / "bin" / "python"
    if python.exists() and run(python, "-c", "import sys; sys.exit(sys.version_info < (3, 11))"):
        return
    # Without pip: uv does not need it, and it is four of the five seconds.
    if not run(sys.executable, "-m", "venv", "--clear", "--without-pip", folder):
        raise CannotSetUp(missing_venv())


def missing_venv() -> str:
    """Say which package brings `venv` with pip."""
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    return (
        f"Python {version} here lacks `venv` or `ensurepip`.\n"
        f"On Debian or Ubuntu: apt-get install python{version}-venv   (Debian/Ubuntu 请先安装该软件包)\n"
        f"On openEuler, Kylin or Fedora: dnf install python3-pip"
    )


def pip_into(folder: Path) -> list[str]:
    """Return the pip command that installs into a virtual environment, giving it a pip only if the base has none."""
    base = subprocess.run([sys.executable, "-m", "pip", "--version"], capture_output=True, text=True, check=False)
    # `--python` came with pip 22.3.
    if base.returncode == 0 and tuple(int(part) for part in base.stdout.split()[1].split(".")[:2]) >= (22, 3):
        return [sys.executable, "-m", "pip", "--python", str(folder / "bin" / "python")]
    if not run(folder / "bin" / "python", "-m", "ensurepip", "--default-pip"):
        raise CannotSetUp(missing_venv())
    return [str(folder / "bin" / "python"), "-m", "pip"]


def find_uv() -> Path | None:
    """Return our uv, installing it first; None if the registry does not have it for this machine."""
    uv = UV_HOME / "bin" / "uv"
    pins = ROOT / "requirements" / "tools.txt"
    stamp = UV_HOME / ".pins"
    if uv.exists() and stamp.exists() and stamp.read_text() == pins.read_text():
        return uv
    make_environment(UV_HOME)
    arguments = ["install", "--quiet", "--disable-pip-version-check", "--no-input", "--require-hashes", "-r", str(pins)]
    if not run(*pip_into(UV_HOME), *arguments):
        say("uv could not be installed; going on with pip.")
        return None
    stamp.write_text(pins.read_text())
    return uv


def uv_environment() -> dict[str, str]:
    """Return the environment of uv: this interpreter, no downloads of others, and the mirror that pip is set to."""
    env = {
        **os.environ,
        "UV_PYTHON": str(VENV / "bin" / "python"),
        "UV_PYTHON_DOWNLOADS": "never",
        "VIRTUAL_ENV": str(VENV),
    }
    # Many offices point pip at a mirror; uv does not read pip's settings.
    asked = subprocess.run(
        [sys.executable, "-m", "pip", "config", "get", "global.index-url"], capture_output=True, text=True, check=False
    )
    mirror = os.environ.get("PIP_INDEX_URL") or asked.stdout.strip()
    if mirror and "UV_DEFAULT_INDEX" not in env and "UV_INDEX_URL" not in env:
        env["UV_DEFAULT_INDEX"] = mirror
    return env


def install(profile: str) -> None:
    """Bring `.venv` to exactly the pinned set of the profile."""
    pins = ROOT / "requirements" / f"{profile}.txt"
    uv = find_uv()
    if uv and run(uv, "pip", "sync", "--quiet", "--require-hashes", pins, env=uv_environment()):
        return
    say(f"Installing requirements/{profile}.txt with pip ...")
    arguments = ["install", "--quiet", "--disable-pip-version-check", "--no-input", "--require-hashes", "-r", str(pins)]
    if not run(*pip_into(VENV), *arguments):
        raise CannotSetUp(
            "The packages could not be installed: is the network there, or is a mirror needed (PIP_INDEX_URL)?\n"
            "无法安装依赖包：请检查网络，或用 PIP_INDEX_URL 指定镜像。"
        )


def link_project() -> None:
    """Put the project itself on the path of `.venv`, and its command beside the interpreter.

    This is what an editable install does, without fetching a build system for it.
    """
    python = VENV / "bin" / "python"
    asked = [str(python), "-c", "import sysconfig; print(sysconfig.get_paths()['purelib'])"]
    packages = subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip()
    (Path(packages) / "_yichuang.pth").write_text(f"{ROOT / 'src'}\n")
    command = VENV / "bin" / "yichuang"
    command.write_text(LAUNCHER.format(python=python))
    command.chmod(0o755)


def stamp(profile: str) -> None:
    """Leave the files by which `make` knows what is done; `dev` contains `runtime`."""
    for name in ("runtime", "dev")[: 2 if profile == "dev" else 1]:
        (VENV / f".{name}").write_text(f"{sys.version}\n")


def main() -> int:
    """Set up the asked profile; 1 with a plain sentence if that cannot be done."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("profile", choices=["runtime", "dev"])
    profile = parser.parse_args().profile
    started = time.monotonic()
    try:
        require_python()
        if (VENV / ".dev").exists():
            profile = "dev"
        say(f"Setting up .venv ({profile}) ... 正在准备运行环境……")
        make_environment(VENV)
        install(profile)
        link_project()
        stamp(profile)
    except CannotSetUp as reason:
        say(str(reason))
        return 1
    say(f"Set up in {time.monotonic() - started:.1f} s.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
