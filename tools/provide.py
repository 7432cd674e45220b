"""Brings what the tests need from outside Python: a browser, Java for Spark, MariaDB, Chinese fonts.

Whatever cannot be brought is said with what is left out because of it. With CI=true leaving anything
out is a failure: a green run there must mean that everything ran.
"""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FONTS = ROOT / "var" / "fonts"


@dataclass(frozen=True)
class Need:
    """One thing from outside: its Debian package, and what cannot be done without it."""

    name: str
    package: str
    without: str

    def is_met(self) -> bool:
        """Look for the thing itself, not for the package: any distribution's will do."""
        if self.name == "Chromium":
            return find_browser() is not None
        if self.name == "Java":
            return shutil.which("java") is not None
        if self.name == "MariaDB":
            return find_mariadb() is not None
        return "CJK" in _output("fc-list") if shutil.which("fc-list") else any(Path("/usr/share/fonts").rglob("*CJK*"))


NEEDS = (
    Need("Chromium", "chromium", "journeys through a real browser (tests/journeys)"),
    Need("Java", "openjdk-17-jre-headless", "judging with Spark (YICHUANG_BULK_URL=spark://...) and its tests"),
    Need("MariaDB", "mariadb-server", "connectors against a real MariaDB (tests/contracts), as most counties have one"),
    Need("Noto CJK fonts", "fonts-noto-cjk", "readable Chinese in screenshots and in fallback glyphs of documents"),
)


def find_browser() -> str | None:
    """Return the path of a Chromium that Playwright can drive."""
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


def find_mariadb() -> str | None:
    """Return the path of a MariaDB server; it need not run, and Debian keeps it where only root's path leads."""
    return shutil.which("mariadbd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")


def _output(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout


def bring(needs: list[Need]) -> None:
    """Install the needs' Debian packages, if this is a Debian and we may."""
    if not needs or os.geteuid() != 0 or not shutil.which("apt-get"):
        return
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    install = ["apt-get", "install", "-y", "-q", "--no-install-recommends", *(need.package for need in needs)]
    print("Installing", ", ".join(need.package for need in needs), "...", flush=True)
    # The package list may be missing or old: refresh it first.
    for command in (["apt-get", "update", "-q"], install):
        done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
        if done.returncode:
            print((done.stdout + done.stderr)[-2000:])


def bring_document_fonts() -> bool:
    """Put the Fandol fonts into var/fonts; tell whether official documents can be set in 仿宋."""
    command = [sys.executable, "-m", "yichuang.documents.fonts", "--into", str(FONTS)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        print((done.stdout + done.stderr).strip()[-2000:])
    return done.returncode == 0


def main() -> int:
    """Bring everything, say what is missing; 1 if something is missing and this is CI."""
    bring([need for need in NEEDS if not need.is_met()])
    left_out = [f"{need.name}: without it, left out: {need.without}" for need in NEEDS if not need.is_met()]
    if not bring_document_fonts():
        left_out.append("Fandol fonts: without them, left out: documents in the official faces (仿宋)")
    for line in left_out:
        print(f"MISSING {line}", flush=True)
    if left_out and os.geteuid() != 0:
        print("To bring them: sudo apt-get install " + " ".join(need.package for need in NEEDS))
    return 1 if left_out and os.environ.get("CI") == "true" else 0


if __name__ == "__main__":
    sys.exit(main())
