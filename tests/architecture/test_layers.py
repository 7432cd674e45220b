"""What the import contracts cannot see: files outside the graph, and imports at run time."""

import subprocess
import sys

from tests.architecture.source import PACKAGE, module_name, pure_files, shown

IMPORT_WITHOUT_DJANGO = """
import importlib, sys

class NoDjango:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] == "django":
            raise ImportError(f"pure code asked for {name}")

sys.meta_path.insert(0, NoDjango())
for name in sys.argv[1:]:
    importlib.import_module(name)
"""


def test_every_folder_with_code_is_a_package_so_that_the_import_contracts_see_it() -> None:
    folders = {path.parent for path in PACKAGE.rglob("*.py")}
    assert [shown(folder) for folder in sorted(folders) if not (folder / "__init__.py").exists()] == []


def test_pure_code_runs_on_a_machine_without_django() -> None:
    names = [module_name(path) for path in pure_files()]
    done = subprocess.run(
        [sys.executable, "-c", IMPORT_WITHOUT_DJANGO, *names], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]


def test_pure_code_reads_no_clock() -> None:
    clocks = ("datetime.now(", "date.today(", "time.time(", "datetime.utcnow(", "datetime.today(")
    texts = {shown(path): path.read_text() for path in pure_files()}
    faults = [f"{name}: {clock}" for name, text in texts.items() for clock in clocks if clock in text]
    assert faults == []
