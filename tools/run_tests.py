"""Runs every check and every test, fast ones first, and closes with one line a stage.

All stages run even after one has failed: a developer wants all the news at once. The exit code is 1
if any failed.
"""

import argparse
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parent.parent
OUTPUT = ROOT / "var" / "test-output"
PYTHON = sys.executable
BIN = Path(PYTHON).parent


@dataclass
class Outcome:
    """How one stage ended."""

    ok: bool
    seconds: float = 0.0
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    note: str = ""


@dataclass(frozen=True)
class Stage:
    """One line of the summary: a name and the work behind it."""

    name: str
    work: Callable[["Stage"], Outcome]
    folders: tuple[str, ...] = field(default=())


def run(*command: str | Path) -> int:
    """Run one command, its words going straight to the screen."""
    return subprocess.run([str(part) for part in command], cwd=ROOT, check=False).returncode


def style(_stage: Stage) -> Outcome:
    """Ruff: faults and layout."""
    faults = [run(BIN / "ruff", "check", "--quiet", "."), run(BIN / "ruff", "format", "--check", "--quiet", ".")]
    return Outcome(ok=not any(faults))


def pure_code() -> list[str]:
    """List what must be strictly typed: all code without Django."""
    package = ROOT / "src" / "yichuang"
    whole = {package / "kernel", package / "documents", package / "calendar", *package.glob("*/domain")}
    single = {path for path in package.glob("*/values.py") if path.parent not in whole}
    folders = {path for path in whole if any(path.rglob("*.py"))}
    return [str(path.relative_to(ROOT)) for path in sorted(folders | single)]


def types(_stage: Stage) -> Outcome:
    """Mypy, strict, on pure code."""
    return Outcome(ok=run(BIN / "mypy", "--no-error-summary", *pure_code()) == 0)


def layers(_stage: Stage) -> Outcome:
    """Import-linter: the contracts of .importlinter."""
    return Outcome(ok=run(BIN / "lint-imports", "--no-logo") == 0)


def provide(_stage: Stage) -> Outcome:
    """Bring the browser and the fonts."""
    return Outcome(ok=run(PYTHON, "tools/provide.py") == 0)


PROCESSES = min(os.cpu_count() or 1, 8)
# A file's tests stay together, so that what a module sets up is set up once; files go as collected, slow ones first.
IN_PARALLEL = ("-n", str(PROCESSES), "--dist", "loadfile", "--no-loadscope-reorder")


def test(stage: Stage) -> Outcome:
    """Pytest on the stage's folders, a process a core, counted from its own report."""
    return run_pytest(stage, [PYTHON, "-m", "pytest", *IN_PARALLEL])


def test_on_postgresql(stage: Stage) -> Outcome:
    """The same folders on PostgreSQL, a process a core, each with a server of its own."""
    servers = [PYTHON, "-m", "tests.postgres", "--servers", str(PROCESSES), "--"]
    return run_pytest(stage, [*servers, PYTHON, "-m", "pytest", *IN_PARALLEL])


def run_pytest(stage: Stage, command: list[str]) -> Outcome:
    """Run pytest where there are tests; a folder that has none yet is said, not failed."""
    folders = [folder for folder in stage.folders if any((ROOT / folder).rglob("test_*.py"))]
    if not folders:
        return Outcome(ok=True, note="no tests here yet")
    report = OUTPUT / f"{stage.name.replace(' ', '-')}.xml"
    report.unlink(missing_ok=True)
    code = run(*command, "-q", "--durations=5", f"--junitxml={report}", *folders)
    outcome = Outcome(ok=code == 0)
    for suite in suites(report):
        broken = int(suite.get("failures", 0)) + int(suite.get("errors", 0))
        outcome.failed += broken
        outcome.skipped += int(suite.get("skipped", 0))
        outcome.passed += int(suite.get("tests", 0)) - broken - int(suite.get("skipped", 0))
    return outcome


def suites(report: Path) -> Iterator[ElementTree.Element]:
    """Yield the suites of a report; none if pytest died before writing one."""
    if report.exists():
        yield from ElementTree.parse(report).getroot().iter("testsuite")


STAGES = (
    Stage("provide", provide),
    Stage("style", style),
    Stage("types", types),
    Stage("layers", layers),
    Stage("pure tests", test, ("tests/unit", "tests/law", "tests/properties", "tests/architecture")),
    Stage("sqlite", test, ("tests/integration", "tests/contracts")),
    Stage("postgresql", test_on_postgresql, ("tests/integration", "tests/contracts")),
    Stage("faults", test, ("tests/faults",)),
    Stage("journeys", test, ("tests/journeys",)),
)


def main() -> int:
    """Run the asked stages in order and close with the summary."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", nargs="+", metavar="STAGE", help=", ".join(stage.name for stage in STAGES))
    only = parser.parse_args().only
    OUTPUT.mkdir(parents=True, exist_ok=True)
    # What stages leave to each other is made anew: a run proves every migration.
    shutil.rmtree(OUTPUT / "prepared", ignore_errors=True)
    # A database named in the developer's shell must never be the one that tests write to.
    os.environ.pop("YICHUANG_DATABASE_URL", None)
    # Processes that share the tests must collect them in one order, also where a set is walked.
    os.environ["PYTHONHASHSEED"] = "0"
    keep_bytecode()
    outcomes: dict[str, Outcome] = {}
    for stage in STAGES:
        if only and stage.name not in only:
            continue
        print(f"\n=== {stage.name} ({(stage.work.__doc__ or '').splitlines()[0]})", flush=True)
        started = time.monotonic()
        outcomes[stage.name] = outcome = stage.work(stage)
        outcome.seconds = time.monotonic() - started
    return summarise(outcomes)


def keep_bytecode() -> None:
    """Where the shell forbids byte code beside the sources, keep it in a folder of its own.

    Tests start some hundred processes of the platform, each of which would compile all of it for two seconds.
    """
    if os.environ.pop("PYTHONDONTWRITEBYTECODE", ""):
        os.environ.setdefault("PYTHONPYCACHEPREFIX", str(OUTPUT / "bytecode"))


def summarise(outcomes: dict[str, Outcome]) -> int:
    """Print one line a stage and the total; 1 if anything failed."""
    print("\n=== summary")
    for name, outcome in outcomes.items():
        counts = ""
        if outcome.passed or outcome.failed or outcome.skipped:
            counts = f"{outcome.passed} passed, {outcome.failed} failed, {outcome.skipped} skipped"
        verdict = "ok" if outcome.ok else "FAILED"
        print(f"{name:<12}{verdict:<8}{outcome.seconds:>7.1f} s  {counts or outcome.note}".rstrip())
    totals = outcomes.values()
    passed, failed, skipped = (sum(getattr(o, kind) for o in totals) for kind in ("passed", "failed", "skipped"))
    broken = [name for name, outcome in outcomes.items() if not outcome.ok]
    print(f"{'total':<12}{'FAILED' if broken else 'ok':<8}{sum(o.seconds for o in totals):>7.1f} s")
    if broken:
        print(f"failed: {', '.join(broken)}")
    if passed or failed or skipped:
        print(f"{passed} passed, {failed} failed, {skipped} skipped")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
