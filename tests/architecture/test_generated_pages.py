"""Pages made from code say what the code says today."""

import subprocess
import sys

import pytest
from django.core.management import call_command

from tests.architecture.source import ROOT


def test_no_generated_page_is_out_of_date() -> None:
    done = subprocess.run(
        [sys.executable, "tools/generate_docs.py", "--check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"run `make docs`:\n{done.stdout}{done.stderr[-2000:]}"


@pytest.mark.django_db
def test_no_change_of_a_table_lacks_its_migration() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)
