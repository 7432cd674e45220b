"""Pages made from code say what the code says today."""

import subprocess
import sys

from django.apps import apps
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState
from django.utils import translation

from tests.architecture.source import ROOT


def test_no_generated_page_is_out_of_date() -> None:
    done = subprocess.run(
        [sys.executable, "tools/generate_docs.py", "--check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"run `make docs`:\n{done.stdout}{done.stderr[-2000:]}"


def test_no_change_of_a_table_lacks_its_migration() -> None:
    # As makemigrations does: what tables are called is written in the language of the house.
    with translation.override(None, deactivate=True):
        written = MigrationLoader(None)
        lacking = MigrationAutodetector(written.project_state(), ProjectState.from_apps(apps)).changes(written.graph)
    assert {app: [str(one.operations) for one in found] for app, found in lacking.items()} == {}
