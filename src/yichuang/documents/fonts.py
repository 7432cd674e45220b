"""Brings the fonts of official documents to this installation: `python -m yichuang.documents.fonts`.

Stands between Debian's package texlive-lang-chinese and the installation's font folder; answers: are the right
files there, and if not, can they be had without root? Fandol is GPL 3 with font exception, so its files are
fetched on request and its licence is put beside them; none is part of this program.
"""

import argparse
import gzip
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from yichuang.documents.faces import font_folders
from yichuang.documents.refusals import FontChanged, FontsNotFetched

PACKAGE = "texlive-lang-chinese"
FILES = {
    "FandolFang-Regular.otf": "d838ad32ce2244d8144f408c37fe71065aba6fbbc80759a4d2aa2033948d5bc9",
    "FandolSong-Regular.otf": "a3820003227d4abe31fe28b493200d94a849ccfd078b50a019264f70353020b0",
    "FandolSong-Bold.otf": "ffa76a70e128947a4dd22151d5ee829b23e24ce3cb6fe8ad49891cd1c2d9e9b9",
    "FandolHei-Regular.otf": "4afa97aa8751e0118617df88272b58d43691b5cffb7ea024c4580496e9f34d28",
    "FandolKai-Regular.otf": "ea7e7fb4f9b3ac694a68d43946e04d21deed6e8c29a7c2d3081e1a4138f2f827",
}
LICENCE = "FANDOL-COPYING"
_FONTS = Path("usr/share/texlive/texmf-dist/fonts/opentype/public/fandol")
_LICENCE = Path("usr/share/doc/texlive-doc/fonts/fandol/COPYING.gz")


def present(folder: Path) -> bool:
    """Return whether all font files are in the folder, unchanged."""
    return (folder / LICENCE).is_file() and all(
        (folder / name).is_file() and _digest(folder / name) == expected for name, expected in FILES.items()
    )


def fetch(*, into: Path) -> bool:
    """Bring the fonts and their licence into the folder; return False if they were there already.

    Needs apt-get and dpkg but not root (only an out-of-date package list needs root, for `apt-get update`).
    Writes nothing unless every file is the expected one. Raises FontsNotFetched, FontChanged.
    """
    if present(into):
        return False
    for tool in ("apt-get", "dpkg"):
        if shutil.which(tool) is None:
            raise FontsNotFetched(reason=f"本机没有 {tool}", folder=str(into))
    with tempfile.TemporaryDirectory(prefix="yichuang-fonts-") as name:
        work = Path(name)
        package = _download(work, into)
        _run(["dpkg", "-x", str(package), str(work / "unpacked")], cwd=work, into=into)
        install(unpacked=work / "unpacked", into=into)
    return True


def install(*, unpacked: Path, into: Path) -> None:
    """Copy the fonts from an unpacked package after checking each file. Raises FontsNotFetched, FontChanged."""
    source = unpacked / _FONTS
    for name, expected in FILES.items():
        if not (source / name).is_file():
            raise FontsNotFetched(reason=f"软件包 {PACKAGE} 中没有 {name}", folder=str(into))
        if (found := _digest(source / name)) != expected:
            raise FontChanged(name=name, expected=expected[:12], found=found[:12])
    into.mkdir(parents=True, exist_ok=True)
    for name in FILES:
        # Written aside and renamed, so that a reader never sees half a font.
        shutil.copyfile(source / name, into / f"{name}.new")
        (into / f"{name}.new").replace(into / name)
    licence = unpacked / _LICENCE
    text = gzip.decompress(licence.read_bytes()) if licence.is_file() else b"GPL 3 with font exception\n"
    (into / LICENCE).write_bytes(text)


def _download(work: Path, into: Path) -> Path:
    command = ["apt-get", "download", PACKAGE]
    if _run(command, cwd=work, into=into, may_fail=True) and os.geteuid() == 0:
        _run(["apt-get", "update"], cwd=work, into=into)
        _run(command, cwd=work, into=into)
    packages = sorted(work.glob(f"{PACKAGE}_*.deb"))
    if not packages:
        raise FontsNotFetched(reason=f"apt-get download {PACKAGE} 没有成功", folder=str(into))
    return packages[0]


def _run(command: list[str], *, cwd: Path, into: Path, may_fail: bool = False) -> int:
    """Run a tool with its speech kept; return its code, or raise FontsNotFetched with its last words."""
    try:
        done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=900, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise FontsNotFetched(reason=f"{' '.join(command[:2])}：{error}", folder=str(into)) from error
    if done.returncode and not may_fail:
        words = (done.stderr or done.stdout).strip().splitlines()[-1:] or [str(done.returncode)]
        raise FontsNotFetched(reason=f"{' '.join(command[:2])}：{words[0]}", folder=str(into))
    return done.returncode


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def main(arguments: list[str] | None = None) -> int:
    """Run the command; return 0 when the fonts are in place, 1 with a sentence when they cannot be had."""
    parser = argparse.ArgumentParser(description="取得公文排版所用的Fandol字体（仿宋、宋、黑、楷）")
    parser.add_argument("--into", type=Path, default=font_folders()[0], help="目标目录")
    into = parser.parse_args(arguments).into.absolute()
    try:
        fetched = fetch(into=into)
    except (FontsNotFetched, FontChanged) as refusal:
        print(refusal, file=sys.stderr)
        return 1
    print(f"字体已{'取得' if fetched else '齐备，无需下载'}：{into}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
