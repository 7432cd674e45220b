"""A command on a database without tables says so, and what to run first."""

import os
import subprocess
import sys
from pathlib import Path


def test_a_command_on_an_empty_database_names_it_and_says_what_to_run(tmp_path: Path) -> None:
    environment = {
        **os.environ,
        "YICHUANG_VAR": str(tmp_path),
        "YICHUANG_DATABASE_URL": f"sqlite:///{tmp_path}/none.db",
    }
    command = [sys.executable, "-m", "yichuang.config.cli", "bulletin", "2015H1"]
    done = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "none.db" in done.stderr
    assert "yichuang migrate" in done.stderr
    assert "Traceback" not in done.stderr
