"""The project's own files and import graph, as the architecture tests read them."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import grimp

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGE = ROOT / "src" / "yichuang"
DOORS = ("commands", "queries", "values")


@cache
def import_graph() -> grimp.ImportGraph:
    """Return who imports whom inside the package."""
    return grimp.build_graph("yichuang", cache_dir=None)


def contexts() -> list[str]:
    """List the contexts that exist."""
    return sorted(folder.name for folder in PACKAGE.iterdir() if (folder / "__init__.py").exists())


def python_files(*folders: str) -> Iterator[Path]:
    """Yield the project's Python files below the folders, in order."""
    for folder in folders or ("src", "tests", "tools", "bench"):
        yield from sorted((ROOT / folder).rglob("*.py"))


def pure_files() -> list[Path]:
    """List the files that must not need Django."""
    found = [PACKAGE / "kernel", PACKAGE / "documents", PACKAGE / "calendar", *PACKAGE.glob("*/domain")]
    inside = [path for folder in found for path in folder.rglob("*.py")]
    return sorted([*inside, *PACKAGE.glob("*/values.py")])


def module_name(path: Path) -> str:
    """Return the dotted name of a file below src."""
    parts = path.relative_to(ROOT / "src").with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def door_files() -> list[Path]:
    """List the files that make up the doors of all contexts, packages included."""
    found = []
    for context in contexts():
        for door in DOORS:
            found += [PACKAGE / context / f"{door}.py"] if (PACKAGE / context / f"{door}.py").exists() else []
            found += sorted((PACKAGE / context / door).rglob("*.py"))
    return found


def public_functions(path: Path) -> Iterator[ast.FunctionDef]:
    """Yield the functions of a module that others may call."""
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            yield node


def shown(path: Path) -> str:
    """Return the path as a reader of the failure wants it."""
    return str(path.relative_to(ROOT))
